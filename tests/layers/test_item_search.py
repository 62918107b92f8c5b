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
        ("15 million", "guangzhou-2020", "gz-5g-users"),
        ("15000000户", "guangzhou-2020", "gz-5g-users"),
        ("1.2 billion", "guangzhou-2020", "gz-identifier-registrations"),
        ("20万米", "guangzhou-2020", "gz-test-roads"),
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
    [
        "广州市发展和改革委员会",
        "市發展改革委",
        "发改委",
        "市发改委",
        "广州市发改委",
        "Development and Reform Commission",
    ],
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


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("徐州", "320300"),
        ("淄博市", "370300"),
        ("Zibo", "370300"),
        ("zibo city", "370300"),
        ("黔江", "500114"),
    ],
)
def test_a_city_finds_all_that_its_plans_hold(written, region):
    holds = item_search.matcher(written)
    for plan in catalogue.load_all():
        kept = [holds(plan, item) for item in (*plan.targets, *plan.projects)]
        assert all(kept) == (plan.region_adcode == region)


def test_a_city_beside_other_words_narrows_to_it():
    holds, plain = item_search.matcher("徐州 充电桩"), item_search.matcher("充电桩")
    plan = catalogue.load_plan("xuzhou-2020")
    assert [holds(plan, x) for x in plan.targets] == [plain(plan, x) for x in plan.targets]
    assert not found("徐州 充电桩")


def test_a_title_finds_its_plan_and_a_general_word_of_it_does_not():
    plan = catalogue.load_plan("guangzhou-2020")
    for title in (plan.title_zh, plan.title_en):
        assert len(found(title)) == len(plan.targets)
    assert len(found("新型基础设施")) < len(plan.targets)


def test_a_share_is_not_found_as_a_count():
    assert all(catalogue.target(i).unit == "percent" for i in found("55000%"))
