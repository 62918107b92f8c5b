"""A title that states a figure which was changed since is found, and no other."""

from __future__ import annotations

import pytest

from scenarios import load, titles

URBAN = "qianjiang-5g-85-urban"


def found(scenario: str, **change) -> list[tuple]:
    base = load.load(scenario).document
    return [(o.title, o.key, o.now) for o in titles.outdated({**base, **change}, base)]


@pytest.mark.parametrize("scenario", load.available())
def test_no_title_of_the_library_is_out_of_date(scenario):
    assert found(scenario) == []


def test_a_changed_goal_is_found_in_the_titles_that_state_the_old_one():
    changed = {"goal": 1.0, "area": "urban_density"}
    assert found(URBAN, coverage=changed) == [
        ("title_zh", "coverage.goal", 1.0),
        ("title_en", "coverage.goal", 1.0),
    ]
    assert found(URBAN, coverage=changed, title_zh="覆盖率100%所需") == [("title_en", "coverage.goal", 1.0)]
    assert found(URBAN, coverage=changed, title_zh="85%与100%之比", title_en="85 % or 100 %") == []
    assert [now for *_, now in found(URBAN, coverage={"area": "urban_density"})] == [None, None]


def test_a_copy_that_was_saved_with_its_old_title_is_found_by_its_target():
    saved = {**load.load(URBAN).document, "coverage": {"goal": 1.0}}
    assert {o.key for o in titles.outdated(saved, saved)} == {"coverage.goal"}


@pytest.mark.parametrize(
    ("title", "is_stated"),
    [
        ("充电桩12个", True),
        ("12 stations", True),
        ("(12)", True),
        ("2012年", False),
        ("12年", False),
        ("12G", False),
        ("12.5", False),
        ("112", False),
        ("1,012", False),
        ("12%", False),
        ("12 to 15 stations", False),
    ],
)
def test_an_amount_is_a_number_by_itself(title, is_stated):
    base = {**load.load("zibo-5g-what-if").document, "amount": 12, "title_zh": title, "title_en": "x"}
    assert bool(titles.outdated({**base, "amount": 15}, base)) is is_stated


def test_an_amount_left_out_is_the_targets():
    base = {**load.load("guangzhou-5g-2022").document, "title_zh": "广州市38,900座", "title_en": "x"}
    assert [o.stated for o in titles.outdated({**base, "amount": 40_000}, base)] == [38_900]
    assert titles.outdated({**base, "amount": 38_900}, base) == []
