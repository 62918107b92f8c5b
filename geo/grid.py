"""The H3 grid, a whole array at a time.

Cells are ``uint64`` (conventions I2), ascending and without repeats wherever a function returns a set of them.
Positions are lon, lat in degrees (WGS84); areas are square metres on the ellipsoid (conventions A1); a cell belongs to
the polygon that holds its centre (A2, A3).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import h3ronpy
import h3ronpy.vector
import numpy as np
import pyarrow as pa
import scipy.sparse
import scipy.spatial
import shapely

from geo.distance import along_the_ground, earth_centred, straight_line
from geo.errors import InfraPlanError, RequestError

RESOLUTIONS = range(16)
MAX_CELLS = 5_000_000
MAX_PAIRS = 400_000_000

# WGS84 ellipsoid
_A = 6_378_137.0
_F = 1 / 298.257223563
_E2 = _F * (2 - _F)
# the sphere of the H3 library: the mean radius that has the ellipsoid's surface (authalic)
_H3_RADIUS = 6_371_007.180918475
# mean edge of a hexagon in metres at resolution 0; each step divides by the square root of 7 (H3's own table, rounded)
_MEAN_EDGE_M = (
    1281256.011, 483056.8391, 182512.9565, 68979.22179, 26071.75968, 9854.090990, 3724.532667, 1406.475763,
    531.414010, 200.786148, 75.863783, 28.663897, 10.830188, 4.092010, 1.546100, 0.584169,
)  # fmt: skip


def cells_in(
    geometries: np.ndarray | Sequence[shapely.Geometry], resolution: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells whose centre lies in one of some polygons.

    Parameters
    ----------
    geometries : (m,) array of shapely polygons or multipolygons
        In lon, lat degrees. Empty geometries own nothing.
    resolution : int
        0 to 15.

    Returns
    -------
    cells : (n,) uint64
        Ascending, each once.
    owner : (n,) int64
        Index into ``geometries``. Where polygons overlap, the first one owns the cell.

    Notes
    -----
    Conventions A2: the centre rule. A3: a polygon that holds no centre takes the cell over its inner point, unless
    that cell's centre lies in another of the polygons and taking it would leave that one empty.

    Raises
    ------
    RequestError
        When the resolution does not exist, or the region would need more than five million cells.
    InfraPlanError
        When a geometry is not a polygon.
    """
    _require_resolution(resolution)
    shapes = np.asarray(geometries, dtype=object).reshape(-1)
    _require_polygons(shapes)
    _require_affordable(shapes, resolution)
    if not len(shapes):
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    lists = pa.array(h3ronpy.vector.wkb_to_cells(pa.array(shapely.to_wkb(shapes), pa.binary()), resolution))
    lengths = np.diff(lists.offsets.to_numpy())
    cells = lists.flatten().to_numpy(zero_copy_only=False).astype(np.uint64, copy=False)
    owner = np.repeat(np.arange(len(shapes), dtype=np.int64), lengths)
    cells, owner = _first_of_each(cells, owner)
    tiny = np.flatnonzero((np.bincount(owner, minlength=len(shapes)) == 0) & ~shapely.is_empty(shapes))
    return _with_tiny(cells, owner, shapes, tiny, resolution) if len(tiny) else (cells, owner)


def cells_at(lon: np.ndarray, lat: np.ndarray, resolution: int) -> np.ndarray:
    """Return the (n,) uint64 cell that holds each point, in the order of the points.

    Raises
    ------
    InfraPlanError
        When a coordinate is not finite.
    """
    _require_resolution(resolution)
    x, y = np.asarray(lon, dtype=float).reshape(-1), np.asarray(lat, dtype=float).reshape(-1)
    bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(bad):
        raise InfraPlanError(
            f"{len(bad)} of {len(x)} points have no finite coordinate (first at position {bad[0]}); drop them first",
            f"{len(x)} 个点中有 {len(bad)} 个坐标无效(首个位置 {bad[0]}),请先剔除",
        )
    if not len(x):
        return np.empty(0, dtype=np.uint64)
    return _uint64(h3ronpy.vector.coordinates_to_cells(pa.array(y), pa.array(x), resolution))


def centroids(cells: np.ndarray) -> np.ndarray:
    """Return the (n, 2) centres of cells: lon, lat in degrees."""
    if not len(cells):
        return np.empty((0, 2))
    batch = pa.record_batch(h3ronpy.vector.cells_to_coordinates(_arrow(cells)))
    return np.column_stack([batch.column("lng").to_numpy(), batch.column("lat").to_numpy()])


def polygons(cells: np.ndarray) -> np.ndarray:
    """Return the (n,) array of shapely polygons of cells, lon and lat in degrees, counter-clockwise."""
    if not len(cells):
        return np.empty(0, dtype=object)
    return np.asarray(shapely.from_wkb(polygons_wkb(cells).to_numpy(zero_copy_only=False)))


def polygons_wkb(cells: np.ndarray) -> pa.LargeBinaryArray:
    """Return the same polygons as well-known binary (little-endian), for writers that need no shapely objects."""
    if not len(cells):
        return pa.array([], pa.large_binary())
    return pa.array(h3ronpy.vector.cells_to_wkb_polygons(_arrow(cells)))


def outline(cells: np.ndarray) -> shapely.Geometry:
    """Return the union of cells of one resolution as one polygon or multipolygon."""
    if not len(cells):
        return shapely.Polygon()
    wkb = pa.array(h3ronpy.vector.cells_to_wkb_polygons(_arrow(cells), link_cells=True))
    return shapely.union_all(shapely.from_wkb(wkb.to_numpy(zero_copy_only=False)))


def areas(cells: np.ndarray, shapes: np.ndarray | None = None) -> np.ndarray:
    """Return the (n,) areas of cells in square metres on the WGS84 ellipsoid.

    H3's area on its sphere, times the ratio of the surface of the ellipsoid to that of the sphere at the cell's centre
    (H3 reads geodetic latitude as spherical). Agrees with ``pyproj.Geod`` to 1e-7 relative at every resolution from 3
    to 11 (finer, Geod's own rounding is larger). Given ``shapes``, the polygons of the same cells, the area is taken
    from their corners on the cylindrical equal-area projection: ten times quicker, within 1e-8 from resolution 7 on
    (coarser cells are taken from the sphere all the same).
    """
    if not len(cells):
        return np.empty(0)
    if shapes is not None and resolution_of(cells) >= 7:
        return _areas_from_corners(shapes)
    spherical = np.asarray(pa.array(h3ronpy.cells_area_m2(_arrow(cells))).to_numpy(zero_copy_only=False))
    sin = np.sin(np.radians(centroids(cells)[:, 1]))
    return spherical * (_A**2 * (1 - _E2) / (1 - _E2 * sin**2) ** 2 / _H3_RADIUS**2)


def to_hex(cells: np.ndarray) -> np.ndarray:
    """Return the (n,) hexadecimal strings of cells, as every file has them (an object array of str)."""
    if not len(cells):
        return np.empty(0, dtype=object)
    return np.asarray(pa.array(h3ronpy.cells_to_string(_arrow(cells))).to_numpy(zero_copy_only=False))


def from_hex(texts: Sequence[str] | np.ndarray) -> np.ndarray:
    """Return the (n,) uint64 cells of hexadecimal strings, in their order.

    Raises
    ------
    InfraPlanError
        Naming the first texts that are not H3 cells.
    """
    words = [str(text) for text in texts]
    if not words:
        return np.empty(0, dtype=np.uint64)
    try:
        cells = np.array([int(word, 16) if len(word) <= 16 else 0 for word in words], dtype=np.uint64)
    except ValueError:
        cells = np.array([_hex_or_zero(word) for word in words], dtype=np.uint64)
    bad = np.flatnonzero(~valid(cells))
    if len(bad):
        shown = ", ".join(repr(words[i]) for i in bad[:3].tolist())
        raise InfraPlanError(
            f"{len(bad)} of {len(words)} texts are not H3 cells (first: {shown}); a cell is a hexadecimal string "
            "such as 89411c8f5b3ffff",
            f"{len(words)} 个文本中有 {len(bad)} 个不是 H3 单元编号(如 {shown});应为十六进制串,如 89411c8f5b3ffff",
        )
    return cells


def valid(cells: np.ndarray) -> np.ndarray:
    """Return the (n,) bool array that says which numbers are H3 cells."""
    if not len(cells):
        return np.empty(0, dtype=bool)
    return np.asarray(
        pa.array(h3ronpy.cells_valid(_arrow(cells), booleanarray=True)).to_numpy(zero_copy_only=False)
    )


def resolution_of(cells: np.ndarray) -> int:
    """Return the one resolution that all cells have.

    Raises
    ------
    InfraPlanError
        When there are no cells, or cells of several resolutions.
    """
    found = np.unique((np.asarray(cells, dtype=np.uint64) >> np.uint64(52)) & np.uint64(15))
    if len(found) != 1:
        raise InfraPlanError(
            f"cells of one resolution are needed, these have {found.tolist() or 'none'}",
            f"需要同一分辨率的单元,实际为 {found.tolist() or '无'}",
        )
    return int(found[0])


def parents(cells: np.ndarray, resolution: int) -> np.ndarray:
    """Return the (n,) parent of each cell at a coarser (or the same) resolution, in the order of the cells."""
    _require_resolution(resolution)
    array = np.asarray(cells, dtype=np.uint64)
    if not len(array):
        return np.empty(0, dtype=np.uint64)
    own = resolution_of(array)
    if resolution > own:
        raise RequestError(
            f"cells of resolution {own} have no parents at resolution {resolution}; ask for {own} or less",
            f"分辨率 {own} 的单元没有分辨率 {resolution} 的上级单元;请取 {own} 或更小",
        )
    # the digits below the resolution are set to 7 (three bits each) and the resolution field is rewritten
    unused = (np.uint64(1) << np.uint64(3 * (15 - resolution))) - np.uint64(1)
    field = np.uint64(15) << np.uint64(52)
    return ((array & ~field) | (np.uint64(resolution) << np.uint64(52))) | unused


def children(cells: np.ndarray, resolution: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all descendants of cells at a finer resolution.

    Returns
    -------
    cells : (k,) uint64
        Ascending (the cells given must be without repeats).
    owner : (k,) int64
        Index of the ancestor among the cells given.
    """
    _require_resolution(resolution)
    array = np.asarray(cells, dtype=np.uint64)
    if not len(array):
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    own = resolution_of(array)
    if resolution < own:
        raise RequestError(
            f"cells of resolution {own} have no children at resolution {resolution}; ask for {own} or more",
            f"分辨率 {own} 的单元没有分辨率 {resolution} 的下级单元;请取 {own} 或更大",
        )
    _require_count(len(array) * 7 ** (resolution - own), resolution)
    batch = pa.record_batch(h3ronpy.change_resolution_paired(_arrow(array), resolution))
    fine = batch.column("cell_after").to_numpy().astype(np.uint64)
    order = np.argsort(array, kind="stable")
    owner = order[np.searchsorted(array, batch.column("cell_before").to_numpy(), sorter=order)]
    ascending = np.argsort(fine, kind="stable")
    return fine[ascending], owner[ascending].astype(np.int64)


def disk_pairs(cells: np.ndarray, k: int) -> scipy.sparse.csr_array:
    """Return which cells of a set lie within ``k`` steps of one another.

    Parameters
    ----------
    cells : (n,) uint64, ascending, each once
    k : int
        Grid distance, 0 or more.

    Returns
    -------
    (n, n) csr_array of int8 ones
        Row i names the cells of the set within k steps of cell i, itself included; column indices ascend. Symmetric.
    """
    array = _require_set(cells)
    near, rows = _disks(array, k)
    columns = _positions(array, near)
    inside = columns >= 0
    rows, columns = rows[inside], columns[inside]
    starts = np.zeros(len(array) + 1, dtype=np.int32)
    np.cumsum(np.bincount(rows, minlength=len(array)), out=starts[1:])
    data = np.ones(len(columns), dtype=np.int8)
    matrix = scipy.sparse.csr_array((data, columns.astype(np.int32), starts), shape=(len(array),) * 2)
    matrix.sort_indices()
    return matrix


def radius_pairs(cells: np.ndarray, radius_m: float, distances: bool = False) -> scipy.sparse.csr_array:
    """Return which cells of a set have their centres within a distance of one another.

    Parameters
    ----------
    cells : (n,) uint64, ascending, each once
    radius_m : float
        Metres between centres on the ellipsoid, 0 or more; exact to a centimetre up to 100 km.
    distances : bool
        The matrix holds metres (float32; the diagonal a stored 0) instead of ones.

    Returns
    -------
    (n, n) csr_array
        int8 ones, or float32 metres. Row i: the cells within reach of cell i, itself included; symmetric.

    Raises
    ------
    RequestError
        When the radius is negative, or so large that the pairs would not fit into memory.
    """
    array = _require_set(cells)
    if not (np.isfinite(radius_m) and radius_m >= 0):
        raise RequestError(
            f"a radius of {radius_m} m is not possible; give 0 or more", f"半径 {radius_m} 米无效,应不小于 0"
        )
    if not len(array):
        return scipy.sparse.csr_array((0, 0), dtype=np.float32 if distances else np.int8)
    centre = centroids(array)
    lat = float(centre[:, 1].mean())
    points = earth_centred(centre[:, 0], centre[:, 1])
    expected = len(array) * np.pi * radius_m**2 / areas(array[:1])[0]
    _require_pairs(min(expected, float(len(array)) ** 2), len(array))
    pairs = scipy.spatial.cKDTree(points).query_pairs(straight_line(radius_m, lat), output_type="ndarray")
    own = np.arange(len(array))
    rows = np.concatenate([pairs[:, 0], pairs[:, 1], own])
    columns = np.concatenate([pairs[:, 1], pairs[:, 0], own])
    if distances:
        apart = along_the_ground(np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1), lat)
        values = np.concatenate([apart, apart, np.zeros(len(array))]).astype(np.float32)
    else:
        values = np.ones(len(rows), dtype=np.int8)
    places = (rows.astype(np.int32), columns.astype(np.int32))
    matrix = scipy.sparse.coo_array((values, places), shape=(len(array),) * 2).tocsr()
    matrix.sort_indices()
    return matrix


def spacing(resolution: int) -> float:
    """Return the mean distance between the centres of neighbouring cells in metres (it varies by about 10 %)."""
    _require_resolution(resolution)
    return _MEAN_EDGE_M[resolution] * 3**0.5


def edge(resolution: int) -> float:
    """Return the mean edge of a cell in metres."""
    _require_resolution(resolution)
    return _MEAN_EDGE_M[resolution]


# --- inside


def _arrow(cells: np.ndarray) -> pa.Array:
    return pa.array(np.ascontiguousarray(cells, dtype=np.uint64))


def _uint64(array: object) -> np.ndarray:
    return np.asarray(pa.array(array).to_numpy(zero_copy_only=False), dtype=np.uint64)


def _hex_or_zero(word: str) -> int:
    try:
        return int(word, 16) if len(word) <= 16 else 0
    except ValueError:
        return 0


def _areas_from_corners(shapes: np.ndarray) -> np.ndarray:
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    first = np.searchsorted(owner, np.arange(len(shapes)))
    sine = np.sin(np.radians(corners[:, 1]))
    e = _E2**0.5
    surface = (1 - _E2) * (sine / (1 - _E2 * sine**2) + np.arctanh(e * sine) / e)
    x = np.radians(
        corners[:, 0] - corners[first[owner], 0]
    )  # from the first corner: small numbers keep their digits
    y = surface - surface[first[owner]]
    within = owner[1:] == owner[:-1]
    twice = np.where(within, x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    return np.abs(np.bincount(owner[:-1], twice, minlength=len(shapes))) * _A**2 / 4


def _first_of_each(cells: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(cells, kind="stable")  # stable: the first owner stands first
    cells, owner = cells[order], owner[order]
    if len(cells) < 2:
        return cells, owner
    keep = np.append(True, cells[1:] != cells[:-1])
    return (cells, owner) if keep.all() else (cells[keep], owner[keep])


def _with_tiny(
    cells: np.ndarray, owner: np.ndarray, shapes: np.ndarray, tiny: np.ndarray, resolution: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give each polygon without a cell centre the cell over its inner point (A3); smaller index first."""
    points = shapely.point_on_surface(shapes[tiny])
    wanted = cells_at(shapely.get_x(points), shapely.get_y(points), resolution)
    count = np.bincount(owner, minlength=len(shapes))
    owned = dict(zip(cells.tolist(), owner.tolist(), strict=True))
    for index, cell in zip(tiny.tolist(), wanted.tolist(), strict=True):
        holder = owned.get(cell)
        if holder is not None and count[holder] <= 1:
            continue
        if holder is not None:
            count[holder] -= 1
        owned[cell] = index
        count[index] += 1
    found = np.fromiter(owned.keys(), dtype=np.uint64, count=len(owned))
    holders = np.fromiter(owned.values(), dtype=np.int64, count=len(owned))
    order = np.argsort(found)
    return found[order], holders[order]


def _disks(cells: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells within k steps of each cell, one after another, and the row of each."""
    if k < 0:
        raise RequestError(f"{k} steps are not possible; give 0 or more", f"步数 {k} 无效,应不小于 0")
    _require_pairs(len(cells) * (3 * k * (k + 1) + 1), len(cells))
    if not len(cells):
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    lists = pa.array(h3ronpy.grid_disk(_arrow(cells), k))
    near = lists.flatten().to_numpy(zero_copy_only=False).astype(np.uint64, copy=False)
    return near, np.repeat(np.arange(len(cells), dtype=np.int64), np.diff(lists.offsets.to_numpy()))


def _positions(cells: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the row of each wanted cell in an ascending set, -1 where it is not there."""
    if not len(cells):
        return np.full(len(wanted), -1, dtype=np.int64)
    rows = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    return np.where(cells[rows] == wanted, rows, -1)


def _require_pairs(pairs: float, count: int) -> None:
    if pairs > MAX_PAIRS:
        raise RequestError(
            f"{count:,} cells would make about {pairs:,.0f} pairs, the limit is {MAX_PAIRS:,}; use a shorter reach "
            "or a coarser resolution",
            f"{count:,} 个单元约产生 {pairs:,.0f} 对,上限为 {MAX_PAIRS:,};请缩短距离或降低分辨率",
        )


def _require_set(cells: np.ndarray) -> np.ndarray:
    array = np.asarray(cells, dtype=np.uint64)
    if array.ndim != 1 or (array[1:] <= array[:-1]).any():
        raise ValueError("cells must be one-dimensional, ascending and without repeats")
    if len(array):
        resolution_of(array)
    return array


def _require_resolution(resolution: int) -> None:
    if resolution not in RESOLUTIONS:
        raise RequestError(
            f"H3 resolution {resolution} does not exist; it is 0 to 15 (8: 0.7 km² a cell, 9: 0.1 km², 10: 0.015 km²)",
            f"H3 分辨率 {resolution} 不存在,取值为 0 至 15(8:每格约 0.7 平方公里;9:0.1;10:0.015)",
        )


def _require_polygons(shapes: np.ndarray) -> None:
    kinds = shapely.get_type_id(shapes)
    bad = np.flatnonzero(~np.isin(kinds, (3, 6)) & ~shapely.is_empty(shapes) | (kinds < 0))
    if len(bad):
        kind = getattr(shapes[bad[0]], "geom_type", "nothing")
        raise InfraPlanError(
            f"geometry {bad[0]} is a {kind}; cells are taken from polygons only",
            f"第 {bad[0]} 个图形是 {kind};只有面可以划分单元",
        )


def _require_affordable(shapes: np.ndarray, resolution: int) -> None:
    if not len(shapes):
        return
    boxes = shapely.bounds(shapes)
    cosine = np.cos(np.radians(np.nan_to_num((boxes[:, 1] + boxes[:, 3]) / 2)))
    square_metres = float((shapely.area(shapes) * cosine).sum()) * 111_195.0**2
    _require_count(square_metres / (_MEAN_EDGE_M[resolution] ** 2 * 1.5 * 3**0.5), resolution)


@functools.lru_cache(maxsize=64)
def _require_count(count: float, resolution: int) -> None:
    if count > MAX_CELLS:
        raise RequestError(
            f"about {count:,.0f} cells at resolution {resolution}; the limit is {MAX_CELLS:,}. Use a coarser "
            "resolution or a smaller region",
            f"分辨率 {resolution} 约需 {count:,.0f} 个单元,上限为 {MAX_CELLS:,};请降低分辨率或缩小区域",
        )
