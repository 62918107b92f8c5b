"""What differs between scenarios is said in a planner's words, with both values; names and sentences are left out."""

from __future__ import annotations

import pytest

from infraplan.ui.views import scenario_differences
from scenarios import load

BASE = dict(load.load("guangzhou-5g-2022").document)


@pytest.fixture
def language(monkeypatch):
    """Say in which language words are given without a page."""

    def say(lang: str) -> None:
        monkeypatch.setattr("infraplan.ui.state.language", lambda: lang)

    return say


def rows(**documents) -> list[list[str]]:
    return scenario_differences.of_settings(documents).values.tolist()


@pytest.mark.parametrize(
    ("change", "key", "before", "after"),
    [
        ({"coverage": {"floor": 0.8}}, "覆盖 › 每区覆盖底线", "（未填）", "80%"),
        ({"amount": 40_000}, "数量", "38,900（取自目标）", "40,000"),
        (
            {"facility": {"profile": "5g", "set": {"indoor_share": 0.1}}},
            "设施 › 设施参数 › 室内站比例", "（未填）", "0.1",
        ),
        ({"demand": {"area": 1}}, "服务对象", "常住人口 1", "面积 1"),
        ({"target": "gz-chargers"}, "承诺目标", None, None),
        ({"effort": "thorough"}, "计算力度", "快速", "精细"),
        (
            {"quotas": {"method": "webster", "weights": {"residents": 1}}},
            "分区配额 › 凑整方法", "最大余额法", "韦伯斯特法",
        ),
        ({"phases": [{"year": 2021, "amount": 9000}]}, "分期", "（未填）", "年份 2021、累计数量 9,000"),
        ({"existing": {"cells": ["8a"], "source": {"file": "站.csv"}}}, "既有设施", "（未填）", "站.csv"),
        ({"population": "/x/ours.parquet"}, "人口面", "模型推算（2020年普查）", "自备人口（ours）"),
        ({"coverage": {"floors": {"440106": 0.9}}}, "覆盖 › 分区底线", "（未填）", "天河区 90%"),
    ],
)  # fmt: skip
def test_a_change_is_a_row_with_both_values(language, change, key, before, after):
    language("zh")
    [row] = rows(A=BASE, B=BASE | change)
    assert row[0] == key
    if before is not None:
        assert row[1:] == [before, after]
    else:
        assert "gz-" not in "".join(row[1:])
    language("en")
    [row] = rows(A=BASE, B=BASE | change)
    assert not any("一" <= c <= "鿿" for c in "".join(row).replace("站.csv", ""))


def test_names_sentences_and_what_is_said_to_be_unknown_make_no_difference(language):
    language("zh")
    other = {k: v for k, v in BASE.items() if k != "existing"}
    other |= {"id": "x", "title_zh": "另名", "title_en": "Other", "assumptions": [], "phases": []}
    assert rows(A=BASE, B=other) == []


def test_many_cells_are_counted_and_several_scenarios_stand_beside_each_other(language):
    language("zh")
    cells = {"must_cover": {"places": [f"p{n}" for n in range(40)]}}
    [row] = rows(A=BASE, B=BASE, C=BASE | cells)
    assert row[1:] == ["（未填）", "（未填）", "40 项"]


def test_an_amount_that_is_left_out_is_the_targets(language):
    language("en")
    assert rows(A=BASE, B=BASE | {"amount": 38_900}) == [], "the same amount, stated or not"
    [row] = rows(A=BASE, B={**BASE, "target": None, "amount": 5})[:1]
    assert "gz-" not in "".join(row)
    [row] = scenario_differences.differences(BASE, BASE | {"amount": 5}, "a").values.tolist()
    assert row[1:] == ["38,900 (the target's)", "5"]
    asked = BASE | {"objective": "fewest_units"}
    [row] = rows(A=asked, B=asked | {"amount": 5})
    assert row[1:] == ["(not set)", "5"], "where the amount is the answer it is not the target's"
