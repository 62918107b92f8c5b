"""The reader's words for what stands in an upload: its kind, its columns, its codes. Unknown is None."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from geo.errors import Problem
from infraplan import uploads
from infraplan.ui import person, state
from infraplan.ui.i18n import texts
from infraplan.ui.i18n.data_page import TEXT as DATA_TEXT
from infraplan.ui.i18n.own_projects import TEXT as OWN_TEXT
from infraplan.uploads import columns, in_scenarios
from infraplan.uploads import unread as uploads_unread
from infraplan.uploads.columns import Field
from infraplan.workspace import Record
from layers.punctuation import printed
from layers.source_words import source_words
from plans.vocabulary import label

#: What stands for the header of a column that has none.
_NAMELESS = re.compile(r"column (\d+)")


def unread(columns: Sequence[str], sheets: Sequence[str]) -> list[str]:
    """Return what of a file is not imported, a sentence for columns and one for sheets; names stand as in the file."""
    t, lang = texts("data_page"), state.language()
    nameless = (_NAMELESS.fullmatch(name) for name in columns)
    named = [t("column_nameless", n=m[1]) if m else c for c, m in zip(columns, nameless, strict=True)]
    told = {"unread_columns": named, "unread_sheets": sheets}
    return [t(key, names=uploads_unread.joined(names, lang)) for key, names in told.items() if names]


def kind(what: str) -> str:
    """Return the word for a kind of upload."""
    zh, en, _ = uploads.WHAT[what]
    return zh if state.language() == "zh" else en


def size(record: Record) -> str:
    """Return how much an upload holds: rows of a list, polygons, or cells with the people in them."""
    t, what = texts("data_page"), str(record.document["what"])
    rows = f"{int(record.document.get('rows') or 0):,}"
    if what == "population":
        return t("size_population", n=rows, people=f"{int(record.document.get('people') or 0):,}")
    return t("size_boundaries" if what == "boundaries" else "size_rows", n=rows)


def where(problem: Problem) -> str:
    """Return where a problem is, in the reader's language."""
    return problem.where_zh or problem.where if state.language() == "zh" else problem.where


def said(problem: Problem) -> str:
    """Return what a problem is, in the reader's language."""
    lang = state.language()
    return printed(problem.zh if lang == "zh" and problem.zh else problem.en, lang)


def heading(column: str, what: str) -> str:
    """Return the reader's word for a column; money is kept in yuan, whatever the file's unit was."""
    t, lang = texts("data_page"), state.language()
    if f"column.{column}" in DATA_TEXT:
        return t(f"column.{column}")
    known = {f.name: f for f in columns.fields(what)}
    for ending, word in (("_from", "earliest"), ("_to", "latest")):
        item = known.get(column.removesuffix(ending))
        if column.endswith(ending) and item is not None:
            return t(word, name=printed(item.label(lang), lang))
    if column not in known:
        return column
    name = field(known[column], what)
    return t("in_yuan", name=name) if known[column].kind == "money" else name


def field(item: Field, what: str) -> str:
    """Return the reader's word for a field; one that is kept but used by no calculation says so."""
    lang = state.language()
    name = printed(item.label(lang), lang)
    kept_only = item.name in in_scenarios.KEPT_ONLY.get(what, ())
    return texts("data_page")("kept_only", name=name) if kept_only else name


def counted(names: Iterable[Any], what: str) -> list[str]:
    """Return the columns that hold whole numbers of people, things or yuan."""
    kinds = {f.name: f.kind for f in columns.fields(what)} | {"people": "count"}
    return [str(name) for name in names if kinds.get(str(name)) in ("money", "count")]


def basis(value: Any) -> str | None:
    """Return how a position is known: it stood in the file, or the gazetteer has a place or road of that name."""
    if pd.isna(value):
        return None
    found, _, precision = str(value).partition(" ")
    if f"basis.{found}" not in DATA_TEXT:
        return str(value)
    word = f"precision.{precision}"
    known = texts("own_projects")(word) if word in OWN_TEXT else precision
    return texts("data_page")(f"basis.{found}", precision=known)


def source(value: Any) -> str | None:
    """Return where a position is from: the file, or the gazetteer's place and whose it is."""
    return None if pd.isna(value) else source_words(str(value), state.language())


def stage(code: Any, text: Any = None) -> str | None:
    """Return the word for a stage; one that no code knows stays as the list writes it."""
    if not pd.isna(code):
        return label("stage", str(code), state.language())
    return None if pd.isna(text) else str(text)


def span(first: Any, last: Any) -> str | None:
    """Return a period or a date, as exact as the list states it."""
    stated = [str(v) for v in (first, last) if not pd.isna(v)]
    return "–".join(dict.fromkeys(stated)) or None


def saved(record: Record) -> str:
    """Return when a record was saved, to the minute."""
    return person.when(record.saved_at)
