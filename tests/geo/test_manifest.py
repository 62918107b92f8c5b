"""SOURCES.yaml: read, verified, and every shipped folder as it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from geo import boundaries, manifest
from geo.build import context as context_step
from geo.build import places_sources
from geo.build import population as population_step
from geo.errors import DataError, InfraPlanError
from geo.paths import CODE_ROOT, data_root

SOURCE = manifest.Source("here", "our own", "CC0", "none needed", "2026", "none", "exact")
HAN = re.compile(r"[\u4e00-\u9fff]")
#: A word in small letters: what has one is said in English, and is more than a date or the name of a licence.
ENGLISH = re.compile(r"\b[a-z]{2,}\b")


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


def test_both_languages_are_read_and_the_other_stands_in_for_a_missing_one(folder: Path) -> None:
    own = manifest.status(folder)[0]
    assert (own["sources"][0]["origin_zh"], own["how_made_zh"], own["notes_zh"]) == ("our own", "by hand", "")
    edited(
        folder,
        lambda d: (d["sources"]["here"].update(origin_zh="自有"), d["files"][0].update(how_made_zh="手工")),
    )
    row = manifest.status(folder)[0]
    assert (row["sources"][0]["origin_zh"], row["sources"][0]["origin"]) == ("自有", "our own")
    assert (row["how_made_zh"], row["how_made"]) == ("手工", "by hand")
    assert row["sources"][0]["licence_zh"] == "CC0"
    assert (row["folder_title_zh"], row["folder_title_en"]) == ("测试", "Test")


def test_sums_are_renewed_and_all_else_stays(folder: Path) -> None:
    edited(folder, lambda d: (d.update(remark="x"), d["files"][0].update(how_made_zh="手工", more="y")))
    before = yaml.safe_load((folder / manifest.NAME).read_text(encoding="utf-8"))
    (folder / "a.csv").write_text("x\n2\n", encoding="utf-8")
    manifest.renew(folder)
    assert manifest.verify(folder) == []
    before["files"][0]["sha256"] = manifest.sha256(folder / "a.csv")
    assert yaml.safe_load((folder / manifest.NAME).read_text(encoding="utf-8")) == before


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


def untranslated(entry: object, names: tuple[str, ...]) -> list[str]:
    """Which texts of an entry hold an English word and have no Chinese beside them."""
    return [
        name
        for name in names
        if ENGLISH.search(getattr(entry, name)) and not HAN.search(getattr(entry, f"{name}_zh"))
    ]


@pytest.mark.parametrize("folder", manifest.folders(), ids=lambda f: f.name)
def test_every_shipped_sentence_stands_in_both_languages(folder: Path) -> None:
    found = manifest.read(folder)
    for source in found.sources:
        assert untranslated(source, manifest.TRANSLATED_OF_SOURCE) == [], source.key
    for file in found.files:
        assert untranslated(file, manifest.TRANSLATED_OF_FILE) == [], file.path


@pytest.mark.parametrize("folder", manifest.folders(), ids=lambda f: f.name)
def test_everything_shipped_has_a_title_in_both_languages(folder: Path) -> None:
    found = manifest.read(folder)
    for entry in (found, *found.files):
        assert HAN.search(entry.title_zh), entry
        assert entry.title_en, entry
        assert not HAN.search(entry.title_en), entry


@pytest.mark.parametrize("name", ["places", "context", "population"])
def test_a_manifest_is_the_one_that_its_builder_writes(name: str, tmp_path: Path) -> None:
    """Told anew of the files that ship, for the builders themselves need packages that may not be here."""
    shipped = data_root() / name
    copy = Path(shutil.copytree(shipped, tmp_path / name))
    (copy / manifest.NAME).unlink()
    areas = boundaries.shipped()
    surfaces = [f"modelled-2020-{area}-r9.parquet" for area in areas]
    write = {
        "places": places_sources.write,
        "context": context_step.describe,
        "population": lambda folder: population_step.describe(folder, areas, surfaces),
    }
    write[name](copy)
    assert (copy / manifest.NAME).read_bytes() == (shipped / manifest.NAME).read_bytes()


@pytest.mark.parametrize("folder", manifest.folders(), ids=lambda f: f.name)
def test_who_must_be_named_is_named(folder: Path) -> None:
    """ODbL and CC BY ask for a name and a licence: the file that tells people must hold each holder."""
    text = (CODE_ROOT / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for source in manifest.read(folder).sources:
        if any(word in source.licence for word in ("ODbL", "CC BY", "Creative Commons")):
            assert f"`data/{folder.name}/`" in text
            holder = re.split(r"[(,/;]", source.attribution.removeprefix("Contains data from "))[0].strip()
            assert holder.rsplit(":", 1)[-1].rsplit(":", 1)[-1].casefold() in text.casefold(), source
