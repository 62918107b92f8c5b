"""The table of a list: figures sort by value and read with their qualifier, the chosen row is marked, groups open."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from infraplan.ui import guard, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views.list_charts import BAR, wide

#: Pixels of a table's first column: names are long, the other columns should be seen too; of a group and a name at
#: least, where groups stand before the names; and of a scope.
WIDE, _GROUP, _NAME, _SCOPE = 280, 130, 200, 130
#: Pixels of the columns that are seen together on a screen of 1,366; of the widest one that is never cut, of a letter,
#: and of what stands about a cell's text.
_SEEN, _WIDEST, _LETTER, _ABOUT = 645, 260, 7, 20
#: Pixels of a table's row, and of what stands below the last one.
_ROW, _SCROLLBAR = 34, 12
#: Pixels that a long table has at least, and what the window holds above and below it; its groups stand above it.
_LEAST, _AROUND, _GROUPS = 500, 310, 310
#: Ways of grouping whose groups are years.
YEARS = frozenset({"year", "due"})
#: What a reader chose in the table itself; anything else that is chosen was led to, by a link or another page.
_CLICKED = "_clicked"


#: A group of rows: its code, which the URL holds, and its name in the reader's language.
Group = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A table: ``shown`` on the screen, numbers among it in the words of ``said``; the file has ``more`` columns.

    ``whole`` names the columns that are never cut, ``note`` stands under the table, ``is_grouped`` says that the first
    column holds groups.
    """

    shown: pd.DataFrame
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    whole: Sequence[str] = ()
    note: str = ""
    is_grouped: bool = False

    def grouped(self, way: str, cells: Sequence[str]) -> Table:
        """Return the table with the groups of each row in front; a deadline keeps the words that it is inferred."""
        named = list(self.shown.get(heading(way), cells) if way in YEARS else cells)
        shown = self.shown.drop(columns=heading(way), errors="ignore")
        shown.insert(0, heading(way), named)
        return replace(self, shown=shown, is_grouped=True)

    def file(self) -> pd.DataFrame:
        """Return the table as a file holds it: numbers in words, and what the screen has no room for."""
        return self.shown.assign(**self.said).assign(**self.more)


def draw(
    table: Table, kind: str, ids: Sequence[str], formats: Mapping[str, Any], chosen_by: str, file_name: str
) -> None:
    """Draw a table; a chosen row's item is chosen, and stays so in the URL."""
    key = f"{kind}s"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(ids):
            state.put(chosen_by, ids[rows[0]])
            st.session_state[_CLICKED] = ids[rows[0]]

    _mark(key, ids, state.get(chosen_by))
    with _room(f"{key}-room", table):
        st.dataframe(
            _worded(table),
            hide_index=True,
            height="stretch",
            key=key,
            on_select=chosen,
            selection_mode="single-row",
            row_height=_ROW,
            column_config={**_widths(table), **formats},
            placeholder="—",
        )
    if table.note:
        st.caption(table.note)
    widgets.csv_button(table.file(), file_name, f"csv-{key}")


def _room(key: str, table: Table) -> DeltaGenerator:
    """Return a container as high as the rows need, at most as high as the window leaves room for.

    Only the browser knows how high its window is: the height that Streamlit is told is the least one.
    """
    whole = _ROW * (len(table.shown) + 1) + _SCROLLBAR
    if whole > _LEAST:
        taken = _AROUND + (_GROUPS if table.is_grouped else 0)
        st.html(
            f'<style>[data-testid="stLayoutWrapper"]:has(> .st-key-{key}) '
            f"{{height: max({_LEAST}px, min({whole}px, 100vh - {taken}px)) !important; flex: none !important;}}</style>"
        )
    return st.container(key=key, height=min(_LEAST, whole), border=False)


def led_to(chosen_by: str) -> str:
    """Return what a link or another page led to, ``""`` when the reader chose in the table: it stands first there."""
    chosen = state.get(chosen_by)
    return "" if chosen == st.session_state.get(_CLICKED) else chosen


class Groups:
    """The groups of a table's rows, of which a row may have several; ``within``, one of them, is shown alone.

    ``within`` is the way of grouping and a group's code (``body:gz-drc``): a link opens the group in either language.
    Years follow each other, of anything else the largest group comes first. A row stands in the first of its groups.
    """

    def __init__(self, way: str, members: Sequence[Sequence[Group]], within: str) -> None:
        self.way = way
        self._name = {code: name for listed in members for code, name in listed}
        self._counts = Counter(code for listed in members for code, _ in listed)
        self._codes = sorted(self._counts) if way in YEARS else [c for c, _ in self._counts.most_common()]
        asked = within.removeprefix(f"{way}:")
        self._within = asked if asked in self._counts and asked != within else ""
        self._place = {code: i for i, code in enumerate(self._codes)}
        self._of = [
            sorted((code for code, _ in listed), key=lambda c: (c != self._within, self._place[c]))
            for listed in members
        ]

    def of(self, row: int) -> list[str]:
        """Return the names of a row's groups, the one it stands in first."""
        return [self._name[code] for code in self._of[row]]

    def holds(self, row: int) -> bool:
        """Return whether a row is shown."""
        return not self._within or self._within in self._of[row]

    def rank(self, row: int) -> int:
        """Return where a row's group stands; rows of none come last."""
        return self._place[self._of[row][0]] if self._of[row] else len(self._codes)

    def draw(self) -> None:
        """Draw how many rows each group holds; a chosen one is opened, one that a link names in vain is said."""
        if not self._codes:
            return
        t, key = texts("lists"), f"groups-{self.way}"

        def chosen() -> None:
            rows = st.session_state[key]["selection"]["rows"]
            opened = rows and rows[0] < len(self._codes)
            state.put("within", f"{self.way}:{self._codes[rows[0]]}" if opened else "")

        self._say_lost()
        _mark(key, self._codes, self._within)
        counts = [self._counts[code] for code in self._codes]
        bar = st.column_config.ProgressColumn(format="%d", min_value=0, max_value=max(counts), color=BAR)
        st.dataframe(
            pd.DataFrame({heading(self.way): [self._name[c] for c in self._codes], t("count"): counts}),
            hide_index=True,
            height=min(35 * (len(counts) + 1) + 3, 260),
            key=key,
            on_select=chosen,
            selection_mode="single-row",
            column_config={t("count"): bar},
        )
        if self._within:
            alone = t("within", name=self._name[self._within], n=f"{self._counts[self._within]:,}")
            st.caption(guard.plain(alone))
        else:
            st.caption(t("pick_group"))

    def _say_lost(self) -> None:
        within = state.get("within")
        asked = state.unknown("within", ("", f"{self.way}:{self._within}"))
        lost = state.lost("within", asked, f"{self.way} {within}")
        if lost and not self._within:
            said = texts("lists")("lost_group", asked=lost.removeprefix(f"{self.way}:"))
            st.warning(guard.plain(said), icon=":material/link_off:")


def heading(way: str) -> str:
    """Return the heading of a column of groups."""
    words = texts("lists")(f"group_{way}")
    return words[:1].upper() + words[1:]


def _mark(key: str, names: Sequence[str], chosen: str) -> None:
    """Mark the row of what is chosen, however it was chosen, and no other."""
    rows = [names.index(chosen)] if chosen in names else []
    held = st.session_state.get(key)
    if (held["selection"]["rows"] if held else []) != rows:
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _worded(table: Table) -> Any:
    """Return what is drawn: where a number stands in words, the words are seen and the number sorts."""
    if not table.said:
        return table.shown
    styled = table.shown.style
    for column, words in table.said.items():
        # one value may stand in other words in another row; cells are written from top to bottom
        styled = styled.format(functools.partial(_next, itertools.cycle(words)), subset=[column])
    return styled


def _next(words: Iterator[str], _: object) -> str:
    return next(words)


def _widths(table: Table) -> dict[str, Any]:
    """Return how wide the columns are: whole figures, and names in the room that is left."""
    first = [str(c) for c in table.shown.columns[: 2 if table.is_grouped else 1]]
    found = {}
    for column in (c for c in table.whole if c not in first and c in table.shown):
        cells = [*table.said.get(column, table.shown[column]), column]
        found[column] = min(round(_LETTER * max(wide(str(cell)) for cell in cells)) + _ABOUT, _WIDEST)
    left = _SEEN - sum(found.values())
    rooms = (max(_GROUP, min(left // 5 * 2, 150)), max(_NAME, min(left // 5 * 3, 210)))
    found |= dict(zip(first, rooms if table.is_grouped else (WIDE,), strict=True))
    found |= {texts("cards")("scope"): _SCOPE}
    # words in place of numbers stand as words do
    return {
        c: st.column_config.NumberColumn(width=w, alignment="left")
        if c in table.said
        else st.column_config.Column(width=w)
        for c, w in found.items()
        if c in table.shown
    }
