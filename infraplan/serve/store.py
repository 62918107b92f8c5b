"""One collection in memory, ready for a page, a box, a property, one feature: whole columns, no loops over features.

The bounds of all features stand in one array. A box is answered by comparing columns of numbers (0.5 ms for 100,000
features), and only features on its edge are looked at with their shapes.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from layers.export.features import DECIMALS_DEGREES, Features, tidy

#: JSON Schema type and format of each kind of column.
_TYPES = {
    pa.types.is_boolean: {"type": "boolean"},
    pa.types.is_integer: {"type": "integer"},
    pa.types.is_floating: {"type": "number"},
    pa.types.is_date: {"type": "string", "format": "date"},
}


class BadFilter(ValueError):
    """A filter whose value is not of its column's type."""


@dataclass(frozen=True)
class Table:
    """Features of one collection.

    Attributes
    ----------
    ids : (n,) array of str
        Unique.
    columns : mapping of name to Arrow array of n values
        Unknown is null.
    shapes : (n,) array of shapely geometries, lon, lat in WGS84
        None where a feature has no place.
    titles : mapping of column to (Chinese, English)
    """

    ids: NDArray[np.str_]
    columns: Mapping[str, pa.Array]
    shapes: NDArray[np.object_]
    titles: Mapping[str, tuple[str, str]]

    def __len__(self) -> int:
        return len(self.ids)

    @functools.cached_property
    def bounds(self) -> NDArray[np.float64]:
        """(4, n): west, south, east, north; NaN where a feature has no place."""
        return np.ascontiguousarray(shapely.bounds(self.shapes).T)

    @functools.cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each id."""
        return {name: row for row, name in enumerate(self.ids.tolist())}

    @functools.cached_property
    def fields(self) -> dict[str, dict[str, str]]:
        """JSON Schema of each column, with its titles."""
        result = {}
        for name, values in self.columns.items():
            schema = next((t for test, t in _TYPES.items() if test(values.type)), {"type": "string"})
            zh, en = self.titles.get(name, (name, name))
            result[name] = {**schema, "title": f"{zh} / {en}"}
        return result

    def select(
        self,
        box: Sequence[float] | None = None,
        equal: Sequence[tuple[str, str]] = (),
        sort: Sequence[tuple[str, bool]] = (),
    ) -> NDArray[np.intp]:
        """Return the rows that fit, ascending, or sorted by columns ((name, descending), unknown last).

        Parameters
        ----------
        box : west, south, east, north, optional
            Degrees; touching counts; west > east crosses the antimeridian.
        equal : (column, text) pairs, optional
            All must hold; the text is read by the column's type.

        Raises
        ------
        BadFilter
            When a text is not of its column's type.
        """
        chosen = np.ones(len(self), dtype=bool)
        for name, text in equal:
            chosen &= self._equals(name, text)
        if box is not None:
            chosen &= self._touches(box)
        rows = np.flatnonzero(chosen)
        for name, descending in reversed(sort):
            rows = rows[self._order(name, rows, descending)]
        return rows

    def _equals(self, name: str, text: str) -> NDArray[np.bool_]:
        values = self.columns[name]
        kind = self.fields[name]["type"]
        try:
            wanted: Any = text
            if kind == "integer":
                wanted = int(text)
            elif kind == "number":
                wanted = float(text)
                if not np.isfinite(wanted):
                    raise ValueError
            elif kind == "boolean":
                wanted = {"true": True, "false": False}[text.lower()]
            scalar = pa.scalar(wanted, values.type if kind != "string" else pa.string())
        except (ValueError, KeyError, OverflowError, pa.ArrowException):
            raise BadFilter(f"{name}={text}: not a value of type {kind}") from None
        compared = values.cast(pa.string()) if kind == "string" else values
        return np.asarray(pa.compute.equal(compared, scalar).fill_null(False).to_numpy(zero_copy_only=False))

    def _touches(self, box: Sequence[float]) -> NDArray[np.bool_]:
        west, south, east, north = box
        if west > east:
            return self._touches((west, south, 180.0, north)) | self._touches((-180.0, south, east, north))
        w, s, e, n = self.bounds
        near = (w <= east) & (e >= west) & (s <= north) & (n >= south)
        inside = (w >= west) & (e <= east) & (s >= south) & (n <= north)
        edge = np.flatnonzero(near & ~inside)
        if len(edge):
            area = shapely.box(west, south, east, north)
            shapely.prepare(area)
            near[edge] = shapely.intersects(area, self.shapes[edge])
        return near

    def _order(self, name: str, rows: NDArray[np.intp], descending: bool) -> NDArray[np.intp]:
        taken = pa.compute.take(self.columns[name], pa.array(rows))
        order = pa.compute.array_sort_indices(taken, order="descending" if descending else "ascending")
        return order.to_numpy()

    def features(
        self,
        rows: NDArray[np.intp],
        names: Sequence[str] = (),
        shapes: bool = True,
        lat_first: bool = False,
    ) -> list[dict[str, Any]]:
        """Return rows as GeoJSON features; see :meth:`text`."""
        return list(json.loads(self.text(rows, names, shapes, lat_first)))

    def text(
        self,
        rows: NDArray[np.intp],
        names: Sequence[str] = (),
        shapes: bool = True,
        lat_first: bool = False,
    ) -> str:
        """Return rows as the JSON text of an array of GeoJSON features.

        Parameters
        ----------
        names : columns to give; all by default
        shapes : whether to give geometries
        lat_first : write latitude before longitude, as the axes of EPSG:4326 and EPSG:4490 want it
        """
        at = pa.array(rows)
        wanted = [name for name in self.columns if not names or name in names]
        columns = [_plain(pa.compute.take(self.columns[name], at)) for name in wanted]
        geometries: Sequence[str | None] = [None] * len(rows)
        if shapes:
            found = self.shapes[rows]
            if lat_first:
                found = shapely.transform(found, lambda xy: xy[:, ::-1])
            geometries = shapely.to_geojson(found).tolist()
        encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
        values = zip(*columns, strict=True) if columns else [()] * len(rows)
        features = (
            f'{{"type":"Feature","id":{encode(identity)},"properties":{encode(dict(zip(wanted, row, strict=True)))},'
            f'"geometry":{geometry or "null"}}}'
            for identity, geometry, row in zip(self.ids[rows].tolist(), geometries, values, strict=True)
        )
        return f"[{','.join(features)}]"


def _plain(values: pa.Array) -> list[Any]:
    """Return values as JSON has them; a date is its ISO text."""
    return (values.cast(pa.string()) if pa.types.is_date(values.type) else values).to_pylist()


def of_features(features: Features, id_field: str | None) -> Table:
    """Return a layer that is ready for export as a table; without ``id_field`` a feature's id is its row, from 1.

    Columns whose names mean something in a request are renamed: ``offset`` becomes ``quote_offset``.
    """
    columns = {_name(column.name): _whole(features.values(column)) for column in features.columns}
    titles = {_name(column.name): (column.header(), column.header_en()) for column in features.columns}
    n = len(features)
    if id_field is None:
        ids = np.arange(1, n + 1).astype(str)
    else:
        ids = np.array(columns[_name(id_field)].cast(pa.string()).to_pylist(), dtype=str)
    shapes = features.shapes() if features.has_shapes else np.full(n, None, dtype=object)
    return Table(ids, columns, shapes, titles)


def joined(tables: Sequence[Table]) -> Table:
    """Return tables of the same kind one after another; a column that one lacks is unknown there."""
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    types = {name: next(t.columns[name].type for t in tables if name in t.columns) for name in names}
    columns = {
        name: pa.concat_arrays(
            [
                t.columns[name].cast(types[name]) if name in t.columns else pa.nulls(len(t), types[name])
                for t in tables
            ]
        )
        for name in names
    }
    return Table(
        np.concatenate([t.ids for t in tables]),
        columns,
        np.concatenate([t.shapes for t in tables]),
        {name: title for t in reversed(tables) for name, title in t.titles.items()},
    )


def with_shapes(table: Table, shapes: NDArray[np.object_]) -> Table:
    """Return a table with other shapes, tidied as GeoJSON wants them."""
    return Table(table.ids, table.columns, tidy(shapes, DECIMALS_DEGREES), table.titles)


def taken(table: Table, rows: NDArray[np.intp]) -> Table:
    """Return these rows of a table, in this order."""
    at = pa.array(rows)
    columns = {name: pa.compute.take(values, at) for name, values in table.columns.items()}
    return Table(table.ids[rows], columns, table.shapes[rows], table.titles)


def _whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _name(column: str) -> str:
    return {"offset": "quote_offset"}.get(column, column)
