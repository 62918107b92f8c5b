"""A result says of whom its figures are: own people, part of the city, units in no cell, a target of another city."""

from __future__ import annotations

import dataclasses

import pytest
from page_words import sound

from geo import population
from infraplan.workspace import Workspace
from scenarios import load

NAME = "guangzhou-chargers-2022"
ZONE = "某新区"


def kept(**changes) -> str:
    """Keep changed chargers of Guangzhou on a coarse grid; return the scenario's code."""
    document = {**load.load(NAME).document, "id": "changed", "resolution": 7, **changes}
    Workspace().save("scenario", "changed", document, by="a", base_version=None, title="改过的")
    return "mine:changed"


def said(test) -> str:
    """All words on the page."""
    parts = []
    for kind in ("html", "markdown", "caption", "text", "warning"):
        for element in test.get(kind):
            body = getattr(getattr(element, "proto", None), "body", "")
            parts += [str(getattr(element, "value", "") or ""), str(body)]
    return "\n".join(parts).replace("\\", "")


def cards(test) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def own_people(folder) -> str:
    """Write a surface of somebody's own; return its path."""
    shipped = population.load("440100", "modelled-2020", 9)
    path = folder / "own people.parquet"
    population.write(dataclasses.replace(shipped, id="own-people", people=shipped.people // 9), path)
    return str(path)


@pytest.mark.parametrize(
    ("lang", "card", "district"),
    [("zh", "人口（自备数据）", "人口（自备数据）"), ("en", "People (own data)", "People (own data)")],
)
def test_own_people_are_neither_the_census_nor_modelled(page, tmp_path, lang, card, district):
    code = kept(population=own_people(tmp_path))
    test = page("scenario", scenario=code, lang=lang, district="440106", view="picture")
    sound(test)
    assert card in cards(test)
    words = said(test)
    assert district in words.split("Tianhe" if lang == "en" else "天河区")[1]
    heads = [str(c) for c in test.dataframe[0].value.columns]
    for census in (
        "普查）",
        "2020 census",
        "People by cell are modelled",
        "网格人口为模型推算",
        "本推算人口",
    ):
        assert census not in words + " ".join([*cards(test), *heads])


@pytest.mark.parametrize(
    ("lang", "card", "left_out"),
    [
        ("zh", "覆盖城市密度以上地区的常住人口比例", "全域其余2,359,418人不计入"),
        ("en", "Reached: residents where density is urban", "(2,359,418 people) does not count"),
    ],
)
def test_a_share_of_part_of_the_city_is_not_printed_as_of_all(page, lang, card, left_out):
    code = kept(coverage={"area": "urban_density"})
    test = page("scenario", scenario=code, lang=lang, tab="charts", district="440106")
    sound(test)
    assert cards(test)[card] == "100.0%"
    words = said(test)
    assert left_out in words
    what = card.removeprefix("Reached: ").removeprefix("覆盖").removesuffix("比例")
    assert f"({what})" in words or f"（{what}）" in words, "the curve is of the same"
    assert f"{card} 100.0%" in words, "and so is the district's share"


def test_a_share_of_all_residents_leaves_nobody_out(page):
    test = page("scenario", scenario=kept())
    assert "覆盖常住人口比例" in cards(test)
    assert "不计入" not in said(test)


def test_milestones_say_of_whom_their_shares_are(page):
    phases = [{"year": 2021, "amount": 20_000}, {"year": 2022, "amount": 55_000}]
    code = kept(coverage={"area": "urban_density"}, phases=phases)
    test = page("scenario", scenario=code, tab="phases")
    assert "覆盖城市密度以上地区的常住人口比例" in test.dataframe[0].value.columns


@pytest.mark.parametrize("name", ["qianjiang-5g-85-urban", "qianjiang-5g-85-activity"])
def test_a_promise_for_key_areas_is_not_of_the_whole_district(page, name):
    test = page("scenario", scenario=name)
    assert not {"覆盖面积比例"} & set(cards(test))
    assert "平方公里；全域其余" in said(test)


@pytest.mark.parametrize("view", ["picture", "cells", "districts"])
def test_units_without_a_boundary_are_told_where_the_amount_is(page, view):
    quotas = {**load.load(NAME).document["quotas"], "unplaced": {ZONE: 500}}
    test = page("scenario", scenario=kept(quotas=quotas), view=view, tab="districts")
    sound(test)
    assert cards(test)["已分配"] == "54,500"
    assert [m.delta for m in test.metric if m.delta] == ["另有 500 无边界"]
    words = said(test)
    assert f"500 属没有边界的单元（{ZONE}）" in words
    assert "网格合计 54,500，加上没有边界、不落图的 500，与待分配数量 55,000 完全一致" in words
    assert (f"图上未画：{ZONE}" in words) == (view == "districts")
    frame = test.dataframe[0].value.set_index("名称")
    row = frame.loc[ZONE]
    assert row["未落图数量（无边界）"] == 500
    assert row.drop("未落图数量（无边界）").isna().all(), "unknown is not zero"
    assert frame["网格合计"].sum() == 54_500
    options = test.sidebar.selectbox(key="w_district").options
    assert ZONE not in options, "it is nowhere on the map"
    assert "天河区" in options


def test_shares_in_proportion_sum_to_the_amount_only_with_what_lies_in_no_cell(page):
    document = {
        "format_version": 1, "id": "changed", "title_zh": "例", "title_en": "Example", "distributes": "increment",
        "amount": 2_000, "region": "440100", "resolution": 7, "population": "modelled-2020",
        "quotas": {"method": "largest_remainder", "weights": {"residents": 1}, "unplaced": {ZONE: 500}},
    }  # fmt: skip
    Workspace().save("scenario", "changed", document, by="a", base_version=None, title="例")
    words = said(page("scenario", scenario="mine:changed"))
    assert "没有边界的单元的数量不落到网格" in words
    assert "合计与待分配数量完全一致" not in words


def test_a_target_of_another_city_is_pointed_out_beside_the_result_too(page):
    document = {
        **load.load("guangzhou-5g-2022").document,
        "id": "changed",
        "region": "320300",
        "resolution": 7,
        "amount": 300,
    }
    Workspace().save("scenario", "changed", document, by="a", base_version=None, title="例")
    test = page("scenario", scenario="mine:changed")
    assert not test.exception
    assert any("所引目标属于广州市" in w.value for w in test.warning)
    test = page("scenario", scenario="mine:changed", lang="en")
    assert any("The target is Guangzhou" in w.value for w in test.warning)


def test_a_facility_that_sites_other_things_than_the_target_is_pointed_out_too(page):
    test = page("scenario", scenario=kept(target="gz-5g-stations", amount=3000, amount_basis_zh="例"))
    assert any("所选设施类型布的不是它" in w.value for w in test.warning)
    assert list(page("scenario", scenario="guangzhou-hydrogen-6").warning) == []


def test_one_rule_of_coverage_alone_is_not_told_with_zero_cells(page):
    words = said(page("scenario", scenario="guangzhou-hydrogen-6", tab="charts"))
    assert "0 个网格按站址面积比" not in words
    assert "个网格按站址面积比" in said(page("scenario", scenario="guangzhou-5g-2022", tab="charts"))
