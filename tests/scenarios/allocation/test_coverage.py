"""Maximal covering: brute force, known optima, invariants, certificates, hostile shapes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geo.errors import RequestError, UnknownNameError
from scenarios.allocation import coverage, instance, lp, maximal_coverage
from scenarios.allocation.bound import lagrangian


def hexagons(side: int, seed: int = 0, noise: float = 0.6):
    """A hexagonal grid of side x side cells, each covering itself and its six neighbours, with uneven demand."""
    rng = np.random.default_rng(seed)
    row, column = np.divmod(np.arange(side * side), side)
    pairs = [(np.arange(side * side), np.arange(side * side))]
    for down, along_even, along_odd in [(0, 1, 1), (1, 0, 0), (1, -1, 1)]:
        other_row = row + down
        other_column = column + np.where(row % 2, along_odd, along_even)
        inside = (other_row < side) & (other_column >= 0) & (other_column < side)
        here, there = np.flatnonzero(inside), (other_row * side + other_column)[inside]
        pairs += [(here, there), (there, here)]
    rows, columns = (np.concatenate(side_) for side_ in zip(*pairs, strict=True))
    covers = sparse.csr_matrix((np.ones(len(rows), bool), (rows, columns)), shape=(side**2, side**2))
    distance = np.hypot(row - side / 3, column - side / 2) / side
    demand = np.rint(500 * np.exp(-4 * distance) * rng.lognormal(0, noise, side**2)).astype(np.int64)
    return covers, demand


def covered_by(covers, demand, chosen):
    return demand[np.asarray(covers)[list(chosen)].any(axis=0)].sum() if len(chosen) else 0


@st.composite
def small_instances(draw):
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 10))
    covers = np.array(draw(st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=n, max_size=n)))
    demand = np.array(draw(st.lists(st.integers(0, 50), min_size=m, max_size=m)))
    return covers, demand


@given(ask=small_instances(), data=st.data())
@settings(max_examples=120, deadline=None)
def test_brute_force_with_quotas_and_fixed_units(ask, data):
    covers, demand = ask
    n = len(covers)
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    quotas = {g: data.draw(st.integers(0, 3)) for g in range(3)}
    room = dict(quotas)
    fixed = []
    for i in data.draw(st.lists(st.integers(0, n - 1), max_size=2, unique=True)):
        if room[groups[i]] > 0:
            room[groups[i]] -= 1
            fixed.append(i)
    p = sum(quotas.values())
    best = max(
        covered_by(covers, demand, chosen)
        for k in range(min(p, n) + 1)
        for chosen in combinations(range(n), k)
        if set(fixed) <= set(chosen) and all(sum(groups[i] == g for i in chosen) <= quotas[g] for g in quotas)
    )
    plan = maximal_coverage(
        sparse.csr_matrix(covers), demand, p, groups=groups, quotas=quotas, fixed=fixed, effort="standard"
    )
    assert plan.covered == best
    assert plan.bound == best
    assert plan.proven
    assert plan.gap == 0
    assert set(fixed) <= set(plan.chosen.tolist())
    assert covered_by(covers, demand, plan.chosen) == plan.covered
    assert all((groups[plan.chosen] == g).sum() <= quotas[g] for g in quotas)


def test_a_partition_with_a_known_optimum_is_solved_and_proven():
    # 60 disjoint blocks of 12 points; beside each, candidates that cover parts of two blocks (decoys)
    rng = np.random.default_rng(5)
    blocks, width = 60, 12
    demand = np.repeat(rng.permutation(np.arange(100, 100 + blocks)), width)
    rows, columns = [], []
    for b in range(blocks):
        rows += [b] * width
        columns += range(b * width, (b + 1) * width)
        decoy = rng.choice(np.arange(b * width, min((b + 2) * width, blocks * width)), width, replace=False)
        rows += [blocks + b] * width
        columns += decoy.tolist()
    covers = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(2 * blocks, blocks * width))
    plan = maximal_coverage(covers, demand, 20)
    best = width * np.arange(100 + blocks - 20, 100 + blocks).sum()
    assert plan.covered >= best  # the blocks of greatest demand; decoys may do better by chance, never worse
    assert plan.proven


def test_city_grid_certificate_quotas_and_threads():
    covers, demand = hexagons(60)
    groups = np.arange(3600) // 600
    quotas = dict(enumerate([40, 30, 40, 30, 20, 10]))
    plans = [
        maximal_coverage(covers, demand, 170, groups=groups, quotas=quotas, effort="quick", threads=t)
        for t in (1, 2, 5)
    ]
    first = plans[0]
    assert np.bincount(groups[first.chosen], minlength=6).tolist() == list(quotas.values())
    assert covered_by(covers.toarray(), demand, first.chosen) == first.covered <= first.bound
    assert first.gap == pytest.approx((first.bound - first.covered) / first.bound)
    assert first.gap < 0.03
    assert not first.proven
    assert first.reproducible
    for other in plans[1:]:
        assert np.array_equal(other.chosen, first.chosen)
        assert other.bound == first.bound


def test_slabs_of_one_colour_share_no_point():
    covers, demand = hexagons(80)
    made = instance.build(covers, demand, 100, None, None, None)
    from scenarios.allocation.annealing import _slabs

    holder = np.repeat(np.arange(made.size), np.diff(made.pointers))
    for number in range(7):
        for colour in _slabs(made, number, 0):
            slab_of = np.full(made.size, -1)
            for place, (low, high, _) in enumerate(colour):
                slab_of[low:high] = place
            pairs = np.stack([made.indices, slab_of[holder]], axis=1)[slab_of[holder] >= 0]
            assert len(np.unique(pairs, axis=0)) == len(np.unique(pairs[:, 0]))
        if made.n_levels > 4:
            assert sum(len(c) for c in _slabs(made, number, 0)) > 1


def test_every_candidate_is_annealed_in_every_round():
    covers, demand = hexagons(80)
    made = instance.build(covers, demand, 100, None, None, None)
    from scenarios.allocation.annealing import _slabs

    for number in range(9):
        seen = np.zeros(made.size, int)
        for colour in _slabs(made, number, 3):
            for low, high, _ in colour:
                seen[low:high] += 1
        assert (seen == 1).all()


def test_more_effort_is_no_worse_and_never_above_the_bound():
    covers, demand = hexagons(40, seed=3)
    quick = maximal_coverage(covers, demand, 80, effort="quick")
    standard = maximal_coverage(covers, demand, 80, effort="standard")
    assert quick.covered <= standard.covered <= min(quick.bound, standard.bound)
    made = instance.build(covers, demand, 80, None, None, None)
    assert quick.covered >= coverage.greedy_plan(made)[0].covered / made.scale


def test_bound_agrees_with_the_linear_relaxation():
    covers, demand = hexagons(40)
    groups = np.arange(1600) % 3
    for quotas in (None, {0: 20, 1: 30, 2: 30}):
        made = instance.build(covers, demand, 80, None if quotas is None else groups, quotas, None)
        state, _ = coverage.greedy_plan(made)
        bound = lagrangian(made, state.covered, state.counts, 600)
        exact = lp.relaxation(made)
        assert exact * (1 - 1e-7) <= bound.value <= exact * 1.001


def test_order_of_candidates_and_points_does_not_matter_to_a_proven_plan():
    covers, demand = hexagons(12)
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(144), rng.permutation(144)
    plan = maximal_coverage(covers, demand, 9)
    shuffled = maximal_coverage(covers[rows][:, columns], demand[columns], 9)
    assert plan.proven
    assert shuffled.proven
    assert plan.covered == shuffled.covered == plan.bound == shuffled.bound


def test_one_more_unit_never_covers_less():
    covers, demand = hexagons(10)
    plans = [maximal_coverage(covers, demand, p) for p in range(12)]
    values = [plan.covered for plan in plans]
    assert all(plan.proven for plan in plans)
    assert values == sorted(values)
    assert values[0] == 0
    # and the gains of an exact solution are what a saturating curve does: they end
    assert maximal_coverage(covers, demand, 100).covered == demand.sum()


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_float_demand_of_any_size(scale):
    covers, demand = hexagons(15)
    whole = maximal_coverage(covers, demand, 12)
    scaled = maximal_coverage(covers, demand * (scale * 1.000001), 12)
    assert scaled.covered == pytest.approx(whole.covered * scale * 1.000001, rel=1e-12)
    assert scaled.bound >= scaled.covered
    assert scaled.gap < 1e-6


def test_tiny_beside_huge_demand():
    plan = maximal_coverage(np.eye(3), [1e-9, 1e9, 5.0], 2)
    assert plan.chosen.tolist() == [1, 2]
    assert plan.bound >= plan.covered


def test_hostile_shapes():
    one = maximal_coverage([[1]], [7], 1)
    assert (one.chosen.tolist(), one.covered, one.proven) == ([0], 7, True)
    nothing = maximal_coverage([[1]], [7], 0)
    assert (nothing.chosen.tolist(), nothing.covered, nothing.bound) == ([], 0, 0)
    above = maximal_coverage(np.eye(4), [1, 2, 3, 4], 99)
    assert (len(above.chosen), above.covered, above.proven) == (4, 10, True)
    no_demand = maximal_coverage(np.eye(4), np.zeros(4), 2)
    assert (no_demand.covered, no_demand.gap, no_demand.proven) == (0, 0.0, True)
    lonely = maximal_coverage(np.array([[1, 0], [1, 0]]), [3, 9], 2)
    assert (lonely.covered, lonely.bound) == (3, 3)
    islands = maximal_coverage(sparse.block_diag([np.ones((3, 3))] * 50), np.arange(150), 10)
    assert islands.proven
    equal = maximal_coverage(hexagons(8)[0], np.ones(64, np.int64), 5)
    assert equal.proven
    assert equal.covered == 35
    empty = maximal_coverage(sparse.csr_matrix((0, 3)), [1, 1, 1], 2)
    assert (empty.covered, empty.chosen.tolist()) == (0, [])


def test_a_district_with_no_people_gets_no_unit_that_covers_nothing():
    covers = sparse.identity(6, format="csr")
    plan = maximal_coverage(covers, [5, 4, 3, 0, 0, 0], 4, groups=[0, 0, 0, 1, 1, 1], quotas={0: 2, 1: 2})
    assert plan.chosen.tolist() == [0, 1]
    assert plan.proven


def test_time_limit_is_owned_up_to_and_cancel_stops():
    covers, demand = hexagons(60)
    cut = maximal_coverage(covers, demand, 170, effort="thorough", time_limit=0.3)
    assert not cut.reproducible
    assert cut.covered <= cut.bound
    assert len(cut.chosen) == 170
    stopped = maximal_coverage(covers, demand, 170, cancelled=lambda: True)
    assert not stopped.reproducible
    assert not stopped.proven


def test_progress_is_told_and_rises():
    heard = []
    covers, demand = hexagons(30)
    maximal_coverage(
        covers, demand, 60, effort="quick", progress=lambda stage, share: heard.append((stage, share))
    )
    assert {stage for stage, _ in heard} == {"bound", "anneal"}
    for stage in ("bound", "anneal"):
        shares = [share for name, share in heard if name == stage]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_without_a_certificate_there_is_no_bound():
    covers, demand = hexagons(30)
    plan = maximal_coverage(covers, demand, 60, effort="quick", certify=False)
    assert plan.bound is None
    assert plan.gap is None
    assert not plan.proven


def test_the_kernels_are_compiled_once():
    from scenarios.allocation import kernels_bound, kernels_coverage

    maximal_coverage(np.eye(3, dtype=np.int32), np.array([1, 2, 3], np.uint8), 1)
    maximal_coverage(
        sparse.coo_matrix(np.eye(3)), np.array([1.5, 2, 3], ">f4"), 1, groups=[1, 1, 2], quotas={1: 1}
    )
    entries = {kernels_bound: ["descend", "exact_value", "price_candidates"]}
    entries[kernels_coverage] = ["levels", "greedy", "anneal", "settle"]
    for module, names in entries.items():
        for name in names:
            assert len(getattr(module, name).signatures) == 1, name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p": -1}, "between 0"),
        ({"demand": [1, -2, 3]}, "position 1"),
        ({"demand": [1, float("nan"), 3]}, "position 1"),
        ({"demand": [1, 2]}, "3 columns for 2"),
        ({"groups": [0, 0, 1]}, "both or neither"),
        ({"groups": [0, 0, 1], "quotas": {0: 1, 1: 2}}, "add up to 3, not to p = 2"),
        ({"fixed": [0, 1, 2]}, "least possible p is 3"),
        ({"fixed": [3]}, "index 3"),
        ({"groups": [0, 0, 1], "quotas": {0: 1, 1: 1}, "fixed": [0, 1]}, "above its quota of 1"),
    ],
)
def test_impossible_asks(change, words):
    ask = {"covers": np.eye(3), "demand": [1, 2, 3], "p": 2} | change
    with pytest.raises(RequestError, match=words) as caught:
        maximal_coverage(ask.pop("covers"), ask.pop("demand"), ask.pop("p"), **ask)
    assert caught.value.zh


def test_unknown_effort():
    with pytest.raises(UnknownNameError, match="thorough"):
        maximal_coverage(np.eye(3), [1, 2, 3], 2, effort="hard")
