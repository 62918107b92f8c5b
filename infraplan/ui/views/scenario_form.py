"""The assumptions of a scenario as a form, with a preview that costs nothing and a district table with a live sum."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.ui import drafts, guard, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_fields, scenario_store
from infraplan.ui.views.scenario_fields import UNSET
from infraplan.ui.views.scenario_store import Opened
from layers.style import number
from scenarios import load

GROUPS = {
    "promise": ("target", "distributes", "amount", "amount_basis_zh", "amount_basis_en"),
    "place": ("region", "resolution", "population", "assessment_units"),
    "facility": ("facility", "linked", "demand", "existing", "candidates"),
    "quotas": ("quotas",),
    "coverage": ("objective", "coverage", "must_cover"),
    "phases": ("phases", "cells"),
    "run": ("effort", "seed"),
    "words": ("title_zh", "title_en", "assumptions"),
}
#: Groups of short fields, two beside each other.
SHORT = ("promise", "place", "run")
#: Keys that are not the planner's to choose.
HIDDEN = ("format_version", "id")


def draw(shown: Opened) -> None:
    """Draw the form; what it says stands in the URL until it is saved or discarded."""
    start = _start(shown)
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        document = _form(shown.code, start)
    with right:
        summary = st.container()
        _district_table(shown.code, start, document)
        preview = _check(document)
    if document != _now(shown):
        same = document == dict(shown.base.document)
        state.put("edit", "" if same else drafts.pack(shown.code, document))
    with right:
        _quotas(preview)
    with summary:
        _preview(preview)


def _now(shown: Opened) -> dict[str, Any]:
    return scenario_store.edited(shown) or dict(shown.base.document)


def _start(shown: Opened) -> dict[str, Any]:
    """Return the document as it was when the form was opened: the widgets begin from it and keep their own state.

    The widgets' state is gone when another page was shown in between; then the form begins from what the URL holds.
    """
    name, alive = f"form:{shown.code}:start", f"form:{shown.code}:title_zh"
    if name not in st.session_state or alive not in st.session_state:
        st.session_state[name] = copy.deepcopy(_now(shown))
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
    """Draw the table of agreed quotas and floors; put what it says into ``document``."""
    t = texts("scenario_form")
    st.markdown(f"### {t('quota_table')}", help=scenario_fields.label("quotas.fixed.help"))
    try:
        names = workflow.assessment_units(document)
    except InfraPlanError:
        return
    fixed, floors = (
        (start.get("quotas") or {}).get("fixed", {}),
        (start.get("coverage") or {}).get("floors", {}),
    )
    frame = pd.DataFrame(
        {
            "district": [zh if state.language() == "zh" else en for zh, en in names.values()],
            "agreed": pd.array([fixed.get(a) for a in names], dtype="Int64"),
            "floor": [None if floors.get(a) is None else floors[a] * 100 for a in names],
        }
    ).astype({"floor": float})
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["district"],
        key=f"form:{code}:districts:{','.join(names)}",
        placeholder="—",
        height=min(36 * (len(frame) + 1) + 2, 470),
        width="stretch",
        column_config={
            "district": t("district"),
            "agreed": st.column_config.NumberColumn(t("agreed"), min_value=0, step=1, format="%d"),
            "floor": st.column_config.NumberColumn(t("floor"), min_value=0.0, max_value=100.0, step=1.0),
        },
    )
    agreed = {a: int(v) for a, v in zip(names, edited["agreed"], strict=True) if not pd.isna(v)}
    least = {
        a: round(float(v) / 100, 8) for a, v in zip(names, edited["floor"], strict=True) if not pd.isna(v)
    }
    if agreed:
        document["quotas"] = {**document.get("quotas", {}), "fixed": agreed}
    if least:
        document["coverage"] = {**document.get("coverage", {}), "floors": least}


def _check(document: Mapping[str, Any]) -> dict[str, Any] | InfraPlanError:
    """Return the preview of a document, or what is wrong with it."""
    try:
        return _previewed(json.dumps(document, sort_keys=True, ensure_ascii=False), document)
    except InfraPlanError as error:
        return error


@st.cache_data(max_entries=32, show_spinner=False)
def _previewed(key: str, _document: Mapping[str, Any]) -> dict[str, Any]:
    return workflow.preview(scenario_store.of_document(_document, str(_document.get("id", ""))))


def _preview(preview: dict[str, Any] | InfraPlanError) -> None:
    """Draw what a run would begin from, or everything that is wrong; and the button that runs it."""
    t, lang = texts("scenario_form"), state.language()
    if isinstance(preview, InfraPlanError):
        guard.show(preview)
        return
    columns = st.columns([1, 0.9, 1.35, 1], vertical_alignment="bottom")
    columns[0].metric(t("amount"), f"{preview['amount']:,}")
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


def _quotas(preview: dict[str, Any] | InfraPlanError) -> None:
    """Draw the quota of each unit as it would be, and the live sum."""
    t, lang = texts("scenario_form"), state.language()
    if isinstance(preview, InfraPlanError):
        return
    rows = preview["districts"]
    st.caption(
        " · ".join(
            [
                t("whole", n=f"{sum(r['quota'] for r in rows):,}"),
                f"{t('agreed_sum')} {preview['agreed']:,}",
                f"{t('left')} {preview['amount'] - preview['agreed']:,}",
            ]
        )
    )
    st.markdown(f"### {t('preview')}")
    st.dataframe(
        pd.DataFrame(
            {
                t("district"): [r[f"name_{lang}"] for r in rows],
                t("computed"): [r["quota"] for r in rows],
                t("residents"): [r["population"] for r in rows],
            }
        ),
        hide_index=True,
        height=36 * (len(rows) + 1) + 4,
        column_config={
            t("computed"): st.column_config.NumberColumn(format="localized"),
            t("residents"): st.column_config.NumberColumn(format="localized"),
        },
    )
