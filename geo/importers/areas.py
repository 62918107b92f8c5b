"""Polygons with counts (townships, communities, grid squares): areal interpolation to cells.

A polygon's people are spread over the cells it covers in proportion to the area of each that lies in it, or to a
surface that is given (dasymetric). Each polygon's whole count is kept exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo import crs, grid, population, stated_crs, user_boundaries, vector_io
from geo.errors import DataError, Problem
from geo.importers.result import Imported, Values, clean, exact_sum, to_surface
from geo.importers.tables import people_of
from geo.population_rounding import whole


def read_areas(
    path: Path,
    region: str,
    resolution: int = 9,
    *,
    people: str = "",
    layer: str | None = None,
    crs_name: str | None = None,
    datum: str = "WGS84",
    within: population.Surface | None = None,
    surface_id: str = "",
    **metadata: Any,
) -> Imported:
    """Import people from a vector file of polygons with counts.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, Shapefile (GBK or UTF-8), ...
    people : str
        Name of the column of counts; without it the usual names are looked for.
    crs_name : str, optional
        CRS of a file that does not say one, such as ``EPSG:4547``.
    datum : {"WGS84", "CGCS2000", "GCJ-02", "BD-09"}
        What the degrees are, as the file's owner says; the offsets of GCJ-02 and BD-09 are taken out.
    within : Surface, optional
        Spread each polygon's people like this surface's instead of evenly by area.

    Raises
    ------
    DataError
        When the CRS is not said, there is no such column, a count is no number, or a geometry is no polygon.
    """
    path = Path(path)
    frame = crs.to_wgs84(stated_crs.with_crs(vector_io.read(path, layer), crs_name, path.name))
    if not len(frame):
        raise DataError(f"{path.name}: holds no feature", f"{path.name}:文件中没有要素")
    if datum not in ("WGS84", "CGCS2000"):
        frame = frame.set_geometry(user_boundaries.to_wgs84(frame.geometry.to_numpy(), datum), crs=crs.WGS84)
        metadata = {"datum": datum, **metadata}
    counts, refused = people_of(frame, people, path.name, rows=False)
    return areas_to_surface(
        frame, counts, region, resolution, within=within, source=path.name, surface_id=surface_id or path.stem,
        metadata=metadata, refused=refused,
    )  # fmt: skip


def areas_to_surface(
    frame: gpd.GeoDataFrame,
    counts: np.ndarray,
    region: str,
    resolution: int,
    *,
    within: population.Surface | None = None,
    source: str,
    surface_id: str,
    metadata: dict[str, Any],
    refused: Sequence[Problem] = (),
) -> Imported:
    """Import people of polygons (EPSG:4326), (m,) counts, NaN where not known."""
    shapes = shapely.make_valid(frame.geometry.to_numpy())
    kinds = shapely.get_type_id(shapes)
    flat = (kinds == 3) | (kinds == 6) | (kinds == 7)
    if not flat.all():
        raise _no_polygon(int(np.flatnonzero(~flat)[0]), frame.geometry.to_numpy(), source)
    valid, without, negative = clean(counts)
    shapes, counts = shapes[valid], counts[valid]
    cells, owner, weight = covered(shapes, resolution)
    notes: list[tuple[str, str]] = []
    if within is not None:
        weight = _like(within, cells, owner, weight, len(shapes))
        notes.append((f"spread inside each polygon like {within.id}", f"面内按 {within.id} 分布"))
    # whole numbers polygon by polygon: a count of 1,234 stays 1,234 wherever its cells lie
    total = whole(counts, np.zeros(len(counts), dtype=np.int64), np.array([round(exact_sum(counts))]))
    people = whole(weight, owner, total)
    values = Values(
        cells, people.astype(float), exact_sum(counts), int(valid.sum()), without, negative, notes, refused
    )
    return to_surface(
        values, region, resolution, source=source, kind="areas", surface_id=surface_id, metadata=metadata
    )


def _no_polygon(row: int, shapes: np.ndarray, source: str) -> DataError:
    """The error for a feature that is no polygon: what it is, and what to bring instead."""
    if shapes[row] is None or shapely.is_empty(shapes[row]):
        return DataError(
            f"{source}: feature {row + 1} has no geometry; remove it, or draw its polygon",
            f"{source}:第 {row + 1} 个要素没有图形;请删除该要素或补画其范围",
        )
    if shapely.get_type_id(shapes[row]) in (0, 4):
        return DataError(
            f"{source}: feature {row + 1} is a point and no polygon; bring people at points as a .csv or .xlsx table "
            "with columns lon, lat, people",
            f"{source}:第 {row + 1} 个要素是点,不是面;点位人口请整理成含经度、纬度、人口三列的 .csv 或 .xlsx 表格上传",
        )
    return DataError(
        f"{source}: feature {row + 1} is a line and no polygon; people are given by areas (townships, communities)",
        f"{source}:第 {row + 1} 个要素是线,不是面;人口应按范围(乡镇、社区等)的面给出",
    )


def covered(shapes: np.ndarray, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which cells each polygon covers, and how much of them.

    Returns
    -------
    cells : (k,) uint64
    owner : (k,) int64
        Index of the polygon, ascending.
    area : (k,) float
        Square metres of the cell that lie in the polygon. Every polygon with an area has at least one cell.
    """
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    reach = (
        1.3 * grid.edge(resolution) / 111_000
    )  # a centre farther out than an edge cannot belong to a cell inside
    for index, shape in enumerate(shapes):
        if shapely.is_empty(shape):
            continue
        wide = reach / max(0.2, float(np.cos(np.radians(shapely.get_y(shapely.centroid(shape))))))
        cells, _ = grid.cells_in(np.array([shapely.buffer(shape, wide, quad_segs=2)]), resolution)
        outlines = grid.polygons(cells)
        shapely.prepare(shape)
        inside = shapely.contains_properly(shape, outlines)
        part = inside.astype(float)
        edge = np.flatnonzero(~inside & shapely.intersects(shape, outlines))
        part[edge] = shapely.area(shapely.intersection(shape, outlines[edge])) / shapely.area(outlines[edge])
        keep = part > 0
        found.append((cells[keep], np.full(int(keep.sum()), index), part[keep] * grid.areas(cells[keep])))
    if not found:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64), np.empty(0)
    cells, owners, sizes = (np.concatenate(column) for column in zip(*found, strict=True))
    return cells, owners.astype(np.int64), sizes


def _like(
    surface: population.Surface, cells: np.ndarray, owner: np.ndarray, area: np.ndarray, count: int
) -> np.ndarray:
    """Weights by a surface's density; by area in a polygon where the surface has nobody."""
    base = population.at_resolution(surface, grid.resolution_of(cells))
    rows = np.minimum(np.searchsorted(base.cells, cells), len(base) - 1)
    there = base.cells[rows] == cells
    density = np.where(there, base.people[rows] / grid.areas(base.cells[rows]), 0.0)
    weight = density * area
    nobody = np.bincount(owner, weight, minlength=count) == 0
    return np.where(nobody[owner], area, weight)
