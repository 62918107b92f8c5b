"""Tables of cells and points: sums kept, columns found, datums asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo import china_offsets, grid, population
from geo.errors import DataError, InfraPlanError, RequestError
from geo.importers import read_any, read_cells, read_points
from geo.importers.tables import cells_to_surface

REGION = "440104"


@pytest.fixture(scope="module")
def cells():
    return population.frame(REGION, 9)[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 5000), min_size=1, max_size=322), st.integers(8, 10))
def test_every_sum_is_kept(people, resolution):
    own = population.frame(REGION, 9)[0][: len(people)]
    try:
        found = cells_to_surface(
            own, np.array(people), REGION, resolution, source="t", surface_id="t", metadata={}
        )
    except RequestError:  # every parent of these few cells has its centre in the next district
        assert resolution == 8
        assume(False)
    assert found.report.inside + found.report.outside == round(sum(people))
    assert found.surface.total == found.report.inside
    if resolution == 9:
        assert found.report.outside == 0
        assert np.abs(found.surface.people[: len(people)] - people).max() < 1


def test_whole_counts_arrive_unchanged(tmp_path, cells):
    people = np.random.default_rng(0).integers(0, 4000, len(cells))
    pd.DataFrame({"h3": grid.to_hex(cells), "人口": people}).to_csv(
        tmp_path / "格网.csv", index=False, encoding="gb18030"
    )
    found = read_cells(tmp_path / "格网.csv", REGION)
    assert np.array_equal(found.surface.people, people)
    assert found.surface.id == "格网"
    assert not found.surface.metadata["modelled"]


def test_unknown_is_not_zero_and_is_reported(tmp_path, cells):
    people = np.full(len(cells), 10.0)
    people[:20] = np.nan
    pd.DataFrame({"cell": grid.to_hex(cells), "population": people}).to_parquet(tmp_path / "p.parquet")
    report = read_any(tmp_path / "p.parquet", REGION).report
    assert (report.without_data, report.cells_without_data) == (20, 20)
    assert report.inside == 10 * (len(cells) - 20)


def test_cells_beyond_the_region_are_counted_as_outside(tmp_path, cells):
    far = grid.cells_at(np.array([113.9]), np.array([23.6]), 9)
    frame = pd.DataFrame({"h3": grid.to_hex(np.append(cells[:2], far)), "pop": [5, 6, 7]})
    frame.to_csv(tmp_path / "p.csv", index=False)
    report = read_cells(tmp_path / "p.csv", REGION).report
    assert (report.inside, report.outside) == (11, 7)


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000", "GCJ-02", "BD-09"])
def test_points_in_every_datum_reach_the_same_cells(tmp_path, cells, datum):
    centres = grid.centroids(cells)
    lon, lat = china_offsets.from_wgs84(centres[:, 0], centres[:, 1], datum)
    pd.DataFrame({"经度": lon, "纬度": lat, "人数": 3}).to_excel(tmp_path / "点.xlsx", index=False)
    found = read_points(tmp_path / "点.xlsx", REGION, datum=datum)
    assert (found.surface.people == 3).all()
    assert found.surface.metadata["datum"] == datum


def test_the_datum_is_asked_for(tmp_path):
    pd.DataFrame({"lon": [113.27], "lat": [23.13], "people": [4]}).to_csv(tmp_path / "p.csv", index=False)
    with pytest.raises(DataError, match="datum"):
        read_any(tmp_path / "p.csv", REGION)
    assert read_any(tmp_path / "p.csv", REGION, datum="WGS84").surface.total == 4


def test_points_without_coordinates_are_reported(tmp_path):
    pd.DataFrame({"lon": [113.27, None], "lat": [23.13, 23.13], "people": [4, 9]}).to_csv(
        tmp_path / "p.csv", index=False
    )
    found = read_points(tmp_path / "p.csv", REGION, datum="WGS84")
    assert found.surface.total == 4
    assert "9 people" in found.report.text()
    assert "9 人" in found.report.text("zh")


def test_what_is_wrong_is_said_with_its_line(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("lon,lat,people\n113.2,23.1,12\n113.2,23.1,1.2万\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"p\.csv, C3 \(people\).*'1\.2万' is not a number"):
        read_points(path, REGION, datum="WGS84")
    path.write_text("lon,lat,people\n38473000,2560000,12\n", encoding="utf-8")
    with pytest.raises(DataError, match="not degrees"):
        read_points(path, REGION, datum="WGS84")
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no column of longitudes.*columns: a, b"):
        read_points(path, REGION, datum="WGS84")
    path.write_text("h3,people\nnonsense,2\n", encoding="utf-8")
    with pytest.raises(InfraPlanError, match="not H3 cells"):
        read_cells(path, REGION)
    with pytest.raises(DataError, match="no such file"):
        read_cells(tmp_path / "absent.csv", REGION)
    (tmp_path / "p.doc").write_text("x")
    with pytest.raises(DataError, match="no importer"):
        read_any(tmp_path / "p.doc", REGION)
