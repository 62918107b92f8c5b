"""FlatGeobuf: one layer a file, with a spatial index, for large data over a network or in a browser."""

from __future__ import annotations

from pathlib import Path

import shapely

from layers.export import ogr
from layers.export.features import Features
from layers.export.written import Table, table


def write(features: Features, path: Path) -> list[Table]:
    """Write one layer. The index cannot hold rows without a shape, so a layer that has such rows goes without it."""
    whole = features.layer.geometry == "cells" or (
        features.has_shapes and len(features) > 0 and not shapely.is_missing(features.shapes()).any()
    )
    index = {"SPATIAL_INDEX": "YES" if whole and len(features) else "NO"}
    ogr.write(features, path, "FlatGeobuf", features.geometry_type(), layer_options=index)
    return [table(path, "fgb", features)]
