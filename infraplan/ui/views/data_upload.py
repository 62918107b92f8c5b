"""Bringing a file: read and checked first, questions asked, errors row by row; stored whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import InfraPlanError, Problem
from infraplan import uploads
from infraplan.ui import deleting, guard, labels, person, state, theme
from infraplan.ui.i18n import texts
from infraplan.ui.i18n.data_page import TEXT as DATA_TEXT
from infraplan.ui.views import own_projects, upload_words
from infraplan.uploads import census_check, in_scenarios
from infraplan.uploads import columns as uploads_columns
from infraplan.uploads.inspection import Inspection
from infraplan.workspace import Record, Workspace
from layers.punctuation import printed

_SHOWN = 300
#: What Streamlit takes; a kind of upload may take less, and says so in the reader's language.
_MOST_MB = 500


def draw() -> None:
    """Draw the upload: kind, file, then what was found in it."""
    t = texts("data_page")
    st.caption(t("upload_hint"))
    left, right = st.columns([1, 2])
    with left:
        kinds = {what: upload_words.kind(what) for what in uploads.WHAT}
        what = state.choose("what", t("what"), list(kinds), kinds.__getitem__)
    endings = [e.lstrip(".") for e in uploads.WHAT[what][2]]
    with right:
        file = st.file_uploader(
            t("choose_file", endings=", ".join(endings)),
            type=endings,
            key=state.box(f"upload-{what}"),
            max_upload_size=_MOST_MB,
        )
        theme.uploader_hint(t("drop_here", mb=min(_MOST_MB, uploads.most_bytes(what) // 1_000_000)))
    if file is None:
        return
    name = f"answers-{what}-{file.file_id}"
    answers: dict[str, Any] = st.session_state.setdefault(name, {})
    try:
        with st.spinner(t("reading")):
            found = _inspected(what, str(_staged(file, f"{name}-path")), file.name, json.dumps(answers))
    except InfraPlanError as error:
        guard.show(error)
        # the answer that led here can be changed where it was given
        before: Inspection | None = st.session_state.get(f"{name}-read")
        if before is not None:
            _ask_again(replace(before, answers=answers), name)
        return
    st.session_state[f"{name}-read"] = replace(found, data=None)
    _ask_again(found, name)
    _report(found)
    _accept(found, f"{name}-stored")


def _ask_again(found: Inspection, name: str) -> None:
    """Draw the questions; a changed answer starts the page anew."""
    asked = _ask(found, name)
    if asked != found.answers:
        st.session_state[name] = asked
        st.rerun()


def _staged(file: Any, key: str) -> Path:
    """Return where the file lies; it is put there again when it was swept."""
    path: Path | None = st.session_state.get(key)
    if path is None or not path.exists():
        path = uploads.stage(file.getvalue(), Path(file.name).name, Workspace().root)
        st.session_state[key] = path
    return path


@st.cache_resource(max_entries=4, show_spinner=False)
def _inspected(what: str, path: str, name: str, answers: str) -> Inspection:
    """Return what is known about a staged file (its path holds its hash) by its answers; nobody changes it."""
    return uploads.inspect(what, Path(path), name, json.loads(answers))


def _ask(found: Inspection, name: str) -> dict[str, Any]:
    """Draw every question and the column mapper; return the answers."""
    t, lang = texts("data_page"), state.language()
    answers = dict(found.answers)
    if len(found.sheets) > 1:
        answers["sheet"] = st.selectbox(
            t("sheet"), found.sheets, list(found.sheets).index(found.sheet), key=f"{name}-sheet"
        )
        if answers["sheet"] != found.sheet:  # columns are a sheet's own
            answers.pop("columns", None)
            return answers
    if found.headers:
        mapping = _columns(found, name)
        if mapping is not None:
            answers["columns"] = mapping
    if found.questions:
        st.markdown(f"### {t('questions')}")
    for question in found.questions:
        key = f"{name}-{lang}-{question.key}"  # a box holds the words of its choice: another language's box is another
        given = answers.get(question.key)
        if not question.options:
            text = st.text_input(
                guard.plain(printed(question.text(lang), lang)), given or question.suggested or "", key=key
            )
            answers[question.key] = text.strip() or None
            continue
        values = [o.value for o in question.options]
        start = given if given in values else question.suggested
        words = {o.value: printed(o.text(lang), lang) for o in question.options}
        answers[question.key] = st.selectbox(
            guard.plain(printed(question.text(lang), lang)),
            values,
            values.index(start) if start in values else None,
            format_func=words.__getitem__,
            key=key,
            placeholder=t("choose"),
        )
    return {k: v for k, v in answers.items() if v is not None}


def _columns(found: Inspection, name: str) -> dict[str, str | None] | None:
    """Draw which column is taken for what; None while it is as it was found."""
    t = texts("data_page")
    asked = {
        q.key.removesuffix("_column") for q in found.questions
    }  # such a column is asked for, with its evidence
    fields = [f for f in uploads_columns.fields(found.what) if f.name not in asked]
    suggested = {
        f.name: found.headers[found.mapping[f.name]] if f.name in found.mapping else None for f in fields
    }
    with st.expander(t("columns"), icon=":material/view_column:", expanded=bool(found.file_problems)):
        chosen: dict[str, str | None] = {}
        for start in range(0, len(fields), 3):
            for column, item in zip(st.columns(3), fields[start : start + 3], strict=False):
                words = upload_words.field(item, found.what)
                label = t("required", name=words) if item.required else words
                listed = [None, *found.headers]
                now = suggested[item.name]
                with column:
                    chosen[item.name] = st.selectbox(
                        guard.plain(label),
                        listed,
                        listed.index(now) if now in listed else 0,
                        format_func=lambda h: t("no_column") if h is None else str(h),
                        placeholder=t("no_column"),
                        key=f"{name}-{state.language()}-{found.sheet}-column-{item.name}",
                    )
    return chosen if chosen != suggested or "columns" in found.answers else None


def _report(found: Inspection) -> None:
    t, lang = texts("data_page"), state.language()
    summary = found.summary_zh if lang == "zh" else found.summary_en
    if summary:
        st.text(printed(summary, lang))
    for problem in found.file_problems:
        place, said = upload_words.where(problem), upload_words.said(problem)
        st.error(guard.plain(t("whole_file", place=place, said=said)), icon=":material/error:")
    wrong = found.row_problems
    if wrong:
        st.error(
            t("problems", rows=f"{found.bad_lines:,}", n=f"{len(wrong):,}"),
            icon=":material/error:",
        )
        _problems(wrong)
    doubts = [p for p in found.doubts if p.check != census_check.CHECK]
    for problem in found.doubts:
        if problem.check == census_check.CHECK:
            st.warning(guard.plain(upload_words.said(problem)), icon=":material/warning:")
    for key, rows in (("doubts", doubts), ("notes", list(found.notes))):
        if rows:
            with st.expander(t(key, n=f"{len(rows):,}")):
                _problems(rows)
    _unread(found)
    if found.preview:
        word = f"preview_{found.what}"
        heading = t(word if word in DATA_TEXT else "preview", n=len(found.preview))
        st.markdown(f"**{heading}**")
        _rows(pd.DataFrame(found.preview, dtype=object), found.what)


def _unread(found: Inspection) -> None:
    """Say which columns and sheets of the file are not imported: nothing of it is left out without a word."""
    said = upload_words.unread(found.unread_columns, found.unread_sheets)
    if said:
        mend = found.unread_columns and found.headers
        lines = [*said, texts("data_page")("unread_columns_mend")] if mend else said
        st.warning(guard.plain("\n".join(lines)), icon=":material/playlist_remove:")


def _rows(frame: pd.DataFrame, what: str) -> None:
    """Draw rows of an upload under the reader's words for columns and codes; what is not known is a dash."""
    heads: dict[str, str] = {}
    for column in map(str, frame.columns):
        word = upload_words.heading(column, what)
        heads[column] = word if word not in heads.values() else f"{word} ({column})"
    shown = frame.astype("string")
    for column in upload_words.counted(frame.columns, what):
        shown[column] = [None if pd.isna(v) else f"{int(v):,}" for v in frame[column]]
    if "stage" in shown:
        shown["stage"] = [upload_words.stage(v) for v in shown["stage"]]
    if "position_basis" in shown:
        shown["position_basis"] = [upload_words.basis(v) for v in shown["position_basis"]]
    if "position_source" in shown:
        shown["position_source"] = [upload_words.source(v) for v in shown["position_source"]]
    st.dataframe(shown.rename(columns=heads), hide_index=True, placeholder="—")


def _problems(rows: Sequence[Problem]) -> None:
    t = texts("data_page")
    st.dataframe(
        pd.DataFrame(
            {
                t("where"): [upload_words.where(p) for p in rows[:_SHOWN]],
                t("said"): [upload_words.said(p) for p in rows[:_SHOWN]],
            }
        ),
        hide_index=True,
    )
    if len(rows) > _SHOWN:
        st.caption(t("first_only", n=_SHOWN))


def _accept(found: Inspection, stored: str) -> None:
    """Draw the last step; a file that was stored is said to be so, never stored twice by the same answers."""
    t = texts("data_page")
    kept: Record | None
    kept, by_answers = st.session_state.get(stored, (None, None))
    if kept is not None and by_answers == found.answers:
        st.success(guard.plain(t("stored", title=kept.title, size=upload_words.size(kept))))
        _next(kept)
        return
    if kept is not None:
        st.info(guard.plain(t("changed_since", title=kept.title)))
    left, middle, right = st.columns(3)
    title = left.text_input(t("title"), found.file_name, key=f"upload-title-{found.sha256[:12]}")
    source = middle.text_input(t("source"), key=f"upload-source-{found.sha256[:12]}")
    with right:
        by = person.box(t("who"))
    if not found.ready:
        st.caption(t("not_ready"))
    if st.button(
        t("accept"), type="primary", disabled=not found.ready, icon=":material/save:", key="upload-accept"
    ):
        if not source.strip():
            st.error(t("source_needed"))
            return
        try:
            record = uploads.accept(
                found, Workspace(), by=by, title=title.strip(), source_text=source.strip()
            )
            st.session_state[stored] = record, dict(found.answers)
        except InfraPlanError as error:
            guard.show(error)
            return
        st.rerun()


def _next(record: Record) -> None:
    """Say where the upload can be used, and lead there."""
    from infraplan.ui import app

    t, what = texts("data_page"), record.document["what"]
    if what == "projects":
        own_projects.link(record)
    if what in in_scenarios.TAKES.values():
        st.page_link(
            app.page("scenario"), label=t("next_scenario"), icon=":material/tune:", query_params=state.link(mode="edit")
        )  # fmt: skip
    if what != "population":
        st.page_link(app.page("map"), label=t("next_map"), icon=":material/map:", query_params=state.link())


def listing() -> None:
    """Draw what was uploaded, newest first, and let it be looked at or deleted (and brought back)."""
    t = texts("data_page")
    workspace = Workspace()
    deleting.undo("own")
    records = workspace.records("upload")
    if not records:
        st.info(t("none_own"))
        return
    st.dataframe(
        pd.DataFrame(
            {
                t("title"): [r.title for r in records],
                t("kind"): [upload_words.kind(r.document["what"]) for r in records],
                t("extent"): [upload_words.size(r) for r in records],
                t("source"): [r.document.get("source") for r in records],
                t("by"): [r.saved_by for r in records],
                t("when"): [upload_words.saved(r) for r in records],
            },
            dtype="string",
        ),
        hide_index=True,
        placeholder="—",
    )
    names = labels.of_records({r.id: r for r in records})
    key = state.steady("own-open", records)
    chosen = st.selectbox(
        t("open"), records, format_func=lambda r: names[r.id], key=key, index=None, placeholder=t("choose")
    )
    if chosen is None:
        return
    _look(workspace, chosen)
    deleting.button(chosen, names[chosen.id], "own")


def _look(workspace: Workspace, record: Record) -> None:
    lang = state.language()
    if record.document["what"] == "projects":
        own_projects.link(record)
    st.text(printed(str(record.document.get("summary_zh" if lang == "zh" else "summary_en") or ""), lang))
    for line in upload_words.unread(*own_projects.unread(record)):
        st.caption(guard.plain(line))
    _doubt_of_census(record)
    try:
        data = uploads.load(workspace, record)
    except InfraPlanError as error:
        guard.show(error)
        return
    if isinstance(data, pd.DataFrame):
        shown = data.drop(columns="geometry") if "geometry" in data.columns else data
        _rows(pd.DataFrame(shown).head(_SHOWN), str(record.document["what"]))


def _doubt_of_census(record: Record) -> None:
    """Say again of a stored population that it is far from the census."""
    document = record.document
    if document["what"] == "population":
        far = census_check.beside_census(str(document["region"]), int(document["people"]), record.title)
        if far is not None:
            st.warning(guard.plain(upload_words.said(far)), icon=":material/warning:")
