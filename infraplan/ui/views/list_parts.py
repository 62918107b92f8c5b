"""What the pages of targets and of projects share: choosing plans, filters, tables whose row opens a card, charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from geo.geocode.text import fold
from infraplan.ui import state, widgets
from infraplan.ui.i18n import texts
from layers import categories
from layers.style import SEQUENTIAL
from plans import catalogue
from plans.model import Plan, Project, Target

ALL = "all"
NONE = "none"
BAR = SEQUENTIAL[4]
#: Pixels of a table's first column: names are long, the other columns should be seen too.
WIDE = 280


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


def table(frame: pd.DataFrame, key: str, kind: str, ids: Sequence[str], height: int = 500) -> None:
    """Draw a table; a chosen row's item is chosen, and stays so in the URL."""

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


def grouped(frame: pd.DataFrame, column: str, listed: Sequence[Sequence[str]]) -> None:
    """Draw how many rows each group holds; an item of several bodies counts for each of them."""
    t = texts("lists")
    counts = pd.Series([g for groups in listed for g in groups]).value_counts()
    shown = pd.DataFrame({t(f"group_{column}"): counts.index, t("count"): counts.to_numpy()})
    if len(shown):
        st.dataframe(
            shown,
            hide_index=True,
            height=min(36 * (len(shown) + 1) + 4, 260),
            column_config={
                t("count"): st.column_config.ProgressColumn(
                    format="%d", min_value=0, max_value=int(counts.max()), color=BAR
                )
            },
        )


def bars(
    frame: pd.DataFrame, value: str, name: str, colour: str | None = None, height: int | None = None
) -> None:
    """Draw horizontal bars, in the order of the frame."""
    if frame.empty:
        st.caption(texts("lists")("no_chart"))
        return
    encoded: dict[str, Any] = {"color": alt.value(BAR)}
    if colour:
        encoded["color"] = alt.Color(f"{colour}:N", scale=None)
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=alt.Y(f"{name}:N", sort=None, title=None, axis=alt.Axis(labelLimit=230)),
            x=alt.X(f"{value}:Q", title=value),
            tooltip=[alt.Tooltip(f"{name}:N"), alt.Tooltip(f"{value}:Q", format=",.4~f")],
            **encoded,
        )
        .properties(height=height or max(60, 26 * len(frame) + 30))
    )
    st.altair_chart(chart, width="stretch")
