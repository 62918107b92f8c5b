"""What the pages of targets and of projects share: choosing plans, filters, and their frame.

The frame: a row of figures, a table whose row opens a card (or the charts of what the table holds), the card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pandas as pd
import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from geo.geocode.text import fold
from infraplan.ui import state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views.list_charts import BAR
from layers import categories
from plans import catalogue
from plans.model import Plan, Project, Target

ALL = "all"
NONE = "none"
TABS = ("table", "charts")
#: Pixels of a table's first column: names are long, the other columns should be seen too.
WIDE = 280

Item = TypeVar("Item", Target, Project)
#: How items are grouped: from an item to the groups it belongs to.
Ways = Mapping[str, Callable[[Plan, Item], Sequence[str]]]


def plans() -> tuple[Plan, ...]:
    """Let the reader choose a plan or all of them."""
    t, lang = texts("lists"), state.language()
    known = {plan.id: plan for plan in catalogue.load_all()}
    chosen = state.choose(
        "plan",
        t("plan"),
        [ALL, *known],
        lambda i: t("every_plan") if i == ALL else known[i].title(lang),
        "guangzhou-2020",
    )
    return tuple(known.values()) if chosen == ALL else (known[chosen],)


def search() -> Callable[[Target | Project], bool]:
    """Let the reader write words; return a test of an item (traditional counts as simplified)."""
    t = texts("lists")
    words = [fold(w) for w in state.write("q", t("search"), t("search_hint"), ":material/search:").split()]

    def holds(item: Target | Project) -> bool:
        names = (
            (item.indicator_zh, item.indicator_en)
            if isinstance(item, Target)
            else (item.name_zh, item.name_en, *item.aliases)
        )
        text = fold(
            " ".join(filter(None, (*names, item.id, item.quote, item.clause, item.note_zh, item.note_en)))
        )
        return all(word in text for word in words)

    return holds


def families() -> list[str]:
    """Let the reader choose families of categories."""
    lang = state.language()
    return state.several(
        "cat",
        texts("lists")("families"),
        [f.code for f in categories.FAMILIES],
        lambda c: categories.by_code(c).label(lang),
        style="pills",
    )


def bodies(shown: Sequence[Plan]) -> list[str]:
    """Let the reader choose bodies."""
    t, lang = texts("lists"), state.language()
    known = {b.id: b for plan in shown for b in plan.bodies}
    return state.several(
        "body", t("bodies"), sorted(known), lambda b: known[b].name(lang), placeholder=t("any")
    )


def body_names(plan: Plan, item: Target | Project) -> list[str]:
    """Return who answers for an item."""
    return [b.name(state.language()) for b in plan.responsible(item)]


def unit_name(adcode: str) -> str:
    """Return the name of a unit in the reader's language."""
    try:
        return boundaries.unit(adcode).name(state.language())
    except InfraPlanError:
        return adcode


def joined(names: Sequence[str]) -> str:
    """Return names in one line."""
    return ("、" if state.language() == "zh" else "; ").join(names)


def page(
    kind: str,
    every: Sequence[tuple[Plan, Item]],
    rows: Sequence[tuple[Plan, Item]],
    figures: Mapping[str, int],
    way: tuple[str, Callable[[Plan, Item], Sequence[str]]] | None,
    columns: Callable[[Sequence[tuple[Plan, Item]]], dict[str, list[str]]],
    charts: Callable[[], None],
    card: Callable[[Plan, Item], None],
) -> None:
    """Draw the frame; charts are made only while their tab is open.

    Parameters
    ----------
    kind : str
        ``target`` or ``project``: what a chosen row is in the URL (``sel=kind:id``).
    every, rows : sequences of (plan, item)
        What the plans hold, and what is left of it by the filters.
    figures : mapping
        The counts on top, by the key of their words.
    way : tuple or None
        The name of the grouping and the function that gives an item's groups.
    """
    t = texts("lists")
    for column, (key, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(t(key), f"{value:,}")
    groups = [list(way[1](plan, item)) for plan, item in rows] if way else [[] for _ in rows]
    order = sorted(range(len(rows)), key=lambda i: (not groups[i], groups[i][:1]))  # of no group: last
    ordered = [rows[i] for i in order]
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        opened, tab = state.tabs("as", TABS, lambda name: t(f"tab_{name}"))
        with tab:
            if opened == "charts":
                charts()
            elif not rows:
                st.info(texts("common")("no_rows"))
            else:
                first: dict[str, list[str]] = {}
                if way:
                    _counted(way[0], groups)
                    first[t(f"group_{way[0]}")] = [joined(groups[i]) or "—" for i in order]
                rest = {k: v for k, v in columns(ordered).items() if k not in first}
                _table(pd.DataFrame({**first, **rest}), kind, [x.id for _, x in ordered])
    with right:
        _beside(kind, every, ordered, card)


def _beside(
    kind: str,
    every: Sequence[tuple[Plan, Item]],
    ordered: Sequence[tuple[Plan, Item]],
    card: Callable[[Plan, Item], None],
) -> None:
    """Draw the card of the chosen item, of the first row while none is chosen."""
    code = state.get("sel").removeprefix(f"{kind}:")
    chosen = next(((plan, item) for plan, item in every if item.id == code), None)
    if chosen is None and ordered:
        st.caption(texts("lists")("pick"))
        chosen = ordered[0]
    if chosen is not None:
        card(*chosen)


def _table(frame: pd.DataFrame, kind: str, ids: Sequence[str], height: int = 500) -> None:
    """Draw a table; a chosen row's item is chosen, and stays so in the URL."""
    key = f"{kind}s"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(ids):
            state.put("sel", f"{kind}:{ids[rows[0]]}")

    st.dataframe(
        frame,
        hide_index=True,
        height=height,
        key=key,
        on_select=chosen,
        selection_mode="single-row",
        row_height=34,
        column_config={str(frame.columns[0]): st.column_config.TextColumn(width=WIDE)},
    )
    widgets.csv_button(frame, f"{key}.csv", f"csv-{key}")


def _counted(column: str, groups: Sequence[Sequence[str]]) -> None:
    """Draw how many rows each group holds; an item of several bodies counts for each of them."""
    t = texts("lists")
    counts = pd.Series([g for listed in groups for g in listed]).value_counts()
    if counts.empty:
        return
    shown = pd.DataFrame({t(f"group_{column}"): counts.index, t("count"): counts.to_numpy()})
    bar = st.column_config.ProgressColumn(format="%d", min_value=0, max_value=int(counts.max()), color=BAR)
    st.dataframe(
        shown,
        hide_index=True,
        height=min(36 * (len(shown) + 1) + 4, 260),
        column_config={t("count"): bar},
    )


def map_link(region: str, **chosen: str) -> None:
    """Draw the link that shows an item on the map."""
    from infraplan.ui import app

    st.page_link(
        app.page("map"), label=texts("lists")("on_map"), icon=":material/map:",
        query_params=state.link(region=region, **chosen),
    )  # fmt: skip
