"""Townships: matched by name and sound, placed by what bears their name. Small tables, no data packages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.build import population_towns as towns_step


def register(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["code", "unit", "name", "street"])
    stems = frame["name"].str.replace("(街道|镇|乡)$", "", regex=True)
    return frame.assign(stem=stems, communities=1, villages=2)


def places(*rows: tuple[int, str, set[str], str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["geonameid", "name", "chinese", "adcode"])
    numbers = np.arange(len(frame))
    people = pd.array([100] * len(frame), "Int64")
    return frame.assign(people_2010=people, lon=117 + numbers / 10, lat=34.0)


TOWNS = register(
    ("320382001", "320382", "运河街道", True),
    ("320382102", "320382", "邳城镇", False),
    ("320312111", "320312", "单集镇", False),
    ("320371003", "320371", "大黄山街道", True),
    ("370304107", "370304", "博山镇", False),
    ("370304001", "370304", "城东街道", True),
)


def pairs_of(found: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(found["geonameid"], found["code"], strict=True))


def test_matching_by_chinese_name_before_sound():
    known = places((1, "Picheng", {"运河"}, "320382"), (2, "Picheng", set(), "320382"))
    assert pairs_of(towns_step.matched(TOWNS, known, {})) == [(1, "320382001"), (2, "320382102")]


def test_a_character_with_several_sounds():
    assert pairs_of(towns_step.matched(TOWNS, places((1, "Shanji", set(), "320312")), {})) == [
        (1, "320312111")
    ]
    assert pairs_of(towns_step.matched(TOWNS, places((1, "Danji", set(), "320312")), {})) == [
        (1, "320312111")
    ]


def test_a_township_of_a_zone_lies_in_a_district():
    known = places((1, "Dahuangshan", set(), "320305"))
    assert towns_step.matched(TOWNS, known, {}).empty
    assert pairs_of(towns_step.matched(TOWNS, known, {"320305": {"320371"}})) == [(1, "320371003")]


def test_a_seat_is_not_the_country_town_of_its_name():
    """GeoNames' Boshan is the seat of 博山区; 博山镇 lies far from it."""
    assert towns_step.matched(TOWNS, places((1, "Boshan", set(), "370304")), {}).empty


@pytest.fixture
def villages(monkeypatch):
    table = pd.DataFrame(
        {
            "streetCode": ["370304001", "370304001", "370304107", "370304107", "370304107"],
            "name": ["柳杭社区居委会", "窑广社区居委会", "石门村委会", "乐疃村委会", "福山村委会"],
        }
    )
    monkeypatch.setattr(towns_step, "_table", lambda path: table)
    monkeypatch.setattr(towns_step, "npm_file", lambda package, path: path)


def points(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["fclass", "name", "lon", "lat"]).assign(adcode="370304")


def placed(towns: pd.DataFrame, seen: pd.DataFrame) -> dict[str, tuple[str, float]]:
    none = pd.DataFrame({"geonameid": pd.Series(dtype=int), "code": pd.Series(dtype=str)})
    found = towns_step.located(towns, places((1, "Nowhere", set(), "370304")), none, seen, {})
    return {row.name: (row.point, row.lon) for row in found[["name", "point", "lon"]].itertuples(index=False)}


@pytest.mark.usefixtures("villages")
def test_a_township_stands_where_its_name_is_told():
    own = TOWNS[TOWNS["unit"] == "370304"].reset_index(drop=True)
    seen = points(
        ("building", "博山镇人民政府", 117.90, 36.3),
        ("school", "博山镇中心小学", 117.92, 36.3),
        ("building", "柳杭小区", 117.85, 36.5),
    )
    assert placed(own, seen) == {
        "博山镇": ("osm", pytest.approx(117.91)),
        "城东街道": ("osm-villages", 117.85),
    }


@pytest.mark.usefixtures("villages")
def test_villages_must_be_two_for_a_town_and_in_one_place():
    own = TOWNS[TOWNS["unit"] == "370304"].reset_index(drop=True)
    one = placed(own, points(("residential", "石门村", 117.9, 36.3)))
    assert one["博山镇"][0] == ""
    two = placed(own, points(("residential", "石门村", 117.9, 36.3), ("residential", "乐疃", 117.94, 36.3)))
    assert two["博山镇"] == ("osm-villages", pytest.approx(117.92))
    apart = points(("residential", "柳杭小区", 117.8, 36.5), ("residential", "柳杭花园", 117.9, 36.5))
    assert placed(own, apart)["城东街道"][0] == ""
    assert np.isnan(placed(own, apart)["城东街道"][1])


def test_kinds_of_villages_are_told_by_their_codes(monkeypatch):
    streets = pd.DataFrame(
        {"code": ["370304001", "370304107"], "name": ["城东街道", "博山镇"], "areaCode": "370304"}
    )
    villages = pd.DataFrame(
        {
            "code": ["370304001001", "370304001002", "370304107001", "370304107200", "370304107499"],
            "streetCode": ["370304001"] * 2 + ["370304107"] * 3,
        }
    )
    monkeypatch.setattr(towns_step, "npm_file", lambda package, path: path)
    monkeypatch.setattr(towns_step, "_table", lambda path: streets if "streets" in path else villages)
    found = towns_step.register(["370304"]).set_index("name")
    assert found["communities"].to_dict() == {"城东街道": 2, "博山镇": 1}
    assert found["villages"].to_dict() == {"城东街道": 0, "博山镇": 1}  # 400 and beyond are no villages
    assert found["street"].to_dict() == {"城东街道": True, "博山镇": False}
