"""The catalogue of units: names, codes, and what is said about those that are not known."""

from __future__ import annotations

import pytest

from geo import units
from geo.errors import UnknownNameError


@pytest.mark.parametrize(
    ("text", "adcode"),
    [
        ("440106", "440106"),
        ("天河", "440106"),
        ("天河区", "440106"),
        ("广州市天河区", "440106"),
        ("广东省广州市天河区", "440106"),
        ("Tianhe", "440106"),
        ("tianhe district", "440106"),
        ("广州", "440100"),
        ("徐州市鼓楼区", "320302"),
        ("新沂", "320381"),
        ("黔江", "500114"),
        ("北京", "110000"),
    ],
)
def test_a_name_finds_its_unit(text: str, adcode: str) -> None:
    assert units.find(text)[0].adcode == adcode


def test_nothing_finds_nothing() -> None:
    assert units.find("") == units.find("   ") == units.find("乌有乡某某") == []


@pytest.mark.parametrize(
    ("adcode", "name"),
    [
        ("440106", "Tianhe District"),
        ("440114", "Huadu District"),
        ("440113", "Panyu District"),
        ("320381", "Xinyi City (county-level)"),
        ("320321", "Feng County"),
        ("500242", "Youyang Tujia and Miao Autonomous County"),
        ("500000", "Chongqing Municipality"),
        ("610000", "Shaanxi Province"),
        ("610100", "Xi'an City"),
    ],
)
def test_english_names(adcode: str, name: str) -> None:
    assert units.unit(adcode).name_en == name
    assert units.unit(adcode).name("zh") != name


def test_a_name_of_several_units_asks_for_the_code() -> None:
    with pytest.raises(UnknownNameError, match=r"names 4 units.*320302 江苏省徐州市鼓楼区"):
        units.unit("鼓楼区")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("44", "has 2 digits"),
        ("440199", "near it: 440100 广州市"),
        ("990000", "give a six-digit adcode"),
        ("无此地", "give a six-digit adcode"),
        ("天河", "near it: 440106 广东省广州市天河区"),
        ("", "no administrative unit"),
    ],
)
def test_what_is_not_known_says_what_is_near(text: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message) as caught:
        units.unit(text)
    assert caught.value.zh != caught.value.en


def test_the_code_of_a_functional_zone_is_explained() -> None:
    with pytest.raises(UnknownNameError, match="statistical code of a functional zone"):
        units.unit("320371")
