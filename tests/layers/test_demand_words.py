"""Loads and demands are called what they are: people, land, places; never people where nobody was counted."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from layers import demand_words, why
from scenarios import load

PEOPLE = {"demand_name": "residents", "demand": 18_676_605}
AREA = {"demand_name": "area", "demand": 5_000_000}
PLACES = {"demand_name": "airports+depots+industry+logistics+ports", "demand": 1774}
MIX = {"demand_name": "car_households+residents", "demand": 1 << 44}


@pytest.mark.parametrize(
    ("found", "value", "zh", "en"),
    [
        (PEOPLE, 708.25, "708 人/单位", "708 people a unit"),
        (AREA, 348_205.0, "0.348 平方公里/单位", "0.348 km² a unit"),
        (PLACES, 805.0, "805 加权场所/单位", "805 weighted places a unit"),
        (PLACES, 2.5, "2.5 加权场所/单位", "2.5 weighted places a unit"),
        ({"demand_name": "car_households", "demand": 9}, 40.0, "40 户/单位", "40 households a unit"),
        ({"demand_name": "hospitals", "demand": 9}, 3.0, "3 处场所/单位", "3 places a unit"),
        (MIX, (1 << 44) / 50, "2%的需求/单位", "2% of the demand a unit"),
        (PEOPLE, None, "—", "—"),
    ],
)
def test_a_load_is_in_what_is_counted(found, value, zh, en):
    assert demand_words.load(value, found, "zh") == zh
    assert demand_words.load(value, found, "en") == en


@pytest.mark.parametrize(
    ("found", "value", "zh", "en"),
    [
        (PEOPLE, 16.168, "每万人 16.17 个", "16.17 units per 10,000 people"),
        (AREA, 0.029, "每平方公里 2.9 个", "2.9 units per km²"),
        (PLACES, 12.422, "每百加权场所 0.124 个", "0.124 units per 100 weighted places"),
        (MIX, 0.0, "—", "—"),
        (PEOPLE, None, "—", "—"),
    ],
)
def test_the_worst_served_tenth_too(found, value, zh, en):
    assert demand_words.worst_served(value, found, "zh") == zh
    assert demand_words.worst_served(value, found, "en") == en


def test_a_mix_of_demands_and_single_ones_are_not_called_places():
    assert demand_words.noun(PLACES, "zh") == "需求(加权场所)"
    assert demand_words.noun(MIX, "zh") == "需求(加权)"
    assert demand_words.noun({"demand_name": "car_households", "demand": 1}, "zh") == "有车家庭户"
    assert demand_words.noun({"demand_name": "built_up", "demand": 1}, "en") == "built-up land (modelled)"
    assert demand_words.quantity(3e6, {"demand_name": "built_up", "demand": 1}, "zh") == "3平方公里"
    assert demand_words.quantity(1 << 43, MIX, "en") == "50.0% of all demand"


ROW = {
    "coverage": 2,
    "capacity": 1,
    "private": 3,
    "newly": 300_000,
    "radius_m": 1200,
    "load_per_unit": 150_000.0,
}


def test_reasons_call_square_metres_no_people():
    assert why.sentence(ROW, "zh", "座", AREA).split("；") == [
        "2 座：新增覆盖 0.3 平方公里（半径 1,200 米）",
        "1 座容量（含室内）：每座服务 0.15 平方公里",
        "3 座：私人",
    ]
    assert "people" not in why.sentence(ROW, "en", "stations", AREA)
    assert "150,000 people a unit" in why.sentence(ROW, "en", "stations", PEOPLE)


def test_reasons_are_printed_with_the_marks_of_chinese_print():
    assert why.sentence({"private": 2}, "zh", "个(桩)", PEOPLE) == "2 个（桩）：私人"
    assert why.sentence({"private": 2}, "en", "piles", PEOPLE) == "2 piles: private"


def test_a_result_without_a_facility_counts_in_a_word_of_its_own():
    """Two of what: the word of the amount's column is none."""
    profile = SimpleNamespace(unit_zh="座", unit_en="stations")
    for given, document, words in (
        (profile, {}, ("座", "stations")),
        (None, {"linked": {"stations": "guangzhou-5g-2022"}}, ("个站址", "sites")),
        (None, {}, ("个", "units")),
    ):
        allocation = SimpleNamespace(profile=given, scenario=SimpleNamespace(document=document))
        assert (why.unit_word(allocation, "zh"), why.unit_word(allocation, "en")) == words
    row = {"coverage": 2, "reserve": 16, "newly": 8440, "radius_m": 500}
    assert (
        why.sentence(row, "zh", "个站址", PEOPLE)
        == "2 个站址：新增覆盖 8,440 人（半径 500 米）；16 个站址：储备"
    )
    assert why.sentence(row, "en", "sites", PEOPLE) == (
        "2 sites: newly reaching 8,440 people within 500 m; 16 sites: reserve"
    )


def reaching(area: str | None = None, population: str = "modelled-2020", name: str = "residents"):
    """As much of a result as its words need."""
    document = {"coverage": {"area": area}} if area else {}
    scenario = SimpleNamespace(document=document, population=population)
    return SimpleNamespace(coverage={"demand_name": name, "demand": 10}, scenario=scenario)


def test_a_share_within_reach_says_of_which_area_it_is():
    """Whoever reads 100 % of residents takes it for the whole city's."""
    assert demand_words.reached(reaching(), "zh") == "常住人口"
    assert demand_words.reached(reaching("all"), "en") == "residents"
    assert demand_words.reached(reaching("urban_density"), "zh") == "城市密度以上地区的常住人口"
    assert demand_words.reached(reaching("activity", name="area"), "en") == "area near places of activity"
    areas = load.schema()["properties"]["coverage"]["properties"]["area"]["enum"]
    said = {demand_words.reached(reaching(area), lang) for area in areas for lang in ("zh", "en")}
    assert len(said) == 2 * len(areas)


def test_own_people_are_not_called_the_census():
    own = reaching(population="/somewhere/people.csv")
    assert demand_words.reached(own, "zh") == "自备数据的人口"
    assert demand_words.people(own.scenario, "zh") == "人口(自备数据)"
    assert demand_words.people(reaching().scenario, "en") == "Residents (2020 census)"
