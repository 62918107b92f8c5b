"""Kontur-style GeoPackages, made here as Kontur makes them: resolution 8, geometry in EPSG:3857."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from geo import grid, population
from geo.errors import DataError
from geo.importers import read_any, read_kontur

REGION = "440104"


@pytest.fixture
def kontur(tmp_path):
    """Return (path, cells of resolution 8 in and around the region, people)."""
    near = np.unique(grid.parents(population.frame("440105", 9)[0], 8))
    cells = np.unique(np.append(np.unique(grid.parents(population.frame(REGION, 9)[0], 8)), near))
    people = np.random.default_rng(3).integers(1, 30_000, len(cells)).astype(float)
    frame = gpd.GeoDataFrame(
        {"h3": grid.to_hex(cells), "population": people}, geometry=grid.polygons(cells), crs=4326
    ).to_crs(3857)
    path = tmp_path / "kontur_population_CN.gpkg"
    frame.to_file(path, layer="population", driver="GPKG")
    return path, cells, people


def test_sums_are_kept_down_to_the_finer_cells(kontur):
    path, cells, people = kontur
    found = read_kontur(path, REGION)
    assert found.report.source_sum == people.sum()
    assert found.report.inside + found.report.outside == people.sum()
    # a coarse cell that lies wholly in the region keeps its people in its seven children
    own, rows = np.unique(grid.parents(found.surface.cells, 8), return_counts=True)
    for cell in own[rows == 7][:20]:
        inside = grid.parents(found.surface.cells, 8) == cell
        assert abs(found.surface.people[inside].sum() - people[cells == cell][0]) < 7


def test_at_its_own_resolution_nothing_changes(kontur):
    path, cells, people = kontur
    surface = read_any(path, REGION, 8).surface
    rows = np.searchsorted(cells, surface.cells)
    known = np.isin(surface.cells, cells)
    assert np.array_equal(surface.people[known], people[rows[known]].astype(int))


def test_a_package_without_cells_is_refused(tmp_path):
    gpd.GeoDataFrame({"name": ["a"]}, geometry=gpd.points_from_xy([113], [23]), crs=4326).to_file(
        tmp_path / "other.gpkg", layer="places"
    )
    with pytest.raises(DataError, match="tables: places"):
        read_kontur(tmp_path / "other.gpkg", REGION)
    (tmp_path / "bad.gpkg").write_bytes(b"not a database, and long enough to be looked at" * 40)
    with pytest.raises(DataError, match="not a GeoPackage"):
        read_kontur(tmp_path / "bad.gpkg", REGION)
    with pytest.raises(DataError, match="no such file"):
        read_kontur(tmp_path / "absent.gpkg", REGION)
