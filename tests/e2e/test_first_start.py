"""On a machine where Streamlit never ran the app starts at once, asks nothing, and serves this computer only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_start_asks_nothing(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # a home without Streamlit's credentials, a browser that opens nothing, a terminal that cannot answer
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT", "DISPLAY"))}
    environment |= {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "BROWSER": "true",
                    "INFRAPLAN_WORKSPACE": str(tmp_path / "workspace")}  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"),
               f"--server.port={port}"]  # fmt: skip
    with (tmp_path / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            assert _serves(f"http://localhost:{port}/_stcore/health", process)
            for address in _others():
                with pytest.raises(OSError):
                    socket.create_connection((address, port), timeout=2).close()
        finally:
            process.terminate()
            process.wait(20)
    log_text = (tmp_path / "log.txt").read_text("utf-8", errors="replace")
    assert "Email" not in log_text
    # where Streamlit finds a programmer's tools it advertises for them, in the terminal and over every page
    assert "skills" not in log_text
    assert "Network URL" not in log_text
    assert "External URL" not in log_text


def _others() -> list[str]:
    """The machine's address on a network, where it is on one (nothing is sent)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [str(probe.getsockname()[0])]


def _serves(url: str, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(240):
        if process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=1):
                return True
        except OSError:
            time.sleep(0.25)
    return False
