"""Esri file geodatabase, written by GDAL's OpenFileGDB driver: a folder ``name.gdb`` with one table a layer.

Counts are 32-bit integers: the widely read version of the format holds no 64-bit integers, and turns them into floats.
Dates are date-times at midnight, since that version knows no dates. Points and lines stand in tables of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from layers.export import ogr
from layers.export.columns import Column
from layers.export.features import Features
from layers.export.written import Loss, Table, table

_MULTI = {"Polygon": "MultiPolygon", "LineString": "MultiLineString"}


def write(layers: Sequence[Features], path: Path) -> list[Table]:
    """Write all layers into one geodatabase."""
    written = []
    for features in (part for layer in layers for part in layer.by_dimension()):
        wide = {c.name for c in features.columns if c.counted and _largest(features, c) > ogr.INT32_MAX}
        kind = features.geometry_type()
        ogr.write(features, path, "OpenFileGDB", _MULTI.get(kind or "", kind), cast=_cast(wide))
        written.append(table(path, "gdb", features, tuple(_loss(features, name) for name in sorted(wide))))
    return written


def _largest(features: Features, column: Column) -> int:
    values = features.layer.frame[column.field].abs().max()
    return 0 if np.isnan(float(values)) else int(values)


def _cast(wide: set[str]) -> ogr.Cast:
    def change(column: Column, values: pa.Array) -> pa.Array:
        if pa.types.is_int64(values.type):
            return values.cast(pa.float64() if column.name in wide else pa.int32())
        if pa.types.is_date32(values.type):
            return values.cast(pa.timestamp("ms"))
        return values

    return change


def _loss(features: Features, name: str) -> Loss:
    return Loss(
        features.table,
        name,
        len(features),
        "",
        "数值超过32位整数,以双精度浮点存储(2^53以内精确)",
        "figures beyond 32-bit integers, stored as double (exact to 2^53)",
    )
