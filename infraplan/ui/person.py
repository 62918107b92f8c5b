"""Who works here: asked where something is kept, remembered for the session, written into every record."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from infraplan.workspace import who


def box(label: str) -> str:
    """Draw the box for the reader's name and return it; until somebody writes one it is the computer's user."""
    return str(st.text_input(label, who(), key="person", persist_state="session")).strip() or who()


def name() -> str:
    """Return the name that was given in this session, else the computer's user."""
    return str(st.session_state.get("person") or "").strip() or who()


def when(saved_at: str) -> str:
    """Return when something was kept, by this computer's clock: records hold UTC."""
    return datetime.fromisoformat(saved_at).astimezone().strftime("%Y-%m-%d %H:%M")
