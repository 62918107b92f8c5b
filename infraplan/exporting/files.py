"""Putting an export under its final names: beside them first, in place when whole, one sentence when a disk refuses."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from geo.errors import InfraPlanError, RequestError
from layers.export import sidecar


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Yield an empty folder on the disk of ``out``; it is gone afterwards, whatever happened."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.stem}-", dir=out.parent))
    try:
        work = temporary / "files"
        work.mkdir()
        yield work
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def require_free(finals: Sequence[Path], overwrite: bool) -> None:
    taken = [path for path in finals if path.exists()]
    if taken and not overwrite:
        names = ", ".join(path.name for path in taken)
        raise RequestError(
            f"{taken[0].parent}: {names} exists; use --overwrite to replace it, or another --out",
            f"{taken[0].parent}:{names} 已存在;请用 --overwrite 覆盖,或改用其他 --out",
        )


def put(pairs: Sequence[tuple[Path, Path]], aside: Path) -> None:
    """Move files and folders into place; a folder of the same name is set aside first and put back on a failure."""
    moved: list[tuple[Path, Path]] = []
    try:
        for source, final in pairs:
            final.parent.mkdir(parents=True, exist_ok=True)
            if final.is_dir():
                kept = aside / f"before-{final.name}"
                os.replace(final, kept)
                moved.append((kept, final))
            os.replace(source, final)
    except BaseException:
        for kept, final in moved:
            if not final.exists():
                os.replace(kept, final)
        raise


def sidecar_last(path: Path) -> tuple[bool, str]:
    return path.name.endswith(sidecar.NAME), path.name


@contextmanager
def faults(out: Path) -> Iterator[None]:
    """Turn what a disk says into one sentence."""
    try:
        yield
    except OSError as error:
        why, why_zh = {
            errno.ENOSPC: ("the disk is full", "磁盘已满"),
            errno.EDQUOT: ("the disk quota is used up", "磁盘配额已用完"),
            errno.EFBIG: ("the file is larger than this disk allows", "文件超出磁盘允许的大小"),
            errno.EACCES: ("this folder may not be written", "没有写入权限"),
            errno.EPERM: ("this folder may not be written", "没有写入权限"),
            errno.EROFS: ("this disk is read-only", "磁盘为只读"),
        }.get(error.errno or 0, (str(error), str(error)))
        raise InfraPlanError(
            f"{out}: could not be written: {why}; nothing was changed",
            f"{out}:写入失败:{why_zh};原有文件未作任何更改",
        ) from error
