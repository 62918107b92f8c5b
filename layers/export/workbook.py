"""Excel for people: a sheet a layer, cells summed by district, metadata and data dictionary; Chinese first, with units.

A header has the Chinese words with the unit, a line break, and the column's name in the chosen profile. Figures are
numbers, codes and ids are text (an adcode keeps its digits), unknown is an empty cell.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import lxml.etree  # type: ignore[import-untyped]
import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from layers.export import dictionary
from layers.export.delimited import inner_points
from layers.export.features import Features, prepare
from layers.export.spreadsheet import harmless, losses
from layers.export.written import Table, table
from layers.spec import Field, Layer
from layers.targets import unit_name

_HEAD = PatternFill("solid", start_color="FFDCE6F1")
_TEXT_LIMIT = 32_767
_FORMATS = {"integer": "#,##0", "people": "#,##0", "ordinal": "0", "share": "0.000000", "date": "yyyy-mm-dd"}


def write(layers: Sequence[Features], path: Path, about: Mapping[str, Any] | None = None) -> list[Table]:
    """Write all layers into one workbook: the sheets are named by layer; then ``metadata`` and ``dictionary``."""
    book = openpyxl.Workbook(write_only=True)
    try:
        written = _fill(book, layers, path, about or {})
        book.save(path)
    except lxml.etree.SerialisationError as error:  # how openpyxl says that a disk is full
        for sheet in book.worksheets:  # or each of its open generators complains by itself
            for open_one in (sheet._rows, sheet._writer.xf):
                with suppress(lxml.etree.LxmlError, AttributeError):
                    open_one.close()
        raise OSError(errno.ENOSPC, str(error)) from error
    return written


def _fill(
    book: openpyxl.Workbook, layers: Sequence[Features], path: Path, about: Mapping[str, Any]
) -> list[Table]:
    written = []
    shown = [_summed(features) if features.layer.geometry == "cells" else features for features in layers]
    for features in shown:
        _sheet(book.create_sheet(features.table), features)
        texts = ((c.name, features.values(c)) for c in features.columns)
        written.append(table(path, "xlsx", features, tuple(losses(features, texts))))
    said = dictionary.metadata_rows(about)
    _rows(book.create_sheet("metadata"), ("项目\nitem", "键\nkey", "内容\nvalue"), said, (18, 34, 100))
    _rows(book.create_sheet("dictionary"), dictionary.HEADER, dictionary.rows(written))
    return written


def by_district(layer: Layer) -> Layer:
    """Return cells summed by district: cells, cells in use, and the exact sum of each column of counts."""
    frame = layer.frame
    counted = [f for f in layer.fields if f.kind in ("integer", "people")]
    groups = frame.groupby("adcode", sort=True)
    summed = groups[[f.name for f in counted]].sum()
    summed.insert(0, "name_zh", [unit_name(str(code)) for code in summed.index])
    summed["n_cells"] = groups.size()
    used = "units" if "units" in frame else None
    extra = [Field("n_cells", "网格数", "Cells", "integer")]
    if used:
        summed["n_used"] = frame[frame[used] > 0].groupby("adcode").size().reindex(summed.index, fill_value=0)
        extra.append(Field("n_used", "有配置网格数", "Cells with units", "integer"))
    return Layer(
        id=layer.id,
        title_zh=f"{layer.title_zh}:按区汇总",
        title_en=f"{layer.title_en}: by district",
        geometry="table",
        frame=summed.reset_index(),
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("name_zh", "行政区名称", "District"),
            *counted,
            *extra,
        ),
        notice_zh=layer.notice_zh,
        notice_en=layer.notice_en,
        provenance=layer.provenance,
    )


def _summed(features: Features) -> Features:
    return prepare(by_district(features.layer), features.profile, features.reference)


def _sheet(sheet: WriteOnlyWorksheet, features: Features) -> None:
    columns = features.columns
    header = [f"{c.header()}\n{c.name}" if c.name != c.header() else c.name for c in columns]
    values = [features.values(c).to_pylist() for c in columns]
    kinds = [c.kind for c in columns]
    own = {c.field for c in columns}
    if features.has_shapes and "lon" not in own:
        header += ["经度(度)\nlon", "纬度(度)\nlat"]
        values += [[None if pd.isna(v) else v for v in axis.tolist()] for axis in inner_points(features)]
        kinds += ["number", "number"]
    _head(sheet, header, [_width(h, v) for h, v in zip(header, values, strict=True)])
    for row in zip(*values, strict=True):
        sheet.append([_cell(sheet, value, kind) for value, kind in zip(row, kinds, strict=True)])


def _rows(
    sheet: WriteOnlyWorksheet,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[float] | None = None,
) -> None:
    _head(sheet, list(header), list(widths or [20] * len(header)))
    for row in rows:
        sheet.append([_cell(sheet, value, "text") for value in row])


def _head(sheet: WriteOnlyWorksheet, header: Sequence[str], widths: Sequence[float]) -> None:
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    cells = []
    for text in header:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    sheet.append(cells)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}1"


def _cell(sheet: WriteOnlyWorksheet, value: Any, kind: str) -> WriteOnlyCell:
    if isinstance(value, bool):
        value = "是" if value else "否"
    if isinstance(value, str):
        value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", harmless(value))[:_TEXT_LIMIT]
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        if "\n" in value:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif value is not None and kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell


def _width(header: str, values: Sequence[Any]) -> float:
    longest = max((_columns(str(v)) for v in values[:200] if v is not None), default=0)
    return float(min(max(longest, *(_columns(line) for line in header.split("\n"))) + 2, 48))


def _columns(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def sums(path: Path, sheet: str, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Return how many rows a sheet has and the sum of named columns, as a reader finds them."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book[sheet].iter_rows(values_only=True)
        header = [str(text).rsplit("\n", 1)[-1] for text in next(rows)]
        titles = {name: position for position, name in enumerate(header)}
        places = {name: titles[name] for name in names if name in titles}
        count, total = 0, dict.fromkeys(places, 0)
        for row in rows:
            count += 1
            for name, position in places.items():
                # a row ends at its last value: empty cells behind it are not there
                total[name] += int((row[position] if position < len(row) else 0) or 0)
        return count, total
    finally:
        book.close()
