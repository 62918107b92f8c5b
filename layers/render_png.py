"""Draw cells, or the ground under them, as a picture in Web Mercator (EPSG:3857): for deep maps, and without WebGL.

Each pixel takes the class of the cell in which its centre lies. A picture is for looking at: numbers are read from
the layer, never from pixels.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from geo import atomic, grid
from layers.spec import Layer

_LONGER_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and where it lies: west, south, east, north in degrees (WGS84)."""

    data: bytes
    bounds: tuple[float, float, float, float]


def cells(layer: Layer, longer_side: int = _LONGER_SIDE) -> Picture:
    """Return the picture of a layer of cells; a cell whose value is zero or unknown is left clear."""
    if layer.scale is None:
        raise ValueError("a layer of cells needs a scale")
    ids = layer.frame["cell"].to_numpy(dtype=np.uint64)
    values = layer.frame[layer.scale.field].to_numpy(dtype=float, na_value=np.nan)
    classes = np.where(values != 0, layer.scale.classify(values) + 1, 0).astype(np.uint8)
    resolution = grid.resolution_of(ids)
    points = grid.centroids(ids)
    margin = grid.edge(resolution) / 111_000 * 1.2
    (west, south), (east, north) = points.min(axis=0) - margin, points.max(axis=0) + margin
    lon, lat = _pixel_centres((west, south, east, north), longer_side)
    under = grid.cells_at(np.tile(lon, len(lat)), np.repeat(lat, len(lon)), resolution)
    place = np.searchsorted(ids, under)
    place[place == len(ids)] = 0
    image = np.where(ids[place] == under, classes[place], 0).astype(np.uint8)
    return Picture(_png(image.reshape(len(lat), len(lon)), layer.scale.colours), (west, south, east, north))


def areas(
    painted: Sequence[tuple[gpd.GeoDataFrame, str, str | None]],
    bounds: tuple[float, float, float, float],
    background: str,
    longer_side: int = _LONGER_SIDE,
) -> Picture:
    """Return areas (EPSG:4326) over each other, the last on top, as a picture of ``bounds`` (west, south, east, north).

    Each entry of ``painted`` is a frame, its colour, and the colour of its borders or None. Drawn once here, a ground
    costs a browser without a graphics card next to nothing a frame.
    """
    bounds = (float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3]))
    lon, lat = _pixel_centres(bounds, longer_side)
    # twice as fine, then halved: edges are smooth
    image = Image.new("RGB", (2 * len(lon), 2 * len(lat)), background)
    frame = shapely.box(*bounds)
    for shapes, colour, border in painted:
        parts = shapely.get_parts(shapely.intersection(shapes.geometry.to_numpy(), frame))
        parts = parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)]
        mask = Image.new("1", image.size)
        brush = ImageDraw.Draw(mask)
        for part in parts[
            np.argsort(-shapely.area(parts), kind="stable")
        ]:  # an island after the lake around it
            brush.polygon(_in_pixels(part.exterior, bounds, image.size), fill=1)
            for hole in part.interiors:
                brush.polygon(_in_pixels(hole, bounds, image.size), fill=0)
        image.paste(colour, mask=mask)
        if border is not None:
            for ring in shapely.get_rings(shapes.geometry.to_numpy()):
                ImageDraw.Draw(image).line(_in_pixels(ring, bounds, image.size), fill=border, width=2)
    out = io.BytesIO()
    image.resize((len(lon), len(lat)), Image.Resampling.BOX).save(out, format="PNG")
    return Picture(out.getvalue(), bounds)


def write(picture: Picture, path: Path) -> None:
    """Write the picture, all or nothing."""
    with atomic.replacing(path) as temporary:
        temporary.write_bytes(picture.data)


def _pixel_centres(
    bounds: tuple[float, float, float, float], longer_side: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the longitudes of the columns and the latitudes of the rows, the northern row first."""
    west, south, east, north = bounds
    bottom, top = (float(np.arcsinh(np.tan(np.radians(v)))) for v in (south, north))
    width = np.radians(east - west)
    step = max(width, top - bottom) / longer_side
    columns, rows = int(np.ceil(width / step)), int(np.ceil((top - bottom) / step))
    lon = west + (np.arange(columns) + 0.5) / columns * (east - west)
    y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
    return lon, np.degrees(np.arctan(np.sinh(y)))


def _in_pixels(
    ring: shapely.LinearRing, bounds: tuple[float, float, float, float], size: tuple[int, int]
) -> list[tuple[float, float]]:
    """Return the corners of a ring in pixels from the upper left."""
    west, south, east, north = bounds
    points = shapely.get_coordinates(ring)
    bottom, top = np.arcsinh(np.tan(np.radians([south, north])))
    x = (points[:, 0] - west) / (east - west) * size[0]
    y = (top - np.arcsinh(np.tan(np.radians(points[:, 1])))) / (top - bottom) * size[1]
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _png(image: NDArray[np.uint8], colours: tuple[str, ...]) -> bytes:
    """Return classes (0 clear, i the i-th colour) as a PNG with a palette."""
    picture = Image.frombytes("P", (image.shape[1], image.shape[0]), np.ascontiguousarray(image).tobytes())
    picture.putpalette([0, 0, 0, *(int(c[i : i + 2], 16) for c in colours for i in (1, 3, 5))])
    out = io.BytesIO()
    picture.save(out, format="PNG", transparency=0)
    return out.getvalue()
