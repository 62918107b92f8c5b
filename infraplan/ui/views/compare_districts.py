"""What moved against the base, by district: in sentences, in units, and in the share within reach."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from infraplan import workflow
from infraplan.ui import guard, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import compare_alike as alike
from infraplan.ui.views import compare_tables, scenario_differences
from infraplan.ui.views.compare_tables import Results
from scenarios.model import Allocation

#: So many districts are named in a sentence.
_NAMED = 3
#: Room for the longest name in Chinese.
_NAME_PX = 150
#: What a row stands for; units without a boundary have codes that mean something in their own scenario only.
_KEY = ["adcode", "name_zh"]


def draw(results: Results) -> None:
    """Draw what moved against the base: in words, by district, and what is covered there."""
    t = texts("compare_page")
    st.markdown(f"### {t('by_district')}")
    base = results["A"][1]
    others = {letter: found for letter, found in results.items() if letter != "A"}
    for column, (letter, (title, result)) in zip(st.columns(len(others)), others.items(), strict=True):
        same = scenario_differences.of_settings(
            {"A": base.scenario.document, letter: result.scenario.document}
        ).empty
        with column:
            _moved(f"{letter} · {title}", workflow.compare(base, result), same)
    found = {letter: result for letter, (_, result) in results.items()}
    beside = len(found) == 2  # the columns of more have no room there
    left, right = st.columns(2, gap="medium") if beside else (st.container(), st.container())
    with left:
        _by_unit(found)
    with right:
        _covered(found)


def _by_unit(found: Mapping[str, Allocation]) -> None:
    """Draw the units of every result by unit, with what is not in the table."""
    t = texts("compare_page")
    st.markdown(f"**{t('units_by_district')}**")
    frame = units(found)
    _numbers(frame, "localized")
    widgets.csv_button(frame, "compare.csv", "csv-compare")
    if len({alike.units(result) for result in found.values()}) > 1:
        st.caption(t("units_differ"))
    for letter, result in found.items():
        if result.unplaced:
            said = t("unplaced", letter=letter, n=f"{result.unplaced:,}", names=_without_cells(result))
            st.caption(guard.plain(said))


def _without_cells(result: Allocation) -> str:
    lang, table = state.language(), result.districts
    return ("、" if lang == "zh" else ", ").join(table[table["unplaced"] > 0][f"name_{lang}"])


def units(results: Mapping[str, Allocation]) -> pd.DataFrame:
    """Return the units of every result in each unit that any of them has, with the difference from A, and the totals.

    A unit that a result does not have is unknown there, not zero; the difference is then all that the other has, so
    that differences sum to that of the totals.
    """
    t = texts("compare_page")
    names = _units(results)
    counts = {letter: _allocated(result).reindex(names.index) for letter, result in results.items()}
    frame = pd.DataFrame({t("district"): names})
    for letter, count in counts.items():
        frame[letter] = count
        if letter != "A":
            there = count.notna() | counts["A"].notna()
            frame[f"{letter} − A"] = (count.fillna(0) - counts["A"].fillna(0)).where(there)
    total = {t("district"): t("total"), **frame.iloc[:, 1:].sum()}
    return pd.concat([frame, pd.DataFrame([total])], ignore_index=True).astype(frame.dtypes)


def _allocated(result: Allocation) -> pd.Series:
    """Return the units of each unit of a result, nothing where a unit has no cell that could hold any."""
    table = result.districts.set_index(_KEY)
    return table["allocated"].astype("Int64").mask((table["unplaced"] > 0) & (table["allocated"] == 0))


def _units(results: Mapping[str, Allocation]) -> pd.Series:
    """Return the name of every unit that any of the results has, by code."""
    column = f"name_{state.language()}"
    names = pd.concat(
        [r.districts.assign(said=r.districts[column]).set_index(_KEY)["said"] for r in results.values()]
    )
    return names[~names.index.duplicated()].sort_index()


def _numbers(frame: pd.DataFrame, form: str) -> None:
    config: Any = {c: st.column_config.NumberColumn(format=form) for c in frame.columns[1:]}
    config[frame.columns[0]] = st.column_config.TextColumn(width=_NAME_PX)
    st.dataframe(frame, hide_index=True, placeholder="—", column_config=config, height="content")


def _covered(results: Mapping[str, Allocation]) -> None:
    """Draw the share within reach by district, and the difference in percentage points where it is of the same."""
    t = texts("compare_page")
    covering = {letter: result for letter, result in results.items() if result.coverage}
    names = _units(covering) if covering else pd.Series()
    frame, said = pd.DataFrame({t("district"): names}), []
    for letter, result in covering.items():
        frame[letter] = _shares(result).reindex(names.index)
        if letter == "A" or "A" not in covering:
            continue
        if why := alike.differing([covering["A"], result], alike.by_unit):
            said.append(t("unlike", letter=letter, why=why))
        else:
            frame[f"{letter} − A"] = (frame[letter] - frame["A"]).round(2)
    subtracted = len(frame.columns) > len(covering) + 1
    st.markdown(f"**{t('covered_and_points' if subtracted else 'covered_by_district')}**")
    if len(what := {compare_tables.reached(result) for result in covering.values()}) == 1:
        st.caption(guard.plain(t("covered_of", what=what.pop())))
    if len(covering) < 2:
        st.caption(t("no_common_coverage"))
        return
    _numbers(frame, "%.2f")
    widgets.csv_button(frame, "coverage.csv", "csv-coverage")
    for text in said:
        st.caption(text)


def _shares(result: Allocation) -> pd.Series:
    """Return the share within reach of each district in percent, by unit."""
    table = result.districts.set_index(_KEY)
    return (table["coverage_share"].astype(float) * 100).round(2)


def _moved(title: str, found: Mapping[str, Any], same_settings: bool) -> None:
    """Say what moved, and by which inputs; a scenario that is only called something else is none."""
    t = texts("compare_page")
    names = [name for name in found["inputs_changed"] if name != "scenario" or not same_settings]
    said = [
        t("changed", n=f"{found['cells_changed']:,}"),
        *([t("moved", n=f"{found['moved']:,}")] if found["same_units"] else []),
        t("amount_difference", n=f"{found['amount_difference']:+,}" if found["amount_difference"] else "0"),
        _inputs(names),
        *gains_and_losses(found["districts"]),
    ]
    text = "<br>".join(html.escape(s) for s in said)
    st.html(f'<div class="plainwords"><b>{html.escape(title)}</b><br>{text}</div>')


def gains_and_losses(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which districts have most more and most fewer units, and nothing of what there is none of."""
    t = texts("compare_page")
    ordered = sorted(rows, key=lambda r: r["difference"])
    gains = [r for r in ordered[::-1] if r["difference"] > 0][:_NAMED]
    losses = [r for r in ordered if r["difference"] < 0][:_NAMED]
    if not gains and not losses:
        return [t("no_moves")]
    said = []
    for words, named in (("gains_text", gains), ("losses_text", losses)):
        if named:
            said.append(t(words, names=listed(named)))
    return said


def listed(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return districts by name, each with its difference."""
    lang = state.language()
    return ("、" if lang == "zh" else ", ").join(f"{r[f'name_{lang}']} {r['difference']:+,}" for r in rows)


def _inputs(names: Sequence[str]) -> str:
    from infraplan.ui.i18n.compare_page import TEXT

    t = texts("compare_page")
    if not names:
        return t("same_inputs")
    known = [t(f"input.{n}") if f"input.{n}" in TEXT else n for n in names]
    return t("inputs", names=("、" if state.language() == "zh" else ", ").join(known))
