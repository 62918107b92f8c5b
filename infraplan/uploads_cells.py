"""One cell of a table as somebody sent it: text, number, date or nothing."""

from __future__ import annotations

import datetime
from typing import Any

Cell = str | int | float | datetime.date | None

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"), None) | {0xA0: " ", 0x3000: " "}


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
    text = str(value).translate(_INVISIBLE).strip()
    return text or None
