"""SOURCES.yaml: read, verified, and every shipped folder as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from geo import manifest
from geo.errors import DataError, InfraPlanError
from geo.paths import CODE_ROOT

SOURCE = manifest.Source("here", "our own", "CC0", "none needed", "2026", "none", "exact")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    manifest.write(
        tmp_path,
        "Test",
        "测试",
        [SOURCE],
        [{"path": "a.csv", "sources": ["here"], "how_made": "by hand", "title_zh": "甲"}],
    )
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    found = manifest.read(folder)
    assert found.sources == (SOURCE,)
    assert found.files[0].path == "a.csv"
    assert found.files[0].title_zh == "甲"
    assert found.attributions() == ["none needed"]
    assert manifest.verify(folder) == []


def test_a_changed_a_missing_and_an_unnamed_file_are_told(folder: Path) -> None:
    (folder / "a.csv").write_text("x\n2\n", encoding="utf-8")
    (folder / "b.csv").write_text("", encoding="utf-8")
    assert [p.check for p in manifest.verify(folder)] == ["data_file_unaltered", "data_file_named"]
    (folder / "a.csv").unlink()
    assert [p.check for p in manifest.verify(folder)] == ["data_file_present", "data_file_named"]


def test_status_says_whether_a_file_is_as_built(folder: Path) -> None:
    row = manifest.status(folder)[0]
    assert (row["path"], row["ok"], row["bytes"]) == ("a.csv", True, 4)
    assert row["sources"][0]["licence"] == "CC0"
    (folder / "a.csv").write_text("other", encoding="utf-8")
    assert manifest.status(folder)[0]["ok"] is False


def edited(folder: Path, change: object) -> None:
    path = folder / manifest.NAME
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(document)  # type: ignore[operator]
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["sources"]["here"].pop("licence"), "source here: licence is missing"),
        (lambda d: d["files"][0].update(sources=["there"]), "source 'there' is not described"),
        (lambda d: d["files"].append(dict(d["files"][0])), "a.csv is named twice"),
        (lambda d: d["files"][0].pop("sha256"), "sha256 missing"),
        (lambda d: d.pop("sources"), "needs the keys sources"),
        (lambda d: d.update(format_version=99), "format_version 99"),
        (lambda d: d.pop("format_version"), "format_version is missing"),
    ],
)
def test_a_manifest_that_says_too_little_is_refused(folder: Path, change: object, message: str) -> None:
    edited(folder, change)
    with pytest.raises(InfraPlanError, match=message):
        manifest.read(folder)


def test_every_problem_is_told_at_once(folder: Path) -> None:
    edited(folder, lambda d: (d["sources"]["here"].pop("licence"), d["files"][0].pop("how_made")))
    with pytest.raises(DataError) as caught:
        manifest.read(folder)
    assert len(caught.value.problems) == 2


def test_a_folder_without_manifest_and_one_that_is_not_yaml(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing"):
        manifest.read(tmp_path)
    (tmp_path / manifest.NAME).write_text("a: [", encoding="utf-8")
    with pytest.raises(DataError, match="not valid YAML"):
        manifest.read(tmp_path)
    (tmp_path / manifest.NAME).write_text("- a", encoding="utf-8")
    with pytest.raises(DataError, match="must be a mapping"):
        manifest.read(tmp_path)


@pytest.mark.parametrize("folder", manifest.folders(), ids=lambda f: f.name)
def test_every_shipped_folder_is_as_its_manifest_says(folder: Path) -> None:
    assert manifest.verify(folder) == []


@pytest.mark.parametrize("folder", manifest.folders(), ids=lambda f: f.name)
def test_who_must_be_named_is_named(folder: Path) -> None:
    """ODbL and CC BY ask for a name and a licence: the file that tells people must hold each holder."""
    text = (CODE_ROOT / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for source in manifest.read(folder).sources:
        if any(word in source.licence for word in ("ODbL", "CC BY", "Creative Commons")):
            assert f"`data/{folder.name}/`" in text
            holder = re.split(r"[(,/;]", source.attribution.removeprefix("Contains data from "))[0].strip()
            assert holder.rsplit(":", 1)[-1].rsplit(":", 1)[-1].casefold() in text.casefold(), source
