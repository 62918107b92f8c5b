"""The controlled words of the plan data: one small CSV a vocabulary in ``plans/schema/vocabulary/``.

Each row is a code with a Chinese and an English label; loader, checks, screens and help read the same file.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from geo.errors import unknown

FOLDER = Path(__file__).resolve().parent / "schema" / "vocabulary"


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a vocabulary with its labels."""

    code: str
    label_zh: str
    label_en: str
    description_en: str = ""

    def label(self, lang: str = "en") -> str:
        """Return the label in ``lang`` (``"zh"`` or ``"en"``); the Chinese of ``exact`` is empty."""
        return self.label_zh if lang == "zh" else self.label_en


def names() -> list[str]:
    """Return the names of all vocabularies, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.csv"))


@functools.cache
def vocabulary(name: str) -> MappingProxyType[str, Term]:
    """Return the terms of one vocabulary by code, in the order of its file.

    Raises
    ------
    UnknownNameError
        When there is no such vocabulary; the message lists the known ones.

    Examples
    --------
    >>> vocabulary("unit")["yuan"].label("zh")
    '元'
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        raise unknown("vocabulary", name, names(), "词表")
    with path.open(encoding="utf-8", newline="") as stream:
        terms = [Term(**row) for row in csv.DictReader(stream)]
    return MappingProxyType({term.code: term for term in terms})


def label(name: str, code: str | None, lang: Literal["zh", "en"] | str = "en") -> str:
    """Return the label of a code, the code itself when the vocabulary does not hold it, ``""`` for None."""
    if code is None:
        return ""
    term = vocabulary(name).get(code)
    return term.label(lang) if term else code
