"""QGIS styles (QML): the product's classes and colours, Chinese legend, Chinese aliases of the fields.

Classes are rules with filters, so that a value on a break falls into the same class as on the map (lower end included).
The XML is what QGIS 3.4 and later read; nothing in it is newer than QGIS 3.22.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from layers.export.features import Features
from layers.style import UNKNOWN

_VERSION = "3.22.0"
_POINT_COLOUR, _LINE_COLOUR, _OUTLINE = "#d7301f", "#d7301f", "#5a5a5a"


def document(features: Features) -> str:
    """Return the QML of one table."""
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology|Fields")
    root.extend(parts(features))
    ET.indent(root)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def parts(features: Features, outline: bool = False) -> list[ET.Element]:
    """Return the elements that a style and a layer of a project share: symbols, and the fields' Chinese names.

    With ``outline`` areas are drawn by their edge only.
    """
    aliases = ET.Element("aliases")
    for number, column in enumerate(features.columns):
        ET.SubElement(aliases, "alias", field=column.name, index=str(number), name=column.header())
    return [_renderer(features, outline), aliases] if features.has_shapes else [aliases]


def rules(features: Features) -> list[tuple[str, str, str]]:
    """Return (filter, Chinese label, colour) of each class of the layer's scale; empty without a scale."""
    scale = features.layer.scale
    name = next((c.name for c in features.columns if scale and c.field == scale.field), None)
    if scale is None or name is None:
        return []
    found = []
    last = len(scale.colours) - 1
    for i, (colour, label) in enumerate(zip(scale.colours, scale.class_labels("zh"), strict=True)):
        end = "<=" if i == last else "<"
        low, high = scale.breaks[i], scale.breaks[i + 1]
        found.append((f'"{name}" >= {low:.15g} AND "{name}" {end} {high:.15g}', label, colour))
    return [*found, (f'"{name}" IS NULL', "未知", UNKNOWN)]


def _renderer(features: Features, outline: bool) -> ET.Element:
    kind = _symbol_kind(features)
    classes = rules(features) if kind == "fill" and not outline else []
    if not classes:
        renderer = ET.Element(
            "renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0", enableorderby="0"
        )
        renderer.append(_symbols(kind, [_plain_colour(kind)], features, outline))
        return renderer
    renderer = ET.Element(
        "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0", enableorderby="0"
    )
    root = ET.SubElement(renderer, "rules", key="{root}")
    for number, (condition, label, _) in enumerate(classes):
        attributes = {"filter": condition, "key": f"{{rule-{number}}}", "label": label, "symbol": str(number)}
        ET.SubElement(root, "rule", attributes)
    renderer.append(_symbols(kind, [colour for _, _, colour in classes], features))
    return renderer


def _symbol_kind(features: Features) -> str:
    kind = features.geometry_type() or ""
    if "Polygon" in kind:
        return "fill"
    return "line" if "Line" in kind else "marker"


def _plain_colour(kind: str) -> str:
    return {"fill": "#ffffff", "line": _LINE_COLOUR}.get(kind, _POINT_COLOUR)


def _symbols(kind: str, colours: Iterable[str], features: Features, hollow: bool = False) -> ET.Element:
    symbols = ET.Element("symbols")
    edge = "no" if features.layer.geometry == "cells" else "solid"
    for number, colour in enumerate(colours):
        symbol = ET.SubElement(
            symbols, "symbol", type=kind, name=str(number), alpha="1", clip_to_extent="1", force_rhr="0"
        )
        what = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}[kind]
        layer = ET.SubElement(symbol, "layer", {"class": what, "pass": "0", "enabled": "1", "locked": "0"})
        for key, value in _properties(kind, _rgba(colour), edge, hollow):
            ET.SubElement(layer, "prop", k=key, v=value)
    return symbols


def _properties(kind: str, colour: str, edge: str, hollow: bool) -> list[tuple[str, str]]:
    if kind == "line":  # dashed: a schematic link shows no alignment
        return [
            ("line_color", colour),
            ("line_width", "0.6"),
            ("line_width_unit", "MM"),
            ("line_style", "dash"),
        ]
    if kind == "marker":
        return [
            ("name", "circle"),
            ("color", colour),
            ("outline_color", "255,255,255,255"),
            ("outline_width", "0.3"),
            ("size", "3"),
            ("size_unit", "MM"),
        ]
    return [
        ("color", colour),
        ("style", "no" if hollow else "solid"),
        ("outline_color", _rgba(_OUTLINE)),
        ("outline_style", edge),
        ("outline_width", "0.26"),
        ("outline_width_unit", "MM"),
    ]


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
