"""Comparing scenarios: letters for long titles, words for what is there, coverage by district, own surfaces."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace

import pytest
from page_words import sound

from geo import population
from infraplan.ui.views import compare_districts, compare_tables
from infraplan.workspace import Workspace
from scenarios import load
from scenarios.solution import Stage

THREE = "guangzhou-5g-2022,guangzhou-5g-new-2022,guangzhou-chargers-2022"


@pytest.fixture
def language(monkeypatch):
    """Say in which language words are given without a page."""

    def say(lang: str) -> None:
        monkeypatch.setattr("infraplan.ui.state.language", lambda: lang)

    return say


def shown(test) -> str:
    """All words on the page."""
    parts = []
    for kind in ("html", "markdown", "caption"):
        for element in test.get(kind):
            body = getattr(getattr(element, "proto", None), "body", "")
            parts += [str(getattr(element, "value", "") or ""), str(body)]
    return "\n".join(parts)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", ["side", "difference", "districts"])
@pytest.mark.parametrize("ids", [THREE, f"{THREE},guangzhou-hydrogen-6"])
def test_three_and_four_scenarios_stand_in_every_view(page, lang, view, ids):
    test = page("compare", lang=lang, map=view, ids=ids)
    sound(test)
    letters = "ABCD"[: ids.count(",") + 1]
    table = test.table[0].value
    assert [c[0] for c in table.columns[1:]] == list(letters)
    expected = ["A"] + [name for x in letters[1:] for name in (x, f"{x} − A")]
    assert list(test.dataframe[0].value.columns[1:]) == expected
    said = shown(test)
    assert ("不是同一种设施" if lang == "zh" else "place different things") in said
    assert ("数量口径不同" if lang == "zh" else "They count differently") in said


def test_like_is_compared_without_a_warning(page):
    said = shown(page("compare", ids="guangzhou-hydrogen-6,guangzhou-hydrogen-9"))
    assert "不是同一种设施" not in said
    assert "数量口径不同" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_says_surface_certificate_and_existing_in_words(page, lang):
    table = page("compare", lang=lang).table[0].value.to_string()
    assert "modelled-2020" not in table
    for said in (
        ("2020年普查", "各区数量与站点数不变时，最多可比本方案多覆盖 0.2%", "位置未知")
        if lang == "zh"
        else (
            "2020 census",
            "at most 0.2% more than this plan reaches, with as many sites in each",
            "unknown",
        )
    ):
        assert said in table


def test_coverage_by_district_has_its_difference_in_percentage_points(page):
    frame = page("compare").dataframe[1].value
    assert list(frame.columns) == ["区县", "A", "B", "B − A"]
    assert len(frame) == 11
    assert ((frame["B"] - frame["A"] - frame["B − A"]).abs() < 0.011).all()


def test_what_does_not_reach_the_same_is_not_compared(page):
    test = page("compare", ids="guangzhou-5g-2022,guangzhou-hydrogen-6")
    sound(test)
    assert list(test.dataframe[1].value.columns) == ["区县", "A", "B"], "no difference of unlike shares"
    assert "B 与 A 的需求、服务距离不同，覆盖比例不是对同一对象的" in shown(test)
    test = page("compare", ids="guangzhou-poles-2022,guangzhou-5g-2022")
    sound(test)
    assert len(test.dataframe) == 1
    assert "至多一个情景计算覆盖" in shown(test)


ROWS = {
    "gains": [{"name_zh": "甲", "name_en": "A", "difference": 3}],
    "losses": [{"name_zh": "乙", "name_en": "B", "difference": -2}],
    "both": [
        {"name_zh": "甲", "name_en": "A", "difference": 3},
        {"name_zh": "乙", "name_en": "B", "difference": -2},
    ],
    "none": [{"name_zh": "丙", "name_en": "C", "difference": 0}],
}


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        ("gains", ["比基准多得最多：甲 +3"], ["Most above the base: A +3"]),
        ("losses", ["比基准少得最多：乙 -2"], ["Most below the base: B -2"]),
        (
            "both",
            ["比基准多得最多：甲 +3", "比基准少得最多：乙 -2"],
            ["Most above the base: A +3", "Most below the base: B -2"],
        ),
        ("none", ["各区数量相同"], ["Every district has the same number"]),
    ],
)
def test_only_what_there_is_is_said(language, rows, zh, en):
    language("zh")
    assert compare_districts.gains_and_losses(ROWS[rows]) == zh
    language("en")
    assert compare_districts.gains_and_losses(ROWS[rows]) == en


def test_surfaces_are_named(language):
    language("zh")
    assert compare_tables.surface_name("modelled-2020") == "模型推算（2020年普查）"
    assert compare_tables.surface_name("/somewhere/people of ours.parquet") == "自备人口（people of ours）"
    assert compare_tables.surface_name("another-2030") == "another-2030"
    language("en")
    assert compare_tables.surface_name("x/y.parquet") == "own population (y)"


def test_the_certificate_in_words(language):
    language("en")
    stage = Stage("coverage", "覆盖", "coverage", 100.0, 103.0, 0.03, False, "bound")
    alike = "with as many sites in each district"
    assert certified(stage) == f"at most 3% more than this plan reaches, {alike}"
    close = dataclasses.replace(stage, objective=1e6, bound=1_013_080.0)
    assert certified(close).startswith("at most 1.4% more"), "a bound is rounded up"
    best = f"proven to reach most, {alike}"
    assert certified(dataclasses.replace(stage, bound=100.0)) == best
    assert certified(dataclasses.replace(stage, proven=True)) == best
    assert certified(dataclasses.replace(stage, bound=None)) == "no bound computed"
    assert certified() == "—"


def test_the_certificate_says_among_which_plans(language):
    """More sites, or another division of them, may well reach more: the bound is not of those."""
    language("zh")
    stage = Stage("coverage", "覆盖", "coverage", 100.0, 103.0, 0.03, False, "bound")
    assert certified(stage) == "各区数量与站点数不变时，最多可比本方案多覆盖 3%"
    assert certified(stage, method="free") == "站点数不变时，最多可比本方案多覆盖 3%"
    assert certified(stage, units=1) == "站点数不变时，最多可比本方案多覆盖 3%"
    fewest = dataclasses.replace(stage, name="inverse", bound=97.0)
    assert certified(fewest, method="free") == "达到目标最多可再少 3%"
    proven = dataclasses.replace(fewest, proven=True)
    assert certified(proven, method="free") == "已证明是达到目标的最少数"
    shared = dataclasses.replace(stage, name="share", proven=True)
    assert certified(shared) == "按比例分配，不求最优", "proportional is no best"


def certified(*stages: Stage, method: str = "largest_remainder", units: int = 11) -> str:
    """What the table says of a result with these stages."""
    scenario = SimpleNamespace(document={"quotas": {"method": method}})
    solution = SimpleNamespace(stages=stages)
    return compare_tables.certificate(
        SimpleNamespace(scenario=scenario, solution=solution, districts=range(units))
    )


def mine(**changes) -> str:
    """Keep a changed scenario of hydrogen stations; return its code."""
    document = {**load.load("guangzhou-hydrogen-6").document, "id": "other", **changes}
    Workspace().save("scenario", "other", document, by="a", base_version=None, title="另一")
    return "guangzhou-hydrogen-6,mine:other"


def test_both_pages_and_the_report_say_the_same_bound(page):
    from infraplan import workflow
    from layers.report import wording

    [first, *_] = wording.certificate(workflow.run("xuzhou-chargers-2022"), "zh")
    said = re.search(r"多覆盖([\d.]+%)", first).group(1)
    table = page("compare", ids="xuzhou-chargers-2022,xuzhou-5g-2022").table[0].value.to_string()
    assert f"最多可比本方案多覆盖 {said}" in table


def test_the_settings_that_differ_stand_with_both_values(page):
    test = page("compare", ids=mine(facility={"profile": "hydrogen", "set": {"spacing_m": 3000}}))
    sound(test)
    [row] = test.table[1].value.values.tolist()
    assert row[1:] == ["（未填）", "3,000"]
    assert "最小站距" in row[0]


@pytest.mark.parametrize("view", ["difference", "districts"])
def test_the_same_plan_twice_has_no_scale_that_nobody_needs(page, view):
    test = page("compare", ids=mine(title_zh="同样的方案"), map=view)
    sound(test)
    assert any("没有差异可画" in i.value for i in test.info)
    assert 'class="swatch"' not in shown(test)
    assert "设定相同" in shown(test)
    assert "不同的输入" not in shown(test), "a title is no input"
    assert "输入相同（名称与说明除外）" in shown(test)


def test_the_difference_counts_the_cells_that_stay_too(page):
    test = page("compare", map="difference")
    counts = re.findall(r'class="count">([\d,]+)', shown(test))
    assert sum(int(c.replace(",", "")) for c in counts) > 0
    assert int(counts[3].replace(",", "")) > 0, "cells without a difference are in the class of 0"


def test_cells_of_different_resolutions_are_drawn_too(page):
    """The centre of a coarse cell at the edge of the region lies in no district."""
    test = page("compare", ids="guangzhou-5g-2022,guangzhou-hydrogen-6", map="difference")
    sound(test)
    assert len(test.table) == 2, "the page is drawn to its end"


def test_loads_of_different_demands_are_marked_and_named(page):
    table = page("compare", ids="guangzhou-5g-2022,guangzhou-hydrogen-6").table[0].value
    text = table.to_string()
    assert "最高负荷（需求不同，不可比）" in text
    assert "708 人/单位" in text
    assert "805 加权场所/单位" in text
    alike = page("compare").table[0].value.to_string()
    assert "不可比" not in alike


def test_a_title_is_shown_as_it_is_and_an_unreadable_scenario_leaves_the_rest(page, monkeypatch, tmp_path):
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", str(tmp_path))
    workspace = Workspace()
    mine = {**load.load("guangzhou-hydrogen-6").document, "id": "mine", "title_zh": "<i>我</i> *的* [x](y)"}
    workspace.save("scenario", "mine", mine, by="a", base_version=None, title="我的")
    workspace.save(
        "scenario", "old", {"title_zh": "旧", "region": "440100"}, by="a", base_version=None, title="旧"
    )
    test = page("compare", ids="guangzhou-hydrogen-6,mine:mine,mine:old")
    assert not test.exception
    assert len(test.error) == 1
    assert "&lt;i&gt;我&lt;/i&gt; *的* [x]（y" in shown(test)
    assert "\\*的\\*" in test.table[0].value.columns[2]


def xuzhou(**changes) -> str:
    """Keep the chargers of Xuzhou with the city's districts as its units; return both codes."""
    document = {**load.load("xuzhou-chargers-2022").document, "id": "other", **changes}
    Workspace().save("scenario", "other", document, by="a", base_version=None, title="另一")
    return "xuzhou-chargers-2022,mine:other"


ZONE = "徐州经济技术开发区"


@pytest.mark.parametrize("turned", [False, True])
def test_units_that_only_one_has_stand_in_the_table_and_sums_are_exact(page, turned):
    ids = xuzhou(assessment_units="districts", resolution=8).split(",")
    test = page("compare", ids=",".join(ids[::-1] if turned else ids), map="districts")
    sound(test)
    frame = test.dataframe[0].value.set_index("区县")
    has, lacks = ("B", "A") if turned else ("A", "B")
    assert len(frame) == 12
    assert frame.index[-1] == "合计"
    assert str(frame.loc[ZONE, lacks]) == "<NA>", "unknown is not zero"
    assert frame.loc[ZONE, "B − A"] == (1 if turned else -1) * frame.loc[ZONE, has]
    assert (frame.iloc[:-1].sum() == frame.iloc[-1]).all()
    assert frame.loc["合计", "A"] == frame.loc["合计", "B"] == 4000
    assert frame.loc["合计", "B − A"] == 0
    said = shown(test)
    assert "考核单元不同" in said
    assert "没有界线、图上未画：" + ZONE in said
    shares = test.dataframe[1].value
    assert list(shares.columns) == ["区县", "A", "B"]
    assert ZONE in set(shares["区县"])
    assert "百分点" not in said
    assert "B 与 A 的考核单元不同" in said


def test_units_that_are_alike_are_not_called_different(page):
    test = page("compare")
    frame = test.dataframe[0].value
    assert frame.iloc[-1].tolist()[1:] == [38_900, 15_345, 15_345 - 38_900]
    assert "考核单元不同" not in shown(test)


def test_the_table_can_be_taken_away_as_it_stands(page, monkeypatch):
    from infraplan.ui import widgets

    taken = {}
    monkeypatch.setattr(widgets, "csv_button", lambda frame, name, key: taken.update({name: frame}))
    page("compare")
    assert list(taken["compare.csv"].columns) == ["区县", "A", "B", "B − A"]
    assert taken["compare.csv"].iloc[-1, 0] == "合计"


@pytest.mark.parametrize(
    ("lang", "area", "why"),
    [
        ("zh", "城市密度以上地区的面积", "B 与 A 的计入范围不同"),
        ("en", "area where density is urban", "B differs from A in its area that counts"),
    ],
)
def test_shares_and_loads_of_different_areas_are_not_subtracted(page, lang, area, why):
    test = page("compare", ids="qianjiang-5g-85-urban,qianjiang-5g-85-activity", lang=lang)
    sound(test)
    table = test.table[0].value
    text = table.to_string()
    assert area in text
    assert text.count("不可比" if lang == "zh" else "not comparable") == 3, "the share and both loads"
    assert list(test.dataframe[1].value.columns[1:]) == ["A", "B"]
    assert why in shown(test)


def test_shares_within_other_distances_are_not_subtracted(page):
    codes = mine(facility={"profile": "hydrogen", "set": {"service_radius_m": 5000}})
    test = page("compare", ids=codes)
    sound(test)
    assert list(test.dataframe[1].value.columns) == ["区县", "A", "B"]
    assert "B 与 A 的服务距离不同" in shown(test)
    text = test.table[0].value.to_string()
    assert "覆盖比例（服务距离不同，不可比）" in text
    assert "最高负荷（" not in text, "loads of the same demand are alike"


def test_one_districts_difference_has_a_legend_that_means_something(page):
    ids = "qianjiang-5g-85-urban,qianjiang-5g-85-activity"
    said = shown(page("compare", ids=ids, map="districts"))
    found = re.findall(r'</span><span>([^<]+)</span><span class="count">(\d)', said)
    assert found[0] == ("−114 至 −1", "1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_unsaved_changes_are_said_not_to_be_compared(page, lang):
    from infraplan.ui import drafts

    base = "guangzhou-hydrogen-6"
    plain = page("compare", ids=f"{base},guangzhou-hydrogen-9", lang=lang)
    assert list(plain.warning) == []
    test = page("compare", ids=f"{base},guangzhou-hydrogen-9", lang=lang)
    text = drafts.pack(base, {**load.load(base).document, "amount": 8})
    test.session_state["_drafts"] = {base: text, "guangzhou-5g-2022": text}
    test.run()
    sound(test)
    [said] = [w.value for w in test.warning]
    assert ("未保存的修改" if lang == "zh" else "unsaved changes") in said


UNLIKE = "guangzhou-hydrogen-6,guangzhou-5g-2022"


@pytest.mark.parametrize(
    ("lang", "moved", "cells"),
    [("zh", "换了位置", "个网格不同"), ("en", "stand elsewhere", "Cells that differ: ")],
)
def test_only_units_of_one_kind_are_said_to_have_moved(page, lang, moved, cells):
    """Stations do not move into chargers, nor a stock into what is still to be added."""
    for ids in (UNLIKE, "guangzhou-5g-2022,guangzhou-5g-new-2022"):
        words = shown(page("compare", ids=ids, lang=lang))
        assert moved not in words
        assert cells in words
    alike = shown(
        page("compare", ids=mine(facility={"profile": "hydrogen", "set": {"spacing_m": 3000}}), lang=lang)
    )
    assert moved in alike


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_surface_on_two_grids_is_a_difference_of_the_resolution(page, lang):
    words = shown(page("compare", ids=xuzhou(resolution=8), lang=lang))
    line = re.findall(r"(?:不同的输入：|Inputs that differ: )([^<]*)", words)[0]
    assert line.startswith("分辨率、" if lang == "zh" else "resolution, ")
    assert "人口" not in line
    assert "population" not in line


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_units_without_a_boundary_are_told_and_are_no_zero(page, lang):
    quotas = {**load.load("xuzhou-chargers-2022").document["quotas"], "unplaced": {"某新区": 500}}
    test = page("compare", ids=xuzhou(quotas=quotas), lang=lang, map="districts")
    sound(test)
    frame = test.dataframe[0].value.set_index("区县" if lang == "zh" else "District")
    assert frame.loc["某新区"].isna().all()
    assert frame.iloc[-1].tolist() == [4000, 3500, -500]
    assert "B − A" in test.dataframe[1].value.columns, "a unit without a cell takes nothing from the others"
    words = shown(test).replace("\\", "")
    assert ("考核单元不同" if lang == "zh" else "assessment units differ") not in words
    assert ("B 另有 500 属没有边界的单元（某新区）" if lang == "zh" else "B has 500 more for units") in words
    assert ("3,500（另有 500 属无边界单元" if lang == "zh" else "3,500 (and 500 of units") in test.table[
        0
    ].value.to_string()
    assert not re.search(r"\b(None|nan|NaN|NA)\b", words + test.table[0].value.to_string())


def test_shares_by_district_say_of_which_area_they_are(page):
    document = {
        **load.load("qianjiang-5g-85-urban").document,
        "id": "other",
        "coverage": {"goal": 0.8, "area": "urban_density"},
    }
    Workspace().save("scenario", "other", document, by="a", base_version=None, title="另一")
    words = shown(page("compare", ids="qianjiang-5g-85-urban,mine:other"))
    assert "覆盖对象：城市密度以上地区的面积" in words
    assert "覆盖对象" not in shown(page("compare", ids=UNLIKE)), "not of one thing"


def test_own_people_are_not_compared_as_residents_of_the_census(page, tmp_path):
    shipped = population.load("440100", "modelled-2020", 9)
    own = dataclasses.replace(shipped, id="own", people=shipped.people // 9)
    population.write(own, tmp_path / "own.parquet")
    name = "guangzhou-chargers-2022"
    document = {
        **load.load(name).document,
        "id": "other",
        "resolution": 7,
        "population": str(tmp_path / "own.parquet"),
    }
    Workspace().save("scenario", "other", document, by="a", base_version=None, title="另一")
    census = {**load.load(name).document, "id": "third", "resolution": 7}
    Workspace().save("scenario", "third", census, by="a", base_version=None, title="第三")
    test = page("compare", ids="mine:third,mine:other")
    sound(test)
    table = test.table[0].value.to_string()
    assert "自备数据的人口" in table
    words = shown(test)
    assert "网格人口为模型推算" in words
    assert "人口为自备数据" in words, "the map beside it is of other people"


def test_comparing_begins_with_the_scenario_that_is_open(page):
    """Beside the library's of the same promise, which is the base."""
    from infraplan.workspace import Workspace

    name = "guangzhou-hydrogen-9"
    document = {
        **load.load(name).document,
        "id": "mine-h",
        "title_zh": "我的",
        "title_en": "Mine",
        "amount": 8,
    }
    Workspace().save("scenario", "mine-h", document, by="甲", base_version=None, title="我的")
    test = page("compare", scenario="mine:mine-h")
    assert not test.exception
    chosen = test.multiselect(key="w_ids").value
    assert chosen[1] == "mine:mine-h"
    assert load.load(chosen[0]).target == load.load(name).target
    plain = page("compare", scenario="nowhere")
    assert plain.multiselect(key="w_ids").value == ["guangzhou-5g-2022", "guangzhou-5g-new-2022"]


def test_each_letter_leads_to_its_basis_and_to_its_promise(page):
    test = page("compare", ids=THREE)
    sound(test)
    links = {x.proto.label: (x.proto.page, x.proto.query_string) for x in test.get("page_link")}
    for letter, code, target in (
        ("A", "guangzhou-5g-2022", "gz-5g-stations"),
        ("C", "guangzhou-chargers-2022", "gz-chargers"),
    ):
        where, query = links[f"{letter} 的依据与假定"]
        assert where.endswith("scenario")
        assert {f"scenario={code}", "tab=evidence"} <= set(query.lstrip("?").split("&"))
        where, query = links[f"{letter} 的承诺与原文"]
        assert where.endswith("targets")
        assert target in query


def test_the_chosen_scenario_stays_when_another_is_taken_out(page):
    """Its letter changes; the picture, the heading and the link are of the same scenario still."""
    test = page("compare", ids=THREE, map="districts", **{"with": "guangzhou-chargers-2022"})
    sound(test)
    assert test.selectbox(key="w_with").value == "guangzhou-chargers-2022"
    assert any("C 减 A" in m.value for m in test.markdown)
    test.multiselect(key="w_ids").set_value(["guangzhou-5g-2022", "guangzhou-chargers-2022"]).run()
    sound(test)
    assert any("B 减 A" in m.value for m in test.markdown)
    assert test.query_params["ids"] in (
        "guangzhou-5g-2022,guangzhou-chargers-2022",
        ["guangzhou-5g-2022,guangzhou-chargers-2022"],
    )
