"""The formats that a layer can be handed over in, and one door to write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geo.errors import RequestError, unknown
from layers.export import (
    delimited,
    filegdb,
    flatgeobuf,
    geojson,
    geopackage,
    geoparquet,
    kml,
    qgis_project,
    shapefile,
    workbook,
)
from layers.export.columns import SHORT_BYTES
from layers.export.features import Features, Reached, prepare
from layers.export.reference import CGCS2000, WGS84, Reference
from layers.export.written import Table
from layers.spec import Layer


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes
    ----------
    many : bool
        One file holds several layers.
    wgs84 : bool
        The format's own standard wants WGS84 and nothing else.
    folder : bool
        A "file" of the format is a folder (``.gdb``).
    """

    id: str
    suffix: str
    title_zh: str
    title_en: str
    many: bool = False
    wgs84: bool = False
    folder: bool = False

    def title(self, lang: str) -> str:
        """Return the title in ``lang``."""
        return self.title_zh if lang == "zh" else self.title_en


FORMATS: Mapping[str, Format] = {
    f.id: f
    for f in (
        Format("geojson", ".geojson", "GeoJSON", "GeoJSON (RFC 7946)", wgs84=True),
        Format("geojsonl", ".geojsonl", "逐行GeoJSON", "Newline-delimited GeoJSON", wgs84=True),
        Format("gpkg", ".gpkg", "GeoPackage", "GeoPackage", many=True),
        Format("gdb", ".gdb", "文件地理数据库", "File geodatabase", many=True, folder=True),
        Format("shp", ".shp", "Shapefile", "Shapefile"),
        Format("fgb", ".fgb", "FlatGeobuf", "FlatGeobuf"),
        Format("parquet", ".parquet", "GeoParquet", "GeoParquet"),
        Format("csv", ".csv", "CSV(UTF-8 带BOM)", "CSV (UTF-8 with BOM)"),
        Format("xlsx", ".xlsx", "Excel", "Excel", many=True),
        Format("kml", ".kml", "KML", "KML", many=True, wgs84=True),
    )
}


def get(name: str) -> Format:
    """Return the format called ``name``."""
    if name not in FORMATS:
        raise unknown("format", name, FORMATS, "格式")
    return FORMATS[name]


def by_suffix(path: Path) -> Format | None:
    """Return the format that a path ends in, None when it ends in none."""
    return next((f for f in FORMATS.values() if path.suffix.casefold() == f.suffix), None)


def own_reference(fmt: Format, wanted: Reference, explicit: bool) -> Reference:
    """Return the coordinates that a format is written in when ``wanted`` was asked for.

    CGCS2000 in a format that is WGS84 by its standard is the named identity (conventions D2); a zone is refused, unless
    it was only "auto" that chose it (``explicit`` is False).

    Raises
    ------
    RequestError
        When the format cannot say or hold these coordinates.
    """
    if not fmt.wgs84:
        return wanted
    if wanted.offset and fmt.id != "kml":
        return wanted
    if wanted.epsg in (4326, 4490) or not (explicit or wanted.offset):
        return WGS84
    raise RequestError(
        f"{fmt.title_en} is WGS84 by its standard and cannot be in {wanted.name}; use gpkg, shp, gdb or csv for that",
        f"{fmt.title_zh} 标准规定为 WGS84,不能采用 {wanted.name};请改用 gpkg、shp、gdb 或 csv",
    )


def default_reference(fmt: Format) -> Reference:
    """Return the coordinates of a format when nothing is said: CGCS2000, or WGS84 where its standard wants that."""
    return WGS84 if fmt.wgs84 else CGCS2000


def write(
    fmt: Format,
    layers: Sequence[Layer],
    folder: Path,
    stem: str | None,
    profile: str,
    reference: Reference,
    encoding: str = "GBK",
    about: Mapping[str, Any] | None = None,
    project: bool = True,
    reached: Reached | None = None,
) -> list[Table]:
    """Write layers into ``folder``; return a report on every table.

    Parameters
    ----------
    stem : str or None
        The file's name without its ending. A format that holds one layer a file names its files by layer when it is
        None; with a name it takes one layer only, and its links, which go beside it.
    project : bool
        Write a QGIS project beside a GeoPackage.
    reached : callable, optional
        Called with a table and its row before each batch; what it raises stops the writing.
    """
    prepared = [_prepare(fmt, layer, profile, reference, encoding, reached) for layer in layers]
    if fmt.many:
        path = folder / f"{stem}{fmt.suffix}"
        tables = _write_many(fmt, prepared, path, about or {})
        if project and fmt.id == "gpkg":
            _write_project(prepared, path, about or {})
        return tables
    return [table for features in prepared for table in _write_one(fmt, features, folder, stem, encoding)]


def _prepare(
    fmt: Format, layer: Layer, profile: str, reference: Reference, encoding: str, reached: Reached | None
) -> Features:
    if fmt.id == "shp":
        return prepare(layer, profile, reference, SHORT_BYTES, encoding, reached)
    return prepare(layer, profile, reference, reached=reached)


def _write_many(fmt: Format, layers: Sequence[Features], path: Path, about: Mapping[str, Any]) -> list[Table]:
    if fmt.id == "gpkg":
        return geopackage.write(layers, path, about)
    if fmt.id == "gdb":
        return filegdb.write(layers, path)
    if fmt.id == "xlsx":
        return workbook.write(layers, path, about)
    return kml.write(layers, path, str(about.get("title_zh", "")))


def _write_project(layers: Sequence[Features], path: Path, about: Mapping[str, Any]) -> None:
    parts = [part for layer in layers for part in layer.by_dimension()]
    said = dict.fromkeys([*map(str, about.get("notices_zh", [])), str(about.get("map_review_zh", ""))])
    title = str(about.get("title_zh", path.stem))
    qgis_project.write(parts, path, path.with_suffix(".qgz"), title, "\n".join(said))


def _write_one(fmt: Format, features: Features, folder: Path, stem: str | None, encoding: str) -> list[Table]:
    datum = f"_{features.reference.datum}" if features.reference.offset else ""
    name = f"{features.table}{datum}" if stem is None else stem
    if stem is not None and features.table.endswith("_lines"):
        name = f"{stem}_lines"  # the links of a layer, beside the file that was named
    if fmt.id == "shp":
        return shapefile.write(replace(features, table=name), folder, encoding)
    writers = {
        "geojson": geojson.write_features,
        "geojsonl": geojson.write_lines,
        "fgb": flatgeobuf.write,
        "parquet": geoparquet.write,
        "csv": delimited.write,
    }
    return writers[fmt.id](features, folder / f"{name}{fmt.suffix}")
