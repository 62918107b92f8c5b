"""QGIS styles (QML): the product's classes and colours, Chinese legend, Chinese aliases of the fields.

Classes are rules with filters, so that a value on a break falls into the same class as on the map (lower end included).
The XML is what QGIS 3.4 and later read; nothing in it is newer than QGIS 3.22.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from layers import categories
from layers.export.features import Features
from layers.style import UNKNOWN

_VERSION = "3.22.0"
_POINT_COLOUR, _LINE_COLOUR, _OUTLINE = "#d7301f", "#d7301f", "#5a5a5a"
#: Names of points are written from this scale on: hundreds of them hide a city.
_POINT_LABELS_FROM = 250_000


def document(features: Features) -> str:
    """Return the QML of one table."""
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology|Fields|Labeling")
    root.set("labelsEnabled", labels_enabled(features))
    root.extend(parts(features))
    ET.indent(root)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def parts(features: Features, outline: bool = False) -> list[ET.Element]:
    """Return the elements that a style and a layer of a project share: symbols, names to write, the fields' names.

    With ``outline`` areas are drawn by their edge only.
    """
    aliases = ET.Element("aliases")
    for number, column in enumerate(features.columns):
        ET.SubElement(aliases, "alias", field=column.name, index=str(number), name=column.header())
    if not features.has_shapes:
        return [aliases]
    name = _label_column(features)
    words = [] if name is None or not _labelled(features, outline) else [_labels(features, name)]
    return [_renderer(features, outline), *words, aliases]


def labels_enabled(features: Features, outline: bool = False) -> str:
    """Return ``1`` where names are written beside the shapes: districts by their outline, and points; else ``0``."""
    return "1" if _labelled(features, outline) and _label_column(features) is not None else "0"


def rules(features: Features) -> list[tuple[str, str, str]]:
    """Return (filter, Chinese label, colour) of each class of the layer's scale, or of each family of projects."""
    if _symbol_kind(features) != "fill":
        return _families(features)
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
    classes = [] if outline else rules(features)
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


def _families(features: Features) -> list[tuple[str, str, str]]:
    """Points and links take the colour of their family, as on the map; only families that occur are listed."""
    column = next((c.name for c in features.columns if c.field == "category"), None)
    if column is None:
        return []
    there = {categories.family(str(code)) for code in features.layer.frame["category"]}
    found = []
    for family in categories.FAMILIES:
        if family in there:
            last = family is categories.FAMILIES[-1]  # what no family names belongs to the last
            codes = ", ".join(f"'{code}'" for code in family.categories)
            condition = "ELSE" if last else f'"{column}" IN ({codes})'
            found.append((condition, family.label_zh, family.colour))
    return found


def _labelled(features: Features, outline: bool) -> bool:
    return outline or (features.geometry_type() == "Point" and features.layer.geometry != "cells")


def _label_column(features: Features) -> str | None:
    return next((c.name for c in features.columns if c.field == "name_zh"), None)


def _labels(features: Features, column: str) -> ET.Element:
    """Return names with a white halo; those of points only near by."""
    points = features.geometry_type() == "Point"
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    text = ET.SubElement(
        settings, "text-style", fieldName=column, isExpression="0", fontSize="8" if points else "10",
        fontSizeUnit="Point", fontFamily="Microsoft YaHei", textColor="28,39,51,255", multilineHeight="1",
    )  # fmt: skip
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(text, "text-buffer", halo)
    ET.SubElement(
        settings, "placement", placement="6" if points else "1", centroidInside="1", dist="1.5", priority="5"
    )
    near = {"scaleVisibility": "1", "scaleMin": str(_POINT_LABELS_FROM), "scaleMax": "1"} if points else {}
    ET.SubElement(settings, "rendering", {"obstacle": "0", "displayAll": "0", **near})
    return labeling


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
