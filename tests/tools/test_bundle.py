"""The bundle for closed networks: what is in it, and that a changed file is noticed."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def module(name: str):
    """Load a file of tools/ as a module."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


bundle, tasks = module("bundle"), module("tasks")


def packed(folder: Path) -> Path:
    """A small bundle of the real shape, unpacked."""
    files = bundle.with_checksums({"data/说明.txt": b"5G", "wheels/a-1-py3-none-any.whl": b"wheel"})
    bundle.write_zip(folder / "small.zip", files)
    with zipfile.ZipFile(folder / "small.zip") as archive:
        archive.extractall(folder)
    return folder / "infraplan"


def verify(root: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, str(root / "verify.py")], capture_output=True, check=False)


def test_an_untouched_bundle_is_as_packed_and_a_changed_one_is_not(tmp_path):
    root = packed(tmp_path)
    assert verify(root).returncode == 0
    (root / "data" / "说明.txt").write_text("4G")
    (root / "wheels" / "a-1-py3-none-any.whl").unlink()
    told = verify(root)
    assert told.returncode == 1
    assert "说明.txt" in told.stdout.decode("utf-8")
    assert "a-1-py3-none-any.whl" in told.stdout.decode("utf-8")


def test_the_same_files_give_the_same_zip(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    packed(one)
    packed(two)
    assert (one / "small.zip").read_bytes() == (two / "small.zip").read_bytes()


def test_everything_that_running_needs_is_taken_along():
    names = set(bundle.tracked())
    assert {"streamlit_app.py", "requirements.txt", "tools/tasks.py", "geo/grid.py", "LICENSE"} <= names
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/"))]
    assert any(n.startswith("data/population/") for n in names)


def test_every_requirement_is_pinned_exactly():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-data.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            text = line.split("#")[0].strip()
            if text and not text.startswith("-"):
                assert re.match(r"^[A-Za-z0-9_.-]+==[^=*\s;]+", text), f"{name}: {line}"


def test_a_changed_requirement_asks_for_a_new_installation(tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("b==1\n")
    before = tasks._digest("requirements-dev.txt")
    (tmp_path / "requirements.txt").write_text("a==2\n")
    assert tasks._digest("requirements-dev.txt") != before


def test_an_unknown_task_shows_the_known_ones(capsys):
    assert tasks.main(["fly"]) == 2
    assert "tasks.py test" in capsys.readouterr().out
