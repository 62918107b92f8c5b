"""Maps on paper: a scale that holds, a bar of the length it says, everything where it lies."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from geo import boundaries, grid
from layers import paper
from layers.spec import Field, Layer
from layers.style import sequential

BOX = (312.0, 249.0)


@pytest.mark.parametrize("region", ["440100", "320300", "370300", "500114"])
def test_a_frame_holds_the_region_at_a_round_scale(region):
    frame = paper.frame_for(region, BOX)
    west, south, east, north = frame.bounds
    # by another road: geopandas' own projection of the outline
    outline = gpd.GeoSeries([boundaries.region(region).geometry], crs=4490).to_crs(frame.zone.epsg)
    inner = outline.total_bounds
    assert west < inner[0] < inner[2] < east
    assert south < inner[1] < inner[3] < north
    scale = frame.width / BOX[0] * 1000
    assert scale == pytest.approx(paper.round_scale(scale))
    assert (north - south) / BOX[1] == pytest.approx(frame.width / BOX[0])


def test_a_picture_in_a_text_uses_its_room():
    tight = paper.frame_for("440100", (128.0, 112.0), 0.02, at_round_scale=False)
    assert tight.width < paper.frame_for("440100", (128.0, 112.0), 0.02).width


def test_the_scale_bar_is_as_long_as_it_says():
    frame = paper.frame_for("440100", BOX)
    axes = Figure().add_subplot()
    paper.begin(axes, frame)
    paper.scale_bar(axes, frame, "en")
    said = float(axes.texts[-1].get_text().removesuffix(" km")) * 1000
    halves = axes.patches
    drawn = sum(p.get_width() for p in halves)
    assert drawn == pytest.approx(said)
    # measured on the ellipsoid between its ends: a zone keeps lengths to 1 in 1,000 here
    x, y = halves[0].get_xy()
    back = pyproj.Transformer.from_crs(frame.zone.epsg, 4490, always_xy=True)
    lon, lat = back.transform([x, x + drawn], [y, y])
    ground = pyproj.Geod(ellps="GRS80").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert ground == pytest.approx(said, rel=1e-3)


@given(st.floats(1, 1e8))
def test_round_lengths_and_scales(value):
    length, scale = paper.round_length(value), paper.round_scale(value)
    assert value / 2.5 <= length <= value * (1 + 1e-9)
    assert value * (1 - 1e-9) <= scale + 0.5
    assert scale <= max(value * 1.5, 2)


def cells_layer(ids):
    """A layer of cells with one unit in each of ``ids``."""
    frame = pd.DataFrame({"cell": ids, "units": np.ones(len(ids), dtype=np.int64)})
    scale = sequential([1], "units", ("数量", "units"), whole=True)
    return Layer(
        "cells", "网格", "Cells", "cells", frame, (Field("units", "数量", "Units", "integer"),), scale
    )


@pytest.fixture(scope="module")
def guangzhou():
    return np.sort(grid.cells_in([boundaries.region("440100").geometry], 8)[0])


def test_a_close_up_holds_every_cell_that_the_map_would_lose(guangzhou):
    frame = paper.frame_for("440100", BOX)
    lon, lat = grid.centroids(guangzhou).T
    few = guangzhou[np.hypot(lon - 113.26, lat - 23.13) < 0.05]
    inner = paper.close_up(frame, cells_layer(few), (105.0, 84.0))
    west, south, east, north = inner.bounds
    xy = shapely.get_coordinates(frame.project(grid.polygons(few)))
    assert west < xy[:, 0].min() < xy[:, 0].max() < east
    assert south < xy[:, 1].min() < xy[:, 1].max() < north
    assert inner.width / (north - south) == pytest.approx(105 / 84)
    assert paper.close_up(frame, cells_layer(guangzhou), (105.0, 84.0)) is None


def test_single_cells_can_be_seen_on_the_sheet(guangzhou):
    figure = Figure(figsize=(BOX[0] / 25.4, BOX[1] / 25.4), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    frame = paper.frame_for("440100", BOX)
    paper.begin(axes, frame)
    paper.cells(axes, frame, cells_layer(guangzhou[:50]))
    [drawn] = axes.collections
    millimetres = grid.spacing(8) / frame.width * BOX[0] + drawn.get_linewidth()[0] / 72 * 25.4
    assert millimetres >= 0.6


def test_positions_are_projected_as_proj_does():
    frame = paper.frame_for("320300", BOX)
    points = shapely.points(np.array([[117.2, 34.3], [116.5, 34.7]]))
    mine = shapely.get_coordinates(frame.project(points))
    theirs = gpd.GeoSeries(points, crs=4490).to_crs(frame.zone.epsg)
    np.testing.assert_allclose(mine, shapely.get_coordinates(theirs.to_numpy()), atol=1e-4)
