"""Sources on cards are words: no folder, no tool of ours, no English in Chinese; an id stands at the end."""

from __future__ import annotations

import re

import pytest

from geo import census
from geo.geocode import columns
from layers.punctuation import printed
from layers.source_words import source_words
from plans import catalogue

INNER = re.compile(
    r"data/|\.csv|gazetteer|reference list|transcription|osm_id|geopi|cities500|middle of|curated"
)


def sources():
    found = {p.position_source for plan in catalogue.load_all() for p in plan.projects if p.position_source}
    return sorted(found | set(census.table()["source"]))


@pytest.mark.parametrize("text", sources())
def test_every_source_of_a_project_or_of_the_census_is_in_chinese_words(text):
    assert not INNER.search(source_words(text, "zh"))


@pytest.mark.parametrize("text", sources())
def test_no_source_shows_a_path_or_a_code_in_english(text):
    assert not re.search(r"data/|\.csv|osm_id|cities500|geopi", source_words(text, "en"))


def test_the_brackets_behind_names_in_latin_letters_are_chinese_ones():
    text = next(text for text in sources() if "cities500" in text)
    assert not re.search(r"[();]", printed(source_words(text, "zh"), "zh"))


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "gazetteer airport-zggg (airportsdata)",
            "离线地名库:广州白云国际机场,据机场数据 airportsdata(airport-zggg)",
            "gazetteer: Guangzhou Baiyun International Airport, from airportsdata (airport-zggg)",
        ),
        (
            "reference list of sites: 猎桥变电站",
            "站点参考清单:猎桥变电站",
            "reference list of sites: 猎桥变电站",
        ),
        (
            "北京路 (OpenStreetMap contributors (ODbL), via geopi 0.1.8, 497410695)",
            "离线地名库:北京路,据OpenStreetMap(497410695)",
            "gazetteer: 北京路, from OpenStreetMap (497410695)",
        ),
        (
            "osm 738230699 徐工集团",
            "OpenStreetMap“徐工集团”(738230699)",
            "OpenStreetMap “徐工集团” (738230699)",
        ),
    ],
)
def test_known_sources(text, zh, en):
    assert source_words(text, "zh") == zh
    assert source_words(text, "en") == en


@pytest.mark.parametrize("code", columns.SOURCES)
def test_each_source_of_the_gazetteer_has_words(code):
    said = source_words(f"某地 (一号) ({columns.SOURCES[code]}, 12-a)", "zh")
    assert said.startswith("离线地名库:某地 (一号),据")
    assert said.endswith("(12-a)")
    assert "via" not in said


@pytest.mark.parametrize(
    "text", ["", "清单.csv", "实地测量 · 张三", "<b>x</b> (y)", "gazetteer nothing-such (osm)"]
)
def test_what_is_not_ours_stands_as_it_is(text):
    assert source_words(text, "zh") == text
