"""The frame around every page: a planner reads a sentence, never a stack trace."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

import streamlit as st

from geo.errors import DataError, InfraPlanError
from infraplan.ui import state
from infraplan.ui.i18n import texts
from layers.punctuation import printed

log = logging.getLogger("infraplan.ui")
#: So many problems stand as whole sentences; more are a table.
_MOST_WHOLE = 12


def page(draw: Callable[[], None]) -> None:
    """Draw a page. A deliberate error is shown as it is; any other is logged under a number that the reader sees."""
    try:
        draw()
    except InfraPlanError as error:
        show(error)
    except Exception:
        number = secrets.token_hex(4)
        log.exception("unexpected error %s", number)
        st.error(texts("common")("unexpected", number=number), icon=":material/error:")


def show(error: InfraPlanError) -> None:
    """Show a deliberate error; many problems one a line."""
    lang = state.language()
    if isinstance(error, DataError) and len(error.problems) > 1:
        t = texts("common")
        said = [printed(p.text(lang), lang) for p in error.problems]
        with st.container(border=True):
            st.error(t("problems", n=len(said)), icon=":material/error:")
            if len(said) <= _MOST_WHOLE:  # a table cuts long sentences
                st.markdown("\n".join(f"- {plain(text)}" for text in said))
            else:
                st.dataframe([{t("problem"): text} for text in said], hide_index=True)
        return
    st.error(plain(printed(error.text(lang), lang)), icon=":material/error:")


def plain(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is."""
    for mark in "\\`*_[]<>#|$~:":
        text = text.replace(mark, "\\" + mark)
    return text.replace("\n", "  \n")
