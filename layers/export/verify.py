"""Checking a received package against its sidecar: files, bytes, checksums, rows and sums, and what differs."""

from __future__ import annotations

import csv
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio.errors

from geo.errors import DataError, InfraPlanError, Problem
from geo.formats import require_format
from layers.export import ogr, workbook
from layers.export.sidecar import NAME, sha256

#: What GIS programs leave beside files they only look at.
_LEFT_BY_PROGRAMS = (
    ".gpkg-wal",
    ".gpkg-shm",
    ".qmd",
    ".sbn",
    ".sbx",
    ".lock",
    ".aux.xml",
    ".shp.xml",
    ".cst",
    ".qpj",
)
_MAX_UNZIPPED = 20_000_000_000


def check(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Check a folder, a zip, or one file with its sidecar beside it.

    Returns
    -------
    (sidecar, problems)
        Every difference found: a file missing, altered or not listed, rows or sums other than the sidecar says.

    Raises
    ------
    InfraPlanError
        When there is nothing at ``path``, no sidecar, or one of an unknown format.
    """
    if not path.exists():
        raise InfraPlanError(f"{path}: there is no such file or folder", f"{path}:文件或目录不存在")
    if path.is_file() and path.suffix.casefold() == ".zip" and not _beside(path).is_file():
        with tempfile.TemporaryDirectory() as name:
            _unzip(path, Path(name))
            return _check(Path(name), Path(name) / NAME, path.name, whole=True)
    if path.is_dir() and not _beside(path).is_file():
        alone = sorted(path.glob(f"*.{NAME}"))
        if alone and not (path / NAME).is_file():
            return _check_each(alone)
        return _check(path, path / NAME, path.name, whole=True)
    if path.name == NAME or path.name.endswith(f".{NAME}"):
        return _check(path.parent, path, path.name, whole=path.name == NAME)
    beside = _beside(path) if _beside(path).is_file() else path.parent / NAME
    document, problems = _check(path.parent, beside, path.name, whole=False)
    return document, _about(path, document, problems)


def _check_each(sidecars: list[Path]) -> tuple[dict[str, Any], list[Problem]]:
    """Check a folder of single files, each with a sidecar of its own."""
    found = [_check(path.parent, path, path.name, whole=False) for path in sidecars]
    both: dict[str, Any] = {
        "files": [],
        "contents": [],
        "title_zh": f"{len(found)} 个文件",
        "title_en": f"{len(found)} files",
    }
    for document, _ in found:
        for key in ("files", "contents"):
            both[key] += document.get(key, [])
    return both, [problem for _, problems in found for problem in problems]


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.{NAME}")


def _about(path: Path, document: Mapping[str, Any], problems: list[Problem]) -> list[Problem]:
    """Of a folder's problems, those of one file; that the sidecar does not list it is one."""
    listed = {f["name"] for f in document["files"]}
    if path.name not in listed and not any(name.startswith(f"{path.name}/") for name in listed):
        return [
            Problem(
                "file_listed",
                path.name,
                f"the sidecar does not list {path.name}",
                f"元数据未列入 {path.name}",
            )
        ]
    if _beside(path).is_file():
        return problems
    return [p for p in problems if p.where.split(" ")[0].split("/")[0] == path.name]


def _check(folder: Path, sidecar: Path, shown: str, whole: bool) -> tuple[dict[str, Any], list[Problem]]:
    document = _read(sidecar, shown)
    problems = []
    altered = set()
    for entry in document["files"]:
        found = _file_problem(folder, entry)
        if found:
            altered.add(entry["name"].split("/")[0])
            problems.append(found)
    broken = {p.where for p in problems if p.check == "file_present"}
    agree = set(altered)
    for content in document.get("contents", []):
        different = [] if content["path"] in broken else list(_content_problems(folder, content))
        problems += different
        if different or content["path"] in broken:
            agree.discard(content["path"])
    listed_contents = {c["path"] for c in document.get("contents", [])}
    for name in sorted(agree & listed_contents):
        problems.append(
            Problem(
                "content_sums",
                name,
                "the number of rows and the sums are still those of the sidecar: a program may have saved it again, or "
                "texts or shapes were changed; ask the sender which",
                "条数与合计仍与元数据一致:可能是软件重新保存所致,也可能改动了文字或图形,请与提供方核实",
            )
        )
    if whole:
        problems += _unlisted(folder, document, sidecar)
    return document, problems


def _read(sidecar: Path, shown: str) -> dict[str, Any]:
    if not sidecar.is_file():
        raise InfraPlanError(
            f"{shown}: has no sidecar ({NAME}); only packages written by infraplan can be checked",
            f"{shown}:缺少元数据文件 {NAME},只能核对由本软件导出的成果包",
        )
    try:
        document = json.loads(sidecar.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise DataError(
            f"{sidecar.name}: not valid JSON: {error}", f"{sidecar.name}:JSON 格式错误:{error}"
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("files"), list):
        raise DataError(
            f"{sidecar.name}: is not a sidecar of infraplan", f"{sidecar.name}:不是本软件的元数据文件"
        )
    require_format(document, sidecar.name)
    for entry in [*document["files"], *({"name": c["path"]} for c in document.get("contents", []))]:
        name = PurePosixPath(str(entry["name"]))
        if name.is_absolute() or ".." in name.parts:
            raise DataError(
                f"{sidecar.name}: names a file outside the package: {name}",
                f"{sidecar.name}:列有包外文件 {name}",
            )
    return document


def _file_problem(folder: Path, entry: Mapping[str, Any]) -> Problem | None:
    path, name = folder / entry["name"], entry["name"]
    if not path.is_file():
        return Problem("file_present", name, "is missing", "文件缺失")
    size = path.stat().st_size
    if size != entry["bytes"]:
        return Problem(
            "file_bytes",
            name,
            f"has {size:,} bytes, the sidecar says {entry['bytes']:,}",
            f"大小为 {size:,} 字节,元数据为 {entry['bytes']:,} 字节",
        )
    if sha256(path) != entry["sha256"]:
        return Problem(
            "file_sha256",
            name,
            "has been changed: its SHA-256 is not the sidecar's",
            "内容已被改动:SHA-256 与元数据不符",
        )
    return None


def _content_problems(folder: Path, content: Mapping[str, Any]) -> Iterator[Problem]:
    where = f"{content['path']} ({content['table']})"
    try:
        features, sums = read_back(folder / content["path"], content)
    except (
        InfraPlanError,
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        OSError,
        ValueError,
        KeyError,
    ) as error:
        yield Problem("content_readable", where, f"cannot be read: {error}", f"无法读取:{error}")
        return
    if features != content["features"]:
        yield Problem(
            "content_rows",
            where,
            f"{features:,} rows, the sidecar says {content['features']:,}",
            f"{features:,} 行,元数据为 {content['features']:,} 行",
        )
    for name, expected in content["sums"].items():
        if sums.get(name) != expected:
            yield Problem(
                "content_sum",
                where,
                f"the sum of {name} is {sums.get(name)}, the sidecar says {expected}",
                f"“{name}”合计为 {sums.get(name)},元数据为 {expected}",
            )


def read_back(path: Path, content: Mapping[str, Any]) -> tuple[int, dict[str, int]]:
    """Return the rows and the sums of a table as they stand in its file."""
    names, kind, table = list(content["sums"]), content["format"], content["table"]
    if kind == "xlsx":
        return workbook.sums(path, table, names)
    if kind == "parquet":
        stored = pq.read_table(path, columns=names)
        return pq.read_metadata(path).num_rows, {n: pc.sum(stored[n]).as_py() or 0 for n in names}
    if kind == "csv":
        return _csv_sums(path, names)
    if kind == "geojsonl":
        return _lines_sums(path, names)
    layer = table if kind in ("gpkg", "gdb", "kml") else None
    return ogr.read_back(path, names, layer)


def _csv_sums(path: Path, names: list[str]) -> tuple[int, dict[str, int]]:
    total, count = dict.fromkeys(names, 0), 0
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            count += 1
            for name in names:
                total[name] += int(row[name] or 0)
    return count, total


def _lines_sums(path: Path, names: list[str]) -> tuple[int, dict[str, int]]:
    total, count = dict.fromkeys(names, 0), 0
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            count += 1
            properties = json.loads(line)["properties"]
            for name in names:
                total[name] += properties[name] or 0
    return count, total


def _unlisted(folder: Path, document: Mapping[str, Any], sidecar: Path) -> list[Problem]:
    listed = {entry["name"] for entry in document["files"]}
    problems = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        by_product = name.endswith(_LEFT_BY_PROGRAMS) or any(part.startswith(".") for part in name.split("/"))
        if path.is_file() and path != sidecar and name not in listed and not by_product:
            problems.append(
                Problem(
                    "file_listed", name, "stands in the package but not in the sidecar", "元数据未列入该文件"
                )
            )
    return problems


def _unzip(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > _MAX_UNZIPPED:
                raise DataError(f"{path.name}: unpacks to more than 20 GB", f"{path.name}:解压后超过 20 GB")
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        raise DataError(
            f"{path.name}: is not a whole zip: {error}", f"{path.name}:压缩包不完整:{error}"
        ) from error
