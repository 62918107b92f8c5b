"""The inverse question: brute force, certified lower bounds, floors, the curve, and what cannot be reached."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.errors import RequestError
from scenarios.allocation import lp, maximal_coverage
from scenarios.allocation.bound import bounds_by_count, lagrangian
from scenarios.allocation.coverage import greedy_plan
from scenarios.allocation.covering import coverage_curve, fewest_units
from scenarios.allocation.instance import build


def grid(side: int, seed: int = 0):
    """Cells of a square grid that cover themselves and their four neighbours, with uneven demand."""
    place = np.arange(side * side)
    row, column = np.divmod(place, side)
    near = np.abs(row[:, None] - row) + np.abs(column[:, None] - column) <= 1
    demand = np.random.default_rng(seed).integers(1, 60, side * side)
    return sparse.csr_matrix(near), demand


def keeps(covers, demand, chosen, goal, groups, floors):
    hit = covers[list(chosen)].any(axis=0) if len(chosen) else np.zeros(len(demand), bool)
    if demand[hit].sum() < Fraction(str(goal)) * int(demand.sum()):
        return False
    return all(
        demand[hit & (groups == g)].sum() >= Fraction(str(f)) * int(demand[groups == g].sum())
        for g, f in floors.items()
    )


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_brute_force_with_floors_and_fixed_units(data):
    n, m = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 9))
    covers = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n))
    )
    demand = np.array(data.draw(st.lists(st.integers(0, 30), min_size=m, max_size=m)))
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)))
    goal = data.draw(st.sampled_from([0.0, 0.3, 0.5, 0.85, 1.0]))
    floors = {g: data.draw(st.sampled_from([0.2, 0.5, 0.9])) for g in data.draw(st.sets(st.integers(0, 2)))}
    fixed = data.draw(st.lists(st.integers(0, n - 1), max_size=2, unique=True))

    def ask():
        return fewest_units(covers, demand, goal, point_groups=groups, floors=floors, fixed=fixed)

    if not keeps(covers, demand, range(n), goal, groups, floors):
        with pytest.raises(RequestError, match="cannot be reached"):
            ask()
        return
    fewest = min(
        k
        for k in range(n + 1)
        for chosen in combinations(range(n), k)
        if set(fixed) <= set(chosen) and keeps(covers, demand, chosen, goal, groups, floors)
    )
    found = ask()
    assert found.units == len(found.chosen) == fewest
    assert found.lower_bound == fewest
    assert found.proven
    assert set(fixed) <= set(found.chosen.tolist())
    assert keeps(covers, demand, found.chosen, goal, groups, floors)


@pytest.mark.parametrize("floors", [{}, {0: 0.7, 1: 0.6, 2: 0.5, 3: 0.8}])
def test_city_grid_is_kept_and_bounded(floors):
    covers, demand = grid(40)
    groups = np.arange(1600) // 400
    found = fewest_units(covers, demand, 0.6, point_groups=groups, floors=floors, effort="quick")
    assert keeps(covers.toarray(), demand, found.chosen, 0.6, groups, floors)
    assert found.lower_bound <= found.units
    assert found.gap < 0.08
    assert found.proven == (found.lower_bound == found.units)
    assert found.share >= 0.6
    # the relaxation is a second road to a lower bound: no plan may beat it either
    made = build(covers, demand, found.lower_bound - 1, None, None, None)
    if not floors:
        assert lp.relaxation(made) / made.scale >= 0.6 * demand.sum() * 0.98


def test_every_count_is_bounded_at_once():
    covers, demand = grid(14)
    made = build(covers, demand, 12, None, None, None)
    state, _ = greedy_plan(made)
    bound = lagrangian(made, state.covered, state.counts, 300)
    curve = bounds_by_count(made, bound.multipliers) / made.scale
    for p in (0, 1, 5, 12, 20, 60):
        assert maximal_coverage(covers, demand, p).covered <= curve[p] + 1e-6
    assert (np.diff(curve) >= 0).all()


def test_more_is_never_fewer():
    covers, demand = grid(8)
    found = [fewest_units(covers, demand, goal) for goal in (0.2, 0.4, 0.6, 0.8, 1.0)]
    assert all(f.proven for f in found)
    units = [f.units for f in found]
    assert units == sorted(units)


def test_published_domination_numbers_of_square_grids():
    # full coverage with unit demand is domination: gamma(4x4) = 4, gamma(5x5) = 7, gamma(6x6) = 10, gamma(7x7) = 12
    # (Alanko, Crevals, Isopoussu, Ostergard, Pettersson, Computing the domination number of grid graphs, 2011)
    for side, fewest in [(4, 4), (5, 7), (6, 10), (7, 12)]:
        covers, _ = grid(side)
        found = fewest_units(covers, np.ones(side * side, np.int64), 1.0)
        assert (found.units, found.lower_bound) == (fewest, fewest)


def test_curve_is_greedy_concave_and_saturates():
    covers, demand = grid(12)
    curve = coverage_curve(covers, demand)
    gains = np.diff(curve.covered)
    assert (gains[:-1] >= gains[1:]).all()
    assert curve.covered[-1] == curve.reachable == demand.sum()
    assert curve.saturates_at == len(curve.order) == len(curve.covered) - 1
    for k in (1, 7, 30):
        hit = covers[curve.order[:k]].toarray().any(axis=0)
        assert demand[hit].sum() == curve.covered[k]


def test_curve_starts_with_fixed_units():
    covers, demand = grid(6)
    curve = coverage_curve(covers, demand, fixed=[35, 0])
    assert curve.order[:2].tolist() == [0, 35]
    for k in (1, 2, 3, 8):
        assert demand[covers[curve.order[:k]].toarray().any(axis=0)].sum() == curve.covered[k]


def test_hostile_shapes():
    nothing = fewest_units(np.eye(3), [1, 2, 3], 0.0)
    assert (nothing.units, nothing.proven, nothing.gap) == (0, True, 0.0)
    no_demand = fewest_units(np.eye(3), [0, 0, 0], 1.0)
    assert (no_demand.units, no_demand.share) == (0, 1.0)
    one = fewest_units([[1]], [1e9], 1.0)
    assert (one.units, one.proven) == (1, True)
    assert coverage_curve(np.zeros((2, 2)), [1, 1]).saturates_at == 0


def test_unreachable_goals_are_all_named_with_what_is_possible():
    with pytest.raises(RequestError, match=r"goal of 0\.9 .*0\.500000.*group 1.*0\.000000") as caught:
        fewest_units([[1, 0]], [5, 5], 0.9, point_groups=[0, 1], floors={0: 1.0, 1: 0.1})
    assert "无法达到" in caught.value.zh
    with pytest.raises(RequestError, match="from 0 to 1"):
        fewest_units([[1, 0]], [5, 5], 85)
    with pytest.raises(RequestError, match="need point_groups"):
        fewest_units([[1, 0]], [5, 5], 0.5, floors={0: 0.5})
