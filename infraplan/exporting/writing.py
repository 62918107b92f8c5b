"""Files under their final names, the sidecar last; or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from geo.errors import RequestError
from infraplan.exporting import about as exporting_about
from infraplan.exporting import files as exporting_files
from infraplan.exporting.request import Collection
from layers import project_list
from layers.export import archive, dictionary, formats, shapefile, sidecar
from layers.export.formats import Format
from layers.export.written import Table
from scenarios.run import Cancelled, Progress

#: Endings of files that are near to a format and not its own.
_OTHER_ENDINGS = {
    ".json",
    ".jsonl",
    ".ndjson",
    ".geojsons",
    ".geoparquet",
    ".xls",
    ".tsv",
    ".kmz",
    ".dbf",
    ".shx",
}
DICTIONARY, READ_ME = "数据字典.csv", "说明.txt"


def write(
    collection: Collection,
    out: Path,
    overwrite: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Path]:
    """Write a collection to ``out``; return the files in place, the sidecar last.

    ``out`` is a file when it ends in the format's ending or in ``.zip`` (the datum is put into its name for GCJ-02 and
    BD-09), and a folder otherwise. Everything is written beside it first and takes its place when it is whole.

    Raises
    ------
    RequestError
        When a name exists and ``overwrite`` is false, or several layers are to go into one file that holds one.
    InfraPlanError
        When the disk is full or the folder cannot be written; what was there before is still there.
    """
    fmt = collection.format
    _require_own_ending(out, fmt)
    out = _with_datum(out, collection)
    single = out.suffix.casefold() == fmt.suffix
    packed = out.suffix.casefold() == ".zip"
    chosen = [layer.id for layer in collection.layers if layer.id != project_list.LINKS]
    if single and not fmt.many and len(chosen) > 1:
        raise RequestError(
            f"{out.name}: a {fmt.id} file holds one layer and there are {len(chosen)} "
            f"({', '.join(chosen)}); name one with --layers, or a folder or .zip with --out",
            f"{out.name}:{fmt.title_zh} 文件只能容纳一个图层,现有 {len(chosen)} 个"
            f"({'、'.join(chosen)});请用 --layers 指定一个,或用 --out 指定目录或 .zip",
        )
    with exporting_files.faults(out), exporting_files.workplace(out) as work:
        about = exporting_about.about(collection)
        tables = _fill(collection, work, out.stem if single else None, about, progress, cancelled)
        _companions(collection, tables, work, out, single, about)
        if packed:
            whole = work.parent / out.name
            archive.pack(work, whole)
            pairs = [(whole, out)]
        else:
            target = out.parent if single else out
            pairs = [
                (item, target / item.name)
                for item in sorted(work.iterdir(), key=exporting_files.sidecar_last)
            ]
        exporting_files.require_free([final for _, final in pairs], overwrite)
        exporting_files.put(pairs, work.parent)
    return [final for _, final in pairs]


def existing(collection: Collection, out: Path) -> list[Path]:
    """Return what stands in the way of writing to ``out`` (an estimate by names, to ask before work begins)."""
    out = _with_datum(out, collection)
    fmt = collection.format
    if out.suffix.casefold() in (fmt.suffix, ".zip"):
        return [out] if out.exists() else []
    if not out.is_dir():
        return [out] if out.exists() else []
    names = (
        [f"{collection.stem}{fmt.suffix}"]
        if fmt.many
        else [f"{layer.id}{fmt.suffix}" for layer in collection.layers]
    )
    return [path for path in (out / name for name in [*names, sidecar.NAME]) if path.exists()]


def pack(
    collection: Collection, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[str, bytes]:
    """Return (file name, bytes) of a zip with everything, for a download."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{collection.stem}-{collection.format.id}.zip"
        [written] = write(collection, path, progress=progress, cancelled=cancelled)
        return written.name, written.read_bytes()


def _require_own_ending(out: Path, fmt: Format) -> None:
    """Refuse a name that was meant for a file but would become a folder."""
    suffix = out.suffix.casefold()
    if suffix in _OTHER_ENDINGS or (
        suffix in {f.suffix for f in formats.FORMATS.values()} and suffix != fmt.suffix
    ):
        raise RequestError(
            f"--out {out.name}: a {fmt.id} file ends in {fmt.suffix}; name it so, or name a folder or a .zip",
            f"--out {out.name}:{fmt.title_zh} 文件的扩展名应为 {fmt.suffix},也可指定目录或 .zip",
        )


def _with_datum(out: Path, collection: Collection) -> Path:
    """Put an offset datum into the name of a file: it must never be taken for WGS84."""
    suffix = out.suffix.casefold()
    if not collection.reference.offset or suffix not in (collection.format.suffix, ".zip"):
        return out
    datum = collection.reference.datum
    plain = datum.replace("-", "").casefold()
    if plain in out.stem.replace("-", "").casefold():
        return out
    return out.with_name(f"{out.stem}_{datum}{out.suffix}")


def _fill(
    collection: Collection,
    work: Path,
    stem: str | None,
    about: Mapping[str, Any],
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> list[Table]:
    request, fmt = collection.request, collection.format
    code = shapefile.encoding(request.encoding)
    tables: list[Table] = []
    groups = [list(collection.layers)] if fmt.many else [[layer] for layer in collection.layers]
    reached = _follower(collection, progress, cancelled)
    for group in groups:
        name = (stem or collection.stem) if fmt.many else stem
        tables += formats.write(
            fmt, group, work, name, request.fields, collection.reference, code, about, stem is None, reached
        )
    return tables


def _follower(
    collection: Collection, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Callable[[str, int], None]:
    """Return what is called with a table and its row as writing goes on: it tells the share, and stops when asked."""
    total, rows = sum(collection.rows.values()), dict(collection.rows)
    behind: dict[str, int] = {}

    def reached(table: str, row: int) -> None:
        if cancelled and cancelled():
            raise Cancelled("the export was stopped; nothing was written", "导出已停止,未写出任何文件")
        behind[table] = row
        done = sum(r if t == table else rows.get(t, r) for t, r in behind.items())
        if progress:
            progress(table, min(done / max(total, 1), 1.0))

    return reached


def _companions(
    collection: Collection,
    tables: list[Table],
    work: Path,
    out: Path,
    single: bool,
    about: Mapping[str, Any],
) -> None:
    """Write the dictionary, the read-me and the sidecar beside the files."""
    if collection.format.id == "shp":
        name = f"{out.stem}_{DICTIONARY}" if single else DICTIONARY
        (work / name).write_text(dictionary.csv_text(tables), encoding="utf-8-sig", newline="")
    if not single:
        (work / READ_ME).write_text(dictionary.read_me(about, tables), encoding="utf-8-sig", newline="")
    document = sidecar.package(collection.layers, tables, work, about)
    sidecar.write(work / (f"{out.name}.{sidecar.NAME}" if single else sidecar.NAME), document)
