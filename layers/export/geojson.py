"""GeoJSON by RFC 7946: WGS84, right-handed rings, no crs member, bbox, rounded coordinates, ids as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import grid
from geo.atomic import replacing
from layers.spec import Layer

#: 7 decimals are a centimetre (conventions R4).
DECIMALS = 7


def write(layer: Layer, path: Path, decimals: int = DECIMALS) -> int:
    """Write one layer as a FeatureCollection; return the number of features.

    Cells carry their H3 id as a hexadecimal string in ``h3`` and as the feature's id (conventions I2). Unknown
    values are ``null``. The file appears whole or not at all.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        return _write(layer, out, decimals)


def _write(layer: Layer, out: TextIO, decimals: int) -> int:
    shapes = shapes_of(layer, decimals)
    ids, properties = _properties(layer)
    bounds = shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)
    out.write('{"type":"FeatureCollection",')
    if np.isfinite(bounds).all():
        out.write(f'"bbox":{json.dumps([round(float(b), decimals) for b in bounds])},')
    out.write('"features":[\n')
    geometries = shapely.to_geojson(shapes)
    for i, text in enumerate(properties):
        geometry = geometries[i] if geometries[i] is not None else "null"
        identity = f'"id":{json.dumps(ids[i], ensure_ascii=False)},' if ids is not None else ""
        out.write(
            f'{"," if i else ""}{{"type":"Feature",{identity}"properties":{text},"geometry":{geometry}}}\n'
        )
    out.write("]}\n")
    return len(shapes)


def shapes_of(layer: Layer, decimals: int = DECIMALS) -> NDArray[np.object_]:
    """Return the layer's shapes in WGS84, rounded, with exterior rings counter-clockwise (RFC 7946, 3.1.6)."""
    if layer.geometry == "cells":
        shapes = grid.polygons(layer.frame["cell"].to_numpy())
    elif isinstance(layer.frame, gpd.GeoDataFrame):
        shapes = layer.frame.geometry.to_numpy()
    else:
        raise ValueError(f"layer {layer.id} has no shapes")
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, decimals))
    return shapely.orient_polygons(rounded, exterior_cw=False)


def _properties(layer: Layer) -> tuple[list[str] | None, Iterator[str]]:
    """Return feature ids and, for each feature, the JSON text of its properties."""
    columns: dict[str, list[Any]] = {}
    ids: list[str] | None = None
    if layer.geometry == "cells":
        ids = grid.to_hex(layer.frame["cell"].to_numpy()).tolist()
        columns["h3"] = ids
    elif "id" in layer.frame.columns:
        ids = layer.frame["id"].astype(str).tolist()
    elif "adcode" in layer.frame.columns and layer.frame["adcode"].is_unique:
        ids = layer.frame["adcode"].astype(str).tolist()
    for item in layer.fields:
        columns[item.name] = plain(layer.frame[item.name])
    names = list(columns)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
    return ids, (encode(dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True))


def plain(column: pd.Series) -> list[Any]:
    """Return a column as plain Python values, unknown as None, floats to 6 significant decimals."""
    if pd.api.types.is_float_dtype(column):
        return [
            None if np.isnan(v) else round(float(v), 6) for v in column.to_numpy(dtype=float, na_value=np.nan)
        ]
    values = column.tolist()
    if column.isna().any():
        return [None if v is None or v is pd.NA or v != v else v for v in values]
    return values
