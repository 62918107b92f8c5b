"""What somebody writes finds the promises it stands for: figures in any writing, bodies by short names, years."""

from __future__ import annotations

import pytest

from layers import item_search
from plans import catalogue


def found(written: str, plan_id: str = "guangzhou-2020") -> set[str]:
    plan = catalogue.load_plan(plan_id)
    holds = item_search.matcher(written)
    return {x.id for x in plan.targets if holds(plan, x)}


@pytest.mark.parametrize("written", ["38900", "38,900", "3.89万", "3.89萬", "38900个", "38,900個"])
def test_a_figure_is_found_in_any_writing(written):
    assert found(written) == {"gz-5g-stations"}


@pytest.mark.parametrize(
    ("written", "plan", "target"),
    [
        ("55,000", "guangzhou-2020", "gz-chargers"),
        ("1500亿", "xuzhou-2020", "xz20-investment"),
        ("0.6亿", "xuzhou-2023", "xz23-annual-funds"),
        ("154.13亿", "qianjiang-2021", "qj-investment-total"),
    ],
)
def test_a_figure_is_found_by_its_amount(written, plan, target):
    assert found(written, plan) == {target}


def test_the_point_within_a_number_counts():
    assert {catalogue.target(i).value for i in found("1.3")} == {1.3}
    assert found("13").isdisjoint(found("1.3"))


def test_a_part_of_a_number_is_not_the_number():
    assert "gz-5g-stations" not in found("3890")
    assert "gz-5g-stations" not in found("8900")


@pytest.mark.parametrize(
    "written",
    ["广州市发展和改革委员会", "市發展改革委", "发改委", "市发改委", "Development and Reform Commission"],
)
def test_a_body_is_found_by_its_names_and_by_their_abbreviation(written):
    plan = catalogue.load_plan("guangzhou-2020")
    assert found(written) == {x.id for x in plan.targets if "gz-drc" in {b.id for b in plan.responsible(x)}}


def test_a_year_finds_all_that_falls_due_in_it():
    plan = catalogue.load_plan("guangzhou-2020")
    assert {x.id for x in plan.targets if x.deadline_year == 2022} <= found("2022")


def test_every_word_must_be_found():
    assert found("5G 38900") == {"gz-5g-stations"}
    assert found("") == {x.id for x in catalogue.load_plan("guangzhou-2020").targets}
