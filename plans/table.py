"""Reading a CSV table by its schema: every problem at once, each with file, line and column.

The rows that are in order come back as plain values, so that further checks can go on beside the problems.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import Problem, unknown
from plans.columns import Column, columns
from plans.values import BadValue, read_value


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (1-based, of its first line) and its values by column."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that are in order, and every problem of the others."""

    name: str
    where: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def read(path: Path, name: str, where: str | None = None, adcodes: Collection[str] | None = None) -> Table:
    """Read the file at ``path`` as the table ``name``; a missing file is a problem, not an exception."""
    label = where or path.name
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Table(name, label, (), (Problem("file", label, "the file is missing", "文件不存在"),))
    return parse(data, name, label, adcodes)


def parse(data: bytes, name: str, where: str, adcodes: Collection[str] | None = None) -> Table:
    """Read the bytes of a CSV file as the table ``name`` (one of ``plans.columns.tables()``).

    Parameters
    ----------
    data : bytes
        UTF-8, with or without a byte-order mark; LF or CRLF.
    name : str
        The table, which names its schema.
    where : str
        How messages call the file.
    adcodes : collection of str, optional
        Known administrative codes; without it only the form of a code is checked.

    Returns
    -------
    Table
        Rows have a value for every column of the schema: None, ``()`` or the value read. A row with a
        problem in a required column is left out; a bad optional value is None. Nothing is raised for the
        contents of a file.
    """
    text = _decode(data, where)
    if isinstance(text, Problem):
        return Table(name, where, (), (text,))
    schema = columns(name)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    rows: list[Row] = []
    start = 1
    try:
        header = next(reader, [])
        problems.extend(_header_problems(header, schema, where))
        if any(problem.check == "columns" for problem in problems):
            return Table(name, where, (), tuple(problems))
        by_name = {column.name: column for column in schema}
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row, found = _row(cells, header, by_name, start, where, adcodes)
                problems.extend(found)
                if row is not None:
                    rows.append(row)
            start = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            Problem(
                "csv",
                f"{where}:{start}",
                f"not a CSV row ({error}); a quotation mark is probably missing or doubled wrongly",
                f"不是合法的 CSV 行（{error}）；多为英文引号缺失或未成对",
            )
        )
    problems.extend(_duplicates(rows, schema, where))
    return Table(name, where, tuple(rows), tuple(problems))


def _decode(data: bytes, where: str) -> str | Problem:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess_en, guess_zh = "", ""
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            guess_en, guess_zh = " (it looks like UTF-16)", "（疑为 UTF-16)"
        else:
            try:
                data.decode("gb18030")
                guess_en, guess_zh = " (it looks like GBK, as Excel writes it)", "（疑为 GBK,Excel 默认编码）"
            except UnicodeDecodeError:
                pass
        return Problem(
            "encoding",
            f"{where}:{line}",
            f"the file is not UTF-8{guess_en}; save it as CSV UTF-8",
            f"文件不是 UTF-8 编码{guess_zh}；请另存为“CSV UTF-8”格式",
        )


def _header_problems(header: list[str], schema: tuple[Column, ...], where: str) -> list[Problem]:
    found: list[Problem] = []
    known = [column.name for column in schema]
    place = f"{where}:1"
    if not header:
        return [Problem("columns", place, "the file is empty", "文件为空")]
    for name in known:
        column = next(c for c in schema if c.name == name)
        if name not in header and column.required != "no":
            found.append(Problem("columns", place, f"column {name!r} is missing", f"缺少列“{name}”"))
    for name in sorted(set(header), key=header.index):
        if name not in known:
            error = unknown("column", name, known, "列")
            found.append(Problem("unknown_column", place, error.en, error.zh))
        if header.count(name) > 1:
            found.append(
                Problem("columns", place, f"column {name!r} stands there more than once", f"列“{name}”重复")
            )
    return found


def _row(
    cells: list[str],
    header: list[str],
    by_name: dict[str, Column],
    line: int,
    where: str,
    adcodes: Collection[str] | None,
) -> tuple[Row | None, list[Problem]]:
    place = f"{where}:{line}"
    if len(cells) != len(header):
        return None, [
            Problem(
                "fields",
                place,
                f"{len(cells)} fields where the header has {len(header)}; a text with a comma "
                "needs quotation marks",
                f"本行有 {len(cells)} 个字段，表头为 {len(header)} 列；含英文逗号的文本须加英文引号",
            )
        ]
    problems: list[Problem] = []
    given = dict(zip(header, cells, strict=True))
    values: dict[str, Any] = {}
    complete = True
    for column in by_name.values():
        try:
            values[column.name] = read_value(given.get(column.name, ""), column, adcodes)
        except BadValue as bad:
            values[column.name] = read_value("", column, None, empty_ok=True)
            complete = complete and column.required != "yes"
            problems.append(
                Problem(
                    bad.check,
                    place,
                    f"column {column.name!r}: {bad.en}",
                    f"列“{column.name}”:{bad.zh}",
                )
            )
    return (Row(line, values) if complete else None), problems


def _duplicates(rows: list[Row], schema: tuple[Column, ...], where: str) -> list[Problem]:
    found: list[Problem] = []
    for column in schema:
        if column.type not in ("id", "key"):
            continue
        first: dict[str, int] = {}
        for row in rows:
            value = row.values[column.name]
            if value in first:
                found.append(
                    Problem(
                        "duplicate_id",
                        f"{where}:{row.line}",
                        f"column {column.name!r}: {value!r} already stands in line {first[value]}",
                        f"列“{column.name}”：“{value}”与第 {first[value]} 行重复",
                    )
                )
            else:
                first[value] = row.line
    return found
