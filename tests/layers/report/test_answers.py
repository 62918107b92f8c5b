"""The table in words: whose figures stand in a row, by when they are new, and what follows from nothing."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from layers.report import answers, breakdown
from plans import catalogue


def section(allocation, plan, lang="zh"):
    target = plan.target_by_id[allocation.target["id"]]
    return answers.section(allocation, plan, target, breakdown.of(allocation, plan), lang)


def notes(allocation, plan, lang="zh"):
    return "\n".join(section(allocation, plan, lang).small)


def total(allocation, plan, lang="zh"):
    return section(allocation, plan, lang).table.rows[-1]


def unphased(allocation, **changes):
    return replace(allocation, phases=(), **changes)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "累计：文件指标；基线：已报数（口径一致为推定）；新增：推算"),
        ("en", "total: in the document; baseline: reported (counting rule inferred); new: derived from both"),
    ],
)
def test_each_figure_of_the_total_is_of_its_own_kind(phased, plan, lang, said):
    row = total(unphased(phased), plan, lang)
    assert row[1:4] == ("23,555", "15,345", "38,900")
    assert row[-1] == said
    assert {"zh": "口径一致为推定", "en": "is inferred"}[lang] in notes(unphased(phased), plan, lang)
    several = total(phased, plan, lang)[-1]
    assert {"zh": "各期：情景设定", "en": "milestones: set in the scenario"}[lang] in several


def test_the_list_of_a_scenario_is_called_the_baseline_and_no_reported_figure(phased, plan):
    listed = unphased(phased, districts=phased.districts.assign(part_existing=40))
    assert total(listed, plan)[1] == "440"
    assert "既有设施清单（共440）" in notes(listed, plan)
    assert "未知" not in notes(listed, plan)
    assert "list of existing units (440 in all)" in notes(listed, plan, "en")
    assert total(listed, plan)[-1] == "累计：文件指标；基线：既有清单；新增：推算"


def test_qualifiers_of_the_document_stay_with_its_figure(phased, plan):
    chargers = plan.target_by_id["gz-chargers"]
    for changes, zh, en in (
        ({"qualifier": "~"}, "约38,900", "about 38,900"),
        ({"qualifier": "aspirational", "aspirational": True}, "力争38,900", "aspires to 38,900"),
        ({"qualifier": ">=", "aspirational": True}, "力争不少于38,900", "aspires to at least 38,900"),
        ({"qualifier": "exact"}, "38,900", "38,900"),
    ):
        target = replace(chargers, **changes)
        assert answers._qualified("38,900", target, "zh") == zh
        assert answers._qualified("38,900", target, "en") == en
    table = breakdown.of(unphased(phased), plan)
    target = replace(plan.target_by_id["gz-5g-stations"], qualifier="~")
    rows = answers._table(unphased(phased), table, target, "zh").rows
    assert rows[-1][3] == "约38,900"
    assert not any("约" in text for row in rows[:-1] for text in row)


def test_new_units_are_built_up_to_a_year_and_an_inferred_one_says_so(phased, plan):
    heads = section(phased, plan).table.heads[2:6]
    assert heads == ("至2021年新增", "至2021年累计", "此后至2022年新增", "至2022年累计")
    english = section(phased, plan, "en").table.heads[2:6]
    assert english == ("New by 2021", "Total by 2021", "Then new by 2022", "Total by 2022")
    inferred = replace(plan.target_by_id["gz-5g-stations"], deadline_basis="inferred")
    table = breakdown.of(unphased(phased), plan)
    table = replace(table, total=replace(table.total, years=(breakdown.Year(2022, 1, 1),)))
    assert answers._year_heads(unphased(phased), table, inferred, "zh") == [
        "至2022年(推定)新增",
        "至2022年(推定)累计",
    ]
    assert answers._year_heads(unphased(phased), table, inferred, "en")[0] == "New by 2022 (inferred)"


def test_the_numbers_say_what_they_count_and_are_not_the_indicators_percent(hydrogen, plan):
    assert section(hydrogen, plan).paragraphs[1] == "表中数量：加氢站，单位：座。"
    percent = catalogue.load_plan("qianjiang-2021").target_by_id["qj-5g-coverage"]
    assert answers._counted(hydrogen, percent, "zh").startswith("指标为不少于85%;表中不是指标的数值")
    assert answers._counted(hydrogen, percent, "en").endswith("are not it but computed stations.")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_promise_of_another_region_is_warned_of(phased, plan, lang):
    other = unphased(phased, scenario=replace(phased.scenario, region="320300"))
    table, target = breakdown.of(other, plan), plan.target_by_id["gz-5g-stations"]
    said = answers.elsewhere(other, target, table, lang)
    assert {"zh": "该指标是对广州市的承诺,本情景的区域是徐州市", "en": "promise for Guangzhou"}[lang] in said
    assert {"zh": "责任单位", "en": "responsible bodies"}[lang] in said
    assert answers.elsewhere(phased, target, breakdown.of(phased, plan), lang) == ""
    row = total(other, plan, lang)
    unknown = {"zh": "未知", "en": "unknown"}[lang]
    assert row[1:4] == (unknown, unknown, "38,900")
    assert not any("广州" in text or "Guangzhou" in text for text in section(other, plan, lang).small)


def test_a_unit_without_a_boundary_has_no_rate_and_the_note_says_where_its_units_are(zoned, plan):
    [row] = [row for row in section(zoned, plan).table.rows if row[0] == "某新区"]
    assert row[4] == "未知"
    assert "各网格合计38,400，比38,900少500" in notes(zoned, plan)
    assert "its 500 are a quota that no cell holds" in notes(zoned, plan, "en")


def test_a_rate_by_own_people_is_not_called_one_of_the_census(phased, plan):
    own = replace(phased, scenario=replace(phased.scenario, population="/somewhere/people.parquet"))
    assert "自备数据的人口" in notes(own, plan)
    assert "普查" not in notes(own, plan)
    assert "census" not in notes(own, plan, "en")
    assert "2020年普查" in notes(phased, plan)


def test_a_figure_of_the_scenario_is_not_said_to_be_of_the_run():
    row = SimpleNamespace(basis=breakdown.SET, baseline=None, years=(1,))
    assert answers._nature(row, SimpleNamespace(listed=False, inferred=False), "annual", "zh") == "情景设定"
