"""Milestones that nest, and plans that keep a minimum spacing."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import RequestError
from scenarios.allocation import maximal_coverage, nested_coverage, spaced_coverage


def town(side: int = 14):
    place = np.arange(side * side)
    row, column = np.divmod(place, side)
    apart = np.abs(row[:, None] - row) + np.abs(column[:, None] - column)
    return apart, 20 + (place * 7919) % 83


def test_milestones_nest_keep_their_quotas_and_are_bounded():
    apart, demand = town()
    covers, groups = apart <= 1, (np.arange(196) >= 98).astype(int)
    quotas = [{0: 2, 1: 3}, {0: 6, 1: 6}, {0: 12, 1: 13}]
    plans = nested_coverage(
        covers, demand, [5, 12, 25], groups=groups, quotas=quotas, fixed=[0, 190], effort="quick"
    )
    for plan, quota, amount in zip(plans, quotas, [5, 12, 25], strict=True):
        assert plan.units == amount == len(plan.chosen)
        assert np.bincount(groups[plan.chosen], minlength=2).tolist() == list(quota.values())
        assert {0, 190} <= set(plan.chosen.tolist())
        assert plan.covered == demand[covers[plan.chosen].any(axis=0)].sum() <= plan.bound
        alone = maximal_coverage(
            covers, demand, amount, groups=groups, quotas=quota, fixed=[0, 190], effort="quick"
        )
        assert alone.covered <= plan.bound
    for earlier, later in pairwise(plans):
        assert set(earlier.chosen.tolist()) <= set(later.chosen.tolist())
        assert earlier.covered <= later.covered


@pytest.mark.parametrize(
    ("milestones", "quotas", "words"),
    [
        ([5, 3], None, "at least 5"),
        ([], None, "at least one"),
        ([2, 4], [{0: 2}, {0: 1, 1: 3}], "must keep at least 2"),
        ([2, 4], [{0: 2}], "1 sets of quotas for 2"),
    ],
)
def test_milestones_that_fall_are_refused(milestones, quotas, words):
    apart, demand = town(4)
    groups = None if quotas is None else np.arange(16) % 2
    with pytest.raises(RequestError, match=words):
        nested_coverage(apart <= 1, demand, milestones, quotas=quotas, groups=groups)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_spaced_plans_against_brute_force(data):
    n, m = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 8))
    covers = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n))
    )
    near = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=n, max_size=n))
    )
    near = (near | near.T) & ~np.eye(n, dtype=bool)
    demand = np.array(data.draw(st.lists(st.integers(0, 30), min_size=m, max_size=m)))
    p = data.draw(st.integers(0, n))

    def allowed(chosen):
        return not near[np.ix_(chosen, chosen)].any()

    best = max(
        demand[covers[list(c)].any(axis=0)].sum() if c else 0
        for k in range(p + 1)
        for c in combinations(range(n), k)
        if allowed(c)
    )
    found = spaced_coverage(covers, demand, near, p, effort="quick")
    assert allowed(found.chosen)
    assert len(found.chosen) <= p
    assert found.covered == best == found.bound
    assert found.proven


def test_spacing_on_a_grid_with_a_fixed_unit_and_quotas():
    apart, demand = town()
    groups = (np.arange(196) >= 98).astype(int)
    plan = spaced_coverage(
        apart <= 2, demand, apart < 6, 8, groups=groups, quotas={0: 4, 1: 4}, fixed=[100], effort="quick"
    )
    pairs = apart[np.ix_(plan.chosen, plan.chosen)][~np.eye(len(plan.chosen), dtype=bool)]
    assert (pairs >= 6).all()
    assert 100 in plan.chosen
    assert (np.bincount(groups[plan.chosen], minlength=2) <= 4).all()
    assert plan.covered == demand[(apart <= 2)[plan.chosen].any(axis=0)].sum() <= plan.bound
    again = spaced_coverage(
        apart <= 2, demand, apart < 6, 8, groups=groups, quotas={0: 4, 1: 4}, fixed=[100], effort="quick"
    )
    assert np.array_equal(again.chosen, plan.chosen)


def test_fixed_units_too_near_are_refused():
    apart, demand = town(5)
    with pytest.raises(RequestError, match="0 and 1 are nearer than the spacing"):
        spaced_coverage(apart <= 1, demand, apart < 3, 4, fixed=[0, 1])


def test_place_all_fills_up_or_says_how_many_fit():
    covers, near = np.eye(6, dtype=bool), np.abs(np.subtract.outer(np.arange(6), np.arange(6))) < 2
    demand = [9, 0, 0, 0, 0, 0]
    assert spaced_coverage(covers, demand, near, 3).chosen.tolist() == [0]
    full = spaced_coverage(covers, demand, near, 3, place_all=True)
    assert full.chosen.tolist() == [0, 2, 4]
    assert full.covered == full.bound == 9
    with pytest.raises(RequestError, match="room was found for 3 of 4"):
        spaced_coverage(covers, demand, near, 4, place_all=True)
    split = spaced_coverage(
        covers, demand, near, 2, place_all=True, groups=[0, 0, 0, 0, 0, 1], quotas={0: 1, 1: 1}
    )
    assert split.chosen.tolist() == [0, 5]
