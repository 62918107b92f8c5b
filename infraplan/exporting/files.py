"""Putting an export under its final names: beside them first, in place when whole, one sentence when a disk refuses."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.errors import InfraPlanError, RequestError
from infraplan import disk
from layers.export import sidecar

#: What a file is called while it is set aside.
_ASIDE = "before-"


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
    """Move files and folders into place, all or none: what was there is kept in ``aside`` and put back on a failure.

    Raises
    ------
    InfraPlanError
        When something cannot be put back either: it names what is new and what is lost from the folder.
    """
    done: list[tuple[Path, Path | None]] = []
    made = [folder for folder in dict.fromkeys(final.parent for _, final in pairs) if not folder.exists()]
    try:
        for number, (source, final) in enumerate(pairs):
            final.parent.mkdir(parents=True, exist_ok=True)
            kept = aside / f"{_ASIDE}{number}" if final.exists() else None
            if kept and final.is_dir():
                os.replace(final, kept)
                done.append((final, kept))
                os.replace(source, final)
            else:  # a file stays there until the new one takes its place in one step
                if kept:
                    _link(final, kept)
                os.replace(source, final)
                done.append((final, kept))
    except BaseException as error:
        stuck = [
            (final, _beside(final, kept)) for final, kept in reversed(done) if not _put_back(final, kept)
        ]
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        if stuck:
            names = ", ".join(path.name for path, _ in reversed(stuck))
            kept_as = ", ".join(kept.name for _, kept in reversed(stuck) if kept is not None)
            en = f"; what was there is kept as {kept_as}" if kept_as else ""
            zh = f";原有内容另存为 {kept_as}" if kept_as else ""
            folder = stuck[0][0].parent
            raise InfraPlanError(
                f"{folder}: the export stopped half way and could not be undone; no longer what they were: "
                f"{names}{en}. Close other programs that have them open and export again",
                f"{folder}:导出中断且未能还原,以下文件已不是原有内容:{names}{zh}。请关闭占用这些文件的程序后重新导出",
            ) from error
        raise


def _link(final: Path, kept: Path) -> None:
    try:
        os.link(final, kept)
    except OSError:  # a disk without links
        shutil.copy2(final, kept)


def _beside(final: Path, kept: Path | None) -> Path | None:
    """Move what stood under a final name beside it, where it cannot be put back; return its name now."""
    if kept is None or not kept.exists():
        return None
    there = next(
        path
        for number in range(10_000)
        if not (path := final.with_name(f"{final.name}.before{number or ''}")).exists()
    )
    try:
        os.replace(kept, there)
    except OSError:
        return None
    return there


def _put_back(final: Path, kept: Path | None) -> bool:
    """Put back what stood under a final name, or nothing; return whether that went well."""
    try:
        if final.is_dir():
            shutil.rmtree(final)
        elif kept is None or kept.is_dir():
            final.unlink(missing_ok=True)
        if kept is not None:
            os.replace(kept, final)
    except OSError:
        return False
    return True


def sidecar_last(path: Path) -> tuple[bool, str]:
    return path.name.endswith(sidecar.NAME), path.name


@contextmanager
def faults(out: Path) -> Iterator[None]:
    """Turn what a disk says into one sentence."""
    try:
        yield
    except OSError as error:
        why, why_zh = disk.said(error)
        where = error.filename2 or out  # the name that a file was to take
        if Path(str(where)).name.startswith(_ASIDE):  # or the one that could not be set aside
            where = error.filename
        raise InfraPlanError(
            f"{where}: could not be written: {why}; nothing was changed",
            f"{where}:写入失败:{why_zh};原有文件未作任何更改",
        ) from error
