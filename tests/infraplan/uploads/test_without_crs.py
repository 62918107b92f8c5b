"""Shapefiles without a .prj: what the coordinates may be is asked, with where they would lie, and never guessed."""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from geo import boundaries
from geo.errors import DataError
from infraplan import uploads
from infraplan.workspace import Workspace


def shapefile(epsg: int, **columns: object) -> bytes:
    """Return Guangzhou's districts as a zipped Shapefile without its .prj."""
    frame = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]].assign(**columns).to_crs(epsg)
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as archive:
        frame.to_file(Path(folder) / "a.shp", encoding="utf-8")
        for part in Path(folder).iterdir():
            if part.suffix != ".prj":
                archive.write(part, part.name)
    return out.getvalue()


@pytest.mark.parametrize("epsg", [4547, 4526])
def test_a_boundary_in_metres_is_asked_for_its_crs(epsg):
    content = shapefile(epsg)
    found = uploads.inspect("boundaries", content, "边界.zip")
    [question] = found.open
    assert (question.key, question.suggested) == ("crs", None)
    assert question.options[0].value == f"EPSG:{epsg}"
    assert "广州市" in question.options[0].zh
    assert "3度带" in question.options[0].zh
    assert (found.data, found.rows, found.ready) == (None, 0, False)
    with pytest.raises(DataError, match="not answered"):
        uploads.accept(found, Workspace(), by="u")
    answers = {"crs": f"EPSG:{epsg}"}
    assert [q.key for q in uploads.inspect("boundaries", content, "边界.zip", answers).open] == ["datum"]
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={**answers, "datum": "CGCS2000"})
    assert record.document["crs"] == f"EPSG:{epsg}"
    back = uploads.load(workspace, record)
    there = boundaries.districts("440100")
    assert back["adcode"].tolist() == there["adcode"].tolist()
    assert np.allclose(back.total_bounds, there.total_bounds, atol=1e-6)


def test_a_boundary_in_degrees_is_asked_for_its_datum_alone():
    content = shapefile(4490)
    found = uploads.inspect("boundaries", content, "边界.zip")
    [question] = found.open
    assert (question.key, question.suggested) == ("datum", None)
    assert "未说明坐标系" in question.zh
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"datum": "CGCS2000"})
    assert record.document["crs"] == "EPSG:4490"
    assert np.allclose(
        uploads.load(workspace, record).total_bounds, boundaries.districts("440100").total_bounds, atol=1e-6
    )


def test_a_crs_that_the_numbers_cannot_be_in_is_no_answer():
    found = uploads.inspect("boundaries", shapefile(4526), "边界.zip", {"crs": "EPSG:4490"})
    assert [q.key for q in found.open] == ["crs"]


@pytest.mark.parametrize("epsg", [4547, 4526])
def test_population_in_polygons_is_asked_for_its_crs(epsg):
    content = shapefile(epsg, people=1000)
    found = uploads.inspect("population", content, "人口.zip", {"region": "440100"})
    question = found.open[0]
    assert (question.key, question.suggested) == ("crs", None)
    assert question.options[0].value == f"EPSG:{epsg}"
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"crs": f"EPSG:{epsg}", "datum": "CGCS2000"})
    assert record.document["crs"] == f"EPSG:{epsg}"
    assert record.document["people"] == pytest.approx(11_000, rel=0.01)


def test_population_in_degrees_without_a_prj_is_asked_for_its_datum_alone():
    content = shapefile(4490, people=1000)
    found = uploads.inspect("population", content, "人口.zip", {"region": "440100"})
    [question] = found.open
    assert (question.key, question.suggested) == ("datum", None)
    assert "未说明坐标系" in question.zh
    record = uploads.accept(found, Workspace(), by="u", answers={"datum": "CGCS2000"})
    assert (record.document["crs"], record.document["people"]) == (
        "EPSG:4490",
        pytest.approx(11_000, rel=0.01),
    )


def test_a_file_that_says_its_crs_is_not_asked(tmp_path):
    path = tmp_path / "人口.geojson"
    path.write_text(boundaries.districts("440100").assign(people=5).to_json(), "utf-8")
    assert [q.key for q in uploads.inspect("population", path, path.name).open] == ["region"]
    asked = uploads.inspect("population", path, path.name, {"region": "440100"}).open
    assert [(q.key, q.suggested) for q in asked] == [("datum", "WGS84")]


@pytest.mark.parametrize("epsg", [4490, 4526])
@pytest.mark.parametrize("what", ["boundaries", "population"])
def test_only_a_shapefile_is_told_of_its_prj(tmp_path, what, epsg):
    frame = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]].assign(people=1000).to_crs(epsg)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.set_crs(None, allow_override=True).to_file(tmp_path / "a.gpkg")
    packed = shapefile(epsg, people=1000)
    for content, name, told in (
        ((tmp_path / "a.gpkg").read_bytes(), "a.gpkg", False),
        (packed, "a.zip", True),
    ):
        question = uploads.inspect(what, content, name, {"region": "440100"}).open[0]
        assert question.key == ("crs" if epsg == 4526 else "datum")
        assert "未说明坐标系" in question.zh
        assert (".prj" in question.zh) == (".prj" in question.en) == told
