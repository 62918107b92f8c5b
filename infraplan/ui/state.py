"""What stands in the URL: language, plan, scenario, view. A link reopens what its sender saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

LANGUAGES = {"zh": "中文", "en": "English"}


def language() -> str:
    """Return the language of the screens: ``?lang=`` when it is a known one, else Chinese."""
    lang = st.query_params.get("lang", "zh")
    return lang if lang in LANGUAGES else "zh"


def choose(
    key: str,
    label: str,
    options: Sequence[str],
    shown: Callable[[str], str] = str,
    default: str | None = None,
    horizontal: bool = False,
) -> str:
    """Let the reader choose one option and keep it in the URL under ``key``.

    A value in the URL that is not an option (an old or mistyped link) falls back to ``default`` or the first one.
    """
    fallback = default if default in options else options[0]
    wanted = st.query_params.get(key, fallback)
    index = list(options).index(wanted if wanted in options else fallback)
    if horizontal:
        chosen = st.radio(
            label, options, index=index, format_func=shown, horizontal=True, key=f"choose_{key}"
        )
    else:
        chosen = st.selectbox(label, options, index=index, format_func=shown, key=f"choose_{key}")
    if st.query_params.get(key) != chosen and (chosen != fallback or key in st.query_params):
        st.query_params[key] = chosen
    return str(chosen)


def language_switch(label: str) -> None:
    """Draw the language switch; changing it draws the page anew in the other language."""
    current = language()
    chosen = st.segmented_control(
        label, list(LANGUAGES), default=current, format_func=LANGUAGES.__getitem__, key="choose_lang"
    )
    if chosen and chosen != current:
        st.query_params["lang"] = chosen
        st.rerun()
