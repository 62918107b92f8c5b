"""What a file without a CRS may be in: ranked by where its numbers fall, named for people, never chosen."""

from __future__ import annotations

import doctest

import geopandas as gpd
import pytest
import shapely

from geo import boundaries, crs, stated_crs
from geo.errors import DataError


@pytest.fixture(scope="module")
def guangzhou() -> gpd.GeoDataFrame:
    return boundaries.districts("440100")[["adcode", "name_zh", "geometry"]]


def bare(frame: gpd.GeoDataFrame, epsg: int) -> gpd.GeoDataFrame:
    """Return a frame in a CRS that it does not say."""
    return frame.to_crs(epsg).set_crs(None, allow_override=True)


def test_the_examples_hold() -> None:
    assert doctest.testmod(crs).failed == 0


@pytest.mark.parametrize("zone", [25, 38, 45])
@pytest.mark.parametrize("prefixed", [True, False])
def test_zones_are_named_in_either_language(zone: int, prefixed: bool) -> None:
    code = f"EPSG:{crs.GaussKruger(zone, prefixed).epsg}"
    meridian = f"{zone}带" if prefixed else f"中央经线{3 * zone}°"
    assert crs.label(code, "zh") == f"CGCS2000 3度带 {meridian}({code})"
    assert "Gauss-Kruger" in crs.label(code)
    assert crs.label("EPSG:32649", "zh") == "WGS 84 / UTM zone 49N(EPSG:32649)"


@pytest.mark.parametrize("epsg", [4547, 4526, 3857])
def test_the_likeliest_stands_first_and_says_where_it_lies(guangzhou: gpd.GeoDataFrame, epsg: int) -> None:
    found = stated_crs.possible(bare(guangzhou, epsg))
    assert found[0].code == f"EPSG:{epsg}"
    assert "广州市" in found[0].text("zh")
    assert "Guangzhou" in found[0].text("en")
    assert all("广州市" not in other.text("zh") for other in found[1:])


def test_the_region_decides_between_zones() -> None:
    """An easting without its zone's number fits many zones: Qianjiang's fits the one around Guangzhou too."""
    frame = gpd.GeoDataFrame(geometry=[boundaries.region("500114").geometry], crs=4326)
    found = stated_crs.possible(bare(frame, 4545), "500114")
    assert found[0].code == "EPSG:4545"
    assert "黔江区" in found[0].text("zh")


def test_degrees_are_two_names_for_one_thing(guangzhou: gpd.GeoDataFrame) -> None:
    found = stated_crs.possible(bare(guangzhou, 4490))
    assert [p.code for p in found] == ["EPSG:4490", "EPSG:4326"]
    assert all(p.degrees for p in found)


@pytest.mark.parametrize("shapes", [[], [None], [shapely.box(0, 0, 5, 5)]])
def test_numbers_that_are_no_position_in_china_fit_nothing(shapes: list[shapely.Geometry | None]) -> None:
    frame = gpd.GeoDataFrame(geometry=shapes)
    assert stated_crs.possible(frame) == []
    assert stated_crs.hint(frame) == ("", "")
    with pytest.raises(DataError, match="EPSG:4490"):
        stated_crs.with_crs(frame, None, "a.shp")


@pytest.mark.parametrize("epsg", [4547, 4526, 4490])
def test_the_refusal_names_what_fits(guangzhou: gpd.GeoDataFrame, epsg: int) -> None:
    with pytest.raises(DataError) as caught:
        stated_crs.with_crs(bare(guangzhou, epsg), None, "a.shp")
    assert crs.label(f"EPSG:{epsg}", "zh") in caught.value.zh
    assert crs.label(f"EPSG:{epsg}") in caught.value.en
    if epsg != 4547:
        assert "4547" not in caught.value.zh + caught.value.en
    assert "Gauss" not in caught.value.zh
