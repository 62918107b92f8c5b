"""Population rasters: GeoTIFF in any CRS, with nodata, read window by window (WorldPop, GHSL-POP and their like).

A pixel's people go to the cell of its centre; a pixel that is large against the cells is cut into equal parts first.
Nothing is resampled, so that no person is lost or made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import rasterio
import rasterio.warp
import rasterio.windows

from geo import boundaries, crs, grid
from geo.errors import DataError, RequestError
from geo.importers.result import Imported, Values, clean, exact_sum, to_surface

WINDOW_PIXELS = 4_000_000
MARGIN_DEGREES = 0.01  # about 1 km around the region: what lies there is read, and reported as outside
PARTS_PER_SPACING = 2.0  # a part of a pixel is at most half the distance between cells


def read_raster(
    path: Path, region: str, resolution: int = 9, *, band: int = 1, surface_id: str = "", **metadata: Any
) -> Imported:
    """Import people from a raster whose pixels hold counts.

    Parameters
    ----------
    path : Path
        Anything GDAL reads; pixel values are people a pixel (not a density). The file says its own CRS.
    region : str
        Adcode or name. Only windows that touch the region's box (and 1 km around) are read, so that a raster of the
        whole world is no burden; "outside" in the report is what was read and lies beyond the region.
    band : int
        1 is the first.
    metadata
        Kept in the surface: ``title_zh``, ``attribution``, ``vintage``, ...

    Raises
    ------
    DataError
        When the file cannot be read or does not say its CRS.
    RequestError
        When it does not touch the region.
    """
    path = Path(path)
    with open_raster(path) as source:
        if not 1 <= band <= source.count:
            raise RequestError(
                f"{path.name} has {source.count} band(s), not {band}",
                f"{path.name} 共 {source.count} 个波段,没有第 {band} 个",
            )
        to_lonlat = _to_lonlat(source, path.name)
        window = _window(source, boundaries.region(region).bounds, path.name)
        parts = _parts(source, window, to_lonlat, resolution)
        collected = _collect(source, band, window, parts, to_lonlat, resolution)
    if parts > 1:
        collected.notes.append(
            (
                f"each pixel was cut into {parts} x {parts} parts, since it is large against the cells",
                f"像元大于单元,已将每个像元均分为 {parts}×{parts} 份",
            )
        )
    return to_surface(
        collected,
        region,
        resolution,
        source=path.name,
        kind="raster",
        surface_id=surface_id or path.stem,
        metadata=metadata,
    )


def open_raster(path: Path) -> rasterio.DatasetReader:
    """Open a raster; one that is none, or damaged, is told in a sentence."""
    try:
        return rasterio.open(path)
    except rasterio.RasterioIOError as error:
        raise _damaged(path.name) from error


def _damaged(name: str) -> DataError:
    return DataError(
        f"{name}: cannot be read as a raster: it is damaged, not whole, or of another kind than its ending says; "
        "export it again as GeoTIFF (.tif)",
        f"{name}:无法作为栅格读取:文件损坏、不完整,或内容与扩展名不符;请重新导出为 GeoTIFF(.tif)后上传",
    )


def _to_lonlat(source: rasterio.DatasetReader, name: str) -> pyproj.Transformer | None:
    """The way from the raster's plane to lon, lat (WGS84); None where it is already that."""
    if source.crs is None:
        raise DataError(
            f"{name} does not say its coordinate reference system; set it in a GIS (such as EPSG:4326 or EPSG:4490) "
            "and export it again",
            f"{name} 未说明坐标系;请在 GIS 软件中设定(如 EPSG:4326、EPSG:4490)后重新导出",
        )
    own = pyproj.CRS.from_user_input(source.crs.to_wkt())
    crs.to_wgs84(gpd.GeoDataFrame(geometry=[], crs=own))  # refuses what cannot be led to WGS84
    if own.is_geographic and (crs.is_wgs84(own) or crs.is_cgcs2000(own)):
        return None
    # CGCS2000 to WGS84 is the named identity (conventions D2)
    target = "EPSG:4490" if crs.is_cgcs2000(own) else "EPSG:4326"
    return pyproj.Transformer.from_crs(own, target, always_xy=True)


def _window(
    source: rasterio.DatasetReader, bounds: tuple[float, float, float, float], name: str
) -> rasterio.windows.Window:
    west, south, east, north = bounds
    box = west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES
    corners = rasterio.warp.transform_bounds("EPSG:4326", source.crs, *box, densify_pts=41)
    inverse = ~source.transform
    xs = [_placed(inverse, x, y) for x in corners[::2] for y in corners[1::2]]
    columns, rows = [c for c, _ in xs], [r for _, r in xs]
    left, right = max(0, int(np.floor(min(columns)))), min(source.width, int(np.ceil(max(columns))))
    top, bottom = max(0, int(np.floor(min(rows)))), min(source.height, int(np.ceil(max(rows))))
    if left >= right or top >= bottom:
        raise RequestError(
            f"{name} does not touch the region; it covers {_text(source)}, the region {_text_box(bounds)}",
            f"{name} 与区域没有重叠;栅格范围 {_text(source)},区域范围 {_text_box(bounds)}",
        )
    return rasterio.windows.Window(left, top, right - left, bottom - top)


def _parts(
    source: rasterio.DatasetReader,
    window: rasterio.windows.Window,
    to_lonlat: pyproj.Transformer | None,
    resolution: int,
) -> int:
    """Into how many parts a pixel is cut along each side, from its size on the ground in the middle of the window."""
    column, row = window.col_off + window.width / 2, window.row_off + window.height / 2
    corners = np.array([_placed(source.transform, column + i, row + j) for i, j in ((0, 0), (1, 0), (0, 1))])
    lon, lat = (corners[:, 0], corners[:, 1]) if to_lonlat is None else to_lonlat.transform(*corners.T)
    geod = pyproj.Geod(ellps="WGS84")
    _, _, sides = geod.inv(np.full(2, lon[0]), np.full(2, lat[0]), np.asarray(lon[1:]), np.asarray(lat[1:]))
    return max(1, int(np.ceil(max(sides) * PARTS_PER_SPACING / grid.spacing(resolution) - 1e-6)))


def _collect(
    source: rasterio.DatasetReader,
    band: int,
    window: rasterio.windows.Window,
    parts: int,
    to_lonlat: pyproj.Transformer | None,
    resolution: int,
) -> Values:
    """Read the window block by block and sum people by cell."""
    cells: list[np.ndarray] = []
    people: list[np.ndarray] = []
    sums: list[float] = []
    records = without = negative = 0
    offsets = (np.arange(parts) + 0.5) / parts
    for block in _blocks(source, window, parts):
        try:
            values = source.read(band, window=block, masked=True).astype(np.float64).filled(np.nan)
        except rasterio.RasterioIOError as error:
            raise _damaged(Path(source.name).name) from error
        valid, empty, below = clean(values)
        without, negative, records = without + empty, negative + below, records + int(valid.sum())
        rows, columns = np.nonzero(valid)
        here = values[rows, columns]
        sums.append(exact_sum(here))
        if not len(here):
            continue
        x = (columns + block.col_off)[:, None] + np.tile(offsets, parts)
        y = (rows + block.row_off)[:, None] + np.repeat(offsets, parts)
        east, north = _placed(source.transform, x.ravel(), y.ravel())
        lon, lat = (east, north) if to_lonlat is None else to_lonlat.transform(east, north)
        found, where = np.unique(
            grid.cells_at(np.asarray(lon), np.asarray(lat), resolution), return_inverse=True
        )
        cells.append(found)
        people.append(np.bincount(where, np.repeat(here / parts**2, parts**2)))
    if not cells:
        return Values(np.empty(0, dtype=np.uint64), np.empty(0), 0.0, records, without, negative)
    return Values(
        np.concatenate(cells), np.concatenate(people), exact_sum(np.array(sums)), records, without, negative
    )


def _blocks(
    source: rasterio.DatasetReader, window: rasterio.windows.Window, parts: int
) -> Iterator[rasterio.windows.Window]:
    """Strips of whole rows that hold about WINDOW_PIXELS parts, or tiles where one row is more than that."""
    room = max(1, WINDOW_PIXELS // parts**2)
    width = min(window.width, room)
    height = max(1, room // width)
    for top in range(window.row_off, window.row_off + window.height, height):
        for left in range(window.col_off, window.col_off + window.width, width):
            yield rasterio.windows.Window(
                left,
                top,
                min(width, window.col_off + window.width - left),
                min(height, window.row_off + window.height - top),
            )


def _placed(transform: rasterio.Affine, column: Any, row: Any) -> tuple[Any, Any]:
    """Plane coordinates of pixel coordinates, numbers or arrays (columns and rows from the upper left corner)."""
    t = transform
    return t.a * column + t.b * row + t.c, t.d * column + t.e * row + t.f


def _text(source: rasterio.DatasetReader) -> str:
    return _text_box(rasterio.warp.transform_bounds(source.crs, "EPSG:4326", *source.bounds))


def _text_box(box: tuple[float, float, float, float]) -> str:
    west, south, east, north = box
    return f"{west:.3f}-{east:.3f} E, {south:.3f}-{north:.3f} N"
