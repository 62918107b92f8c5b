"""The scenario page: pick or start one, change its assumptions, run it, read the result, keep it."""

from __future__ import annotations

import html

import streamlit as st

from geo.errors import InfraPlanError
from infraplan.ui import guard, runs, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_form, scenario_keep, scenario_result, scenario_store
from infraplan.ui.views.scenario_store import Opened
from scenarios.model import Allocation

MODES = ("result", "edit")
#: Keys of the runs whose result this session has shown, by the scenario's code.
_SHOWN = "shown_runs"


def render() -> None:
    """Draw the page."""
    t = texts("scenario_page")
    with st.sidebar:
        opened = scenario_store.choose()
        state.stand("scenario", opened.code)
        mode = state.choose("mode", t("mode"), MODES, lambda m: t(f"mode_{m}"), style="segments")
    scenario_form.take_up(opened.code if mode == "edit" else "")
    head = st.container()
    if mode == "edit":
        runs.begin_again()
        scenario_form.draw(opened, scenario_keep.carry_out)
        with head:  # after the form: it says whether there are changes
            scenario_keep.headline(opened)
        return
    scenario_keep.carry_out()
    with head:
        scenario_keep.headline(opened)
    _result(opened)


def leave() -> None:
    """Keep, on another page, what was typed in the form and asked of it just before it was left."""
    scenario_form.take_up()
    scenario_keep.carry_out()


def _result(opened: Opened) -> None:
    """Draw the result; where the run fails or is stopped, say so and draw the last one that succeeded below."""
    st.empty()  # the form, where it stood a moment ago, goes at once
    place = st.empty()  # the progress stands where the result will: nothing moves when it comes
    with place.container():
        allocation = _run(opened)
    if allocation is None:
        _last_good(opened)
        return
    st.session_state.setdefault(_SHOWN, {})[opened.code] = allocation.fingerprint
    with place.container():
        scenario_store.keep(opened, allocation)
        scenario_result.draw(allocation)


def _run(opened: Opened) -> Allocation | None:
    try:
        return runs.of(scenario_store.current(opened))
    except InfraPlanError as error:
        guard.show(error)
        return None


def _last_good(opened: Opened) -> None:
    """Draw the result that this session showed of the scenario before, else the one without its changes, if known."""
    shown = st.session_state.get(_SHOWN, {}).get(opened.code)
    found = (runs.at(shown) if shown else None) or _of_base(opened)
    if found is None:
        return
    t = texts("runs")
    title = html.escape(runs.title(found.scenario))
    st.caption(t("last_good_long"))
    st.html(f'<h2 class="headline">{title} <span class="tag warn">{html.escape(t("last_good"))}</span></h2>')
    scenario_result.draw(found)


def _of_base(opened: Opened) -> Allocation | None:
    try:
        return runs.known(opened.base)
    except InfraPlanError:
        return None
