"""Attainment: computed where the counting rules match, refused with a reason everywhere else."""

from __future__ import annotations

import dataclasses

import pytest

from plans import catalogue
from plans.model import Baseline
from plans.progress import Comparable, progress_of, rows

RULE = Comparable(2, "t-stations", "provincial_series", "inferred", "因为", "because")


def figure(value: float | None, date: str = "2021-12", **more) -> Baseline:
    base = Baseline(
        line=2,
        id=f"f-{date}",
        region_adcode="440100",
        category="5g_station",
        indicator_zh="基站",
        indicator_en="stations",
        date=date,
        value=value,
        unit="count",
        qualifier="exact",
        counting_rule="provincial_series",
        confidence="confirmed",
        source="s",
        related_target=None,
        note_zh=None,
        note_en=None,
    )
    return dataclasses.replace(base, **more)


@pytest.fixture
def stations(folder):
    return catalogue.load_plan("some-plan", folder.root).target_by_id["t-stations"]


def test_a_figure_of_the_same_rule_is_compared(stations):
    found = progress_of(stations, [figure(19450), figure(23340, "2022-06")], RULE)
    assert [item.share for item in found.figures] == [0.5, 0.6]
    assert found.reason == "comparable"
    assert found.latest.figure.date == "2022-06"


@pytest.mark.parametrize(
    ("more", "rule", "reason"),
    [
        ({"counting_rule": "city_press_all"}, RULE, "rule_differs"),
        ({"counting_rule": "unstated"}, RULE, "figure_rule_unknown"),
        ({}, None, "rule_not_recorded"),
        ({"region_adcode": "440111"}, RULE, "other_region"),
        ({"confidence": "memory"}, RULE, "estimate_only"),
        ({"counting_rule": "estimate_share"}, RULE, "estimate_only"),
    ],
)
def test_any_other_figure_is_set_aside_with_its_reason(stations, more, rule, reason):
    found = progress_of(stations, [figure(48000, **more)], rule)
    assert [(item.share, item.reason) for item in found.figures] == [(None, reason)]
    assert found.reason == reason
    assert found.latest is None


@pytest.mark.parametrize(
    "more", [{"unit": "m"}, {"category": "charger"}, {"region_adcode": "320300"}, {"value": None}]
)
def test_a_figure_of_something_else_takes_no_part(stations, more):
    found = progress_of(stations, [dataclasses.replace(figure(1), **more)], RULE)
    assert found.figures == ()
    assert found.reason == "no_figure"


def test_what_is_newly_built_needs_a_figure_at_the_start(stations):
    new = dataclasses.replace(stations, nature="new", value=10000)
    alone = progress_of(new, [figure(9000)], RULE)
    assert alone.reason == "increment_needs_start"
    both = progress_of(new, [figure(4000, "2020-06"), figure(9000, "2021-12")], RULE)
    assert both.latest.share == 0.5
    assert both.latest.since.date == "2020-06"


def test_two_counts_that_leave_their_rule_unsaid_are_not_taken_for_one_rule(stations):
    unsaid = dataclasses.replace(stations, counting_rule="unstated")
    found = progress_of(unsaid, [figure(9000, counting_rule="unstated")], None)
    assert [(item.share, item.reason) for item in found.figures] == [(None, "rule_not_recorded")]


def test_a_yearly_target_is_not_compared_with_a_stock(stations):
    yearly = dataclasses.replace(stations, nature="annual", value=3)
    assert progress_of(yearly, [figure(9)], RULE).reason == "annual_needs_years"


def test_guangzhous_city_series_is_not_compared_with_the_plan():
    listed = rows(catalogue.load_plan("guangzhou-2020"))
    stations = [row for row in listed if row["target_value"] == 38900]
    shares = {row["date"]: row["share"] for row in stations}
    assert shares["2020-08"] == pytest.approx(23555 / 38900, abs=1e-6)
    assert shares["2020-12-31"] is None
    city = next(row for row in stations if row["date"] == "2020-12-31")
    assert city["value"] == 48000
    assert city["reason"] == "rule_differs"
    assert city["reason_zh"]


def test_a_figure_of_unknown_rule_is_not_said_to_follow_another():
    listed = rows(catalogue.load_plan("guangzhou-2020"))
    said = {row["value"]: row["reason_zh"] for row in listed if row["target"] == "gz-5g-stations"}
    assert {said[46_000], said[10_626]} == {"该数据的统计口径未知"}
    assert said[48_000] == "统计口径不同"


def test_a_match_of_an_inferred_rule_says_so(stations):
    found = progress_of(stations, [figure(19450), figure(1, "2022-01", counting_rule="city_press_all")], RULE)
    assert found.inferred
    assert found.why("zh") == "口径一致（推定）"
    assert found.why("en") == "the counting rules match (inferred)"
    assert [found.said(a.reason, "en") for a in found.figures] == [
        "the counting rules match (inferred)",
        "the figure follows another counting rule",
    ]


def test_a_rule_that_the_document_states_is_not_called_inferred(stations):
    stated = dataclasses.replace(stations, counting_rule="provincial_series")
    for found in (
        progress_of(stated, [figure(19450)], RULE),
        progress_of(stations, [figure(19450)], dataclasses.replace(RULE, basis="stated")),
    ):
        assert not found.inferred
        assert found.why("zh") == "口径一致"


def test_listings_say_where_a_match_is_inferred():
    said = {row["reason_zh"] for row in rows(catalogue.load_plan("guangzhou-2020")) if row["share"]}
    assert said == {"口径一致（推定）"}
