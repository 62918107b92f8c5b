"""Where a layer draws few and small cells they are marked with dots as well: a city's map would swallow them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo import grid
from layers.spec import Layer

#: So few are always marked.
FEW = 300
#: Of more, their map would be heavy to draw.
MOST = 5000
#: Half the width of a dot in pixels, from where there is room to the least that is seen.
RADII = (4.0, 3.0, 2.0, 1.5, 1.0)
#: About as long in pixels is the longer side of a layer on a map that has the page for itself, and on one of several.
ALONE, BESIDE = 450, 320
#: Cells at least so wide on that map are seen without dots.
_SEEN = 4.0
#: Dots are as large as leaves so many of them a place of their own.
_APART = 0.6


def dots(layer: Layer, side: int = ALONE) -> list[dict[str, Any]]:
    """Return a row for each drawn cell, small values first; none where cells are many, large or close together.

    A row has ``h`` (the cell), ``at`` ([longitude, latitude] of its middle, WGS84), ``colour`` (its class's),
    ``radius`` (in pixels, the same in all rows) and the layer's fields. A cell whose shown value is zero is not drawn,
    as in :func:`layers.render_deck.write_cells`. ``side`` is how long the layer is on the map, in pixels.
    """
    if layer.scale is None:
        return []
    values = layer.frame[layer.scale.field].to_numpy(dtype=float, na_value=0)
    shown = np.flatnonzero(values != 0)
    shown = shown[np.argsort(np.abs(values[shown]), kind="stable")]  # the largest lie on top
    every = layer.frame["cell"].to_numpy(dtype=np.uint64)
    radius = _radius(every, shown, side)
    if radius is None:
        return []
    cells = every[shown]
    columns: dict[str, list[Any]] = {
        "h": grid.to_hex(cells).tolist(),
        "at": grid.centroids(cells).round(6).tolist(),
        "colour": np.array(layer.scale.colours)[layer.scale.classify(values[shown])].tolist(),
        "radius": [radius] * len(cells),
    }
    columns |= {f.name: layer.frame[f.name].to_numpy()[shown].tolist() for f in layer.fields}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _radius(cells: NDArray[np.uint64], shown: NDArray[np.int64], side: int) -> float | None:
    """Return how large the dots of the shown cells are on a map of all ``cells``; None where there are to be none."""
    if not 0 < len(shown) <= MOST:
        return None
    x, y = _metres(grid.centroids(cells)).T
    a_pixel = max(float(np.ptp(x)), float(np.ptp(y)), 1.0) / side
    for radius in RADII:
        places = np.floor(np.column_stack([x, y])[shown] / (2 * radius * a_pixel))
        if len(np.unique(places, axis=0)) >= _APART * len(shown):
            break
    else:
        return RADII[-1] if len(shown) <= FEW else None
    wide = float(np.sqrt(grid.areas(cells[shown[:1]])[0])) / a_pixel
    return radius if len(shown) <= FEW or wide < _SEEN else None


def _metres(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places east and north of the equator's origin in metres, good enough for how close they are on a map."""
    return np.column_stack([at[:, 0] * np.cos(np.radians(at[:, 1].mean())), at[:, 1]]) * 111_000.0
