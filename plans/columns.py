"""The schema of plan data, read from ``plans/schema/*.csv``: a table's columns, their types and meaning.

The same rows drive the loader (:mod:`plans.table`), the checks and the help on the screens.

Types: ``id`` (unique), ``key`` (unique text), ``text``, ``exact`` (text kept to the last blank), ``number``,
``integer``, ``bool`` (yes/no), ``date`` (ISO, down to the year), ``adcode``, ``code`` (of a vocabulary),
``list`` (joined by ``|``), ``bodies`` (a list of body ids), ``relations`` (a list of ``kind:id``). Keys of
``plan.yaml`` add ``mappings``.

Required: ``yes`` (present and filled), ``present`` (the column or key is there, null says "unknown"), ``no``.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from geo.errors import unknown

FOLDER = Path(__file__).resolve().parent / "schema"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one key of ``plan.yaml``."""

    name: str
    type: str
    required: str
    vocabulary: str
    description_en: str
    description_zh: str

    def description(self, lang: str = "en") -> str:
        """Return the sentence that tells what the column holds."""
        return self.description_zh if lang == "zh" else self.description_en


def tables() -> list[str]:
    """Return the names of all tables that have a schema."""
    return sorted(path.stem for path in FOLDER.glob("*.csv"))


@functools.cache
def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table in their order.

    Raises
    ------
    UnknownNameError
        When there is no such table; the message lists the known ones.
    """
    path = FOLDER / f"{table}.csv"
    if not path.is_file():
        raise unknown("table", table, tables(), "数据表")
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Column(
                name=row["column"],
                type=row["type"],
                required=row["required"],
                vocabulary=row["vocabulary"],
                description_en=row["description_en"],
                description_zh=row["description_zh"],
            )
            for row in csv.DictReader(stream)
        )
