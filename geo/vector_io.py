"""Reading and writing vector files.

GeoJSON that ships is written here by hand, since its bytes must be the same on every machine: six decimals (11 cm),
one feature a line, rings as RFC 7946 wants them. Files that people bring are read with pyogrio: GeoJSON, GeoPackage,
FlatGeobuf, file geodatabases, and Shapefiles in UTF-8 or GBK (Chinese ones mostly come without the .cpg that would say
which), also inside a zip.
"""

from __future__ import annotations

import json
import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.errors
import shapely

from geo import atomic
from geo.errors import DataError
from geo.formats import FORMAT_VERSION, require_format

DECIMALS = 6
READABLE = (".geojson", ".json", ".gpkg", ".shp", ".fgb", ".gdb", ".zip")
_MAX_UNZIPPED = 1_000_000_000
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


def read(path: Path, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """Read a vector file that somebody brings, as it is: its own CRS (None when it says none), nothing repaired.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, FlatGeobuf, file geodatabase, Shapefile, or a zip that holds one of them.
    layer : str, optional
        Needed when the file holds several layers.
    encoding : str, optional
        Of a Shapefile's texts; otherwise its .cpg says, or the bytes themselves do (UTF-8, else GB18030).

    Raises
    ------
    DataError
        When the file is missing, of a kind not read here, holds several layers and none is named, or cannot be read.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path.name}: there is no such file", f"{path.name}:文件不存在")
    suffix = path.suffix.casefold()
    if suffix not in READABLE:
        raise DataError(
            f"{path.name}: files of the kind {suffix or '(none)'} are not read; give one of {', '.join(READABLE)}",
            f"{path.name}:不支持 {suffix or '(无扩展名)'} 文件;可用 {'、'.join(READABLE)}",
        )
    if suffix == ".zip":
        with _unzipped(path) as inner:
            return _read(inner, path.name, layer, encoding)
    return _read(path, path.name, layer, encoding)


def shapefile_encoding(path: Path) -> str:
    """Return the encoding of a Shapefile's texts: what its .cpg says, else what its bytes are.

    Texts that are all valid UTF-8 (but for a last character cut off at the field's end) are UTF-8; the chance that GBK
    text is so by accident is small and falls with every text. Everything else is read as GB18030.
    """
    says = path.with_suffix(".cpg")
    if says.is_file():
        name = says.read_text(encoding="ascii", errors="replace").strip()
        return _NAMED_ENCODINGS.get(name.upper(), name) or "UTF-8"
    texts = [(text, full) for text, full in _dbf_texts(path.with_suffix(".dbf")) if not text.isascii()]
    return "UTF-8" if all(_is_utf8(text, full) for text, full in texts) else "GB18030"


def _read(path: Path, shown: str, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    is_shapefile = path.suffix.casefold() == ".shp"
    if is_shapefile:
        _require_companions(path, shown)
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if layer is None and len(layers) > 1:
            raise DataError(
                f"{shown}: holds {len(layers)} layers, say which: {', '.join(layers)}",
                f"{shown}:包含 {len(layers)} 个图层,请指定:{'、'.join(layers)}",
            )
        if layer is not None and layer not in layers:
            raise DataError(
                f"{shown}: no layer {layer!r}; it holds: {', '.join(layers)}", f"{shown}:没有图层“{layer}”"
            )
        if is_shapefile:
            encoding = encoding or shapefile_encoding(path)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # GDAL remarks on what the checks after reading report in plain words
            frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        UnicodeDecodeError,
        LookupError,
    ) as error:
        raise DataError(
            f"{shown}: is damaged, or not what its ending says; open it in a GIS and save it again",
            f"{shown}:文件损坏,或内容与扩展名不符;请在 GIS 软件中打开后重新保存",
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(f"{shown}: a table without geometry", f"{shown}:没有图形,仅为表格")
    return frame


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


@contextmanager
def _unzipped(path: Path) -> Iterator[Path]:
    """Unpack the one vector file of a zip into a temporary folder, under names of our own, and yield it."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise DataError(
            f"{path.name}: not a zip file, or damaged; pack the files again",
            f"{path.name}:不是有效的 zip 文件或已损坏;请重新打包后上传",
        ) from error
    with archive, tempfile.TemporaryDirectory(prefix="infraplan-") as folder:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if sum(m.file_size for m in members) > _MAX_UNZIPPED:
            raise DataError(
                f"{path.name}: holds more than 1 GB; bring the file itself",
                f"{path.name}:解压后超过 1 GB;请直接上传其中的文件",
            )
        stem, suffix = _one_file(path.name, [m.filename for m in members])
        for member in members:
            inner = PurePosixPath(member.filename)
            if suffix == ".gdb" and stem in map(str, inner.parents):
                target = Path(folder) / "layer.gdb" / inner.name
            elif str(inner.with_suffix("")) == stem:
                target = Path(folder) / f"layer{inner.suffix.casefold()}"
            else:
                continue
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(_unpacked(archive, member, path.name))
        yield Path(folder) / f"layer{suffix}"


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str) -> bytes:
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise DataError(
            f"{shown}: a file in it is damaged, or needs a password; pack it again without a password",
            f"{shown}:压缩包内的文件损坏或已加密;请不设密码重新打包后上传",
        ) from error


def _not_one(shown: str, found: list[str], names: Sequence[str]) -> DataError:
    """The error for a zip that holds no vector file, or several: what is in it, and what to bring."""
    kinds = READABLE[:6]
    if found:
        return DataError(
            f"{shown}: must hold exactly one vector file; found {', '.join(found)}; pack each by itself",
            f"{shown}:压缩包内应恰有一个矢量文件,实际有 {'、'.join(found)};请分别打包上传",
        )
    some = [PurePosixPath(name).name for name in names][:5]
    there_en, there_zh = ", ".join(some) or "nothing", "、".join(some) or "没有文件"
    return DataError(
        f"{shown}: must hold exactly one vector file ({', '.join(kinds)}); there is {there_en}; bring a raster or a "
        "table as it is, not in a zip",
        f"{shown}:压缩包内没有矢量文件({'、'.join(kinds)}),只有:{there_zh};栅格或表格请不打包,直接上传",
    )


def _one_file(shown: str, names: list[str]) -> tuple[str, str]:
    """Return stem and suffix of the one vector file (or geodatabase folder) among the members of a zip."""
    found = {}
    for name in names:
        inner = PurePosixPath(name)
        folders = [p for p in inner.parents if p.suffix.casefold() == ".gdb"]
        if folders:
            found[str(folders[0])] = (str(folders[0]), ".gdb")
        elif inner.suffix.casefold() in READABLE[:5]:
            found[name] = (str(inner.with_suffix("")), inner.suffix.casefold())
    if len(found) != 1:
        raise _not_one(shown, sorted(found), names)
    return next(iter(found.values()))


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
