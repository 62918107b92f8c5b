"""Scenarios against each other in tables and sentences: figures, districts, coverage, what moved.

Titles are long: each scenario has a letter, A is the base, and the letters stand in every heading.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo import demand_surfaces
from infraplan import workflow
from infraplan.ui import guard, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_differences
from infraplan.ui.views.scenario_differences import surface_name
from layers import demand_words
from layers.report import wording
from layers.words import share
from scenarios.model import DISTRIBUTES, Allocation
from scenarios.solution import Stage

ROWS = (
    "amount",
    "distributes",
    "existing",
    "covered",
    "certificate",
    "cells_used",
    "sites",
    "max_load",
    "worst",
    "resolution",
    "population",
)
#: Rows that cannot be compared where scenarios serve different demands.
LOADS = ("max_load", "worst")
#: So many districts are named in a sentence.
_NAMED = 3
#: Titles and results by letter, the base first.
Results = Mapping[str, tuple[str, Allocation]]


def key(results: Results) -> None:
    """Draw which letter is which scenario, and warn where their figures count different things."""
    t = texts("compare_page")
    lines = "".join(
        f'<span style="white-space:nowrap;margin-right:1.4rem"><b>{letter}</b> {html.escape(title)}'
        + (f' <span class="tag">{html.escape(t("base"))}</span>' if letter == "A" else "")
        + "</span> "
        for letter, (title, _) in results.items()
    )
    st.html(f'<div class="legend" style="margin:0">{lines}</div>')
    found = [result for _, result in results.values()]
    things = {r.profile.id if r.profile else r.scenario.target for r in found}
    counts = {r.scenario.distributes for r in found}
    said = [
        t(words) for words, n in (("different_things", things), ("different_counts", counts)) if len(n) > 1
    ]
    if said:
        st.caption(" ".join(said))


def figures(results: Results) -> None:
    """Draw the figures of every scenario, one a column."""
    t, lang = texts("compare_page"), state.language()
    st.markdown(f"### {t('metrics')}")
    unlike = len({_demand(r) for _, r in results.values() if r.capacity.get("max_load") is not None}) > 1
    names = [t("not_comparable", name=t(row)) if unlike and row in LOADS else t(row) for row in ROWS]
    frame = pd.DataFrame({t("metric"): names})
    for letter, (title, result) in results.items():
        values = _figures(result, lang)
        frame[f"{letter} · {title}"] = [values[row] for row in ROWS]
    plain = frame.map(guard.plain).rename(columns=guard.plain)
    st.table(plain, border="horizontal", hide_index=True)
    widgets.csv_button(frame, "figures.csv", "csv-figures")


def settings(results: Results) -> None:
    """Draw in which settings the scenarios differ, with the values of each."""
    t = texts("compare_page")
    st.markdown(f"### {t('settings')}")
    documents = {letter: result.scenario.document for letter, (_, result) in results.items()}
    frame = scenario_differences.of_settings(documents)
    if frame.empty:
        st.caption(t("same_settings"))
        return
    st.table(frame.map(guard.plain), border="horizontal", hide_index=True)


def _figures(result: Allocation, lang: str) -> dict[str, str]:
    sites = result.solution.sites
    counted = result.coverage or {"demand_name": result.solution.demand_name}
    return {
        "amount": f"{result.allocated:,}",
        "distributes": DISTRIBUTES[result.scenario.distributes][0 if lang == "zh" else 1],
        "existing": _existing(result),
        "covered": _reached(result),
        "certificate": certificate(result.solution.stages),
        "cells_used": f"{int((result.units > 0).sum()):,}",
        "sites": "—" if sites is None else f"{int(sites.sum()):,}",
        "max_load": demand_words.load(result.capacity.get("max_load"), counted, lang),
        "worst": demand_words.worst_served(result.capacity.get("worst_tenth"), counted, lang),
        "resolution": str(result.scenario.resolution),
        "population": surface_name(result.scenario.population),
    }


def _reached(result: Allocation) -> str:
    """Return the share within reach and of what; not every scenario is made for residents."""
    if not result.coverage:
        return "—"
    column, known = (1 if state.language() == "zh" else 0), demand_surfaces.names()
    parts = [known[name][column] if name in known else name for name in _demand(result).split("+")]
    if "area" in parts:
        parts = [texts("compare_page")("demand_area")]
    return f"{share(result.coverage.get('share'))} · {('、' if column else ', ').join(parts)}"


def _existing(result: Allocation) -> str:
    """Return how many units stand already; unknown is not none."""
    stated = result.solution.facts.get("existing")
    if stated is None:
        return "—"
    return f"{stated:,}" if isinstance(stated, int) else texts("compare_page")("existing_unknown")


def certificate(stages: Sequence[Stage]) -> str:
    """Say in few words how close to the best possible the first stage is: that of coverage where there is one."""
    t = texts("compare_page")
    if not stages:
        return "—"
    more = wording.possible(stages[0])
    if more is None:
        return t("cert_none")
    return t("cert_gap", more=wording.rounded_up(more)) if more > 0 else t("cert_proven")


def districts(results: Results) -> None:
    """Draw what moved against the base: in words, by district, and what is covered there."""
    t, lang = texts("compare_page"), state.language()
    st.markdown(f"### {t('by_district')}")
    (_, base), *others = results.values()
    letters = [letter for letter in results if letter != "A"]
    found = {
        letter: workflow.compare(base, result) for letter, (_, result) in zip(letters, others, strict=True)
    }
    for column, letter in zip(st.columns(len(letters)), letters, strict=True):
        with column:
            _moved(f"{letter} · {results[letter][0]}", found[letter])
    frame = pd.DataFrame({t("district"): base.districts[f"name_{lang}"], "A": base.districts["allocated"]})
    for letter in letters:
        delta = {row["adcode"]: row["difference"] for row in found[letter]["districts"]}
        frame[f"{letter} − A"] = base.districts["adcode"].map(delta).fillna(0).astype(int)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('units_by_district')}**")
        _numbers(frame, "localized")
        widgets.csv_button(frame, "compare.csv", "csv-compare")
    with right:
        _covered(results, letters)


def _numbers(frame: pd.DataFrame, form: str) -> None:
    config: Any = {c: st.column_config.NumberColumn(format=form) for c in frame.columns[1:]}
    st.dataframe(frame, hide_index=True, placeholder="—", column_config=config, height="content")


def _covered(results: Results, letters: Sequence[str]) -> None:
    """Draw the share within reach by district, and the difference in percentage points, where both reach the same."""
    t, lang = texts("compare_page"), state.language()
    st.markdown(f"**{t('covered_by_district')}**")
    base = results["A"][1]
    alike = [x for x in letters if _demand(results[x][1]) == _demand(base)]
    if not _demand(base) or not alike:
        st.caption(t("no_common_coverage"))
        return
    first = _shares(base)
    frame = pd.DataFrame({t("district"): base.districts.set_index("adcode")[f"name_{lang}"], "A": first})
    for letter in alike:
        second = _shares(results[letter][1]).reindex(first.index)
        frame[letter] = second
        frame[f"{letter} − A"] = (second - first).round(2)
    frame = frame.reset_index(drop=True)
    _numbers(frame, "%.2f")
    widgets.csv_button(frame, "coverage.csv", "csv-coverage")


def _demand(result: Allocation) -> str:
    return str((result.coverage or {}).get("demand_name", ""))


def _shares(result: Allocation) -> pd.Series:
    """Return the share within reach of each district in percent, by adcode."""
    table = result.districts.set_index("adcode")
    return (table["coverage_share"].astype(float) * 100).round(2)


def _moved(title: str, found: Mapping[str, Any]) -> None:
    t = texts("compare_page")
    said = [
        t("changed", n=f"{found['cells_changed']:,}", moved=f"{found['moved']:,}"),
        t("amount_difference", n=f"{found['amount_difference']:+,}"),
        _inputs(found["inputs_changed"]),
        *gains_and_losses(found["districts"]),
    ]
    text = "<br>".join(html.escape(s) for s in said)
    st.html(f'<div class="plainwords"><b>{html.escape(title)}</b><br>{text}</div>')


def gains_and_losses(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which districts have most more and most fewer units, and nothing of what there is none of."""
    t, lang = texts("compare_page"), state.language()
    ordered = sorted(rows, key=lambda r: r["difference"])
    gains = [r for r in ordered[::-1] if r["difference"] > 0][:_NAMED]
    losses = [r for r in ordered if r["difference"] < 0][:_NAMED]
    if not gains and not losses:
        return [t("no_moves")]
    said = []
    for words, named in (("gains_text", gains), ("losses_text", losses)):
        if named:
            listed = [f"{r[f'name_{lang}']} {r['difference']:+,}" for r in named]
            said.append(t(words, names=("、" if lang == "zh" else ", ").join(listed)))
    return said


def _inputs(names: Sequence[str]) -> str:
    from infraplan.ui.i18n.compare_page import TEXT

    t = texts("compare_page")
    if not names:
        return t("same_inputs")
    known = [t(f"input.{n}") if f"input.{n}" in TEXT else n for n in names]
    return t("inputs", names=("、" if state.language() == "zh" else ", ").join(known))
