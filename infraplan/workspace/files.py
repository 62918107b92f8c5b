"""Files beside the database, kept by their SHA-256: written once, atomically, and never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from geo.atomic import replacing
from geo.errors import InfraPlanError
from infraplan import disk
from infraplan.workspace.records import StoredFile

_BLOCK = 1 << 20


class FileStore:
    """A folder of files named by their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the content ``sha256`` is, or would be, kept."""
        return self.folder / sha256[:2] / sha256

    def put(self, name: str, content: bytes | Path) -> StoredFile:
        """Keep a file's content on disk, flushed, and return what it is known by."""
        try:
            sha256, size = _digest(content)
            path = self.path(sha256)
            if path.exists():
                os.utime(path)  # used again: not to be swept as a leftover
            else:
                _write(path, content)
        except OSError as error:
            en, zh = disk.said(error)
            raise InfraPlanError(
                f"{name} could not be stored in the workspace: {en}; nothing was saved",
                f"{name} 未能存入工作区:{zh};本次未保存",
            ) from error
        return StoredFile(name, sha256, size)

    def open_path(self, stored: StoredFile) -> Path:
        """Return the path of a stored file.

        Raises
        ------
        InfraPlanError
            When it is gone or has another size than when it was stored.
        """
        path = self.path(stored.sha256)
        if not path.is_file() or path.stat().st_size != stored.size:
            raise InfraPlanError(
                f"the file {stored.name} ({stored.sha256[:12]}) is missing from the workspace or was cut short; "
                f"put back a copy of {self.folder}",
                f"工作区中的文件 {stored.name}({stored.sha256[:12]})缺失或不完整;请用备份恢复 {self.folder}",
            )
        return path

    def verify(self, stored: StoredFile) -> bool:
        """Return whether a stored file is there and its content is what was stored."""
        path = self.path(stored.sha256)
        return path.is_file() and _digest(path) == (stored.sha256, stored.size)

    def sweep(self, used: Set[str], before: float) -> int:
        """Delete files that no record uses and nobody touched since ``before`` (epoch seconds); return how many."""
        count = 0
        for path in self.folder.glob("??/*"):
            with suppress(OSError):  # gone already, or on Windows somebody reads it: the next time
                if path.name not in used and path.stat().st_mtime < before:
                    path.unlink()
                    count += 1
        return count


def _digest(content: bytes | Path) -> tuple[str, int]:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    with content.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest(), content.stat().st_size


def _write(path: Path, content: bytes | Path) -> None:
    with replacing(path) as temporary, temporary.open("wb") as out:
        if isinstance(content, bytes):
            out.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, out, _BLOCK)
        out.flush()
        os.fsync(out.fileno())
    if os.name == "posix":
        # the name itself must survive a power cut too
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
