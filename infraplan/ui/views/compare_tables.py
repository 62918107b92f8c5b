"""Scenarios against each other: which is which, their figures, and the settings in which they differ.

Titles are long: each scenario has a letter, A is the base, and the letters stand in every heading.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from geo import demand_surfaces
from infraplan.ui import guard, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import compare_alike as alike
from infraplan.ui.views import scenario_differences, scenario_words
from infraplan.ui.views.scenario_differences import surface_name
from layers import demand_words
from layers.punctuation import printed
from layers.report import wording
from layers.words import share
from scenarios import compare, quotas
from scenarios.model import DISTRIBUTES, Allocation

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
    base, *others = [result for _, result in results.values()]
    said = [t("different_things")] if not all(compare.are_alike(base, other) for other in others) else []
    if any(other.scenario.distributes != base.scenario.distributes for other in others):
        said.append(t("different_counts"))
    if said:
        st.caption(" ".join(said))


def figures(results: Results) -> None:
    """Draw the figures of every scenario, one a column."""
    t, lang = texts("compare_page"), state.language()
    st.markdown(f"### {t('metrics')}")
    frame = pd.DataFrame({t("metric"): _names([result for _, result in results.values()])})
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


def _names(found: Sequence[Allocation]) -> list[str]:
    """Return what the rows are called: those whose figures are of different things say so."""
    t = texts("compare_page")
    carrying = [result for result in found if result.capacity.get("max_load") is not None]
    unlike = dict.fromkeys(LOADS, alike.differing(carrying, alike.served))
    unlike["covered"] = alike.differing([r for r in found if r.coverage], alike.reached)
    return [t("not_comparable", name=t(row), why=unlike[row]) if unlike.get(row) else t(row) for row in ROWS]


def _figures(result: Allocation, lang: str) -> dict[str, str]:
    sites = result.solution.sites
    counted = result.coverage or {"demand_name": result.solution.demand_name}
    return {
        "amount": _amount(result),
        "distributes": DISTRIBUTES[result.scenario.distributes][0 if lang == "zh" else 1],
        "existing": _existing(result),
        "covered": _reached(result),
        "certificate": certificate(result),
        "cells_used": f"{int((result.units > 0).sum()):,}",
        "sites": "—" if sites is None else f"{int(sites.sum()):,}",
        "max_load": demand_words.load(result.capacity.get("max_load"), counted, lang),
        "worst": demand_words.worst_served(result.capacity.get("worst_tenth"), counted, lang),
        "resolution": str(result.scenario.resolution),
        "population": surface_name(result.scenario.population),
    }


def _amount(result: Allocation) -> str:
    """Return how many units are allocated, and how many more lie in no cell."""
    n = f"{result.allocated:,}"
    if not result.unplaced:
        return n
    return texts("compare_page")("amount_unplaced", n=n, more=f"{result.unplaced:,}")


def _reached(result: Allocation) -> str:
    """Return the share within reach and of what; not every scenario is made for residents."""
    if not result.coverage:
        return "—"
    return f"{share(result.coverage.get('share'))} · {reached(result)}"


def reached(result: Allocation) -> str:
    """Return what a share within reach is of: of a mix each part by name, and in which area only."""
    assert result.coverage is not None
    lang, parts = state.language(), str(result.coverage["demand_name"]).split("+")
    if len(parts) == 1:
        return printed(demand_words.reached(result, lang), lang)
    column, known = (1 if lang == "zh" else 0), demand_surfaces.names()
    said = ("、" if lang == "zh" else ", ").join(known[p][column] if p in known else p for p in parts)
    area = (result.scenario.document.get("coverage") or {}).get("area", "all")
    if area != "all":
        said += f"{'' if lang == 'zh' else ' '}({scenario_words.label(f'coverage.area={area}')})"
    return printed(said, lang)


def _existing(result: Allocation) -> str:
    """Return how many units stand already; unknown is not none."""
    stated = result.solution.facts.get("existing")
    if stated is None:
        return "—"
    return f"{stated:,}" if isinstance(stated, int) else texts("compare_page")("existing_unknown")


def certificate(result: Allocation) -> str:
    """Say in few words how close to the best of which plans the first stage is: of coverage where there is one."""
    t, stages = texts("compare_page"), result.solution.stages
    if not stages:
        return "—"
    if stages[0].name == "share":
        return t("cert_share")
    more = wording.possible(stages[0])
    if more is None:
        return t("cert_none")
    fewest = stages[0].name == "inverse"
    whole = quotas.is_free(result.scenario) or len(result.districts) == 1
    alike = t("alike_sites" if whole else "alike_quotas")
    if more > 0:
        return t("cert_fewer" if fewest else "cert_gap", more=wording.rounded_up(more), alike=alike)
    return t("cert_fewest" if fewest else "cert_proven", alike=alike)
