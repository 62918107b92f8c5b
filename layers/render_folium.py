"""Draw layers with folium on a map that asks nothing of any other machine unless its reader chose tiles.

A map is a constant base (:func:`base_map`) and feature groups beside it (:func:`ground`, :func:`polygons`,
:func:`points`, :func:`picture`, ...): the groups can change without the map's losing its place. Every value is escaped
here. Features are written by one small Leaflet call a group, with style and tooltip beside each feature.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import china_offsets
from layers import categories, few, render_folium_parts
from layers.label_zoom import NEAREST, appear_at
from layers.punctuation import printed
from layers.render_png import Picture
from layers.spec import Field, Layer
from layers.style import UNKNOWN, number, signed
from layers.words import accuracy, share, short_name

#: What a page draws together; pages name it without knowing folium.
Group = folium.FeatureGroup

LINE = "#51606b"
#: Names of this rank and smaller ones stand on the ground from this zoom.
_SMALL, _NEAR = 4, 11
LAND, LAND_OUTSIDE, WATER, BEYOND = "#ffffff", "#eff2f3", "#cbdeea", "#e2e8eb"
SELECTED = "#d6006c"
#: A place known better than this has a ring of constant size; nearer it would not be seen.
_RING_M = 300
#: The middle of a district's largest circle is sought to this many degrees, some hundred metres.
_ROOM = 1e-3
#: Leaflet lays words by their latitude (pixels); figures lie over all names of the ground.
_OVER_NAMES = 10_000
Bounds = tuple[float, float, float, float]


def base_map(
    bounds: Bounds, assets: str, tiles: Sequence[str] = (), attribution: str = "", max_zoom: int = 18
) -> folium.Map:
    """Return a map over ``bounds`` (west, south, east, north), drawn with Leaflet from ``assets``.

    ``tiles`` are the addresses that the reader chose; by default there are none and nothing is fetched. ``maxZoom`` is
    set because without tiles a cluster of markers would otherwise kill the map.
    """
    west, south, east, north = bounds
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        tiles=None,
        control_scale=True,
        maxZoom=max_zoom,
        zoomSnap=0.25,
        zoomAnimation=False,
        zoomDelta=0.5,
    )
    drawn.default_js = [("leaflet", f"{assets}/leaflet.js")]
    drawn.default_css = [("leaflet_css", f"{assets}/leaflet.css")]
    for address in tiles:
        folium.TileLayer(
            address, attr=html.escape(attribution) or " ", max_zoom=max_zoom, control=False
        ).add_to(drawn)
    drawn.fit_bounds([[south, west], [north, east]], padding=(8, 8))
    drawn.add_child(render_folium_parts.Quiet(f"{assets}/images/", BEYOND, range(_NEAR, NEAREST + 1)))
    return drawn


def group(*parts: folium.MacroElement) -> folium.FeatureGroup:
    """Return a feature group that holds ``parts``."""
    made = folium.FeatureGroup(control=False)
    for part in parts:
        made.add_child(part)
    return made


def ground(
    districts: gpd.GeoDataFrame,
    context: gpd.GeoDataFrame,
    datum: str = "WGS84",
    water: Sequence[gpd.GeoDataFrame] = (),
    labels: gpd.GeoDataFrame | None = None,
    lang: str = "zh",
) -> folium.FeatureGroup:
    """Return the quiet ground beneath everything: neighbours in grey, the region in white, water, names of places.

    ``labels`` have kind, rank, name_zh, name_en and a point; the smaller ones show only when the map is near, and none
    over another (:func:`with_zooms` works out from which zoom; without it the names of rank 4 and 5 overlap).
    """
    outside = {"color": "#c3ccd2", "weight": 0.8, "fillColor": LAND_OUTSIDE, "fillOpacity": 1.0}
    inside = {"color": "#c3ccd2", "weight": 0.8, "fillColor": LAND, "fillOpacity": 1.0}
    wet = {"color": WATER, "weight": 0.6, "fillColor": WATER, "fillOpacity": 1.0}
    features = [*_plain(context, outside, datum), *_plain(districts, inside, datum)]
    for frame in water:
        features += [_feature(s, "", wet) for s in _display(frame.geometry.to_numpy(), datum)]
    parts = [render_folium_parts.Features(features, interactive=False, pane="ground")]
    if labels is not None:
        parts.append(render_folium_parts.Words(_labels(labels, lang, datum)))
    return group(*parts)


def outlines(
    districts: gpd.GeoDataFrame, lang: str, beside: Mapping[str, str] | None = None, datum: str = "WGS84"
) -> folium.FeatureGroup:
    """Return the districts' outlines and names, to be drawn over filled layers; a click names the district.

    ``beside`` holds words to stand under a district's name, by adcode.
    """
    style = {"color": LINE, "weight": 1.2, "fillColor": LAND, "fillOpacity": 0.01}
    features = _plain(districts, style, datum)
    words = []
    places = _display(most_room(districts), datum)
    for feature, place, adcode, name in zip(
        features, places, districts["adcode"], districts[f"name_{lang}"], strict=True
    ):
        more = (beside or {}).get(adcode, "")
        feature["tip"] = html.escape(f"{name} {more}".strip())
        under = f"<br><small>{html.escape(more)}</small>" if more else ""
        words.append(
            _word(place, f"{_named(adcode)}{html.escape(short_name(str(name)))}{under}</div>", (0, 0))
        )
    return group(render_folium_parts.Features(features), render_folium_parts.Words(words))


def names(districts: gpd.GeoDataFrame, lang: str, datum: str = "WGS84") -> folium.FeatureGroup:
    """Return the districts' names alone, to be drawn over polygons that have their own tooltips."""
    places = _display(most_room(districts), datum)
    return group(
        render_folium_parts.Words(
            [
                _word(place, f"{_named(adcode)}{html.escape(short_name(str(name)))}</div>", (0, 0))
                for place, adcode, name in zip(
                    places, districts["adcode"], districts[f"name_{lang}"], strict=True
                )
            ]
        )
    )


def _named(adcode: object) -> str:
    """Return the opening tag of a district's name; by the code ``tidy_map.js`` finds the outline it belongs to."""
    return f'<div class="place" data-of="{html.escape(str(adcode), quote=True)}">'


def polygons(layer: Layer, lang: str, shown: Sequence[str] = (), datum: str = "WGS84") -> folium.FeatureGroup:
    """Return polygons filled by the layer's scale, with a tooltip of the fields named in ``shown``."""
    fields = [f for f in layer.fields if f.name in shown]
    classes = (
        layer.scale.classify(layer.frame[layer.scale.field].to_numpy(dtype=float, na_value=np.nan))
        if layer.scale
        else np.full(len(layer.frame), -1)
    )
    colours = layer.scale.colours if layer.scale else ()
    features = _plain(layer.frame, {}, datum)
    for i, (feature, place) in enumerate(zip(features, classes.tolist(), strict=True)):
        feature["style"] = {
            "color": LINE,
            "weight": 1,
            "fillColor": colours[place] if place >= 0 else UNKNOWN,
            "fillOpacity": 0.8 if place >= 0 else 0.35,
        }
        feature["tip"] = _table(layer.frame.iloc[i], fields, lang)
    return group(render_folium_parts.Features(features))


def points(layer: Layer, lang: str, datum: str = "WGS84") -> folium.FeatureGroup:
    """Return points in the colour and with the sign of their family, over a circle of their accuracy.

    Schematic links are dashed. A click gives the feature with its ``id``.
    """
    circles, marks, signs = [], [], []
    frame = layer.frame
    shapes = _display(frame.geometry.to_numpy(), datum)
    for row, shape in zip(frame.to_dict("records"), shapes, strict=True):
        family = categories.family(str(row["category"]))
        tip = f"<b>{html.escape(str(row[f'name_{lang}']))}</b><br>{html.escape(family.label(lang))}"
        metres = row.get("accuracy_m")
        head = shapely.Point(shape.coords[0])
        if metres is not None and np.isfinite(metres) and shape.geom_type == "Point":
            tip += f" · {html.escape(accuracy(float(metres), lang))}"
            circles.append(
                _feature(head, row["id"], {"metres": float(metres), "color": family.colour, "weight": 1,
                                           "dashArray": "3 4", "fillColor": family.colour, "fillOpacity": 0.1})
            )  # fmt: skip
        if shape.geom_type == "LineString":
            line = _feature(
                shape, row["id"], {"color": family.colour, "weight": 2.5, "dashArray": "7 6", "fill": False}
            )
            marks.append({**line, "tip": tip})
        mark = _feature(head, row["id"], {"radius": 8, "color": "#ffffff", "weight": 1.5,
                                          "fillColor": family.colour, "fillOpacity": 1, "badge": True})  # fmt: skip
        marks.append({**mark, "tip": tip})
        signs.append(_word(head, f'<div class="sign">{family.mark(lang)}</div>', (16, 16)))
    return group(
        render_folium_parts.Features(circles, interactive=False),
        render_folium_parts.Features(marks),
        render_folium_parts.Words(signs),
    )


def brought(
    shapes: np.ndarray, names: Sequence[str], colour: str = "#5b4a00", datum: str = "WGS84"
) -> folium.FeatureGroup:
    """Return what a planner brought: points as small circles, areas as dashed outlines, names as tooltips."""
    style = {"radius": 5, "color": "#ffffff", "weight": 1, "fillColor": colour, "fillOpacity": 0.9}
    area = {"color": colour, "weight": 2, "dashArray": "5 4", "fillColor": colour, "fillOpacity": 0.05}
    features = []
    for shape, name in zip(_display(shapes, datum), names, strict=True):
        drawn = _feature(shape, "", style if shape.geom_type == "Point" else area)
        features.append({**drawn, "tip": html.escape(str(name))})
    return group(render_folium_parts.Features(features))


def figure(
    at: shapely.Point, text: str, below: str, datum: str = "WGS84", doubtful: bool = False, led: bool = False
) -> folium.FeatureGroup:
    """Return a figure written on the map, near ``at``: of a promise, or a reported one.

    Lines of ``below`` say what it is; a ``doubtful`` one (an estimate) has a dashed frame. One that is ``led`` holds
    for that very place and has a line to it.
    """
    place = _display(np.array([at]), datum)[0]
    lines = "<br>".join(map(html.escape, below.splitlines()))
    look = " ".join(["figure", *(["doubtful"] if doubtful else []), *(["led"] if led else [])])
    words = f'<div class="{look}"><b>{html.escape(text)}</b>{lines}</div>'
    return group(render_folium_parts.Words([{**_word(place, words, (0, 0)), "above": _OVER_NAMES}]))


def picture(
    drawn: Picture, url: str, opacity: float = 0.85, datum: str = "WGS84", said: str = ""
) -> folium.FeatureGroup:
    """Return a picture of cells laid over the ground, fetched from ``url`` on this machine.

    ``said`` stands in the corner of the map as long as the cells do: what they are.
    """
    west, south, east, north = drawn.bounds
    corners = _display(np.array([shapely.Point(west, south), shapely.Point(east, north)]), datum)
    overlay = folium.raster_layers.ImageOverlay(
        np.zeros((1, 1, 4)), [[corners[0].y, corners[0].x], [corners[1].y, corners[1].x]], opacity=opacity
    )
    overlay.url = url
    return group(overlay, *([render_folium_parts.Said(html.escape(said))] if said else []))


def read_in(drawn: folium.Map, lang: str) -> None:
    """Have a map write its scale in the units of ``lang``."""
    if lang == "zh":
        drawn.add_child(render_folium_parts.ChineseScale())


def dots(layer: Layer, datum: str = "WGS84") -> list[folium.FeatureGroup]:
    """Return dots over few small cells, so that a picture of a whole city shows them; none where there are many."""
    rows = few.dots(layer)
    if not rows:
        return []
    middles = _display(np.array([shapely.Point(row["at"]) for row in rows]), datum)
    look = {"radius": rows[0]["radius"], "weight": 0, "fillOpacity": 1}
    marks = [
        _feature(at, row["h"], {**look, "fillColor": row["colour"]})
        for at, row in zip(middles, rows, strict=True)
    ]
    return [group(render_folium_parts.Features(marks, interactive=False))]


def selection(
    shape: shapely.Geometry, datum: str = "WGS84", metres: float | None = None
) -> folium.FeatureGroup:
    """Return a ring around what the reader has chosen, a district's outline; its accuracy where only that is known."""
    place = _display(np.array([shape]), datum)[0]
    style: dict[str, Any] = {"radius": 15, "color": SELECTED, "weight": 3, "fill": False}
    if metres and metres > _RING_M:
        style = {"metres": metres, "color": SELECTED, "weight": 2, "dashArray": "3 4",
                 "fillColor": SELECTED, "fillOpacity": 0.06}  # fmt: skip
    return group(render_folium_parts.Features([_feature(place, "", style)], interactive=False))


def outward_links(drawn: folium.Map) -> list[str]:
    """Return every script or style sheet outside this machine that the map would fetch; empty for one that works.

    Tiles that the reader chose are not among them: a dead tile host only leaves the ground grey.
    """
    root = drawn.get_root()
    links = [
        url
        for child in _walk(drawn)
        for kind in ("default_js", "default_css")
        for _, url in getattr(child, kind, [])
    ]
    links += [str(getattr(c, "url", "")) for c in root.header._children.values() if getattr(c, "url", "")]
    return [link for link in links if "//" in link]


def _walk(element: Any) -> list[Any]:
    return [element, *(inner for child in element._children.values() for inner in _walk(child))]


def _display(shapes: np.ndarray, datum: str) -> np.ndarray:
    """Return the shapes as the chosen ground wants them: shifted copies over tiles in GCJ-02, else as they are."""
    if datum == "WGS84":
        return shapes
    return np.asarray(
        shapely.transform(
            shapes, lambda xy: np.column_stack(china_offsets.from_wgs84(xy[:, 0], xy[:, 1], datum))
        )
    )


def _feature(shape: shapely.Geometry, ident: str, style: Mapping[str, Any]) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6, mode="pointwise")))
    return {
        "type": "Feature",
        "properties": {"id": html.escape(str(ident), quote=True)},
        "geometry": geometry,
        "style": dict(style),
    }


def _plain(frame: gpd.GeoDataFrame, style: Mapping[str, Any], datum: str) -> list[dict[str, Any]]:
    shapes = _display(frame.geometry.to_numpy(), datum)
    return [_feature(s, a, style) for s, a in zip(shapes, frame["adcode"], strict=True)]


def most_room(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return where each name has most room: the middle of the largest circle within its shape."""
    circles = shapely.maximum_inscribed_circle(frame.geometry.to_numpy(), tolerance=_ROOM)
    return np.asarray(shapely.get_point(circles, 0))


def with_zooms(labels: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the labels, the most important first, with the zooms from which each appears: ``from_zh``, ``from_en``."""
    found = labels.sort_values(["rank", "name_zh"], kind="stable", ignore_index=True)
    first = np.where(found["rank"] >= _SMALL, _NEAR, 0).astype(np.int64)
    for lang in ("zh", "en"):
        names = [
            _label(kind, name, lang) for kind, name in zip(found["kind"], found[f"name_{lang}"], strict=True)
        ]
        fixed = [short_name(str(name)) for name in districts[f"name_{lang}"]]
        found[f"from_{lang}"] = appear_at(
            found.geometry.to_numpy(), names, first, most_room(districts), fixed
        )
    return found


def _label(kind: str, name: object, lang: str) -> str:
    """Return a name as it is written on the ground: without the words for street office and town."""
    text = short_name(str(name)) if name else ""
    return re.sub(r"(?<=\w{3})(jiedao|zhen)$", "", text) if lang == "en" and kind == "township" else text


def _labels(frame: gpd.GeoDataFrame, lang: str, datum: str) -> list[dict[str, Any]]:
    places = _display(frame.geometry.to_numpy(), datum)
    usual = pd.Series(np.where(frame["rank"] >= _SMALL, _NEAR, 0), index=frame.index)
    zooms = frame.get(f"from_{lang}", usual)
    return [
        _word(
            place,
            f'<div class="place quiet from{zoom}">{html.escape(_label(kind, name, lang))}</div>',
            (110, 16),
        )
        for place, zoom, kind, name in zip(places, zooms, frame["kind"], frame[f"name_{lang}"], strict=True)
        if name
    ]


def _word(at: shapely.Point, text: str, size: Iterable[int]) -> dict[str, Any]:
    return {"at": [round(at.y, 6), round(at.x, 6)], "html": text, "size": list(size)}


def _table(row: Any, fields: Sequence[Field], lang: str) -> str:
    """Return the tooltip of one feature: a row a field, all values escaped."""
    cells = "".join(
        f"<tr><td style='padding-right:.8em;color:#51606b'>{html.escape(printed(f.label(lang), lang))}</td>"
        f"<td><b>{_readable(row[f.name], f, lang)}</b></td></tr>"
        for f in fields
    )
    return f"<table>{cells}</table>" if cells else ""


def _readable(value: Any, field: Field, lang: str) -> str:
    if pd.isna(value):
        return "—"
    if field.kind == "share":
        return share(float(value))
    if field.kind in {"integer", "number", "people", "yuan", "metres", "square_metres"}:
        return signed(number(float(value), lang))
    return html.escape(str(value), quote=True)
