"""The cells of one sheet of an Excel workbook, with what its merged cells and formulas mean."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from geo.errors import DataError, Problem
from infraplan.uploads import columns
from infraplan.uploads.cells import Cell, clean

Filled = frozenset[tuple[int, int]]
MAX_UNZIPPED = 1_000_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 300
HEADER_SEARCH = 20


def read(
    path: Path, name: str, sheet: str | None, what: str
) -> tuple[list[list[Cell]], str, tuple[str, ...], list[Problem], Filled]:
    """Return (rows of cells, the sheet read, all visible sheets, notes, cells filled from one merged downwards).

    Without ``sheet`` the one that looks most like the list ``what`` is read. Every cell of a merged area has its value.
    """
    _check_zip(path, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of the workbook that are not read here
            book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
            sheets = tuple(s.title for s in book.worksheets if s.sheet_state == "visible")
            if sheet is not None and sheet not in sheets:
                raise DataError(
                    f"{name}: no visible sheet {sheet!r}; it has: {', '.join(sheets)}",
                    f"{name}:没有可见的工作表“{sheet}”;现有:{'、'.join(sheets)}",
                )
            if not sheets:
                raise DataError(f"{name}: has no visible sheet", f"{name}:没有可见的工作表")
            chosen = sheet or max(sheets, key=lambda title: _promise(book[title], what))
            rows, notes, filled = _sheet(book[chosen], name, chosen)
            book.close()
    except DataError:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise on a damaged workbook
        raise DataError(
            f"{name}: is not a workbook that can be read; open it in Excel or WPS and save "
            "it as .xlsx again, without a password",
            f"{name}:无法作为工作簿读取;请用 Excel 或 WPS 打开,去除密码后另存为 .xlsx",
        ) from error
    notes += _formulas_without_value(path, name, chosen, rows)
    return rows, chosen, sheets, notes, filled


def require_fitting(name: str, width: int, rows: int) -> None:
    if width > MAX_COLUMNS:
        raise DataError(f"{name}: more than {MAX_COLUMNS} columns", f"{name}:超过 {MAX_COLUMNS} 列")
    if not rows:
        raise DataError(f"{name}: has a header and no rows", f"{name}:只有表头,没有数据行")
    if rows > MAX_ROWS:
        raise DataError(
            f"{name}: more than {MAX_ROWS:,} rows; split it", f"{name}:超过 {MAX_ROWS:,} 行;请拆分后上传"
        )


def _check_zip(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise DataError(
            f"{name}: is not an .xlsx workbook (an old .xls or a protected file?); save it as .xlsx without a password",
            f"{name}:不是 .xlsx 工作簿(可能是旧版 .xls 或加密文件);请去除密码后另存为 .xlsx",
        ) from error
    if size > MAX_UNZIPPED:
        raise DataError(
            f"{name}: unpacks to {size / 1e6:,.0f} MB, which is too much; remove what is not the list",
            f"{name}:解压后达 {size / 1e6:,.0f} MB,过大;请删除清单以外的内容",
        )


def _promise(sheet: Worksheet, what: str) -> tuple[int, int]:
    """Return how much a sheet looks like the list: matched headers, then rows."""
    best = 0
    for row in sheet.iter_rows(max_row=HEADER_SEARCH, max_col=60, values_only=True):
        best = max(best, columns.matches([str(value) for value in row if value is not None], what))
    return best, sheet.max_row or 0


def _sheet(sheet: Worksheet, name: str, title: str) -> tuple[list[list[Cell]], list[Problem], Filled]:
    if (sheet.max_row or 0) > MAX_ROWS + 1000 and not _is_padding(sheet):
        raise DataError(
            f"{name}, sheet {title}: more than {MAX_ROWS:,} rows; split it",
            f"{name},工作表“{title}”:超过 {MAX_ROWS:,} 行;请拆分后上传",
        )
    limit = min(sheet.max_row or 1, MAX_ROWS + 1000)
    width = min(sheet.max_column or 1, MAX_COLUMNS)
    rows = [
        [clean(value) for value in row]
        for row in sheet.iter_rows(max_row=limit, max_col=width, values_only=True)
    ]
    notes = []
    filled = set()
    for area in sheet.merged_cells.ranges:
        top, left = area.min_row - 1, area.min_col - 1
        if top >= len(rows) or left >= width:
            continue
        value = rows[top][left]
        for row in range(top, min(area.max_row, len(rows))):
            for column in range(left, min(area.max_col, width)):
                rows[row][column] = value
                if row > top:
                    filled.add((row + 1, column))
        if value is not None and area.max_row > area.min_row:
            notes.append((area.min_row, area.coord))
    shown = [
        Problem(
            "merged",
            f"{name}, {coord}",
            "merged cells: their one value was taken for every row",
            "合并单元格:其值用于所含各行",
            f"{name} {coord}",
        )
        for _, coord in sorted(notes)[:20]
    ]
    return rows, shown, frozenset(filled)


def _is_padding(sheet: Worksheet) -> bool:
    """Return whether a sheet that claims a million rows is empty below the limit: formats reach down, data does not."""
    tail = sheet.iter_rows(min_row=MAX_ROWS + 1001, max_row=MAX_ROWS + 3000, values_only=True)
    return all(value is None for row in tail for value in row)


def _formulas_without_value(path: Path, name: str, title: str, rows: list[list[Cell]]) -> list[Problem]:
    """Return the formulas whose result the file does not hold: a program other than Excel or WPS wrote them."""
    with zipfile.ZipFile(path) as archive:
        if not any(
            b"<f" in archive.read(m) for m in archive.namelist() if m.startswith("xl/worksheets/sheet")
        ):
            return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        found = [
            f"{cell.coordinate}"
            for row in book[title].iter_rows(max_row=len(rows))
            for cell in row
            if isinstance(cell.value, str)
            and cell.data_type == "f"
            and cell.column <= len(rows[cell.row - 1])
            and rows[cell.row - 1][cell.column - 1] is None
        ]
        book.close()
    return [
        Problem(
            "formula",
            f"{name}, {coordinate}",
            "a formula whose result is not stored in the file: taken as empty; open and save it in Excel or WPS",
            "公式结果未存入文件,按空值处理;请用 Excel 或 WPS 打开并保存后再上传",
            f"{name} {coordinate}",
        )
        for coordinate in found[:20]
    ]
