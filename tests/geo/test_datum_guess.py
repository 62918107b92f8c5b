"""Evidence for the datum of a table: ranked, told in words, never decided."""

from __future__ import annotations

import numpy as np
import pytest

from geo import boundaries, china_offsets, crs
from geo.datum_guess import evidence
from geo.errors import InfraPlanError


@pytest.fixture(scope="module")
def places() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points in Guangzhou with the Chinese name of their district."""
    districts = boundaries.districts("440100")
    west, south, east, north = districts.total_bounds
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(west, east, 900), rng.uniform(south, north, 900)
    codes = boundaries.locate(lon, lat, "440100")
    inside = codes != ""
    names = dict(zip(districts["adcode"], districts["name_zh"], strict=True))
    return lon[inside], lat[inside], np.array([names[c] for c in codes[inside]])


@pytest.mark.parametrize("datum", ["WGS84", "GCJ-02", "BD-09"])
@pytest.mark.parametrize("axes", ["xy", "yx"])
def test_stated_districts_tell_the_offset(places: tuple, datum: str, axes: str) -> None:
    lon, lat, names = places
    x, y = china_offsets.from_wgs84(lon, lat, datum)
    found = evidence(*((x, y) if axes == "xy" else (y, x)), region="440100", stated=names)
    assert (found.readings[0].datum, found.readings[0].axes) == (datum, axes)
    assert found.clear
    np.testing.assert_allclose(found.readings[0].lon, lon, atol=1e-9)


def test_degrees_alone_do_not_tell_and_say_so(places: tuple) -> None:
    lon, lat, _ = places
    found = evidence(lon, lat)
    assert not found.clear
    assert {r.datum for r in found.readings} == {"WGS84", "GCJ-02", "BD-09"}
    assert "ask" in found.question_en
    assert "确认" in found.question_zh


def test_three_rows_are_not_enough_to_be_clear(places: tuple) -> None:
    lon, lat, names = places
    assert not evidence(lon[:2], lat[:2], region="440100", stated=names[:2]).clear


def test_known_positions_tell_the_offset(places: tuple) -> None:
    lon, lat, _ = places
    x, y = china_offsets.wgs84_to_gcj02(lon[:5], lat[:5])
    known_lon = lon[:5].copy()
    known_lon[3] = np.nan
    found = evidence(x, y, reference=(known_lon, lat[:5]))
    assert found.clear
    assert found.readings[0].datum == "GCJ-02"
    assert found.readings[0].median_m < 1


def test_a_zone_before_the_easting_is_read(places: tuple) -> None:
    lon, lat, _ = places
    east, north = crs.to_plane(lon, lat, crs.zone_for(113.5, prefixed=True))
    found = evidence(north, east)  # northing first, as bureaus write it
    assert found.clear
    assert found.readings[0].datum == "EPSG:4526"
    assert found.readings[0].axes == "yx"
    np.testing.assert_allclose(found.readings[0].lon, lon, atol=1e-9)


def test_an_easting_without_zone_is_clear_only_with_a_region(places: tuple) -> None:
    lon, lat, _ = places
    east, north = crs.to_plane(lon, lat, crs.zone_for(113.5))
    assert not evidence(east, north).clear
    found = evidence(east, north, region="440100")
    assert found.clear
    assert found.readings[0].datum == "EPSG:4547"


def test_rows_without_numbers_and_unknown_districts_count_for_nothing(places: tuple) -> None:
    lon, lat, names = places
    x, stated = lon.copy(), names.copy()
    x[::7] = np.nan
    stated[::5] = "某某新城"
    found = evidence(x, lat, region="440100", stated=stated)
    assert found.readings[0].datum == "WGS84"
    assert found.readings[0].in_stated_district == 1.0
    assert np.isnan(found.readings[0].lon[0])


def test_numbers_that_are_no_position_say_so() -> None:
    with pytest.raises(InfraPlanError, match="no position in China"):
        evidence(np.array([5.0, 6.0]), np.array([7e9, 8e9]))
    with pytest.raises(InfraPlanError, match="no row has two numbers"):
        evidence(np.array([np.nan]), np.array([23.0]))
