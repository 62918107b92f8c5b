"""Tables of people: CSV, Parquet or Excel with a row for each H3 cell, or a row for each point."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from geo import china_offsets, grid
from geo.errors import DataError, Problem, raise_if_any
from geo.importers.result import MOST_PEOPLE, Imported, Values, at, clean, exact_sum, to_surface

CELL_NAMES = ("h3", "h3index", "h3_index", "h3_id", "hex_id", "hex", "cell", "单元", "网格")
LON_NAMES = ("lon", "lng", "longitude", "x", "经度")
LAT_NAMES = ("lat", "latitude", "y", "纬度")
PEOPLE_NAMES = ("people", "population", "pop", "value", "人口", "人口数", "常住人口", "人数")
_MOST_TOLD = 20
#: What to do with a table of townships or communities.
_PLACELESS = (
    ". Figures by township or community need their outlines: bring a Shapefile, GeoPackage or GeoJSON with a column of "
    "people",
    "。按乡镇、社区统计的数据须带范围:请上传含人口字段的面文件(Shapefile、GeoPackage 或 GeoJSON)",
)
_WHAT_ZH = {"cells": "网格编号", "longitudes": "经度", "latitudes": "纬度", "people": "人口"}


def read_table(path: Path) -> pd.DataFrame:
    """Read CSV (UTF-8, with or without BOM, or GB18030), Parquet or Excel; text columns stay text.

    Raises
    ------
    DataError
        When the file is missing, of another kind, or cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path.name}: there is no such file", f"{path.name}:文件不存在")
    suffix = path.suffix.casefold()
    if suffix == ".parquet":
        return _parquet(path)
    if suffix in (".xlsx", ".xlsm"):
        return _excel(path)
    if suffix in (".csv", ".txt", ".tsv"):
        return _csv(path, "\t" if suffix == ".tsv" else ",")
    raise DataError(
        f"{path.name}: tables are read from .csv, .tsv, .parquet and .xlsx",
        f"{path.name}:表格支持 .csv、.tsv、.parquet、.xlsx",
    )


def read_cells(
    path: Path,
    region: str,
    resolution: int = 9,
    *,
    cell: str = "",
    people: str = "",
    surface_id: str = "",
    **metadata: Any,
) -> Imported:
    """Import people from a table with a row for each H3 cell (hexadecimal; any one resolution; repeats add up).

    ``cell`` and ``people`` name the columns; without them the usual names are looked for.
    """
    path = Path(path)
    frame = read_table(path)
    cells = grid.from_hex(frame[_column(frame, cell, CELL_NAMES, path.name, "cells")].astype(str).to_numpy())
    values, refused = people_of(frame, people, path.name)
    return cells_to_surface(
        cells,
        values,
        region,
        resolution,
        source=path.name,
        surface_id=surface_id or path.stem,
        metadata=metadata,
        refused=refused,
    )


def read_points(
    path: Path,
    region: str,
    resolution: int = 9,
    *,
    datum: str,
    lon: str = "",
    lat: str = "",
    people: str = "",
    surface_id: str = "",
    **metadata: Any,
) -> Imported:
    """Import people from a table with a row for each point (an address, a household, a building).

    Parameters
    ----------
    datum : {"WGS84", "CGCS2000", "GCJ-02", "BD-09"}
        Of the coordinates, in degrees. It has to be said: it is never assumed (conventions D4).
    lon, lat, people : str
        Names of the columns; without them the usual names are looked for.
    """
    path = Path(path)
    frame = read_table(path)
    x = _numbers(frame, _column(frame, lon, LON_NAMES, path.name, "longitudes"), path.name)
    y = _numbers(frame, _column(frame, lat, LAT_NAMES, path.name, "latitudes"), path.name)
    values, refused = people_of(frame, people, path.name)
    _require_degrees(x, y, path.name)
    nowhere = ~(np.isfinite(x) & np.isfinite(y))
    valid, without, negative = clean(values)
    valid &= ~nowhere
    x, y = china_offsets.to_wgs84(x[valid], y[valid], datum)
    found = Values(
        grid.cells_at(x, y, resolution),
        values[valid],
        exact_sum(values[valid]),
        int(valid.sum()),
        without,
        negative,
        refused=refused,
    )
    if nowhere.any():
        lost = exact_sum(values[nowhere & np.isfinite(values)])
        found.notes.append(
            (
                f"{int(nowhere.sum()):,} rows have no coordinates and are not in these sums ({lost:,.0f} people)",
                f"{int(nowhere.sum()):,} 行没有坐标,未计入上述合计({lost:,.0f} 人)",
            )
        )
    return to_surface(
        found,
        region,
        resolution,
        source=path.name,
        kind="points",
        surface_id=surface_id or path.stem,
        metadata={"datum": datum, **metadata},
    )


def cells_to_surface(
    cells: np.ndarray,
    people: np.ndarray,
    region: str,
    resolution: int,
    *,
    source: str,
    surface_id: str,
    metadata: dict[str, Any],
    refused: Sequence[Problem] = (),
) -> Imported:
    """Import people that are given by cell: (n,) uint64 of one resolution, (n,) floats, NaN where not known."""
    valid, without, negative = clean(people)
    summed = exact_sum(people[valid])
    kept, where = np.unique(cells[valid], return_inverse=True)
    moved, share = at(kept, np.bincount(where, people[valid], minlength=len(kept)), resolution)
    values = Values(moved, share, summed, int(valid.sum()), without, negative, refused=refused)
    own = grid.resolution_of(cells)
    if own < resolution:
        values.notes.append(
            (
                f"cells of resolution {own} were split evenly: more cells, not more knowledge",
                f"原分辨率 {own},已均分到更细单元,信息并未增加",
            )
        )
    return to_surface(
        values, region, resolution, source=source, kind="h3-cells", surface_id=surface_id, metadata=metadata
    )


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise DataError(
            f"{path.name}: is no Parquet file, or damaged; write it again, or bring the table as .csv or .xlsx",
            f"{path.name}:不是 Parquet 文件或已损坏;请重新导出,或改用 .csv、.xlsx 表格",
        ) from error


def _excel(path: Path) -> pd.DataFrame:
    try:
        return pd.read_excel(path)
    except Exception as error:  # the reader raises whatever its parts raise on a damaged workbook
        raise DataError(
            f"{path.name}: is no workbook that can be read; open it in Excel or WPS and save it as .xlsx again, "
            "without a password",
            f"{path.name}:无法作为工作簿读取;请用 Excel 或 WPS 打开,去除密码后另存为 .xlsx",
        ) from error


def _csv(path: Path, separator: str) -> pd.DataFrame:
    data = path.read_bytes()
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    for encoding in (marks.get(data[:2], "utf-8-sig"), "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = "\0"
    if "\0" in text:
        raise DataError(
            f"{path.name}: is no text file that can be read; open the table in Excel or WPS and save it as .xlsx, or "
            "as .csv in UTF-8",
            f"{path.name}:不是可以读取的文本文件;请用 Excel 或 WPS 打开原表,另存为 .xlsx 或 UTF-8 编码的 .csv",
        )
    try:
        with warnings.catch_warnings():
            # a first row longer than the header would move every value by a column
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(io.StringIO(text), sep=separator, index_col=False)
    except pd.errors.EmptyDataError as error:
        raise DataError(f"{path.name}: the file is empty", f"{path.name}:文件为空") from error
    except (ValueError, pd.errors.ParserWarning) as error:
        line = re.search(r"line (\d+)", str(error))
        en, zh = (f", row {line[1]}", f" 第 {line[1]} 行") if line else ("", "")
        raise DataError(
            f"{path.name}{en}: has more columns than the header, or a quotation mark without its pair; mend it, or "
            "save the table as .xlsx",
            f"{path.name}{zh}:列数多于表头,或引号不成对;请更正后重新上传,或另存为 .xlsx",
        ) from error


def require_places(frame: pd.DataFrame, source: str) -> None:
    """Refuse a table of points that has no column of longitudes or latitudes."""
    _column(frame, "", LON_NAMES, source, "longitudes")
    _column(frame, "", LAT_NAMES, source, "latitudes")


def _column(frame: pd.DataFrame, wanted: str, names: tuple[str, ...], source: str, what: str) -> str:
    columns = [str(column) for column in frame.columns if column != "geometry"]
    by_name = {column.strip().casefold(): column for column in columns}
    found = next(
        (by_name[name.casefold()] for name in ((wanted,) if wanted else names) if name.casefold() in by_name),
        "",
    )
    if not found:
        shown = [column[:30] for column in columns[:20]]
        more = len(columns) > len(shown)
        asked = wanted or " / ".join(names)
        en, zh = _PLACELESS if what == "longitudes" else ("", "")
        raise DataError(
            f"{source}: no column of {what} ({asked}); columns: {', '.join(shown) or 'none'}{' ...' * more}{en}",
            f"{source}:没有{_WHAT_ZH[what]}列(列名应为 {asked});"
            f"现有列:{'、'.join(shown) or '无'}{'等' * more}{zh}",
        )
    return found


def people_of(
    frame: pd.DataFrame, column: str, source: str, rows: bool = True
) -> tuple[np.ndarray, list[Problem]]:
    """Return the column of people as floats, NaN where not known, and a problem for each count below zero.

    Counts of a column whose name says so (常住人口(万人)) are in ten thousands.

    Such a row is refused, and nothing is made of it; ``rows`` says that the file is a table and no vector file.

    Raises
    ------
    DataError
        When there is no such column, or a cell is no number, or more people than live on Earth.
    """
    if not len(frame):
        raise DataError(f"{source}: has a header and no rows", f"{source}:只有表头,没有数据行")
    name = _column(frame, column, PEOPLE_NAMES, source, "people")
    scale = scale_of(name)
    values = _numbers(frame, name, source, rows) * scale

    def told(which: np.ndarray, en: str, zh: str) -> list[Problem]:
        return [
            Problem(
                "people",
                _where(frame, row, name, source, rows),
                en.format(v=_shown(values[row] / scale)),
                zh.format(v=_shown(values[row] / scale)),
                "" if rows else f"{source} 第 {row + 1} 个要素({name})",
            )
            for row in np.flatnonzero(which).tolist()
        ]

    much = "{v} people is more than can be"
    raise_if_any(told(np.abs(values) > MOST_PEOPLE, much, "{v} 人不可能,请核对")[:_MOST_TOLD])
    negative = "{v} people: a count cannot be negative; the row is not counted"
    return values, told(values < 0, negative, "人口为 {v}:人数不能为负,此行不计入")


def scale_of(name: str) -> int:
    """Return how many people one unit of a column is, by its name."""
    return 10_000 if "万" in name else 1


def possible_people(frame: pd.DataFrame) -> list[str] | None:
    """Return the columns that may hold people, where none has a usual name; None where one has.

    They hold numbers, and are no codes and no coordinates.
    """
    names = [str(c) for c in frame.columns if c != "geometry"]
    folded = {name.strip().casefold() for name in names}
    if folded & {name.casefold() for name in PEOPLE_NAMES}:
        return None
    other = {name.casefold() for name in (*CELL_NAMES, *LON_NAMES, *LAT_NAMES)}
    found = []
    for name in names:
        types = pd.api.types
        no_count = types.is_bool_dtype(frame[name]) or types.is_datetime64_any_dtype(frame[name])
        if name.strip().casefold() in other or no_count:
            continue
        numbers = pd.to_numeric(frame[name], errors="coerce")
        if numbers.notna().mean() > 0.9 and (numbers > 0).any() and not _are_codes(numbers.dropna()):
            found.append(name)
    return found


def _are_codes(numbers: pd.Series) -> bool:
    """Return whether numbers are codes of places: whole, none twice, all of 6, 9 or 12 digits, of one province."""
    if not len(numbers) or (numbers % 1 != 0).any() or not numbers.is_unique:
        return False
    texts = numbers.astype("int64").astype(str)
    return (
        texts.str.len().iloc[0] in (6, 9, 12)
        and texts.str.len().nunique() == 1
        and texts.str[:2].nunique() == 1
    )


def _shown(value: float) -> str:
    return f"{value:,.15g}" if abs(value) < 1e15 else f"{value:g}"


def _where(frame: pd.DataFrame, row: int, column: str, source: str, rows: bool = True) -> str:
    """Where a cell stands: as spreadsheets name it in either language, ``p.csv, C3 (people)``."""
    if not rows:
        return f"{source}, feature {row + 1} ({column})"
    letter = get_column_letter([str(c) for c in frame.columns].index(column) + 1)
    return f"{source}, {letter}{row + 2} ({column})"


def _numbers(frame: pd.DataFrame, column: str, source: str, rows: bool = True) -> np.ndarray:
    """A column as floats, empty cells as NaN; text that is no number is reported with its cell."""
    if pd.api.types.is_numeric_dtype(frame[column]):
        return frame[column].to_numpy(dtype=float, na_value=np.nan)
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    texts = frame[column].astype(str).str.strip()
    wrong = np.flatnonzero(np.isnan(numbers) & frame[column].notna().to_numpy() & (texts != "").to_numpy())
    raise_if_any(
        Problem(
            "number",
            _where(frame, row, column, source, rows),
            f"{texts.iloc[row]!r} is not a number",
            f"“{texts.iloc[row]}”不是数字",
            "" if rows else f"{source} 第 {row + 1} 个要素({column})",
        )
        for row in wrong[:_MOST_TOLD].tolist()
    )
    return numbers


def _require_degrees(x: np.ndarray, y: np.ndarray, source: str) -> None:
    wrong = (np.abs(x) > 180) | (np.abs(y) > 90)
    if not wrong.any():
        return
    row = int(np.flatnonzero(wrong)[0])
    pair = f"{x[row]:.10g}, {y[row]:.10g}"
    if abs(x[row]) <= 90 and abs(y[row]) <= 180:
        raise DataError(
            f"{source}, row {row + 2}: {pair} are not longitude and latitude; the two columns are probably swapped",
            f"{source} 第 {row + 2} 行:{pair} 不是经度、纬度;两列很可能写反了,请对调列名后重新上传",
        )
    raise DataError(
        f"{source}, row {row + 2}: {pair} are not degrees; convert projected coordinates first",
        f"{source} 第 {row + 2} 行:{pair} 不是经纬度;请先将投影坐标转换为经纬度",
    )
