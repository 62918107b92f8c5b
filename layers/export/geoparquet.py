"""GeoParquet 1.1 for large data: one layer a file, shapes as WKB, the CRS as PROJJSON. A plain table stays Parquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.formats import FORMAT_VERSION
from layers.export.features import GEOMETRY, Features, schema_metadata
from layers.export.written import Table, table

GEOPARQUET = "1.1.0"


def write(features: Features, path: Path) -> list[Table]:
    """Write one layer; each field carries its Chinese and English labels as metadata."""
    fields = [
        pa.field(c.name, features.values(c, 0, 0).type, metadata=_labels(schema_metadata(c)))
        for c in features.columns
    ]
    if features.has_shapes:
        fields.append(pa.field(GEOMETRY, pa.binary()))
    schema = pa.schema(fields, metadata={"format_version": str(FORMAT_VERSION), "layer": features.table})
    kinds: set[str] = set()
    extent = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in features.batches():
            out.write_batch(pa.record_batch(batch.columns, schema=schema))
            if features.has_shapes:
                shapes = shapely.from_wkb(batch.column(len(features.columns)).to_numpy(zero_copy_only=False))
                kinds |= _kinds(shapes)
                bounds = shapely.total_bounds(shapes)
                extent = np.append(np.fmin(extent[:2], bounds[:2]), np.fmax(extent[2:], bounds[2:]))
        if features.has_shapes:
            out.add_key_value_metadata({"geo": json.dumps(_geo(features, kinds, extent), ensure_ascii=False)})
    return [table(path, "parquet", features)]


def _labels(known: Any) -> dict[str, str]:
    return {"alias": known["GDAL:OGR:alternative_name"], "comment": known["GDAL:OGR:comment"]}


def _kinds(shapes: np.ndarray) -> set[str]:
    names = {
        0: "Point",
        1: "LineString",
        3: "Polygon",
        4: "MultiPoint",
        5: "MultiLineString",
        6: "MultiPolygon",
    }
    return {names[kind] for kind in np.unique(shapely.get_type_id(shapes)).tolist() if kind in names}


def _geo(features: Features, kinds: set[str], extent: np.ndarray) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(kinds),
        "orientation": "counterclockwise",
        # null is "unknown", never the default WGS84, for an offset datum
        "crs": None if features.reference.crs is None else pyproj.CRS(features.reference.crs).to_json_dict(),
    }
    if np.isfinite(extent).all():
        column["bbox"] = extent.tolist()
    return {"version": GEOPARQUET, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
