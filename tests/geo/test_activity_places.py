"""Places of activity: the known ones are there, each sort is only itself, and nothing is claimed elsewhere."""

from __future__ import annotations

import pytest

from geo.activity_places import ACTIVITY, PLACES, points
from geo.errors import RequestError, UnknownNameError


def test_known_places_are_there():
    assert points("440100", "airports")["source_id"].tolist() == ["ZGGG"]
    assert {"广州南站", "广州东站", "广州火车站"} <= set(points("440100", "stations")["name"])
    assert points("440100", "ports")["name"].str.contains("南沙").any()
    assert points("500114", "airports")["name"].tolist() == ["黔江武陵山机场"]
    # each sort is only itself: no shop, metro or police station among the railway stations
    assert not points("440100", "stations")["name"].str.contains("店|派出所|地铁|变电").any()


def test_outside_the_gazetteer_nothing_is_claimed():
    with pytest.raises(RequestError, match="not known"):
        points("330106", "hospitals")


def test_a_sort_is_known_or_refused():
    with pytest.raises(UnknownNameError, match="airports"):
        points("440100", "castles")


@pytest.mark.parametrize("name", [*PLACES, "activity_places"])
def test_each_place_is_listed_once_with_its_source(name):
    found = points("440100", name)
    assert not found.duplicated(["source", "source_id"]).any()
    assert found["source"].ne("").all()
    assert found["accuracy_m"].gt(0).all()
    assert set(found["adcode"].str[:4]) <= {"4401"}


def test_activity_is_a_choice_of_sorts():
    assert set(ACTIVITY) < set(PLACES)
