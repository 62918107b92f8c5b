"""One cell of a table as somebody sent it: text, number, date or nothing."""

from __future__ import annotations

import datetime
from typing import Any

from openpyxl.utils import get_column_letter

from geo.errors import Problem

Cell = str | int | float | datetime.date | None

_INVISIBLE = dict.fromkeys("\u200b\u200c\u200d\ufeff\u2060", "") | {"\xa0": " ", "\u3000": " "}


def text_of(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as 2022-03-01, nothing as ``""``."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def clean(value: Any) -> Cell:
    """Return a cell without what nobody sees; an empty one is None, a date and time its date, true 是."""
    if value is None or isinstance(value, bool):
        return None if value is None else ("是" if value else "否")
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, int | float):
        return None if value != value else value
    return visible(str(value)).strip() or None


def visible(text: str) -> str:
    """Return a text without what nobody sees, with plain spaces; of a whole file as of one cell."""
    if text.isascii():
        return text
    for mark, plain in _INVISIBLE.items():
        text = text.replace(mark, plain)
    return text


def cell_problem(check: str, name: str, line: int, column: int, header: str, en: str, zh: str) -> Problem:
    """Return a problem of a cell, which is named as spreadsheets do: H8 and the column's header.

    Examples
    --------
    >>> cell_problem("cell", "清单.xlsx", 8, 7, "总投资", "", "").where
    '清单.xlsx, H8 (总投资)'
    """
    cell = f"{get_column_letter(column + 1)}{line}"
    return Problem(check, f"{name}, {cell} ({header})", en, zh, f"{name} {cell}\uff08{header}\uff09")


def feature_problem(check: str, name: str, number: int, header: str | None, en: str, zh: str) -> Problem:
    """Return a problem of a feature of a map, whose table has neither cells nor lettered columns."""
    where, where_zh = f"{name}, feature {number}", f"{name} 第 {number} 个要素"
    if header is not None:
        where, where_zh = f"{where}, column {header!r}", f"{where_zh}\uff0c列“{header}”"
    return Problem(check, where, en, zh, where_zh)


def row_problem(check: str, name: str, line: int, en: str, zh: str) -> Problem:
    """Return a problem of a whole row, whose place is named in either language."""
    return Problem(check, f"{name}, row {line}", en, zh, f"{name} 第 {line} 行")
