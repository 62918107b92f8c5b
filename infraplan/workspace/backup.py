"""A whole copy of a workspace while people go on working in it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from geo.atomic import filling, replacing
from geo.errors import InfraPlanError, RequestError
from infraplan import disk
from infraplan.workspace import schema
from infraplan.workspace.files import FileStore
from infraplan.workspace.store import Workspace

#: Folders that are copied as they are: what is in them is written once and never changed.
_AS_THEY_ARE = ("surfaces", "drafts")


def make(root: Path, out: Path) -> list[str]:
    """Copy the workspace in ``root`` to ``out``, a new folder, or a zip where it ends so: whole, or not at all.

    Returns
    -------
    list of str
        What is wrong with the copy, file by file: what was missing or damaged in the workspace already.

    Raises
    ------
    InfraPlanError
        When there is no workspace, ``out`` exists, or the disk refuses; there is no ``out`` of ours then.
    """
    if not (root / schema.FILE_NAME).is_file():
        raise InfraPlanError(
            f"{root} is no workspace: nothing to back up", f"{root} 不是工作区,没有可备份的内容"
        )
    if out.exists():
        raise RequestError(f"{out} exists; name another", f"{out} 已存在;请另指定名称")
    try:
        if out.suffix.casefold() != ".zip":
            with filling(out) as folder:
                return _copy(root, folder)
        with replacing(out) as packed, tempfile.TemporaryDirectory(dir=out.parent) as folder:
            found = _copy(root, Path(folder))
            from layers.export import archive

            archive.pack(Path(folder), packed)
            return found
    except OSError as error:
        en, zh = disk.said(error)
        raise InfraPlanError(
            f"{out}: the backup failed: {en}; the workspace is as it was",
            f"{out}:备份失败:{zh};工作区未受影响",
        ) from error


def _copy(root: Path, folder: Path) -> list[str]:
    """Copy first the records at one moment, then the files that they name: these are never changed."""
    path = folder / schema.FILE_NAME
    with schema.connection(root / schema.FILE_NAME) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    with schema.connection(path) as database:
        named = [row["sha256"] for row in database.execute("SELECT DISTINCT sha256 FROM files")]
    here, there = FileStore(root / "files"), FileStore(folder / "files")
    pairs = [(here.path(sha256), there.path(sha256)) for sha256 in named]
    for name in _AS_THEY_ARE:
        pairs += [(path, folder / name / path.name) for path in (root / name).glob("[!.]*")]
    for path, to in pairs:
        to.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # a record's file that is missing there already: the check says so
            shutil.copyfile(path, to)
    return Workspace(folder).verify()
