"""What the pages of targets and of projects share: choosing plans, filters, and their frame.

The frame: a row of figures, a table whose row opens a card (or the charts of what the table holds), the card.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from geo.geocode.text import fold
from infraplan.ui import city, guard, labels, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_charts, list_table
from infraplan.ui.views.list_table import Group, Groups, Table
from infraplan.ui.widgets import unit_name as unit_name  # the pages of lists ask for it here
from layers import categories, item_search
from layers.punctuation import printed
from layers.scopes import scope
from plans import catalogue
from plans.model import Plan, Project, Target

ALL = "all"
_FIRST = "guangzhou-2020"
NONE = "none"
TABS = ("table", "charts")

Item = TypeVar("Item", Target, Project)
Pairs = Sequence[tuple[Plan, Target]] | Sequence[tuple[Plan, Project]]
#: How items are grouped: from an item to the groups it belongs to, by code and name.
Ways = Mapping[str, Callable[[Plan, Item], Sequence[Group]]]


def plans() -> tuple[Plan, ...]:
    """Let the reader choose a plan or all of them."""
    return plans_of(choose_plan())


def choose_plan(beside: Mapping[str, str] | None = None) -> str:
    """Let the reader choose a plan, all of them, or one of what stands ``beside`` them (titles by value)."""
    t, lang = texts("lists"), state.language()
    known = {
        plan.id: labels.with_city(printed(plan.title(lang), lang), unit_name(plan.region_adcode))
        for plan in catalogue.load_all()
    }
    titles = {ALL: t("every_plan"), **known, **(beside or {})}
    lies = {plan.id: plan.region_adcode for plan in catalogue.load_all()}
    lost_plan, lost_city = state.unknown("plan", titles, _FIRST), _unknown_city(lies)
    elsewhere = _city_of_link(lies) or city.follow("plan", lies.get(state.get("plan", _FIRST)))
    of_city = next((plan for plan, region in lies.items() if region == elsewhere), None)
    if of_city:
        state.put("plan", of_city)
    chosen = state.choose("plan", t("plan"), list(titles), titles.__getitem__, _FIRST)
    city.shown(lies.get(chosen))
    state.lost("lost_plan", lost_plan, chosen)
    state.lost("lost_city", "" if lost_plan else lost_city, chosen)
    return chosen


def _city_of_link(lies: Mapping[str, str]) -> str | None:
    """Return the city that a link names without a plan."""
    if not state.arrived("region") or state.arrived("plan"):
        return None
    return next((region for region in lies.values() if region == st.query_params.get("region")), None)


def _unknown_city(lies: Mapping[str, str]) -> str:
    """Return the city that a link names and of which there is no plan."""
    asked = st.query_params.get("region", "")
    return asked if state.arrived("region") and asked not in lies.values() else ""


def _say_what_is_lost(kind: str, items: Container[str], plan: str) -> None:
    """Say what a link named and what is not shown: a plan or city there is not, an item that is not in the plan."""
    t, lang = texts("lists"), state.language()
    for key in ("lost_plan", "lost_city"):
        asked = state.lost(key, "", plan)
        if asked:
            st.warning(guard.plain(t(key, asked=asked)))
    chosen, led = state.get("sel"), list_table.led_to("sel")
    if not chosen.startswith(f"{kind}:") or chosen in items:
        return
    if not led:  # chosen in the table of a plan that is not shown any more: a link must not name it
        state.put("sel", "")
        return
    asked = led.partition(":")[2]
    for there in catalogue.load_all():
        names = {x.id: x.indicator(lang) for x in there.targets} | {
            x.id: x.name(lang) for x in there.projects
        }
        if asked in names:
            name, title = printed(names[asked], lang), printed(there.title(lang), lang)
            st.warning(guard.plain(t("elsewhere", asked=name, plan=title)))
            return
    st.warning(guard.plain(t("lost_item", asked=asked)))


def plans_of(chosen: str) -> tuple[Plan, ...]:
    """Return the plans of a choice."""
    return tuple(plan for plan in catalogue.load_all() if chosen in (ALL, plan.id))


def words(hint: str) -> list[str]:
    """Let the reader write words; return them folded (traditional counts as simplified)."""
    t = texts("lists")
    return [fold(w) for w in state.write("q", t("search"), hint, ":material/search:").split()]


def search() -> Callable[[Plan, Target | Project], bool]:
    """Let the reader write words; return a test of an item, by the names of its city, district or scope too."""
    t, lang = texts("lists"), state.language()
    holds = item_search.matcher(state.write("q", t("search"), t("search_hint"), ":material/search:"))
    return lambda plan, item: holds(
        plan, item, unit_name(item.adcode) if isinstance(item, Project) else scope(item, lang)
    )


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


def year_of(target: Target) -> str:
    """Return the year of a target's deadline, ``NONE`` where none is stated."""
    return str(target.deadline_year) if target.deadline_year else NONE


def years(words: str, targets: Sequence[Target]) -> list[str]:
    """Let the reader choose years in which targets fall due, or that none is stated."""
    t = texts("lists")
    known = sorted({str(x.deadline_year) for x in targets if x.deadline_year})
    return state.several(
        "year", words, [*known, NONE], lambda y: t("year_none") if y == NONE else y, placeholder=t("any")
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


def body_groups(plan: Plan, item: Target | Project) -> list[Group]:
    """Return who answers for an item, by their ids."""
    return [(b.id, b.name(state.language())) for b in plan.responsible(item)]


def bodies_of(rows: Pairs) -> list[str]:
    """Return who answers for each item, in one line."""
    none = texts("cards")("not_stated")
    return [joined(body_names(plan, item)) or none for plan, item in rows]


def bodies_note(rows: Pairs) -> str:
    """Return the words on whose bodies the table shows: the item's own, or its clause's."""
    own = sum(bool(item.responsible) for _, item in rows)
    clause = sum(plan.is_of_clause(item) for plan, item in rows)
    counts = {"own": own, "clause": clause, "none": len(rows) - own - clause}
    return texts("lists")("bodies_note", **{key: f"{n:,}" for key, n in counts.items()})


def cities(rows: Pairs) -> list[str]:
    """Return the city of each item's plan."""
    return [unit_name(plan.region_adcode) for plan, _ in rows]


def titles(rows: Pairs) -> list[str]:
    """Return the title of each item's plan."""
    lang = state.language()
    return [printed(plan.title(lang), lang) for plan, _ in rows]


def origins(rows: Pairs) -> dict[str, Sequence[Any]]:
    """Return the columns of a file by which an item is found again in its document, whatever is on the screen."""
    t = texts("lists")
    said, none = {True: t("from_clause"), False: t("from_item")}, texts("cards")("not_stated")
    sources = [said[plan.is_of_clause(item)] if plan.responsible(item) else none for plan, item in rows]
    return {
        t("city"): cities(rows),
        t("plan"): titles(rows),
        t("bodies_from"): sources,
        t("offset"): [item.offset for _, item in rows],
        t("plan_id"): [plan.id for plan, _ in rows],
        t("item_id"): [item.id for _, item in rows],
    }


def joined(names: Sequence[str]) -> str:
    """Return names in one line."""
    return ("、" if state.language() == "zh" else "; ").join(names)


def page(
    kind: str,
    every: Sequence[tuple[Plan, Item]],
    rows: Sequence[tuple[Plan, Item]],
    figures: Mapping[str, int],
    way: tuple[str, Callable[[Plan, Item], Sequence[Group]]] | None,
    columns: Callable[[Sequence[tuple[Plan, Item]]], Table],
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
    items = {f"{kind}:{item.id}": (plan, item) for plan, item in every}
    _say_what_is_lost(kind, items, state.get("plan", _FIRST))
    counts({t(key): f"{value:,}" for key, value in figures.items()})
    frame(
        kind,
        items,
        [f"{kind}:{item.id}" for _, item in rows],
        (way[0], [list(way[1](plan, item)) for plan, item in rows]) if way else None,
        lambda order: columns([rows[i] for i in order]),
        charts,
        lambda ident: card(*items[ident]),
    )


def counts(figures: Mapping[str, str]) -> None:
    """Draw the figures on top, each under its words; a long one gets more room."""
    widths = [
        max(10, 0.65 * list_charts.wide(words), 1.1 * list_charts.wide(value))
        for words, value in figures.items()
    ]
    for column, (words, value) in zip(st.columns(widths), figures.items(), strict=True):
        column.metric(words, value)


def frame(
    kind: str,
    known: Container[str],
    ids: Sequence[str],
    way: tuple[str, Sequence[Sequence[Group]]] | None,
    columns: Callable[[Sequence[int]], pd.DataFrame | Table],
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
    left, right = st.container(key="with_card").columns([2.3, 1], gap="medium")
    with left:
        opened, tab = state.tabs("as", TABS, lambda name: texts("lists")(f"tab_{name}"))
        groups = Groups(*way, state.get("within")) if way else None
        order = _order(ids, groups, list_table.led_to(chosen_by))
        ordered = [ids[i] for i in order]
        with tab:
            if opened == "charts":
                charts()
            elif not ids:
                st.info(texts("common")("no_rows"))
            else:
                made = columns(order)
                table = made if isinstance(made, Table) else Table(made)
                if groups:
                    groups.draw()
                    table = table.grouped(groups.way, [joined(groups.of(i)) or "—" for i in order])
                list_table.draw(table, kind, ordered, formats or {}, chosen_by, file_name or f"{kind}s.csv")
    with right:
        _beside(
            chosen_by, known, ordered, card, texts("lists")("pick_in_table" if opened == "charts" else "pick")
        )


def _order(ids: Sequence[str], groups: Groups | None, led: str) -> list[int]:
    """Return the numbers of the rows as they stand: what was led to first, then by group, those of no group last."""
    if groups is None:
        return sorted(range(len(ids)), key=lambda i: ids[i] != led)
    shown = [i for i in range(len(ids)) if groups.holds(i)]
    return sorted(shown, key=lambda i: (ids[i] != led, groups.rank(i)))


def _beside(
    chosen_by: str,
    known: Container[str],
    ordered: Sequence[str],
    card: Callable[[str], None],
    first: str,
) -> None:
    """Draw the card of the chosen item, or of the first row with words that it is; say where the table lacks it."""
    chosen = state.get(chosen_by)
    if chosen in known:
        if chosen not in ordered:
            st.info(texts("lists")("filtered_out"))
        card(chosen)
    elif ordered:
        st.caption(first)
        card(ordered[0])


def map_link(region: str, words: str = "", **chosen: str) -> None:
    """Draw the link that shows an item on the map, under ``words`` where there is more to say."""
    from infraplan.ui import app

    st.page_link(
        app.page("map"), label=words or texts("lists")("on_map"), icon=":material/map:",
        query_params=state.link(region=region, **chosen),
    )  # fmt: skip
