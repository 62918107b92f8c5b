"""Apportionment: exact sums, bounds, ties, known tables, and a slow second road in rational numbers."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import RequestError, UnknownNameError
from scenarios.allocation import apportion, divisor, largest_remainder, two_level
from scenarios.allocation.apportionment import METHODS, within

DIVISORS = [m for m in METHODS if m != "largest_remainder"]


def rational_largest_remainder(total, weights, floors, caps):
    """The water-filling share in fractions, one fixing at a time, then the remainders: the slow road."""
    free = [i for i, w in enumerate(weights) if w > 0]
    result = list(floors)
    while True:
        left = total - sum(result[i] for i in range(len(weights)) if i not in free)
        claims = sum(weights[i] for i in free)
        share = {i: Fraction(left * weights[i], claims) for i in free}
        over = [i for i in free if share[i] > caps[i]]
        under = [i for i in free if share[i] < floors[i]]
        if not over and not under:
            break
        excess = sum(share[i] - caps[i] for i in over)
        lack = sum(floors[i] - share[i] for i in under)
        for i in over if excess >= lack else []:
            result[i] = caps[i]
            free.remove(i)
        for i in under if lack >= excess else []:
            result[i] = floors[i]
            free.remove(i)
    for i in free:
        result[i] = floor(share[i])
    spare = total - sum(result)
    for i in sorted(free, key=lambda i: (-(share[i] - floor(share[i])), i))[:spare]:
        result[i] += 1
    return result


def one_by_one(total, weights, method, floors, caps):
    """Divisor method as its definition says: seat after seat to the highest exact priority."""
    squared = {
        "webster": lambda k: (2 * k + 1) ** 2,
        "dhondt": lambda k: (k + 1) ** 2,
        "huntington_hill": lambda k: k * (k + 1),
        "adams": lambda k: k * k,
    }[method]
    seats = list(floors)

    def priority(i):
        d = squared(seats[i])
        return (1, Fraction(weights[i] ** 2)) if d == 0 else (0, Fraction(weights[i] ** 2, d))

    while sum(seats) < total:
        open_ = [i for i in range(len(weights)) if weights[i] > 0 and seats[i] < caps[i]]
        best = max(open_, key=lambda i: (priority(i), -i))
        seats[best] += 1
    return seats


@st.composite
def asks(draw, largest=40):
    n = draw(st.integers(1, 8))
    weights = draw(st.lists(st.integers(0, 60), min_size=n, max_size=n).filter(any))
    floors = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    caps = [
        f + c for f, c in zip(floors, draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), strict=True)
    ]
    most = sum(c if w else f for w, f, c in zip(weights, floors, caps, strict=True))
    return draw(st.integers(sum(floors), min(most, largest + sum(floors)))), weights, floors, caps


@given(asks())
@settings(max_examples=300, deadline=None)
def test_largest_remainder_agrees_with_the_rational_road(ask):
    total, weights, floors, caps = ask
    got = largest_remainder(total, weights, floors=floors, caps=caps)
    assert got.tolist() == rational_largest_remainder(total, weights, floors, caps)


@pytest.mark.parametrize("method", DIVISORS)
@given(ask=asks())
@settings(max_examples=150, deadline=None)
def test_divisor_agrees_with_seat_by_seat(method, ask):
    total, weights, floors, caps = ask
    got = divisor(total, weights, method, floors=floors, caps=caps)
    assert got.tolist() == one_by_one(total, weights, method, floors, caps)


@pytest.mark.parametrize("method", METHODS)
@given(
    total=st.integers(0, 100_000),
    weights=st.lists(st.floats(1e-9, 1e9) | st.just(0.0), min_size=1, max_size=60).filter(any),
    data=st.data(),
)
@settings(max_examples=100, deadline=None)
def test_sums_exactly_and_does_not_depend_on_order(method, total, weights, data):
    weights = np.array(weights)
    keys = np.arange(len(weights)) * 7
    got = apportion(total, weights, method, keys=keys)
    assert got.dtype == np.int64
    assert got.sum() == total
    assert (got[weights == 0] == 0).all()
    shuffle = np.array(data.draw(st.permutations(range(len(weights)))))
    assert np.array_equal(apportion(total, weights[shuffle], method, keys=keys[shuffle]), got[shuffle])


@pytest.mark.parametrize("method", DIVISORS)
@given(weights=st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any), total=st.integers(0, 60))
@settings(max_examples=80, deadline=None)
def test_divisor_methods_are_house_monotone(method, weights, total):
    assert (divisor(total + 1, weights, method) >= divisor(total, weights, method)).all()


def test_largest_remainder_shows_the_alabama_paradox():
    # the known price of largest remainder: with 11 seats instead of 10 the smallest loses one
    assert largest_remainder(10, [6, 6, 2]).tolist() == [4, 4, 2]
    assert largest_remainder(11, [6, 6, 2]).tolist() == [5, 5, 1]


def test_published_table_of_the_methods():
    # the six-state example of Balinski and Young, Fair Representation: 36 seats for 100,000 people
    votes = [27_744, 25_178, 19_951, 14_610, 9_225, 3_292]
    assert apportion(36, votes, "largest_remainder").tolist() == [10, 9, 7, 5, 4, 1]
    assert apportion(36, votes, "webster").tolist() == [10, 9, 8, 5, 3, 1]
    assert apportion(36, votes, "dhondt").tolist() == [11, 9, 7, 5, 3, 1]
    assert apportion(36, votes, "adams").tolist() == [10, 9, 7, 5, 3, 2]
    assert apportion(36, votes, "huntington_hill").tolist() == [10, 9, 7, 6, 3, 1]


def test_ties_go_to_the_smaller_key():
    assert largest_remainder(2, [1, 1, 1, 1], keys=[40, 30, 20, 10]).tolist() == [0, 0, 1, 1]
    assert divisor(2, [1, 1, 1, 1], "webster", keys=[40, 30, 20, 10]).tolist() == [0, 0, 1, 1]


def test_all_equal_at_city_size():
    for method in METHODS:
        got = apportion(38_900, np.ones(70_000), method)
        assert np.array_equal(np.flatnonzero(got), np.arange(38_900))


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_within_groups_each_is_split_as_if_alone(method, data):
    n_groups = data.draw(st.integers(1, 5))
    n = data.draw(st.integers(1, 30))
    group = np.array(data.draw(st.lists(st.integers(0, n_groups - 1), min_size=n, max_size=n)))
    weights = np.array(data.draw(st.lists(st.integers(1, 99), min_size=n, max_size=n)))
    caps = np.array(data.draw(st.lists(st.integers(2, 60), min_size=n, max_size=n)))
    room = np.bincount(group, caps, minlength=n_groups).astype(int).tolist()
    quotas = np.array([data.draw(st.integers(0, most)) for most in room])
    got = within(quotas, weights, group, method, caps)
    assert np.array_equal(np.bincount(group, got, minlength=n_groups).astype(int), quotas)
    for g in range(n_groups):
        own = group == g
        if own.any():
            assert np.array_equal(got[own], apportion(int(quotas[g]), weights[own], method, caps=caps[own]))


@pytest.mark.parametrize("method", METHODS)
def test_hostile_shapes(method):
    assert apportion(5, [3.0], method).tolist() == [5]
    assert apportion(0, [1, 2], method).tolist() == [0, 0]
    assert apportion(0, [0, 0], method).tolist() == [0, 0]
    assert apportion(0, [], method).tolist() == []
    extreme = apportion(1_000_000, [1e-9, 1e9, 1e9], method)
    assert extreme.sum() == 1_000_000
    assert apportion(10, [1e9, 1e-9], method, caps=[3, 99]).tolist() == [3, 7]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("total", "weights", "bounds", "nearest"),
    [
        (10, [1, 1], {"caps": 4}, "8"),
        (10, [1, 0], {"caps": [4, 9]}, "4"),
        (3, [1, 1], {"floors": 2}, "4"),
        (3, [0, 0], {}, "0"),
        (3, [1, 1], {"floors": [2, 0], "caps": [1, 9]}, "2 > 1"),
        (3, [1, -1], {}, "position 1"),
        (3, [1, float("nan")], {}, "position 1"),
        (3, [1, float("inf")], {}, "position 1"),
        (-1, [1], {}, "between 0"),
        (2.5, [1], {}, "nearest is 2"),
    ],
)
def test_impossible_asks_name_the_nearest_figure(method, total, weights, bounds, nearest):
    with pytest.raises(RequestError) as caught:
        apportion(total, weights, method, **bounds)
    assert nearest in caught.value.en
    assert caught.value.zh != caught.value.en


def test_every_group_that_cannot_hold_its_quota_is_named_at_once():
    with pytest.raises(RequestError, match=r"group 0.*group 2"):
        two_level([9, 1, 9], [1, 1, 1], [0, 1, 2], caps=[4, 4, 4])


def test_unknown_method_lists_the_known():
    with pytest.raises(UnknownNameError, match="webster"):
        divisor(3, [1], "droop")
