"""The certificate in words never promises more than was proven; what was not measured says so."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.report import wording
from scenarios import facility
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
    hydrogen = with_stage(hydrogen, 5.0, 5.0, True)
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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_gap_is_no_achievement_only_where_there_is_none_and_the_curve_says_its_rules(
    hydrogen, phased, lang
):
    found = {"zh": "无差距", "en": "no gap"}[lang]
    without = {"zh": "不设分区配额", "en": "without district quotas"}[lang]
    gap = saturated(with_stage(replace(hydrogen, scenario=phased.scenario), 1000.0, 1003.1), 1753, 2388, {})
    assert found not in wording.saturation(gap, lang)
    assert without in wording.saturation(gap, lang)
    proven = saturated(with_stage(hydrogen, 1000.0, 1000.0, True), 1753, 2388, {})
    assert found in wording.saturation(proven, lang)
    assert without not in wording.saturation(proven, lang), "the plan itself had no quotas"


def partly(allocation, area="urban_density", population=None, name="residents"):
    """The same result as if its demand were of part of the region, or its people brought by somebody."""
    scenario = allocation.scenario
    document = {**scenario.document, "coverage": {"area": area}}
    scenario = replace(scenario, document=document, population=population or scenario.population)
    return replace(
        allocation, scenario=scenario, coverage={**(allocation.coverage or {}), "demand_name": name}
    )


def test_a_share_of_part_of_the_region_says_which_part(hydrogen):
    dense = with_stage(partly(hydrogen), 1000.0, 1005.5)
    assert wording.coverage(dense, "zh").startswith("覆盖城市密度以上地区的常住人口")
    assert "residents where density is urban" in wording.coverage(dense, "en")
    assert "(只计城市密度以上地区的常住人口)" in wording.certificate(dense, "zh")[0]
    assert "where density is urban only" in wording.certificate(dense, "en")[0]
    assert "城市密度以上地区的常住人口覆盖率在" in wording.uncertainty(dense, MEASURED, "zh")[0]
    fewest = with_stage(partly(hydrogen, name="area"), 132.0, 132.0, True, "inverse")
    assert "只计城市密度以上地区的面积" in wording.certificate(fewest, "zh")[0]


def test_own_people_are_neither_census_nor_modelled(hydrogen):
    own = with_stage(partly(hydrogen, "all", "/somewhere/people.parquet"), 1000.0, 1005.5)
    assert wording.coverage(own, "zh").startswith("覆盖自备数据的人口")
    said = [wording.coverage(own, "zh"), *wording.certificate(own, "zh")]
    assert not any("推算" in text or "普查" in text for text in said), said
    assert "自备人口数据" in wording.certificate(own, "zh")[0]
    assert "modelled" not in wording.coverage(own, "en") + wording.certificate(own, "en")[0]


def sharing(allocation, **quotas):
    document = {**allocation.scenario.document, "quotas": {"method": "largest_remainder", **quotas}}
    return replace(allocation, scenario=replace(allocation.scenario, document=document))


def test_only_quotas_by_the_census_are_untouched_by_the_model_of_people(phased):
    untouched = {"zh": "不受影响", "en": "not touched"}
    for lang, words in untouched.items():
        assert words in wording.shared_out(sharing(phased, weights={"residents": 1}), lang)
        assert words not in wording.shared_out(sharing(phased, weights={"built_up": 1}), lang)
        fair = sharing(phased, weights={"residents": 1}, fairness=0.5)
        assert words not in wording.shared_out(fair, lang), "fairness goes by modelled built-up land"
    assert "建成用地(模型估计)" in wording.shared_out(sharing(phased, weights={"built_up": 1}), "zh")
    agreed = sharing(phased, weights={"residents": 1}, fixed={"440103": 1})
    assert "商定之外的各区数量" in wording.shared_out(agreed, "zh")


@pytest.mark.parametrize("linked", [False, True])
def test_methods_have_words_in_both_languages(phased, linked):
    if linked:
        document = {**phased.scenario.document, "linked": {"stations": "guangzhou-5g-2022"}}
        phased = replace(phased, scenario=replace(phased.scenario, document=document))
    zh, en = (wording.certificate(phased, lang)[0] for lang in ("zh", "en"))
    assert not re.search("[a-z]", zh), zh
    assert "最大余额法" in zh
    assert "_" not in en
    assert ("关联情景" in zh) == ("linked scenario" in en) == linked


def test_a_number_of_several_parts_is_as_sure_as_the_least_sure_of_them(hydrogen):
    chargers = replace(hydrogen, profile=facility.load("ev-charger"))
    assert "核实" not in wording.parameters(chargers, "zh").replace("未核实", "")
    assert "假定5" in wording.parameters(chargers, "zh")


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
