"""The census table: sums, units without polygon, unknown regions."""

from __future__ import annotations

import pandas as pd
import pytest

from geo import boundaries, census
from geo.errors import UnknownNameError

# residents of the city as its own census communiqué (七普公报) gave them
CITIES = {"440100": 18_676_605, "320300": 9_083_790, "370300": 4_704_138, "500114": 487_281}


@pytest.mark.parametrize(("region", "people"), CITIES.items())
def test_units_sum_to_the_city(region: str, people: int) -> None:
    assert census.total(region) == people


def test_the_table_agrees_with_itself() -> None:
    assert census.problems() == []
    assert len(census.table()) == 34


@pytest.mark.parametrize("column", ["population", "urban", "households"])
def test_a_wrong_figure_is_found(column: str) -> None:
    wrong = census.table()
    wrong.loc["440106", column] += 1
    checks = {p.check for p in census.problems(wrong)}
    assert "units_sum_to_city" in checks
    assert ("urban_and_rural_make_the_whole" in checks) == (column != "households")


def test_the_zone_is_a_unit_of_its_own_and_its_people_are_in_no_other() -> None:
    zones = census.zones("320300")
    assert zones.index.tolist() == ["320371"]
    assert zones.loc["320371", "population"] == 381_407
    units = census.census("320300")
    assert len(units) == 11
    assert units.drop("320371")["population"].sum() == CITIES["320300"] - 381_407


@pytest.mark.parametrize("region", CITIES)
def test_every_other_unit_has_a_polygon(region: str) -> None:
    units = census.census(region)
    drawn = boundaries.districts(region)["adcode"].tolist()
    assert units.index[units["level"] != census.ZONE].tolist() == drawn


def test_a_district_alone() -> None:
    one = census.census("440106")
    assert one["population"].tolist() == [2_241_826]
    assert one["population"].dtype == pd.Int64Dtype()
    assert 0 < one["car_household_share"].iloc[0] < 1


def test_a_change_of_the_answer_does_not_change_the_table() -> None:
    mine = census.table()
    mine.loc["440106", "population"] = 0
    assert census.census("440106")["population"].iloc[0] > 0


def test_a_region_outside_names_what_is_there() -> None:
    with pytest.raises(UnknownNameError, match=r"no unit in 110000.*440100 广州市.*500114 黔江区"):
        census.census("110000")
