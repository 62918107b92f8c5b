"""The app: page settings, language, navigation."""

from __future__ import annotations

import streamlit as st

from infraplan.ui import assets, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import map_view


def main() -> None:
    """Draw the chosen page in the chosen language."""
    t = texts("app")
    st.set_page_config(page_title=t("title"), layout="wide", initial_sidebar_state="expanded")
    assets.register()
    with st.sidebar:
        st.markdown(f"### {t('title')}")
        st.caption(t("claim"))
        state.language_switch(t("language"))
    map_view.render()
