"""Figures for people lose nothing: what is written is read back by the number reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import catalogue
from plans.present import figure, of_target
from plans.units import quantities


@given(st.integers(0, 10**13), st.sampled_from(["count", "yuan", "m", "m2", "percent", "PFLOPS", "PB", "MW"]))
def test_what_is_written_in_chinese_is_read_back(value, unit):
    [read] = quantities(figure(value, unit, "zh", "个" if unit == "count" else ""))
    assert (read.value, read.unit) == (value, unit)


@pytest.mark.parametrize(
    ("value", "unit", "lang", "text"),
    [
        (67000, "count", "zh", "6.7万"),
        (12345678, "count", "zh", "12345678"),
        (1200000000, "count", "zh", "12亿"),
        (3, "percentage_point", "zh", "3个百分点"),
        (931000000, "yuan", "en", "931 million yuan"),
        (60000000, "yuan", "zh", "6000万元"),
        (200000, "m", "en", "200 km"),
        (999, "m", "zh", "999米"),
        (1000, "PFLOPS", "zh", "1000 PFLOPS"),
    ],
)
def test_figures_read_as_people_write_them(value, unit, lang, text):
    assert figure(value, unit, lang) == text


def test_every_shipped_target_can_be_written():
    for plan in catalogue.load_all():
        for target in plan.targets:
            assert of_target(target, "zh"), target.id
            assert of_target(target, "en").isascii() or target.unit == "m2", target.id


def test_qualifiers_stand_in_front():
    plan = catalogue.load_plan("guangzhou-2020")
    poles = next(t for t in plan.targets if t.value == 34000)
    assert of_target(poles, "zh") == "力争3.4万根"
    chargers = next(t for t in plan.targets if t.value == 55000)
    assert of_target(chargers, "en") == "about 55,000"
