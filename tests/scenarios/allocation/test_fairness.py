"""Fair coverage and must-cover places: brute force, certificates, floors, what more fairness does."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import RequestError
from scenarios.allocation import coverage_with_places, fair_coverage, maximal_coverage
from scenarios.allocation.fairness import worth


def two_towns():
    """A dense town (district 0) beside a thin one (district 1) on a line, every cell covering its neighbours."""
    place = np.arange(60)
    near = np.abs(place[:, None] - place) <= 1
    demand = np.where(place < 30, 100 + (place * 37) % 50, 10 + (place * 31) % 9)
    return near, demand, (place >= 30).astype(int)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_bound_holds_against_brute_force(data):
    n, m = data.draw(st.integers(2, 6)), data.draw(st.integers(2, 7))
    covers = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n))
    )
    demand = np.array(data.draw(st.lists(st.integers(0, 30), min_size=m, max_size=m)), float)
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)))
    alpha = data.draw(st.sampled_from([0.0, 0.5, 1.0, 2.0]))
    p = data.draw(st.integers(0, n))
    if demand.sum() == 0:
        return

    def shares(chosen):
        hit = covers[list(chosen)].any(axis=0) if len(chosen) else np.zeros(m, bool)
        return {
            g: demand[hit & (groups == g)].sum() / demand[groups == g].sum()
            for g in np.unique(groups)
            if demand[groups == g].sum() > 0
        }

    def value(chosen):
        return sum(demand[groups == g].sum() * float(worth(s, alpha)) for g, s in shares(chosen).items())

    found = fair_coverage(covers, demand, p, groups, alpha=alpha, effort="quick")
    best = max((chosen for k in range(p + 1) for chosen in combinations(range(n), k)), key=value)
    mean_worth = float(worth(min(found.bound / demand.sum(), 1.0), alpha)) * demand.sum()
    assert value(best) <= mean_worth * (1 + 1e-9) + 1e-6
    assert found.objective <= found.bound * (1 + 1e-12)
    assert found.shares == pytest.approx(shares(found.chosen))
    if alpha == 0:
        assert found.covered == pytest.approx(value(best))
        assert found.objective == pytest.approx(found.covered)


def test_more_fairness_raises_the_worst_share_at_a_price_in_the_total():
    covers, demand, groups = two_towns()
    plans = [fair_coverage(covers, demand, 9, groups, alpha=a, effort="quick") for a in (0.0, 1.0, 3.0)]
    worst = [min(plan.shares.values()) for plan in plans]
    assert worst[0] < worst[-1]
    assert plans[0].covered >= plans[-1].covered
    assert plans[0].covered == maximal_coverage(covers, demand, 9).covered
    for plan in plans:
        assert plan.objective <= plan.bound


def test_floors_are_kept_and_bounded():
    covers, demand, groups = two_towns()
    plan = fair_coverage(covers, demand, 14, groups, floors={1: 0.5}, effort="quick")
    assert plan.shares[1] >= 0.5
    free = fair_coverage(covers, demand, 14, groups, effort="quick")
    assert plan.covered <= min(plan.bound, free.bound)
    assert plan.bound <= free.bound + 1e-6


def test_floors_that_do_not_fit_say_what_is_reached():
    covers, demand, groups = two_towns()
    with pytest.raises(
        RequestError, match=r"0: 0\.95, 1: 0\.95\): together they take between 20 and 20 units"
    ) as caught:
        fair_coverage(covers, demand, 14, groups, floors={0: 0.95, 1: 0.95}, effort="quick")
    assert "降低下限" in caught.value.zh
    with pytest.raises(RequestError, match="district 7"):
        fair_coverage(covers, demand, 14, groups, floors={7: 0.1})
    with pytest.raises(RequestError, match="between 0 and 4"):
        fair_coverage(covers, demand, 14, groups, alpha=-1)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_must_cover_places_against_brute_force(data):
    n, m = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 8))
    covers = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n))
    )
    demand = np.array(data.draw(st.lists(st.integers(0, 30), min_size=m, max_size=m)))
    must = data.draw(st.lists(st.integers(0, m - 1), max_size=3, unique=True))
    p = data.draw(st.integers(0, n))

    def hit(chosen):
        return covers[list(chosen)].any(axis=0) if len(chosen) else np.zeros(m, bool)

    plans = [c for k in range(min(p, n) + 1) for c in combinations(range(n), k) if hit(c)[must].all()]
    if not plans:
        with pytest.raises(RequestError):
            coverage_with_places(covers, demand, p, must)
        return
    best = max(demand[hit(c)].sum() for c in plans)
    found = coverage_with_places(covers, demand, p, must)
    assert hit(found.chosen)[must].all()
    assert found.covered == demand[hit(found.chosen)].sum() == best
    assert found.bound >= best


def test_places_out_of_reach_are_listed():
    with pytest.raises(RequestError, match="out of every candidate's reach: 2"):
        coverage_with_places([[1, 1, 0]], [1, 1, 1], 1, [0, 2])
    with pytest.raises(RequestError, match="cover 1 of 2 must-cover points"):
        coverage_with_places(np.eye(2), [1, 1], 1, [0, 1])
