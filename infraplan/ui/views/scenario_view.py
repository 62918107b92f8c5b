"""The scenario page: pick or start one, change its assumptions, run it, read the result, keep it."""

from __future__ import annotations

import streamlit as st

from infraplan.ui import runs, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_form, scenario_result, scenario_store

MODES = ("result", "edit")


def render() -> None:
    """Draw the page."""
    t = texts("scenario_page")
    with st.sidebar:
        opened = scenario_store.choose()
        mode = state.choose("mode", t("mode"), MODES, lambda m: t(f"mode_{m}"), style="segments")
    head = st.container()
    if mode == "edit":
        scenario_form.draw(opened)
        with head:  # after the form: it says whether there are changes
            scenario_store.headline(opened)
        return
    with head:
        scenario_store.headline(opened)
    scenario = scenario_store.current(opened)
    allocation = runs.of(scenario)
    if allocation is not None:
        scenario_store.keep(opened, allocation)
        scenario_result.draw(allocation)
