"""``SOURCES.yaml``: what every shipped data file is, where it comes from, and whether it is still what was built.

A manifest stands in a data folder and names every data file in it (conventions F4)::

    format_version: 1
    title_en: ...                    title_zh: ...
    sources:
      <key>: {origin, licence, attribution, vintage, datum, accuracy, url?, and in Chinese origin_zh?, licence_zh?,
              vintage_zh?, datum_zh?, accuracy_zh?}
    files:
      - {path, sha256, title_en, title_zh, sources: [<key>, ...], how_made, how_made_zh?, notes?, notes_zh?}

``datum`` is ``none`` for a table without positions, and ``accuracy`` a sentence; nothing may be left out. Where a
Chinese text is left out, the reader of the Chinese screens is shown the other one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from geo import atomic
from geo.errors import DataError, Problem
from geo.formats import FORMAT_VERSION, require_format
from geo.paths import data_root

NAME = "SOURCES.yaml"
REQUIRED_OF_SOURCE = ("origin", "licence", "attribution", "vintage", "datum", "accuracy")
REQUIRED_OF_FILE = ("path", "sha256", "sources", "how_made")
#: What may stand in Chinese too, under its name with ``_zh``.
TRANSLATED_OF_SOURCE = ("origin", "licence", "vintage", "datum", "accuracy")
TRANSLATED_OF_FILE = ("how_made", "notes")


@dataclass(frozen=True, slots=True)
class Source:
    """Where data comes from, and on what terms it may be passed on; an empty ``_zh`` says what the other one says."""

    key: str
    origin: str
    origin_zh: str = field(default="", kw_only=True)
    licence: str
    licence_zh: str = field(default="", kw_only=True)
    attribution: str
    vintage: str
    vintage_zh: str = field(default="", kw_only=True)
    datum: str
    datum_zh: str = field(default="", kw_only=True)
    accuracy: str
    accuracy_zh: str = field(default="", kw_only=True)
    url: str = ""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One shipped file: ``path`` relative to its manifest's folder, ``sha256`` of its bytes."""

    path: str
    sha256: str
    sources: tuple[str, ...]
    how_made: str
    how_made_zh: str = ""
    title_en: str = ""
    title_zh: str = ""
    notes: str = ""
    notes_zh: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of one folder."""

    folder: Path
    title_en: str
    title_zh: str
    sources: tuple[Source, ...]
    files: tuple[DataFile, ...]

    def source(self, key: str) -> Source:
        """Return the source ``key``; the reader has made sure that every key a file names is there."""
        return next(source for source in self.sources if source.key == key)

    def attributions(self) -> list[str]:
        """Return the sentences that must stand wherever this data is shown, each once, in order."""
        return list(dict.fromkeys(source.attribution for source in self.sources))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Manifest:
    """Read ``folder/SOURCES.yaml``.

    Raises
    ------
    DataError
        With every problem of the manifest: a missing key, an unknown source, a file named twice.
    InfraPlanError
        When the file is missing or its ``format_version`` is not known.
    """
    path = folder / NAME
    where = f"{folder.name}/{NAME}"
    if not path.is_file():
        raise DataError(
            f"{where} is missing; every data folder says where its data comes from", f"缺少 {where}"
        )
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DataError(f"{where}: not valid YAML: {error}", f"{where}:YAML 语法错误:{error}") from error
    if not isinstance(document, dict):
        raise DataError(f"{where}: must be a mapping with the keys sources and files", f"{where}:结构错误")
    require_format(document, where)
    problems = list(_problems(document, where))
    if problems:
        raise DataError(problems)
    return Manifest(
        folder=folder,
        title_en=str(document.get("title_en", "")),
        title_zh=str(document.get("title_zh", "")),
        sources=tuple(
            Source(key, **_texts(source, Source, leave=("key",)))
            for key, source in document["sources"].items()
        ),
        files=tuple(
            DataFile(sources=tuple(file["sources"]), **_texts(file, DataFile, leave=("sources",)))
            for file in document["files"]
        ),
    )


def _texts(entry: Mapping[str, Any], of: type, leave: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of an entry that its class has a place for."""
    names = [f.name for f in fields(of) if f.name not in leave]
    return {name: str(entry[name]) for name in names if entry.get(name) is not None}


def _problems(document: Mapping[str, Any], where: str) -> Iterator[Problem]:
    sources, files = document.get("sources"), document.get("files")
    if not isinstance(sources, dict) or not isinstance(files, list):
        yield Problem(
            "manifest_shape",
            where,
            "needs the keys sources (a mapping) and files (a list)",
            "缺少 sources 或 files",
        )
        return
    for key, source in sources.items():
        for name in REQUIRED_OF_SOURCE:
            if not isinstance(source, dict) or source.get(name) in (None, ""):
                yield Problem(
                    "manifest_source", f"{where}, source {key}", f"{name} is missing", f"缺少 {name}"
                )
    seen: set[str] = set()
    for number, file in enumerate(files, start=1):
        place = f"{where}, file {number}"
        missing = [k for k in REQUIRED_OF_FILE if not isinstance(file, dict) or file.get(k) in (None, "", [])]
        if missing:
            yield Problem(
                "manifest_file", place, f"{', '.join(missing)} missing", f"缺少 {'、'.join(missing)}"
            )
            continue
        if file["path"] in seen:
            yield Problem("manifest_file", place, f"{file['path']} is named twice", f"{file['path']} 重复")
        seen.add(file["path"])
        for key in file["sources"]:
            if key not in sources:
                yield Problem(
                    "manifest_file", place, f"source {key!r} is not described", f"来源 {key} 未说明"
                )


def verify(folder: Path) -> list[Problem]:
    """Return what is wrong with a data folder: a file missing, altered, or not named in the manifest.

    The manifest itself must be readable (:func:`read` raises otherwise). Hidden files are not looked at.
    """
    manifest = read(folder)
    problems = []
    for file in manifest.files:
        where = f"{folder.name}/{file.path}"
        path = folder / file.path
        if not path.is_file():
            problems.append(Problem("data_file_present", where, "the file is missing", "文件缺失"))
        elif sha256(path) != file.sha256:
            problems.append(
                Problem(
                    "data_file_unaltered",
                    where,
                    "the file is not the one that was built (sha256 differs); run: python -m infraplan data build",
                    "文件与构建时不同(sha256 不符);请执行 python -m infraplan data build",
                )
            )
    named = {file.path for file in manifest.files} | {NAME}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        nested = any((parent / NAME).is_file() for parent in path.parents if folder in parent.parents)
        if path.is_file() and not hidden and not nested and relative not in named and path.name != NAME:
            problems.append(
                Problem(
                    "data_file_named", f"{folder.name}/{relative}", f"not named in {NAME}", f"未列入 {NAME}"
                )
            )
    return problems


def folders(root: Path | None = None) -> list[Path]:
    """Return every folder under the data root that has a manifest, sorted."""
    return sorted(path.parent for path in (root or data_root()).rglob(NAME))


def status(root: Path | None = None) -> list[dict[str, Any]]:
    """Return one row for each shipped data file: what it is, its terms, and whether it is as built.

    Each row has: folder, folder_title_en, folder_title_zh, path, title_en, title_zh, bytes, ok, problem, problem_zh,
    sources (list of key, origin, licence, attribution, vintage, datum, accuracy, url), how_made, notes. What a manifest
    may say in Chinese stands under its name with ``_zh`` too, in English where the Chinese is left out.
    """
    root = root or data_root()
    rows = []
    for folder in folders(root):
        manifest = read(folder)
        wrong = {problem.where: problem for problem in verify(folder)}
        for file in manifest.files:
            path = folder / file.path
            problem = wrong.get(f"{folder.name}/{file.path}")
            rows.append(
                {
                    "folder": folder.relative_to(root).as_posix(),
                    "folder_title_en": manifest.title_en,
                    "folder_title_zh": manifest.title_zh,
                    "path": file.path,
                    "title_en": file.title_en,
                    "title_zh": file.title_zh,
                    "bytes": path.stat().st_size if path.is_file() else None,
                    "ok": problem is None,
                    "problem": problem.en if problem else None,
                    "problem_zh": problem.zh if problem else None,
                    "sources": [
                        _in_both(asdict(manifest.source(key)), TRANSLATED_OF_SOURCE) for key in file.sources
                    ],
                    **_in_both(_translated(file), TRANSLATED_OF_FILE),
                }
            )
    return rows


def _translated(file: DataFile) -> dict[str, str]:
    return {name: getattr(file, name) for n in TRANSLATED_OF_FILE for name in (n, f"{n}_zh")}


def _in_both(entry: dict[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return the entry with the other text in the place of a Chinese one that is left out."""
    return entry | {f"{name}_zh": entry[f"{name}_zh"] or entry[name] for name in names}


def write(
    folder: Path, title_en: str, title_zh: str, sources: list[Source], files: list[dict[str, Any]]
) -> None:
    """Write ``folder/SOURCES.yaml`` for files that lie there already; the sums are taken here.

    ``files`` are mappings with path, sources, how_made and, where wanted, title_en, title_zh, notes and the Chinese.
    """
    document = {
        "format_version": FORMAT_VERSION,
        "title_en": title_en,
        "title_zh": title_zh,
        "sources": {s.key: {k: v for k, v in asdict(s).items() if k != "key" and v != ""} for s in sources},
        "files": [{"path": f["path"], "sha256": sha256(folder / f["path"]), **f} for f in files],
    }
    _dump(folder, document)


def renew(folder: Path) -> None:
    """Take the sums of a folder's files anew; all else that its manifest says stays as it is."""
    document = yaml.safe_load((folder / NAME).read_text(encoding="utf-8"))
    for file in document["files"]:
        file["sha256"] = sha256(folder / file["path"])
    _dump(folder, document)


def _dump(folder: Path, document: dict[str, Any]) -> None:
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110)
    atomic.write_text(folder / NAME, text)
