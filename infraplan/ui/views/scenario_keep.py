"""Keeping scenarios: the headline with its menu, saving and copies, status, deleting and undoing it, conflicts."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from geo.errors import InfraPlanError
from infraplan.ui import guard, labels, person, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_differences
from infraplan.ui.views.scenario_store import (
    LOST,
    MINE,
    Opened,
    alike_since,
    as_form,
    base_version,
    current,
    discard,
    edited,
    held,
    keep_draft,
    lost,
    of_document,
    opened,
)
from infraplan.workspace import STATUSES, ConflictError, Record, Workspace
from layers.punctuation import printed
from scenarios import load

differences, _leaves = scenario_differences.differences, scenario_differences.leaves
#: What can be asked of a scenario whose last words may still be in its form.
_SAVE, _COPY = "save", "copy"
#: So many old versions are offered.
_MOST_OLD = 8


def headline(shown: Opened) -> None:
    """Draw the title, what state the scenario is in, and the menu that keeps it."""
    t, lang = texts("scenario_store"), state.language()
    edited(shown)  # a link may hold another scenario's changes: they are kept aside
    _undo()
    _lost()
    _conflict(shown)
    try:
        title = printed(current(shown).title(lang), lang)
    except InfraPlanError:
        title = printed(shown.base.title(lang), lang)
    left, right = st.columns([4, 1], vertical_alignment="center")
    tags = [("", _where(shown))]
    if shown.record:
        tags.insert(0, ("", shown.record.status_text(lang)))
    if edited(shown) is not None:
        tags.append(("warn", t("unsaved")))
    marks = "".join(f'<span class="tag {kind}">{html.escape(text)}</span>' for kind, text in tags)
    left.html(f'<h2 class="headline">{html.escape(title)} {marks}</h2>')
    with right.popover(t("keep"), icon=":material/save:", width="stretch"):
        _menu(shown)


def _where(shown: Opened) -> str:
    t = texts("scenario_store")
    if shown.record is None:
        return t("from_library")
    when = person.when(shown.record.saved_at)
    return t("version", n=shown.record.version, who=shown.record.saved_by, when=when)


def _menu(shown: Opened) -> None:
    t = texts("scenario_store")
    person.box(t("who"))
    document = edited(shown) or as_form(shown.base.document)
    record = shown.record
    # what is typed arrives with the click: buttons are given the boxes' keys, not what stood there before
    note = state.box(f"store_note-{shown.code}-{record.version if record else 0}")
    st.text_area(t("note"), record.note if record else "", key=note, height=68)
    name = state.box(f"store_name-{shown.code}-{state.language()}")
    if record:
        st.button(
            t("save"), type="primary", key="store_save", icon=":material/save:",
            on_click=_ask, args=(shown, _SAVE, name, note),
        )  # fmt: skip
        _status(record)
    if edited(shown) is not None:
        st.button(t("discard"), key="store_discard", on_click=discard, args=(shown,), icon=":material/undo:")
    st.text_input(t("name"), _copy_name(document, shown.code), key=name)
    st.button(
        t("save_copy"), key="store_copy", icon=":material/file_copy:",
        on_click=_ask, args=(shown, _COPY, name, note),
    )  # fmt: skip
    if record:
        st.button(t("delete"), key="store_delete", on_click=_delete, args=(shown,), icon=":material/delete:")
        _history(shown, record)
    _deleted()


def _ask(shown: Opened, what: str, name: str, note: str) -> None:
    """Note that a scenario is to be saved: :func:`carry_out` does it, once what was typed in the form last is kept."""
    st.session_state[state.ASKED] = (shown.code, what, base_version(shown), _typed(name), _typed(note))


def carry_out() -> None:
    """Save what was asked to be saved, as it is now; over nothing that the reader had not seen at the click."""
    if state.ASKED not in st.session_state:
        return
    code, what, seen, name, note = st.session_state.pop(state.ASKED)
    shown = opened(code)
    changed = edited(shown)
    document = changed or as_form(shown.base.document)
    if what == _COPY:
        done = _save_copy(shown, document, name, note)
    else:
        assert shown.record is not None
        over = changed is not None and not alike_since(shown.record, seen)
        done = _save(shown, document, note, seen if over else shown.record.version)
    if done:
        st.rerun()  # the page was begun with what there was before


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "")


def _copy_name(document: Mapping[str, Any], code: str) -> str:
    title = printed(str(document.get(f"title_{state.language()}", code)), state.language())
    return texts("scenario_store")("copy_of", title=title)


def _status(record: Record) -> None:
    """Let the reader set the status; it holds at once, for what is saved. Refused, the box shows what still holds."""
    t, column = texts("scenario_store"), 0 if state.language() == "zh" else 1
    key = f"store_status-{record.id}-{record.version}-{state.language()}"

    def change() -> None:
        wanted, st.session_state[key] = str(st.session_state[key]), record.status
        by, base = person.given(), record.version
        _try(lambda: Workspace().set_status("scenario", record.id, wanted, by=by, base_version=base))

    st.selectbox(
        t("status"), list(STATUSES), list(STATUSES).index(record.status), format_func=lambda s: STATUSES[s][column],
        key=key, help=t("status_help"), on_change=change,
    )  # fmt: skip


def _save(shown: Opened, document: dict[str, Any], note: str, base: int | None) -> bool:
    assert shown.record is not None
    record = shown.record

    def save() -> None:
        made = dict(of_document(document, record.title).document)
        kept = Workspace().save(
            "scenario",
            record.id,
            made,
            by=person.given(),
            base_version=base,
            title=_title(document),
            note=note,
        )
        t, lang = texts("scenario_store"), state.language()
        if kept.version == record.version:
            st.toast(t("saved_before", n=kept.version))
        elif kept.status == record.status:
            st.toast(t("saved", n=kept.version))
        else:  # what was sent out is not what is saved now
            st.toast(t("saved_draft", n=kept.version, was=record.status_text(lang)))
        discard(shown)

    return _try(save)


def _save_copy(shown: Opened, document: dict[str, Any], name: str, note: str = "") -> bool:
    def save() -> None:
        workspace = Workspace()
        # never the id of a library scenario: files and reports bear it
        stem = str(document.get("id", "scenario"))
        new = workspace.new_id("scenario", stem if stem not in load.available() else f"{stem}-copy")
        title = name.strip() or _title(document)
        # a name that somebody gives is the scenario's name in both languages
        copy = {**document, "id": new, "title_zh": title, "title_en": title}
        copy = dict(of_document(copy, title).document)
        by, title = person.given(), _title(copy)
        kept = workspace.save("scenario", new, copy, by=by, base_version=None, title=title, note=note)
        st.toast(texts("scenario_store")("saved", n=kept.version))
        discard(shown)
        state.put("scenario", MINE + new)

    return _try(save)


def _title(document: Mapping[str, Any]) -> str:
    return str(document["title_zh" if state.language() == "zh" else "title_en"])


def _delete(shown: Opened) -> None:
    assert shown.record is not None
    record = shown.record

    def delete() -> None:
        Workspace().delete("scenario", record.id, by=person.given(), base_version=record.version)
        st.session_state["store_deleted"] = (record.id, record.title)
        # what was not saved stays in the session: an undo gives it back
        state.put("edit", "")
        state.put("scenario", "")

    _try(delete)


def _undo() -> None:
    """Offer to bring back what this session deleted last; the menu offers whatever anybody deleted."""
    gone = st.session_state.get("store_deleted")
    if not gone:
        return
    t = texts("scenario_store")
    record_id, title = gone
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(guard.plain(t("deleted", title=title)))
    right.button(t("undo"), on_click=_restore, args=(record_id,), key="store_undo", icon=":material/undo:")


def _lost() -> None:
    """Say who deleted the scenario that was open here; give it back, and what was not saved of it."""
    code = str(st.session_state.get(LOST, ""))
    record = lost(code)
    if record is None:
        st.session_state.pop(LOST, None)
        return
    t, mine = texts("scenario_store"), held(code)
    said = t(
        "lost_changed" if mine else "lost", title=record.title, who=record.deleted_by,
        when=person.when(str(record.deleted_at)),
    )  # fmt: skip

    def keep_mine() -> None:
        assert mine is not None
        gone = Opened(code, of_document(record.document, record.title), record)
        _save_copy(gone, mine, _copy_name(mine, code))
        st.session_state.pop(LOST, None)

    with st.container(border=True):
        st.warning(guard.plain(said), icon=":material/delete_history:")
        with st.container(horizontal=True):
            st.button(t("restore"), on_click=_restore, args=(record.id,), key="lost_restore")
            if mine:
                st.button(t("keep_mine"), on_click=keep_mine, key="lost_keep", icon=":material/file_copy:")
            st.button(t("lost_leave"), on_click=st.session_state.pop, args=(LOST, None), key="lost_leave")


def _deleted() -> None:
    """Offer all scenarios that were deleted, by whomever, the last first: a clean-up removes them after a month."""
    gone = {r.id: r for r in Workspace().records("scenario", deleted=True)}
    if not gone:
        return
    t = texts("scenario_store")

    names = labels.of_records(
        gone,
        {
            i: f"{r.title} · {t('deleted_by', who=r.deleted_by, when=person.when(str(r.deleted_at)))}"
            for i, r in gone.items()
        },
    )
    with st.expander(t("gone", n=len(gone)), icon=":material/delete_history:"):
        chosen = st.selectbox(
            t("gone_which"),
            list(gone),
            format_func=names.__getitem__,
            key=state.steady("store_gone", list(gone), next(iter(gone))),
        )
        st.button(t("restore"), on_click=_restore, args=(chosen,), key="store_restore")


def _restore(record_id: str) -> None:
    def bring_back() -> None:
        Workspace().restore("scenario", record_id, by=person.name())
        state.put("scenario", MINE + record_id)
        st.session_state.pop("store_deleted", None)

    _try(bring_back)


def _history(shown: Opened, record: Record) -> None:
    """List the versions, each with the note that was written for it, and let an older one be taken up again."""
    t, lang = texts("scenario_store"), state.language()
    versions = Workspace().history("scenario", record.id)[: _MOST_OLD + 1]
    if len(versions) < 2:
        return
    st.caption(t("history"))
    said: dict[int, str] = {}
    for old, before in zip(versions[:_MOST_OLD], [*versions[1:], None], strict=False):
        when = t("version", n=old.version, who=old.saved_by, when=person.when(old.saved_at))
        note = old.note if before is None or old.note != before.note else ""  # else it is the one before's
        said[old.version] = " · ".join(filter(None, (when, old.status_text(lang), note)))
        st.text(said[old.version])
    documents = {old.version: old.document for old in versions[1:_MOST_OLD]}
    chosen = st.selectbox(
        t("older"),
        list(documents),
        format_func=said.__getitem__,
        key=state.steady(f"store_older-{record.id}", list(documents), next(iter(documents))),
    )

    def take_up() -> None:
        discard(shown)
        keep_draft(shown.code, as_form(documents[chosen]), record.version)

    st.button(
        t("take_up"), on_click=take_up, key="store_take_up", icon=":material/history:", help=t("take_up_help")
    )


def _who_was_first(conflict: ConflictError) -> str:
    theirs = conflict.theirs
    if theirs.deleted_at:
        when = person.when(theirs.deleted_at)
        return texts("scenario_store")("first_deleted", who=theirs.deleted_by, when=when)
    return texts("scenario_store")(
        "first_saved",
        who=theirs.saved_by,
        when=person.when(theirs.saved_at),
        n=theirs.version,
        mine=conflict.mine.version,
    )


def _try(what: Callable[[], Any]) -> bool:
    """Do it and say that it is done; a refusal is kept until the page is drawn and shown there."""
    try:
        what()
    except ConflictError as error:
        st.session_state["store_conflict"] = error
    except InfraPlanError as error:
        st.session_state["store_error"] = error
    else:
        return True
    return False


def _conflict(shown: Opened) -> None:
    """Show a refused save: both versions side by side, item by item."""
    refused = st.session_state.pop("store_error", None)
    if refused is not None:
        guard.show(refused)
    conflict: ConflictError | None = st.session_state.get("store_conflict")
    if conflict is None or shown.record is None or conflict.mine.id != shown.record.id:
        return
    t, mine = texts("scenario_store"), conflict.mine
    with st.container(border=True):
        own = conflict.theirs.saved_by == person.given() and not conflict.theirs.deleted_at
        st.warning(t("conflict_own" if own else "conflict"), icon=":material/sync_problem:")
        st.caption(guard.plain(_who_was_first(conflict)))
        st.dataframe(
            differences(mine.document, conflict.theirs.document, conflict.theirs.saved_by), hide_index=True
        )

        def open_theirs() -> None:
            del st.session_state["store_conflict"]
            discard(shown)

        def keep_mine() -> None:
            del st.session_state["store_conflict"]
            document = as_form(mine.document)
            _save_copy(shown, document, _copy_name(document, shown.code), mine.note)

        left, right, _ = st.columns([1, 1.4, 2])
        left.button(t("open_theirs"), on_click=open_theirs, key="store_theirs", help=t("open_theirs_help"))
        right.button(t("keep_mine"), on_click=keep_mine, key="store_mine", icon=":material/file_copy:")
