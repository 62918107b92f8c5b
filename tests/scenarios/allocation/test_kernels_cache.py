"""Compiled kernels: where they are kept, and what happens where nothing can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.allocation import kernels_cache


@pytest.fixture(autouse=True)
def _fresh():
    kernels_cache.cache_folder.cache_clear()
    yield
    kernels_cache.cache_folder.cache_clear()


def refuse(monkeypatch, *refused: Path):
    """Make folders below the given ones impossible to create (a test may run as root, who may write anywhere)."""
    real = Path.mkdir

    def mkdir(self, *given, **named):
        if any(self.is_relative_to(folder) for folder in refused):
            raise PermissionError(13, "read-only", str(self))
        return real(self, *given, **named)

    monkeypatch.setattr(Path, "mkdir", mkdir)


def test_beside_the_code_first(monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    folder = kernels_cache.cache_folder()
    assert folder is not None
    assert folder.parent == Path(kernels_cache.__file__).parent / "__pycache__"


def test_the_users_folder_when_the_code_is_read_only(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    refuse(monkeypatch, Path(kernels_cache.__file__).parent)
    folder = kernels_cache.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path)


def test_a_named_folder_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = kernels_cache.cache_folder()
    assert folder is not None
    assert folder.parent == tmp_path


def test_nowhere_to_write_still_compiles(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    refuse(monkeypatch, tmp_path)
    assert kernels_cache.cache_folder() is None
    add = kernels_cache.compiled(lambda a, b: a + b)
    assert add(2, 3) == 5


def test_any_change_of_a_kernel_source_names_another_folder(tmp_path):
    (tmp_path / "kernels_a.py").write_text("one")
    first = kernels_cache._sources(tmp_path)
    (tmp_path / "kernels_a.py").write_text("two")
    assert kernels_cache._sources(tmp_path) != first


def test_a_cached_kernel_lies_in_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))

    def triple(a):
        return 3 * a

    assert kernels_cache.compiled(triple)(4) == 12
    assert list(kernels_cache.cache_folder().rglob("*.nbi"))
