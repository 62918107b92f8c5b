"""What the columns of a bureau's list are: fields, their names in use, and the suggestion of a mapping.

The names are data (``columns.csv``). A suggestion is shown to the planner, who decides.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TABLE = Path(__file__).with_suffix(".csv")
_BRACKETS = re.compile(r"[(\[【{][^()\[\]【】{}]*[)\]】}]")
_UNITS = (("亿元", "yi"), ("万元", "wan"), ("千元", "qian"), ("元", "yuan"))


@dataclass(frozen=True, slots=True)
class Field:
    """A thing that a column may hold; ``kind`` says how its cells are read."""

    name: str
    label_zh: str
    label_en: str
    kind: str
    required: bool
    synonyms: tuple[str, ...]

    def label(self, lang: str = "zh") -> str:
        """Return the field's name for people."""
        return self.label_en if lang == "en" else self.label_zh


def fields(what: str) -> tuple[Field, ...]:
    """Return the fields of a list: ``projects``, ``sites`` or ``units``."""
    return tuple(field for lists, field in _rows() if what in lists)


def suggest(headers: Sequence[str], what: str) -> dict[str, int]:
    """Return the column (its index) that each field is probably in; a column is given to one field only.

    A header that is exactly one of a field's names goes first, then one that is a name but for its brackets, then one
    that contains a name; among these the longest name wins.
    """
    candidates = []
    for order, field in enumerate(fields(what)):
        for index, header in enumerate(headers):
            score = _score(header, field)
            if score > 0:
                candidates.append((-score, order, index, field.name))
    chosen: dict[str, int] = {}
    for _, _, index, name in sorted(candidates):
        if name not in chosen and index not in chosen.values():
            chosen[name] = index
    if "lon" in chosen and "lat" in chosen:
        chosen.pop("lonlat", None)
    return dict(sorted(chosen.items(), key=lambda item: item[1]))


def may_be(header: str, what: str, name: str) -> bool:
    """Return whether a header is, or contains, one of a field's names."""
    return any(field.name == name and _score(header, field) > 0 for field in fields(what))


def matches(cells: Sequence[str], what: str) -> int:
    """Return how many of the cells are names of a field: a row of headers has many."""
    return sum(any(_score(cell, field) >= 2 for field in fields(what)) for cell in cells if cell)


def money_unit(text: str) -> str | None:
    """Return the unit of money that a header or a line above the table states: yi, wan, qian, yuan, or None."""
    plain = fold(text)
    for word, code in _UNITS:
        if word in plain:
            return code
    return None


def fold(text: str) -> str:
    """Return a header as compared: full-width letters narrow, no spaces or line breaks, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower().strip(":*")


def _score(header: str, field: Field) -> float:
    folded = fold(header)
    if not folded:
        return 0
    parts = [folded, folded.rsplit("/", 1)[-1]]
    bare = [_BRACKETS.sub("", part) for part in parts]
    best = 0.0
    for name in _folded(field):
        if name in parts:
            return 3 + len(name) / 100
        if name in bare:
            best = max(best, 2 + len(name) / 100)
        elif len(name) >= 2 and not name.isascii() and any(name in part for part in bare):
            best = max(best, 1 + len(name) / 100)
    return best


@functools.cache
def _folded(field: Field) -> tuple[str, ...]:
    return tuple(fold(synonym) for synonym in field.synonyms)


@functools.cache
def _rows() -> tuple[tuple[frozenset[str], Field], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as source:
        return tuple(
            (
                frozenset(row["lists"].split("|")),
                Field(
                    row["field"],
                    row["label_zh"],
                    row["label_en"],
                    row["kind"],
                    row["required"] == "yes",
                    tuple(row["synonyms"].split("|")),
                ),
            )
            for row in csv.DictReader(source)
        )


def named(mapping: Mapping[str, int], headers: Sequence[str]) -> dict[str, str]:
    """Return a mapping with the headers' texts in place of their indices, to be kept with the upload."""
    return {name: headers[index] for name, index in mapping.items()}
