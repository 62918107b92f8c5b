"""The app: page settings, language, navigation; each page in its frame of states and errors."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable

import streamlit as st

from infraplan.ui import assets, browser, guard, later, state, theme
from infraplan.ui.i18n import texts

#: Addresses of the pages in the order of the navigation; the view of each is ``infraplan/ui/views/<address>_view.py``.
#: Pages have no icon: Streamlit makes it the tab's picture and fetches that from another machine.
PAGES = ("map", "targets", "projects", "scenario", "compare", "data", "about")
_VIEWS = "infraplan.ui.views"


def main() -> None:
    """Draw the chosen page in the chosen language."""
    state.begin()
    if (
        state.FORM in st.session_state
    ):  # before anything is drawn: the reader's next click may end this run anywhere
        importlib.import_module(f"{_VIEWS}.scenario_form").remember()
    st.set_page_config(page_title="infraplan", layout="wide", initial_sidebar_state="expanded")
    guard.page(_pages)


def _pages() -> None:
    assets.register()
    t = texts("app")
    chosen = st.navigation([page(name) for name in PAGES], position="top")
    st.set_page_config(page_title=f"{chosen.title} · {t('title')}")
    chosen.run()


def page(name: str) -> st.Page:
    """Return the page as Streamlit's navigation knows it; other pages link to it."""
    t = texts("app")
    return st.Page(_drawer(name), title=t(name), url_path=name, default=name == PAGES[0])


def draw(name: str) -> None:
    """Draw one page with the frame around it."""
    t = texts("app")
    theme.apply()
    browser.back_is_the_page_before()
    with st.sidebar:
        st.html(
            f'<div class="brand">{html.escape(t("title"))}</div><div class="claim">{html.escape(t("claim"))}</div>'
        )
        state.language_switch(t("language"))
    state.stand("page", name)
    view = importlib.import_module(f"{_VIEWS}.{name}_view")
    later.begin()
    if name != "scenario" and (state.FORM in st.session_state or state.ASKED in st.session_state):
        guard.page(importlib.import_module(f"{_VIEWS}.scenario_view").leave)
    guard.page(view.render)
    state.end()
    browser.ask_before_leaving(state.only_here())
    # by which a browser knows that the page stands; a map put off follows
    st.html(f'<span class="page-drawn" data-page="{name}"></span>')
    guard.page(later.finish)


def _drawer(name: str) -> Callable[[], None]:
    def run() -> None:
        draw(name)

    run.__name__ = name
    return run
