"""Polygons with counts: areal interpolation that keeps whole counts, against areas measured by a second road."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import boundaries, grid, population
from geo.errors import DataError
from geo.importers import read_any, read_areas
from geo.importers.areas import areas_to_surface, covered

REGION = "440104"


def strips(count: int) -> gpd.GeoDataFrame:
    """The district cut into vertical strips, each with a count."""
    outline = boundaries.region(REGION).geometry
    edges = np.linspace(outline.bounds[0], outline.bounds[2], count + 1)
    parts = [
        shapely.intersection(outline, shapely.box(a, outline.bounds[1], b, outline.bounds[3]))
        for a, b in itertools.pairwise(edges)
    ]
    return gpd.GeoDataFrame({"人口": np.arange(1, count + 1) * 1111}, geometry=parts, crs=4326)


def test_cover_is_the_area_of_the_polygon():
    shapes = strips(5).geometry.to_numpy()
    cells, owner, area = covered(shapes, 9)
    exact = gpd.GeoSeries(shapes, crs=4326).to_crs(6933).area.to_numpy()  # equal-area: a second road
    assert np.bincount(owner, area) == pytest.approx(exact, rel=2e-4)
    # a cell that two strips share is shared out, not counted twice
    _, where = np.unique(cells, return_inverse=True)
    covered_share = np.bincount(where, area) / grid.areas(np.unique(cells))
    assert covered_share.max() <= 1 + 1e-6


def test_counts_are_kept_and_the_rim_is_reported(tmp_path):
    frame = strips(6)
    path = tmp_path / "streets.gpkg"
    frame.to_file(path)
    found = read_any(path, REGION)
    total = int(frame["人口"].sum())
    assert found.report.inside + found.report.outside == total
    # cells whose centre lies outside hold the rim: half a cell along the edge
    assert 0 < found.report.outside < 0.12 * total


def test_a_gauss_krueger_shapefile_in_gbk(tmp_path):
    frame = strips(4).rename(columns={"人口": "常住人口"}).to_crs(4547)
    frame.to_file(tmp_path / "街道.shp", encoding="GBK")
    found = read_areas(tmp_path / "街道.shp", REGION, people="常住人口")
    assert found.report.inside + found.report.outside == int(frame["常住人口"].sum())
    assert found.report.inside > 0.88 * frame["常住人口"].sum()


def test_a_polygon_smaller_than_a_cell_keeps_its_people():
    point = boundaries.region(REGION).geometry.representative_point()
    frame = gpd.GeoDataFrame(geometry=[point.buffer(1e-5)], crs=4326)
    found = areas_to_surface(frame, np.array([77.0]), REGION, 9, source="t", surface_id="t", metadata={})
    assert found.surface.total == 77
    assert np.count_nonzero(found.surface.people) in (1, 2, 3)


def test_spread_like_another_surface():
    base = population.load("440100").part(REGION)
    frame = gpd.GeoDataFrame(geometry=[boundaries.region(REGION).geometry], crs=4326)
    found = areas_to_surface(
        frame, np.array([float(base.total)]), REGION, 9, within=base, source="t", surface_id="t", metadata={}
    )
    inside = shapely.contains_properly(frame.geometry[0], grid.polygons(base.cells))
    ratio = found.surface.people[inside] / np.maximum(base.people[inside], 1)
    assert ratio.std() < 0.02


def test_points_and_bad_counts_are_refused(tmp_path):
    frame = gpd.GeoDataFrame({"people": [3]}, geometry=gpd.points_from_xy([113.27], [23.13]), crs=4326)
    frame.to_file(tmp_path / "points.gpkg")
    with pytest.raises(DataError, match="no polygon"):
        read_areas(tmp_path / "points.gpkg", REGION)
    texts = strips(2).assign(people=["12", "dozen"])
    texts.drop(columns="人口").to_file(tmp_path / "texts.gpkg")
    with pytest.raises(DataError, match="'dozen' is not a number"):
        read_areas(tmp_path / "texts.gpkg", REGION)
