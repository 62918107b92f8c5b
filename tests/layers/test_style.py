"""Scales: every value in exactly one class, labels that do not overlap, numbers as people write them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given
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


def read(label: str) -> list[float]:
    """The ends of a class as a reader takes them."""
    sizes = {"万": 1e4, "亿": 1e8}
    ends = []
    for text in label.split(" – "):
        size = sizes.get(text[-1], 1.0)
        ends.append(float(text.rstrip("万亿").replace(",", "")) * size)
    return ends


@pytest.mark.parametrize("lang", ["zh", "en"])
@given(st.lists(st.integers(0, 3 * 10**9), min_size=1, max_size=60, unique=True))
@example([1_0000, 1_0001, 10_0000, 12_3456, 13_3333, 15_0000, 20_0000, 25_0000, 8000_0000])
@example([10**8 + i * 1000 for i in range(40)])
@example([10**8 - 1, 10**8, 10**8 + 1, 10**8 + 2, 10**8 + 3, 10**8 + 4, 10**8 + 5, 10**8 + 6, 10**8 + 7])
def test_classes_of_counts_read_as_ranges_that_do_not_overlap(lang, values):
    for factor in (1, 10_000):
        scale = style.sequential([v * factor for v in values], "v", ("数", "count"), whole=True)
        ranges = [read(label) for label in scale.class_labels(lang)]
        for ends in ranges:
            assert len(ends) == 1 or ends[0] < ends[1]
        for before, after in itertools.pairwise(ranges):
            assert before[-1] < after[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=60))
@example([1000.2, 1000.4, 1000.7, 1001.3, 1002, 1003.4, 1005.5])
def test_classes_of_measurements_read_as_ranges_with_a_width(lang, values):
    scale = style.sequential(values, "v", ("数", "measure"))
    ranges = [read(label) for label in scale.class_labels(lang)]
    for ends in ranges:
        assert len(ends) == 1 or ends[0] < ends[1]
    for before, after in itertools.pairwise(ranges):
        assert before[-1] <= after[0]


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60))
def test_as_much_more_and_as_much_less_are_the_same_class_on_either_side(values):
    scale = style.diverging(values, "d", ("差", "difference"), whole=True)
    less, more = scale.classify(-np.abs(values)), scale.classify(np.abs(values))
    assert (less + more == len(scale.colours) - 1).all()
    assert (scale.classify([0]) == len(scale.colours) // 2).all()


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
        (99_999, "99,999", "99,999"),
        (99_999.6, "10万", "100,000"),
        (99_999_999, "1亿", "99,999,999"),
        (-99_999_999, "-1亿", "-99,999,999"),
        (99_990_000, "9,999万", "99,990,000"),
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
        ([-114], ["\u2212114 to \u22121", "0", "1 to 114"]),
        ([0, 0], ["\u22121", "0", "1"]),
        ([5, -114], ["\u2212114", "\u2212113 to \u22121", "0", "1 to 113", "114"]),
        ([1, 2, -3], ["\u22123", "\u22122", "\u22121", "0", "1", "2", "3"]),
        ([3] * 40, ["\u22123 to \u22121", "0", "1 to 3"]),
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


def test_a_range_of_negative_numbers_is_parted_by_a_word_and_has_minus_signs():
    scale = style.diverging([-1003, -709, -5, 20], "d", ("差", "difference"), whole=True)
    assert scale.class_labels("zh")[0].startswith("\u22121,003")
    assert any(" 至 \u2212" in label for label in scale.class_labels("zh"))
    assert any(" to \u2212" in label for label in scale.class_labels("en"))
    for lang in ("zh", "en"):
        text = " ".join(scale.class_labels(lang))
        assert "-" not in text
        assert "\u2013" not in text


@pytest.mark.parametrize("whole", [True, False])
def test_each_class_of_differences_has_a_sign(whole):
    scale = style.diverging([-9.0, 4.0, 7.0, 2.0, 1.0], "d", ("差", "difference"), whole=whole)
    signs = scale.signs()
    assert signs == sorted(signs)
    for value in (-9.0, -5.0, 0.0, 5.0, 9.0):
        assert signs[int(scale.classify([value])[0])] == np.sign(value)
