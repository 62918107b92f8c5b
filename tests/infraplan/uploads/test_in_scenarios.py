"""Uploads in scenarios: named in a form, cells with their source in what runs; limits by the rule of their effect."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import boundaries, grid, population
from geo.errors import DataError, RequestError
from infraplan import uploads, workflow
from infraplan.uploads import in_scenarios
from infraplan.workspace import Workspace
from scenarios import load

ANSWERS = {"region": "440100", "datum": "WGS84|xy"}
UNITS = "名称,数量,经度,纬度\n甲,3,113.3600,23.1300\n乙,4,113.3601,23.1301\n丙,5,113.4,23.15\n"
SITES = "名称,经度,纬度\n" + "".join(
    f"站{i},{113.20 + i * 0.06:.4f},{22.9 + i * 0.06:.4f}\n" for i in range(12)
)
PARK = shapely.box(113.35, 23.12, 113.37, 23.14)


def document(**more) -> dict:
    return {**load.load("guangzhou-hydrogen-9").document, "resolution": 8, **more}


def taken(what: str, content: bytes, name: str, answers=ANSWERS):
    workspace = Workspace()
    found = uploads.inspect(what, content, name, answers, workspace.root)
    return workspace, uploads.accept(found, workspace, by="张三", title=name, source_text="区住建局台账")


@pytest.fixture
def units():
    return taken("units", UNITS.encode("utf-8-sig"), "既有.csv")


@pytest.fixture
def areas(tmp_path):
    path = tmp_path / "红线.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"湿地"},"geometry":'
        + shapely.to_geojson(PARK)
        + "}]}",
        "utf-8",
    )
    return taken("boundaries", path.read_bytes(), "红线.geojson", {"datum": "WGS84", "name_column": "name"})


def test_units_become_cells_with_their_source_and_come_back_by_name(units):
    workspace, record = units
    form = document(existing={"upload": record.id})
    made = in_scenarios.resolved(workspace, form)
    assert sum(made["existing"]["cells"].values()) == 12
    assert made["existing"]["source"]["file"] == "既有.csv"
    assert made["existing"]["source"]["stated_source"] == "区住建局台账"
    assert len(made["existing"]["source"]["sha256"]) == 64
    assert form["existing"] == {"upload": record.id}  # what was given is not changed
    assert in_scenarios.named(workspace, made) == form
    load.of_document(made, "x")


def test_cells_follow_the_resolution(units):
    workspace, record = units
    for resolution in (7, 9):
        made = in_scenarios.resolved(
            workspace, document(existing={"upload": record.id}) | {"resolution": resolution}
        )
        cells = grid.from_hex(list(made["existing"]["cells"]))
        assert grid.resolution_of(cells) == resolution
        assert sum(made["existing"]["cells"].values()) == 12


def test_an_upload_that_is_gone_is_told_and_a_saved_scenario_keeps_its_cells(units):
    workspace, record = units
    made = in_scenarios.resolved(workspace, document(existing={"upload": record.id}))
    workspace.delete("upload", record.id, by="u", base_version=record.version)
    with pytest.raises(RequestError, match="not there any more"):
        in_scenarios.resolved(workspace, document(existing={"upload": record.id}))
    assert in_scenarios.named(workspace, made) == made


def test_a_list_with_an_unknown_count_is_refused():
    workspace, record = taken("units", "名称,数量,经度,纬度\n甲,,113.36,23.13\n".encode("utf-8-sig"), "a.csv")
    with pytest.raises(DataError, match="unknown is not zero"):
        in_scenarios.resolved(workspace, document(existing={"upload": record.id}))


def test_only_candidate_sites_get_units():
    workspace, record = taken("sites", SITES.encode("utf-8-sig"), "候选.csv")
    made = in_scenarios.resolved(workspace, document(candidates={"sites": {"upload": record.id}}))
    result = workflow.run(load.of_document(made, "x"))
    used = grid.to_hex(result.cells[result.units > 0]).tolist()
    assert used
    assert set(used) <= set(made["candidates"]["sites"]["cells"])


def test_a_limit_forbids_cells_whose_centre_lies_in_it_and_warns_of_those_it_touches(areas):
    workspace, record = areas
    surface = population.load("440100", "modelled-2020", 8)
    inside = shapely.contains(PARK, shapely.points(grid.centroids(surface.cells)))
    touched = shapely.intersects(PARK, grid.polygons(surface.cells))
    for effect, wanted in (("forbid", inside), ("warn", touched)):
        limit = {"kind": "other", "effect": effect, "upload": record.id}
        made = in_scenarios.resolved(workspace, document(candidates={"limits": [limit]}))
        [entry] = made["candidates"]["limits"]
        assert set(entry["cells"]) == set(grid.to_hex(surface.cells[wanted]).tolist())
        assert in_scenarios.named(workspace, made)["candidates"]["limits"] == [limit]
    assert touched.sum() > inside.sum() > 0


def test_the_usual_effect_of_a_kind_decides_where_none_is_stated(areas):
    """Water sources are forbidden to hydrogen stations and only warn base stations."""
    workspace, record = areas
    counts = {}
    for profile in ("hydrogen", "5g"):
        limit = {"kind": "water_source_protection", "upload": record.id}
        made = in_scenarios.resolved(
            workspace, document(candidates={"limits": [limit]}, facility={"profile": profile})
        )
        counts[profile] = len(made["candidates"]["limits"][0]["cells"])
    assert counts["5g"] > counts["hydrogen"]


def test_areas_elsewhere_are_told(areas):
    workspace, record = areas
    elsewhere = {
        **load.load("xuzhou-5g-2022").document,
        "candidates": {"limits": [{"kind": "other", "effect": "forbid", "upload": record.id}]},
    }
    with pytest.raises(RequestError, match="no cell of the region"):
        in_scenarios.resolved(workspace, elsewhere)


def test_own_population_is_offered_for_its_region_alone():
    frame = boundaries.districts("440100")
    points = frame.geometry.representative_point()
    rows = "".join(f"{x:.5f},{y:.5f},1000\n" for x, y in zip(points.x, points.y, strict=True))
    workspace, record = taken(
        "population", ("lon,lat,people\n" + rows).encode(), "人口.csv", {"region": "440100", "datum": "WGS84"}
    )
    [(path, found)] = in_scenarios.surfaces(workspace, "440100").items()
    assert found.id == record.id
    assert in_scenarios.surface_record(workspace, path).id == record.id
    assert in_scenarios.surface_record(workspace, "modelled-2020") is None
    assert list(in_scenarios.surfaces(workspace, "440106")) == [path]  # a district of that city
    assert in_scenarios.surfaces(workspace, "320300") == {}
    result = workflow.preview(load.of_document(document(population=path), "x"))
    assert result["people"] == 1000 * len(frame)
    assert np.array([d["population"] for d in result["districts"]]).sum() == 1000 * len(frame)


@pytest.mark.parametrize("before", ["/srv/old/surfaces/{name}", r"C:\Users\wang\infraplan\surfaces\{name}"])
def test_own_population_is_found_where_the_workspace_lies_now(before):
    rows = "".join(f"{113.30 + i * 0.001:.4f},23.13,100\n" for i in range(50))
    workspace, record = taken(
        "population", f"经度,纬度,人口\n{rows}".encode(), "人口.csv", {**ANSWERS, "datum": "WGS84"}
    )
    path = uploads.surface_path(workspace, record)
    made = in_scenarios.resolved(workspace, document(population=before.format(name=path.name)))
    assert made["population"] == str(path)
    for kept in ("modelled-2020", str(path), "/srv/old/surfaces/another.parquet"):
        assert in_scenarios.resolved(workspace, document(population=kept))["population"] == kept
