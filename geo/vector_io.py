"""Reading and writing vector files.

GeoJSON that ships is written here by hand, since its bytes must be the same on every machine: six decimals (11 cm),
one feature a line, rings as RFC 7946 wants them. Other formats are read with pyogrio.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import atomic
from geo.errors import DataError
from geo.formats import FORMAT_VERSION, require_format

DECIMALS = 6


def write_geojson(
    path: Path, frame: gpd.GeoDataFrame, columns: Sequence[str], decimals: int = DECIMALS
) -> None:
    """Write polygons or points in lon, lat degrees (EPSG:4326) as GeoJSON: the same bytes for the same input.

    Numbers of the attributes are written as they are, missing values as null; ``format_version`` is a member of the
    collection. The frame's order is kept.
    """
    lines = [
        json.dumps(
            {"type": "Feature", "properties": properties, "geometry": _rounded(geometry, decimals)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, geometry in zip(_records(frame[list(columns)]), frame.geometry, strict=True)
    ]
    head = f'{{"type":"FeatureCollection","format_version":{FORMAT_VERSION},"features":[\n'
    atomic.write_text(path, head + ",\n".join(lines) + "\n]}\n")


def read_geojson(path: Path) -> gpd.GeoDataFrame:
    """Read a GeoJSON that ships with the product (EPSG:4326), refusing a format version that is not known."""
    if not path.is_file():
        raise DataError(
            f"the data file {path.name} is missing; run: python -m infraplan data build",
            f"缺少数据文件 {path.name}",
        )
    document = json.loads(path.read_text(encoding="utf-8"))
    require_format(document, path.name)
    features = document["features"]
    frame = pd.DataFrame([feature["properties"] for feature in features])
    geometries = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return gpd.GeoDataFrame(frame, geometry=geometries, crs="EPSG:4326")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(k): v.item() if isinstance(v, np.generic) else v for k, v in record.items()}
        for record in plain.to_dict("records")
    ]


def _rounded(geometry: shapely.Geometry, decimals: int) -> dict[str, Any]:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        geometry = shapely.orient_polygons(geometry, exterior_cw=False)
    mapping = shapely.geometry.mapping(geometry)
    return {"type": mapping["type"], "coordinates": _round(mapping["coordinates"], decimals)}


def _round(value: Any, decimals: int) -> Any:
    if isinstance(value, float):
        return round(value, decimals)
    return [_round(item, decimals) for item in value]
