"""The certificate in words never promises more than was proven; what was not measured says so."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.report import wording
from scenarios.solution import Stage

MEASURED = {
    "runs": 20,
    "distance_factors": {"low": 0.81, "high": 1.19},
    "covered_share": {"low": 0.7812, "median": 0.83, "high": 0.861},
    "same_district": 0.98,
    "same_parent": 0.9,
    "same_cell": 0.5,
    "fragile_units": 2,
}


def with_stage(allocation, objective, bound, proven=False, name="coverage"):
    gap = None if bound is None else abs(bound - objective) / max(bound, 1)
    stage = Stage(name, "覆盖(最大)", "coverage (greatest)", objective, bound, gap, proven, "greedy")
    return replace(allocation, solution=replace(allocation.solution, stages=(stage,)))


def test_the_sentence_that_the_certificate_gives(hydrogen):
    [first, caution] = wording.certificate(with_stage(hydrogen, 1000.0, 1005.5), "en")
    assert (
        first
        == "On these data and radii, no plan with as many sites could reach more than 0.55% more than this one (6)."
    )
    assert "not whether the inputs are right" in caution
    assert "最多只能比本方案多覆盖0.55%" in wording.certificate(with_stage(hydrogen, 1000.0, 1005.5), "zh")[0]


def test_it_holds_for_plans_with_the_same_quotas_where_quotas_were_given(hydrogen, phased):
    given_quotas = with_stage(replace(hydrogen, scenario=phased.scenario), 1000.0, 1005.5)
    assert "as many sites in each district" in wording.certificate(given_quotas, "en")[0]
    assert "各区数量不变" in wording.certificate(given_quotas, "zh")[0]


@given(objective=st.integers(1, 10**9), more=st.floats(1e-6, 10))
def test_the_percent_is_never_below_what_is_possible(hydrogen, objective, more):
    bound = objective * (1 + more)
    [text, _] = wording.certificate(with_stage(hydrogen, float(objective), bound), "en")
    said = float(re.search(r"more than ([\d.]+)% more than this", text)[1])
    assert said >= (bound - objective) / objective * 100 * (1 - 1e-9)
    assert int(re.search(r"\(([\d,]+)\)", text)[1].replace(",", "")) >= bound - objective - 1e-3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_a_bound_it_says_that_none_was_computed(hydrogen, lang):
    [text, _] = wording.certificate(with_stage(hydrogen, 5.0, None), lang)
    assert {"zh": "未计算界限", "en": "no bound was computed"}[lang] in text
    assert not re.search(r"\d", text)


def test_proven_says_that_nothing_is_better(hydrogen):
    assert wording.certificate(with_stage(hydrogen, 5.0, 5.0, True), "zh")[0].endswith("都不能覆盖更多。")
    fewest = with_stage(hydrogen, 132.0, 132.0, True, "inverse")
    assert "少于132" in wording.certificate(fewest, "zh")[0]
    at_least = with_stage(hydrogen, 132.0, 120.2, False, "inverse")
    assert "at least 121" in wording.certificate(at_least, "en")[0]


def test_uncertainty_in_words(hydrogen):
    texts = wording.uncertainty(hydrogen, MEASURED, "zh")
    assert "在78.1%与86.1%之间" in texts[0]
    assert "0.81至1.19倍" in texts[0]
    assert "2个(33.3%)" in texts[1]
    english = wording.uncertainty(hydrogen, MEASURED, "en")
    assert "between 78.1% and 86.1%" in english[0]


def test_what_was_not_measured_is_said_not_guessed(hydrogen, phased):
    assert "未测算" in wording.uncertainty(hydrogen, None, "zh")[0]
    assert "not measured" in wording.uncertainty(hydrogen, None, "en")[0]
    assert "不计算覆盖" in wording.uncertainty(phased, None, "zh")[0]
    assert wording.coverage(phased, "zh") == ""


def test_a_goal_that_is_not_met_is_not_called_met(hydrogen):
    missed = replace(hydrogen, coverage={**hydrogen.coverage, "goal": 0.99})
    assert "未达到" in wording.coverage(missed, "zh")
    met = replace(hydrogen, coverage={**hydrogen.coverage, "goal": 0.5})
    assert "The goal of 50.0% is reached." in wording.coverage(met, "en")
