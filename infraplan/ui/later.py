"""What a page draws last, after its words and figures: a big map that keeps a browser without a graphics card busy."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_KEY = "_later"
#: So long a browser gets to show the words before the map arrives.
_PAUSE_S = 0.05


def draw(place: DeltaGenerator, what: Callable[[], None]) -> None:
    """Have ``what`` drawn in ``place`` once everything else of the page is there."""
    st.session_state.setdefault(_KEY, []).append((place, what))


def begin() -> None:
    """Forget what an earlier run of the page left undrawn."""
    st.session_state[_KEY] = []


def finish() -> None:
    """Draw what was put off."""
    waiting = st.session_state.pop(_KEY, [])
    if waiting:
        time.sleep(_PAUSE_S)
    for place, what in waiting:
        with place:
            what()
