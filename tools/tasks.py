"""The project's few commands, the same on Linux, macOS and Windows; the Makefile calls this file.

    python tools/tasks.py run       set up .venv and open the app
    python tools/tasks.py test      set up .venv and run the tests (more words go to pytest)
    python tools/tasks.py check     ruff, mypy, import contracts and tests
    python tools/tasks.py bundle    a zip for a closed network
    python tools/tasks.py setup     only set up .venv

Needs nothing but Python 3.11 or newer. Running again is quick: an environment whose requirement files have not
changed is taken as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def main(arguments: list[str]) -> int:
    """Run one task; return its exit code."""
    tasks = {"run": run, "test": test, "check": check, "bundle": bundle, "setup": setup}
    if not arguments or arguments[0] not in tasks:
        print(__doc__)
        return 2
    if sys.version_info < OLDEST:
        return _with_newer_python(arguments)
    return tasks[arguments[0]](arguments[1:])


def run(more: list[str]) -> int:
    """Open the app in the browser."""
    _environment("requirements.txt")
    _call([_python(), "-m", "infraplan.first_result"])
    if not any(word.startswith("--server.port") for word in more):
        port = _free_port()
        print(f"infraplan: http://localhost:{port} (Ctrl+C ends it)", flush=True)
        more = [*more, f"--server.port={port}"]
    return _call([_python(), "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), *more])


def test(more: list[str]) -> int:
    """Run the whole test suite (in parallel, then the browser's journeys alone), or what ``more`` names."""
    _environment("requirements-dev.txt")
    pytest = [_python(), "-m", "pytest"]
    if more:
        return _call([*pytest, *more])
    workers = str(min(os.cpu_count() or 1, 4))
    # a file's tests share its module's results; the browser's share one app and want the machine for themselves
    first = _call([*pytest, "-n", workers, "--dist", "loadfile", "--ignore", "tests/e2e"])
    return _call([*pytest, "tests/e2e"]) or first


def check(more: list[str]) -> int:
    """Lint, format, types, then tests."""
    _environment("requirements-dev.txt")
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        code = _call([_python(), "-m", *command])
        if code:
            return code
    return test(more)


def setup(more: list[str]) -> int:
    """Set up the environment; ``--dev`` adds what developing needs."""
    _environment("requirements-dev.txt" if "--dev" in more else "requirements.txt")
    return 0


def bundle(more: list[str]) -> int:
    """Build ``dist/infraplan-<version>-<platform>.zip`` for a network without internet."""
    _environment("requirements.txt")
    return _call([_python(), str(ROOT / "tools" / "bundle.py"), *more])


def _free_port(first: int = 8501) -> int:
    """Return the first port from 8501 on that nobody listens on."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    sys.exit(f"All ports from {first} to {first + 99} are taken; name one: --server.port=9000")


def _python() -> str:
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def _environment(requirements: str) -> None:
    """Create ``.venv`` and install ``requirements``, unless that was done and nothing has changed."""
    stamp = VENV / f".{requirements}.sha256"
    wanted = _digest(requirements)
    if Path(_python()).exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not Path(_python()).exists():
        print(f"Creating {VENV.name} with Python {sys.version.split()[0]} ...", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        if _call([sys.executable, "-m", "venv", str(VENV)]):
            sys.exit(
                "The environment could not be created. On Debian or Ubuntu install the package python3-venv, "
                "then run the same command again."
            )
    print(f"Installing {requirements} (once) ...", flush=True)
    command = [
        _python(),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        requirements,
    ]
    if (ROOT / "wheels").is_dir():  # inside an unpacked bundle: never ask a network
        command += ["--no-index", "--find-links", "wheels"]
    if _call(command):
        sys.exit("Installing failed; the lines above say why. Mend it and run the same command again.")
    print("Compiling the allocation kernels (once) ...", flush=True)
    if _call([_python(), "-m", "scenarios.allocation.warm"]):
        sys.exit("The allocation kernels could not be compiled; the lines above say why.")
    stamp.write_text(wanted)
    if requirements == "requirements-dev.txt":
        (VENV / ".requirements.txt.sha256").write_text(_digest("requirements.txt"))


def _digest(requirements: str) -> str:
    """A hash over the requirement file and what it includes, and the Python that runs it."""
    text = (
        (ROOT / requirements).read_bytes() + (ROOT / "requirements.txt").read_bytes() + sys.version.encode()
    )
    return hashlib.sha256(text).hexdigest()


def _with_newer_python(arguments: list[str]) -> int:
    for minor in range(14, 10, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return subprocess.call([found, __file__, *arguments])
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"infraplan needs Python 3.11 or newer; this is {version}. Install one and run the command again.")
    return 2


def _call(command: list[str]) -> int:
    return subprocess.call(command, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
