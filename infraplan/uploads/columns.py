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
#: 亿元, 百万元, 元, or 亿 and 万 alone in brackets; no other money's 元 (万美元), and no 单元.
_UNIT = re.compile(r"(?P<unit>亿|[十百千]?万|千|(?<![美欧港日单公]))元|[(\[【](?P<short>亿|万)[)\]】]")
_CODES = {"亿": "yi", "百万": "baiwan", "万": "wan", "千": "qian", "": "yuan"}


@dataclass(frozen=True, slots=True)
class Field:
    """A thing that a column may hold.

    ``kind`` says how its cells are read. Synonyms that are ``whole`` (written with ``=`` before them) are a whole
    header, never a part of one: 投资 is not what 投资主体 means. A header in which the pattern ``unless`` is found is
    the field's only where it is a synonym letter by letter.
    """

    name: str
    label_zh: str
    label_en: str
    kind: str
    required: bool
    synonyms: tuple[str, ...]
    whole: frozenset[str] = frozenset()
    unless: str = ""

    def label(self, lang: str = "zh") -> str:
        """Return the field's name for people."""
        return self.label_en if lang == "en" else self.label_zh


def fields(what: str) -> tuple[Field, ...]:
    """Return the fields of a list: ``projects``, ``sites`` or ``units``."""
    return tuple(field for lists, field in _rows() if what in lists)


def suggest(headers: Sequence[str], what: str) -> dict[str, int]:
    """Return the column (its index) that each field is probably in; a column is given to one field only.

    A header that is exactly one of a field's names goes first, then one that is a name but for its brackets, then one
    that contains a name; among these the longest name wins. Of several that contain the same one, none is chosen:
    市级责任单位 is no more the lead than 区级责任单位. Which column counts units is asked in such a case.
    """
    candidates = []
    for order, field in enumerate(fields(what)):
        for index, header in enumerate(headers):
            score = _score(header, field)
            if score > 0:
                candidates.append((-score, order, index, field))
    chosen: dict[str, int] = {}
    left: set[str] = set()
    for score, _, index, field in sorted(candidates, key=lambda row: row[:3]):
        if field.name in chosen or field.name in left or index in chosen.values():
            continue
        rivals = {i for s, _, i, f in candidates if f is field and s == score} - set(chosen.values())
        if score > -2 and len(rivals) > 1 and field.kind != "count":
            left.add(field.name)
        else:
            chosen[field.name] = index
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
    """Return the unit of money that a header or a line above the table states; None where it states none we know.

    Examples
    --------
    >>> money_unit("总投资(亿元)"), money_unit("投资(万)"), money_unit("投资(百万元)"), money_unit("投资(万美元)")
    ('yi', 'wan', 'baiwan', None)
    """
    found = _UNIT.search(fold(text))
    return _CODES.get(found["short"] or found["unit"]) if found else None


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
    for name, may_be_part in _folded(field):
        if name in parts:
            return 3 + len(name) / 100
        if name in bare:
            best = max(best, 2 + len(name) / 100)
        elif may_be_part and any(name in part for part in bare):
            best = max(best, 1 + len(name) / 100)
    return 0 if field.unless and re.search(field.unless, folded, re.IGNORECASE) else best


@functools.cache
def _folded(field: Field) -> tuple[tuple[str, bool], ...]:
    """Return the field's names as compared, and whether a header may be longer than each."""
    names = ((fold(synonym), synonym in field.whole) for synonym in field.synonyms)
    return tuple((name, not whole and len(name) >= 2 and not name.isascii()) for name, whole in names)


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
                    tuple(word.removeprefix("=") for word in row["synonyms"].split("|")),
                    frozenset(word[1:] for word in row["synonyms"].split("|") if word.startswith("=")),
                    row["unless"],
                ),
            )
            for row in csv.DictReader(source)
        )


def named(mapping: Mapping[str, int], headers: Sequence[str]) -> dict[str, str]:
    """Return a mapping with the headers' texts in place of their indices, to be kept with the upload."""
    return {name: headers[index] for name, index in mapping.items()}
