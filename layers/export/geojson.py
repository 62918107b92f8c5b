"""GeoJSON by RFC 7946: WGS84, right-handed rings, no crs member, bbox, rounded coordinates, ids as text.

Written feature by feature as it comes, so that half a million cells need little memory; ``bbox`` therefore stands at
the end of the collection. Newline-delimited GeoJSON has one feature a line and nothing around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import shapely

from geo import china_offsets
from geo.atomic import replacing
from layers.export import reference
from layers.export.features import Features, prepare
from layers.export.written import Table, table
from layers.spec import Layer

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def write(layer: Layer, path: Path) -> int:
    """Write one layer as a FeatureCollection under English names; return the number of features.

    Cells carry their H3 id as a hexadecimal string in ``h3`` and as the feature's id (conventions I2). Unknown values
    are ``null``. The file appears whole or not at all.
    """
    features = prepare(layer, "en", reference.WGS84)
    with replacing(path) as temporary:
        write_features(features, temporary)
    return len(features)


def write_features(features: Features, path: Path) -> list[Table]:
    """Write features as one FeatureCollection."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"type":"FeatureCollection","name":{_encode(features.table)},')
        if features.reference.offset:
            notice = {"datum": features.reference.datum, "notice": china_offsets.NOTICE_ZH}
            out.write(f"{_encode(notice)[1:-1]},")
        out.write('"features":[\n')
        bounds = _write_lines(features, out, ",\n")
        box = f'\n],"bbox":{_encode(bounds)}}}\n' if bounds else "\n]}\n"
        out.write(box)
    return [table(path, "geojson", features)]


def write_lines(features: Features, path: Path) -> list[Table]:
    """Write features as newline-delimited GeoJSON: one feature a line."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        _write_lines(features, out, "\n")
        if len(features):
            out.write("\n")
    return [table(path, "geojsonl", features)]


def _write_lines(features: Features, out: TextIO, between: str) -> list[float] | None:
    """Write the features; return west, south, east, north (rounded as they are), None without any shape."""
    extent = np.array([np.inf, np.inf, -np.inf, -np.inf])
    for start, stop in features.spans():
        if start:
            out.write(between)
        geometries: list[str | None] | np.ndarray = [None] * (stop - start)
        if features.has_shapes and stop:
            shapes = features.shapes(start, stop)
            bounds = shapely.total_bounds(shapes)
            extent = np.append(np.fmin(extent[:2], bounds[:2]), np.fmax(extent[2:], bounds[2:]))
            geometries = shapely.to_geojson(shapes)
        out.write(between.join(_features(features, start, stop, geometries)))
    return extent.tolist() if np.isfinite(extent).all() else None


def _features(
    features: Features, start: int, stop: int, geometries: list[str | None] | np.ndarray
) -> Iterator[str]:
    texts = [_json_texts(features.values(column, start, stop)) for column in features.columns]
    keys = [_encode(column.name) for column in features.columns]
    template = ",".join(f"{key.replace('%', '%%')}:%s" for key in keys)
    identity = _identity(features)
    ids = texts[identity] if identity is not None else None
    for i, row in enumerate(zip(*texts, strict=True)):
        known = f'"id":{ids[i]},' if ids is not None else ""
        geometry = geometries[i] if geometries[i] is not None else "null"
        yield f'{{"type":"Feature",{known}"properties":{{{template % row}}},"geometry":{geometry}}}'


def _identity(features: Features) -> int | None:
    """Return the column that holds the feature's id: the cell, the id, or a code that no two rows share."""
    for number, column in enumerate(features.columns):
        unique = column.field != "adcode" or features.layer.frame["adcode"].is_unique
        if column.field in ("h3", "id", "adcode") and unique:
            return number
    return None


def _json_texts(values: pa.Array) -> list[str]:
    if pa.types.is_integer(values.type):
        return ["null" if v is None else str(v) for v in values.to_pylist()]
    if pa.types.is_date(values.type):
        values = values.cast(pa.string())
    if pa.types.is_string(values.type):
        coded = values.dictionary_encode()
        words = [_encode(word) for word in coded.dictionary.to_pylist()]
        return ["null" if i is None else words[i] for i in coded.indices.to_pylist()]
    return [_encode(v) for v in values.to_pylist()]
