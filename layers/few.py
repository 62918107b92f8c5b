"""Where a layer draws few and small cells they are marked with dots as well: a city's map would swallow them."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo import grid
from layers.spec import Layer

#: A layer with more cells to draw is seen as it is.
MOST = 300
#: Half the width of a dot, in pixels.
RADIUS = 4


def dots(layer: Layer) -> list[dict[str, Any]]:
    """Return a row for each drawn cell, none where there are more than ``MOST`` of them.

    A row has ``h`` (the cell), ``at`` ([longitude, latitude] of its middle, WGS84), ``colour`` (its class's) and the
    layer's fields. A cell whose shown value is zero is not drawn, as in :func:`layers.render_deck.write_cells`.
    """
    if layer.scale is None:
        return []
    values = layer.frame[layer.scale.field].to_numpy(dtype=float, na_value=0)
    shown = np.flatnonzero(values != 0)
    if not 0 < len(shown) <= MOST:
        return []
    cells = layer.frame["cell"].to_numpy(dtype=np.uint64)[shown]
    columns: dict[str, list[Any]] = {
        "h": grid.to_hex(cells).tolist(),
        "at": grid.centroids(cells).round(6).tolist(),
        "colour": np.array(layer.scale.colours)[layer.scale.classify(values[shown])].tolist(),
    }
    columns |= {f.name: layer.frame[f.name].to_numpy()[shown].tolist() for f in layer.fields}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
