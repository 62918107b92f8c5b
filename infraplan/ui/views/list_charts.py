"""Charts of the pages of targets and of projects: bars, a timeline of deadlines, one of years of works.

Where there is nothing to draw, a sentence says what the documents leave unsaid.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from infraplan.ui.i18n import texts
from infraplan.ui.theme import INK
from layers.style import SEQUENTIAL
from plans.model import Target

BAR = SEQUENTIAL[4]
PALE = SEQUENTIAL[2]
#: The highest column leaves so much room for its figure.
_ROOM = 1.12
#: Pixels of a letter and of a line of the names, and between a bar and its figure.
_LETTER, _LINE, _GAP = 6.5, 13, 4
#: What a line is not broken within: a word with the spaces after it, or one Chinese character with the mark after it.
_PARTS = re.compile(r"[^\s\u2e80-\uffef]+\s*|.[\u3001\u3002\uff0c\uff1b\uff09\u201d]*\s*")
#: Pixels across which the years of a timeline share.
_ACROSS = 500


def bars(heading: str, frame: pd.DataFrame, empty: str = "", note: str = "", full: float = 0.0) -> None:
    """Draw horizontal bars in the order of the frame: names, values, and where there are ``colour`` and ``figure``.

    ``figure`` is the value in words, ``empty`` what is said when the frame holds no row, ``note`` what stands under the
    bars, ``full`` the value whose bar is the longest even when none reaches it.
    """
    st.markdown(f"**{heading}**")
    if frame.empty:
        st.caption(empty or texts("lists")("no_chart"))
        return
    name, value = (str(c) for c in frame.columns[:2])
    if "figure" not in frame:
        frame = frame.assign(figure=[f"{v:,.4f}".rstrip("0").rstrip(".") for v in frame[value].astype(float)])
    frame = frame.assign(line=[in_lines(text) for text in frame[name]])
    st.altair_chart(_bars(frame, name, value, full), width="stretch")
    if note:
        st.caption(note)


def _bars(frame: pd.DataFrame, name: str, value: str, full: float) -> alt.LayerChart:
    """Return bars (name, value, figure, line): names in whole lines, and room for the longest figure after any bar."""
    colour = alt.Color("colour:N", scale=None) if "colour" in frame else alt.value(BAR)
    room = round(_LETTER * max(wide(text) for text in frame["figure"])) + 2 * _GAP
    lines = max(text.count("\n") for text in frame["line"]) + 1
    names = alt.Axis(
        labelExpr="split(datum.label, '\\n')", labelLimit=0, labelLineHeight=_LINE, labelOverlap=False, ticks=False
    )  # fmt: skip
    across = alt.Scale(
        domain=[0, max(float(frame[value].max()), full) or 1.0],
        range=[0, alt.ExprRef(f"width - {room}")],
        nice=False,
    )
    chart = alt.Chart(frame).encode(
        y=alt.Y("line:N", sort=None, title=None, axis=names),
        x=alt.X(f"{value}:Q", axis=None, scale=across),
        tooltip=[alt.Tooltip(f"{name}:N"), alt.Tooltip("figure:N", title=value)],
    )
    figures = chart.mark_text(align="left", dx=_GAP, color=INK).encode(text="figure:N")
    high = (_LINE * lines + 12) * len(frame) + 12
    drawn: alt.LayerChart = (chart.mark_bar(size=16).encode(color=colour) + figures).properties(height=high)
    return drawn


def wide(text: str) -> int:
    """Return how wide a text is in letters; a Chinese character counts for two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def in_lines(text: str, most: int = 36) -> str:
    """Break the lines of a text into lines of so many letters: at spaces, or between Chinese characters."""
    lines = []
    for line in text.split("\n"):
        lines.append("")
        for part in _PARTS.findall(line):
            if lines[-1] and wide(lines[-1]) + wide(part.rstrip()) > most:
                lines.append("")
            lines[-1] += part
    return "\n".join(line.strip() for line in lines)


def timeline(targets: Sequence[Target]) -> None:
    """Draw how many targets fall due in each year, years in order and none left out between the first and the last."""
    t = texts("lists")
    st.markdown(f"**{t('chart_deadlines')}**")
    years = [x.deadline_year for x in targets if x.deadline_year]
    if not years:
        st.caption(t("no_deadlines" if targets else "no_chart"))
        return
    kinds = {True: t("quantified_yes"), False: t("quantified_no")}
    counts = Counter((x.deadline_year, x.quantified) for x in targets)
    slots: list[int | None] = [*range(min(years), max(years) + 1)]
    if any(x.deadline_year is None for x in targets):
        slots.append(None)
    named = {year: str(year) if year else t("year_none") for year in slots}
    frame = pd.DataFrame(
        [
            {
                t("deadline"): named[year],
                t("quantified"): kinds[q],
                t("count"): counts[year, q],
                "rank": int(not q),
            }
            for year in slots
            for q in (True, False)
        ]
    )
    st.altair_chart(_columns(frame, list(named.values()), list(kinds.values())), width="stretch")
    st.caption(t("deadlines_note"))


def works(heading: str, spans: Sequence[tuple[int, int]], empty: str, note: str) -> None:
    """Draw in each year how many works begin and how many go on, from the first planned year to the last."""
    t = texts("lists")
    st.markdown(f"**{heading}**")
    if not spans:
        st.caption(empty)
        return
    years = range(min(a for a, _ in spans), max(b for _, b in spans) + 1)
    kinds = (t("works_begin"), t("works_go_on"))
    counted = [(sum(a == year for a, _ in spans), sum(a < year <= b for a, b in spans)) for year in years]
    frame = pd.DataFrame(
        [
            {t("year"): str(year), t("works"): kind, t("count"): count, "rank": rank}
            for year, counts in zip(years, counted, strict=True)
            for rank, (kind, count) in enumerate(zip(kinds, counts, strict=True))
        ]
    )
    st.altair_chart(_columns(frame, [str(year) for year in years], list(kinds)), width="stretch")
    st.caption(note)


def _columns(frame: pd.DataFrame, years: list[str], kinds: list[str]) -> alt.LayerChart:
    """Return the columns of a timeline (year, kind, count, rank): the first kind below, the sum on top."""
    year, kind, count = (str(c) for c in frame.columns[:3])
    across = alt.X(
        f"{year}:O", sort=years, title=None, axis=alt.Axis(labelAngle=0, labelFontSize=12, ticks=False)
    )
    sums = frame.groupby(year, as_index=False)[count].sum()
    highest = max(int(sums[count].max()), 1) * _ROOM
    up = alt.Y(f"{count}:Q", axis=None, scale=alt.Scale(domain=[0, highest], nice=False))
    colours = alt.Color(
        f"{kind}:N",
        scale=alt.Scale(domain=kinds, range=[BAR, PALE]),
        legend=alt.Legend(title=None, orient="top", offset=4),
    )
    tip = [alt.Tooltip(f"{year}:O"), alt.Tooltip(f"{kind}:N"), alt.Tooltip(f"{count}:Q")]
    bars = (
        alt.Chart(frame)
        .mark_bar(size=min(36, _ACROSS // len(years)))
        .encode(x=across, y=up, color=colours, order="rank:Q", tooltip=tip)
    )
    figures = alt.Chart(sums).mark_text(dy=-8, color=INK).encode(x=across, y=up, text=f"{count}:Q")
    drawn: alt.LayerChart = (bars + figures).properties(height=230)
    return drawn
