"""A position carries datum, accuracy and basis."""

from __future__ import annotations

import pytest

from geo import distance
from geo.errors import InfraPlanError
from geo.position import Position


def test_there_and_back_through_another_datum() -> None:
    here = Position(113.3, 23.1, 50, "named_point")
    there = here.to("BD-09")
    assert there.datum == "BD-09"
    assert 0.005 < there.lon - here.lon < 0.02
    back = there.wgs84()
    assert distance.metres(back.lon, back.lat, here.lon, here.lat) < 1e-3
    assert back.accuracy_m == 52  # a metre for each passage through an offset


def test_cgcs2000_is_the_same_figure() -> None:
    here = Position(113.3, 23.1, 50, "named_point").to("CGCS2000")
    assert (here.lon, here.lat, here.accuracy_m, here.datum) == (113.3, 23.1, 50, "CGCS2000")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((412_345.0, 2_555_000.0, 10, "x"), "plane coordinates or swapped axes"),
        ((23.1, 113.3, 10, "x"), "plane coordinates or swapped axes"),
        ((113.3, float("nan"), 10, "x"), "not a position"),
        ((113.3, 23.1, 0, "x"), "accuracy in metres"),
        ((113.3, 23.1, float("nan"), "x"), "accuracy in metres"),
        ((113.3, 23.1, 10, ""), "needs its basis"),
        ((113.3, 23.1, 10, "x", "GCJ02"), "no datum 'GCJ02'"),
    ],
)
def test_a_position_that_says_too_little_is_refused(values: tuple, message: str) -> None:
    with pytest.raises(InfraPlanError, match=message):
        Position(*values)
