"""Which scenario is open, and keeping it: save, copy, name, note, status, delete with undo."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from infraplan import saved
from infraplan.ui import cache, drafts, guard, person, state
from infraplan.ui.i18n import texts
from infraplan.uploads import in_scenarios
from infraplan.workspace import STATUSES, ConflictError, Record, Workspace
from layers.punctuation import printed
from scenarios import load
from scenarios.model import Allocation, Scenario

MINE = "mine:"
#: Unsaved changes of this session by scenario, packed as for a URL.
_DRAFTS = "_drafts"
#: Characters of one item where two versions stand side by side.
_MOST_SHOWN = 400


@dataclass(frozen=True)
class Opened:
    """The scenario that the page shows: its code in the URL, as it was kept, its record when somebody saved it."""

    code: str
    base: Scenario
    record: Record | None


def codes() -> dict[str, tuple[str, str]]:
    """Return (title, region) of every scenario by code, in the reader's language: people's own first."""
    lang, t = state.language(), texts("scenario_store")
    found: dict[str, tuple[str, str]] = {}
    for record in Workspace().records("scenario"):
        region = str(record.document.get("region", ""))
        found[MINE + record.id] = (f"{printed(record.title, lang)} · {t('mine')}", region)
    for scenario_id, row in cache.scenario_rows().items():
        found[scenario_id] = (printed(row[f"title_{lang}"], lang), row["region_adcode"])
    return found


def choose(key: str = "scenario", default: str = "guangzhou-5g-2022") -> Opened:
    """Let the reader choose a scenario; return it."""
    known = codes()
    asked = state.get(key, default)
    code = state.choose(key, texts("scenario_store")("scenario"), list(known), lambda c: known[c][0], default)
    if asked and asked not in known:
        st.warning(texts("scenario_store")("not_there"), icon=":material/link_off:")
    return opened(code)


def opened(code: str) -> Opened:
    """Return the scenario with this code."""
    if not code.startswith(MINE):
        return Opened(code, load.load(code), None)
    record = Workspace().get("scenario", code.removeprefix(MINE))
    return Opened(code, of_document(record.document, f"{record.title}"), record)


def of_document(document: Mapping[str, Any], where: str) -> Scenario:
    """Build a scenario from a form's document, its uploads as cells; every problem is told."""
    return load.of_document(in_scenarios.resolved(Workspace(), document), where)


def as_form(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario's document as the form holds it: uploads by name."""
    return in_scenarios.named(Workspace(), document)


def edited(shown: Opened) -> dict[str, Any] | None:
    """Return the changed document of this scenario: from the URL, else what this session left off at."""
    held: dict[str, str] = st.session_state.setdefault(_DRAFTS, {})
    text = state.get("edit")
    found = drafts.unpack(text) if text else None
    if found is not None:
        held[found[0]] = text
    if found is None or found[0] != shown.code:
        text = held.get(shown.code, "")
        found = drafts.unpack(text) if text else None
        if text or state.get("edit"):  # another scenario's changes are not this one's, in its link neither
            state.put("edit", text)
    return found[1] if found else None


def keep_draft(code: str, document: Mapping[str, Any] | None) -> None:
    """Hold the changed document of a scenario in the URL; None: there are no changes (any more)."""
    text = "" if document is None else drafts.pack(code, document)
    st.session_state.setdefault(_DRAFTS, {})[code] = text
    state.put("edit", text)


def current(shown: Opened) -> Scenario:
    """Return the scenario with the changes that are not yet saved."""
    changed = edited(shown)
    return shown.base if changed is None else of_document(changed, shown.base.title(state.language()))


def headline(shown: Opened) -> None:
    """Draw the title, what state the scenario is in, and the menu that keeps it."""
    t, lang = texts("scenario_store"), state.language()
    _undo()
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
    t, lang = texts("scenario_store"), state.language()
    by = person.box(t("who"))
    document = edited(shown) or as_form(shown.base.document)
    if shown.record:
        note = st.text_area(
            t("note"), shown.record.note, key=f"store_note-{shown.code}-{shown.record.version}"
        )
        st.button(
            t("save"), type="primary", key="store_save", on_click=_save, args=(shown, document, by, note),
            icon=":material/save:",
        )  # fmt: skip
        status = st.selectbox(
            t("status"), list(STATUSES), list(STATUSES).index(shown.record.status),
            format_func=lambda s: STATUSES[s][0 if lang == "zh" else 1], key=f"store_status-{shown.record.version}",
        )  # fmt: skip
        if status != shown.record.status:
            _try(
                lambda: Workspace().set_status(
                    "scenario", shown.record.id, status, by=by, base_version=shown.record.version
                )
            )
            st.rerun()
    name = st.text_input(
        t("name"),
        t("copy_of", title=document.get(f"title_{lang}", shown.code)),
        key=f"store_name-{shown.code}-{lang}",
    )
    st.button(
        t("save_copy"),
        key="store_copy",
        on_click=_save_copy,
        args=(shown, document, by, name),
        icon=":material/file_copy:",
    )
    if edited(shown) is not None:
        st.button(t("discard"), key="store_discard", on_click=discard, args=(shown,), icon=":material/undo:")
    if shown.record:
        st.button(
            t("delete"), key="store_delete", on_click=_delete, args=(shown, by), icon=":material/delete:"
        )
        _history(shown.record)


def keep(shown: Opened, allocation: Allocation) -> None:
    """Keep the result of a saved scenario beside it, once; unsaved changes have nothing to be kept beside."""
    done = f"kept:{allocation.result_hash}"
    if shown.record is None or edited(shown) is not None or done in st.session_state:
        return
    st.session_state[done] = True
    try:
        saved.keep_result(Workspace(), shown.record, allocation, by=shown.record.saved_by)
    except InfraPlanError as error:
        guard.show(error)


def discard(shown: Opened) -> None:
    """Forget the changes that are not saved."""
    keep_draft(shown.code, None)
    for key in [k for k in st.session_state if str(k).startswith(f"form:{shown.code}:")]:
        del st.session_state[key]


def _save(shown: Opened, document: dict[str, Any], by: str, note: str) -> None:
    assert shown.record is not None
    record = shown.record

    def save() -> None:
        made = dict(of_document(document, record.title).document)
        kept = Workspace().save(
            "scenario",
            record.id,
            made,
            by=by,
            base_version=record.version,
            title=_title(document),
            note=note,
        )
        st.toast(texts("scenario_store")("saved", n=kept.version))
        discard(shown)

    _try(save)


def _save_copy(shown: Opened, document: dict[str, Any], by: str, name: str) -> None:
    def save() -> None:
        workspace = Workspace()
        # never the id of a library scenario: files and reports bear it
        stem = str(document.get("id", "scenario"))
        new = workspace.new_id("scenario", stem if stem not in load.available() else f"{stem}-copy")
        title = name.strip() or _title(document)
        # a name that somebody gives is the scenario's name in both languages
        copy = {**document, "id": new, "title_zh": title, "title_en": title}
        copy = dict(of_document(copy, title).document)
        kept = workspace.save("scenario", new, copy, by=by, base_version=None, title=_title(copy))
        st.toast(texts("scenario_store")("saved", n=kept.version))
        discard(shown)
        state.put("scenario", MINE + new)

    _try(save)


def _title(document: Mapping[str, Any]) -> str:
    return str(document["title_zh" if state.language() == "zh" else "title_en"])


def _delete(shown: Opened, by: str) -> None:
    assert shown.record is not None
    record = shown.record

    def delete() -> None:
        Workspace().delete("scenario", record.id, by=by, base_version=record.version)
        st.session_state["store_deleted"] = (record.id, record.title, by)
        discard(shown)
        state.put("scenario", "")

    _try(delete)


def _undo() -> None:
    gone = st.session_state.get("store_deleted")
    if not gone:
        return
    t = texts("scenario_store")
    record_id, title, by = gone
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(guard.plain(t("deleted", title=title)))

    def restore() -> None:
        def bring_back() -> None:
            Workspace().restore("scenario", record_id, by=by)
            state.put("scenario", MINE + record_id)
            del st.session_state["store_deleted"]

        _try(bring_back)

    right.button(t("undo"), on_click=restore, key="store_undo", icon=":material/undo:")


def _history(record: Record) -> None:
    t, lang = texts("scenario_store"), state.language()
    versions = Workspace().history("scenario", record.id)
    if len(versions) > 1:
        st.caption(t("history"))
        for old in versions[:8]:
            said = t("version", n=old.version, who=old.saved_by, when=person.when(old.saved_at))
            st.text(f"{said} · {old.status_text(lang)}")


def _try(what: Any) -> None:
    """Do it; a refusal is kept until the page is drawn and shown there."""
    try:
        what()
    except ConflictError as error:
        st.session_state["store_conflict"] = error
    except InfraPlanError as error:
        st.session_state["store_error"] = error


def _conflict(shown: Opened) -> None:
    """Show a refused save: both versions side by side, item by item."""
    refused = st.session_state.pop("store_error", None)
    if refused is not None:
        guard.show(refused)
    conflict: ConflictError | None = st.session_state.get("store_conflict")
    if conflict is None or shown.record is None or conflict.mine.id != shown.record.id:
        return
    t, lang = texts("scenario_store"), state.language()
    with st.container(border=True):
        st.warning(t("conflict"), icon=":material/sync_problem:")
        st.caption(guard.plain(conflict.text(lang)))
        mine, theirs = conflict.mine.document, conflict.theirs.document
        keys = [k for k in {**theirs, **mine} if mine.get(k) != theirs.get(k)]
        st.dataframe(
            pd.DataFrame(
                {
                    t("key"): keys,
                    t("yours"): [_text(mine.get(k)) for k in keys],
                    t("theirs", who=conflict.theirs.saved_by): [_text(theirs.get(k)) for k in keys],
                }
            ),
            hide_index=True,
        )

        def open_theirs() -> None:
            del st.session_state["store_conflict"]
            discard(shown)

        st.button(t("open_theirs"), on_click=open_theirs, key="store_theirs")


def status_of(scenario: Scenario) -> str:
    """Return the status of the saved scenario that this is, unchanged; a draft where it is none."""
    try:
        record = Workspace().get("scenario", scenario.id)
    except InfraPlanError:
        return "draft"
    same = record.deleted_at is None and dict(record.document) == dict(scenario.document)
    return record.status if same else "draft"


def _text(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def region_name(adcode: str) -> str:
    """Return the name of a region in the reader's language."""
    try:
        return boundaries.unit(adcode).name(state.language())
    except InfraPlanError:
        return adcode
