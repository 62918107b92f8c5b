"""A QGIS project (``.qgz``) beside a GeoPackage: its layers in groups as on the map, styled, with a Chinese legend.

The layers stay in the GeoPackage; the project names it by a relative path, so that both can be moved together.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyproj

from geo import crs
from layers.export import qml
from layers.export.archive import EPOCH
from layers.export.features import Features

VERSION = "3.22.0"
#: Groups from the top, and what stands in each; points and lines lie above areas.
_GROUPS = (
    ("规划项目", ("projects", "projects_lines")),
    ("测算分配", ("zones", "cells")),
    ("行政区", ("districts",)),
    ("表格", ("targets",)),
)
#: Filled areas are not seen at first where cells are; their outline, a layer of its own, always is.
_AREAS = "districts"
_OUTLINE_TITLE = "区界"


def write(layers: Sequence[Features], package: Path, path: Path, title: str, notice: str) -> None:
    """Write the project for the tables that ``layers`` have in the GeoPackage ``package`` (in the same folder)."""
    text = document(layers, package.name, title, notice)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{path.stem}.qgs", EPOCH), text)


def document(layers: Sequence[Features], package: str, title: str, notice: str) -> str:
    """Return the project's XML; ``package`` is the GeoPackage's name as seen from the project."""
    root = ET.Element("qgis", version=VERSION, projectname=title)
    ET.SubElement(root, "title").text = title
    abstract = ET.SubElement(ET.SubElement(root, "projectMetadata"), "abstract")
    abstract.text = notice
    canvas = _canvas(layers)
    if canvas is not None:
        ET.SubElement(root, "projectCrs").append(_srs(canvas[0]))
    root.append(_tree(layers, package))
    if canvas is not None:
        root.append(canvas[1])
    maps = ET.SubElement(root, "projectlayers")
    for features in layers:
        maps.append(_map_layer(features, package))
        if features.table == _AREAS:
            maps.append(_map_layer(features, package, outline=True))
    _properties(root)
    ET.indent(root)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def _tree(layers: Sequence[Features], package: str) -> ET.Element:
    tree = ET.Element("layer-tree-group")
    by_name = {features.table: features for features in layers}
    both = {"cells", _AREAS} <= set(by_name)
    listed = {name for _, names in _GROUPS for name in names}
    for title, names in (*_GROUPS, ("其他", tuple(n for n in by_name if n not in listed))):
        held = [by_name[name] for name in names if name in by_name]
        if not held:
            continue
        group = ET.SubElement(tree, "layer-tree-group", name=title, expanded="1", checked="Qt::Checked")
        for features in held:
            if features.table == _AREAS:
                group.append(_leaf(features, package, True, outline=True))
            group.append(_leaf(features, package, not (both and features.table == _AREAS)))
    return tree


def _leaf(features: Features, package: str, seen: bool, outline: bool = False) -> ET.Element:
    return ET.Element(
        "layer-tree-layer",
        id=_identifier(features, outline),
        name=_OUTLINE_TITLE if outline else features.layer.title_zh,
        source=_source(features, package),
        providerKey="ogr",
        expanded="1",
        checked="Qt::Checked" if seen else "Qt::Unchecked",
    )


def _map_layer(features: Features, package: str, outline: bool = False) -> ET.Element:
    kind = features.geometry_type() or "No geometry"
    simple = next((k for k in ("Polygon", "Line", "Point") if k in kind), "No geometry")
    layer = ET.Element(
        "maplayer",
        type="vector",
        geometry=simple,
        autoRefreshEnabled="0",
        labelsEnabled=qml.labels_enabled(features, outline),
    )
    ET.SubElement(layer, "id").text = _identifier(features, outline)
    ET.SubElement(layer, "datasource").text = _source(features, package)
    ET.SubElement(layer, "layername").text = _OUTLINE_TITLE if outline else features.layer.title_zh
    ET.SubElement(layer, "abstract").text = features.layer.notice_zh
    if features.reference.crs and features.has_shapes:
        ET.SubElement(layer, "srs").append(_srs(features.reference.crs))
    ET.SubElement(layer, "provider", encoding="UTF-8").text = "ogr"
    for part in qml.parts(features, outline):
        layer.append(part)
    return layer


def _srs(code: str) -> ET.Element:
    """The CRS in full: QGIS takes a code without its definition for none."""
    found = pyproj.CRS(code)
    srs = ET.Element("spatialrefsys")
    ET.SubElement(srs, "wkt").text = found.to_wkt()
    ET.SubElement(srs, "srid").text = str(found.to_epsg())
    ET.SubElement(srs, "authid").text = code
    ET.SubElement(srs, "description").text = found.name
    ET.SubElement(srs, "geographicflag").text = "true" if found.is_geographic else "false"
    return srs


def _canvas(layers: Sequence[Features]) -> tuple[str, ET.Element] | None:
    """Return the map's CRS and its window; data in degrees is shown in its 3-degree zone, so that shapes are true."""
    boxes = [f.bounds() for f in layers if f.has_shapes and f.table in ("districts", "cells")]
    boxes = boxes or [f.bounds() for f in layers if f.has_shapes]
    code = layers[0].reference.crs
    if not boxes or not code:
        return None
    sides = np.vstack(boxes)
    edges = (*np.nanmin(sides[:, :2], axis=0), *np.nanmax(sides[:, 2:], axis=0))
    if layers[0].reference.geographic:
        zone = crs.zone_for(float(edges[0] + edges[2]) / 2)
        code = f"EPSG:{zone.epsg}"
        # the edges of the window bend in the zone: its corners and the middles of its sides hold it
        lon, lat = np.meshgrid(np.linspace(edges[0], edges[2], 3), np.linspace(edges[1], edges[3], 3))
        east, north = crs.to_plane(lon.ravel(), lat.ravel(), zone)
        edges = (east.min(), north.min(), east.max(), north.max())
    canvas = ET.Element("mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    extent = ET.SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), edges, strict=True):
        ET.SubElement(extent, name).text = repr(float(value))
    ET.SubElement(canvas, "destinationsrs").append(_srs(code))
    return code, canvas


def _properties(root: ET.Element) -> None:
    properties = ET.SubElement(root, "properties")
    ET.SubElement(ET.SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    projections = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(projections, "ProjectionsEnabled", type="int").text = "1"


def _identifier(features: Features, outline: bool) -> str:
    return re.sub(r"\W", "_", f"{features.table}_{'outline' if outline else 'infraplan'}")


def _source(features: Features, package: str) -> str:
    return f"./{package}|layername={features.table}"
