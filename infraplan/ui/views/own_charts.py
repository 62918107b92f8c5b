"""Charts of a project list that a planner brought; a sentence stands where the list does not hold what one needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from infraplan.ui.i18n import texts
from infraplan.ui.views import list_charts
from layers.words import share

_YI = 1e8
#: So many districts, or names that stand for one, have a bar of their own.
_MOST = 20


def draw(
    frame: pd.DataFrame,
    stages: Sequence[Sequence[str]],
    order: Sequence[str],
    districts: Sequence[Sequence[str]],
) -> None:
    """Draw the charts of the rows that are shown.

    Parameters
    ----------
    stages, districts : sequences
        The names of the stage and of the districts of each row, empty where the list states none.
    order : sequence of str
        The stages as they follow each other, what is not stated last.
    """
    if frame.empty:
        st.caption(texts("lists")("no_chart"))
        return
    left, right = st.columns(2)
    with left:
        _money(frame, stages, order)
    with right:
        _stages(stages, order)
    _works(frame)
    _districts(districts)
    _this_year(frame)


def _money(frame: pd.DataFrame, stages: Sequence[Sequence[str]], order: Sequence[str]) -> None:
    """Draw the investment of each stage; what a row does not state is in no sum."""
    t, s = texts("own_projects"), texts("lists")
    known = [
        (row[0] if row else t("not_stated"), int(money))
        for row, money in zip(stages, _column(frame, "investment"), strict=True)
        if money is not None
    ]
    sums: Counter[str] = Counter()
    for name, money in known:
        sums[name] += money
    shown = [name for name in order if name in sums] if any(stages) else []
    list_charts.bars(
        t("chart_investment"),
        pd.DataFrame({s("stage"): shown, s("yuan"): [round(sums[name] / _YI, 4) for name in shown]}),
        t("no_stage" if known else "no_investment"),
        t("chart_investment_note", n=f"{len(known):,}", all=f"{len(frame):,}"),
    )


def _stages(stages: Sequence[Sequence[str]], order: Sequence[str]) -> None:
    t, s = texts("own_projects"), texts("lists")
    counts = Counter(row[0] if row else t("not_stated") for row in stages)
    shown = [name for name in order if name in counts] if any(stages) else []
    list_charts.bars(
        t("chart_stages"),
        pd.DataFrame({s("stage"): shown, s("count"): [counts[name] for name in shown]}),
        t("no_stage"),
    )


def _districts(districts: Sequence[Sequence[str]]) -> None:
    t, s = texts("own_projects"), texts("lists")
    counts = Counter(name for row in districts for name in row)
    bars = counts.most_common(_MOST)
    if len(counts) > _MOST:
        rest = sum(counts.values()) - sum(n for _, n in bars)
        bars.append((t("rest", n=len(counts) - _MOST), rest))
    without = sum(not row for row in districts)
    if bars and without:
        bars.append((t("not_stated"), without))
    list_charts.bars(
        t("chart_districts"),
        pd.DataFrame({s("district"): [name for name, _ in bars], s("count"): [n for _, n in bars]}),
        t("no_district"),
        t("chart_districts_note") if any(len(row) > 1 for row in districts) else "",
    )


def _works(frame: pd.DataFrame) -> None:
    """Draw the planned years: those of the period, else those of start and completion."""
    t = texts("own_projects")
    first, last = _years(frame, "period_from", "start_from"), _years(frame, "period_to", "end_to")
    spans = [(a, b) for a, b in zip(first, last, strict=True) if a is not None and b is not None and a <= b]
    note = t("chart_works_note", n=f"{len(spans):,}", all=f"{len(frame):,}")
    list_charts.works(t("chart_works"), spans, t("no_works"), note)


def _years(frame: pd.DataFrame, *columns: str) -> list[int | None]:
    """Return the year of the first of these columns that a row states."""
    stated = [[None if v is None else int(str(v)[:4]) for v in _column(frame, c)] for c in columns]
    return [next((year for year in row if year is not None), None) for row in zip(*stated, strict=True)]


def _this_year(frame: pd.DataFrame) -> None:
    """Draw what is planned for this year against what is done, of the rows that state both."""
    t, s = texts("own_projects"), texts("lists")
    pairs = zip(_column(frame, "planned_this_year"), _column(frame, "invested_this_year"), strict=True)
    both = [(int(a), int(b)) for a, b in pairs if a is not None and b is not None]
    planned, done = sum(a for a, _ in both), sum(b for _, b in both)
    said = {"n": f"{len(both):,}", "all": f"{len(frame):,}"}
    note = t("chart_year_note", share=share(done / planned), **said) if planned else t("chart_zero", **said)
    shown = {t("planned"): planned, t("done"): done} if both else {}
    list_charts.bars(
        t("chart_year"),
        pd.DataFrame({s("value"): list(shown), s("yuan"): [round(v / _YI, 4) for v in shown.values()]}),
        t("no_year"),
        note,
    )


def _column(frame: pd.DataFrame, name: str) -> list:
    """Return a column, None where a row does not state it."""
    if name not in frame:
        return [None] * len(frame)
    return frame[name].astype(object).where(frame[name].notna(), None).tolist()
