"""Draw a layer of cells with deck.gl through pydeck: hexagons from a data file that the page fetches by URL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pydeck as pdk

from geo import atomic, grid
from layers.spec import Layer


def write_cells(layer: Layer, path: Path) -> int:
    """Write the cells to be drawn as compact JSON rows; return how many.

    Cells whose shown value is zero are left out: nothing is drawn there. ``h`` is the cell, ``c`` its class,
    the others the layer's fields. Colours are not in the file: the page works them out from the class.
    """
    if layer.scale is None:
        raise ValueError("a layer of cells needs a scale")
    values = layer.frame[layer.scale.field].to_numpy()
    shown = np.flatnonzero(values != 0)
    columns: dict[str, list[Any]] = {
        "h": grid.to_hex(layer.frame["cell"].to_numpy()[shown]).tolist(),
        "c": layer.scale.classify(values[shown]).tolist(),
    }
    for item in layer.fields:
        columns[item.name] = layer.frame[item.name].to_numpy()[shown].tolist()
    names = list(columns)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    atomic.write_text(path, json.dumps(rows, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    return len(rows)


def hexagons(layer: Layer, url: str, view: Mapping[str, float], lang: str, opacity: float = 0.75) -> pdk.Deck:
    """Return a deck that draws the cells of ``layer`` from ``url``.

    ``view`` has longitude, latitude, zoom; keep it constant across scenarios, or the map jumps. No map style and
    no map provider: nothing is fetched from elsewhere.
    """
    if layer.scale is None:
        raise ValueError("a layer of cells needs a scale")
    drawn = pdk.Layer(
        "H3HexagonLayer",
        data=url,
        id=layer.id,
        get_hexagon="h",
        get_fill_color=colour_expression(layer.scale.colours),
        extruded=False,
        stroked=False,
        filled=True,
        opacity=opacity,
        pickable=True,
        auto_highlight=True,
        high_precision=False,
    )
    return pdk.Deck(
        layers=[drawn],
        initial_view_state=pdk.ViewState(**view),
        map_provider=None,
        tooltip={"text": "\n".join(f"{item.label(lang)}: {{{item.name}}}" for item in layer.fields)},
    )


def colour_expression(colours: tuple[str, ...]) -> str:
    """Return a browser expression from the class ``c`` to a colour (pydeck marks it as one)."""
    parts = [f"c=={i}?{_rgb(colour)}" for i, colour in enumerate(colours[:-1])]
    return ":".join([*parts, _rgb(colours[-1])])


def _rgb(colour: str) -> str:
    return "[" + ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + "]"
