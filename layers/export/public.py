"""The public version of a layer: positions of sensitive facilities coarsened, line voltages dropped.

Which categories, how coarse and why stands in ``data/field_profiles/sensitive.csv``. Public maps in China show power
facilities no finer than 50 m and without their voltage, and carry a review number (审图号).
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo import grid
from geo.paths import data_root
from layers.spec import Layer

#: 220kV, ±800千伏, 110/10千伏, 35 kv: a voltage wherever it stands in a text.
_VOLTAGE = re.compile(
    r"[±+]?\d+(?:\.\d+)?(?:\s*[/、~—-]\s*\d+(?:\.\d+)?)*\s*(?:千伏|万伏|k[vV]|K[vV]|kilovolts?)(?:级)?\s*"
)
_EXACT = ("quote",)  # a phrase of the document: what is left out is marked
#: Cells finer than this are summed to it: its hexagons are about 0.2 km across.
_COARSEST_CELL = 9
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done for one category."""

    category: str
    degrees: float
    drop_voltage: bool
    reason_zh: str
    reason_en: str


@functools.cache
def rules() -> Mapping[str, Rule]:
    """Return the rules by category."""
    path = data_root() / "field_profiles" / "sensitive.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {
            row["category"]: Rule(
                row["category"],
                float(row["coarsen_degrees"]),
                row["drop_voltage"] == "yes",
                row["reason_zh"],
                row["reason_en"],
            )
            for row in csv.DictReader(stream)
        }


def public(layer: Layer, category: str | None = None) -> tuple[Layer, list[tuple[str, str]]]:
    """Return the layer as it may be shown, and what was changed (Chinese, English), empty when nothing was.

    Parameters
    ----------
    category : str, optional
        What a layer of cells allocates; cells of a sensitive category finer than H3 resolution 9 are summed to it.
    """
    if layer.geometry == "cells":
        return _coarser_cells(layer) if category in rules() else (layer, [])
    changed, said = _without_voltage(layer)
    if "category" not in layer.frame or layer.geometry == "table":
        return changed, said
    moved, more = _coarser_points(changed)
    return moved, said + more


def _without_voltage(layer: Layer) -> tuple[Layer, list[tuple[str, str]]]:
    frame, rows = layer.frame.copy(), np.zeros(len(layer.frame), dtype=bool)
    for item in layer.fields:
        if item.kind not in ("text", "list"):
            continue
        values = frame[item.name].tolist()
        mark = "…" if item.name in _EXACT else ""
        new: Any = [_drop(v, mark) for v in values]
        rows |= np.array([a is not b and a != b for a, b in zip(values, new, strict=True)], dtype=bool)
        frame[item.name] = new
    if not rows.any():
        return layer, []
    said = (
        f"{layer.id}:{rows.sum()}行删去了电压等级",
        f"{layer.id}: line voltage dropped in {rows.sum()} rows",
    )
    return replace(layer, frame=frame), [said]


def _drop(value: object, mark: str) -> object:
    if isinstance(value, str):
        return _VOLTAGE.sub(mark, value)
    if isinstance(value, list):
        return [_VOLTAGE.sub(mark, v) if isinstance(v, str) else v for v in value]
    return value


def _coarser_points(layer: Layer) -> tuple[Layer, list[tuple[str, str]]]:
    assert isinstance(layer.frame, gpd.GeoDataFrame)
    frame = layer.frame.copy()
    step = (
        frame["category"]
        .map({c: r.degrees for c, r in rules().items()})
        .to_numpy(dtype=float, na_value=np.nan)
    )
    rows = np.isfinite(step) & ~shapely.is_missing(frame.geometry.to_numpy())
    if not rows.any():
        return layer, []
    shapes = frame.geometry.to_numpy().copy()
    for i in np.flatnonzero(rows):
        # rounded in floating point: 113.264, not 113.26400000000001
        shapes[i] = shapely.transform(shapes[i], lambda xy, s=step[i]: np.round(np.round(xy / s) * s, 9))
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    first = np.array([shapely.get_coordinates(shape)[0] for shape in shapes[rows]])
    if "accuracy_m" in frame:
        half = step[rows] * _METRES_A_DEGREE * 0.5 * np.sqrt(2)
        frame.loc[rows, "accuracy_m"] = np.ceil(frame.loc[rows, "accuracy_m"].to_numpy(dtype=float) + half)
    for number, name in enumerate(("lon", "lat")):
        if name in frame:
            frame.loc[rows, name] = first[:, number]
    if "position_source" in frame:  # an id of a gazetteer leads to the exact place
        frame["position_source"] = frame["position_source"].astype(object).mask(rows, None)
    said = (
        f"{layer.id}:{rows.sum()}处敏感设施的位置已模糊到约100米格网",
        f"{layer.id}: {rows.sum()} positions of sensitive facilities coarsened to a grid of about 100 m",
    )
    return replace(layer, frame=frame), [said]


def _coarser_cells(layer: Layer) -> tuple[Layer, list[tuple[str, str]]]:
    cells = layer.frame["cell"].to_numpy()
    if not len(cells) or grid.resolution_of(cells) <= _COARSEST_CELL:
        return layer, []
    frame = layer.frame.assign(cell=grid.parents(cells, _COARSEST_CELL))
    how = {f.name: "sum" if f.kind in ("integer", "people") else "first" for f in layer.fields}
    # a parent on a border holds children of two districts and is given to one: totals stay, district sums shift there
    summed = frame.groupby("cell", sort=True).agg(how).reset_index()
    said = (
        f"{layer.id}:敏感设施网格已合并到H3第{_COARSEST_CELL}级,区界上的网格只归一个区",
        f"{layer.id}: cells of a sensitive facility summed to H3 resolution {_COARSEST_CELL}; one on a border of "
        "districts is given to one of them",
    )
    return replace(layer, frame=summed), [said]
