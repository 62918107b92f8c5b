"""Whole people from weights: exact sums, floors, and no dependence on order."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import RequestError
from geo.population_rounding import whole

weights = st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=40)


@settings(deadline=None)
@given(st.data())
def test_each_group_sums_to_its_total(data):
    w = np.array(data.draw(weights)) + 1e-6
    groups = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(w), max_size=len(w))))
    totals = np.array(data.draw(st.lists(st.integers(0, 33_000_000), min_size=4, max_size=4)))
    totals[np.bincount(groups, minlength=4) == 0] = 0
    people = whole(w, groups, totals)
    assert np.array_equal(np.bincount(groups, people, minlength=4).astype(np.int64), totals)
    assert (people >= 0).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30), st.integers(0, 5_000_000))
def test_within_one_of_the_exact_share(counts, total):
    w = np.array(counts) + 1
    people = whole(w.astype(float), np.zeros(len(w), dtype=int), np.array([total]))
    exact = [Fraction(int(v)) * total / int(w.sum()) for v in w]  # a second road: rational numbers
    assert all(abs(int(p) - e) < 1 for p, e in zip(people, exact, strict=True))


def test_ties_go_to_the_earlier_cell():
    assert whole(np.ones(4), np.zeros(4, dtype=int), np.array([6])).tolist() == [2, 2, 1, 1]
    # interleaved groups keep the order of their own cells
    groups = np.array([0, 1, 0, 1])
    assert whole(np.ones(4), groups, np.array([1, 3])).tolist() == [1, 2, 0, 1]


def test_least_is_kept_and_the_rest_follows_the_weights():
    w, groups = np.array([0.0, 1.0, 3.0]), np.zeros(3, dtype=int)
    assert whole(w, groups, np.array([11]), least=np.array([1, 1, 1])).tolist() == [1, 3, 7]
    with pytest.raises(RequestError, match="fewer than"):
        whole(w, groups, np.array([2]), least=np.array([1, 1, 1]))


def test_counts_that_are_whole_already_stay():
    counts = np.random.default_rng(5).integers(0, 1_000_000, 5000)
    again = whole(counts.astype(float), np.zeros(5000, dtype=int), np.array([counts.sum()]))
    assert np.array_equal(again, counts)


@pytest.mark.parametrize("bad", [[-1.0, 1.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_bad_weights_are_refused(bad):
    with pytest.raises(RequestError, match="finite"):
        whole(np.array(bad), np.zeros(2, dtype=int), np.array([5]))


def test_people_need_a_place():
    with pytest.raises(RequestError, match="no cell"):
        whole(np.zeros(2), np.array([0, 1]), np.array([0, 4]))
    assert whole(np.zeros(2), np.array([0, 1]), np.array([0, 0])).tolist() == [0, 0]
