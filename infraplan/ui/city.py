"""The city that the reader looks at: chosen on one page, it is where the other pages begin."""

from __future__ import annotations

import streamlit as st

from infraplan.ui import state

_CITY = "_city"


def follow(key: str, region: str | None) -> str | None:
    """Return the city to begin with where the page's own choice, under ``key``, lies elsewhere; None: leave it.

    ``region`` (an adcode) is where that choice lies, None where it lies in no one city. A link says what it wants.
    """
    seen: str | None = st.session_state.get(_CITY)
    if seen is None or region is None or seen == region or state.arrived(key):
        return None
    return seen


def shown(region: str | None) -> None:
    """Remember the city that a page shows; None: it shows no one city."""
    if region is not None:
        st.session_state[_CITY] = region
