"""The shipped gazetteer: every row is a test case."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo import boundaries
from geo.errors import DataError
from geo.geocode import columns
from geo.geocode.gazetteer import Gazetteer, load
from geo.paths import data_root

FOLDER = data_root() / "places"


@pytest.fixture(scope="module")
def known() -> Gazetteer:
    return load()


def test_about_as_many_places_as_promised(known: Gazetteer) -> None:
    sites = [r for r in known.records if r.precision in ("site", "road")]
    assert len(sites) > 16_000
    assert len({r.id for r in known.records}) == len(known.records)


def test_every_record_says_how_it_is_known(known: Gazetteer) -> None:
    for r in known.records:
        assert r.source in columns.SOURCES, r
        assert r.status in columns.STATUSES, r
        assert r.precision in (*columns.PRECISIONS, ""), r
        assert r.precision == "" or r.accuracy_m > 0, r


def test_every_place_lies_in_its_district(known: Gazetteer) -> None:
    """By a second road: not the join of the builder, but the boundaries' own look-up."""
    placed = [r for r in known.records[: known.first_unit] if not np.isnan(r.lon)]
    lon, lat = np.array([r.lon for r in placed]), np.array([r.lat for r in placed])
    found = np.full(len(placed), "", dtype="U6")
    for area in ("440100", "320300", "370300", "500114"):
        here = boundaries.locate(lon, lat, area)
        found = np.where(found == "", here, found)
    wrong = [r.id for r, code in zip(placed, found, strict=True) if code not in (r.adcode, *r.also)]
    assert wrong == []


def test_a_townships_point_is_known_or_empty_never_made_up(known: Gazetteer) -> None:
    towns = [r for r in known.records if r.id.startswith("town-")]
    assert len(towns) == 464
    assert {r.source for r in towns if np.isnan(r.lon)} == {"quhua"}
    assert sum(not np.isnan(r.lon) for r in towns if r.adcode == "500114") == 30


def test_no_military_ground(known: Gazetteer) -> None:
    assert not [r.name for r in known.records if r.kind == "military" or "部队" in r.name]


def test_units_of_all_china(known: Gazetteer) -> None:
    units = pd.read_csv(FOLDER / "units.csv", dtype=str, keep_default_na=False)
    assert (units["level"] == "district").sum() > 2_800
    assert (
        units["level"] == "province"
    ).sum() == 34 - 4 - 3  # municipalities, Hong Kong, Macao, Taiwan are cities too
    inner = units[units["adcode"].str.startswith("4401") & (units["level"] == "district")]
    assert set(inner["source"]) == {"osm"}  # each of the eleven districts has its seat of government


def test_a_districts_point_reaches_all_of_it(known: Gazetteer) -> None:
    """The accuracy told for a district holds every corner of it, by geodesic distance."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    districts = boundaries.districts("440100")
    for code, shape in zip(districts["adcode"], districts.geometry, strict=True):
        record = known.records[known.codes[code]]
        corners = np.array(shape.convex_hull.exterior.coords)
        away = geod.inv(*np.broadcast_arrays(record.lon, record.lat, corners[:, 0], corners[:, 1]))[2]
        assert max(away) <= record.accuracy_m * 1.005, code


def test_keys_lead_back_to_their_records(known: Gazetteer) -> None:
    for row in range(0, len(known.records), 97):
        record = known.records[row]
        assert row in known.owners[known.number[record.first_key]]


def test_curated_positions_are_marked() -> None:
    with (FOLDER / "curated.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["status"] in ("derived", "unverified"), row["key"]
            assert row["note"], row["key"]
            assert int(row["accuracy_m"]) >= 100, row["key"]


def test_the_evaluation_list_is_no_part_of_the_index(known: Gazetteer) -> None:
    """None of its positions was copied into the gazetteer."""
    listed = pd.read_csv(FOLDER / "evaluation.csv")
    wanted = set(zip(listed["lon"], listed["lat"], strict=True)) - {(113.299, 23.392)}
    assert not [r.id for r in known.records if (r.lon, r.lat) in wanted]


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gazetteer\.csv is missing"):
        load(tmp_path)


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "gazetteer.csv").write_text("id,name,lon,lat,accuracy_m\n", encoding="utf-8")
    with pytest.raises(DataError, match="name_en"):
        load(tmp_path)
