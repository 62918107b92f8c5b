"""Reach by discs and by area: demand is never lost, n sites cover the share that the rule states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import grid
from geo.distance import metres
from scenarios import reach


def patch_of_cells(rings: int) -> np.ndarray:
    """Cells around a point of Guangzhou."""
    lon, lat = np.meshgrid(
        np.arange(113.30, 113.30 + rings * 0.003, 0.001), np.arange(23.13, 23.13 + rings * 0.003, 0.001)
    )
    return np.unique(grid.cells_at(lon.ravel(), lat.ravel(), 9))


def problem(demand, isd, rings=8, classes=None, groups=None):
    """The covering problem of one inter-site distance over a square of cells."""
    cells = patch_of_cells(rings)
    n = len(cells)
    return cells, reach.site_coverage(
        np.resize(np.asarray(demand, dtype=np.int64), n),
        np.full(n, isd * 2 / 3),
        np.full(n, 0.866 * isd**2),
        np.zeros(n, dtype=np.int64) if classes is None else np.resize(classes, n),
        np.zeros(n, dtype=np.int64) if groups is None else np.resize(groups, n),
        cells,
        grid.areas(cells),
        np.ones(n, dtype=bool),
    )


@pytest.mark.parametrize("isd", [250.0, 300.0, 425.0, 650.0, 1200.0, 4000.0])
def test_all_sites_cover_all_demand_and_nothing_is_lost(isd):
    _, made = problem([7, 0, 1200, 31], isd)
    assert made.demand.sum() == made.cell_demand.sum()
    everything = np.arange(len(made.candidate_cell))
    assert (made.covered_by_cell(everything) == made.cell_demand).all()
    assert made.first_reached(everything).sum() == made.cell_demand.sum()
    assert made.covered_by_cell(np.zeros(0, dtype=np.int64)).sum() == 0


@given(st.integers(0, 40), st.integers(1, 5000), st.sampled_from([250.0, 300.0, 425.0, 650.0]))
@settings(max_examples=40, deadline=None)
def test_n_sites_of_a_patch_cover_the_stated_share(n, people, isd):
    cells, made = problem([people], isd, rings=4)
    assert made.area_rule.all()
    patch = made.cell_patch[0]
    own = np.flatnonzero(made.cell_patch[made.candidate_cell] == patch)[:n]
    members = made.cell_patch == patch
    area = grid.areas(cells)[members].sum()
    expected = min(1.0, len(own) * 0.866 * isd**2 / area)
    covered = made.covered_by_cell(own)[members].sum()
    assert covered == pytest.approx(expected * made.cell_demand[members].sum(), abs=1.0)


def test_a_patch_is_as_large_as_one_site_and_crosses_neither_class_nor_unit():
    classes, groups = np.array([0, 1]), np.array([0, 0, 1])
    _, made = problem([10], 650.0, classes=classes, groups=groups)
    n = len(made.cell_patch)
    key = np.resize(classes, n) * 10 + np.resize(groups, n)
    for patch in np.unique(made.cell_patch):
        assert len(np.unique(key[made.cell_patch == patch])) == 1
    _, dense = problem([10], 300.0)
    assert len(np.unique(dense.cell_patch)) == n


def test_discs_reach_exactly_the_cells_within_the_radius():
    cells = patch_of_cells(4)
    radius = np.where(np.arange(len(cells)) % 2 == 0, 600.0, 1100.0)
    points = grid.centroids(cells)
    for by, limit in (("candidate", radius[:, None]), ("demand", radius[None, :])):
        made = reach.discs(cells, radius, by).toarray()
        some = np.arange(0, len(cells), 3)
        assert (reach.discs(cells, radius, by, some).toarray() == made[some]).all()
        i, j = np.meshgrid(np.arange(len(cells)), np.arange(len(cells)), indexing="ij")
        apart = metres(points[i.ravel(), 0], points[i.ravel(), 1], points[j.ravel(), 0], points[j.ravel(), 1])
        assert (made == (apart.reshape(i.shape) <= limit)).all()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**6)), min_size=1, max_size=40),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_sharing_out_is_exact_and_gives_nobody_more_than_its_weight(members, shares):
    group = np.array([m for m, _ in members])
    weights = np.array([w for _, w in members], dtype=np.int64)
    whole = np.bincount(group, weights=weights, minlength=4).astype(np.int64)
    totals = np.floor(whole * np.array(shares)).astype(np.int64)
    got = reach.share_out(totals, group, weights)
    sums = np.zeros(4, dtype=np.int64)
    np.add.at(sums, group, got)
    assert (sums == totals).all()
    assert (got >= 0).all()
    assert (got <= weights).all()
