"""A table as somebody sent it: Excel or CSV, any Chinese encoding, title lines, merged headers, subtotals, notes.

:func:`read` gives the rows of data with their row numbers in the file, and says what it left out and why. Nothing is
interpreted here but text, numbers and dates as the file has them.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from geo.errors import DataError, Problem
from infraplan.uploads import columns
from infraplan.uploads import excel as uploads_excel
from infraplan.uploads import vector_lists as uploads_vector
from infraplan.uploads.cells import Cell, row_problem, text_of, visible
from infraplan.uploads.excel import HEADER_SEARCH, require_fitting
from infraplan.uploads.files import check_size

MAX_BYTES = 50_000_000
EXCEL = (".xlsx", ".xlsm")
TEXT = (".csv", ".tsv", ".txt")
#: Endings of lists: tables, and maps whose features are the rows.
KINDS = (*EXCEL, *TEXT, *uploads_vector.KINDS)
# compared after NFKC, so that full-width brackets and colons are narrow
_SUMMARY = re.compile(
    r"(?:.*[^\u4e00-\u9fa5])?(?:[小合总共累]\s*计|总和)(?:[:(].*)?|(?:sub)?total.*", re.IGNORECASE
)
_NUMERAL = "[一二三四五六七八九十]+"
_SECTION = re.compile(rf"{_NUMERAL}[、.].*|\({_NUMERAL}\).*|第{_NUMERAL}[部章类].*")
_REMARK = re.compile(r"(?:注|备注|说明|填表|制表|填报|审核|联系|单位)\S{0,3}:.*|notes?:.*", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Table:
    """The rows of a list.

    Attributes
    ----------
    headers : tuple of str
        One for each column; a two-line header is joined as ``above/below``; without a text it is ``column 3``.
    rows : list of tuple
        Cells of each row of data: text (never empty), number, date, or None.
    lines : list of int
        Row number of each in the file, from 1, as Excel shows it; of a map the number of its feature, which may hold
        several rows.
    above : tuple of str
        Texts above the header, such as the title or ``单位:万元``.
    sheet, sheets : str, tuple of str
        The sheet that was read, and all visible ones; empty for CSV.
    encoding : str
        Of a CSV; empty for Excel.
    header_line : int
        Row number of the (first) header line.
    notes : list of Problem
        What was left out or filled in, and why.
    summaries : list of (int, tuple)
        Subtotal and total rows with their row numbers, to be checked against the sums.
    filled : frozenset of (int, int)
        (row number, column index) of cells that got their value from a cell merged downwards. A figure merged over
        three rows stands once, not three times.
    known : mapping of field to column index
        Fields whose column is sure: the place of a feature of a map.
    doubts : sequence of Problem
        Things to look at before it is taken.
    """

    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    lines: list[int]
    above: tuple[str, ...]
    sheet: str
    sheets: tuple[str, ...]
    encoding: str
    header_line: int
    notes: list[Problem]
    summaries: list[tuple[int, tuple[Cell, ...]]]
    filled: uploads_excel.Filled = frozenset()
    known: Mapping[str, int] = field(default_factory=dict)
    doubts: Sequence[Problem] = ()

    @property
    def is_map(self) -> bool:
        """Whether the rows are features of a map, which has no cells as a spreadsheet has them."""
        return bool(self.known)


def read(
    path: Path,
    name: str,
    what: str,
    sheet: str | None = None,
    encoding: str | None = None,
    header_line: int | None = None,
    counted: bool | None = None,
) -> Table:
    """Read a list.

    Parameters
    ----------
    path : Path
        The file; its real name for messages is ``name``, whose ending says its kind.
    what : str
        ``projects``, ``sites`` or ``units``: tells which words are headers.
    sheet, encoding, header_line : optional
        What the reader chose, where the guess was wrong.
    counted : bool, optional
        Whether the reader said that a column counts what is in a row; without it the headers tell.

    Raises
    ------
    DataError
        When the file is too large, of another kind, damaged, or has no header or no rows.
    """
    check_size(path, name, MAX_BYTES)
    suffix = Path(name).suffix.casefold()
    if suffix in uploads_vector.KINDS:
        return _features(path, name, what, sheet, counted)
    if suffix in EXCEL:
        raw, chosen, sheets, notes, filled = uploads_excel.read(path, name, sheet, what)
        used = ""
    elif suffix in TEXT:
        raw, used = _text(path, name, encoding)
        chosen, sheets, notes, filled = "", (), [], frozenset()
    else:
        hint_en = "; open it in Excel or WPS and save it as .xlsx" if suffix in (".xls", ".et") else ""
        hint_zh = ";请用 Excel 或 WPS 打开后另存为 .xlsx" if suffix in (".xls", ".et") else ""
        raise DataError(
            f"{name}: lists are read from {', '.join(KINDS)}{hint_en}",
            f"{name}:清单支持 {'、'.join(KINDS)}{hint_zh}",
        )
    return replace(_table(raw, name, what, chosen, sheets, used, header_line, notes), filled=filled)


def _features(path: Path, name: str, what: str, layer: str | None, counted: bool | None) -> Table:
    """Return the features of a map as a list; its layers stand for a workbook's sheets."""
    found = uploads_vector.read(path, name, what, layer, counted)
    if not found.rows:
        raise DataError(f"{name}: holds no feature", f"{name}:文件中没有要素")
    require_fitting(name, len(found.headers), len(found.rows))
    return Table(
        found.headers, found.rows, found.lines, (), found.layer, found.layers, "", 0, found.notes, [],
        known={"lon": 0, "lat": 1}, doubts=found.doubts,
    )  # fmt: skip


# text files ----------------------------------------------------------------------------------------------------------


def _text(path: Path, name: str, encoding: str | None) -> tuple[list[list[Cell]], str]:
    data = path.read_bytes()
    used = encoding or detect_encoding(data)
    try:
        text = data.decode(used)
    except (UnicodeError, LookupError) as error:
        raise _no_text(name) from error
    if "\x00" in text:
        raise _no_text(name)
    text = visible(text)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        rows = list(reader)
    except csv.Error as error:
        line = reader.line_num
        raise DataError(
            f"{name}: the table breaks off near line {line}: a quotation mark without its pair, or one cell of more "
            "than a million characters; mend it, or save the list as .xlsx",
            f"{name}:第 {line} 行附近无法继续读取:引号不成对,或单个单元格过长;请更正后重新上传,或另存为 .xlsx",
        ) from error
    return [[cell.strip() or None for cell in row] for row in rows], used


def _no_text(name: str) -> DataError:
    return DataError(
        f"{name}: is not a text file that can be read; open the list in Excel or WPS and save it as .xlsx, or as .csv "
        "in UTF-8",
        f"{name}:不是文本文件,或文字编码无法识别;请用 Excel 或 WPS 打开清单,另存为 .xlsx 或 UTF-8 编码的 .csv",
    )


def detect_encoding(data: bytes) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 when all of it is, else GB18030 (which holds GBK).

    GB18030 decodes almost anything; bytes that it cannot hold either are left to the caller's message.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _delimiter(text: str) -> str:
    """Return the separator that cuts the first lines into the most columns."""
    lines = text.splitlines()[:30]
    return max(",\t;|", key=lambda mark: (sum(line.count(mark) for line in lines), mark == ","))


# header and rows -----------------------------------------------------------------------------------------------------


def _table(
    raw: list[list[Cell]],
    name: str,
    what: str,
    sheet: str,
    sheets: tuple[str, ...],
    encoding: str,
    header_line: int | None,
    notes: list[Problem],
) -> Table:
    start, depth = _header(raw, what, header_line, name)
    width = max(
        (index + 1 for row in raw[start:] for index, cell in enumerate(row) if cell is not None), default=0
    )
    padded = [row[:width] + [None] * (width - len(row)) for row in raw]
    headers = _headers(padded[start : start + depth], width)
    rows, lines, summaries, left_out = _data(padded, start, depth, name)
    require_fitting(name, width, len(rows))
    above = tuple(dict.fromkeys(text_of(c) for row in padded[:start] for c in row if c is not None))
    return Table(headers, rows, lines, above, sheet, sheets, encoding, start + 1, notes + left_out, summaries)


def _header(raw: list[list[Cell]], what: str, chosen: int | None, name: str) -> tuple[int, int]:
    """Return the index of the header's first line and how many lines it has (1 or 2)."""
    if chosen is not None:
        if not 1 <= chosen <= len(raw) or not any(cell is not None for cell in raw[chosen - 1]):
            raise DataError(f"{name}: row {chosen} is no header", f"{name}:第 {chosen} 行不是表头")
        start = chosen - 1
    else:
        scores = [
            columns.matches([text_of(c) for c in dict.fromkeys(row) if isinstance(c, str)], what)
            for row in raw[:HEADER_SEARCH]
        ]
        start = next((i for i, score in enumerate(scores) if score >= max(2, max(scores) * 0.6)), -1)
        if start < 0:
            # no header with usual names: the first row with two or more texts, for the reader to map by hand
            start = next(
                (
                    i
                    for i, row in enumerate(raw[:HEADER_SEARCH])
                    if len({c for c in row if isinstance(c, str)}) >= 2
                ),
                -1,
            )
        if start < 0:
            raise DataError(
                f"{name}: no header was found in the first {HEADER_SEARCH} rows; the list needs a row of column names",
                f"{name}:前 {HEADER_SEARCH} 行未找到表头;清单须有一行列名",
            )
    return start, 2 if _two_lines(raw, start, what) else 1


def _two_lines(raw: list[list[Cell]], start: int, what: str) -> bool:
    """Return whether the row after the header's first belongs to the header: it splits a merged name."""
    if start + 1 >= len(raw):
        return False
    top, below = raw[start], raw[start + 1]
    texts = [cell for cell in below if cell is not None]
    if not texts or not all(isinstance(cell, str) for cell in texts):
        return False
    repeated = {cell for cell in top if cell is not None and top.count(cell) > 1}
    gaps = [
        i
        for i, cell in enumerate(below)
        if cell is not None and (i >= len(top) or top[i] is None or top[i] in repeated)
    ]
    same = [i for i, cell in enumerate(below) if cell is not None and i < len(top) and top[i] == cell]
    new = [text_of(below[i]) for i in gaps]
    return len(gaps) >= 1 and len(gaps) + len(same) >= len(texts) and columns.matches(new, what) >= 1


def _headers(lines: list[list[Cell]], width: int) -> tuple[str, ...]:
    names: list[str] = []
    over = ""
    for index in range(width):
        top = text_of(lines[0][index])
        below = text_of(lines[1][index]) if len(lines) > 1 else ""
        # in a CSV a merged name stands over its first column only
        over = top or (over if below else "")
        parts = [part for part in dict.fromkeys((over if len(lines) > 1 and below else top, below)) if part]
        name = "/".join(" ".join(part.split()) for part in parts) or f"column {index + 1}"
        names.append(name if name not in names else f"{name} ({index + 1})")
    return tuple(names)


def _data(
    padded: list[list[Cell]], start: int, depth: int, name: str
) -> tuple[list[tuple[Cell, ...]], list[int], list[tuple[int, tuple[Cell, ...]]], list[Problem]]:
    rows: list[tuple[Cell, ...]] = []
    lines: list[int] = []
    summaries: list[tuple[int, tuple[Cell, ...]]] = []
    left_out = []
    header = padded[start]
    for index in range(start + depth, len(padded)):
        row = padded[index]
        reason = _not_data(row, header)
        if reason is None:
            rows.append(tuple(row))
            lines.append(index + 1)
        elif reason[0]:
            if reason[0] == "summary":
                summaries.append((index + 1, tuple(row)))
            en, zh = f"not taken: {reason[1]}", f"未导入:{reason[2]}"
            left_out.append(row_problem("left_out", name, index + 1, en, zh))
    return rows, lines, summaries, left_out


def _not_data(row: Sequence[Cell], header: Sequence[Cell]) -> tuple[str, str, str] | None:
    """Return why a row is no data (kind, English, Chinese), or None when it is; an empty row has no kind."""
    there = [cell for cell in row if cell is not None]
    if not there:
        return "", "", ""
    if list(row) == list(header):
        return "header", "the header again", "重复的表头"
    texts = [_plain(cell) for cell in row[:4] if isinstance(cell, str)]
    if any(_SUMMARY.fullmatch(text) for text in texts):
        return "summary", "a subtotal or total", "小计或合计行"
    first = _plain(there[0])
    if len({text_of(cell) for cell in there}) == 1 and isinstance(there[0], str) and len(row) > 2:
        if _REMARK.fullmatch(first):
            return "remark", "a remark", "注释行"
        if len(there) > 1 or _SECTION.fullmatch(first):
            return "section", "the heading of a section", "分类标题行"
    # 一 | 信息基础设施 | | | : the number of a section in the column of row numbers
    if len(there) <= 2 and len(row) > 3 and (re.fullmatch(_NUMERAL, first) or _SECTION.fullmatch(first)):
        return "section", "the heading of a section", "分类标题行"
    return None


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", text_of(cell)).strip()


def formula_like(table: Table) -> list[tuple[int, str]]:
    """Return (row number, header) of text cells that a spreadsheet would take for a formula if they were written back.

    Signed numbers are not meant. The text is kept as it is; whoever writes it into a sheet makes it harmless.
    """
    found = []
    for line, row in zip(table.lines, table.rows, strict=True):
        for header, cell in zip(table.headers, row, strict=True):
            if (
                isinstance(cell, str)
                and cell.startswith(_FORMULA)
                and not re.fullmatch(r"[-+]?[\d.,\s%-]*", cell)
            ):
                found.append((line, header))
    return found
