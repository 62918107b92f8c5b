"""A layer of many cells one resolution coarser, for the eye: sums stay whole, nothing is shared out."""

from __future__ import annotations

import dataclasses

import numpy as np

from geo import grid
from layers.spec import Layer
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
