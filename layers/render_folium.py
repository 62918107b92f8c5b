"""Draw polygons and points with folium on a map that asks nothing of any other machine."""

from __future__ import annotations

import html
import json
from typing import Any

import folium
import numpy as np
import shapely
from folium.template import Template

from layers.spec import Field, Layer
from layers.style import UNKNOWN, number

_LINE = "#455a64"
_POINT = "#c2410c"


class _Quiet(folium.MacroElement):
    """Leaflet's own mark without a picture or an outward link; marker pictures from the same folder."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.attributionControl.setPrefix('Leaflet');"
        "L.Icon.Default.imagePath = {{ this.images | tojson }};"
        "{% endmacro %}"
    )

    def __init__(self, images: str) -> None:
        super().__init__()
        self._name = "Quiet"
        self.images = images


def base_map(bounds: tuple[float, float, float, float], assets: str, attribution: str = "") -> folium.Map:
    """Return an empty map over ``bounds`` (west, south, east, north), drawn with Leaflet from ``assets``.

    No tiles: the ground is drawn from our own layers. ``maxZoom`` is set because without tiles a cluster of markers
    would otherwise kill the map.
    """
    west, south, east, north = bounds
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        tiles=None,
        control_scale=True,
        maxZoom=18,
    )
    drawn.default_js = [("leaflet", f"{assets}/leaflet.js")]
    drawn.default_css = [("leaflet_css", f"{assets}/leaflet.css")]
    drawn.fit_bounds([[south, west], [north, east]])
    drawn.add_child(_Quiet(f"{assets}/images/"))
    if attribution:
        drawn.options["attributionControl"] = True
    return drawn


def add_polygons(drawn: folium.Map, layer: Layer, lang: str, shown: tuple[str, ...] = ()) -> None:
    """Add polygons filled by the layer's scale, with a tooltip of the fields named in ``shown``."""
    classes = (
        layer.scale.classify(layer.frame[layer.scale.field]) if layer.scale else np.full(len(layer.frame), -1)
    )
    colours = layer.scale.colours if layer.scale else ()
    fields = [f for f in layer.fields if not shown or f.name in shown]
    features = _features(layer, fields, lang)
    for feature, place in zip(features, classes.tolist(), strict=True):
        feature["properties"]["_fill"] = colours[place] if place >= 0 else UNKNOWN
        feature["properties"]["_opacity"] = 0.75 if layer.scale else 0.15
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=layer.title(lang),
        style_function=lambda feature: {
            "fillColor": feature["properties"]["_fill"],
            "fillOpacity": feature["properties"]["_opacity"],
            "color": _LINE,
            "weight": 1,
        },
        tooltip=_tooltip(fields, lang) if fields else None,
    ).add_to(drawn)


def add_ground(drawn: folium.Map, layer: Layer, lang: str) -> None:
    """Add the outlines of polygons as a quiet ground under points, with their names on hover."""
    name = next(f for f in layer.fields if f.name == f"name_{lang}")
    features = _features(layer, [name], lang)
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=layer.title(lang),
        style_function=lambda _: {"fillColor": "#eceff1", "fillOpacity": 0.6, "color": _LINE, "weight": 1},
        tooltip=folium.GeoJsonTooltip(fields=["f0"], aliases=[""], labels=False),
    ).add_to(drawn)


def add_points(drawn: folium.Map, layer: Layer, lang: str, shown: tuple[str, ...] = ()) -> None:
    """Add points with a circle of their accuracy; schematic links are dashed; a click opens the named fields."""
    fields = [f for f in layer.fields if not shown or f.name in shown]
    features = _features(layer, fields, lang)
    group = folium.FeatureGroup(name=layer.title(lang)).add_to(drawn)
    if "accuracy_m" in layer.frame.columns:
        for shape, metres in zip(layer.frame.geometry, layer.frame["accuracy_m"], strict=True):
            if shape.geom_type == "Point" and metres is not None and np.isfinite(metres):
                folium.Circle(
                    [shape.y, shape.x], radius=float(metres), color=_POINT, weight=1, opacity=0.5,
                    fill=True, fill_opacity=0.08, interactive=False,
                ).add_to(group)  # fmt: skip
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=layer.title(lang),
        marker=folium.CircleMarker(
            radius=5, color="#ffffff", weight=1, fill=True, fill_color=_POINT, fill_opacity=0.95
        ),
        style_function=lambda feature: (
            {"color": _POINT, "weight": 2, "dashArray": "6 6"}
            if feature["geometry"]["type"] == "LineString"
            else {}
        ),
        popup=folium.GeoJsonPopup(
            fields=[f"f{i}" for i in range(len(fields))],
            aliases=[html.escape(f.label(lang)) for f in fields],
            max_width=420,
        ),
        tooltip=folium.GeoJsonTooltip(fields=["f0"], aliases=[""], labels=False) if fields else None,
    ).add_to(group)


def outward_links(drawn: folium.Map) -> list[str]:
    """Return every address outside this machine that the map would fetch; empty for a map that works offline."""
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


def _features(layer: Layer, fields: list[Field], lang: str) -> list[dict[str, Any]]:
    """Return GeoJSON features with escaped, readable values under short safe names (f0, f1, ...)."""
    shapes = shapely.to_geojson(
        shapely.set_precision(layer.frame.geometry.to_numpy(), 1e-6, mode="pointwise")
    )
    columns = [
        [_readable(value, field, lang) for value in layer.frame[field.name].tolist()] for field in fields
    ]
    ids = layer.frame["id" if "id" in layer.frame.columns else "adcode"].astype(str).tolist()
    return [
        {
            "type": "Feature",
            "id": ids[i],
            "geometry": json.loads(shapes[i]),
            "properties": {
                "id": html.escape(ids[i]),
                **{f"f{k}": column[i] for k, column in enumerate(columns)},
            },
        }
        for i in range(len(shapes))
    ]


def _readable(value: Any, field: Field, lang: str) -> str:
    if value is None or value != value:
        return "—"
    if field.kind in {"integer", "number", "people", "yuan", "metres", "square_metres"}:
        return number(float(value), lang)
    return html.escape(str(value), quote=True)


def _tooltip(fields: list[Field], lang: str) -> folium.GeoJsonTooltip:
    return folium.GeoJsonTooltip(
        fields=[f"f{i}" for i in range(len(fields))],
        aliases=[html.escape(f.label(lang)) for f in fields],
        sticky=True,
    )
