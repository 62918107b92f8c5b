"""KML 2.2 for viewing: WGS84, a folder a layer, the map's classes as styles, Chinese names for the data.

Written by hand, feature by feature: GDAL's driver knows neither styles by class nor display names. What is needed for
analysis stands in the other formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from layers.export.features import Features
from layers.export.written import Table, table
from layers.style import UNKNOWN

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}


def write(layers: Sequence[Features], path: Path, title: str = "") -> list[Table]:
    """Write all layers into one KML."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f"{_HEAD}<name>{_text(title or path.stem)}</name>\n")
        for features in layers:
            _styles(features, out)
        for features in layers:
            _schema(features, out)
        for features in layers:
            layer = features.layer
            out.write(f'<Folder id="{features.table}"><name>{_text(features.table)}</name>')
            out.write(f"<description>{_text(f'{layer.title_zh}。{layer.notice_zh}')}</description>\n")
            for start, stop in features.spans():
                out.writelines(_placemarks(features, start, stop))
            out.write("</Folder>\n")
        out.write("</Document>\n</kml>\n")
    return [table(path, "kml", features) for features in layers]


def _styles(features: Features, out: TextIO) -> None:
    colours = list(features.layer.scale.colours) if features.layer.scale else []
    for number, colour in enumerate([*colours, UNKNOWN]):
        name = f"{features.table}-{number if number < len(colours) else 'plain'}"
        opacity = "b3" if colours else "80"
        out.write(
            f'<Style id="{name}"><LineStyle><color>ff5a5a5a</color><width>1</width></LineStyle>'
            f"<PolyStyle><color>{_abgr(colour, opacity)}</color></PolyStyle></Style>\n"
        )


def _schema(features: Features, out: TextIO) -> None:
    out.write(f'<Schema name="{features.table}" id="schema-{features.table}">\n')
    for column in features.columns:
        kind = _kind(features.values(column))
        label = _text(column.header())
        out.write(
            f'<SimpleField type="{kind}" name={quoteattr(column.name)}>'
            f"<displayName>{label}</displayName></SimpleField>\n"
        )
    out.write("</Schema>\n")


def _kind(values: pa.Array) -> str:
    """The schema's type: whole numbers beyond 32 bits are doubles, since readers cut an ``int`` there."""
    if pa.types.is_integer(values.type):
        largest = pc.max(pc.abs(values)).as_py() or 0
        return "int" if largest < 2**31 else "double"
    return (
        "double"
        if pa.types.is_floating(values.type)
        else "bool"
        if pa.types.is_boolean(values.type)
        else "string"
    )


def _placemarks(features: Features, start: int, stop: int) -> Iterator[str]:
    names = _titles(features, start, stop)
    classes = _classes(features, start, stop)
    columns = [(quoteattr(c.name), features.values(c, start, stop).to_pylist()) for c in features.columns]
    shapes = features.shapes(start, stop) if features.has_shapes else np.full(stop - start, None)
    for i in range(stop - start):
        data = "".join(
            f"<SimpleData name={name}>{_text(_value(values[i]))}</SimpleData>"
            for name, values in columns
            if values[i] is not None
        )
        yield (
            f"<Placemark><name>{_text(names[i])}</name><styleUrl>#{features.table}-{classes[i]}</styleUrl>"
            f'<ExtendedData><SchemaData schemaUrl="#schema-{features.table}">{data}</SchemaData></ExtendedData>'
            f"{_geometry(shapes[i])}</Placemark>\n"
        )


def _titles(features: Features, start: int, stop: int) -> list[str]:
    wanted = {"name_zh", "indicator_zh"}
    column = next((c for c in features.columns if c.field in wanted), features.columns[0])
    return [str(v) for v in features.values(column, start, stop).to_pylist()]


def _classes(features: Features, start: int, stop: int) -> list[object]:
    scale = features.layer.scale
    if scale is None:
        return ["plain"] * (stop - start)
    values = features.layer.frame[scale.field].iloc[start:stop].to_numpy(dtype=float, na_value=np.nan)
    below = values < scale.breaks[0]
    return [
        "plain" if c < 0 or low else c for c, low in zip(scale.classify(values).tolist(), below, strict=True)
    ]


def _value(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)  # GDAL reads "true" as 0


def _geometry(shape: shapely.Geometry | None) -> str:
    if shape is None:
        return ""
    parts = shapely.get_parts(shape)
    texts = [_part(part) for part in parts]
    return texts[0] if len(texts) == 1 else f"<MultiGeometry>{''.join(texts)}</MultiGeometry>"


def _part(part: shapely.Geometry) -> str:
    if part.geom_type == "Polygon":
        outer = f"<outerBoundaryIs>{_ring(part.exterior)}</outerBoundaryIs>"
        inner = "".join(f"<innerBoundaryIs>{_ring(hole)}</innerBoundaryIs>" for hole in part.interiors)
        return f"<Polygon>{outer}{inner}</Polygon>"
    name = "LineString" if part.geom_type == "LineString" else "Point"
    return f"<{name}><coordinates>{_coordinates(part)}</coordinates></{name}>"


def _ring(ring: shapely.LinearRing) -> str:
    return f"<LinearRing><coordinates>{_coordinates(ring)}</coordinates></LinearRing>"


def _coordinates(shape: shapely.Geometry) -> str:
    return " ".join(f"{x},{y}" for x, y in shapely.get_coordinates(shape).tolist())


def _abgr(colour: str, opacity: str) -> str:
    return f"{opacity}{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def _text(text: str) -> str:
    """Escape a text for XML, without the control characters that XML 1.0 cannot hold."""
    return escape(text.translate(_CONTROL))
