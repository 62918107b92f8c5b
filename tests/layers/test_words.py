"""Figures as people read them: every digit of a promise, in the reader's units."""

from __future__ import annotations

import pytest

from layers import words
from plans import catalogue


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (15_413_000_000, "yuan", "154.13亿元", "15.413 bn yuan"),
        (60_000_000, "yuan", "6,000万元", "60 m yuan"),
        (200_000, "m", "200公里", "200 km"),
        (45_644, "m", "45.644公里", "45.644 km"),
        (85, "percent", "85%", "85%"),
        (1.3, "PUE", "1.3", "1.3"),
        (3, "percentage_point", "3个百分点", "3 percentage points"),
        (38_900, "count", "38,900", "38,900"),
        (15_000_000, "count", "1,500万", "15,000,000"),
        (123_457, "count", "123,457", "123,457"),
        (12_345_678, "count", "12,345,678", "12,345,678"),
        (123_456_789_123, "count", "123,456,789,123", "123,456,789,123"),
        (None, "count", "未知", "unknown"),
    ],
)
def test_quantities_lose_no_digit(value, unit, zh, en):
    assert words.quantity(value, unit, "zh") == zh
    assert words.quantity(value, unit, "en") == en


@pytest.mark.parametrize(
    ("target", "zh", "en"),
    [
        ("gz-5g-stations", "38,900个", "38,900"),
        ("gz-smart-poles", "力争34,000根", "aspires to 34,000"),
        ("gz-chargers", "约55,000个", "about 55,000"),
    ],
)
def test_promises_keep_their_qualifier(target, zh, en):
    found = catalogue.target(target)
    assert words.figure(found, "zh") == zh
    assert words.figure(found, "en") == en


def test_every_promise_can_be_written():
    for plan in catalogue.load_all():
        for target in plan.targets:
            assert words.figure(target, "zh")
            assert words.deadline(target, "en")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.955052, "95.5%"), (0.99999, "99.999%"), (0.9999999, "<100%"), (1.0, "100.0%"), (0.0, "0.00%"),
     (0.00124, "0.12%"), (0.00004, "0.004%"), (None, "—")],
)  # fmt: skip
def test_what_is_not_all_is_never_written_as_all(value, text):
    assert words.share(value) == text


def test_accuracy_is_written_in_the_unit_that_fits():
    assert words.accuracy(150, "zh") == "±150 米"
    assert words.accuracy(20_000, "en") == "±20 km"
    assert words.accuracy(None, "en") == "—"
