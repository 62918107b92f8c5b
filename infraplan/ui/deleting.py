"""Deleting a record on a page, and bringing back the one that this session deleted there last."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.errors import InfraPlanError
from infraplan.ui import guard, person
from infraplan.ui.i18n import texts
from infraplan.workspace import ConflictError, Record, Workspace


def button(record: Record, called: str, key: str) -> None:
    """Draw the button that deletes a record chosen in the box ``<key>-open``, on a page that draws :func:`undo`."""

    def delete() -> None:
        Workspace().delete(record.kind, record.id, by=person.name(), base_version=record.version)
        st.session_state[f"{key}_deleted"] = (record.kind, record.id, called)
        # what has the words of the deleted one now is another record
        st.session_state[f"{key}-open"] = None

    st.button(
        texts("data_page")("delete"), on_click=_try, args=(delete, key), key=f"{key}-delete", icon=":material/delete:"
    )  # fmt: skip


def undo(key: str) -> None:
    """Say what was deleted and offer to bring it back; a refusal of either is shown here."""
    t = texts("data_page")
    refused = st.session_state.pop(f"{key}_error", None)
    if isinstance(refused, ConflictError):
        theirs = refused.theirs
        said = texts("deleting")(
            "changed", title=theirs.title, who=theirs.saved_by, when=person.when(theirs.saved_at)
        )
        st.error(guard.plain(said), icon=":material/error:")
    elif refused is not None:
        guard.show(refused)
    gone = st.session_state.get(f"{key}_deleted")
    if not gone:
        return
    kind, record_id, called = gone

    def restore() -> None:
        del st.session_state[f"{key}_deleted"]
        Workspace().restore(kind, record_id, by=person.name())

    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(guard.plain(t("deleted", title=called)))
    right.button(t("undo"), on_click=_try, args=(restore, key), key=f"{key}-undo", icon=":material/undo:")


def _try(what: Callable[[], None], key: str) -> None:
    try:
        what()
    except InfraPlanError as error:
        st.session_state[f"{key}_error"] = error
