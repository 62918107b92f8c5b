"""Scales: every value in exactly one class, labels that do not overlap, numbers as people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import style


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=80))
def test_counts_fall_into_classes_that_cover_them(values):
    scale = style.sequential(values, "v", ("数", "count"), whole=True)
    classes = scale.classify(values)
    assert classes.min() >= 0
    assert classes.max() < len(scale.colours)
    for value, place in zip(values, classes, strict=True):
        assert scale.breaks[place] <= value <= scale.breaks[place + 1]


@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=80))
def test_measurements_fall_into_classes_too(values):
    scale = style.sequential(values, "v", ("数", "measure"))
    assert list(scale.breaks) == sorted(scale.breaks)
    classes = scale.classify(values)
    assert ((classes >= 0) & (classes < len(scale.colours))).all()


def test_unknown_has_no_class():
    scale = style.sequential([1.0, 2.0, 3.0], "v", ("数", "count"))
    assert scale.classify([np.nan, 2.0]).tolist()[0] == -1


def test_count_labels_do_not_overlap():
    scale = style.Scale("v", "数", "count", (1, 2, 5, 9), ("#1", "#2", "#3"))
    assert scale.class_labels("en") == ["1", "2 – 4", "5 – 9"]


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (38_900, "38,900", "38,900"),
        (15_000_000, "1,500万", "15,000,000"),
        (154.13e8, "154.1亿", "15,413,000,000"),
        (None, "未知", "unknown"),
        (float("nan"), "未知", "unknown"),
        (0, "0", "0"),
        (0.85, "0.85", "0.85"),
    ],
)
def test_numbers_for_people(value, zh, en):
    assert style.number(value, "zh") == zh
    assert style.number(value, "en") == en


def test_a_difference_scale_is_symmetric():
    scale = style.diverging([-3.0, 1.0], "d", ("差", "difference"))
    assert scale.breaks[0] == -scale.breaks[-1]
    assert scale.classify([0.0]).tolist() == [3]


def test_small_counts_are_told_apart_even_beside_large_ones():
    many = np.r_[np.full(700, 1), np.full(200, 2), np.full(100, 3), np.full(250, 90)]
    for values in (many, many[many < 10]):
        classes = style.sequential(values, "v", ("数", "count"), whole=True).classify([1, 2, 3])
        assert len(set(classes.tolist())) == 3


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([-114], ["-114 – -1", "0", "1 – 114"]),
        ([0, 0], ["-1", "0", "1"]),
        ([5, -114], ["-114", "-113 – -1", "0", "1 – 113", "114"]),
        ([1, 2, -3], ["-3", "-2", "-1", "0", "1", "2", "3"]),
        ([3] * 40, ["-3 – -1", "0", "1 – 3"]),
    ],
)
def test_few_differences_have_no_classes_beyond_what_there_is(values, labels):
    scale = style.diverging(values, "d", ("差", "difference"), whole=True)
    assert scale.class_labels("en") == labels
    assert scale.classify([0]).tolist() == [len(labels) // 2], "zero is in the middle"


def test_classes_of_differences_end_at_the_largest():
    for values in ([995, 996, 997, 998], [1, 1, 1, 2, 3, 4], [7, 8, 9, -1000]):
        scale = style.diverging(values, "d", ("差", "difference"), whole=True)
        assert scale.breaks[-1] == np.abs(values).max()
        assert scale.breaks == tuple(sorted(scale.breaks))
