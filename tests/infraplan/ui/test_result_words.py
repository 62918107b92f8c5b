"""A result's words are true: loads in what is counted, saturation beside the plan's sites, legends of what is shown."""

from __future__ import annotations

import json
import re

import pytest

from infraplan import workflow
from infraplan.ui import runs
from infraplan.workspace import Workspace

MEASURED = {
    "runs": 20,
    "distance_factors": {"low": 0.8049, "high": 1.1683},
    "covered_share": {"low": 0.7812, "median": 0.83, "high": 0.861},
    "same_district": 0.98,
    "same_parent": 0.9,
    "same_cell": 0.5,
    "fragile_units": 8_558,
}
HALF_WIDTH = re.compile(r"[一-鿿][,;:!?(]|[,;:!?)][一-鿿]")


def shown(test) -> str:
    """All words on the page."""
    parts = []
    for kind in ("html", "markdown", "caption", "text"):
        for element in test.get(kind):
            body = getattr(getattr(element, "proto", None), "body", "")
            parts += [str(getattr(element, "value", "") or ""), str(body)]
    return "\n".join(parts)


def legend_count(test) -> int:
    """How many the legend counts in all."""
    legend = next(h.proto.body for h in test.get("html") if 'class="count"' in h.proto.body)
    counts = re.findall(r'class="count">([^<]*\d[^<]*)<', legend)
    return sum(int(re.sub(r"\D", "", text)) for text in counts)


def frames(test) -> str:
    return "\n".join(f.value.to_csv() for f in test.dataframe)


def charts(test) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in test.get("vega_lite_chart")]


@pytest.mark.parametrize(
    ("name", "load", "axis"),
    [
        ("qianjiang-5g-85-activity", "最高负荷 0.348 平方公里/单位", "每单位负荷（平方公里）"),
        ("guangzhou-hydrogen-6", "最高负荷 805 加权场所/单位", "每单位负荷（加权场所）"),
        ("guangzhou-5g-2022", "最高负荷 708 人/单位", "每单位负荷（人）"),
    ],
)
def test_loads_are_called_what_they_are(page, name, load, axis):
    test = page("scenario", scenario=name, tab="charts")
    assert not test.exception
    said, (_, loads) = shown(test), charts(test)
    assert load in said
    assert loads["encoding"]["x"]["title"] == axis
    assert ("人/单位" in said) == (name == "guangzhou-5g-2022")


def test_the_loads_of_land_are_drawn_in_the_unit_of_their_axis(page):
    result = workflow.run("qianjiang-5g-85-activity")
    _, loads = charts(page("scenario", scenario="qianjiang-5g-85-activity", tab="charts"))
    assert result.capacity["max_load"] > 1e5, "square metres"
    assert loads["encoding"]["x"]["axis"]["format"] == ",.3~r"


def test_few_sites_are_counted_in_whole_ticks(page):
    curve, loads = charts(page("scenario", scenario="guangzhou-hydrogen-6", tab="charts"))
    assert curve["encoding"]["x"]["axis"]["tickMinStep"] == 1
    assert loads["encoding"]["y"]["axis"]["tickMinStep"] == 1


def test_a_plan_below_saturation_is_not_told_that_more_adds_nothing(page):
    said = shown(page("scenario"))
    assert "约17,596处" in said, "35,192 stations are 17,596 sites of two"
    assert "13,863" in said
    assert "不算成绩" not in said


@pytest.mark.parametrize(("view", "classed"), [("picture", True), ("cells", True), ("districts", False)])
def test_the_legend_counts_the_chosen_district_alone(page, view, classed):
    result = workflow.run("guangzhou-5g-2022")
    used = int(((result.units > 0) & (result.adcodes == "440106")).sum())
    test = page("scenario", view=view, district="440106")
    assert not test.exception
    assert legend_count(test) == (used if classed else 1)
    assert "图例只计所选区县" in shown(test)
    assert "图例只计" not in shown(page("scenario", view=view))


@pytest.mark.parametrize("view", ["picture", "cells", "districts"])
def test_a_zone_without_a_boundary_can_be_chosen_on_the_map(page, view):
    result = workflow.run("xuzhou-5g-2022")
    used = int(((result.units > 0) & (result.unit_adcodes == "320371")).sum())
    test = page("scenario", scenario="xuzhou-5g-2022", view=view, district="320371", tab="cells")
    assert not test.exception
    assert [e.value for e in test.error] == []
    assert legend_count(test) == (1 if view == "districts" else used) > 0
    assert len(test.dataframe[0].value) == used


def test_what_the_datas_error_does_is_said_as_the_report_says_it(page, monkeypatch):
    monkeypatch.setattr(runs, "measured", lambda allocation: MEASURED)
    test = page("scenario", tab="error")
    said = shown(test)
    assert "8,558个单位（22.0%）所在的网格" in said
    assert "0.80 至 1.17" in said
    assert "1.2" not in said.split("0.80")[1][:12]
    english = shown(page("scenario", tab="error", lang="en"))
    assert "8,558 units (22.0%) stand in cells" in english
    assert "times 0.80 to 1.17" in english


@pytest.mark.parametrize("name", ["guangzhou-chargers-2022", "guangzhou-5g-2022"])
@pytest.mark.parametrize("tab", ["districts", "cells", "phases", "evidence"])
def test_tables_have_the_marks_of_chinese_print(page, name, tab):
    test = page("scenario", scenario=name, tab=tab)
    assert not test.exception
    left = {found.group() for found in HALF_WIDTH.finditer(frames(test).replace(",", "\t"))}
    assert left == set()
    assert [t.value for t in test.text if HALF_WIDTH.search(t.value)] == []
    heads = [str(c) for f in test.dataframe for c in f.value.columns]
    assert [h for h in heads if HALF_WIDTH.search(h)] == []


PHASED = {
    "format_version": 1, "id": "phased", "title_zh": "分期例", "title_en": "Phased", "distributes": "increment",
    "amount": 20_000, "region": "440100", "resolution": 8, "population": "modelled-2020",
    "quotas": {"method": "largest_remainder", "weights": {"residents": 1}},
    "phases": [{"year": 2021, "amount": 9_000}, {"year": 2022, "amount": 20_000}],
}  # fmt: skip


@pytest.mark.parametrize("tab", ["evidence", "phases", "cells"])
def test_amounts_in_tables_have_their_thousands_apart(page, tab):
    Workspace().save("scenario", "phased", PHASED, by="tester", base_version=None, title="分期例")
    test = page("scenario", scenario="mine:phased", tab=tab)
    assert not test.exception
    [table] = [f for f in test.dataframe if "数量" in f.value.columns]
    assert json.loads(table.proto.columns)["数量"]["type_config"]["format"] == "localized"
    if tab == "phases":
        assert list(table.value.columns) == ["年份", "数量"], (
            "nothing is covered, and no residents are said to be"
        )


def test_the_kinds_of_product_have_the_marks_of_chinese_print(page):
    kinds = page("scenario", tab="files").selectbox(key="report-kind:zh")
    assert any("报告（供领导阅）" in label for label in kinds.options)
