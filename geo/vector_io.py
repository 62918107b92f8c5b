"""Reading and writing vector files.

GeoJSON that ships is written here by hand, since its bytes must be the same on every machine: six decimals (11 cm),
one feature a line, rings as RFC 7946 wants them. Files that people bring are read with pyogrio: GeoJSON, GeoPackage,
FlatGeobuf, file geodatabases, and Shapefiles in UTF-8 or GBK (Chinese ones mostly come without the .cpg that would say
which), also inside a zip. A file, or a zip, may hold several layers; :func:`layers` says which.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.errors
import shapely

from geo import atomic, vector_zip
from geo.errors import DataError, Problem
from geo.formats import FORMAT_VERSION, require_format

DECIMALS = 6
READABLE = (*vector_zip.KINDS, ".zip")
#: Where a frame keeps the encoding that was taken in place of the one that its .cpg names.
_OVERRULED = "encoding"
_NAMED_ENCODINGS = {
    "936": "GB18030",
    "GBK": "GB18030",
    "GB2312": "GB18030",
    "CP936": "GB18030",
    "65001": "UTF-8",
}


def write_geojson(
    path: Path, frame: gpd.GeoDataFrame, columns: Sequence[str], decimals: int = DECIMALS
) -> None:
    """Write polygons or points in lon, lat degrees (EPSG:4326) as GeoJSON: the same bytes for the same input.

    Numbers of the attributes are written as they are, missing values as null; ``format_version`` is a member of the
    collection. The frame's order is kept.
    """
    lines = [
        json.dumps(
            {"type": "Feature", "properties": properties, "geometry": _rounded(geometry, decimals)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, geometry in zip(_records(frame[list(columns)]), frame.geometry, strict=True)
    ]
    head = f'{{"type":"FeatureCollection","format_version":{FORMAT_VERSION},"features":[\n'
    atomic.write_text(path, head + ",\n".join(lines) + "\n]}\n")


def read_geojson(path: Path) -> gpd.GeoDataFrame:
    """Read a GeoJSON that ships with the product (EPSG:4326), refusing a format version that is not known."""
    if not path.is_file():
        raise DataError(
            f"the data file {path.name} is missing; run: python -m infraplan data build",
            f"缺少数据文件 {path.name}",
        )
    document = json.loads(path.read_text(encoding="utf-8"))
    require_format(document, path.name)
    features = document["features"]
    frame = pd.DataFrame([feature["properties"] for feature in features])
    geometries = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return gpd.GeoDataFrame(frame, geometry=geometries, crs="EPSG:4326")


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with geometry: its name, its kind (``Point``, ``MultiPolygon``, ``Unknown``), its number of features."""

    name: str
    kind: str
    features: int


def layers(path: Path) -> list[Layer]:
    """Return the layers with geometry of a file, or of all vector files of a zip, in the file's order.

    A zip's layers are named after its files, and ``file/layer`` where such a file has several itself. Tables without
    geometry, such as the styles that QGIS keeps in a GeoPackage, are left out.

    Raises
    ------
    DataError
        When the file is missing, of a kind not read here, or damaged.
    """
    with _opened(Path(path)) as found:
        return [
            Layer(name, kind, _damaged_said(path.name, pyogrio.read_info, inner, layer=own)["features"])
            for name, (inner, own, kind) in found.items()
        ]


def read(path: Path, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """Read a vector file that somebody brings, as it is: its own CRS (None when it says none), nothing repaired.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, FlatGeobuf, file geodatabase, Shapefile, or a zip that holds them.
    layer : str, optional
        One of :func:`layers`; needed when there are several.
    encoding : str, optional
        Of a Shapefile's texts; otherwise its .cpg says, or the bytes themselves do (UTF-8, else GB18030).

    Raises
    ------
    DataError
        When the file is missing, of a kind not read here, holds several layers and none is named, or cannot be read.
    """
    path = Path(path)
    with _opened(path) as found:
        if layer is None and len(found) > 1:
            raise DataError(
                f"{path.name}: holds {len(found)} layers, say which: {', '.join(found)}",
                f"{path.name}:包含 {len(found)} 个图层,请指定:{'、'.join(found)}",
            )
        if layer is not None and layer not in found:
            raise DataError(
                f"{path.name}: no layer {layer!r}; it holds: {', '.join(found)}",
                f"{path.name}:没有图层“{layer}”;现有:{'、'.join(found)}",
            )
        inner, own, _ = found[layer] if layer is not None else next(iter(found.values()))
        return _read(inner, path.name, own, encoding)


@contextmanager
def _opened(path: Path) -> Iterator[dict[str, tuple[Path, str, str]]]:
    """Yield (file, name of the layer in it, kind of geometry) of each layer, by the name it is asked for."""
    if not path.exists():
        raise DataError(f"{path.name}: there is no such file", f"{path.name}:文件不存在")
    suffix = path.suffix.casefold()
    if suffix not in READABLE:
        raise DataError(
            f"{path.name}: files of the kind {suffix or '(none)'} are not read; give one of {', '.join(READABLE)}",
            f"{path.name}:不支持 {suffix or '(无扩展名)'} 文件;可用 {'、'.join(READABLE)}",
        )
    if suffix != ".zip":
        yield {name: (path, name, kind) for name, kind in _listed(path, path.name)}
        return
    with vector_zip.unpacked(path) as files:
        found = {}
        for shown, inner in files.items():
            try:
                here = _listed(inner, path.name if len(files) == 1 else f"{path.name}/{shown}")
            except DataError:
                if len(files) == 1 or inner.suffix != ".json":
                    raise
                continue  # the metadata.json beside the files, as packages have one
            for name, kind in here:
                asked = name if len(files) == 1 else shown if len(here) == 1 else f"{shown}/{name}"
                found[asked] = (inner, name, kind)
        if not found:
            raise vector_zip.none_in(path.name, list(files))
        yield found


def _listed(path: Path, shown: str) -> list[tuple[str, str]]:
    """Return name and kind of geometry of a file's layers: those with geometry, or all when none has."""
    if path.suffix.casefold() == ".shp":
        _require_companions(path, shown)
    rows = _damaged_said(shown, pyogrio.list_layers, path)
    found = [(str(name), str(kind).removesuffix(" Z")) for name, kind in rows if kind is not None]
    return found or [(str(name), "") for name, _ in rows]


def _damaged_said(shown: str, read_with: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call one of pyogrio's readers; what it cannot read is said in plain words."""
    try:
        with warnings.catch_warnings():
            # GDAL remarks on what the checks after reading report in plain words
            warnings.simplefilter("ignore")
            return read_with(*args, **options)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        UnicodeDecodeError,
        LookupError,
    ) as error:
        if _is_gbk_json(args[0]):
            raise DataError(
                f"{shown}: its text is in GBK, and GeoJSON must be in UTF-8; save it again in UTF-8",
                f"{shown}:文字编码为 GBK,而 GeoJSON 须为 UTF-8;请另存为 UTF-8 编码后重新上传",
            ) from error
        raise DataError(
            f"{shown}: is damaged, or not what its ending says; open it in a GIS and save it again",
            f"{shown}:文件损坏,或内容与扩展名不符;请在 GIS 软件中打开后重新保存",
        ) from error


def _is_gbk_json(path: Path) -> bool:
    """Return whether a GeoJSON is no UTF-8 and would be JSON in GBK."""
    if path.suffix.casefold() not in (".geojson", ".json") or not path.is_file():
        return False
    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            json.loads(data.decode("gb18030"))
        except ValueError:
            return False
        return True
    return False


def shapefile_encoding(path: Path) -> str:
    """Return the encoding of a Shapefile's texts: what its .cpg says, else what its bytes are.

    A .cpg that says UTF-8 of texts which are none is not believed when GB18030 can read all of them.

    Texts that are all valid UTF-8 (but for a last character cut off at the field's end) are UTF-8; the chance that GBK
    text is so by accident is small and falls with every text. Everything else is read as GB18030.
    """
    says = path.with_suffix(".cpg")
    if says.is_file():
        named = _encoding_named(says)
        if named.upper() not in ("UTF-8", "UTF8") or _all_utf8(path) or not _all_gb18030(path):
            return named
        return "GB18030"
    return "UTF-8" if _all_utf8(path) else "GB18030"


def _encoding_named(cpg: Path) -> str:
    name = cpg.read_text(encoding="ascii", errors="replace").strip()
    return _NAMED_ENCODINGS.get(name.upper(), name) or "UTF-8"


def _all_utf8(path: Path) -> bool:
    return all(_is_utf8(text, full) for text, full in _dbf_texts(path.with_suffix(".dbf")))


def _all_gb18030(path: Path) -> bool:
    for text, full in _dbf_texts(path.with_suffix(".dbf")):
        try:
            text.decode("gb18030")
        except UnicodeDecodeError as error:
            if not (full and error.end >= len(text)):  # the last character of a full field may be cut off
                return False
    return True


def _read(path: Path, shown: str, layer: str, encoding: str | None) -> gpd.GeoDataFrame:
    overruled = ""
    if path.suffix.casefold() == ".shp" and encoding is None:
        encoding = shapefile_encoding(path)
        cpg = path.with_suffix(".cpg")
        overruled = encoding if cpg.is_file() and _encoding_named(cpg) != encoding else ""
    frame = _damaged_said(shown, pyogrio.read_dataframe, path, layer=layer, encoding=encoding)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(f"{shown}: a table without geometry", f"{shown}:没有图形,仅为表格")
    if overruled:
        frame.attrs[_OVERRULED] = overruled
    return frame


def notes(frame: gpd.GeoDataFrame, shown: str) -> list[Problem]:
    """Return what was done to read a frame of :func:`read`: an encoding in place of the one that its .cpg names."""
    encoding = frame.attrs.get(_OVERRULED)
    if encoding is None:
        return []
    return [
        Problem(
            "encoding",
            shown,
            f"its texts are not in the encoding that its .cpg names, and were read as {encoding}",
            f"文字编码与 .cpg 所注不符,已按 {encoding} 读取",
        )
    ]


def _require_companions(path: Path, shown: str) -> None:
    missing = [
        s
        for s in (".shx", ".dbf")
        if not path.with_suffix(s).is_file() and not path.with_suffix(s.upper()).is_file()
    ]
    if missing:
        raise DataError(
            f"{shown}: a Shapefile is several files and {', '.join(missing)} is missing; bring them all, best in a zip",
            f"{shown}:Shapefile 由多个文件组成,缺少 {'、'.join(missing)};请一并提供,最好打包为 zip",
        )


def _dbf_texts(path: Path) -> list[tuple[bytes, bool]]:
    """Return names and character values of a dBASE table as bytes without filling, and whether each fills its field."""
    data = (path if path.is_file() else path.with_suffix(".DBF")).read_bytes()
    count, head, width = (int.from_bytes(data[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    texts, start = [], 1
    for at in range(32, head - 32, 32):
        if data[at : at + 1] == b"\r":
            break
        name = data[at : at + 11].split(b"\0")[0]
        texts.append((name, len(name) >= 10))
        size = data[at + 16]
        if data[at + 11 : at + 12] == b"C":
            for row in range(min(count, 5000)):
                begin = head + row * width + start
                value = data[begin : begin + size].rstrip(b" \0")
                texts.append((value, len(value) == size))
        start += size
    return texts


def _is_utf8(text: bytes, full: bool) -> bool:
    """Say whether bytes are valid UTF-8; in a ``full`` field the last character may be cut off."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        tail = text[error.start :]  # its first byte says how long the character should be
        needed = (
            2
            if tail[0] >> 5 == 0b110
            else 3
            if tail[0] >> 4 == 0b1110
            else 4
            if tail[0] >> 3 == 0b11110
            else 0
        )
        cut = error.start > 0 and len(tail) < needed and re.fullmatch(rb"[\x80-\xbf]*", tail[1:]) is not None
        return full and cut
    return True


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(k): v.item() if isinstance(v, np.generic) else v for k, v in record.items()}
        for record in plain.to_dict("records")
    ]


def _rounded(geometry: shapely.Geometry, decimals: int) -> dict[str, Any]:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        geometry = shapely.orient_polygons(geometry, exterior_cw=False)
    mapping = shapely.geometry.mapping(geometry)
    return {"type": mapping["type"], "coordinates": _round(mapping["coordinates"], decimals)}


def _round(value: Any, decimals: int) -> Any:
    if isinstance(value, float):
        return round(value, decimals)
    return [_round(item, decimals) for item in value]
