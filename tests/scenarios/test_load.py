"""Scenario files: every problem by file, line and key, before anything runs."""

from __future__ import annotations

import pytest
import yaml

from geo.errors import DataError, InfraPlanError, UnknownNameError
from scenarios import load

GOOD = load.LIBRARY.joinpath("guangzhou-5g-2022.yaml").read_text("utf-8")


@pytest.mark.parametrize("scenario_id", load.available())
def test_each_file_of_the_library_loads_and_is_named_by_its_id(scenario_id):
    scenario = load.load(scenario_id)
    assert scenario.id == scenario_id
    assert scenario.distributes in {"stock", "increment", "annual"}
    assert any(word in scenario.title("zh") for word in ("期末总量", "新增量", "年均"))


def test_a_title_takes_the_word_for_what_is_distributed_into_its_own_brackets():
    nine = load.load("guangzhou-hydrogen-9")
    assert nine.title("zh") == "广州市加氢站选址范围(9 座:每年3座 × 3 年,年均折算)"
    assert nine.title("en").endswith("(9: 3 a year x 3 years, from a yearly figure)")
    assert load.load("guangzhou-5g-2022").title("zh").endswith("测算分配(期末总量)")


def test_an_unknown_scenario_lists_the_known_ones():
    with pytest.raises(UnknownNameError) as caught:
        load.load("basline")
    assert "guangzhou-5g-2022" in caught.value.en
    assert "情景" in caught.value.zh


def test_a_typo_names_file_line_and_key():
    line = GOOD[: GOOD.index("resolution")].count("\n") + 1
    with pytest.raises(DataError) as caught:
        load.parse(GOOD.replace("resolution:", "resolutoin:"), "mine.yaml")
    assert f"mine.yaml line {line}, resolutoin" in caught.value.en
    assert "did you mean 'resolution'" in caught.value.en


def test_all_problems_are_told_at_once():
    text = GOOD.replace("resolution: 9", "resolution: 42").replace("distributes: stock", "distributes: all")
    with pytest.raises(DataError) as caught:
        load.parse(text, "mine.yaml")
    assert len(caught.value.problems) == 2
    assert "42" in caught.value.en
    assert "stock, increment, annual" in caught.value.en


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("format_version: 1", "format_version: 7"), "format_version 7 is not known"),
        (lambda t: t + "\nregion: '440100'\n", "stands twice"),
        (lambda t: t.replace("quotas:", "quotas: ["), "not valid YAML"),
        (lambda t: "- a\n- b\n", "a table of keys"),
        (lambda t: t.replace('region: "440100"', "region: 440100"), "440100 is not of type string"),
        (lambda t: t.replace("population: modelled-2020\n", ""), "missing: population"),
        (lambda t: t.replace("existing: unknown", "existing: some"), 'existing: "some" is written in none'),
        (
            lambda t: t + "candidates: {limits: [{kind: park, file: a.shp}]}\n",
            "is not one of: ecological_redline",
        ),
    ],
)
def test_bad_files_get_one_clear_message(change, words):
    with pytest.raises(DataError) as caught:
        load.parse(change(GOOD), "mine.yaml")
    assert words in caught.value.en
    assert caught.value.zh != caught.value.en


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"coverage": {"floor": 0.0}},
            "每区覆盖底线:取值 0% 超出范围,应大于 0%、不大于 100%",
        ),
        ({"coverage": {"floors": {"440106": 1.5}}}, "分区底线 · 天河区:取值 150%"),
        ({"quotas": {"method": "webster", "weights": {}}}, "分区权重:不能为空"),
        ({"quotas": {"method": "guess"}}, '凑整方法:"guess" 不在可选值中;可选:最大余额法、'),
        ({"demand": {"residents": "x"}}, "服务对象 · 常住人口"),
        ({"amount": 1.5}, "数量:1.5 不是整数;请填整数"),
        ({"amount": -3}, "取值 -3 超出范围,应不小于 1、不大于 1,000,000,000"),
        ({"amount": 10**12}, "取值 1,000,000,000,000 超出范围"),
        ({"amount": 10**30}, "超出范围"),
        ({"seed": 10**30}, "随机种子"),
        (
            {"quotas": {"method": "webster", "floors": {"units": 10**30}}},
            "下限:每单元不少于",
        ),
        ({"phases": [{"year": 1900, "amount": 5}]}, "年份第 1 行:取值 1900"),
        ({"region": "4401"}, "区域:“4401”有误:应为六位行政区划代码"),
        ({"must_cover": {}}, "必保场所:不能为空"),
        ({"resolutoin": 9}, "是否应为“网格分辨率”"),
        ({"seed": float("nan")}, "不是有限的数"),
    ],
    ids=str,
)
def test_a_chinese_reader_is_told_the_fields_name_and_what_it_may_hold(change, said):
    with pytest.raises(DataError) as caught:
        load.of_document({**yaml.safe_load(GOOD), **change}, "")
    assert said in caught.value.zh
    assert "exclusiveMinimum" not in caught.value.zh
    assert "minProperties" not in caught.value.zh


def test_what_is_missing_is_told_once():
    with pytest.raises(DataError) as caught:
        load.of_document({**yaml.safe_load(GOOD), "cells": {}}, "")
    [problem] = caught.value.problems
    assert problem.text("zh") == ("网格规则:缺少网格凑整方法、网格权重;请填写")
    assert problem.text("en") == "Cell rules: missing: Rounding in cells, Weights between cells"


def test_who_writes_a_file_is_told_the_keys():
    """A form has names for its fields; in a file the key has to be found."""
    text = yaml.safe_dump({**yaml.safe_load(GOOD), "cells": {}, "coverage": {"floor": 0.0}})
    with pytest.raises(DataError) as caught:
        load.parse(text, "x.yaml")
    said = caught.value.zh
    assert "每区覆盖底线(coverage.floor):取值 0%" in said
    assert "缺少网格凑整方法(cells.method)、网格权重(cells.weights);请填写" in said


def test_a_long_list_is_not_poured_over_the_reader():
    cells = ["x"] * 5000
    with pytest.raises(DataError) as caught:
        load.of_document({**yaml.safe_load(GOOD), "candidates": {"sites": {"cells": cells}}}, "")
    assert len(caught.value.zh) < 400


def test_overrides_reach_nested_keys_and_are_checked():
    scenario = load.load("guangzhou-5g-2022", {"amount": "40000", "quotas.method": "webster"})
    assert scenario.amount == 40000
    assert scenario.document["quotas"]["method"] == "webster"
    with pytest.raises(DataError, match="is not one of"):
        load.load("guangzhou-5g-2022", {"quotas.method": "guess"})
    with pytest.raises(InfraPlanError, match="holds no keys"):
        load.load("guangzhou-5g-2022", {"region.name": "x"})


def test_a_file_in_another_encoding_is_named(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(DataError, match="not UTF-8"):
        load.load(path)


def test_dump_runs_again_as_the_same_scenario():
    scenario = load.load("guangzhou-5g-2022", {"amount": "5"})
    again = load.parse(load.dump(scenario), "again.yaml")
    assert again.document == scenario.document
    assert yaml.safe_load(load.dump(scenario))["amount"] == 5
