"""The rows of a planner's own project list in the reader's words, as its page shows, filters and sums them.

A list of a hundred thousand rows is read in seconds: what stands in many rows is put into words once.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.geocode.text import fold
from infraplan import uploads
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_parts, upload_words
from infraplan.ui.views.list_parts import NONE
from infraplan.uploads import columns as uploads_columns
from infraplan.uploads.columns import Field
from infraplan.workspace import Record, Workspace
from layers.punctuation import printed
from plans.vocabulary import vocabulary

#: These columns stand first in the table, the others in the order of ``uploads/columns.csv``.
_FIRST = (
    "name", "stage", "district", "investment", "planned_this_year", "invested_this_year", "invested_before",
    "period", "lead", "owner", "progress", "problems",
)  # fmt: skip
_PLACE = ("lon", "lat", "lonlat")
#: Money of the table: yuan in one of the unit that its headings name.
_UNIT = {"zh": 1e4, "en": 1e6}
#: A code for the address, and the words for it.
Value = tuple[str, str]


@dataclass(frozen=True)
class Rows:
    """A list in one language.

    ``fields`` are those in which it states anything; ``facets`` hold for each row what it is grouped and filtered by,
    ``folded`` all its words.
    """

    frame: pd.DataFrame
    fields: tuple[Field, ...]
    table: pd.DataFrame
    facets: Mapping[str, list[tuple[Value, ...]]]
    folded: list[str]

    def options(self, facet: str) -> dict[str, str]:
        """Return the values of a facet by code, known stages and districts in their own order; none comes last."""
        known = {code: name for values in self.facets[facet] for code, name in values}
        order = {"stage": list(vocabulary("stage")), "district": sorted(known)}.get(facet, [])
        found = {code: known[code] for code in [*(c for c in order if c in known), *known]}
        if found and not all(self.facets[facet]):
            found[NONE] = texts("own_projects")("not_stated")
        return found


@st.cache_resource(max_entries=4, show_spinner=False)
def read(content: str, lang: str, _record: Record) -> Rows:
    """Return a list by its content, to be looked at and never changed."""
    frame = uploads.load(Workspace(), _record).reset_index(drop=True)
    facets = {
        "stage": [_facet(code, name) for code, name in zip(cells(frame, "stage"), _stages(frame), strict=True)],
        "district": _each(_districts, _places(frame)),
        "body": _each(lambda text: _facet(None, text), cells(frame, "lead")),
        "category": _each(lambda text: _facet(None, text), cells(frame, "sector")),
    }  # fmt: skip
    values = {f: values_of(frame, f) for f in _fields()}
    values = {f: column for f, column in values.items() if any(v is not None for v in column)}
    words = [[v or "" for v in cells(frame, column)] for column in frame.select_dtypes("string")]
    words += [[" ".join(name for _, name in row) for row in facet] for facet in facets.values()]
    folded = [fold(" ".join(row)) for row in zip(*words, strict=True)]
    return Rows(frame, tuple(values), _table(frame, values, lang), facets, folded)


def _each(read: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
    """Return what ``read`` makes of each value; what stands in many rows is read once."""
    return list(map(functools.cache(read), values))


def _facet(code: Any, name: Any) -> tuple[Value, ...]:
    """Return a value with its code; free text gets a code that stands the commas of the address."""
    if name is None:
        return ()
    given = hashlib.sha256(str(name).encode()).hexdigest()[:10] if code is None else str(code)
    return ((given, str(name)),)


def _places(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return for each row the adcodes of the districts that it states, its text for them, and where it lies."""
    return list(zip(*(cells(frame, c) for c in ("adcodes", "district", "located_adcode")), strict=True))


def _districts(place: tuple[Any, Any, Any]) -> tuple[Value, ...]:
    """Return the districts that a row states, else the text it states, else the one its position lies in."""
    adcodes, text, lies = place
    codes = [code for code in str(adcodes or "").split("|") if code]
    if not codes and text:
        return _facet(None, text)
    if not codes and lies:
        codes = [str(lies)]
    return tuple((code, list_parts.unit_name(code)) for code in codes)


def known(value: Any) -> Any:
    """Return a cell, None where nothing is known."""
    return None if pd.isna(value) or value == "" else value


def cells(frame: pd.DataFrame, column: str) -> list[Any]:
    """Return a column, None where nothing is known; a list without it knows nothing of it."""
    if column not in frame:
        return [None] * len(frame)
    values = frame[column].astype(object).where(frame[column].notna(), None)
    return [None if v == "" else v for v in values.tolist()]


def _pairs(frame: pd.DataFrame, first: str, second: str) -> list[tuple[Any, Any]]:
    return list(zip(cells(frame, first), cells(frame, second), strict=True))


def _stages(frame: pd.DataFrame) -> list[str | None]:
    return _each(lambda pair: upload_words.stage(*pair), _pairs(frame, "stage", "stage_text"))


def _fields() -> list[Field]:
    known = {f.name: f for f in uploads_columns.fields("projects") if f.name not in _PLACE}
    return [known[name] for name in dict.fromkeys((*_FIRST, *known))]


def values_of(frame: pd.DataFrame, field: Field) -> list[Any]:
    """Return a field of each row: words, or yuan."""
    if field.kind == "stage":
        return _stages(frame)
    if field.kind in ("period", "date"):
        spans = _pairs(frame, f"{field.name}_from", f"{field.name}_to")
        return _each(lambda span: upload_words.span(*span), spans)
    if field.kind == "district":
        return _each(_district_words, _places(frame))
    return cells(frame, field.name)


def _district_words(place: tuple[Any, Any, Any]) -> str | None:
    """Return the districts of a row; one that follows from the position says so."""
    found = list_parts.joined([name for _, name in _districts(place)])
    stated = place[0] or place[1]
    return texts("own_projects")("by_position", name=found) if found and not stated else found or None


def _table(frame: pd.DataFrame, fields: Mapping[Field, Sequence[Any]], lang: str) -> pd.DataFrame:
    """Return the columns in which the list states anything, under the reader's words; numbers stay numbers."""
    t = texts("own_projects")
    shown: dict[str, Any] = {}
    for field, values in fields.items():
        name = printed(field.label(lang), lang)
        if field.kind == "money":
            shown[t("in_money", name=name)] = pd.array(
                [None if v is None else int(v) / _UNIT[lang] for v in values], dtype="Float64"
            )
        else:
            shown[name] = pd.array(values, dtype="string")
    for name in ("accuracy", "lon", "lat", "line"):
        column = frame["accuracy_m" if name == "accuracy" else name]
        if column.notna().any():
            shown[t(name)] = column
    basis = _each(upload_words.basis, cells(frame, "position_basis"))
    if any(basis):
        shown[t("basis")] = pd.array(basis, dtype="string")
    return pd.DataFrame(shown)
