"""Shapefile as Chinese bureaus exchange it: GBK (or UTF-8) with .cpg and .prj, one shape type a file, short names.

The format holds names of 10 bytes and texts of 254 bytes, and no unknown number: readers other than GDAL show an empty
number as 0. Texts are cut at a character; characters that GBK lacks (rare names, emoji) become 〓. Each of these is
reported, for the data dictionary beside the file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import RequestError, unknown
from layers.export import ogr
from layers.export.columns import Column, cut
from layers.export.features import BATCH, Features
from layers.export.written import Loss, Table, table

ENCODINGS = {"gbk": "GBK", "utf-8": "UTF-8"}
TEXT_BYTES = 254
#: The usual Chinese mark for a character that cannot be printed.
GETA = "〓"
_LANGUAGE_DRIVER = {
    "GBK": 0x4D,
    "UTF-8": 0x00,
}  # byte 29 of the .dbf, for readers that do not look at the .cpg
_MAX_BYTES = 2**31 - 1
_INT9 = 999_999_999


def encoding(name: str) -> str:
    """Return the encoding that a user named, as a .cpg has it."""
    plain = {"utf8": "utf-8", "gb18030": "gbk", "gb2312": "gbk", "cp936": "gbk"}.get(
        name.casefold(), name.casefold()
    )
    if plain not in ENCODINGS:
        raise unknown("encoding", name, ENCODINGS, "编码")
    return ENCODINGS[plain]


def write(features: Features, folder: Path, code: str = "GBK") -> list[Table]:
    """Write one layer into ``folder`` as ``<table>.shp`` and its companions; lines and polygons get files of their own.

    A table without shapes is written as ``<table>.dbf``.

    Raises
    ------
    RequestError
        When a file would exceed the format's 2 GB.
    """
    return [_write(part, folder, code) for part in features.by_dimension()]


def _write(features: Features, folder: Path, code: str) -> Table:
    texts = {
        c.name: _Text(code) for c in features.columns if pa.types.is_string(features.values(c, 0, 0).type)
    }
    for start in range(0, len(features), BATCH):
        for column in features.columns:
            if column.name in texts:
                texts[column.name].look(features.values(column, start, start + BATCH), features, start)
    widths = {name: max(text.width, 1) for name, text in texts.items()}
    _require_size(features, widths)
    whole = {c.name: _fits_int32(features, c) for c in features.columns}

    def change(column: Column, values: pa.Array) -> pa.Array:
        if column.name in texts:
            return texts[column.name].safe(values)
        if pa.types.is_boolean(values.type) or (pa.types.is_int64(values.type) and whole[column.name]):
            return values.cast(pa.int32())
        return values

    path = folder / f"{features.table}{'.shp' if features.has_shapes else '.dbf'}"
    kind = features.geometry_type()
    shape = {"MultiPolygon": "Polygon", "MultiLineString": "LineString"}.get(kind or "", kind)
    ogr.write(features, path, "ESRI Shapefile", shape, cast=change, widths=widths, encoding=code)
    with path.with_suffix(".dbf").open("r+b") as file:
        file.seek(29)
        file.write(bytes([_LANGUAGE_DRIVER[code]]))
    losses = [loss for c in features.columns if c.name in texts for loss in texts[c.name].losses(features, c)]
    return table(path, "shp", features, (*losses, *_unknown_numbers(features)))


class _Text:
    """One text column: how wide it is, and what it cannot hold."""

    def __init__(self, code: str) -> None:
        self.code, self.width = code, 0
        self.known: dict[str, str] = {}
        self.cut_rows = self.strange_rows = 0
        self.first_cut = self.first_strange = ""
        self.strange: set[str] = set()

    def look(self, values: pa.Array, features: Features, start: int) -> None:
        """Read a batch before it is written: widths stand in the file's head."""
        coded = values.dictionary_encode()
        words = coded.dictionary.to_pylist()
        indices = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for number, word in enumerate(words):
            written = self.known.setdefault(word, self._safe(word))
            self.width = max(self.width, len(written.encode(self.code)))
            if written != word:
                rows = np.flatnonzero(indices == number)
                self._remember(word, written, len(rows), _row_name(features, start + int(rows[0])))

    def _safe(self, word: str) -> str:
        """The word in the encoding, cut at a character."""
        text = (
            "".join(c if _encodable(c, self.code) else GETA for c in word)
            if not _encodable(word, self.code)
            else word
        )
        return cut(text, TEXT_BYTES, self.code)

    def _remember(self, word: str, written: str, rows: int, where: str) -> None:
        if not _encodable(word, self.code):
            self.strange |= {c for c in word if not _encodable(c, self.code)}
            self.strange_rows += rows
            self.first_strange = self.first_strange or where
        if len(written) < len(word):
            self.cut_rows += rows
            self.first_cut = self.first_cut or where

    def safe(self, values: pa.Array) -> pa.Array:
        """Return a batch as it can be written."""
        coded = values.dictionary_encode()
        words = pa.array([self.known[word] for word in coded.dictionary.to_pylist()], pa.string())
        return pc.take(words, coded.indices)

    def losses(self, features: Features, column: Column) -> list[Loss]:
        """Return what was cut and replaced."""
        found = []
        if self.cut_rows:
            found.append(
                Loss(
                    features.table,
                    column.name,
                    self.cut_rows,
                    self.first_cut,
                    f"超过{TEXT_BYTES}字节,按字截断;全文见GeoPackage、Excel等格式",
                    f"longer than {TEXT_BYTES} bytes, cut at a character; whole in GeoPackage, Excel and others",
                )
            )
        if self.strange_rows:
            characters = "".join(sorted(self.strange))[:60]
            found.append(
                Loss(
                    features.table,
                    column.name,
                    self.strange_rows,
                    self.first_strange,
                    f"{self.code}无法表示的字符以{GETA}代替:{characters}",
                    f"characters that {self.code} lacks, written as {GETA}: {characters}",
                )
            )
        return found


def _encodable(text: str, code: str) -> bool:
    try:
        text.encode(code)
    except UnicodeEncodeError:
        return False
    return True


def _row_name(features: Features, row: int) -> str:
    first = features.columns[0]
    return str(features.values(first, row, row + 1)[0].as_py())


def _fits_int32(features: Features, column: Column) -> bool:
    if column.field not in features.layer.frame or column.kind not in ("integer", "people", "ordinal"):
        return False
    largest = features.layer.frame[column.field].abs().max()
    return bool(np.isnan(float(largest)) or largest <= _INT9)


def _unknown_numbers(features: Features) -> list[Loss]:
    losses = []
    for column in features.columns:
        values = features.values(column)
        rows = values.null_count
        if rows and not pa.types.is_string(values.type):
            first = int(pc.index(values.is_null(), True).as_py())
            losses.append(
                Loss(
                    features.table,
                    column.name,
                    rows,
                    _row_name(features, first),
                    "值未知(空);部分软件会显示为0,请勿当作0使用",
                    "unknown (empty); some programs show it as 0, which it is not",
                )
            )
    return losses


def _require_size(features: Features, widths: dict[str, int]) -> None:
    record = 1 + sum(widths.get(c.name, 24) for c in features.columns)
    if record * len(features) > _MAX_BYTES:
        raise RequestError(
            f"{features.table}: {len(features):,} rows of {record} bytes exceed the 2 GB of a Shapefile; use gpkg, gdb "
            "or fgb",
            f"{features.table}:{len(features):,} 行超出 Shapefile 2 GB 上限;请改用 gpkg、gdb 或 fgb",
        )
