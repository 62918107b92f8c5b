"""A file that was brought: how large it may be, and its own name while it is read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import DataError

#: Bytes of a file's name that every disk takes.
_LONGEST_NAME = 200


def check_size(path: Path, name: str, limit: int) -> None:
    """Refuse a file that is empty or larger than ``limit`` bytes."""
    size = path.stat().st_size
    if size == 0:
        raise DataError(f"{name}: the file is empty", f"{name}:文件为空")
    if size > limit:
        raise DataError(
            f"{name}: {size / 1e6:,.0f} MB is more than the {limit / 1e6:,.0f} MB that can be taken; split it",
            f"{name}:大小 {size / 1e6:,.0f} MB,超过上限 {limit / 1e6:,.0f} MB;请拆分后上传",
        )


@contextmanager
def under_its_name(path: Path, name: str) -> Iterator[Path]:
    """Yield the file under its own name, which messages use; one that is too long for a disk is cut."""
    if path.name == name:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="infraplan-") as folder:
        target = Path(folder) / _short(name)
        try:
            target.hardlink_to(path)
        except OSError:
            shutil.copyfile(path, target)
        yield target


def _short(name: str) -> str:
    plain = "".join(c for c in name if c.isprintable())
    if len(plain.encode()) <= _LONGEST_NAME:
        return plain
    ending = Path(plain).suffix[:10]
    return plain.encode()[: _LONGEST_NAME - 20].decode(errors="ignore") + "…" + ending
