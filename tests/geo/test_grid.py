"""The H3 grid as arrays: the centre rule, areas by two roads, neighbours against h3-py."""

from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import boundaries, grid
from geo.distance import metres
from geo.errors import InfraPlanError, RequestError

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def guangzhou() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shapes = boundaries.districts("440100").geometry.to_numpy()
    return (shapes, *grid.cells_in(shapes, 8))


@pytest.fixture(scope="module")
def some() -> np.ndarray:
    return grid.cells_in([shapely.box(113.2, 23.0, 113.4, 23.2)], 9)[0]


def strings(cells: np.ndarray) -> list[str]:
    return [h3.int_to_str(cell) for cell in cells.tolist()]


def test_districts_share_out_the_cells_of_their_city(guangzhou: tuple) -> None:
    _, cells, owner = guangzhou
    whole, _ = grid.cells_in([boundaries.region("440100").geometry], 8)
    np.testing.assert_array_equal(cells, whole)
    assert (np.diff(cells.astype(np.int64)) > 0).all()
    assert cells.dtype == np.uint64
    assert set(owner.tolist()) == set(range(11))


def test_a_cell_belongs_where_its_centre_lies(guangzhou: tuple) -> None:
    shapes, cells, owner = guangzhou
    centre = grid.centroids(cells)
    np.testing.assert_array_equal(boundaries.locate_in(shapes, centre[:, 0], centre[:, 1]), owner)


def test_the_same_cells_as_h3_itself() -> None:
    shape = boundaries.region("440104").geometry
    ours, _ = grid.cells_in([shape], 9)
    theirs = h3.geo_to_cells(shape, 9)
    assert set(strings(ours)) == set(theirs)


@settings(max_examples=25, deadline=None)
@given(st.floats(100, 125), st.floats(20, 45), st.floats(0.02, 0.1), st.floats(0.1, 0.9))
def test_a_hole_owns_nothing(lon: float, lat: float, size: float, share: float) -> None:
    outer = shapely.box(lon - size, lat - size, lon + size, lat + size)
    inner = shapely.box(lon - size * share, lat - size * share, lon + size * share, lat + size * share)
    ring, _ = grid.cells_in([outer - inner], 8)
    hole, _ = grid.cells_in([inner], 8)
    full, _ = grid.cells_in([outer], 8)
    if shapely.area(inner) > 0.0004:  # larger than a cell, so that rule A3 plays no part
        np.testing.assert_array_equal(np.union1d(ring, hole), full)
        assert not len(np.intersect1d(ring, hole))


def test_a_tiny_district_takes_the_cell_over_its_inner_point() -> None:
    centre = grid.centroids(grid.cells_at(np.array([113.3]), np.array([23.1]), 9))[0]
    big = shapely.box(113.2, 23.0, 113.4, 23.2)
    tiny = shapely.Point(centre + [0.0004, 0]).buffer(0.0001)  # beside the centre
    cells, owner = grid.cells_in([big - tiny, tiny], 9)
    mine = cells[owner == 1]
    assert len(mine) == 1
    assert mine[0] == grid.cells_at(centre[:1], centre[1:], 9)[0]
    assert (np.diff(cells.astype(np.int64)) > 0).all()


def test_a_tiny_district_does_not_take_the_last_cell_of_another() -> None:
    cell = grid.cells_at(np.array([113.3]), np.array([23.1]), 9)
    centre = grid.centroids(cell)[0]
    first = shapely.Point(centre).buffer(0.0002)
    second = shapely.Point(centre + [0.0005, 0]).buffer(0.0001)
    cells, owner = grid.cells_in([first, second], 9)
    assert owner.tolist() == [0]
    assert cells.tolist() == cell.tolist()


def test_overlapping_polygons_give_a_cell_to_the_first() -> None:
    a, b = shapely.box(113.2, 23.0, 113.3, 23.1), shapely.box(113.25, 23.0, 113.35, 23.1)
    cells, owner = grid.cells_in([a, b], 9)
    alone, _ = grid.cells_in([a], 9)
    np.testing.assert_array_equal(cells[owner == 0], alone)
    assert len(np.unique(cells)) == len(cells)


@pytest.mark.parametrize("shapes", [[], [shapely.Polygon()], [shapely.Polygon(), shapely.MultiPolygon()]])
def test_nothing_in_nothing_out(shapes: list) -> None:
    cells, owner = grid.cells_in(shapes, 9)
    assert cells.dtype == np.uint64
    assert owner.dtype == np.int64
    assert len(cells) == len(owner) == 0


def test_functions_of_no_cells_return_nothing() -> None:
    none = np.empty(0, dtype=np.uint64)
    assert grid.centroids(none).shape == (0, 2)
    assert (
        len(grid.polygons(none))
        == len(grid.areas(none))
        == len(grid.to_hex(none))
        == len(grid.from_hex([]))
        == 0
    )
    assert len(grid.parents(none, 5)) == len(grid.children(none, 10)[0]) == len(grid.valid(none)) == 0
    assert grid.disk_pairs(none, 2).shape == grid.radius_pairs(none, 100).shape == (0, 0)
    assert grid.outline(none).is_empty
    assert len(grid.cells_at(np.array([]), np.array([]), 9)) == 0


@pytest.mark.parametrize("resolution", [-1, 16, 99])
def test_a_resolution_that_does_not_exist(resolution: int) -> None:
    with pytest.raises(RequestError, match="0 to 15"):
        grid.cells_in([shapely.box(113, 23, 113.1, 23.1)], resolution)


def test_too_many_cells_are_refused_before_they_are_made() -> None:
    with pytest.raises(RequestError, match="coarser resolution"):
        grid.cells_in([shapely.box(73, 18, 135, 53)], 9)


@pytest.mark.parametrize("shape", [shapely.Point(113, 23), shapely.LineString([(113, 23), (114, 23)]), None])
def test_only_polygons_have_cells(shape: object) -> None:
    with pytest.raises(InfraPlanError, match="polygons only"):
        grid.cells_in([shape], 9)


@settings(max_examples=30, deadline=None)
@given(st.floats(74, 134), st.floats(4, 53), st.integers(4, 11))
def test_area_by_three_roads(lon: float, lat: float, resolution: int) -> None:
    cells = grid.cells_at(np.array([lon]), np.array([lat]), resolution)
    shapes = grid.polygons(cells)
    geodesic = GEOD.geometry_area_perimeter(shapes[0])[0]
    sphere = h3.cell_area(h3.int_to_str(int(cells[0])), unit="m^2")
    assert grid.areas(cells)[0] == pytest.approx(geodesic, rel=2e-7)
    assert grid.areas(cells, shapes)[0] == pytest.approx(geodesic, rel=2e-7)
    assert geodesic == pytest.approx(sphere, rel=7e-3)  # and not closer: conventions A1


def test_cells_cover_their_region_to_the_edge(guangzhou: tuple) -> None:
    shapes, cells, _ = guangzhou
    geodesic = sum(GEOD.geometry_area_perimeter(shape)[0] for shape in shapes)
    assert grid.areas(cells).sum() == pytest.approx(abs(geodesic), rel=2e-3)


def test_polygons_and_centres_are_those_of_h3(some: np.ndarray) -> None:
    shapes, centre = grid.polygons(some), grid.centroids(some)
    for row in range(0, len(some), 997):
        cell = h3.int_to_str(int(some[row]))
        corners = [(lng, lat) for lat, lng in h3.cell_to_boundary(cell)]
        np.testing.assert_allclose(shapely.get_coordinates(shapes[row])[:-1], corners, atol=1e-9)
        np.testing.assert_allclose(centre[row], h3.cell_to_latlng(cell)[::-1], atol=1e-9)
    assert shapely.is_ccw(shapely.get_exterior_ring(shapes)).all()
    np.testing.assert_array_equal(grid.cells_at(centre[:, 0], centre[:, 1], 9), some)


def test_the_outline_of_cells_is_their_union(some: np.ndarray) -> None:
    part = some[:200]
    assert grid.outline(part).area == pytest.approx(shapely.area(grid.polygons(part)).sum(), rel=1e-9)


def test_hexadecimal_there_and_back(some: np.ndarray) -> None:
    texts = grid.to_hex(some)
    assert texts.tolist() == strings(some)
    np.testing.assert_array_equal(grid.from_hex(texts), some)


@pytest.mark.parametrize("text", ["", "zz", "89411c8f5b3fffff0", "0", "12345", "ffffffffffffffff", "nan"])
def test_a_text_that_is_no_cell_is_named(text: str) -> None:
    with pytest.raises(InfraPlanError, match="1 of 2 texts are not H3 cells"):
        grid.from_hex(["89411800003ffff", text])


def test_points_that_are_nowhere_are_refused() -> None:
    with pytest.raises(InfraPlanError, match="first at position 1"):
        grid.cells_at(np.array([113.0, np.nan]), np.array([23.0, 23.0]), 9)


@pytest.mark.parametrize("resolution", [0, 5, 8, 9])
def test_parents_are_those_of_h3(some: np.ndarray, resolution: int) -> None:
    ours = strings(grid.parents(some, resolution))
    assert ours == [h3.cell_to_parent(cell, resolution) for cell in strings(some)]


def test_children_are_those_of_h3(some: np.ndarray) -> None:
    part = some[::50]
    fine, owner = grid.children(part, 10)
    theirs = {child: row for row, cell in enumerate(strings(part)) for child in h3.cell_to_children(cell, 10)}
    assert dict(zip(strings(fine), owner.tolist(), strict=True)) == theirs
    assert (np.diff(fine.astype(np.int64)) > 0).all()


def test_children_keep_their_owner_when_the_cells_do_not_ascend(some: np.ndarray) -> None:
    mixed = some[[5, 2, 9]]
    fine, owner = grid.children(mixed, 10)
    np.testing.assert_array_equal(grid.parents(fine, 9), mixed[owner])


def test_the_wrong_way_up_and_down_is_refused(some: np.ndarray) -> None:
    with pytest.raises(RequestError, match="no parents"):
        grid.parents(some, 10)
    with pytest.raises(RequestError, match="no children"):
        grid.children(some, 8)
    with pytest.raises(InfraPlanError, match="one resolution"):
        grid.resolution_of(np.append(some[:1], grid.parents(some[:1], 8)))


@pytest.mark.parametrize("k", [0, 1, 3])
def test_disks_are_those_of_h3(some: np.ndarray, k: int) -> None:
    matrix = grid.disk_pairs(some, k)
    assert (matrix != matrix.T).nnz == 0
    known = dict(zip(strings(some), range(len(some)), strict=True))
    for row in range(0, len(some), 501):
        theirs = sorted(known[c] for c in h3.grid_disk(h3.int_to_str(int(some[row])), k) if c in known)
        assert matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist() == theirs


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 2500))
def test_neighbours_within_a_radius_against_every_pair(radius: float) -> None:
    cells, _ = grid.cells_in([shapely.box(113.2, 23.0, 113.26, 23.05)], 9)
    x, y = grid.centroids(cells).T
    apart = metres(x[:, None], y[:, None], x, y)
    matrix = grid.radius_pairs(cells, radius).toarray().astype(bool)
    # the two roads to a distance agree to a centimetre, so a pair that near the radius may fall on either side
    clear = np.abs(apart - radius) > 0.01
    np.testing.assert_array_equal(matrix[clear], (apart <= radius)[clear])
    assert clear.mean() > 0.99


def test_distances_of_neighbours(some: np.ndarray) -> None:
    part = some[:300]
    matrix = grid.radius_pairs(part, 800, distances=True)
    x, y = grid.centroids(part).T
    rows = np.repeat(np.arange(len(part)), np.diff(matrix.indptr))
    np.testing.assert_allclose(
        matrix.data, GEOD.inv(x[rows], y[rows], x[matrix.indices], y[matrix.indices])[2], rtol=1e-5, atol=1e-3
    )
    assert (matrix.data == 0).sum() == len(part)  # itself, stored


def test_a_set_out_of_order_is_a_mistake_of_the_caller(some: np.ndarray) -> None:
    with pytest.raises(ValueError, match="ascending"):
        grid.disk_pairs(some[::-1], 1)
    with pytest.raises(RequestError, match="0 or more"):
        grid.radius_pairs(some, -1)
    with pytest.raises(RequestError, match="0 or more"):
        grid.disk_pairs(some, -1)


@pytest.mark.parametrize("resolution", range(16))
def test_edges_are_those_that_h3_publishes(resolution: int) -> None:
    assert grid.edge(resolution) == pytest.approx(
        h3.average_hexagon_edge_length(resolution, unit="m"), rel=1e-6
    )
    assert grid.spacing(resolution) == pytest.approx(grid.edge(resolution) * np.sqrt(3))
