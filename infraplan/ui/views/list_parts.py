"""What the pages of targets and of projects share: choosing plans, filters, and their frame.

The frame: a row of figures, a table whose row opens a card (or the charts of what the table holds), the card.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from geo import boundaries, functional_zones
from geo.errors import InfraPlanError
from geo.geocode.text import fold
from infraplan.ui import city, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views.list_charts import BAR
from layers import categories
from layers.punctuation import printed
from plans import catalogue
from plans.model import Plan, Project, Target

ALL = "all"
_FIRST = "guangzhou-2020"
NONE = "none"
TABS = ("table", "charts")
#: Pixels of a table's first column: names are long, the other columns should be seen too.
WIDE = 280
#: Pixels of a table's row, and of what stands below the last one.
_ROW, _SCROLLBAR = 34, 12

Item = TypeVar("Item", Target, Project)
#: How items are grouped: from an item to the groups it belongs to.
Ways = Mapping[str, Callable[[Plan, Item], Sequence[str]]]


def plans() -> tuple[Plan, ...]:
    """Let the reader choose a plan or all of them."""
    return plans_of(choose_plan())


def choose_plan(beside: Mapping[str, str] | None = None) -> str:
    """Let the reader choose a plan, all of them, or one of what stands ``beside`` them (titles by value)."""
    t, lang = texts("lists"), state.language()
    known = {plan.id: printed(plan.title(lang), lang) for plan in catalogue.load_all()}
    titles = {ALL: t("every_plan"), **known, **(beside or {})}
    lies = {plan.id: plan.region_adcode for plan in catalogue.load_all()}
    elsewhere = city.follow("plan", lies.get(state.get("plan", _FIRST)))
    of_city = next((plan for plan, region in lies.items() if region == elsewhere), None)
    if of_city:
        state.put("plan", of_city)
    chosen = state.choose("plan", t("plan"), list(titles), titles.__getitem__, _FIRST)
    city.shown(lies.get(chosen))
    return chosen


def plans_of(chosen: str) -> tuple[Plan, ...]:
    """Return the plans of a choice."""
    return tuple(plan for plan in catalogue.load_all() if chosen in (ALL, plan.id))


def words(hint: str) -> list[str]:
    """Let the reader write words; return them folded (traditional counts as simplified)."""
    t = texts("lists")
    return [fold(w) for w in state.write("q", t("search"), hint, ":material/search:").split()]


def search() -> Callable[[Target | Project], bool]:
    """Let the reader write words; return a test of an item."""
    wanted = words(texts("lists")("search_hint"))

    def holds(item: Target | Project) -> bool:
        names = (
            (item.indicator_zh, item.indicator_en)
            if isinstance(item, Target)
            else (item.name_zh, item.name_en, *item.aliases)
        )
        text = fold(
            " ".join(filter(None, (*names, item.id, item.quote, item.clause, item.note_zh, item.note_en)))
        )
        return all(word in text for word in wanted)

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
    """Return the name of a unit, or of a functional zone that is counted apart, in the reader's language."""
    lang = state.language()
    zone = functional_zones.zones().get(adcode)
    if zone is not None:
        return zone.name_zh if lang == "zh" else zone.name_en
    try:
        return boundaries.unit(adcode).name(lang)
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
    counts({t(key): f"{value:,}" for key, value in figures.items()})
    items = {f"{kind}:{item.id}": (plan, item) for plan, item in every}
    frame(
        kind,
        items,
        [f"{kind}:{item.id}" for _, item in rows],
        (way[0], [list(way[1](plan, item)) for plan, item in rows]) if way else None,
        lambda order: pd.DataFrame(columns([rows[i] for i in order])),
        charts,
        lambda ident: card(*items[ident]),
    )


def counts(figures: Mapping[str, str]) -> None:
    """Draw the figures on top, each under its words; a long one gets more room."""
    widths = [max(10, 0.65 * _wide(words), 1.1 * _wide(value)) for words, value in figures.items()]
    for column, (words, value) in zip(st.columns(widths), figures.items(), strict=True):
        column.metric(words, value)


def _wide(text: str) -> int:
    """Return how wide a text is in letters; a Chinese character counts for two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def frame(
    kind: str,
    known: Container[str],
    ids: Sequence[str],
    way: tuple[str, Sequence[Sequence[str]]] | None,
    columns: Callable[[Sequence[int]], pd.DataFrame],
    charts: Callable[[], None],
    card: Callable[[str], None],
    formats: Mapping[str, Any] | None = None,
    chosen_by: str = "sel",
    file_name: str = "",
) -> None:
    """Draw the table or the charts, and the card beside them.

    Parameters
    ----------
    kind : str
        What the rows are.
    known, ids : containers of str
        What stands in the URL when a thing is chosen: for all that have a card, and for the rows left by the filters.
    way : tuple or None
        The name of the grouping and the groups of each row.
    columns : callable
        Returns the table's columns for rows in the order of their numbers.
    formats : mapping, optional
        How columns are written, by heading.
    chosen_by : str
        The key of the URL for what is chosen.
    file_name : str, optional
        The name of the table as a file. Default: from ``kind``.
    """
    t = texts("lists")
    groups = way[1] if way else [[] for _ in ids]
    order = sorted(range(len(ids)), key=lambda i: (not groups[i], groups[i][:1]))  # of no group: last
    ordered = [ids[i] for i in order]
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        opened, tab = state.tabs("as", TABS, lambda name: t(f"tab_{name}"))
        with tab:
            if opened == "charts":
                charts()
            elif not ids:
                st.info(texts("common")("no_rows"))
            else:
                shown = columns(order)
                if way:
                    _counted(way[0], groups)
                    heading = _heading(way[0])
                    shown = shown.drop(columns=heading, errors="ignore")
                    shown.insert(0, heading, [joined(groups[i]) or "—" for i in order])
                _table(shown, kind, ordered, formats or {}, chosen_by, file_name or f"{kind}s.csv")
    with right:
        _beside(chosen_by, known, ordered, card)


def _beside(
    chosen_by: str,
    known: Container[str],
    ordered: Sequence[str],
    card: Callable[[str], None],
) -> None:
    """Draw the card of the chosen item, of the first row while none is chosen."""
    chosen = state.get(chosen_by)
    if chosen in known:
        card(chosen)
    elif ordered:
        st.caption(texts("lists")("pick"))
        card(ordered[0])


def _table(
    frame: pd.DataFrame,
    kind: str,
    ids: Sequence[str],
    formats: Mapping[str, Any],
    chosen_by: str,
    file_name: str,
    height: int = 500,
) -> None:
    """Draw a table; a chosen row's item is chosen, and stays so in the URL."""
    key = f"{kind}s"

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(ids):
            state.put(chosen_by, ids[rows[0]])

    st.dataframe(
        frame,
        hide_index=True,
        height=min(height, _ROW * (len(frame) + 1) + _SCROLLBAR),
        key=key,
        on_select=chosen,
        selection_mode="single-row",
        row_height=_ROW,
        column_config={**formats, str(frame.columns[0]): st.column_config.TextColumn(width=WIDE)},
        placeholder="—",
    )
    widgets.csv_button(frame, file_name, f"csv-{key}")


def _heading(way: str) -> str:
    """Return the heading of a column of groups."""
    words = texts("lists")(f"group_{way}")
    return words[:1].upper() + words[1:]


def _counted(column: str, groups: Sequence[Sequence[str]]) -> None:
    """Draw how many rows each group holds; an item of several bodies counts for each of them."""
    t = texts("lists")
    counts = pd.Series([g for listed in groups for g in listed]).value_counts()
    if counts.empty:
        return
    shown = pd.DataFrame({_heading(column): counts.index, t("count"): counts.to_numpy()})
    bar = st.column_config.ProgressColumn(format="%d", min_value=0, max_value=int(counts.max()), color=BAR)
    st.dataframe(
        shown,
        hide_index=True,
        height=min(36 * (len(shown) + 1) + 4, 260),
        column_config={t("count"): bar},
    )


def map_link(region: str, words: str = "", **chosen: str) -> None:
    """Draw the link that shows an item on the map, under ``words`` where there is more to say."""
    from infraplan.ui import app

    st.page_link(
        app.page("map"), label=words or texts("lists")("on_map"), icon=":material/map:",
        query_params=state.link(region=region, **chosen),
    )  # fmt: skip
