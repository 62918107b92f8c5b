"""What is given before anything is sited: people, what stands, where one may build, what must be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo import population
from geo.activity_places import PLACES
from geo.errors import InfraPlanError
from infraplan.ui import guard, labels, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import upload_words
from infraplan.ui.views.scenario_words import UNSET, help_of, key_of, label
from infraplan.uploads import census_check, in_scenarios
from infraplan.workspace import Record, Workspace
from plans import catalogue
from scenarios import givens

_UPLOAD = "upload:"


def people(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the choice of a population surface: those that ship for the region, and the planner's own."""
    t, workspace = texts("scenario_form"), Workspace()
    region, value = str(document["region"]), str(value)
    words = {surface: t("surface_ships") for surface, _ in population.available()}
    try:
        own = in_scenarios.surfaces(workspace, region)
    except InfraPlanError as error:
        guard.show(error)
        own = {}
    words |= labels.of_records(
        own, {name: t("surface_own", title=r.title, n=_people(r)) for name, r in own.items()}
    )
    words.setdefault(value, value.rsplit("/", 1)[-1])
    words = labels.distinct(words)
    known = list(words)
    chosen = st.selectbox(
        label(path), known, known.index(value), key=key_of(code, path), help=help_of(path),
        format_func=words.__getitem__,
    )  # fmt: skip
    if not own:
        st.caption(t("surface_none_own"))
    elif chosen in own:
        _beside_census(own[chosen], region, chosen)
    return chosen


def _beside_census(record: Record, region: str, surface: str) -> None:
    """Say of a planner's own population that it is far from the census of the scenario's region."""
    try:
        total = population.load(region, surface).total
    except InfraPlanError as error:
        guard.show(error)
        return
    far = census_check.beside_census(region, total, record.title)
    if far is not None:
        st.warning(guard.plain(upload_words.said(far)), icon=":material/warning:")


def _people(record: Record) -> str:
    return f"{int(record.document.get('people') or 0):,}"


def standing(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the choice of what stands already: unknown, none, an uploaded list, or the cells that the scenario has."""
    t = texts("scenario_form")
    words = {"unknown": t("existing_unknown"), "none": t("existing_none")}
    held = _held(value)
    if held == "kept":
        cells = value.get("cells") if isinstance(value, Mapping) else None
        name = value.get("file", "") if isinstance(value, Mapping) else value
        words["kept"] = (
            t("existing_kept", n=f"{len(cells):,}", units=f"{sum(cells.values()):,}")
            if cells
            else t("existing_file", name=name)
        )
    words |= _uploads("existing")
    start = "none" if value == {"cells": {}} else held
    chosen = _choice(code, path, words, start or "unknown")
    _needs_upload(words, "existing_upload")
    if chosen.startswith(_UPLOAD):
        return {"upload": chosen.removeprefix(_UPLOAD)}
    return {"unknown": "unknown" if value is not None else UNSET, "none": {"cells": {}}, "kept": value}[
        chosen
    ]


def candidates(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw where something new may be built: any cell or a list of sites, and areas that forbid or warn."""
    value = value or {}
    made: dict[str, Any] = {}
    sites = _sites(code, f"{path}.sites", value.get("sites"))
    if sites is not UNSET:
        made["sites"] = sites
    limits = _limits(code, f"{path}.limits", value.get("limits") or [], document)
    if limits:
        made["limits"] = limits
    return made or UNSET


def _sites(code: str, path: str, value: Any) -> Any:
    t = texts("scenario_form")
    words = {"all": t("sites_all")}
    held = _held(value)
    if held == "kept":
        cells = value.get("cells") if isinstance(value, Mapping) else None
        name = value if isinstance(value, str) else value.get("file", "")
        words["kept"] = t("sites_kept", n=f"{len(cells):,}") if cells else t("existing_file", name=name)
    words |= _uploads("sites")
    chosen = _choice(code, path, words, held or "all")
    _needs_upload(words, "sites_upload")
    if chosen.startswith(_UPLOAD):
        return {"upload": chosen.removeprefix(_UPLOAD)}
    return value if chosen == "kept" else UNSET


def _limits(
    code: str, path: str, value: list[Mapping[str, Any]], document: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Draw a table with a row a limit: whose areas, of what kind, with what effect; rows without areas are left out."""
    t = texts("scenario_form")
    st.markdown(f"**{label(path)}**", help=t("limits_help"))
    areas = {f"{r.title} ({i})": i for i, r in in_scenarios.fitting(Workspace(), "limits").items()}
    kept = {t("limit_kept", n=i + 1): entry for i, entry in enumerate(value) if "upload" not in entry}
    if not areas and not kept:
        st.caption(t("limits_upload"))
        return []
    titles = {i: title for title, i in areas.items()}
    kinds = {label(f"{path}.kind={k}"): k for k in (*givens.limit_kinds(), "other")}
    effects = {label(f"{path}.effect={e}"): e for e in givens.EFFECTS}
    named = {code: word for words in (kinds, effects) for word, code in words.items()}
    rows = [
        {
            "areas": titles.get(str(e.get("upload", "")), next((n for n, k in kept.items() if k is e), None)),
            "kind": named.get(str(e.get("kind"))),
            "effect": named.get(str(e.get("effect"))) if e.get("effect") else None,
        }
        for e in value
    ]
    edited = st.data_editor(
        pd.DataFrame(rows, columns=["areas", "kind", "effect"]).astype("string"),
        num_rows="dynamic",
        hide_index=True,
        key=key_of(code, path),
        width="stretch",
        column_config={
            "areas": st.column_config.SelectboxColumn(t("limit_areas"), options=[*areas, *kept]),
            "kind": st.column_config.SelectboxColumn(label(f"{path}.kind"), options=list(kinds)),
            "effect": st.column_config.SelectboxColumn(label(f"{path}.effect"), options=list(effects)),
        },
    )
    made = []
    facility = str((document.get("facility") or {}).get("profile", ""))
    for row in edited.dropna(subset=["areas", "kind"]).to_dict("records"):
        entry = {k: v for k, v in kept.get(row["areas"], {}).items() if k not in ("kind", "effect")}
        if row["areas"] in areas:
            entry = {"upload": areas[row["areas"]]}
        kind = kinds[row["kind"]]
        effect = None if pd.isna(row["effect"]) else effects[row["effect"]]
        made.append({**entry, "kind": kind, **({"effect": effect} if effect else {})})
        if effect is None:
            usual = givens.usual_effect(kind, facility)
            said = t("limit_unknown") if usual is None else label(f"{path}.effect={usual}")
            st.caption(guard.plain(t("limit_usual", kind=row["kind"], effect=said)))
    return made


def must_cover(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw which places get a site within reach first: sorts of places, and the named places of a plan."""
    lang, value = state.language(), value or {}
    st.markdown(f"**{label(path)}**", help=help_of(path))
    kinds = {name: sort.title_zh if lang == "zh" else sort.title_en for name, sort in PLACES.items()}
    places = st.multiselect(
        label(f"{path}.places"),
        list(kinds),
        value.get("places", []),
        format_func=kinds.__getitem__,
        key=key_of(code, f"{path}.places"),
        placeholder=label("none_chosen"),
    )
    plans = {plan.id: plan.title(lang) for plan in catalogue.load_all()}
    listed = [None, *plans]
    start = value.get("projects")
    plan = st.selectbox(
        label(f"{path}.projects"), listed, listed.index(start) if start in listed else 0,
        key=key_of(code, f"{path}.projects"), help=help_of(f"{path}.projects"),
        format_func=lambda i: label("none_chosen") if i is None else plans[i],
    )  # fmt: skip
    made: dict[str, Any] = {"places": list(places)} if places else {}
    if plan:
        made["projects"] = plan
    return made or UNSET


def _held(value: Any) -> str | None:
    """Return the option that shows a value: an upload's, ``kept`` for cells or a file, None for nothing said."""
    if value in (None, "unknown"):
        return None
    if isinstance(value, Mapping) and "upload" in value:
        return f"{_UPLOAD}{value['upload']}"
    return "kept"


def _uploads(key: str) -> dict[str, str]:
    t = texts("scenario_form")
    found = {f"{_UPLOAD}{i}": r for i, r in in_scenarios.fitting(Workspace(), key).items()}
    rows = {code: f"{int(r.document.get('rows') or 0):,}" for code, r in found.items()}
    return labels.of_records(
        found, {code: t("from_upload", title=r.title, n=rows[code]) for code, r in found.items()}
    )


def _choice(code: str, path: str, words: dict[str, str], start: str) -> str:
    if start not in words:  # an upload that is gone
        words[start] = texts("scenario_form")("upload_gone", id=start.removeprefix(_UPLOAD))
    words = labels.distinct(words)
    listed = list(words)
    chosen = st.selectbox(
        label(path), listed, listed.index(start), key=key_of(code, path), help=help_of(path),
        format_func=words.__getitem__,
    )  # fmt: skip
    return str(chosen)


def _needs_upload(words: Mapping[str, str], key: str) -> None:
    if not any(w.startswith(_UPLOAD) for w in words):
        st.caption(texts("scenario_form")(key))
