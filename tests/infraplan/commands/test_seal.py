"""Renewing the checksums of hand-entered data: only what changed, and nothing while something is wrong."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from geo import manifest
from geo.errors import DataError
from geo.paths import data_root
from infraplan.commands.seal import renew


@pytest.fixture
def figures(tmp_path):
    """A copy of the reported figures."""
    return shutil.copytree(data_root() / "baselines", tmp_path / "baselines")


def test_an_edited_file_is_sealed_again(figures):
    path = figures / "440100.csv"
    path.write_bytes(path.read_bytes().replace(b"23555", b"23556"))
    assert [p.check for p in manifest.verify(figures)] == ["data_file_unaltered"]
    assert renew(figures) == ["440100.csv"]
    assert manifest.verify(figures) == []
    assert renew(figures) == []


def test_provenance_is_kept(figures):
    before = manifest.read(figures)
    (figures / "context.csv").write_bytes((figures / "context.csv").read_bytes() + b"\n")
    renew(figures)
    after = manifest.read(figures)
    assert after.sources == before.sources
    assert [replace(f, sha256="") for f in after.files] == [replace(f, sha256="") for f in before.files]
    assert all(f.how_made_zh and f.title_zh for f in after.files)


def test_a_file_that_says_nothing_of_its_origin_is_refused(figures):
    (figures / "new.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"new\.csv"):
        renew(figures)
