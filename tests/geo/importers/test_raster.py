"""Rasters of people: mass is kept exactly, in any CRS, with nodata and windows."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
import rasterio.windows
from affine import Affine

from geo import boundaries, grid
from geo.errors import DataError, RequestError
from geo.importers import raster, read_raster

REGION = "440104"  # 越秀区, 33 km²


def from_origin(west: float, north: float, width: float, height: float) -> Affine:
    return Affine(width, 0, west, 0, -height, north)


def write(
    path: Path,
    values: np.ndarray,
    transform: Affine,
    crs: str | None = "EPSG:4326",
    nodata: float | None = None,
) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1, dtype=values.dtype,
        crs=crs, transform=transform, nodata=nodata,
    ) as file:  # fmt: skip
        file.write(values, 1)
    return path


def box_raster(step: float, margin: float = 0.02) -> tuple[Affine, tuple[int, int]]:
    west, south, east, north = boundaries.region(REGION).bounds
    width, height = (
        math.ceil((east - west + 2 * margin) / step),
        math.ceil((north - south + 2 * margin) / step),
    )
    return from_origin(west - margin, north + margin, step, step), (height, width)


def by_pixel(values: np.ndarray, transform: Affine, window: rasterio.windows.Window) -> tuple[float, dict]:
    """A second road: one pixel after another, in plain Python."""
    total, sums = 0.0, {}
    for row in range(window.row_off, window.row_off + window.height):
        for column in range(window.col_off, window.col_off + window.width):
            value = float(values[row, column])
            if math.isnan(value) or value < 0:
                continue
            lon, lat = transform @ (column + 0.5, row + 0.5)
            cell = int(grid.cells_at(np.array([lon]), np.array([lat]), 9)[0])
            sums[cell] = sums.get(cell, 0.0) + value
            total += value
    return total, sums


def test_each_pixel_goes_to_the_cell_of_its_centre(tmp_path):
    transform, shape = box_raster(0.0015)
    values = np.random.default_rng(1).gamma(0.5, 60, shape)
    values[::7, ::5] = -99999
    path = write(tmp_path / "people.tif", values, transform, nodata=-99999)
    found = read_raster(path, REGION)
    with rasterio.open(path) as file:
        window = raster._window(file, boundaries.region(REGION).bounds, "people.tif")
    total, sums = by_pixel(np.where(values < 0, np.nan, values), transform, window)
    assert found.report.source_sum == pytest.approx(total, rel=1e-12)
    expected = np.array([sums.get(int(cell), 0.0) for cell in found.surface.cells])
    # the whole numbers are the floats, rounded up or down
    assert np.abs(found.surface.people - expected).max() < 1
    assert found.report.inside == found.surface.total
    assert found.report.inside + found.report.outside == round(total)
    assert found.report.without_data == np.count_nonzero(values[window.toslices()] < 0)


@pytest.mark.parametrize("epsg", [4490, 4547, 4526, 32649, 3857])
def test_any_crs_keeps_every_person(tmp_path, epsg):
    """A block of people in the middle of the district, in planes and on CGCS2000, arrives whole and in place."""
    way = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    centre = boundaries.region(REGION).geometry.representative_point()
    x, y = way.transform(centre.x, centre.y)
    step = 100.0 if pyproj.CRS(epsg).is_projected else 0.001
    values = np.full((6, 6), 12.5, dtype=np.float32)
    transform = from_origin(x - 3 * step, y + 3 * step, step, step)
    found = read_raster(write(tmp_path / "block.tif", values, transform, f"EPSG:{epsg}"), REGION)
    assert found.report.outside == 0
    assert found.surface.total == 450
    lived_in = grid.centroids(found.surface.cells[found.surface.people > 0])
    away = pyproj.Geod(ellps="WGS84").inv(
        *lived_in.T, np.full(len(lived_in), centre.x), np.full(len(lived_in), centre.y)
    )[2]
    assert away.max() < 800


def test_a_large_pixel_is_cut_and_leaves_no_holes(tmp_path):
    transform, shape = box_raster(0.01)
    found = read_raster(write(tmp_path / "coarse.tif", np.full(shape, 700.0), transform), REGION)
    assert found.report.cells_without_data == 0
    assert (found.surface.people > 0).all()
    # even people stay even: 700 a pixel of about 1.14 km²
    density = found.surface.people / grid.areas(found.surface.cells) * 1e6
    assert density.std() / density.mean() < 0.25
    assert found.report.notes


def test_windows_do_not_change_the_result(tmp_path, monkeypatch):
    transform, shape = box_raster(0.001)
    path = write(
        tmp_path / "people.tif", np.random.default_rng(2).integers(0, 90, shape).astype(np.int32), transform
    )
    whole = read_raster(path, REGION)
    monkeypatch.setattr(raster, "WINDOW_PIXELS", 50)
    strips = read_raster(path, REGION)
    assert np.array_equal(whole.surface.people, strips.surface.people)
    assert whole.report == strips.report


def test_only_the_windows_near_the_region_are_read(tmp_path):
    """A raster of half of China: the report's sums are those of the region's box only."""
    values = np.ones((2500, 2500), dtype=np.float32)
    path = write(tmp_path / "wide.tif", values, from_origin(100, 40, 0.01, 0.01))
    report = read_raster(path, REGION).report
    assert report.records < 1000
    assert report.inside > 0


def test_what_cannot_be_read_is_said(tmp_path):
    transform, shape = box_raster(0.01)
    values = np.ones(shape)
    with pytest.raises(DataError, match="coordinate reference system"):
        read_raster(write(tmp_path / "bare.tif", values, transform, crs=None), REGION)
    with pytest.raises(RequestError, match="does not touch"):
        read_raster(write(tmp_path / "far.tif", values, from_origin(10, 50, 0.01, 0.01)), REGION)
    with pytest.raises(RequestError, match="no valid value"):
        read_raster(write(tmp_path / "empty.tif", values, transform, nodata=1.0), REGION)
    with pytest.raises(RequestError, match="band"):
        read_raster(write(tmp_path / "one.tif", values, transform), REGION, band=2)
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(DataError, match="raster"):
        read_raster(tmp_path / "text.tif", REGION)


def test_negative_values_are_left_out_and_counted(tmp_path):
    transform, shape = box_raster(0.005)
    values = np.full(shape, 10.0)
    values[0, 0] = -5
    report = read_raster(write(tmp_path / "p.tif", values, transform), REGION).report
    assert report.negative in (0, 1)  # the corner may lie beyond the window
    values[:] = -1
    values[shape[0] // 2, shape[1] // 2] = 8
    found = read_raster(write(tmp_path / "q.tif", values, transform), REGION)
    assert found.surface.total == 8
    assert found.report.negative > 50
    assert "negative" in found.report.text()
    assert "负值" in found.report.text("zh")
