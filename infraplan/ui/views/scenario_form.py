"""The assumptions of a scenario as a form, with a preview that costs nothing and a district table with a live sum."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.ui import guard, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_facility, scenario_fields, scenario_store
from infraplan.ui.views.scenario_store import Opened
from infraplan.ui.views.scenario_words import UNSET, as_said, begin_anew, held, key_of, label
from layers.style import number
from layers.words import short_name
from plans.vocabulary import label as category
from scenarios import load, titles, words

GROUPS = {
    "promise": ("target", "distributes", "amount", "amount_basis_zh", "amount_basis_en"),
    "place": ("region", "resolution", "population", "assessment_units"),
    "facility": ("facility", "linked", "demand"),
    "given": ("existing", "candidates", "must_cover"),
    "quotas": ("quotas",),
    "coverage": ("objective", "coverage"),
    "phases": ("phases", "cells"),
    "run": ("effort", "seed"),
    "words": ("title_zh", "title_en", "assumptions"),
}
#: Groups of short fields, two beside each other.
SHORT = ("promise", "place", "run")
#: What the boxes of the standing form held as the last run began.
_TYPED = "form_typed"
#: Keys that are not the planner's to choose.
HIDDEN = ("format_version", "id")


def draw(shown: Opened, kept: Callable[[], None]) -> None:
    """Draw the form; what it says stands in the URL until it is saved or discarded.

    ``kept`` is called as soon as what the form says is kept: for what must not miss the last box. The check comes
    after it, for it can take a while, and the reader's next click ends this run wherever it is.
    """
    _stand(shown.code)
    start = _start(shown)
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        document = _form(shown.code, start)
    with right:
        summary = st.container(key="form_summary")
        _district_table(shown.code, start, document)
    _keep(shown, start, document)
    kept()
    preview = _check(document)
    with right:
        _quotas(preview)
    with summary:
        _preview(preview)
        if not isinstance(preview, InfraPlanError):
            _titles(document, shown.base.document)
    st.session_state[state.FORM] = (shown.code, state.language(), _boxes(shown.code))


def _stand(code: str) -> None:
    """Give a form that did not stand on the page a moment ago new boxes.

    The page and the browser each forget the boxes of a form that was left, and not at the same moment: who comes back
    at once would be shown an empty box for a figure that the scenario still has.
    """
    if st.session_state.get(state.FORM, ())[:2] == (code, state.language()):
        return
    begin_anew(code)
    for name in (f"form:{code}:start", _TYPED):
        st.session_state.pop(name, None)
    st.session_state[state.FORM] = (code, state.language(), None)


def _keep(shown: Opened, start: Mapping[str, Any], document: dict[str, Any]) -> None:
    """Keep what the form says as changes that are not saved."""
    if document == _now(shown):
        return
    base = st.session_state[f"form:{shown.code}:version"]
    if document == start and base != scenario_store.base_version(shown):
        # somebody saved a newer version and nothing was changed here: show that
        scenario_store.discard(shown)
        st.rerun()
    same = document == scenario_store.as_form(shown.base.document)
    scenario_store.keep_draft(shown.code, None if same else document, base)


def remember() -> None:
    """Remember what the boxes hold as a run begins: on another page they are gone before anything is drawn there."""
    if found := _boxes(st.session_state[state.FORM][0]):
        st.session_state[_TYPED] = found


def take_up(staying: str = "") -> None:
    """Keep what was typed in a form just before it was left.

    The last box and the click that leads away (to the result, another scenario, language or page) arrive in one run, in
    which the form would not be drawn any more. ``staying`` is the scenario whose form this run draws.
    """
    code, lang, boxes = st.session_state.get(state.FORM, ("", "", {}))
    if not code or (code, lang) == (staying, state.language()):
        return
    now = _boxes(code)
    gone = not now
    now = now or st.session_state.get(_TYPED, {})
    if now not in ({}, boxes):
        place = st.empty()
        with state.speaking(lang), place.container():
            shown = scenario_store.opened(code)
            if gone:
                _put_back(shown, now, boxes or {})
            start = _start(shown)
            document = _form(code, start)
            _district_table(code, start, document)
            _keep(shown, start, document)
        place.empty()
    for name in (state.FORM, _TYPED):
        st.session_state.pop(name, None)


def _put_back(shown: Opened, now: Mapping[str, Any], boxes: Mapping[str, Any]) -> None:
    """Give boxes that are gone what was typed in them last; all the others begin from what was kept already."""
    st.session_state[f"form:{shown.code}:start"] = copy.deepcopy(_now(shown))
    for key, value in now.items():
        if value != boxes.get(key) and not isinstance(value, dict):  # a table's cells cannot be given back
            st.session_state[key] = value


def _boxes(code: str) -> dict[str, Any]:
    """Return what the boxes of a form hold; nothing when they are gone."""
    plain = (f"form:{code}:start", f"form:{code}:version")
    mine = [str(k) for k in st.session_state if str(k).startswith(f"form:{code}:") and k not in plain]
    if not any(k.startswith(f"form:{code}:target:") for k in mine):
        return {}
    return {k: copy.deepcopy(st.session_state[k]) for k in mine}


def _now(shown: Opened) -> dict[str, Any]:
    return scenario_store.edited(shown) or scenario_store.as_form(shown.base.document)


def _start(shown: Opened) -> dict[str, Any]:
    """Return the document as it was when the form was opened: the widgets begin from it and keep their own state."""
    name = f"form:{shown.code}:start"
    if name not in st.session_state:
        scenario_facility.forget(shown.code)
        st.session_state[name] = copy.deepcopy(_now(shown))
        st.session_state[f"form:{shown.code}:version"] = scenario_store.base_version(shown)
    return dict(st.session_state[name])


def _form(code: str, start: Mapping[str, Any]) -> dict[str, Any]:
    schema = load.schema()
    known = {key for keys in GROUPS.values() for key in keys}
    groups = {**GROUPS, "other": tuple(k for k in schema["properties"] if k not in known and k not in HIDDEN)}
    document = {key: start[key] for key in HIDDEN if key in start}
    for name, keys in groups.items():
        if not keys:
            continue
        with st.expander(texts("scenario_fields")(f"group.{name}"), expanded=name in {"promise", "facility"}):
            columns = st.columns(2) if name in SHORT else [st.container()]
            for place, key in enumerate(keys):
                required = key in schema["required"]
                with columns[place % len(columns)]:
                    found = scenario_fields.field(
                        code, key, schema["properties"][key], start.get(key), start, required
                    )
                if found is not UNSET:
                    document[key] = found
    return document


def _district_table(code: str, start: Mapping[str, Any], document: dict[str, Any]) -> None:
    """Draw the table of agreed quotas, limits and floors by unit; put what it says into ``document``."""
    t = texts("scenario_form")
    st.markdown(f"### {t('quota_table')}", help=label("quotas.fixed.help"))
    try:
        names = workflow.assessment_units(document)
    except InfraPlanError:
        return
    quotas, coverage = start.get("quotas") or {}, start.get("coverage") or {}
    given = {
        "agreed": quotas.get("fixed", {}),
        "least": (quotas.get("floors") or {}).get("by_unit", {}),
        "most": (quotas.get("caps") or {}).get("by_unit", {}),
    }
    floors = coverage.get("floors", {})
    names = {**names, **_outside(names, [*given.values(), floors], start, document)}
    frame = pd.DataFrame(
        {
            "district": [short_name(zh if state.language() == "zh" else en) for zh, en in names.values()],
            **{column: _column(names, by) for column, by in given.items()},
            "floor": _column(names, {a: v * 100 for a, v in floors.items()}),
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["district"],
        key=key_of(code, f"districts:{','.join(names)}"),
        placeholder="—",
        height=min(36 * (len(frame) + 1) + 2, 470),
        width="stretch",
        column_config={
            "district": st.column_config.TextColumn(t("district"), width=76),
            **{c: st.column_config.NumberColumn(t(c), width=88) for c in given},
            "floor": st.column_config.NumberColumn(t("floor"), width=100),
        },
    )
    agreed, least, most = ({a: as_said(v) for a, v in _said(names, edited[column])} for column in given)
    covered = {a: round(float(v) / 100, 8) for a, v in _said(names, edited["floor"])}
    _put(document, "quotas", "fixed", agreed)
    for rule, by_unit in (("floors", least), ("caps", most)):
        if by_unit:
            whole = document.get("quotas", {}).get(rule) or {}
            _put(document, "quotas", rule, {**whole, "by_unit": by_unit})
    _put(document, "coverage", "floors", covered)


def _outside(
    names: Mapping[str, Any],
    columns: list[Mapping[str, Any]],
    start: Mapping[str, Any],
    document: Mapping[str, Any],
) -> dict[str, tuple[str, str]]:
    """Return a row for each code that has a figure and is no unit of the region, so that nothing is dropped unsaid.

    The check then refuses them until their cells are cleared. When the region was changed here, figures of the one
    before do not count any more, and a line says whose.
    """
    strange = sorted({a for by_unit in columns for a in by_unit} - set(names))
    if not strange:
        return {}
    t = texts("scenario_form")
    if all(document.get(k) == start.get(k) for k in ("region", "assessment_units")):
        st.warning(t("outside_rows", n=len(strange)))
        return {a: (t("outside_row", code=a), t("outside_row", code=a)) for a in strange}
    st.caption(t("outside_left_out", codes=t("and").join(words.part(a, state.language()) for a in strange)))
    return {}


def _column(names: Mapping[str, Any], by_unit: Mapping[str, float]) -> pd.Series:
    """Return a column of the table: each unit's figure as it is, nothing where there is none."""
    return pd.Series([held(by_unit[a]) if a in by_unit else None for a in names], dtype=float)


def _said(names: Mapping[str, Any], column: pd.Series) -> list[tuple[str, Any]]:
    """Return what a column of the table says, by unit; empty cells say nothing."""
    return [(a, v) for a, v in zip(names, column, strict=True) if not pd.isna(v)]


def _put(document: dict[str, Any], section: str, key: str, value: Mapping[str, Any]) -> None:
    if value:
        document[section] = {**document.get(section, {}), key: dict(value)}


def _check(document: Mapping[str, Any]) -> dict[str, Any] | InfraPlanError:
    """Return the preview of a document, or what is wrong with it."""
    try:
        return _previewed(json.dumps(document, sort_keys=True, ensure_ascii=False), document)
    except InfraPlanError as error:
        return error


@st.cache_data(max_entries=32, show_spinner=False)
def _previewed(key: str, _document: Mapping[str, Any]) -> dict[str, Any]:
    # no name: whoever reads what is wrong has the scenario before them
    return workflow.preview(scenario_store.of_document(_document, ""))


def _preview(preview: dict[str, Any] | InfraPlanError) -> None:
    """Draw what a run would begin from, or everything that is wrong; and the button that runs it."""
    t, lang = texts("scenario_form"), state.language()
    if isinstance(preview, InfraPlanError):
        guard.show(preview)
        return
    with st.container(key="preview"):
        columns = st.columns([1, 1, 1.35, 0.9], vertical_alignment="bottom")
    amount = preview["amount"]
    columns[0].metric(t("amount"), t("amount_sought") if amount is None else f"{amount:,}")
    columns[1].metric(t("cells"), f"{preview['n_cells']:,}")
    columns[2].metric(t("people"), number(preview["people"], lang))
    columns[3].button(
        t("run"),
        type="primary",
        icon=":material/play_arrow:",
        on_click=state.put,
        args=("mode", "result"),
        key="form_run",
        help=t("run_hint"),
        width="stretch",
    )
    st.caption(guard.plain(" · ".join(_feasible(preview))))
    if preview["wait"]:
        st.caption(guard.plain(_expected(preview["wait"])))
    if preview["category_of"]:
        kind = category("category", preview["category_of"], lang)
        st.warning(guard.plain(t("facility_elsewhere", kind=kind)))
    if preview["target_of"]:
        st.warning(guard.plain(t("target_elsewhere", city=scenario_store.region_name(preview["target_of"]))))


def _titles(document: Mapping[str, Any], base: Mapping[str, Any]) -> None:
    """Point out a title that states a figure which is the scenario's no more."""
    t = texts("scenario_form")
    for found in titles.outdated(document, base):
        stated, now = (_stated(found.key, figure) for figure in (found.stated, found.now))
        name = words.name(found.key, state.language())
        said = t(
            "title_outdated", title=t(found.title), stated=stated, name=name, now=now or t("title_nothing")
        )
        st.warning(guard.plain(said))


def _stated(key: str, figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure * 100:.10g}%" if key in titles.SHARES else f"{figure:,.10g}"


def _expected(wait: Mapping[str, Any]) -> str:
    """Return how long a run like this one took where it was measured, in words."""
    t = texts("scenario_form")
    seconds = wait["seconds"]
    if seconds is None:
        return t("wait_unknown")
    took = (
        t("wait_seconds", n=f"{seconds:.0f}") if seconds < 90 else t("wait_minutes", n=f"{seconds / 60:.0f}")
    )
    said = t(
        "wait",
        where=scenario_store.region_name(wait["region"]),
        cells=f"{wait['cells']:,}",
        effort=label(f"effort={wait['effort']}"),
        took=took,
    )
    return said + t("wait_longer" if wait["beyond"] else "wait_stop")


def _feasible(preview: Mapping[str, Any]) -> list[str]:
    """Return what is given before anything is sited, in words."""
    t, lang, given = texts("scenario_form"), state.language(), preview["given"]
    said = [t("feasible", allowed=f"{given['allowed']:,}", cells=f"{preview['n_cells']:,}")]
    said.append(
        t("feasible_existing", n=f"{given['existing']:,}")
        if given["existing"] is not None
        else t("feasible_unknown")
    )
    if given["existing_outside"]:
        said.append(t("feasible_outside", n=f"{given['existing_outside']:,}"))
    if given["must_cover"]:
        said.append(t("feasible_must", n=f"{given['must_cover']:,}"))
    said += [
        t("feasible_limit", name=limit[f"name_{lang}"], n=f"{limit['cells_forbidden']:,}")
        for limit in given["limits"]
        if limit["cells_forbidden"]
    ]
    return said


def _quotas(preview: dict[str, Any] | InfraPlanError) -> None:
    """Draw the quota of each unit as it would be, and the live sum."""
    t, lang = texts("scenario_form"), state.language()
    if isinstance(preview, InfraPlanError):
        return
    rows = preview["districts"]
    quotas = [r["quota"] for r in rows]
    if None in quotas:
        st.caption(t("free_quotas"))
    else:
        left_out = sum(zone["quota"] for zone in preview["unplaced"])
        said = [
            t("whole", n=f"{sum(quotas) + left_out:,}"),
            f"{t('agreed_sum')} {preview['agreed']:,}",
            f"{t('left')} {preview['amount'] - preview['agreed'] - left_out:,}",
        ]
        st.caption(" · ".join(said))
    st.markdown(f"### {t('preview')}")
    names = [r[f"name_{lang}"] for r in rows] + [zone["name"] for zone in preview["unplaced"]]
    st.dataframe(
        pd.DataFrame(
            {
                t("district"): names,
                t("computed"): quotas + [zone["quota"] for zone in preview["unplaced"]],
                t("residents"): [r["population"] for r in rows] + [None] * len(preview["unplaced"]),
            }
        ),
        hide_index=True,
        placeholder="—",
        height=36 * (len(names) + 1) + 4,
        column_config={
            t("computed"): st.column_config.NumberColumn(format="localized"),
            t("residents"): st.column_config.NumberColumn(format="localized"),
        },
    )
