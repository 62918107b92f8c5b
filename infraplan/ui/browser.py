"""What the reader's browser can do (WebGL, asked once a session), its Back button, and its question before leaving."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
import streamlit.components.v1 as components

from infraplan.ui import state

_FOLDER = Path(__file__).parent / "webgl"
_ASKED, _LACKS = "webgl", "_lacks_webgl"

#: Streamlit makes an entry of the browser's history of each change of the URL, also of a filter's: Back would then
#: seem to do nothing, as often as something was changed. An entry is a page.
_BACK = """<span class="no-room"></span><script>
if (!window.infraplanBack) {
  window.infraplanBack = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const here = new URL(url ?? location.href, location.href).pathname === location.pathname;
    return here ? history.replaceState(state, title, url) : push(state, title, url);
  };
}
</script>"""


def back_is_the_page_before() -> None:
    """Let the browser's Back lead to the page before, with the states that it had, from whatever was changed here."""
    st.html(_BACK, unsafe_allow_javascript=True)


def ask_before_leaving(wanted: bool) -> None:
    """Let the browser ask before it reloads or closes the page, as long as something would be lost with it."""
    ask = "(event) => { event.preventDefault(); }" if wanted else "null"
    st.html(
        f'<span class="no-room"></span><script>window.onbeforeunload = {ask};</script>',
        unsafe_allow_javascript=True,
    )


def lacks_webgl() -> bool:
    """Return whether the browser has said that it has no WebGL."""
    if st.session_state.get(_ASKED) is False:
        st.session_state[_LACKS] = True
    return bool(st.session_state.get(_LACKS))


def prefer(key: str, hexagons: str, instead: str) -> None:
    """Where there is no WebGL, show ``instead`` of ``hexagons`` in the state ``key``, once; the reader may go back."""
    seen = f"_without_webgl_{key}"
    if lacks_webgl() and seen not in st.session_state:
        st.session_state[seen] = True
        if state.get(key, hexagons) == hexagons:
            state.put(key, instead)


def ask() -> None:
    """Draw the question below everything else of the sidebar: it takes no room, and is gone once answered with no."""
    if not lacks_webgl():
        with st.sidebar:
            components.declare_component("webgl", path=str(_FOLDER))(default=True, key=_ASKED)
