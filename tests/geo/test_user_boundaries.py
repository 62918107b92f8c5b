"""A planner's own boundary file: taken, repaired, compared, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import boundaries, china_offsets, user_boundaries
from geo.errors import DataError


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    return boundaries.districts("440100")[["adcode", "name_zh", "geometry"]]


def in_datum(frame: gpd.GeoDataFrame, datum: str) -> gpd.GeoDataFrame:
    def move(p: np.ndarray) -> np.ndarray:
        return np.column_stack(china_offsets.from_wgs84(p[:, 0], p[:, 1], datum))

    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), move), crs=4326)


def test_a_good_file_stands_in_for_the_districts(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    districts.sample(frac=1, random_state=1).to_file(tmp_path / "a.gpkg")
    found = user_boundaries.load(tmp_path / "a.gpkg")
    known = boundaries.districts("440100")
    assert list(found.districts.columns) == list(known.columns)
    assert found.districts["adcode"].tolist() == known["adcode"].tolist()
    assert found.districts["name_en"].tolist() == known["name_en"].tolist()
    assert found.notes == ()
    assert found.fit["datum"].iloc[0] == "WGS84"
    assert shapely.equals_exact(found.districts.geometry.to_numpy(), known.geometry.to_numpy(), 1e-12).all()


def test_a_chinese_shapefile_in_a_zone(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    plane = districts.to_crs(4547).rename(columns={"adcode": "XZQDM", "name_zh": "XZQMC"})
    plane.to_file(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").unlink()
    found = user_boundaries.load(tmp_path / "a.shp").districts
    assert found["name_zh"].tolist() == districts["name_zh"].tolist()
    assert found["adcode"].tolist() == districts["adcode"].tolist()
    ours, theirs = (shapely.normalize(f.geometry.to_numpy()) for f in (found, districts))
    assert shapely.equals_exact(ours, theirs, 1e-6).all()


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_a_wrong_datum_is_seen_and_said_but_not_changed(
    tmp_path: Path, districts: gpd.GeoDataFrame, datum: str
) -> None:
    shifted = in_datum(districts, datum)
    shifted.to_file(tmp_path / "a.gpkg")
    found = user_boundaries.load(tmp_path / "a.gpkg")
    assert [n.check for n in found.notes] == ["boundary_datum"]
    assert f"probably in {datum}" in found.notes[0].en
    assert found.fit["datum"].iloc[0] == datum
    assert shapely.equals_exact(found.districts.geometry.to_numpy(), shifted.geometry.to_numpy(), 1e-9).all()
    told = user_boundaries.load(tmp_path / "a.gpkg", datum=datum)
    assert [n.en for n in told.notes] == [china_offsets.NOTICE_EN]
    assert shapely.equals_exact(told.districts.geometry.to_numpy(), districts.geometry.to_numpy(), 1e-9).all()


def test_a_missing_crs_is_asked_for(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    districts.to_crs(4526).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(
        DataError, match=r"does not say its coordinate.*look like CGCS2000 .* zone 38 \(EPSG:4526\)"
    ):
        user_boundaries.load(tmp_path / "a.shp")
    found = user_boundaries.load(tmp_path / "a.shp", crs_name="EPSG:4526")
    assert found.fit["datum"].iloc[0] == "WGS84"


def test_a_crs_that_contradicts_the_file_is_refused(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    districts.to_file(tmp_path / "a.gpkg")
    with pytest.raises(DataError, match="correct the one that is wrong"):
        user_boundaries.load(tmp_path / "a.gpkg", crs_name="EPSG:4547")
    with pytest.raises(DataError, match="is not a CRS"):
        user_boundaries.load(tmp_path / "a.gpkg", crs_name="EPSG:nope")


def test_metres_said_to_be_degrees_are_refused(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    districts.to_crs(4526).set_crs(4326, allow_override=True).to_file(tmp_path / "a.gpkg")
    with pytest.raises(DataError, match=r"says degrees, but its numbers run to .*zone 38"):
        user_boundaries.load(tmp_path / "a.gpkg")


@pytest.mark.parametrize("code", [2383, 2437])
def test_old_datums_are_refused(tmp_path: Path, districts: gpd.GeoDataFrame, code: int) -> None:
    districts.set_crs(code, allow_override=True).to_file(tmp_path / "a.gpkg")
    with pytest.raises(DataError, match="Ask its owner for CGCS2000"):
        user_boundaries.load(tmp_path / "a.gpkg")


def test_an_invalid_ring_is_repaired_and_reported(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    crossed = districts.copy()
    west, south, east, north = crossed.geometry[0].bounds
    crossed.loc[0, "geometry"] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    crossed.to_file(tmp_path / "a.gpkg")
    found = user_boundaries.load(tmp_path / "a.gpkg")
    assert found.districts.geometry.is_valid.all()
    notes = [n for n in found.notes if n.check == "boundary_valid"]
    assert len(notes) == 1
    assert "row 1: the boundary was invalid (Self-intersection" in notes[0].text()
    assert "boundaries_tile" in {n.check for n in found.notes}  # and it no longer fits its neighbours


def test_rows_without_polygon_are_left_out_and_told(tmp_path: Path, districts: gpd.GeoDataFrame) -> None:
    mixed = districts.copy()
    mixed.loc[2, "geometry"] = shapely.Point(113, 23)
    mixed.loc[3, "geometry"] = None
    mixed.to_file(tmp_path / "a.geojson")
    found = user_boundaries.load(tmp_path / "a.geojson")
    assert len(found.districts) == 9
    told = [n.en for n in found.notes if n.check == "boundary_polygon"]
    assert told == ["left out: a Point, not a polygon", "left out: no geometry"]


def test_a_file_without_polygons_is_refused(tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=[shapely.Point(113, 23)], crs=4326).to_file(tmp_path / "a.geojson")
    with pytest.raises(DataError, match="holds no polygon, only Point"):
        user_boundaries.load(tmp_path / "a.geojson")


def test_units_of_ones_own_get_codes_and_cannot_be_compared(tmp_path: Path) -> None:
    blocks = [shapely.box(113.3 + i / 100, 23.1, 113.31 + i / 100, 23.11) for i in range(3)]
    gpd.GeoDataFrame({"片区": ["甲", "乙", None]}, geometry=blocks, crs=4490).to_file(tmp_path / "a.gpkg")
    found = user_boundaries.load(tmp_path / "a.gpkg", name_column="片区")
    assert found.districts["adcode"].tolist() == ["X00001", "X00002", "X00003"]
    assert found.districts["name_zh"].tolist() == ["甲", "乙", "区域 3"]
    assert [n.en for n in found.notes] == [
        "its outlines are none of the known districts, so the datum could not be compared"
    ]
    assert found.fit["overlap"].isna().all()


def test_columns_that_are_not_there_and_codes_that_repeat(
    tmp_path: Path, districts: gpd.GeoDataFrame
) -> None:
    twice = districts.copy()
    twice.loc[1, "adcode"] = "440103"
    twice.to_file(tmp_path / "a.gpkg")
    with pytest.raises(DataError, match="440103 stands in more than one row"):
        user_boundaries.load(tmp_path / "a.gpkg")
    with pytest.raises(DataError, match="no column 'nom'; it has: adcode, name_zh"):
        user_boundaries.load(tmp_path / "a.gpkg", name_column="nom")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("440106", "440106"),
        (440106.0, "440106"),
        ("440106000000", "440106"),
        ("4401", ""),
        ("abc", ""),
        (None, ""),
    ],
)
def test_codes_in_the_forms_that_tables_have(value: object, code: str) -> None:
    assert user_boundaries._code(value) == code
