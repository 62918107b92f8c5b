"""What differs between two results, cell by cell and district by district."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import boundaries, grid
from layers.spec import Field, Layer
from layers.style import diverging, sequential
from scenarios import compare
from scenarios.model import Allocation

_LABEL = ("后者减前者", "second minus first")


def cells(first: Allocation, second: Allocation) -> Layer:
    """Return every cell that either result uses, with the units of each and the difference (second minus first).

    Cells of different resolutions are compared at the coarser one. Raises ``RequestError`` for different regions.
    """
    compare.compare(first, second)
    frame = compare.cell_differences(first, second)
    ids = frame["cell"].to_numpy(dtype=np.uint64)
    lon, lat = grid.centroids(ids).T
    frame = frame.assign(adcode=boundaries.locate(lon, lat, first.scenario.region))
    return Layer(
        id="difference",
        title_zh="网格差异(测算分配)",
        title_en="Difference by cell (computed)",
        geometry="cells",
        frame=frame,
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("first", "前者", "First", "integer"),
            Field("second", "后者", "Second", "integer"),
            Field("difference", "差", "Difference", "integer"),
        ),
        scale=diverging(frame["difference"], "difference", _LABEL, ("个", "units"), whole=True),
        notice_zh="紫色为增加,橙色为减少;均为测算分配。",
        notice_en="Purple: more; orange: fewer. Both are computed allocations.",
        provenance={"first": first.fingerprint, "second": second.fingerprint},
    )


def on_one_scale(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers of cells in the classes of one scale, so that a colour means the same on each map."""
    field = layers[0].scale.field if layers[0].scale else "units"
    values = np.concatenate([layer.frame[field].to_numpy(dtype=float) for layer in layers])
    old = layers[0].scale
    if old is None:
        return list(layers)
    labels, units = (old.label_zh, old.label_en), (old.unit_zh, old.unit_en)
    scale = sequential(values[values > 0], field, labels, units, whole=True)
    return [dataclasses.replace(layer, scale=scale) for layer in layers]


def districts(first: Allocation, second: Allocation) -> Layer:
    """Return the districts with the units of each result and the difference (second minus first)."""
    rows = pd.DataFrame(compare.compare(first, second)["districts"])
    rows = rows.astype({"first": "Int64", "second": "Int64"})  # nothing where a result has no such unit
    shapes = boundaries.districts(first.scenario.region)[["adcode", "name_zh", "geometry"]]
    frame = shapes.merge(rows, on=["adcode", "name_zh"], how="inner", validate="one_to_one")
    return Layer(
        id="difference-districts",
        title_zh="分区差异(测算分配)",
        title_en="Difference by district (computed)",
        geometry="polygons",
        frame=gpd.GeoDataFrame(frame, geometry="geometry", crs=shapes.crs),
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("name_zh", "名称", "Name (Chinese)"),
            Field("name_en", "英文名称", "Name (English)"),
            Field("first", "前者", "First", "integer"),
            Field("second", "后者", "Second", "integer"),
            Field("difference", "差", "Difference", "integer"),
        ),
        scale=diverging(frame["difference"], "difference", _LABEL, ("个", "units"), whole=True),
        provenance={"first": first.fingerprint, "second": second.fingerprint},
    )
