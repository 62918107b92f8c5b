"""Reported figures on the map: what they count, whose they are, and an estimate never without that word."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from infraplan.ui import state
from infraplan.ui.views import map_reported, map_view
from layers import render_folium, reported
from plans import catalogue


@pytest.fixture
def written(monkeypatch):
    """Return what stands on the map, as the browser gets it, in a language."""

    def of(groups, lang: str = "zh") -> str:
        monkeypatch.setattr(state, "language", lambda: lang)
        drawn = render_folium.base_map((113.0, 22.5, 114.0, 24.0), "../leaflet")
        for group in groups():
            group.add_to(drawn)
        return drawn.get_root().render()

    return of


def of_plan(plan: str):
    found = catalogue.load_plan(plan)
    return lambda: map_reported.groups((found,), found.region_adcode, "WGS84")


def shown(test) -> str:
    return "\n".join(
        [
            *(getattr(getattr(e, "proto", None), "body", "") for e in test.get("html")),
            *(c.value for c in test.caption),
        ]
    )


@pytest.mark.parametrize(("lang", "mark"), [("zh", "推算"), ("en", "derived")])
def test_an_estimate_on_the_map_says_so(written, lang, mark):
    text = written(of_plan("qianjiang-2021"), lang)
    assert f"2020-12 · {mark}" in text
    assert "figure doubtful" in text


def test_a_figure_on_the_map_says_what_it_counts(written):
    text = written(of_plan("guangzhou-2020"))
    assert "番禺区开放测试道路（第二批）" in text
    assert "超过6,100个" in text
    assert "figure doubtful" not in text


def test_a_count_has_the_measure_word_of_its_target():
    plans = (catalogue.load_plan("guangzhou-2020"),)
    by_id = {item.id: reported.written(item, plans, "zh") for item in map_reported.known(plans)}
    assert by_id["gz-5g-users-2020-12"] == "640万户"
    assert by_id["gz-roads-2023-12"] == "957公里"
    assert by_id["gz-5g-2020-08"] == "23,555个"


@pytest.mark.parametrize(
    ("region", "said", "rows"),
    [("440100", "图上标出区县数据 4 条", 18), ("320300", "因此图上不标", 2), ("370300", "因此图上不标", 1)],
)
def test_figures_of_the_city_are_listed_with_their_source(page, region, said, rows):
    test = page("map", region=region, scenario="none", baselines="1")
    assert not test.exception
    assert said in shown(test)
    table = test.dataframe[0].value
    assert len(table) == rows
    assert all(table["来源"])
    assert set(table["可信度"]) <= {"已核实", "推算"}
    if region != "440100":
        assert set(table["可信度"]) == {"推算"}
    assert len(page("map", region=region, scenario="none").dataframe) == len(test.dataframe) - 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_card_of_a_district_leads_to_the_source_of_its_figure(page, lang):
    text = shown(page("map", scenario="none", sel="district:440113", lang=lang))
    assert "金羊网（2020-07-25）" in text
    for words in ("开放测试道路", "已核实", "2020-07-24") if lang == "zh" else ("batch 2", "confirmed"):
        assert words in text
    text = shown(page("map", scenario="none", region="500114", sel="district:500114", lang=lang))
    assert f'<span class="tag warn">{"推算" if lang == "zh" else "derived"}</span>' in text
    assert ("未找到黔江的实际数" if lang == "zh" else "No actual count") in text


@pytest.mark.parametrize(
    ("target", "lang", "said"),
    [
        ("xz23-annual-funds", "zh", "仅限主城区（鼓楼区、云龙区、泉山区试点）"),
        ("xz20-chargers", "zh", "徐州市全域"),
        ("xz23-annual-funds", "en", "only main urban area"),
    ],
)
def test_a_promise_on_the_map_says_for_where_it_holds(written, target, lang, said):
    plans = tuple(catalogue.load_plan(p) for p in ("xuzhou-2020", "xuzhou-2023"))
    chosen = catalogue.target(target)
    choice = SimpleNamespace(
        region="320300", datum="WGS84", target=chosen,
        plan_of=lambda item: next(p for p in plans if p.id == item.plan),
    )  # fmt: skip
    text = written(lambda: map_view._target(choice), lang)
    assert said in text
    assert ("全域" in text) == (said == "徐州市全域")


def test_names_of_the_data_files_are_left_out_of_a_source():
    plan = catalogue.load_plan("guangzhou-2020")
    kept = [item for item in plan.baselines if "[" in item.source]
    assert kept
    for item in kept:
        assert "[" not in reported.source(item)
        assert len(reported.source(item)) > 3


def test_the_table_has_no_names_of_data_files_and_full_width_marks(page):
    test = page("map", baselines="1", scenario="none")
    frame = next(d.value for d in test.dataframe if "来源" in d.value.columns)
    assert not frame["来源"].str.contains(r"\[", regex=True).any()
    assert not frame["统计口径"].str.contains(r"[()]", regex=True).any()
