"""Draw a layer of cells with deck.gl through pydeck: hexagons from a data file that the page fetches by URL."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pydeck as pdk
import shapely

from geo import atomic, grid
from geo.errors import InfraPlanError
from layers import few
from layers.label_zoom import apart
from layers.punctuation import printed
from layers.render_folium import BEYOND, LAND, LAND_OUTSIDE, LINE, SELECTED, WATER, most_room
from layers.render_png import Picture, areas
from layers.spec import Layer
from layers.words import short_name

_BORDER = "#c3ccd2"


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


def hexagons(
    layer: Layer,
    url: str,
    view: Mapping[str, float],
    lang: str,
    opacity: float = 0.9,
    ground: Ground | None = None,
    chosen: str = "",
) -> pdk.Deck:
    """Return a deck that draws the cells of ``layer`` from ``url`` over the ground and under its outlines.

    ``chosen`` is the hexadecimal id of a cell to be marked; one that is none is left out.

    ``view`` (see :func:`view_of`) has longitude, latitude, zoom; keep it constant across scenarios, or the map jumps.
    No map style and no map provider: nothing is fetched from elsewhere.
    """
    if layer.scale is None:
        raise ValueError("a layer of cells needs a scale")
    colon = ":" if lang == "zh" else ": "
    cells = pdk.Layer(
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
    beneath = [] if ground is None else [_picture(ground)]
    lines = [] if ground is None else [_lines(ground.districts)]
    names = [] if ground is None else [_names(ground.districts, lang, view["zoom"])]
    above = [*lines, *_dots(layer), *_mark(chosen), *names]
    return pdk.Deck(
        layers=[*beneath, cells, *above],
        initial_view_state=pdk.ViewState(**view),
        map_provider=None,
        tooltip={
            "html": "<br>".join(
                f"{html.escape(printed(f.label(lang) + colon, lang))}<b>{{{f.name}}}</b>"
                for f in layer.fields
                if not f.name.endswith("_en" if lang == "zh" else "_zh")
            ),
            "style": {"backgroundColor": "#ffffff", "color": "#1c2733", "fontSize": "13px", "borderRadius": "4px",
                      "boxShadow": "0 1px 6px rgba(28,39,51,.3)"},
        },
    )  # fmt: skip


def view_of(
    bounds: tuple[float, float, float, float], width: int = 720, height: int = 560
) -> dict[str, float]:
    """Return the view that holds ``bounds`` (west, south, east, north) in a frame of ``width`` x ``height`` pixels."""
    west, south, east, north = bounds
    tall = np.diff(np.arcsinh(np.tan(np.radians([south, north]))))[0] / (2 * np.pi)
    wide = (east - west) / 360
    zoom = min(np.log2(width * 0.92 / (wide * 512)), np.log2(height * 0.94 / (tall * 512)))
    middle = np.arctan(np.sinh(np.mean(np.arcsinh(np.tan(np.radians([south, north]))))))
    return {
        "longitude": round((west + east) / 2, 5),
        "latitude": round(float(np.degrees(middle)), 5),
        "zoom": round(float(zoom), 2),
    }


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the hexagons: a picture at ``url`` (neighbours, land, water); outlines of districts over them.

    A picture because a browser without a graphics card draws every polygon of it anew, several times over, at each
    frame.
    """

    districts: gpd.GeoDataFrame
    bounds: tuple[float, float, float, float]
    url: str


def ground_picture(
    districts: gpd.GeoDataFrame,
    context: gpd.GeoDataFrame,
    water: Sequence[gpd.GeoDataFrame],
    bounds: tuple[float, float, float, float],
) -> Picture:
    """Return the picture that a :class:`Ground` shows, for the part of the earth within ``bounds``."""
    wet = [(frame, WATER, None) for frame in water]
    return areas([(context, LAND_OUTSIDE, _BORDER), (districts, LAND, None), *wet], bounds, BEYOND)


def _picture(ground: Ground) -> pdk.Layer:
    return pdk.Layer(
        "BitmapLayer",
        id="ground",
        image=pdk.types.String(ground.url),
        bounds=list(ground.bounds),
        pickable=False,
    )


def _lines(districts: gpd.GeoDataFrame) -> pdk.Layer:
    shapes = shapely.simplify(districts.geometry.to_numpy(), 2e-4)
    return pdk.Layer(
        "PathLayer",
        data=[{"path": np.round(shapely.get_coordinates(r), 5).tolist()} for r in shapely.get_rings(shapes)],
        id="outlines",
        get_path="path",
        get_color=_numbers(LINE),
        get_width=1.2,
        width_units=pdk.types.String("pixels"),
        pickable=False,
    )


def _dots(layer: Layer) -> list[pdk.Layer]:
    """Mark few cells so that they are seen, and can be clicked, however far away."""
    rows = [{**row, "rgb": _numbers(row["colour"])} for row in few.dots(layer)]
    if not rows:
        return []
    return [
        pdk.Layer(
            "ScatterplotLayer", data=rows, id=f"{layer.id}-dots", get_position="at", get_fill_color="rgb",
            get_radius="radius", radius_units=pdk.types.String("pixels"), pickable=True,
        )
    ]  # fmt: skip


def _mark(chosen: str) -> list[pdk.Layer]:
    """Return a ring around the chosen cell, seen from afar too."""
    try:
        [[lon, lat]] = grid.centroids(grid.from_hex([chosen])).tolist()
    except InfraPlanError:
        return []
    return [
        pdk.Layer(
            "ScatterplotLayer",
            data=[{"at": [round(lon, 6), round(lat, 6)]}],
            id="chosen",
            get_position="at",
            get_radius=grid.edge(grid.resolution_of(grid.from_hex([chosen]))) * 1.2,
            radius_min_pixels=9,
            filled=False,
            stroked=True,
            get_line_color=_numbers(SELECTED),
            get_line_width=2.5,
            line_width_units=pdk.types.String("pixels"),
            pickable=False,
        )
    ]


def _names(frame: gpd.GeoDataFrame, lang: str, zoom: float) -> pdk.Layer:
    places, names = most_room(frame), [short_name(str(n)) for n in frame[f"name_{lang}"]]
    beside = apart(places, names, zoom + 1)  # deck.gl's world is 512 pixels wide
    rows = [
        {"at": [round(p.x, 5), round(p.y, 5)], "name": n, "by": by}
        for p, n, by in zip(places, names, beside.tolist(), strict=True)
    ]
    return pdk.Layer(
        "TextLayer",
        data=rows,
        id="names",
        get_position="at",
        get_text="name",
        get_pixel_offset="by",
        get_size=13,
        get_color=[28, 39, 51],
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String(
            "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
        ),
        font_settings={"fontSize": 32, "buffer": 4},
        background=True,
        get_background_color=[255, 255, 255, 200],
        background_padding=[2, 1],
        pickable=False,
    )


def _numbers(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def colour_expression(colours: tuple[str, ...]) -> str:
    """Return a browser expression from the class ``c`` to a colour (pydeck marks it as one)."""
    parts = [f"c=={i}?{_rgb(colour)}" for i, colour in enumerate(colours[:-1])]
    return ":".join([*parts, _rgb(colours[-1])])


def _rgb(colour: str) -> str:
    return "[" + ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + "]"
