"""What a planner brings with a scenario: points and cells, polygons, and tables of agreed quotas.

Files are named relative to the scenario's own file; what is brought can also be written into the scenario as cells.
Every row that cannot be used is told at once, with its line; rows beyond the region are counted and told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import china_offsets, crs, grid, vector_io
from geo.errors import DataError, InfraPlanError, Problem, RequestError, raise_if_any
from geo.importers.tables import LAT_NAMES, LON_NAMES, read_table
from scenarios.model import Scenario

COUNT_NAMES = ("count", "units", "number", "数量", "座数", "个数", "站数", "桩数")
CODE_NAMES = ("adcode", "code", "行政区代码", "区划代码", "代码")
NAME_NAMES = ("name", "district", "name_zh", "name_en", "名称", "区", "区县", "行政区", "单位")
QUOTA_NAMES = ("quota", "配额", "指标", "任务数", *COUNT_NAMES)
DATUMS = ("WGS84", "CGCS2000", "GCJ-02", "BD-09")
_TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".parquet")
_MOST_TOLD = 20

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class OnCells:
    """Whole counts by cell of a region, and how many lie beyond it."""

    counts: Ints
    outside: int


def on_cells(scenario: Scenario, entry: Mapping[str, Any], key: str, cells: NDArray[np.uint64]) -> OnCells:
    """Return what ``entry`` (a file of points, or ``cells``) says, by cell.

    Parameters
    ----------
    entry : mapping
        ``{file, datum}`` or ``{cells: {h3: count}}`` or ``{cells: [h3, ...]}`` (one each). Cells finer than the
        scenario's count in their parent.
    key : str
        Where the entry stands in the scenario, for messages.
    cells : (n,) uint64, ascending

    Raises
    ------
    DataError
        With every row that is not a place in degrees or not a whole count of 0 or more.
    RequestError
        When nothing of it lies in the region.
    """
    resolution = scenario.resolution
    if "cells" in entry:
        where, counts = _inline(entry["cells"], key, resolution)
        shown = key
    else:
        path = path_of(scenario, entry["file"], key)
        lon, lat, counts = _points(path, str(entry.get("datum", "")))
        where, shown = grid.cells_at(lon, lat, resolution), path.name
    row = np.minimum(np.searchsorted(cells, where), len(cells) - 1)
    inside = cells[row] == where
    if len(where) and not inside.any():
        raise RequestError(
            f"{key}: nothing of {shown} lies in region {scenario.region}; check region, datum and axes",
            f"{key}:{shown} 没有任何点位于区域 {scenario.region} 内;请检查区域、坐标系与坐标轴顺序",
        )
    total = np.zeros(len(cells), dtype=np.int64)
    np.add.at(total, row[inside], counts[inside])
    return OnCells(total, int(counts[~inside].sum()))


def shapes(scenario: Scenario, entry: Mapping[str, Any], key: str) -> NDArray[np.object_]:
    """Return the polygons of a file in WGS84 degrees; raises ``DataError`` when it holds none or says no CRS."""
    path = path_of(scenario, entry["file"], key)
    frame = _in_degrees(path)
    found = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(found)
    found = shapely.make_valid(found[np.isin(kinds, (3, 6))])
    if not len(found):
        raise DataError(
            f"{path.name}: holds no polygon; {key} needs areas", f"{path.name}:没有面要素;{key} 需要面"
        )
    datum = str(entry.get("datum", "WGS84"))
    if datum in ("WGS84", "CGCS2000"):
        return np.asarray(found, dtype=object)
    return np.asarray(
        shapely.transform(found, lambda p: np.column_stack(china_offsets.to_wgs84(p[:, 0], p[:, 1], datum))),
        dtype=object,
    )


def quota_rows(scenario: Scenario, name: str) -> list[tuple[int, str, int]]:
    """Return (line, code or name, whole number) of each row of a table of agreed quotas; totals rows are left out."""
    path = path_of(scenario, name, "quotas.file")
    frame = read_table(path)
    who = _column(frame, CODE_NAMES, path.name, required=False) or _column(frame, NAME_NAMES, path.name)
    numbers = _column(frame, QUOTA_NAMES, path.name)
    rows, problems = [], []
    for line, (unit, value) in enumerate(zip(frame[who], frame[numbers], strict=True), start=2):
        text = str(unit).strip().removesuffix(".0")
        if text in {"", "nan", "合计", "总计", "全市", "total", "Total"}:
            continue
        number = pd.to_numeric(value, errors="coerce")
        if not np.isfinite(number) or number < 0 or number != round(number):
            problems.append(_not_whole(path.name, line, value))
        else:
            rows.append((line, text, int(number)))
    raise_if_any(problems[:_MOST_TOLD])
    return rows


def path_of(scenario: Scenario, name: str, key: str) -> Path:
    """Return the path of a file that a scenario names, relative to the scenario's own file."""
    folder = scenario.folder
    if folder is None:
        raise RequestError(
            f"{key}: this scenario is not a file of its own, so {name!r} is relative to nothing; write the data into "
            "the scenario (cells, quotas.fixed) or save it as a YAML file beside the data",
            f"{key}:该情景不是独立文件,无法定位“{name}”;请把数据写入情景(cells、quotas.fixed),"
            "或将情景另存为与数据同目录的 YAML 文件",
        )
    path = folder / name
    if not path.is_file():
        raise RequestError(
            f"{key}: no file {name!r} beside {Path(scenario.where).name}; files are named relative to the scenario",
            f"{key}:找不到文件“{name}”;文件路径相对于情景文件 {Path(scenario.where).name}",
        )
    return path


def _inline(given: Any, key: str, resolution: int) -> tuple[NDArray[np.uint64], Ints]:
    pairs = given if isinstance(given, Mapping) else dict.fromkeys(given, 1)
    cells = grid.from_hex([str(cell) for cell in pairs])
    counts = np.array([int(count) for count in pairs.values()], dtype=np.int64)
    if not len(cells):
        return cells, counts
    own = grid.resolution_of(cells)
    if own < resolution:
        raise RequestError(
            f"{key}: cells of resolution {own} are coarser than the scenario's {resolution}; give finer ones",
            f"{key}:网格分辨率 {own} 粗于情景的 {resolution};请提供更细的网格",
        )
    return (grid.parents(cells, resolution) if own > resolution else cells), counts


def _points(path: Path, datum: str) -> tuple[NDArray[np.float64], NDArray[np.float64], Ints]:
    """Return lon, lat (WGS84) and whole counts of a table or vector file of points."""
    if path.suffix.casefold() in _TABLES:
        frame = read_table(path)
        lon = _numbers(frame, _column(frame, LON_NAMES, path.name), path.name)
        lat = _numbers(frame, _column(frame, LAT_NAMES, path.name), path.name)
        datums = _datums(frame, datum, path.name)
    else:
        points = _in_degrees(path)
        flat = shapely.get_coordinates(shapely.centroid(points.geometry.to_numpy()))
        frame, lon, lat = points, flat[:, 0], flat[:, 1]
        datums = np.full(len(frame), datum or "WGS84")
    raise_if_any(_misplaced(lon, lat, path.name))
    named = _column(frame, COUNT_NAMES, path.name, required=False)
    counts = _counts(frame, named, path.name) if named else np.ones(len(frame), dtype=np.int64)
    for one in np.unique(datums).tolist():
        rows = datums == one
        lon[rows], lat[rows] = china_offsets.to_wgs84(lon[rows], lat[rows], one)
    return lon, lat, counts


def _in_degrees(path: Path) -> Any:
    try:
        return crs.to_wgs84(vector_io.read(path))
    except DataError:
        raise
    except InfraPlanError as error:
        raise DataError(f"{path.name}: {error.en}", f"{path.name}:{error.zh}") from error


def _datums(frame: pd.DataFrame, stated: str, shown: str) -> NDArray[np.str_]:
    """Return each row's datum: the column's, else what the scenario states; never a guess (conventions D4)."""
    column = _column(frame, ("datum", "坐标系"), shown, required=False)
    if not column and not stated:
        raise DataError(
            f"{shown}: does not say its datum; add `datum: WGS84` (or CGCS2000, GCJ-02, BD-09) beside `file`, or a "
            "column datum",
            f"{shown}:未说明坐标系;请在 file 旁注明 datum: WGS84(或 CGCS2000、GCJ-02、BD-09),或增加 datum 列",
        )
    values = frame[column].astype(str).str.strip().to_numpy() if column else np.full(len(frame), stated)
    wrong = sorted(set(values.tolist()) - set(DATUMS))
    if wrong:
        raise DataError(
            f"{shown}: datum {', '.join(wrong)} is not one of {', '.join(DATUMS)}",
            f"{shown}:坐标系 {'、'.join(wrong)} 不在 {'、'.join(DATUMS)} 中",
        )
    return np.asarray(values, dtype=np.str_)


def _misplaced(lon: NDArray[np.float64], lat: NDArray[np.float64], shown: str) -> list[Problem]:
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    return [
        Problem(
            "degrees",
            f"{shown} line {row + 2}",
            f"{_as_written(lon[row], 'empty')}, {_as_written(lat[row], 'empty')} is no position in degrees",
            f"{_as_written(lon[row], '空')}, {_as_written(lat[row], '空')} 不是经纬度",
            _line_zh(shown, row + 2),
        )
        for row in np.flatnonzero(wrong)[:_MOST_TOLD].tolist()
    ]


def _as_written(value: Any, nothing: str) -> str:
    """Return what a table's cell holds as a person reads it: 12.5, 5 and no 5.0; ``nothing`` where it is empty."""
    if pd.isna(value) or not str(value).strip():
        return nothing
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value).strip()


def _counts(frame: pd.DataFrame, column: str, shown: str) -> Ints:
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values >= 0) & (values == np.round(values)))
    raise_if_any(
        _not_whole(shown, row + 2, frame[column].iloc[row])
        for row in np.flatnonzero(wrong)[:_MOST_TOLD].tolist()
    )
    return values.astype(np.int64)


def _not_whole(shown: str, line: int, value: Any) -> Problem:
    return Problem(
        "whole",
        f"{shown} line {line}",
        f"{_as_written(value, 'an empty cell')} is not a whole number of 0 or more",
        f"{_as_written(value, '空')} 不是非负整数",
        _line_zh(shown, line),
    )


def _line_zh(shown: str, line: int) -> str:
    return f"{shown} 第 {line} 行"


def _numbers(frame: pd.DataFrame, column: str, shown: str) -> NDArray[np.float64]:
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float).copy()


def _column(frame: pd.DataFrame, names: tuple[str, ...], shown: str, required: bool = True) -> str:
    known = {str(column).strip().casefold(): str(column) for column in frame.columns}
    found = next((known[name.casefold()] for name in names if name.casefold() in known), "")
    if required and not found:
        listed = ", ".join(known.values())
        raise DataError(
            f"{shown}: needs a column named one of {', '.join(names)}; columns: {listed}",
            f"{shown}:缺少列({'、'.join(names)} 之一);现有列:{listed}",
        )
    return found
