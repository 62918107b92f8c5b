"""The planner's words and the widget keys of a scenario's fields: what every part of the form shares."""

from __future__ import annotations

from typing import Any

import streamlit as st

from infraplan.ui import state
from infraplan.ui.i18n import texts

#: A key to be left out of the scenario.
UNSET = object()
#: The largest whole number of a browser.
MOST = 2**53 - 1


def label(path: str) -> str:
    """Return the planner's word for a key; a key newer than the words (a test finds it) is shown as it is."""
    return texts("scenario_fields")(path) if known(path) else path


def help_of(path: str) -> str | None:
    """Return the line under a key, if it has one."""
    return label(f"{path}.help") if known(f"{path}.help") else None


def known(path: str) -> bool:
    """Return whether there are words for a key."""
    from infraplan.ui.i18n.scenario_fields import TEXT

    return path in TEXT


def key_of(code: str, path: str) -> str:
    """Return the key of a field's widget: its own for each scenario and language.

    A box holds the words of its choice, which another language does not know: after a switch the form begins anew from
    what it said (:func:`infraplan.ui.views.scenario_form.draw`).
    """
    times = st.session_state.get(f"form-begun:{code}", 0)
    return f"form:{code}:{path}:{state.language()}" + (f":{times}" if times else "")


def begin_anew(code: str) -> None:
    """Give the form of a scenario other widgets than before: a browser keeps what stood in those that it has.

    Else what was discarded would stand there still, and come back with the next change.
    """
    name = f"form-begun:{code}"
    st.session_state[name] = st.session_state.get(name, -1) + 1


def number(
    code: str, path: str, value: Any, *, step: float = 1.0, placeholder: str | None = None
) -> float | None:
    """Draw a number that may be cleared, and return what stands there; None where nothing does.

    The box has no default: Streamlit would put one back whenever the reader clears it. What the scenario says is
    handed over as the box's state instead, once. A figure is taken as typed, a half too where units are whole: the
    check says so, where a box of whole numbers would cut it in silence.
    """
    key = key_of(code, path)
    if key not in st.session_state:
        st.session_state[key] = None if value is None else held(value)
    return st.number_input(
        label(path), value=None, step=step, key=key, help=help_of(path), format="%g", placeholder=placeholder
    )


def held(value: Any) -> float:
    """Return a figure that a widget can hold: one beyond (of a link) becomes the outermost, which is refused too.

    No widget of the form has ends of its own: it would take a figure beyond them for the end in silence, where the
    check says what is wrong with it.
    """
    return float(min(max(value, -MOST), MOST))


def as_said(value: float) -> int | float:
    """Return what a widget holds as a scenario says it: whole where it is, so that only halves are refused."""
    return int(value) if float(value).is_integer() else float(value)
