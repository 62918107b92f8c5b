"""Who works here: asked where something is kept, remembered for the session, written into every record."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from infraplan.ui.i18n import texts
from infraplan.workspace import who

#: Accounts that servers run under: not the name of a person.
_NOBODY = {"root", "administrator", "system", "nobody", "www-data", "unknown"}


def box(label: str) -> str:
    """Draw the box for the reader's name and return it; until somebody writes one it is the computer's user."""
    default = "" if who().lower() in _NOBODY else who()
    asked = texts("common")("your_name")
    written = st.text_input(label, default, key="person", persist_state="session", placeholder=asked)
    return str(written).strip() or who()


def name() -> str:
    """Return the name that was given in this session, else the computer's user."""
    return str(st.session_state.get("person") or "").strip() or who()


def when(saved_at: str) -> str:
    """Return when something was kept, by this computer's clock: records hold UTC."""
    return datetime.fromisoformat(saved_at).astimezone().strftime("%Y-%m-%d %H:%M")
