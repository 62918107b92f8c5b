"""CSV for people and for any program: UTF-8 with BOM, CRLF, longitude, latitude and the shape as WKT.

``lon`` and ``lat`` are degrees of a point of the shape (a cell's centre, a point inside a polygon, the start of a line)
in the file's datum; ``wkt`` is the shape in the file's own coordinates.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from geo import grid
from layers.export.features import Features
from layers.export.reference import CGCS2000, WGS84
from layers.export.spreadsheet import harmless_array, losses
from layers.export.written import Table, table

#: Added to the layer's own columns; a column of the layer of the same name is not written twice.
LON, LAT, WKT = "lon", "lat", "wkt"


def write(features: Features, path: Path) -> list[Table]:
    """Write one layer; unknown is an empty cell, dates are ISO, true and false are 1 and 0."""
    own = [c for c in features.columns if not (features.has_shapes and c.field in (LON, LAT))]
    changed = losses(features, ((c.name, features.values(c)) for c in own if c.kind not in ("code",)))
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out, lineterminator="\r\n")
        rows.writerow([c.name for c in own] + ([LON, LAT, WKT] if features.has_shapes else []))
        for start, stop in features.spans():
            lists = [_texts(harmless_array(features.values(c, start, stop))) for c in own]
            if features.has_shapes:
                lists += _places(features, start, stop)
            rows.writerows(zip(*lists, strict=True))
    return [table(path, "csv", features, tuple(changed))]


def _texts(values: pa.Array) -> list[object]:
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    return ["" if v is None else v for v in values.to_pylist()]


def _places(features: Features, start: int, stop: int) -> list[list[object]]:
    shapes = features.shapes(start, stop)
    lon, lat = (_numbers(values) for values in inner_points(features, start, stop))
    wkt = shapely.to_wkt(shapes, rounding_precision=features.decimals, trim=True)
    return [lon, lat, ["" if w is None else w for w in wkt.tolist()]]


def inner_points(
    features: Features, start: int = 0, stop: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return (lon, lat) in degrees of a point of each shape, in the file's datum; NaN where a row has no shape."""
    rows = slice(start, stop)
    if features.layer.geometry == "cells":
        points = shapely.points(grid.centroids(features.layer.frame["cell"].to_numpy()[rows]))
    else:
        shapes = features.layer.frame.geometry.to_numpy()[rows]
        points = np.where(
            shapely.get_dimensions(shapes) == 1,
            shapely.get_point(shapes, 0),
            shapely.point_on_surface(shapes),
        )
    # degrees of the datum: a zone's plane coordinates stand in the WKT
    degrees = (
        features.reference
        if features.reference.offset
        else {"CGCS2000": CGCS2000}.get(features.reference.datum, WGS84)
    )
    moved = degrees.transform(points)
    return np.round(shapely.get_x(moved), 7), np.round(shapely.get_y(moved), 7)


def _numbers(values: np.ndarray) -> list[object]:
    return ["" if np.isnan(v) else v for v in values.tolist()]
