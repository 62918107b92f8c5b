"""Whose cells the map shows: those of the target on the map, unless the reader chose a scenario."""

from __future__ import annotations

import pytest

from infraplan.ui import cache, runs


@pytest.fixture(autouse=True)
def no_results(monkeypatch):
    """No scenario has a result: which one is chosen is all that is asked here."""
    monkeypatch.setattr(runs, "known", lambda scenario: None)


def scenario(test) -> str:
    return test.selectbox(key="w_scenario").value


def choose(test, key: str, value: str):
    return test.selectbox(key=key).set_value(value).run()


def test_a_link_to_a_target_shows_the_scenario_that_distributes_it(page):
    assert scenario(page("map", target="gz-chargers")) == "guangzhou-chargers-2022"


def test_a_target_that_no_scenario_distributes_has_no_cells(page):
    distributed = {row["target"] for row in cache.scenario_rows().values()}
    assert "gz-5g-users" not in distributed
    assert scenario(page("map", target="gz-5g-users")) == "none"


def test_the_scenario_follows_the_target_and_back(page):
    test = page("map")
    first = scenario(test)
    assert scenario(choose(test, "w_target", "gz-chargers")) == "guangzhou-chargers-2022"
    assert "scenario" not in test.query_params
    assert scenario(choose(test, "w_target", "gz-5g-users")) == "none"
    assert scenario(choose(test, "w_target", "none")) == first


def test_a_scenario_that_the_reader_chose_stays(page):
    test = choose(page("map"), "w_scenario", "guangzhou-poles-2022")
    assert scenario(choose(test, "w_target", "gz-chargers")) == "guangzhou-poles-2022"
    asked = page("map", target="gz-chargers", scenario="guangzhou-5g-2022")
    assert scenario(asked) == "guangzhou-5g-2022"
    assert scenario(asked.run()) == "guangzhou-5g-2022"
