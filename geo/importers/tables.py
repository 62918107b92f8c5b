"""Tables of people: CSV, Parquet or Excel with a row for each H3 cell, or a row for each point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo import china_offsets, grid
from geo.errors import DataError, Problem, raise_if_any
from geo.importers.result import Imported, Values, at, clean, exact_sum, to_surface

CELL_NAMES = ("h3", "h3index", "h3_index", "h3_id", "hex_id", "hex", "cell", "单元", "网格")
LON_NAMES = ("lon", "lng", "longitude", "x", "经度")
LAT_NAMES = ("lat", "latitude", "y", "纬度")
PEOPLE_NAMES = ("people", "population", "pop", "value", "人口", "人口数", "常住人口", "人数")


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
    try:
        if suffix == ".parquet":
            return pd.read_parquet(path)
        if suffix in (".xlsx", ".xlsm"):
            return pd.read_excel(path)
        if suffix in (".csv", ".txt", ".tsv"):
            return _csv(path, "\t" if suffix == ".tsv" else ",")
    except (ValueError, OSError) as error:
        raise DataError(f"{path.name} cannot be read: {error}", f"{path.name} 无法读取:{error}") from error
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
    values = _numbers(frame, _column(frame, people, PEOPLE_NAMES, path.name, "people"), path.name)
    return cells_to_surface(
        cells,
        values,
        region,
        resolution,
        source=path.name,
        surface_id=surface_id or path.stem,
        metadata=metadata,
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
    values = _numbers(frame, _column(frame, people, PEOPLE_NAMES, path.name, "people"), path.name)
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
) -> Imported:
    """Import people that are given by cell: (n,) uint64 of one resolution, (n,) floats, NaN where not known."""
    valid, without, negative = clean(people)
    summed = exact_sum(people[valid])
    kept, where = np.unique(cells[valid], return_inverse=True)
    moved, share = at(kept, np.bincount(where, people[valid], minlength=len(kept)), resolution)
    values = Values(moved, share, summed, int(valid.sum()), without, negative)
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


def _csv(path: Path, separator: str) -> pd.DataFrame:
    try:
        return pd.read_csv(path, sep=separator, encoding="utf-8-sig")
    except UnicodeDecodeError:
        return pd.read_csv(path, sep=separator, encoding="gb18030")


def _column(frame: pd.DataFrame, wanted: str, names: tuple[str, ...], source: str, what: str) -> str:
    columns = [str(column) for column in frame.columns]
    by_name = {column.strip().casefold(): column for column in columns}
    found = next(
        (by_name[name.casefold()] for name in ((wanted,) if wanted else names) if name.casefold() in by_name),
        "",
    )
    if not found:
        listed = ", ".join(columns)
        asked = wanted or " / ".join(names)
        raise DataError(
            f"{source}: no column of {what} ({asked}); columns: {listed}",
            f"{source}:没有列 {asked};现有列:{listed}",
        )
    return found


def _numbers(frame: pd.DataFrame, column: str, source: str) -> np.ndarray:
    """A column as floats, empty cells as NaN; text that is no number is reported with its line."""
    if pd.api.types.is_numeric_dtype(frame[column]):
        return frame[column].to_numpy(dtype=float, na_value=np.nan)
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    texts = frame[column].astype(str).str.strip()
    wrong = np.flatnonzero(np.isnan(numbers) & frame[column].notna().to_numpy() & (texts != "").to_numpy())
    raise_if_any(
        Problem(
            "number",
            f"{source} line {row + 2}, column {column!r}",
            f"{texts.iloc[row]!r} is not a number",
            f"“{texts.iloc[row]}”不是数字",
        )
        for row in wrong[:20].tolist()
    )
    return numbers


def _require_degrees(x: np.ndarray, y: np.ndarray, source: str) -> None:
    wrong = (np.abs(x) > 180) | (np.abs(y) > 90)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{source} line {row + 2}: {x[row]}, {y[row]} are not degrees; convert projected coordinates first",
            f"{source} 第 {row + 2} 行:{x[row]}, {y[row]} 不是经纬度;请先将投影坐标转换为经纬度",
        )
