"""A list that comes as a map: each feature a row, its attributes the cells, its place two more columns.

Places are read in the CRS that the file states; a file that states none gives its numbers as they stand, and the datum
question of every list names what they may be. A file that says WGS84 may still hold GCJ-02 numbers, so the question is
asked of it too (conventions D4).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs, vector_io
from geo.errors import DataError, Problem
from infraplan.uploads.cells import Cell, clean
from infraplan.uploads.files import under_its_name

KINDS = (".geojson", ".json", ".gpkg", ".fgb", ".zip")
#: Columns of the place, in the file's CRS or without one; both names tell both readers.
_PLACED = ("经度 lon", "纬度 lat")
_UNPLACED = ("横坐标 x", "纵坐标 y")

Rows = tuple[tuple[str, ...], list[tuple[Cell, ...]], str, tuple[str, ...], list[Problem]]


def read(path: Path, name: str, layer: str | None) -> Rows:
    """Read a layer as a list.

    Parameters
    ----------
    layer : str, optional
        Which; without it the first layer of points, else the first.

    Returns
    -------
    headers : tuple of str
        The two columns of the place first, then the attributes.
    rows : list of tuple
        One for each feature, in the file's order; no place where a feature has no geometry.
    layer, layers
        The one that was read, and all there are.
    notes : list of Problem
        The CRS that was led into degrees; shapes whose place is a point inside them.

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
    notes = vector_io.notes(frame, name)
    x, y = _places(frame, name, notes)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    headers = (*(_UNPLACED if frame.crs is None else _PLACED), *map(str, attributes.columns))
    columns = [_cells(x), _cells(y), *(_cells(attributes.iloc[:, i]) for i in range(attributes.shape[1]))]
    return headers, list(zip(*columns, strict=True)), chosen, names, notes


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
