"""Distances against the exact geodesic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from geo.distance import along_the_ground, earth_centred, kilometres_per_degree, metres, straight_line

GEOD = Geod(ellps="WGS84")
lon, lat = st.floats(73, 135), st.floats(3, 54)


@given(lon, lat, lon, lat)
def test_agrees_with_the_geodesic(x1: float, y1: float, x2: float, y2: float) -> None:
    exact = GEOD.inv(x1, y1, x2, y2)[2]
    assert metres(x1, y1, x2, y2) == pytest.approx(exact, rel=1e-5, abs=1e-3)


@given(lon, lat, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_agrees_with_the_geodesic_nearby(x: float, y: float, dx: float, dy: float) -> None:
    exact = GEOD.inv(x, y, x + dx, y + dy)[2]
    assert metres(x, y, x + dx, y + dy) == pytest.approx(exact, rel=1e-5, abs=1e-3)


def test_no_distance_to_itself_and_none_to_nowhere() -> None:
    found = metres(
        np.array([113.0, np.nan]), np.array([23.0, 23.0]), np.array([113.0, 113.0]), np.array([23.0, 23.0])
    )
    assert found[0] == 0
    assert np.isnan(found[1])


@pytest.mark.parametrize("at", [0.0, 23.1, 34.3, 53.0])
def test_degrees_in_kilometres(at: float) -> None:
    east, north = kilometres_per_degree(at)
    assert east * 0.01 == pytest.approx(GEOD.inv(110, at, 110.01, at)[2] / 1000, rel=1e-6)
    assert north * 0.01 == pytest.approx(GEOD.inv(110, at - 0.005, 110, at + 0.005)[2] / 1000, rel=1e-6)


@given(lon, lat, st.floats(0, 360), st.floats(1, 100_000))
def test_straight_lines_and_the_ground(x: float, y: float, azimuth: float, far: float) -> None:
    there = GEOD.fwd(x, y, azimuth, far)
    points = earth_centred(np.array([x, there[0]]), np.array([y, there[1]]))
    chord = np.linalg.norm(points[1] - points[0])
    assert along_the_ground(chord, y) == pytest.approx(far, abs=0.02)
    assert straight_line(float(along_the_ground(chord, y)), y) == pytest.approx(chord, abs=1e-6)


def test_earth_centred_coordinates_are_those_of_proj() -> None:
    to = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    x, y = np.array([113.3, 117.2, 0.0]), np.array([23.1, 34.3, 90.0])
    np.testing.assert_allclose(
        earth_centred(x, y), np.column_stack(to.transform(x, y, np.zeros(3))), atol=1e-6
    )
