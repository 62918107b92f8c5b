"""Where compiled kernels are kept: beside the code, or in the user's folder when the code is read-only.

The folder's name holds a hash of all kernel sources. Numba itself looks only at the file a kernel stands in, so a
kernel that was compiled with the code of another file built into it would go stale unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """Compile ``function`` on first use, cached on disk where any folder can be written, releasing the GIL."""
    folder = cache_folder()
    if folder is None:
        return numba.njit(nogil=True)(function)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        return numba.njit(cache=True, nogil=True)(function)
    finally:
        numba.config.CACHE_DIR = before


@cache
def cache_folder() -> Path | None:
    """Return the first that can be written of: NUMBA_CACHE_DIR, beside the code, the user's, the temporary folder."""
    here = Path(__file__).resolve().parent
    name = f"kernels-{_sources(here)}"
    given = os.environ.get("NUMBA_CACHE_DIR")
    bases = (
        [Path(given)]
        if given
        else [here / "__pycache__", _user_folder(), Path(tempfile.gettempdir()) / "infraplan"]
    )
    for base in bases:
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _sources(folder: Path) -> str:
    """Return a hash of every kernel source."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("kernels_*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _user_folder() -> Path:
    """Return the user's cache folder of the system at hand."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "infraplan" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "infraplan"
