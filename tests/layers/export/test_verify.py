"""A package is checked: every kind of difference is found and named, and nothing outside it is touched."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing

import pytest

from geo.errors import DataError, InfraPlanError
from layers.export import archive, formats, reference, sidecar, verify


@pytest.fixture
def package(tmp_path, cells, points):
    """A folder with a GeoPackage and its sidecar."""
    folder = tmp_path / "包"
    folder.mkdir()
    tables = formats.write(formats.get("gpkg"), [cells, points], folder, "x", "en", reference.CGCS2000)
    about = {"datum": "CGCS2000", "versions": {}, "title_en": "T", "title_zh": "题"}
    sidecar.write(folder / "metadata.json", sidecar.package([cells, points], tables, folder, about))
    return folder


def checks(path):
    return {problem.check for problem in verify.check(path)[1]}


def test_an_untouched_package_has_no_differences(package):
    assert verify.check(package)[1] == []


def test_a_missing_file(package):
    (package / "x.gpkg").unlink()
    assert checks(package) == {"file_present"}


def test_a_cut_file(package):
    data = (package / "x.gpkg").read_bytes()
    (package / "x.gpkg").write_bytes(data[: len(data) // 2])
    assert "file_bytes" in checks(package)


def test_an_altered_figure_is_named_with_both_sums(package, cells):
    _change(package, "UPDATE cells SET units = units + 1 WHERE fid = 1")
    _, problems = verify.check(package)
    [sums] = [p for p in problems if p.check == "content_sum"]
    total = int(cells.frame["units"].sum())
    assert f"{total + 1}, the sidecar says {total}" in sums.en
    assert str(total) in sums.zh


def test_a_deleted_row_is_counted(package):
    _change(package, "DELETE FROM projects WHERE fid = 1")
    assert "content_rows" in checks(package)


def test_a_file_that_was_only_saved_again_says_so(package):
    _change(package, "VACUUM")
    _change(package, "PRAGMA user_version = 10200")
    _change(package, "CREATE TABLE left_by_a_program (x)")
    assert checks(package) & {"file_sha256", "file_bytes"}
    assert "content_sums" in checks(package)


def test_a_file_that_is_not_listed(package):
    (package / "extra.txt").write_text("x")
    assert checks(package) == {"file_listed"}
    (package / "extra.txt").rename(package / "x.gpkg-wal")  # what GIS programs leave is no difference
    assert checks(package) == set()


def test_a_zip_is_checked_and_a_broken_one_refused(package, tmp_path):
    path = tmp_path / "x.zip"
    archive.pack(package, path)
    assert verify.check(path)[1] == []
    data = path.read_bytes()
    archive.pack(package, path)
    assert path.read_bytes() == data  # the same files, the same bytes
    path.write_bytes(data[:-100])
    with pytest.raises(DataError, match="not a whole zip"):
        verify.check(path)


def test_one_file_of_a_folder_is_checked_alone(package):
    (package / "extra.txt").write_text("x")
    assert verify.check(package / "x.gpkg")[1] == []
    assert checks(package / "extra.txt") == {"file_listed"}


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", "a/../../b"])
def test_a_sidecar_that_points_outside_is_refused(package, name):
    document = json.loads((package / "metadata.json").read_text("utf-8"))
    document["files"][0]["name"] = name
    (package / "metadata.json").write_text(json.dumps(document))
    with pytest.raises(DataError, match="outside"):
        verify.check(package)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "JSON"),
        ("[]", "not a sidecar"),
        ('{"files": []}', "format_version"),
        ('{"files": [], "format_version": 99}', "99"),
    ],
)
def test_a_sidecar_that_is_none_is_one_message(package, text, says):
    (package / "metadata.json").write_text(text)
    with pytest.raises(InfraPlanError, match=says):
        verify.check(package)


def test_nothing_to_check_is_one_message(tmp_path):
    with pytest.raises(InfraPlanError, match="no such file"):
        verify.check(tmp_path / "nowhere")
    with pytest.raises(InfraPlanError, match="no sidecar"):
        verify.check(tmp_path)


def test_a_zip_cannot_write_outside(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("../evil.txt", "x")
        out.writestr("metadata.json", "{}")
    with pytest.raises(InfraPlanError):
        verify.check(path)
    assert not (tmp_path.parent / "evil.txt").exists()


def _change(folder, statement):
    with closing(sqlite3.connect(folder / "x.gpkg", isolation_level=None)) as database:
        triggers = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"  # they call functions of GIS programs
        )
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(statement)


def test_a_folder_of_single_files_is_checked_one_by_one(tmp_path, polygons, points):
    about = {"datum": "WGS84", "versions": {}}
    for name, layer in (("a", polygons), ("b", points)):
        work = tmp_path / "work"
        work.mkdir()
        tables = formats.write(formats.get("geojson"), [layer], work, name, "en", reference.WGS84)
        document = sidecar.package([layer], tables, work, about)
        (work / f"{name}.geojson").rename(tmp_path / f"{name}.geojson")
        work.rmdir()
        sidecar.write(tmp_path / f"{name}.geojson.metadata.json", document)
    document, problems = verify.check(tmp_path)
    assert problems == []
    assert [f["name"] for f in document["files"]] == ["a.geojson", "b.geojson"]
    (tmp_path / "b.geojson").write_text("{}")
    assert {p.where.split(" ")[0] for p in verify.check(tmp_path)[1]} == {"b.geojson"}
