"""Layers drawn on paper: matplotlib axes in metres of the region's 3-degree zone, so that a scale holds on the sheet.

Everything is handed over in lon, lat (WGS84) and drawn in CGCS2000 Gauss-Krueger (conventions D2): straight up is grid
north, a centimetre is the same length everywhere on the sheet to better than 1 in 1,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, PolyCollection
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from geo import boundaries, context, crs, grid
from layers import categories
from layers.spec import Layer
from layers.style import UNKNOWN

LINE, EDGE = "#51606b", "#c3ccd2"
LAND, LAND_OUTSIDE, WATER = "#ffffff", "#eceff1", "#c7dcea"
INK, QUIET = "#1c2733", "#5a6a75"
#: More used cells than this are put into a PDF as a picture of 300 dots an inch: nobody sees single ones any more.
_VECTOR_CELLS = 20_000
_LEAST_MM = 0.6
_STEPS = (1, 2, 2.5, 5)
_SCALES = (1, 1.2, 1.5, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10)

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the plane that axes show: its zone and its bounds in metres (west, south, east, north)."""

    zone: crs.GaussKruger
    bounds: Bounds

    @property
    def width(self) -> float:
        """Metres from the western to the eastern edge."""
        return self.bounds[2] - self.bounds[0]

    def project(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Return shapes (lon, lat) in the plane."""
        return np.asarray(
            shapely.transform(shapes, lambda xy: np.column_stack(crs.to_plane(xy[:, 0], xy[:, 1], self.zone)))
        )


def frame_for(
    region: str, paper_mm: tuple[float, float], margin: float = 0.03, at_round_scale: bool = True
) -> Frame:
    """Return a frame for a box of paper (width, height) that holds a region with a margin.

    ``margin`` is a share of the region's longer side. A sheet has a round scale; a picture in a text uses its room.
    """
    outline = boundaries.region(region).geometry
    west, _, east, _ = outline.bounds
    zone = crs.zone_for((west + east) / 2)
    plane = Frame(zone, (0.0, 0.0, 1.0, 1.0)).project(np.array([outline]))[0]
    left, bottom, right, top = plane.bounds
    pad = margin * max(right - left, top - bottom)
    width, height = right - left + 2 * pad, top - bottom + 2 * pad
    needed = max(width / paper_mm[0], height / paper_mm[1]) * 1000
    scale = round_scale(needed) if at_round_scale else needed
    width, height = scale * paper_mm[0] / 1000, scale * paper_mm[1] / 1000
    x, y = (left + right) / 2, (bottom + top) / 2
    return Frame(zone, (x - width / 2, y - height / 2, x + width / 2, y + height / 2))


def begin(axes: Axes, frame: Frame) -> None:
    """Set axes to a frame: no ticks, equal scales, the land outside beneath."""
    axes.set_xlim(frame.bounds[0], frame.bounds[2])
    axes.set_ylim(frame.bounds[1], frame.bounds[3])
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor(LAND_OUTSIDE)
    for side in axes.spines.values():
        side.set_color(LINE)
        side.set_linewidth(0.8)


def ground(axes: Axes, frame: Frame, region: str) -> bool:
    """Draw neighbours, land, wide water and the sea, only what the frame shows; return whether water is among it."""
    west, south, east, north = _degrees(frame)
    near = shapely.box(west, south, east, north)
    beside = boundaries.context(region)
    _fill(axes, frame, beside.geometry.to_numpy(), LAND_OUTSIDE, EDGE, 0.5, 1)
    _fill(axes, frame, boundaries.districts(region).geometry.to_numpy(), LAND, EDGE, 0.5, 2)
    wet = False
    for water in (context.sea(region), context.water(region)):
        shapes = water.geometry.to_numpy()
        seen = shapely.intersection(shapes, near) if len(shapes) else shapes
        seen = seen[~shapely.is_empty(seen)] if len(seen) else seen
        _fill(axes, frame, seen, WATER, WATER, 0.3, 3)
        wet = wet or len(seen) > 0
    return wet


def cells(axes: Axes, frame: Frame, layer: Layer) -> None:
    """Draw the cells of a layer that have units, in the classes of its scale; zero and unknown stay clear.

    Cells smaller than ``_LEAST_MM`` on the sheet get an edge of their colour up to that size, high classes on top, so
    that single ones can be seen.
    """
    if layer.scale is None:
        raise ValueError("a layer of cells needs a scale")
    values = layer.frame[layer.scale.field].to_numpy(dtype=float, na_value=np.nan)
    shown = np.flatnonzero(np.isfinite(values) & (values != 0))
    shown = shown[np.argsort(values[shown], kind="stable")]
    ids = layer.frame["cell"].to_numpy(dtype=np.uint64)[shown]
    colours = np.array(layer.scale.colours)[layer.scale.classify(values[shown])]
    # hexagons and, rarely, pentagons: rings are taken one by one
    shapes = frame.project(grid.polygons(ids))
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    figure = axes.get_figure(root=True)
    assert figure is not None
    metres_a_mm = frame.width / (axes.bbox.width / figure.dpi * 25.4)
    size = grid.spacing(grid.resolution_of(ids)) / metres_a_mm if len(ids) else _LEAST_MM
    edge = max(0.15, (_LEAST_MM - size) * 72 / 25.4)
    rings = np.split(points, np.flatnonzero(np.diff(owner)) + 1) if len(shapes) else []
    axes.add_collection(
        PolyCollection(
            rings, facecolors=colours, edgecolors=colours, linewidths=edge, zorder=4,
            rasterized=len(rings) > _VECTOR_CELLS,
        )
    )  # fmt: skip


def polygons(axes: Axes, frame: Frame, layer: Layer) -> None:
    """Fill polygons by the layer's scale; unknown is grey."""
    for shape, colour in zip(layer.frame.geometry, _colours(layer), strict=True):
        if shape is not None and not shape.is_empty:
            _fill(axes, frame, np.array([shape]), colour, LINE, 0.5, 4)


def close_up(frame: Frame, layer: Layer, paper_mm: tuple[float, float], least: float = 3.0) -> Frame | None:
    """Return a frame around the cells that have units, None where the map itself shows them well.

    They are shown well when a close-up would draw them less than ``least`` times as large.
    """
    assert layer.scale is not None
    used = layer.frame[layer.frame[layer.scale.field] > 0]
    if not len(used):
        return None
    west, south, east, north = shapely.total_bounds(frame.project(grid.polygons(used["cell"].to_numpy())))
    pad = 0.08 * max(east - west, north - south)
    width = max(east - west + 2 * pad, (north - south + 2 * pad) * paper_mm[0] / paper_mm[1])
    if frame.width / width < least:
        return None
    height = width * paper_mm[1] / paper_mm[0]
    x, y = (west + east) / 2, (south + north) / 2
    return Frame(frame.zone, (x - width / 2, y - height / 2, x + width / 2, y + height / 2))


def mark(axes: Axes, inner: Frame) -> None:
    """Draw where a close-up lies."""
    west, south, _, north = inner.bounds
    axes.add_patch(
        Rectangle((west, south), inner.width, north - south, fill=False, edgecolor="#a8201a", lw=1, zorder=11)
    )


def outlines(axes: Axes, frame: Frame, districts: gpd.GeoDataFrame, lang: str, size: float = 9) -> None:
    """Draw the districts' outlines and names."""
    shapes = districts.geometry.to_numpy()
    _fill(axes, frame, shapes, "none", LINE, 0.9, 6)
    places = frame.project(shapely.point_on_surface(shapes))
    for place, name in zip(places, districts[f"name_{lang}"], strict=True):
        axes.text(
            place.x, place.y, _short(str(name)), ha="center", va="center", fontsize=size, color=INK, zorder=8,
            path_effects=[withStroke(linewidth=2.5, foreground="white", alpha=0.85)], clip_on=True,
        )  # fmt: skip


def points(
    axes: Axes, frame: Frame, layer: Layer, size: float = 26, numbered: bool = False
) -> list[categories.Family]:
    """Draw projects in the colour of their family over their accuracy; return the families that occur, in order.

    With ``numbered`` each has the number of its row (from 1) in it, to be looked up in a list beside the map.
    """
    rows = layer.frame[~shapely.is_missing(layer.frame.geometry.to_numpy())]
    if not len(rows):
        return []
    plane = frame.project(rows.geometry.to_numpy())
    heads = np.array([shape.coords[0] for shape in plane])
    families = [categories.family(str(c)) for c in rows["category"]]
    circles = []
    for shape, family, head, metres in zip(plane, families, heads, rows["accuracy_m"], strict=True):
        if shape.geom_type == "LineString":
            xy = shapely.get_coordinates(shape)
            axes.plot(xy[:, 0], xy[:, 1], color=family.colour, linewidth=1.4, linestyle=(0, (5, 4)), zorder=7)
        elif metres == metres and metres is not None:
            circles.append((head, float(metres), family.colour))
    for centre, metres, colour in circles:
        ring = shapely.get_coordinates(shapely.Point(centre).buffer(metres))
        axes.add_patch(
            Polygon(ring, facecolor=(colour, 0.08), edgecolor=(colour, 0.5), lw=0.5, ls="--", zorder=5)
        )
    colours = [family.colour for family in families]
    axes.scatter(heads[:, 0], heads[:, 1], s=size, c=colours, edgecolors="white", linewidths=0.7, zorder=9)
    for number, (x, y) in enumerate(heads.tolist(), start=1):
        if numbered:
            axes.text(
                x,
                y,
                str(number),
                ha="center",
                va="center_baseline",
                fontsize=5.5,
                color="white",
                zorder=10,
                clip_on=True,
            )
    return [family for family in categories.FAMILIES if family in families]


def scale_bar(
    axes: Axes,
    frame: Frame,
    lang: str,
    marks: tuple[float, ...] = (0, 0.5, 1),
    at: tuple[float, float] = (0.03, 0.03),
) -> None:
    """Draw a bar of a round length in two parts, figures at ``marks``, at a place given as shares of the axes."""
    length = round_length(frame.width * 0.22)
    west, south, _, north = frame.bounds
    x, y = west + at[0] * frame.width, south + at[1] * (north - south)
    thick = (north - south) * 0.008
    for part, colour in ((0, INK), (1, "white")):
        axes.add_patch(
            Rectangle((x + part * length / 2, y), length / 2, thick, facecolor=colour, edgecolor=INK, lw=0.8, zorder=12)
        )  # fmt: skip
    unit = "公里" if lang == "zh" else "km"
    for share in marks:
        text = f"{share * length / 1000:g}" + (f" {unit}" if share == 1 else "")
        axes.text(
            x + share * length, y + thick * 1.6, text, ha="center", va="bottom", fontsize=8, color=INK, zorder=12,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip


def north_arrow(axes: Axes, at: tuple[float, float] = (0.95, 0.9), size: float = 0.05) -> None:
    """Draw an arrow to grid north at a place given as shares of the axes."""
    x, y = at
    for side, colour in ((-1, INK), (1, "white")):
        corners = [(x, y + size), (x + side * size * 0.28, y - size * 0.35), (x, y - size * 0.1)]
        axes.add_patch(
            Polygon(corners, transform=axes.transAxes, facecolor=colour, edgecolor=INK, lw=0.8, zorder=12)
        )
    axes.text(
        x, y + size * 1.12, "N", transform=axes.transAxes, ha="center", va="bottom", fontsize=11, color=INK, zorder=12
    )  # fmt: skip


def round_length(metres: float) -> float:
    """Return the largest length of 1, 2, 2.5 or 5 times a power of ten that is not above ``metres``.

    >>> round_length(23_000), round_length(9_999)
    (20000.0, 5000.0)
    """
    power = 10.0 ** np.floor(np.log10(metres))
    return float(max(step * power for step in _STEPS if step * power <= metres * (1 + 1e-9)))


def round_scale(denominator: float) -> int:
    """Return the first denominator that people use on maps and that is not below the one needed.

    >>> round_scale(657_000), round_scale(800_000), round_scale(90_100)
    (700000, 800000, 100000)
    """
    power = 10.0 ** np.floor(np.log10(denominator))
    return round(min(step * power for step in _SCALES if step * power >= denominator * (1 - 1e-9)))


def _colours(layer: Layer) -> Sequence[str]:
    if layer.scale is None:
        return [LAND] * len(layer.frame)
    values = layer.frame[layer.scale.field].to_numpy(dtype=float, na_value=np.nan)
    return [layer.scale.colours[c] if c >= 0 else UNKNOWN for c in layer.scale.classify(values).tolist()]


def _fill(
    axes: Axes, frame: Frame, shapes: NDArray[Any], face: str, edge: str, width: float, order: int
) -> None:
    """Fill polygons with their holes; shapes in lon, lat."""
    if not len(shapes):
        return
    patches = []
    for shape in shapely.get_parts(frame.project(shapes)):
        if shape.geom_type == "Polygon" and not shape.is_empty:
            rings = [np.asarray(ring.coords) for ring in (shape.exterior, *shape.interiors)]
            patches.append(PathPatch(Outline.make_compound_path(*(Outline(r, closed=True) for r in rings))))
    axes.add_collection(
        PatchCollection(patches, facecolors=face, edgecolors=edge, linewidths=width, zorder=order)
    )


def _degrees(frame: Frame) -> Bounds:
    """Return bounds in degrees that hold the frame."""
    west, south, east, north = frame.bounds
    lon, lat = crs.from_plane(
        np.array([west, west, east, east]), np.array([south, north, south, north]), frame.zone
    )
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _short(name: str) -> str:
    return name.removesuffix(" District").removesuffix(" County")
