"""What is given: existing units stay and count, forbidden cells stay empty, must-cover places are within reach."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import yaml

from geo import china_offsets, grid
from geo.distance import metres
from geo.errors import DataError, InfraPlanError, RequestError
from scenarios import facility, givens, ground, load
from scenarios.run import run

BASE = yaml.safe_load(load.LIBRARY.joinpath("zibo-5g-what-if.yaml").read_text("utf-8")) | {
    "id": "small", "resolution": 8, "amount": 3000,
}  # fmt: skip
PILES = BASE | {"facility": {"profile": "ev-charger"}, "amount": 6000}


def scenario(changes: dict, folder=None, base=BASE):
    text = yaml.safe_dump(base | changes, allow_unicode=True)
    return load.parse(text, "small" if folder is None else str(folder / "small.yaml"))


@pytest.fixture(scope="module")
def plain():
    return run(scenario({}))


@pytest.fixture(scope="module")
def standing(plain):
    """Some stations where the plain plan has none, and some where it has many; odd and even counts."""
    rows = np.concatenate(
        [np.argsort(-plain.units, kind="stable")[:20], np.flatnonzero(plain.units == 0)[:300:20]]
    )
    counts = np.arange(len(rows)) % 4 + 1
    return dict(zip(grid.to_hex(plain.cells[rows]).tolist(), counts.tolist(), strict=True))


def at(result, cells) -> np.ndarray:
    """Rows of a result's cells."""
    return np.searchsorted(result.cells, grid.from_hex(list(cells)))


def test_a_stock_holds_the_existing_units_where_they_stand(plain, standing):
    result = run(scenario({"existing": {"cells": standing}}))
    part = result.solution.parts["existing"]
    assert result.allocated == 3000
    assert int(part.sum()) == sum(standing.values()) == result.solution.facts["existing"]
    assert part[at(result, standing)].tolist() == list(standing.values())
    assert (result.units >= part).all()
    assert result.coverage["covered"] == int(result.solution.newly.sum())
    assert result.fingerprint != plain.fingerprint


def test_an_increment_stands_beside_the_existing_units(standing):
    with_them = run(scenario({"existing": {"cells": standing}, "distributes": "increment", "amount": 1000}))
    without = run(scenario({"distributes": "increment", "amount": 1000}))
    assert with_them.allocated == without.allocated == 1000
    assert "existing" not in with_them.solution.parts
    assert with_them.coverage["covered"] > without.coverage["covered"]
    assert int(with_them.solution.beside.sum()) == sum(standing.values())


def test_existing_piles_are_public_and_stand_as_stations(standing):
    result = run(scenario({"existing": {"cells": standing}}, base=PILES))
    rows = at(result, standing)
    assert result.allocated == 6000
    assert (result.solution.sites[rows] == 1).all()
    assert result.solution.parts["existing"][rows].tolist() == list(standing.values())


@pytest.mark.parametrize("scenario_id", ["guangzhou-5g-2022", "guangzhou-5g-new-2022"])
def test_guangzhou_with_the_stations_of_an_earlier_year(scenario_id):
    """A plan for fewer stations taken as what stands: the rest is built around it, and covers more."""
    earlier = run(load.load("guangzhou-5g-2022", {"resolution": "8", "amount": "12000"}))
    used = earlier.units > 0
    cells = dict(zip(grid.to_hex(earlier.cells[used]).tolist(), earlier.units[used].tolist(), strict=True))
    changes = {"resolution": "8", "existing": str({"cells": cells})}
    result = run(load.load(scenario_id, changes))
    assert result.allocated == result.amount
    assert result.coverage["covered"] > earlier.coverage["covered"]
    if scenario_id == "guangzhou-5g-2022":
        assert (result.solution.parts["existing"] == earlier.units).all()
        assert int(result.solution.parts["existing"].sum()) == 12_000


def test_a_search_area_keeps_its_distance_from_what_stands():
    free = run(load.load("guangzhou-hydrogen-6"))
    cell = free.cells[free.units > 0][:1]
    built = run(load.load("guangzhou-hydrogen-6", {"existing": str({"cells": {grid.to_hex(cell)[0]: 1}})}))
    there = grid.centroids(cell)[0]
    points = grid.centroids(built.cells[built.units > 0])
    apart = metres(points[:, 0], points[:, 1], np.full(6, there[0]), np.full(6, there[1]))
    assert built.allocated == 6
    assert apart.min() >= 5000
    assert built.coverage["covered"] >= free.coverage["covered"]


def test_unknown_is_told_and_is_not_none(plain):
    assert plain.solution.facts["existing"] == "unknown"
    assert any("unknown" in en for _, en in plain.solution.notes)
    nothing = run(scenario({"existing": {"cells": {}}}))
    assert nothing.solution.facts["existing"] == 0
    assert (nothing.units == plain.units).all()


def test_existing_units_that_a_quota_cannot_hold_are_named():
    cell = run(scenario({"amount": 100})).cells[:1]
    with pytest.raises(RequestError, match=r"900 stand, quota \d+") as caught:
        run(scenario({"existing": {"cells": {grid.to_hex(cell)[0]: 900}}, "amount": 1000}))
    assert "既有" in caught.value.zh


def test_a_file_gives_what_cells_give_whatever_its_datum(tmp_path, standing):
    points = grid.centroids(grid.from_hex(list(standing)))
    inline = run(scenario({"existing": {"cells": standing}}))
    for datum in ("WGS84", "GCJ-02"):
        lon, lat = china_offsets.from_wgs84(points[:, 0].copy(), points[:, 1].copy(), datum)
        frame = pd.DataFrame({"经度": lon, "纬度": lat, "数量": list(standing.values())})
        frame.to_csv(tmp_path / "站.csv", index=False, encoding="gb18030")
        result = run(scenario({"existing": {"file": "站.csv", "datum": datum}}, tmp_path))
        assert result.inputs["brought"] == inline.inputs["brought"]
        assert (result.units == inline.units).all()
    frame = gpd.GeoDataFrame(
        {"count": list(standing.values())}, geometry=shapely.points(points), crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "sites.geojson")
    result = run(scenario({"existing": {"file": "sites.geojson"}}, tmp_path))
    assert (result.units == inline.units).all()


@pytest.mark.parametrize(
    ("table", "entry", "words"),
    [
        ("lon,lat,count\n118,36.8,1\n", {}, "does not say its datum"),
        ("lon,lat,count,datum\n118,36.8,1,Xian80\n", {}, "Xian80 is not one of"),
        ("lon,lat,count\n118,36.8,-1\n118,36.8,1.5\n", {"datum": "WGS84"}, "line 3"),
        ("lon,lat,count\n36.8,118,1\n", {"datum": "WGS84"}, "no position in degrees"),
        ("lon,lat,count\n113.3,23.1,1\n", {"datum": "WGS84"}, "nothing of it.csv lies in region"),
        ("x2,lat\n1,2\n", {"datum": "WGS84"}, "needs a column"),
    ],
)
def test_bad_files_say_what_is_wrong_in_two_languages(tmp_path, table, entry, words):
    (tmp_path / "it.csv").write_text(table, "utf-8")
    with pytest.raises((DataError, RequestError), match=words) as caught:
        run(scenario({"existing": {"file": "it.csv", **entry}}, tmp_path))
    assert caught.value.zh != caught.value.en


def test_a_row_that_cannot_be_read_is_named_as_a_person_reads_it(tmp_path):
    (tmp_path / "it.csv").write_text(
        "lon,lat,count\n118,36.8,1\n118,36.8,12.5\n118,36.8,\n118,36.8,-3\n", "utf-8"
    )
    with pytest.raises(DataError) as caught:
        run(scenario({"existing": {"file": "it.csv", "datum": "WGS84"}}, tmp_path))
    assert caught.value.zh.splitlines() == [
        "it.csv 第 3 行:12.5 不是非负整数",
        "it.csv 第 4 行:空 不是非负整数",
        "it.csv 第 5 行:-3 不是非负整数",
    ]
    assert caught.value.en.splitlines()[:2] == [
        "it.csv line 3: 12.5 is not a whole number of 0 or more",
        "it.csv line 4: an empty cell is not a whole number of 0 or more",
    ]
    (tmp_path / "it.csv").write_text("lon,lat\n36.8,118.5\n118,\n", "utf-8")
    with pytest.raises(DataError) as caught:
        run(scenario({"existing": {"file": "it.csv", "datum": "WGS84"}}, tmp_path))
    assert caught.value.zh.splitlines() == [
        "it.csv 第 2 行:36.8, 118.5 不是经纬度",
        "it.csv 第 3 行:118, 空 不是经纬度",
    ]


def test_a_file_that_is_not_there_and_a_scenario_that_is_no_file(tmp_path):
    with pytest.raises(RequestError, match=r"no file 'it\.csv' beside small\.yaml"):
        run(scenario({"existing": {"file": "it.csv"}}, tmp_path))
    with pytest.raises(RequestError, match="not a file of its own"):
        run(scenario({"existing": {"file": "it.csv"}}))


def test_only_candidate_sites_are_used(plain):
    cells = grid.to_hex(plain.cells[plain.people > 50][::3]).tolist()
    result = run(scenario({"candidates": {"sites": {"cells": cells}}, "amount": 500}))
    used = set(grid.to_hex(result.cells[result.solution.sites > 0]).tolist())
    assert used <= set(cells)


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, 500),
        ({"facility": {"profile": "ev-charger"}}, 6000),
        ({"facility": {"profile": "hydrogen"}, "resolution": 7, "quotas": {"method": "free"}}, 5),
        ({"objective": "fewest_units", "coverage": {"goal": 0.3}, "quotas": {"method": "free"}}, None),
    ],
)
def test_every_unit_stands_where_building_is_allowed(changes, amount):
    """The indoor stations of a unit with few served cells, too."""
    document = {k: v for k, v in (BASE | changes | {"amount": amount}).items() if v is not None}
    free = run(load.parse(yaml.safe_dump(document, allow_unicode=True), "small"))
    rng = np.random.default_rng(7)
    cells = free.cells[(free.people > 50) & (rng.random(len(free.cells)) < 0.5)]
    document["candidates"] = {"sites": {"cells": grid.to_hex(cells).tolist()}}
    result = run(load.parse(yaml.safe_dump(document, allow_unicode=True), "small"))
    assert result.allocated == (amount or result.amount) > 0
    parts = result.solution.parts
    elsewhere = [name for name, units in parts.items()
                 if set(result.cells[units > 0].tolist()) - set(cells.tolist())]  # fmt: skip
    told = any("私人桩随其服务对象" in zh for zh, _ in result.solution.notes)
    # private and dedicated piles are not sited, and the result says so
    assert (set(elsewhere), told) == (
        ({"private", "dedicated"}, True) if "private" in parts else (set(), False)
    )


def test_more_stations_than_candidate_sites_hold_are_refused_and_not_put_elsewhere(plain):
    cells = grid.to_hex(plain.cells[plain.people > 50][::97]).tolist()
    with pytest.raises(InfraPlanError) as caught:
        run(scenario({"candidates": {"sites": {"cells": cells}}}))
    assert "张店区" in caught.value.text("zh")


def square(result, share=0.2) -> shapely.Geometry:
    lon, lat = grid.centroids(result.cells[result.units > 0]).mean(axis=0)
    return shapely.box(lon - share, lat - share, lon + share, lat + share)


def test_a_limit_forbids_exactly_or_marks(tmp_path, plain):
    area = square(plain, 0.05)
    gpd.GeoDataFrame(geometry=[area], crs="EPSG:4490").to_file(tmp_path / "red.geojson")
    inside = shapely.contains(area, shapely.points(grid.centroids(plain.cells)))
    entry = {"kind": "ecological_redline", "file": "red.geojson"}
    forbidden = run(scenario({"candidates": {"limits": [entry | {"effect": "forbid"}]}}, tmp_path))
    assert plain.units[inside].sum() > 0
    assert forbidden.solution.sites[inside].sum() == 0
    assert forbidden.allocated == 3000
    warned = run(scenario({"candidates": {"limits": [entry]}}, tmp_path))
    assert (warned.units == plain.units).all()
    told = warned.solution.facts["limits"][0]
    assert (told["effect"], told["name_zh"]) == ("warn", "生态保护红线")
    assert told["units"] >= int(warned.units[inside].sum())
    assert forbidden.solution.facts["limits"][0]["cells_forbidden"] == int(inside.sum())


def test_the_development_boundary_holds_outside(tmp_path, plain):
    gpd.GeoDataFrame(geometry=[square(plain, 0.1)], crs="EPSG:4326").to_file(tmp_path / "edge.geojson")
    entry = {"kind": "urban_growth_boundary", "file": "edge.geojson", "effect": "forbid"}
    result = run(
        scenario({"candidates": {"limits": [entry]}, "quotas": {"method": "free"}, "amount": 500}, tmp_path)
    )
    inside = shapely.contains(square(plain, 0.1), shapely.points(grid.centroids(result.cells)))
    assert result.units[~inside].sum() == 0


def test_limits_that_leave_nothing_are_refused(tmp_path, plain):
    gpd.GeoDataFrame(geometry=[square(plain, 3)], crs="EPSG:4326").to_file(tmp_path / "all.geojson")
    entry = {"kind": "other", "file": "all.geojson", "effect": "forbid"}
    with pytest.raises(RequestError, match="no cell to build in"):
        run(scenario({"candidates": {"limits": [entry]}}, tmp_path))
    with pytest.raises(RequestError, match="state effect"):
        run(scenario({"candidates": {"limits": [{"kind": "other", "file": "all.geojson"}]}}, tmp_path))


def test_every_kind_of_limit_has_an_effect_for_every_facility():
    for kind in givens.limit_kinds().values():
        assert set(kind["effect"]) == set(facility.available())
        assert set(kind["effect"].values()) <= set(givens.EFFECTS)
        assert kind["status"] in facility.STATUSES
        assert kind["source"]


def test_each_must_cover_place_is_within_reach_of_a_site(plain):
    asked = scenario({"must_cover": {"places": ["hospitals", "stations"]}, "amount": 400})
    result = run(asked)
    land = ground.load(asked)
    places = land.givens.places["row"].to_numpy()
    facts = result.solution.facts
    assert facts["must_cover_reached"] == len(places) - len(facts["must_cover_unreached"]) > 0
    points = grid.centroids(result.cells)
    sites = np.flatnonzero(result.solution.sites > 0)
    reached = 0
    for row in places:
        apart = metres(
            points[sites, 0], points[sites, 1],
            np.full(len(sites), points[row, 0]), np.full(len(sites), points[row, 1]),
        )  # fmt: skip
        reached += bool((apart <= result.solution.radius_m[sites] + 0.01).any())
    assert reached == facts["must_cover_reached"]
    assert int(result.solution.parts["must_cover"].sum()) == facts["must_cover_sites"] * 2
    assert result.allocated == 400


def test_must_cover_places_that_a_quota_cannot_hold_are_refused():
    with pytest.raises(RequestError, match="must-cover places") as caught:
        run(scenario({"must_cover": {"places": ["hospitals", "campuses", "markets"]}, "amount": 12}))
    assert "必保场所" in caught.value.zh


def test_named_places_of_a_plan_must_be_covered():
    changes = {"resolution": "8", "must_cover": "{projects: guangzhou-2020}"}
    result = run(load.load("guangzhou-5g-2022", changes))
    assert result.solution.facts["must_cover_places"] >= 5
    assert int(result.solution.parts["must_cover"].sum()) == result.solution.facts["must_cover_sites"] * 2
    with pytest.raises(RequestError, match="none of the named places"):
        run(scenario({"must_cover": {"projects": "guangzhou-2020"}}))


def test_a_way_of_siting_refuses_what_it_does_not_use():
    with pytest.raises(RequestError, match="does not use existing"):
        run(scenario({"existing": {"cells": {}}, "facility": {"profile": "smart-pole"}}))


def test_what_is_brought_is_in_the_fingerprint_and_is_found_by_it(tmp_path, standing):
    lon, lat = grid.centroids(grid.from_hex(list(standing))).T
    table = pd.DataFrame({"lon": lon, "lat": lat, "count": list(standing.values())})
    seen = set()
    for rows in (len(table), len(table) - 1):
        table[:rows].to_csv(tmp_path / "it.csv", index=False)
        seen.add(run(scenario({"existing": {"file": "it.csv", "datum": "WGS84"}}, tmp_path)).fingerprint)
    assert len(seen) == 2


def test_facts_are_plain_values(plain):
    json.dumps(dict(plain.solution.facts), allow_nan=False)
