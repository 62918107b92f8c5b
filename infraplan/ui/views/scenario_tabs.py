"""Below a result: districts, curves, reasons, phases, the data's error, evidence, files."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from infraplan import origin, workflow
from infraplan.ui import cache, guard, runs, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_facility, scenario_files, scenario_why, scenario_words
from layers import allocation as allocation_layers
from layers import demand_words, why
from layers.demand_words import Measure
from layers.punctuation import printed
from layers.report import wording
from layers.style import SEQUENTIAL
from layers.words import share
from plans import catalogue
from scenarios import uncertainty
from scenarios.model import Allocation
from scenarios.solution import PARTS

_INK = "#1c2733"
_BAR = SEQUENTIAL[4]
_MOST_ROWS = 3000
#: A column of whole numbers, thousands apart.
_WHOLE = functools.partial(st.column_config.NumberColumn, format="localized")


def draw(allocation: Allocation) -> None:
    """Draw the tabs; only the open one is worked out and sent."""
    drawers = {
        "districts": _districts,
        "charts": _charts,
        "cells": _cells,
        "phases": _phases,
        "error": _error,
        "evidence": _evidence,
        "files": scenario_files.draw,
    }
    name, tab = state.tabs("tab", list(drawers), lambda n: texts("scenario_page")(f"tab_{n}"))
    with tab:
        drawers[name](allocation)


def _districts(allocation: Allocation) -> None:
    lang = state.language()
    layer = allocation_layers.districts(allocation)
    hidden = {"name_en" if lang == "zh" else "name_zh", "area_m2", "adcode", "quota"}
    fields = [f for f in layer.fields if f.name not in hidden]
    frame = pd.DataFrame(layer.frame)[[f.name for f in fields]].copy()
    frame["allocated"] = frame["allocated"].astype("Int64").mask(~allocation_layers.has_cells(allocation))
    for f in fields:
        if f.kind == "share":
            frame[f.name] = frame[f.name].astype(float) * 100
    heads = {f.name: printed(f.label(lang), lang) for f in fields}
    config = {
        heads[f.name]: st.column_config.NumberColumn(format="%.1f%%" if f.kind == "share" else "localized")
        for f in fields
        if f.kind not in {"text", "code"}
    }
    shown = frame.rename(columns=heads).round(2)
    st.dataframe(shown, hide_index=True, placeholder="—", column_config=config, height="content")
    st.caption(_table_note(allocation))
    widgets.csv_button(shown, f"{origin.stem(allocation)}-districts.csv", "csv-districts")


def _table_note(allocation: Allocation) -> str:
    t = texts("scenario_page")
    if not allocation.unplaced:
        return t("table_note")
    placed, n, amount = (f"{v:,}" for v in (allocation.allocated, allocation.unplaced, allocation.amount))
    return t("table_note_unplaced", placed=placed, n=n, amount=amount)


def _charts(allocation: Allocation) -> None:
    t = texts("scenario_page")
    coverage = allocation.coverage
    if coverage is None:
        st.info(t("no_coverage"))
        return
    left, right = st.columns(2, gap="large")
    with left:
        what = printed(demand_words.reached(allocation, state.language()), state.language())
        st.markdown(f"**{t('curve', what=what)}**")
        st.altair_chart(_curve(allocation), width="stretch")
        _milestones(allocation)
    with right:
        told, lang = demand_words.measure(coverage), state.language()
        st.markdown(f"**{t('load', unit=_unit(told))}**")
        per_unit, left_out = _load_by_unit(allocation)
        if len(per_unit):
            st.altair_chart(_loads(per_unit, told), width="stretch")
        else:
            st.caption(t("load_none"))
        if left_out:
            st.caption(t("load_left_out", n=f"{left_out:,}"))
        highest = demand_words.load(allocation.capacity.get("max_load"), coverage, lang)
        worst = demand_words.worst_served(allocation.capacity.get("worst_tenth"), coverage, lang)
        st.caption(guard.plain(t("load_max", max=highest, worst=worst)))
    rule = coverage.get("rule")
    if rule and rule["area_cells"]:
        st.caption(t("rules", area=f"{rule['area_cells']:,}", disc=f"{rule['disc_cells']:,}"))


def _milestones(allocation: Allocation) -> None:
    """Say how many of this plan's sites, the most useful first, reach each round share."""
    t = texts("scenario_page")
    reached = _reached(allocation)
    steps = [(goal, int(np.searchsorted(reached, goal * 100 - 1e-9)) + 1) for goal in (0.8, 0.9, 0.95, 0.99)]
    said = [t("milestone", share=share(goal), n=f"{n:,}") for goal, n in steps if n <= len(reached)]
    if said:
        st.caption(t("milestones", list=("、" if state.language() == "zh" else "; ").join(said)))


def _reached(allocation: Allocation) -> NDArray[np.float64]:
    """Return the share reached (percent) by the first 1, 2, ... cells with sites, the most useful first."""
    solution = allocation.solution
    assert solution.newly is not None
    assert solution.demand is not None
    newly = np.sort(solution.newly[solution.newly > 0])[::-1]
    return np.asarray(np.cumsum(newly) / max(int(solution.demand.sum()), 1) * 100)


def _curve(allocation: Allocation) -> alt.Chart:
    """Return how the covered share grows with the sites, the most useful first (thinned for the browser)."""
    t = texts("scenario_page")
    reached = _reached(allocation)
    keep = np.unique(np.linspace(0, max(len(reached) - 1, 0), 200).astype(int))[: len(reached)]
    frame = pd.DataFrame({"n": keep + 1, "share": reached[keep]})
    return (
        alt.Chart(frame)
        .mark_area(line={"color": _BAR, "strokeWidth": 2}, color=SEQUENTIAL[1], opacity=0.5)
        .encode(
            x=alt.X("n:Q", title=t("curve_sites"), axis=alt.Axis(format=",d", tickMinStep=1)),
            y=alt.Y("share:Q", title=t("curve_share"), scale=alt.Scale(domain=[0, 100])),
            tooltip=[
                alt.Tooltip("n:Q", title=t("curve_sites"), format=",d"),
                alt.Tooltip("share:Q", title=t("curve_share"), format=".2f"),
            ],
        )
        .properties(height=260)
    )


def _load_by_unit(allocation: Allocation) -> tuple[NDArray[np.float64], int]:
    """Return the load on a unit in each cell that carries one, and how many cells with units carry none.

    Counted as the highest load is (``scenarios.metrics``): what stands beside an increment carries its part.
    """
    solution, held = allocation.solution, allocation.units
    if solution.load is None:
        return np.zeros(0), 0
    held = held if solution.beside is None else held + solution.beside
    carrying = (held > 0) & (solution.load > 0)
    return solution.load[carrying] / held[carrying], int(((held > 0) & ~carrying).sum())


def _unit(told: Measure) -> str:
    return told.unit_zh if state.language() == "zh" else told.unit_en


def _loads(per_unit: NDArray[np.float64], told: Measure) -> alt.Chart:
    t = texts("scenario_page")
    counts, edges = np.histogram(per_unit / told.size, bins=24)
    title, form = t("load_bin", unit=_unit(told)), ",.0f" if edges[-1] >= 100 else ",.3~r"
    frame = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "cells": counts})
    return (
        alt.Chart(frame)
        .mark_bar(color=_BAR)
        .encode(
            x=alt.X("from:Q", bin="binned", title=title, axis=alt.Axis(format=form)),
            x2="to:Q",
            y=alt.Y("cells:Q", title=t("load_cells"), axis=alt.Axis(format=",d", tickMinStep=1)),
            tooltip=[
                alt.Tooltip("from:Q", title=title, format=form),
                alt.Tooltip("cells:Q", title=t("load_cells"), format=",d"),
            ],
        )
        .properties(height=260)
    )


def _cells(allocation: Allocation) -> None:
    t, lang = texts("scenario_page"), state.language()
    district = state.get("district", "all")
    table = cache.reasons_of(allocation)
    units = allocation.unit_adcodes[allocation.units > 0]  # a functional zone's cells are its own
    table = table.assign(adcode=units)
    table = table if district == "all" else table[table["adcode"] == district]
    table = table.sort_values("units", ascending=False, kind="stable").head(_MOST_ROWS)
    names = allocation.districts.set_index("adcode")[f"name_{lang}"]
    unit, found = scenario_why.unit_word(allocation), scenario_why.counted(allocation)
    shown = pd.DataFrame(
        {
            t("cell"): table["h3"],
            t("district"): table["adcode"].map(names),
            t("amount"): table["units"],
            t("why"): [why.sentence(row, lang, unit, found) for row in _records(table)],
        }
    )
    cells = table["h3"].tolist()

    def chosen() -> None:
        rows = st.session_state["reason_rows"]["selection"]["rows"]
        if rows and rows[0] < len(cells):
            state.put("cell", cells[rows[0]])

    st.dataframe(
        shown,
        hide_index=True,
        height=360,
        key="reason_rows",
        on_select=chosen,
        selection_mode="single-row",
        column_config={t("amount"): _WHOLE()},
    )


def _phases(allocation: Allocation) -> None:
    t, lang = texts("scenario_page"), state.language()
    if not allocation.phases:
        st.caption(t("no_phases"))
        return
    rows = workflow.phase_rows(allocation)
    shown = {t("year"): [str(r["year"]) for r in rows], t("amount"): [r["amount"] for r in rows]}
    if allocation.coverage:
        reached = t("covered", what=printed(demand_words.reached(allocation, lang), lang))
        shown[reached] = [share(r["share"]) for r in rows]
    st.dataframe(pd.DataFrame(shown), hide_index=True, placeholder="—", column_config={t("amount"): _WHOLE()})


def _error(allocation: Allocation) -> None:
    t, lang = texts("scenario_page"), state.language()
    if allocation.coverage is None:
        st.info(t("no_coverage"))
        return
    if not runs.can_be_measured(allocation):
        st.info(t("error_elsewhere"))
        return
    measured = runs.measured(allocation)
    if measured is None:
        _not_measured(allocation)
        return
    covered = measured["covered_share"]
    st.markdown(t("error_range", **{k: f"**{share(v)}**" for k, v in covered.items()}))
    st.markdown(guard.plain(printed(wording.stability(allocation, measured, lang), lang)))
    near, far = wording.distances_drawn(measured)
    st.caption(t("error_text", n=measured["runs"], near=near, far=far))


def _not_measured(allocation: Allocation) -> None:
    """Say how far the measurement is, or offer it; the page does not wait for it."""
    t = texts("scenario_page")
    st.caption(t("error_long", n=uncertainty.RUNS))
    runs.watch_measuring(allocation)
    if not runs.is_measuring(allocation):
        st.button(
            t("error_start"),
            icon=":material/monitoring:",
            key="error_start",
            on_click=runs.start_measuring,
            args=(allocation,),
        )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _evidence(allocation: Allocation) -> None:
    t, lang = texts("scenario_page"), state.language()
    left, right = st.columns(2, gap="large")
    with left:
        if allocation.target:
            plan = catalogue.load_plan(allocation.target["plan"])
            widgets.target_card(plan, plan.target_by_id[allocation.target["id"]])
        st.markdown(f"**{t('assumptions')}**")
        _assumptions(allocation)
    with right:
        st.markdown(f"**{t('parts')}**")
        held = allocation.solution.parts
        names = [printed(PARTS[n][0 if lang == "zh" else 1], lang) for n in held]
        st.dataframe(
            pd.DataFrame({t("parts"): names, t("amount"): [int(v.sum()) for v in held.values()]}),
            hide_index=True,
            column_config={t("amount"): _WHOLE()},
        )
        st.markdown(f"**{t('profile')}**")
        _profile(allocation)
    st.caption(t("fingerprint", a=allocation.fingerprint[:16], b=allocation.result_hash[:16]))


def _assumptions(allocation: Allocation) -> None:
    """Draw what was changed, the author's sentences with what they were written for, own data, and the run's notes."""
    t, lang = texts("scenario_page"), state.language()
    told = origin.stated(allocation)
    if told.changes is not None:
        st.caption(guard.plain(printed(told.changes.sentence(lang), lang)))
    for is_remark, text in told.assumptions(lang):
        if is_remark:
            st.caption(f":material/edit_note: {guard.plain(printed(text, lang))}")
        else:
            st.text(f"· {printed(text, lang)}")
    if told.given:
        st.markdown(f"**{t('given')}**")
        for item in told.given:
            st.text(f"· {item.whole(lang)}")
    if allocation.solution.notes:
        st.markdown(f"**{t('notes')}**")
        for zh, en in allocation.solution.notes:
            st.text(f"· {printed(zh if lang == 'zh' else en, lang)}")


def _profile(allocation: Allocation) -> None:
    t, lang = texts("scenario_page"), state.language()
    if allocation.profile is None:
        st.caption(t("profile_empty"))
        return

    def words(key: str) -> str:
        return printed(scenario_words.label(key), lang)

    rows = [
        {
            t("parameter"): words(f"param.{p.name}").removeprefix("param."),
            t("value"): printed(_value(p.name, p.value), lang),
            t("unit"): words(f"unit.{p.unit}").removeprefix("unit."),
            t("status"): printed(scenario_facility.sure(allocation.profile.id, p), lang),
            t("note"): printed(p.note_zh, lang) if lang == "zh" else p.note_en,
            t("source"): printed(scenario_facility.source(p.source), lang),
        }
        for p in allocation.profile.parameters.values()
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="—",
        column_config={t("value"): st.column_config.TextColumn(width=120)},
    )


def _value(name: str, value: object) -> str:
    """Return a parameter's value as a planner reads it: options in words, parts by name, thousands apart."""
    t = texts("scenario_page")
    if isinstance(value, Mapping):
        said = [
            t("value_part", name=scenario_facility.part(str(k)), value=_value(name, v))
            for k, v in value.items()
        ]
        return t("reach_part_join").join(said)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return scenario_facility.shown(name, value)
