"""A list that comes as a map: each feature a row, its attributes the cells, its place two more columns.

Places are read in the CRS that the file states; a file that states none gives its numbers as they stand, and the datum
question of every list names what they may be. A file that says WGS84 may still hold GCJ-02 numbers, so the question is
asked of it too (conventions D4).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs, vector_io
from geo.errors import DataError, Problem
from infraplan.uploads import counts
from infraplan.uploads.cells import Cell, clean
from infraplan.uploads.excel import require_fitting
from infraplan.uploads.files import under_its_name

KINDS = (".geojson", ".json", ".gpkg", ".fgb", ".zip")
#: Columns of the place, in the file's CRS or without one; both names tell both readers.
_PLACED = ("经度 lon", "纬度 lat")
_UNPLACED = ("横坐标 x", "纵坐标 y")


@dataclass(frozen=True)
class Features:
    """A layer as a list.

    Attributes
    ----------
    headers : tuple of str
        The two columns of the place first, then the attributes.
    rows : list of tuple
        One for each feature, in the file's order, or for each point of a feature of several; no place where a feature
        has no geometry.
    lines : list of int
        The number of each row's feature, from 1.
    layer, layers
        The one that was read, and all there are.
    notes : list of Problem
        The CRS that was led into degrees; features that were split; shapes whose place is a point inside them.
    doubts : list of Problem
        Features of several points that were kept as one row.
    """

    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    lines: list[int]
    layer: str
    layers: tuple[str, ...]
    notes: list[Problem]
    doubts: list[Problem]


def read(path: Path, name: str, what: str, layer: str | None = None, counted: bool | None = None) -> Features:
    """Read a layer as a list.

    Parameters
    ----------
    what : str
        ``projects``, ``sites`` or ``units``: a project may have several points, each point of the others is one.
    layer : str, optional
        Which; without it the first layer of points, else the first.
    counted : bool, optional
        Whether a column counts what is in a feature, as the reader says; without it the headers tell.

    Raises
    ------
    DataError
        When the file cannot be read, or stands on a datum that nothing public leads out of.
    """
    with under_its_name(path, name) as file:
        there = vector_io.layers(file)
        names = tuple(row.name for row in there)
        if layer is not None and layer not in names:
            raise DataError(
                f"{name}: no layer {layer!r}; it holds: {', '.join(names)}",
                f"{name}:没有图层“{layer}”;现有:{'、'.join(names)}",
            )
        points = [row.name for row in there if row.kind in ("Point", "MultiPoint")]
        chosen = layer or next(iter((*points, *names)))
        frame = vector_io.read(file, chosen)
    notes, doubts = vector_io.notes(frame, name), list[Problem]()
    placed = _UNPLACED if frame.crs is None else _PLACED
    headers = (*placed, *(str(c) for c in frame.columns if c != frame.geometry.name))
    if counted is None:
        counted = what == "units" and bool(counts.possible(headers, {}))
    frame, lines = _by_point(frame, name, what != "projects" and not counted, notes, doubts)
    x, y = _places(frame, name, notes)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = [_cells(x), _cells(y), *(_cells(attributes.iloc[:, i]) for i in range(attributes.shape[1]))]
    return Features(headers, list(zip(*columns, strict=True)), lines, chosen, names, notes, doubts)


def _by_point(
    frame: gpd.GeoDataFrame, name: str, split: bool, notes: list[Problem], doubts: list[Problem]
) -> tuple[gpd.GeoDataFrame, list[int]]:
    """Return a row for each point of features that hold several, or for each feature; and each row's feature."""
    shapes = frame.geometry.to_numpy()
    multi = (shapely.get_type_id(shapes) == 4) & ~shapely.is_empty(shapes)
    parts = np.where(multi, shapely.get_num_geometries(shapes), 1)
    several, points = int((parts > 1).sum()), int(parts[parts > 1].sum())
    if several and split:
        require_fitting(name, len(frame.columns), int(parts.sum()))
        en = f"{several:,} features hold several points: each of their {points:,} points is a row of its own"
        zh = f"{several:,} 个要素各含多个点:其 {points:,} 个点各成一行,属性相同"
        notes.append(Problem("multipoint", name, en, zh))
    elif several:
        en = (
            f"{several:,} features hold several points ({points:,} together); each is one row, at one of its points. "
            "Where each point should be a row, split them and upload the file again"
        )
        zh = (
            f"{several:,} 个要素各含多个点(共 {points:,} 个点),每个要素只作一行,位置取其中一点;"
            "如每个点应各成一行,请拆分为单点后重新上传"
        )
        doubts.append(Problem("multipoint", name, en, zh))
    taken = parts if split else np.ones_like(parts)
    which = np.repeat(np.arange(len(frame)), taken)
    points_of = shapes.copy()
    points_of[multi] = shapely.get_geometry(shapes[multi], 0)
    found = points_of[which]
    if split:
        found[np.repeat(multi, taken)] = shapely.get_parts(shapes[multi])
    return frame.iloc[which].reset_index(drop=True).set_geometry(found, crs=frame.crs), (which + 1).tolist()


def _places(frame: gpd.GeoDataFrame, name: str, notes: list[Problem]) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) x and y: lon, lat in degrees where the file states its CRS; NaN where there is no geometry."""
    stated = frame.crs
    if stated is not None:
        code = f"EPSG:{stated.to_epsg()}" if stated.to_epsg() else str(stated.name)
        frame = crs.to_wgs84(frame)
        if not stated.is_geographic:
            en = f"coordinates were led from {crs.label(code)} into degrees"
            notes.append(Problem("crs", name, en, f"坐标由 {crs.label(code, 'zh')} 换算为经纬度"))
    shapes = frame.geometry.to_numpy()
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    wide = there & (shapely.get_type_id(shapes) != 0)
    if wide.any():
        shapes = shapes.copy()
        shapes[wide] = shapely.point_on_surface(shapes[wide])
        en = f"{int(wide.sum()):,} features are no single points; each stands at a point inside its shape"
        notes.append(
            Problem("shape", name, en, f"{int(wide.sum()):,} 个要素不是单点,以图形内的一点代表其位置")
        )
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    x[there], y[there] = shapely.get_x(shapes[there]), shapely.get_y(shapes[there])
    return x, y


def _cells(column: pd.Series | np.ndarray) -> list[Cell]:
    """Return a column as the cells of a list: dates without time, whole numbers whole, nothing as None."""
    values = pd.Series(column)
    if pd.api.types.is_float_dtype(values):
        values = values.round(9)
    plain = values.astype(object).where(values.notna(), None)
    return [clean(v.to_pydatetime() if isinstance(v, pd.Timestamp) else v) for v in plain.tolist()]
