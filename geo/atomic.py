"""Atomic writes: a reader sees the old file or the whole new one, never a half (docs/conventions.md, E4)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; when the block ends well it takes ``path``'s place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    temporary.chmod(0o666 & ~_umask())  # mkstemp makes a private file; this one is to be handed on
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write ``text`` with LF line ends, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding=encoding, newline="\n")


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder; when the block ends well its files are moved into ``folder``.

    When the block raises, ``folder`` is as it was before (not created when it did not exist).
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    temporary.chmod(0o777 & ~_umask())
    try:
        yield temporary
        if not folder.exists():
            os.replace(temporary, folder)
            return
        for item in sorted(temporary.iterdir()):
            os.replace(item, folder / item.name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _umask() -> int:
    """Return the mask for new files (it can only be read by setting it)."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
