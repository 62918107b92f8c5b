"""CGCS2000 zones against PROJ's own definitions, and a second road for the projection."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import crs
from geo.errors import InfraPlanError, RequestError


@pytest.mark.parametrize("zone", crs.ZONES)
@pytest.mark.parametrize("prefixed", [False, True])
def test_codes_are_those_of_epsg(zone: int, prefixed: bool) -> None:
    ours = crs.GaussKruger(zone, prefixed)
    theirs = pyproj.CRS(ours.epsg)
    values = {p.name: p.value for p in theirs.coordinate_operation.params}
    assert theirs.name.casefold() == ours.name.casefold()
    assert values["Longitude of natural origin"] == ours.central_meridian
    assert values["False easting"] == (zone * crs.PREFIX if prefixed else 0) + 500_000


@pytest.mark.parametrize(
    ("city", "lon", "plain", "with_zone"),
    [
        ("Guangzhou", 113.3, 4547, 4526),
        ("Xuzhou", 117.2, 4548, 4527),
        ("Zibo", 118.05, 4548, 4527),
        ("Qianjiang", 108.7, 4545, 4524),
    ],
)
def test_the_zones_of_our_areas(city: str, lon: float, plain: int, with_zone: int) -> None:
    assert crs.zone_for(lon).epsg == plain
    assert crs.zone_for(lon, prefixed=True).epsg == with_zone


@given(st.floats(73.5, 136.5))
def test_the_zone_is_never_more_than_a_degree_and_a_half_away(lon: float) -> None:
    assert abs(crs.zone_for(lon).central_meridian - lon) <= 1.5 + 1e-9


@pytest.mark.parametrize("lon", [73.4, 137.0, -113.0, float("nan"), float("inf")])
def test_a_longitude_outside_china_has_no_zone(lon: float) -> None:
    with pytest.raises(RequestError, match=r"73\.5 to 136\.5"):
        crs.zone_for(lon)


@given(st.floats(73.6, 136.4), st.floats(3.5, 54), st.booleans())
def test_plane_and_back(lon: float, lat: float, prefixed: bool) -> None:
    zone = crs.zone_for(lon, prefixed)
    east, north = crs.to_plane(np.array([lon]), np.array([lat]), zone)
    x, y = crs.from_plane(east, north, None if prefixed else zone)
    assert abs(x[0] - lon) < 1e-9
    assert abs(y[0] - lat) < 1e-9


def test_the_projection_by_another_road() -> None:
    """Meridian arc on the CGCS2000 ellipsoid, integrated numerically: the northing on the central meridian."""
    a, f = 6_378_137.0, 1 / 298.257222101
    e2 = f * (2 - f)
    lat = 23.5
    angles = np.radians(np.linspace(0, lat, 200_001))
    radius = a * (1 - e2) / (1 - e2 * np.sin(angles) ** 2) ** 1.5
    arc = np.trapezoid(radius, angles)
    east, north = crs.to_plane(np.array([114.0]), np.array([lat]), crs.GaussKruger(38))
    assert north[0] == pytest.approx(arc, abs=1e-3)
    assert east[0] == pytest.approx(500_000, abs=1e-6)


def test_eastings_with_several_zones_are_read_point_by_point() -> None:
    lon, lat = np.array([113.3, 117.2, np.nan]), np.array([23.1, 34.3, np.nan])
    east, north = np.full(3, np.nan), np.full(3, np.nan)
    for row in (0, 1):
        e, n = crs.to_plane(lon[[row]], lat[[row]], crs.zone_for(lon[row], prefixed=True))
        east[row], north[row] = e[0], n[0]
    x, y = crs.from_plane(east, north)
    np.testing.assert_allclose([x, y], [lon, lat], atol=1e-9)


def test_an_easting_without_zone_needs_one() -> None:
    with pytest.raises(InfraPlanError, match="central meridian must be said"):
        crs.from_plane(np.array([428_285.0]), np.array([2_555_783.0]))


def test_a_zone_that_contradicts_the_easting_is_refused() -> None:
    with pytest.raises(InfraPlanError, match=r"carry zone \[38\].*zone 39"):
        crs.from_plane(np.array([38_428_285.0]), np.array([2_555_783.0]), crs.GaussKruger(39))


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RequestError, match="25 to 45"):
        crs.from_plane(np.array([88_428_285.0]), np.array([2_555_783.0]))


def frame_in(code: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.Point(113.3, 23.1)], crs=code)


def test_cgcs2000_becomes_wgs84_without_a_digit_changing() -> None:
    out = crs.to_wgs84(frame_in("EPSG:4490"))
    assert out.crs.to_epsg() == 4326
    assert (out.geometry.x[0], out.geometry.y[0]) == (113.3, 23.1)


def test_a_plane_of_cgcs2000_becomes_wgs84() -> None:
    east, north = crs.to_plane(np.array([113.3]), np.array([23.1]), crs.GaussKruger(38))
    out = crs.to_wgs84(gpd.GeoDataFrame(geometry=gpd.points_from_xy(east, north), crs=4547))
    assert out.crs.to_epsg() == 4326
    assert out.geometry.x[0] == pytest.approx(113.3, abs=1e-9)


def test_a_frame_without_crs_is_refused() -> None:
    with pytest.raises(InfraPlanError, match="does not say its coordinate reference system"):
        crs.to_wgs84(frame_in(None))


@pytest.mark.parametrize("code", ["EPSG:2383", "EPSG:2437"])
def test_old_datums_are_refused_since_their_parameters_are_not_public(code: str) -> None:
    with pytest.raises(InfraPlanError, match="50-150 m"):
        crs.to_wgs84(frame_in(code))


def test_a_local_plane_is_refused() -> None:
    local = 'LOCAL_CS["Guangzhou 2000",UNIT["metre",1]]'
    with pytest.raises(InfraPlanError, match="local plane"):
        crs.to_wgs84(frame_in(local))


def test_esri_names_of_cgcs2000_are_known() -> None:
    """A .prj as ArcGIS writes it."""
    wkt = (
        'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert crs.is_cgcs2000(pyproj.CRS(wkt))
    assert not crs.is_wgs84(pyproj.CRS(wkt))
    assert crs.is_wgs84(pyproj.CRS("OGC:CRS84"))
