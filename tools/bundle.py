"""Build a zip that installs where there is no internet: code, data, wheels, start scripts, checksums.

Run through ``make bundle`` (or ``python tools/tasks.py bundle``). By default for this platform and Python; for
another: ``--platform win_amd64 --python 3.12``. In the closed network: unpack, then ``start.sh`` or ``start.bat``.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
import infraplan  # noqa: E402  (the path above makes it importable from any folder)

#: What goes in beside the packages; tests and tools for building data stay behind.
PARTS = (
    "geo", "plans", "scenarios", "layers", "infraplan", "data", "docs", "schemas", "tools/tasks.py", ".streamlit",
    "streamlit_app.py", "requirements.txt", "README.md", "README.zh.md", "LICENSE", "ATTRIBUTION.md", "CHANGELOG.md",
)  # fmt: skip
START_SH = """#!/bin/sh
# Checks the files, sets up .venv from the wheels in this folder (no network), opens the app.
set -eu
cd "$(dirname "$0")"
python3 verify.py
exec python3 tools/tasks.py run "$@"
"""
START_BAT = """@echo off\r
rem Checks the files, sets up .venv from the wheels in this folder (no network), opens the app.\r
cd /d "%~dp0"\r
set PY=py -3\r
where py >nul 2>nul || set PY=python\r
%PY% verify.py || exit /b 1\r
%PY% tools\\tasks.py run %*\r
"""
VERIFY = '''"""Compare every file with SHA256SUMS; exit 1 and name what differs."""
import hashlib
import pathlib
import sys

sys.stdout.reconfigure(encoding="utf-8")
root = pathlib.Path(__file__).resolve().parent
bad = []
for line in (root / "SHA256SUMS").read_text("utf-8").splitlines():
    wanted, name = line.split("  ", 1)
    path = root / name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        bad.append(name)
if bad:
    print("These files are missing or differ from what was packed / 以下文件缺失或与打包时不同:")
    print("\\n".join(bad))
    sys.exit(1)
print("All files are as packed / 文件校验通过")
'''


def main() -> int:
    """Collect the parts, download the wheels, write the zip; print its path and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", help="a wheel platform such as win_amd64; default: this one")
    parser.add_argument("--python", help="a Python version such as 3.12; default: this one")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    args = parser.parse_args()
    version = args.python or f"{sys.version_info.major}.{sys.version_info.minor}"
    target = args.out / f"infraplan-{infraplan.__version__}-{args.platform or sys.platform}-py{version}.zip"
    with tempfile.TemporaryDirectory() as folder:
        wheels = _download(Path(folder), args.platform, version)
        files = {f"wheels/{path.name}": path.read_bytes() for path in wheels}
    files = with_checksums(files | {name: (ROOT / name).read_bytes() for name in tracked()})
    write_zip(target, files)
    print(f"{target}  {target.stat().st_size / 1e6:.0f} MB, {len(files)} files")
    return 0


def _download(folder: Path, platform: str | None, version: str) -> list[Path]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "-d", str(folder), "--python-version", version]
    if platform:
        command += ["--platform", platform]
    subprocess.run([*command, "-r", str(ROOT / "requirements.txt")], check=True)
    if platform and platform.startswith("win"):  # its marker is false on the machine that packs
        colorama = [line.split(";")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()]
        wanted = [line.strip() for line in colorama if line.startswith("colorama")]
        subprocess.run([*command, *wanted], check=True)
    return sorted(folder.glob("*.whl"))


def with_checksums(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files with the start scripts, the verifier, and a checksum of each."""
    files = files | {
        "start.sh": START_SH.encode(),
        "start.bat": START_BAT.encode(),
        "verify.py": VERIFY.encode(),
    }
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return files | {"SHA256SUMS": sums.encode()}


def tracked() -> list[str]:
    """Return the files of the checkout that go in."""
    listed = subprocess.run(["git", "ls-files", "-z", *PARTS], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def write_zip(target: Path, files: dict[str, bytes]) -> None:
    """Write the zip, files in order and with one date, so that the same files give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"infraplan/{name}", date_time=(2020, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            stored = name.endswith(".whl")
            archive.writestr(entry, files[name], zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    partial.replace(target)


if __name__ == "__main__":
    sys.exit(main())
