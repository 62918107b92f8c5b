"""What planners enter by hand: where a project really is, and how far a promise has come; with source, who and when."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from geo.position import Position
from infraplan.ui import deleting, guard, labels, person, state
from infraplan.ui.i18n import texts
from infraplan.workspace import Record, Workspace
from infraplan.workspace import entries as workspace_entries
from layers.punctuation import printed
from layers.words import accuracy, figure, quantity
from plans import catalogue
from plans.model import Plan
from plans.vocabulary import label, vocabulary

DATUMS = ("WGS84", "GCJ-02", "BD-09")
SURE = ("memory", "confirmed")
#: The project whose correction is being written, and the version of the one that its writer saw.
_SEEN = "fix_seen"


def corrections() -> None:
    """Draw the corrections of positions and the form for one more."""
    t, lang = texts("data_page"), state.language()
    st.caption(t("correction_text"))
    plan = _plan()
    known = {p.id: p for p in plan.projects}
    with st.container(border=True):
        project = st.selectbox(
            t("project"),
            list(known),
            format_func=labels.distinct({i: p.name(lang) for i, p in known.items()}).__getitem__,
            key=state.steady(state.box("fix-project"), list(known)),
            index=None,
            placeholder=t("choose"),
        )
        columns = st.columns(4)
        lon = columns[0].number_input(t("lon"), value=None, format="%.6f", key=state.box("fix-lon"))
        lat = columns[1].number_input(t("lat"), value=None, format="%.6f", key=state.box("fix-lat"))
        datum = columns[2].selectbox(
            t("coordinate_datum"),
            DATUMS,
            format_func=lambda d: t(f"datum_{d}"),
            index=None,
            key=state.steady(state.box("fix-datum"), DATUMS),
            placeholder=t("choose"),
        )
        metres = columns[3].number_input(
            t("accuracy_m"), value=None, step=10.0, format="%g", key=state.box("fix-accuracy")
        )
        basis = st.text_input(t("basis"), key=state.box("fix-basis"))
        by = person.box(t("by"))
        _standing_correction(plan, project)
        if st.button(t("save"), icon=":material/save:", key="fix-save"):
            if lon is None or lat is None or not datum or metres is None or not basis.strip() or not project:
                st.error(t("incomplete"))
            else:
                _save_correction(plan, str(project), lon, lat, str(datum), metres, basis, by)
    _listing(
        "correction",
        lambda r: {
            t("project"): _project_name(r),
            t("plan"): _plan_name(r),
            t("lon"): f"{r.document['lon']:.6f}",
            t("lat"): f"{r.document['lat']:.6f}",
            t("accuracy_m"): accuracy(float(r.document["accuracy_m"]), lang),
            t("basis"): str(r.document["basis"]),
        },
    )


def _save_correction(
    plan: Plan, project: str, lon: float, lat: float, datum: str, metres: float, basis: str, by: str
) -> None:
    """Keep where a project really is; a point outside the plan's city is more likely a mistake."""
    t = texts("data_page")
    try:
        position = Position(lon, lat, metres, basis.strip(), datum, basis.strip())
        place = position.wgs84()
        if not boundaries.locate(np.array([place.lon]), np.array([place.lat]), plan.region_adcode)[0]:
            st.error(t("outside"))
            return
        base = st.session_state[_SEEN][1]
        kept = workspace_entries.correct_position(
            Workspace(), plan.id, project, position, by=by, base_version=base
        )
    except InfraPlanError as error:
        guard.show(error)
        st.session_state.pop(
            _SEEN
        )  # what stands there now has been told: who saves again replaces it knowingly
        return
    st.session_state[_SEEN] = ((plan.id, project), kept.version)
    st.toast(t("saved"))


def _standing_correction(plan: Plan, project: str | None) -> None:
    """Say which correction of the project stands already, and remember it: one made meanwhile is not overwritten."""
    known = workspace_entries.corrections(Workspace(), plan.id).get(str(project))
    if st.session_state.get(_SEEN, (None,))[0] != (plan.id, project):
        st.session_state[_SEEN] = ((plan.id, project), known.version if known else None)
    if known is None:
        return
    t, lang, d = texts("data_page"), state.language(), known.document
    st.caption(
        guard.plain(
            t(
                "corrected_before", lon=f"{d['lon']:.6f}", lat=f"{d['lat']:.6f}", who=known.saved_by,
                accuracy=accuracy(float(d["accuracy_m"]), lang), when=person.when(known.saved_at),
            )
        )
    )  # fmt: skip


def progress() -> None:
    """Draw the figures that planners reported and the form for one more."""
    t, lang = texts("data_page"), state.language()
    st.caption(t("progress_text"))
    plan = _plan()
    known = {x.id: x for x in plan.targets if x.quantified}
    if not known:
        st.info(t("no_targets"))
        return
    words = labels.distinct({i: f"{x.indicator(lang)} · {figure(x, lang)}" for i, x in known.items()})
    rules = list(vocabulary("counting_rule"))
    with st.container(border=True):
        target = st.selectbox(
            t("target"),
            list(known),
            format_func=words.__getitem__,
            key=state.steady(state.box("progress-target"), list(known)),
            index=None,
            placeholder=t("choose"),
        )
        columns = st.columns(3)
        date = columns[0].text_input(t("date"), key=state.box("progress-date")).strip()
        value = columns[1].number_input(t("value"), value=None, format="%g", key=state.box("progress-value"))
        rule = columns[2].selectbox(
            t("rule"),
            rules,
            format_func=lambda r: label("counting_rule", r, lang),
            key=state.steady(state.box("progress-rule"), rules, "unstated"),
        )
        source = st.text_input(t("progress_source"), key=state.box("progress-source")).strip()
        sure = st.radio(
            t("sure"),
            SURE,
            format_func=lambda c: t(f"sure_{c}"),
            key=state.steady(state.box("progress-sure"), SURE, "memory"),
            horizontal=True,
        )
        by = person.box(t("by"))
        if st.button(t("save"), icon=":material/save:", key="progress-save"):
            _save_progress(target, date, value, source, by, str(rule), str(sure))
    _listing(
        "progress",
        lambda r: {
            t("target"): _target_name(r),
            t("plan"): _plan_name(r),
            t("date"): str(r.document["date"]),
            t("value"): quantity(r.document.get("value"), r.document.get("unit"), lang),
            t("rule"): label("counting_rule", r.document.get("counting_rule"), lang),
            t("sure"): t(f"sure_{'confirmed' if r.document.get('confidence') == 'confirmed' else 'memory'}"),
            t("progress_source"): str(r.document["source"]),
        },
    )


def _save_progress(
    target: str | None, date: str, value: float | None, source: str, by: str, rule: str, sure: str
) -> None:
    """Keep a reported figure; which promise it is of is never taken for granted."""
    t = texts("data_page")
    if target is None:
        st.error(t("no_target_chosen"))
        return
    same = [
        r for r in Workspace().records("progress")
        if (r.document["target"], r.document["date"], r.document.get("value"), r.document["source"])
        == (target, date, value, source)
    ]  # fmt: skip
    if same:
        st.error(guard.plain(t("same_entry", who=same[0].saved_by, when=person.when(same[0].saved_at))))
        return
    try:
        workspace_entries.report_progress(
            Workspace(),
            target,
            date=date,
            value=value,
            source=source,
            by=by,
            counting_rule=rule,
            confidence=sure,
        )
    except InfraPlanError as error:
        guard.show(error)
        return
    st.toast(t("saved"))


def _project_name(record: Record) -> str:
    """Return the name of a corrected project, of whichever plan; one that is gone has the name it had then."""
    plan = _plans().get(str(record.document["plan"]))
    projects = plan.projects if plan else ()
    found = next((p for p in projects if p.id == record.document["project"]), None)
    return found.name(state.language()) if found else record.title


def _target_name(record: Record) -> str:
    """Return the indicator that a figure was reported for, of whichever plan."""
    plan = _plans().get(str(record.document["plan"]))
    found = plan.target_by_id.get(str(record.document["target"])) if plan else None
    return found.indicator(state.language()) if found else record.title


def _plan_name(record: Record) -> str:
    plan = _plans().get(str(record.document["plan"]))
    return printed(plan.title(state.language()), state.language()) if plan else "—"


def _plans() -> dict[str, Plan]:
    return {plan.id: plan for plan in catalogue.load_all()}


def _plan() -> Plan:
    t, lang = texts("data_page"), state.language()
    known = _plans()
    chosen = state.choose(
        "plan", t("plan"), list(known), lambda i: printed(known[i].title(lang), lang), "guangzhou-2020"
    )
    return known[chosen]


def _listing(kind: str, row: Callable[[Record], dict[str, str]]) -> None:
    t = texts("data_page")
    deleting.undo(kind)
    records = Workspace().records(kind)
    if not records:
        return
    rows = [{**row(r), t("by"): r.saved_by, t("when"): person.when(r.saved_at)} for r in records]
    st.dataframe(pd.DataFrame(rows, dtype="string"), hide_index=True, placeholder="—")
    names = labels.of_records(
        {r.id: r for r in records},
        {
            r.id: " · ".join(filter(None, (next(iter(cells.values())), cells.get(t("date")))))
            for r, cells in zip(records, rows, strict=True)
        },
    )
    chosen = st.selectbox(
        t("open"),
        records,
        format_func=lambda r: names[r.id],
        key=state.steady(f"{kind}-open", records),
        index=None,
        placeholder=t("choose"),
    )
    if chosen is not None:
        deleting.button(chosen, names[chosen.id], kind)
