"""A layer of cells as the eye needs it: one resolution coarser (sums stay whole), districts by name."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from geo import grid
from layers.spec import Field, Layer
from layers.style import sequential

_SUMMED = {"integer", "people", "yuan", "square_metres"}


def at_parents(layer: Layer) -> Layer:
    """Return the layer on the parents of its cells; counts are summed, and the scale is made anew.

    A parent's district is that of its first cell. Raises ``ValueError`` for a layer that is not one of cells.
    """
    if layer.geometry != "cells" or layer.scale is None:
        raise ValueError("only a layer of cells with a scale has parents")
    ids = layer.frame["cell"].to_numpy(dtype=np.uint64)
    frame = layer.frame.drop(columns="cell")
    frame = frame.assign(parent=grid.parents(ids, grid.resolution_of(ids) - 1))
    kinds = {f.name: f.kind for f in layer.fields}
    how = {n: "sum" if kinds.get(n) in _SUMMED else "first" for n in frame.columns if n != "parent"}
    summed = frame.groupby("parent", sort=True).agg(how).reset_index().rename(columns={"parent": "cell"})
    old = layer.scale
    values = summed[old.field].to_numpy(dtype=float)
    scale = sequential(
        values[values > 0], old.field, (old.label_zh, old.label_en), (old.unit_zh, old.unit_en), whole=True
    )
    return dataclasses.replace(layer, id=f"{layer.id}-parents", frame=summed, scale=scale)


def named(layer: Layer, districts: pd.DataFrame) -> Layer:
    """Return a layer of cells with the names of their districts instead of the codes.

    A dash for a cell whose centre lies in none: that of a coarse cell at the region's edge.
    """
    known = districts.set_index("adcode")
    names = {n: layer.frame["adcode"].map(known[n]).fillna("—") for n in ("name_zh", "name_en")}
    fields = (
        Field("name_zh", "区县", "District (Chinese)"),
        Field("name_en", "区县(英文)", "District"),
        *(f for f in layer.fields if f.name != "adcode"),
    )
    return dataclasses.replace(layer, frame=layer.frame.assign(**names), fields=fields)
