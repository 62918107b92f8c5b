"""A layer on its way into a file: named columns and shapes in the wanted coordinates, batch by batch.

Every format is written from the same batches (Arrow), so that a result of half a million cells never stands in memory
as Python objects, and every format holds the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo import grid
from layers.export import columns as naming
from layers.export.columns import Column
from layers.export.reference import Reference
from layers.spec import Layer

BATCH = 50_000
Reached = Callable[[str, int], None]
GEOMETRY = "geometry"
#: 7 decimals of a degree are a centimetre, 4 of a metre a tenth of a millimetre (conventions R4).
DECIMALS_DEGREES, DECIMALS_METRES = 7, 4
#: WKB of a closed ring of seven corners.
_HEXAGON = np.dtype([("head", "V13"), ("corners", "<f8", (7, 2))])
_HEXAGON_BYTES = _HEXAGON.itemsize
#: Between the items of a list in formats that have only text.
JOINER = "、"


@dataclass(frozen=True, slots=True)
class Features:
    """A layer with the columns and the coordinates that a file will have; ``table`` is its name in the file.

    ``reached`` is called with the table and the first row of each batch before it is written; what it raises stops the
    writing.
    """

    layer: Layer
    columns: tuple[Column, ...]
    reference: Reference
    table: str
    profile: str = "en"
    reached: Reached | None = None

    def __len__(self) -> int:
        return len(self.layer.frame)

    @property
    def has_shapes(self) -> bool:
        """Whether the layer is more than a table."""
        return self.layer.geometry != "table"

    def shapes(self, start: int = 0, stop: int | None = None) -> np.ndarray:
        """Return shapes in the file's coordinates, rings right-handed, rounded; None where a row has none."""
        rows = slice(start, stop)
        if self.layer.geometry == "cells":
            cells = self.layer.frame["cell"].to_numpy()[rows]
            # in an offset datum only points are given: a cell stands there with its centre
            shapes = shapely.points(grid.centroids(cells)) if self.reference.offset else grid.polygons(cells)
        else:
            shapes = self.layer.frame.geometry.to_numpy()[rows]
        return tidy(self.reference.transform(shapes), self.decimals, self.layer.geometry == "cells")

    @property
    def decimals(self) -> int:
        """How many decimals coordinates are written with."""
        return DECIMALS_DEGREES if self.reference.geographic else DECIMALS_METRES

    def values(self, column: Column, start: int = 0, stop: int | None = None) -> pa.Array:
        """Return one column as an Arrow array: unknown is null, lists are joined, ids are text."""
        rows = slice(start, stop)
        if column.field == naming.CELL and self.layer.geometry == "cells":
            return pa.array(grid.to_hex(self.layer.frame["cell"].to_numpy()[rows]), pa.string())
        if column.field == naming.IDENTIFIER:
            return self.values(replace(column, field="adcode"), start, stop)
        if column.field == naming.ELEMENT_CODE:
            code = naming.element_codes().get(self.layer.id)
            return pa.array([code] * len(self.layer.frame.iloc[rows]), pa.string())
        return arrow(self.layer.frame[column.field].iloc[rows], column.kind)

    def bounds(self) -> np.ndarray:
        """Return west, south, east, north in the file's coordinates; of cells those of their centres."""
        if self.layer.geometry != "cells":
            return np.asarray(shapely.total_bounds(self.shapes()))
        places = self.reference.points(grid.centroids(self.layer.frame["cell"].to_numpy()))
        return np.concatenate([places.min(axis=0), places.max(axis=0)])

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield (first row, row after the last) of each batch, telling how far the writing is; (0, 0) without rows."""
        for start in range(0, max(len(self), 1), BATCH):
            if self.reached:
                self.reached(self.table, start)
            yield start, min(start + BATCH, len(self))

    def batches(self, shapes: bool = True, multi: bool = False) -> Iterator[pa.RecordBatch]:
        """Yield record batches of the columns, then the shapes as WKB under ``geometry``.

        With ``multi`` single polygons and lines become collections of one: tables of a database hold one type.
        """
        names = [column.name for column in self.columns]
        for start, stop in self.spans():
            arrays = [self.values(column, start, stop) for column in self.columns]
            if shapes and self.has_shapes:
                arrays.append(self._wkb(start, stop, multi))
            yield pa.record_batch(arrays, names=[*names, GEOMETRY][: len(arrays)])

    def _wkb(self, start: int, stop: int, multi: bool) -> pa.Array:
        if self.layer.geometry == "cells" and not self.reference.offset and not multi:
            quick = cells_wkb(self.layer.frame["cell"].to_numpy()[start:stop], self.reference, self.decimals)
            if quick is not None:
                return quick
        shapes = self.shapes(start, stop)
        return pa.array(shapely.to_wkb(_multi(shapes) if multi else shapes), pa.binary())

    def sums(self) -> dict[str, int]:
        """Return the exact sum of each column of counts under its name in the file."""
        return {
            c.name: int(self.layer.frame[c.field].sum())
            for c in self.columns
            if c.counted and c.field in self.layer.frame
        }

    def geometry_type(self) -> str | None:
        """Return the simple-features name that fits all shapes (``MultiPolygon`` fits polygons), None for a table."""
        if not self.has_shapes:
            return None
        if self.layer.geometry == "cells":
            return "Point" if self.reference.offset else "Polygon"
        kinds = set(shapely.get_type_id(self.layer.frame.geometry.to_numpy()).tolist()) - {-1}
        names = {
            0: "Point",
            1: "LineString",
            3: "Polygon",
            4: "MultiPoint",
            5: "MultiLineString",
            6: "MultiPolygon",
        }
        if len(kinds) == 1:
            return names.get(kinds.pop(), "Unknown")
        if not kinds:
            return "Point"
        return "MultiPolygon" if kinds == {3, 6} else "Unknown"

    def by_dimension(self) -> list[Features]:
        """Split a layer of points and lines (rows without shape stay with the points) for formats that need it.

        The first keeps the name; lines get ``_lines`` and polygons ``_polygons`` behind it.
        """
        if self.layer.geometry in ("cells", "table") or self.geometry_type() != "Unknown":
            return [self]
        dimension = shapely.get_dimensions(self.layer.frame.geometry.to_numpy())
        parts = []
        for number, ending in ((0, ""), (1, "_lines"), (2, "_polygons")):
            rows = dimension == number if number else dimension < 1
            if rows.any():
                part = replace(self.layer, frame=self.layer.frame[rows])
                parts.append(replace(self, layer=part, table=self.table + ending))
        return parts


def tidy(shapes: np.ndarray, decimals: int, are_cells: bool = False) -> np.ndarray:
    """Return shapes rounded, with exterior rings counter-clockwise (RFC 7946, 3.1.6), still valid.

    A ring that rounding makes touch itself is mended on the grid of the same decimals. Cells are convex and
    counter-clockwise already, and stay so.
    """
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, decimals))
    if are_cells:
        return np.asarray(rounded)
    broken = ~shapely.is_valid(rounded) & shapely.is_valid(shapes)
    if broken.any():
        rounded = np.asarray(rounded)
        rounded[broken] = shapely.set_precision(np.asarray(shapes)[broken], 10.0**-decimals)
    return np.asarray(shapely.orient_polygons(rounded, exterior_cw=False))


def cells_wkb(cells: np.ndarray, reference: Reference, decimals: int) -> pa.Array | None:
    """Return the polygons of cells as WKB in given coordinates, rounded, without making an object of each.

    All hexagons have seven corners and so the same number of bytes: 13 of head, then pairs of doubles, which are moved
    in place. None where a cell has another number of corners (pentagons, cells over an edge of the icosahedron).
    """
    stored = grid.polygons_wkb(cells)
    if not len(cells) or stored.nbytes == 0:
        return None
    lengths = pc.binary_length(stored)
    if pc.min(lengths).as_py() != _HEXAGON_BYTES or pc.max(lengths).as_py() != _HEXAGON_BYTES:
        return None
    offset = int(np.frombuffer(stored.buffers()[1], np.int64)[stored.offset])
    data = np.frombuffer(stored.buffers()[2], np.uint8, len(cells) * _HEXAGON_BYTES, offset)
    records = data.copy().view(_HEXAGON)
    corners = reference.points(records["corners"].reshape(-1, 2))
    records["corners"] = np.round(corners, decimals).reshape(-1, 7, 2)
    ends = np.arange(0, (len(cells) + 1) * _HEXAGON_BYTES, _HEXAGON_BYTES, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), len(cells), [None, pa.py_buffer(ends), pa.py_buffer(records)])


def _multi(shapes: np.ndarray) -> np.ndarray:
    result = shapes.copy()
    for kind, make in ((3, shapely.multipolygons), (1, shapely.multilinestrings)):
        single = np.flatnonzero(shapely.get_type_id(shapes) == kind)
        if len(single):
            result[single] = make(shapes[single], indices=np.arange(len(single)))
    return result


def arrow(values: pd.Series, kind: str) -> pa.Array:
    """Return a column as an Arrow array of the type that its kind means."""
    if kind in ("integer", "people", "ordinal"):
        return pa.array(values.astype("Int64"), pa.int64())
    if kind in ("number", "share", "metres", "square_metres", "yuan"):
        numbers = pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
        return pa.array(np.round(numbers, 6), pa.float64(), from_pandas=True)
    if kind == "flag":
        return pa.array([None if _missing(v) else bool(v) for v in values], pa.bool_())
    if kind == "date":
        return pa.array([None if _missing(v) else str(v) for v in values], pa.string()).cast(pa.date32())
    if kind == "list":
        return pa.array(
            [None if _missing(v) else JOINER.join(map(str, v)) or None for v in values], pa.string()
        )
    if isinstance(values.dtype, pd.StringDtype):
        found = pa.array(values, pa.string(), from_pandas=True)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return pa.array([None if _missing(v) else str(v) for v in values], pa.string())


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def prepare(
    layer: Layer,
    profile: str,
    reference: Reference,
    limit: int | None = None,
    encoding: str = "utf-8",
    reached: Reached | None = None,
) -> Features:
    """Return a layer ready to be written under a naming profile in given coordinates."""
    columns = naming.of(layer, profile, limit, encoding)
    if layer.geometry != "table" and layer.geometry != "cells":
        assert isinstance(layer.frame, gpd.GeoDataFrame), layer.id
    return Features(layer, columns, reference, layer.id, profile, reached)


def schema_metadata(column: Column, width: int | None = None) -> Mapping[str, str]:
    """Return what GDAL reads from an Arrow field: alias (Chinese), comment (English with unit), width."""
    note = f"; {column.note_en}" if column.note_en else ""
    found = {"GDAL:OGR:alternative_name": column.header(), "GDAL:OGR:comment": f"{column.header_en()}{note}"}
    return found if width is None else {**found, "GDAL:OGR:width": str(width)}
