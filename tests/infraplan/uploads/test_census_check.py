"""A population of one's own that is far from the census is told with both numbers; one that is near is not."""

from __future__ import annotations

import pytest

from geo import census
from infraplan import uploads
from infraplan.uploads.census_check import beside_census
from infraplan.workspace import Workspace

GUANGZHOU = 18_676_605


@pytest.mark.parametrize("people", [0, 1_000, GUANGZHOU // 2, GUANGZHOU * 2, GUANGZHOU * 10])
def test_far_from_the_census_both_numbers_and_the_year_are_said(people):
    found = beside_census("440100", people, "p.csv")
    for text in (found.zh, found.en):
        assert f"{people:,}" in text
        assert f"{GUANGZHOU:,}" in text
        assert "2020" in text
    assert "情景选用后将按这份数据的人口计算" in found.zh


@pytest.mark.parametrize("share", [0.85, 1.0, 1.2])
@pytest.mark.parametrize("region", ["440100", "440106", "320300", "370300", "500114"])
def test_near_the_census_nothing_is_said(region, share):
    assert beside_census(region, int(census.total(region) * share), "p") is None


def test_people_of_a_zone_that_the_census_counts_apart_are_no_doubt():
    # 鼓楼 (徐州): 425,143 in its own row, 551,206 with the people of the zone on its land
    assert beside_census("320302", 551_206, "p") is None
    assert beside_census("320302", 2_000_000, "p") is not None


def test_it_is_a_doubt_of_the_upload_and_no_error():
    content = b"lon,lat,people\n113.36,23.13,1000\n"
    answers = {"region": "440100", "datum": "WGS84"}
    found = uploads.inspect("population", content, "p.csv", answers)
    assert found.ready
    assert [p.check for p in found.doubts] == ["census"]
    record = uploads.accept(found, Workspace(), by="u")
    assert f"{GUANGZHOU:,}" in record.document["doubts"][0]["zh"]
