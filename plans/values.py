"""One cell of a table as a plain value, by the type of its column; a bad one says what to do."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Collection
from typing import Any

from geo.errors import unknown
from plans.columns import Column
from plans.vocabulary import vocabulary

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"-?\d+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_YES = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}


class BadValue(Exception):
    """A cell that cannot be read: the check's name and a sentence in two languages."""

    def __init__(self, check: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.check = check
        self.en = en
        self.zh = zh


def read_value(
    text: str, column: Column, adcodes: Collection[str] | None = None, empty_ok: bool = False
) -> Any:
    """Return the value of a cell.

    Empty gives None (``()`` for lists) unless the column is required.

    Raises
    ------
    BadValue
        When the text is not a value of the column's type.
    """
    cell = text if column.type == "exact" else text.strip()
    if not cell.strip():
        if column.required == "yes" and not empty_ok:
            raise BadValue("required", "is empty; a value is required", "为空，必须填写")
        return () if column.type in ("list", "bodies", "relations") else None
    if column.type == "code":
        return _code(cell, column)
    if column.type == "adcode":
        return _adcode(cell, adcodes)
    return _READERS[column.type](cell)


def number(cell: str) -> int | float:
    """Return a plain number: an int when the text has no fraction, else a float.

    Examples
    --------
    >>> number("38900"), number("1.3"), number("15413000000.0")
    (38900, 1.3, 15413000000)
    """
    if not _NUMBER.fullmatch(cell):
        raise BadValue(
            "number", f"{cell!r} is not a number{_hint(cell)[0]}", f"“{cell}”不是数字{_hint(cell)[1]}"
        )
    if _INTEGER.fullmatch(cell):
        return int(cell)
    value = float(cell)
    if not math.isfinite(value):
        raise BadValue("number", f"{cell!r} is beyond what a number can hold", f"“{cell}”超出数值范围")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _hint(cell: str) -> tuple[str, str]:
    if re.search(r"[OolI]", cell) and re.fullmatch(r"[\d,.OolI]+", cell):
        return " (a letter O or l stands for a digit)", "（含字母 O 或 l，应为数字）"
    if "," in cell or "\uff0c" in cell:
        return "; write it without thousands separators", "；请勿使用千分位逗号"
    if re.search(r"[万亿萬億%]", cell):
        return "; write the plain figure in the unit of the unit column", "；请按单位列填写纯数字"
    return "", ""


def _integer(cell: str) -> int:
    if not _INTEGER.fullmatch(cell):
        hint = _hint(cell)
        raise BadValue("number", f"{cell!r} is not a whole number{hint[0]}", f"“{cell}”不是整数{hint[1]}")
    return int(cell)


def _bool(cell: str) -> bool:
    if cell.lower() not in _YES:
        raise BadValue("bool", f"{cell!r} is neither yes nor no", f"“{cell}”应为 yes 或 no")
    return _YES[cell.lower()]


def _identifier(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise BadValue(
            "id",
            f"{cell!r} is not an id (lower-case words and digits joined by hyphens)",
            f"“{cell}”不是合法标识（小写字母、数字，以连字符相连）",
        )
    return cell


def _date(cell: str) -> str:
    match = _DATE.fullmatch(cell)
    try:
        if not match:
            raise ValueError
        year, month, day = (int(part) if part else 1 for part in match.groups())
        datetime.date(year, month, day)
    except ValueError:
        raise BadValue(
            "date", f"{cell!r} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)", f"“{cell}”不是日期（YYYY-MM-DD)"
        ) from None
    return cell


def _list(cell: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in cell.split("|"))
    if not all(parts):
        raise BadValue("list", f"{cell!r} has an empty part between two |", f"“{cell}”中有空项")
    repeated = sorted({part for part in parts if parts.count(part) > 1})
    if repeated:
        raise BadValue("list", f"{', '.join(repeated)} is listed twice", f"“{'、'.join(repeated)}”重复列出")
    return parts


def _relations(cell: str) -> tuple[tuple[str, str], ...]:
    kinds = vocabulary("relation")
    found = []
    for part in _list(cell):
        kind, colon, other = part.partition(":")
        if not colon or kind not in kinds:
            known = ", ".join(kinds)
            raise BadValue(
                "relation",
                f"{part!r} is not kind:id with one of the kinds {known}",
                f"“{part}”应为 关系：标识，关系可为 {known}",
            )
        found.append((kind, _identifier(other)))
    return tuple(found)


def _code(cell: str, column: Column) -> str:
    terms = vocabulary(column.vocabulary)
    if cell not in terms:
        error = unknown(column.vocabulary, cell, terms, column.description_zh)
        raise BadValue("code", error.en, error.zh)
    return cell


def _adcode(cell: str, adcodes: Collection[str] | None) -> str:
    if not re.fullmatch(r"[1-9]\d{5}", cell):
        raise BadValue("adcode", f"{cell!r} is not a six-digit adcode", f"“{cell}”不是六位行政区划代码")
    if adcodes is not None and cell not in adcodes:
        raise BadValue("adcode", f"adcode {cell!r} is not known", f"行政区划代码“{cell}”不存在")
    return cell


_READERS: dict[str, Callable[[str], Any]] = {
    "id": _identifier,
    "key": str,
    "text": str,
    "exact": str,
    "number": number,
    "integer": _integer,
    "bool": _bool,
    "date": _date,
    "list": _list,
    "bodies": _list,
    "relations": _relations,
}
