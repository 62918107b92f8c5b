"""Who works here: asked where something is kept, remembered for the session, written into every record."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from infraplan.ui.i18n import texts
from infraplan.workspace import who

#: Accounts that servers run under: not the name of a person.
_NOBODY = {"root", "administrator", "system", "nobody", "www-data", "unknown"}


def box(label: str) -> str:
    """Draw the box for the reader's name and return :func:`given`; until somebody writes one it is the computer's user.

    What happens on a click asks :func:`given` then: a name may have been written since the page was drawn.
    """
    asked = texts("common")("your_name")
    st.text_input(label, _account(), key="person", persist_state="session", placeholder=asked)
    return given()


def given() -> str:
    """Return the name that was given in this session, else the computer's user; empty where that is no person."""
    return str(st.session_state.get("person") or "").strip() or _account()


def name() -> str:
    """Return the name that was given in this session, else the computer's user, whoever that is."""
    return given() or who()


def when(saved_at: str, exact: bool = False) -> str:
    """Return when something was kept, by this computer's clock (records hold UTC); ``exact``: the time, to 1/1000 s."""
    moment = datetime.fromisoformat(saved_at).astimezone()
    return moment.strftime("%H:%M:%S.%f")[:-3] if exact else moment.strftime("%Y-%m-%d %H:%M")


def _account() -> str:
    return "" if who().lower() in _NOBODY else who()
