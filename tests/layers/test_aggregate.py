"""Results summed to the user's own polygons: whole, exact, with what lies outside."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import grid
from geo.errors import DataError, InfraPlanError, RequestError
from layers import aggregate
from layers.spec import Field, Layer

FIELDS = (Field("units", "数量", "Units", "integer"), Field("people", "人口", "People", "people"))
CELLS, _ = grid.cells_in(np.array([shapely.box(113.2, 23.1, 113.3, 23.2)]), 8)


def cells(seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "cell": CELLS,
            "units": random.integers(0, 9, len(CELLS)),
            "people": random.integers(0, 10**12, len(CELLS)),
        }
    )
    return Layer("cells", "网格", "Cells", "cells", frame, FIELDS)


def polygons(*shapes):
    names = [chr(65 + i) for i in range(len(shapes))]
    return gpd.GeoDataFrame({"id": names, "name_zh": names}, geometry=list(shapes), crs="EPSG:4326")


@settings(max_examples=25, deadline=None)
@given(st.floats(113.21, 113.29), st.floats(23.13, 23.21), st.integers(0, 5))
def test_sums_are_those_of_the_whole_result(x, y, seed):
    layer = cells(seed)
    parts = polygons(shapely.box(113.0, 23.0, x, 23.15), shapely.box(x, 23.0, x + 0.03, y))
    result = aggregate.zones(layer, parts).frame
    assert result["id"].tolist()[-1] == "outside"
    for name in ("units", "people"):
        assert int(result[name].sum()) == int(layer.frame[name].sum())
    assert result["n_cells"].sum() == len(CELLS)


def test_each_cell_counts_where_its_centre_lies():
    layer = cells()
    shape = shapely.box(113.21, 23.11, 113.27, 23.18)
    centres = shapely.points(grid.centroids(CELLS))
    inside = shapely.contains(shape, centres)
    result = aggregate.zones(layer, polygons(shape)).frame
    assert result["units"].tolist() == [
        layer.frame["units"][inside].sum(),
        layer.frame["units"][~inside].sum(),
    ]


def test_a_polygon_smaller_than_a_cell_stays_with_nothing_and_is_said():
    result = aggregate.zones(
        cells(), polygons(shapely.box(113.2, 23.1, 113.3, 23.2), shapely.box(113.4, 23.1, 113.4001, 23.1001))
    )
    assert result.frame["units"].tolist()[1] == 0
    assert "1 units" in result.notice_en


def test_overlapping_polygons_are_refused_with_their_names():
    with pytest.raises(RequestError, match=r"A \+ B"):
        aggregate.zones(
            cells(), polygons(shapely.box(113.2, 23.1, 113.3, 23.2), shapely.box(113.25, 23.1, 113.35, 23.2))
        )


def test_polygons_of_another_place_are_refused():
    with pytest.raises(RequestError, match="another place"):
        aggregate.zones(cells(), polygons(shapely.box(10, 10, 11, 11)))


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_shapefile_in_a_zone_and_in_gbk_is_read(tmp_path, encoding):
    frame = gpd.GeoDataFrame(
        {"DYMC": ["沙面单元", "东山单元"], "BH": [1, 2]},
        geometry=[shapely.box(113.2, 23.1, 113.25, 23.2), shapely.box(113.25, 23.1, 113.3, 23.2)],
        crs="EPSG:4326",
    ).to_crs("EPSG:4547")
    frame.to_file(tmp_path / "x.shp", encoding=encoding)
    read = aggregate.read(tmp_path / "x.shp")
    assert read["name_zh"].tolist() == ["沙面单元", "东山单元"]
    assert read.total_bounds == pytest.approx([113.2, 23.1, 113.3, 23.2], abs=1e-6)
    assert aggregate.read(tmp_path / "x.shp", "BH")["name_zh"].tolist() == ["1", "2"]


def test_what_cannot_be_summed_to_is_one_message(tmp_path):
    points = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(113, 23)], crs="EPSG:4326")
    points.to_file(tmp_path / "p.gpkg")
    with pytest.raises(DataError, match="no polygon"):
        aggregate.read(tmp_path / "p.gpkg")
    with pytest.raises(DataError, match="no such file"):
        aggregate.read(tmp_path / "none.gpkg")
    squares = gpd.GeoDataFrame({"a": ["x"]}, geometry=[shapely.box(113, 23, 113.1, 23.1)], crs="EPSG:4326")
    squares.to_file(tmp_path / "s.gpkg")
    with pytest.raises(DataError, match="no column 'b'"):
        aggregate.read(tmp_path / "s.gpkg", "b")
    with pytest.raises(InfraPlanError, match="coordinate reference system"):
        _without_crs(squares, tmp_path)


def _without_crs(frame, folder):
    frame.to_file(folder / "n.shp")
    (folder / "n.prj").unlink()
    return aggregate.read(folder / "n.shp")
