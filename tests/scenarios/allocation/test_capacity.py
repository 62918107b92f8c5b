"""Capacity: every objective against brute force, caps, minimum sizes, quotas, linked sites, the area rule."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import RequestError, UnknownNameError
from scenarios.allocation import capacity
from scenarios.allocation.capacity import OBJECTIVES, add_capacity, share_by_area, stations_at_sites


@st.composite
def asks(draw):
    n = draw(st.integers(1, 4))
    load = draw(st.lists(st.integers(0, 40), min_size=n, max_size=n))
    start = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    caps = [
        s + c for s, c in zip(start, draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), strict=True)
    ]
    most = sum(c if d else s for d, s, c in zip(load, start, caps, strict=True))
    return load, start, caps, draw(st.integers(sum(start), most))


def all_plans(load, start, caps, total):
    ranges = [range(s, (c if d else s) + 1) for d, s, c in zip(load, start, caps, strict=True)]
    return [np.array(units) for units in product(*ranges) if sum(units) == total]


def served(load, units):
    return all(u > 0 for d, u in zip(load, units, strict=True) if d)


@pytest.mark.parametrize("objective", OBJECTIVES)
@given(ask=asks())
@settings(max_examples=80, deadline=None)
def test_brute_force(objective, ask):
    load, start, caps, total = ask
    found = add_capacity(load, total, start=start, caps=caps, objective=objective)
    assert found.units.sum() == total
    assert (found.units >= start).all()
    assert (found.units <= np.maximum(caps, start)).all()
    plans = all_plans(load, start, caps, total)
    if objective != "even_share":
        # a cell with load and no unit has an infinite objective: as few of those as possible come first
        unserved = [sum(u == 0 for d, u in zip(load, plan, strict=True) if d) for plan in plans]
        plans = [plan for plan, k in zip(plans, unserved, strict=True) if k == min(unserved)]
        if min(unserved):
            return
    best = min(capacity.objective_value(load, plan, objective) for plan in plans)
    assert found.objective == pytest.approx(best, rel=1e-12, abs=1e-12)
    assert found.proven
    assert found.gap == 0


@given(asks(), st.data())
@settings(max_examples=60, deadline=None)
def test_groups_are_independent_and_order_does_not_matter(ask, data):
    load, start, caps, _ = ask
    n = len(load)
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    totals = {}
    for g in range(3):
        m = groups == g
        most = sum(c if d else s for d, s, c, inside in zip(load, start, caps, m, strict=True) if inside)
        totals[g] = data.draw(st.integers(int(np.array(start)[m].sum()), max(most, 0)))
    found = add_capacity(load, totals, start=start, caps=caps, groups=groups, keys=np.arange(n))
    for g in range(3):
        assert found.units[groups == g].sum() == totals[g]
    turn = np.array(data.draw(st.permutations(range(n))))
    load, start, caps = np.array(load), np.array(start), np.array(caps)
    again = add_capacity(
        load[turn], totals, start=start[turn], caps=caps[turn], groups=groups[turn], keys=turn
    )
    assert np.array_equal(again.units, found.units[turn])


@given(asks())
@settings(max_examples=40, deadline=None)
def test_one_more_unit_takes_nothing_away(ask):
    load, start, caps, total = ask
    most = sum(c if d else s for d, s, c in zip(load, start, caps, strict=True))
    if total < most:
        less = add_capacity(load, total, start=start, caps=caps).units
        assert (add_capacity(load, total + 1, start=start, caps=caps).units >= less).all()


def test_the_highest_load_comes_first():
    assert add_capacity([900, 100, 0], 5, start=[1, 1, 1]).units.tolist() == [3, 1, 1]
    assert add_capacity([7, 5], 5, objective="least_maximum").units.tolist() == [3, 2]
    assert add_capacity([30, 10], 4, objective="even_share").units.tolist() == [3, 1]


def test_minimum_sizes_are_raised_first():
    found = add_capacity([100, 1, 50], 8, start=[1, 1, 0], minimum=3)
    assert (found.units[:2] >= 3).all()
    assert found.units.sum() == 8
    with pytest.raises(RequestError, match="least possible is 6"):
        add_capacity([100, 1, 50], 5, start=[1, 1, 0], minimum=3)


def test_impossible_totals_name_every_group_and_the_nearest():
    with pytest.raises(
        RequestError, match=r"group 0: .*most possible is 4.*group 1: .*least possible is 5"
    ) as caught:
        add_capacity([1, 1], {0: 9, 1: 2}, groups=[0, 1], start=[0, 5], caps=[4, 9])
    assert "最多为 4" in caught.value.zh
    with pytest.raises(RequestError, match="most possible is 0"):
        add_capacity([0, 0], 3)
    with pytest.raises(UnknownNameError, match="least_squares"):
        add_capacity([1], 1, objective="even")


def test_city_size_sums_exactly():
    rng = np.random.default_rng(0)
    load = rng.integers(0, 5_000, 20_000)
    groups = rng.integers(0, 11, 20_000)
    totals = dict(enumerate(rng.integers(2_000, 5_000, 11).tolist()))
    found = add_capacity(load, totals, groups=groups, caps=12)
    assert np.bincount(groups, found.units).astype(int).tolist() == list(totals.values())
    assert found.units.max() <= 12


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), min_size=1, max_size=8),
    st.integers(1, 3),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_stations_never_exceed_sites_times_networks(cells, networks, data):
    load, sites = (np.array(column) for column in zip(*cells, strict=True))
    most = int((sites * networks)[load > 0].sum())
    total = data.draw(st.integers(0, most))
    plan = stations_at_sites(load, sites, networks, total)
    assert plan.stations.sum() == total
    assert (plan.stations <= sites * networks).all()
    assert (plan.reserve_sites >= 0).all()
    assert np.array_equal(plan.used_sites + plan.reserve_sites, sites)
    with pytest.raises(RequestError, match=f"most possible is {most}"):
        stations_at_sites(load, sites, networks, most + 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([0.15, 0.3, 0.5, 0.7, 1.0, 1.9])),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 7),
)
@settings(max_examples=80, deadline=None)
def test_area_rule_agrees_with_brute_force(cells, total):
    demand, share = (np.array(column, float) for column in zip(*cells, strict=True))
    if not demand.any():
        return
    units, covered, certificate = share_by_area(demand, np.full(len(demand), 2.0), share * 2.0, total)
    best = max(
        (demand * np.minimum(np.array(plan) * share, 1)).sum()
        for plan in product(range(total + 1), repeat=len(demand))
        if sum(plan) <= total
    )
    assert covered.sum() == pytest.approx(best)
    assert certificate.bound == certificate.objective == pytest.approx(best)
    assert units.sum() <= total
    assert (units <= np.ceil(1 / share)).all()


def test_area_rule_with_quotas_and_existing_units():
    units, covered, _ = share_by_area(
        [100.0, 50.0, 100.0], [1, 1, 1], [0.4, 0.4, 0.4], {0: 3, 1: 1}, groups=[0, 0, 1], start=[1, 1, 0]
    )
    assert units.tolist() == [2, 1, 1]
    assert covered.tolist() == [80.0, 20.0, 40.0]
