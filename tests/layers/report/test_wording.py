"""The certificate in words never promises more than was proven; what was not measured says so."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
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
    assert "2个单位(33.3%)所在的网格" in texts[1], "units are not cells"
    english = wording.uncertainty(hydrogen, MEASURED, "en")
    assert "between 78.1% and 86.1%" in english[0]
    assert "2 units (33.3%) stand in cells" in english[1]
    assert wording.distances_drawn(MEASURED) == ("0.81", "1.19")


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage("coverage", "", "", 1e6, 1_013_080.0, 0.0129, False, ""), 0.01308),
        (Stage("inverse", "", "", 132.0, 120.0, 0.1, False, ""), 12 / 132),
        (Stage("coverage", "", "", 10.0, 10.0, 0.0, False, ""), 0.0),
        (Stage("coverage", "", "", 10.0, 11.0, 0.1, True, ""), 0.0),
        (Stage("coverage", "", "", 10.0, None, None, False, ""), None),
    ],
)
def test_how_much_better_a_plan_may_be(stage, said):
    assert wording.possible(stage) == (said if said is None else pytest.approx(said))


def saturated(allocation, at, sites, facts):
    array = np.zeros(len(allocation.cells), dtype=np.int64)
    array[0] = sites
    return replace(
        allocation, solution=replace(allocation.solution, saturates_at=at, sites=array, facts=facts)
    )


def test_more_adds_nothing_is_said_of_a_plan_beyond_saturation_only(hydrogen):
    networks = {"stations_per_site": 2}
    below = saturated(hydrogen, 35_192, 13_863, networks)
    for lang, found in (("zh", "无差距"), ("en", "no gap")):
        assert found not in wording.saturation(below, lang)
        assert "17,596" in wording.saturation(below, lang), "35,192 stations stand on half as many sites"
        assert "13,863" in wording.saturation(below, lang)
        assert found in wording.saturation(saturated(hydrogen, 35_192, 17_596, networks), lang)
        assert found in wording.saturation(saturated(hydrogen, 1_909, 1_909, {}), lang)
        assert found not in wording.saturation(saturated(hydrogen, 1_909, 1_908, {}), lang)
        assert wording.saturation(hydrogen, lang) == ""


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
