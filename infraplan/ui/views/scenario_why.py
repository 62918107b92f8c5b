"""Why units stand where they stand: the chosen cell's reason, and two ways to choose one besides a click on the map."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from geo import geocode, grid
from geo.errors import InfraPlanError
from infraplan.ui import cache, state
from infraplan.ui.i18n import texts
from layers import why
from scenarios.model import Allocation


def find(allocation: Allocation) -> None:
    """Draw the box that finds a cell by a place's name or the cell's own id."""
    t = texts("scenario_page")

    def found() -> None:
        words = str(st.session_state["find_cell"]).strip()
        cell = _cell_of(words, allocation) if words else ""
        st.session_state["find_failed"] = words if words and not cell else ""
        if cell:
            state.put("cell", cell)
            st.session_state["find_cell"] = ""

    st.text_input(
        t("find_cell"),
        key="find_cell",
        placeholder=t("find_cell_hint"),
        icon=":material/search:",
        on_change=found,
        label_visibility="collapsed",
    )
    missed = st.session_state.get("find_failed")
    if missed:
        st.caption(t("find_cell_none"))


def _cell_of(words: str, allocation: Allocation) -> str:
    """Return the cell of the result that the words mean; "" when there is none."""
    resolution, region = allocation.scenario.resolution, allocation.scenario.region
    try:
        cell = grid.from_hex([words.lower()])
    except InfraPlanError:
        places = geocode.geocode(words, region, limit=1)
        if not places:
            return ""
        cell = grid.cells_at(np.array([places[0].lon]), np.array([places[0].lat]), resolution)
    known = bool(np.isin(cell, allocation.cells)[0])
    return str(grid.to_hex(cell)[0]) if known else ""


def card(allocation: Allocation, chosen: str) -> None:
    """Draw why units stand in the chosen cell, or how to choose one."""
    t = texts("scenario_page")
    st.markdown(f"### {t('why')}")
    find(allocation)
    if not chosen:
        st.caption(t("why_hint"))
        return
    st.html(
        f'<div class="card"><h4>{html.escape(t("cell"))} {html.escape(chosen)}</h4>{_reason(allocation, chosen)}</div>'
    )
    st.button(
        t("why_close"), on_click=state.put, args=("cell", ""), icon=":material/close:", type="tertiary",
        key="why_close",
    )  # fmt: skip


def _reason(allocation: Allocation, cell: str) -> str:
    t, lang = texts("scenario_page"), state.language()
    rows = rows_of(allocation, cell)
    if rows.empty:
        return html.escape(t("why_nothing"))
    names = allocation.districts.set_index("adcode")[f"name_{lang}"]
    row = {str(k): v for k, v in rows.iloc[0].to_dict().items()}
    said = [str(names.get(row["adcode"], row["adcode"]))]
    if len(rows) > 1:
        said.append(
            t("why_parent", n=f"{len(rows):,}", units=f"{int(rows['units'].sum()):,}", cell=row["h3"])
        )
    said.append(why.sentence(row, lang, unit_word(allocation), counted(allocation)))
    return "".join(f"<div>{html.escape(text)}</div>" for text in said)


def unit_word(allocation: Allocation) -> str:
    """Return the word for one unit of the facility in the reader's language."""
    return why.unit_word(allocation, state.language())


def counted(allocation: Allocation) -> Mapping[str, Any]:
    """Return what the result counts, for the words of its loads."""
    return allocation.coverage or {"demand_name": allocation.solution.demand_name}


def rows_of(allocation: Allocation, cell: str) -> pd.DataFrame:
    """Return the reasons of a cell, or of the cells in it where it is coarser than the result, most units first."""
    table = cache.reasons_of(allocation)
    exact = table[table["h3"] == cell]
    if len(exact):
        return exact
    try:
        wanted = grid.from_hex([cell])
    except InfraPlanError:
        return exact
    resolution = grid.resolution_of(wanted)
    if resolution >= allocation.scenario.resolution or table.empty:
        return exact
    inside = grid.parents(grid.from_hex(table["h3"].tolist()), resolution) == wanted[0]
    return table[inside].sort_values("units", ascending=False, kind="stable")
