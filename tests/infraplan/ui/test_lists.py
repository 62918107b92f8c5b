"""The pages of targets and of projects: a card at once, charts only when open, and words where there is nothing."""

from __future__ import annotations

import json

import pytest
from page_words import shown, sound


def charts(test) -> list[dict]:
    """The specifications of the charts on the page."""
    return [json.loads(c.proto.spec) for c in test.get("vega_lite_chart") + test.get("arrow_vega_lite_chart")]


def url(test) -> dict[str, str]:
    return {k: v if isinstance(v, str) else v[0] for k, v in test.query_params.items()}


@pytest.mark.parametrize(
    ("name", "phrase"), [("targets", "全市5G站址6.7萬個(含儲備站址)"), ("projects", "5G+政務服務大廳")]
)
def test_the_first_row_has_its_card_without_a_choice(page, name, phrase):
    test = page(name)
    sound(test)
    assert phrase in shown(test)
    assert "sel" not in url(test)


def test_the_card_is_that_of_the_first_row_as_it_is_sorted_and_filtered(page):
    test = page("projects", group="category", cat="energy")
    first = test.dataframe[1].value.iloc[0]
    assert first["名称"] in shown(test)
    assert first["原文"] in shown(test)


def test_a_chosen_item_keeps_its_card_whatever_the_filters(page):
    test = page("targets", sel="target:gz-chargers", cat="science")
    assert "充电桩" in shown(test)
    assert "所选条目不在筛选结果中" in shown(test)
    assert url(test)["sel"] == "target:gz-chargers"
    assert "不在筛选结果中" not in shown(page("targets", sel="target:gz-chargers", cat="energy"))


@pytest.mark.parametrize("name", ["targets", "projects"])
def test_nothing_fits(page, name):
    for tab in ("table", "charts"):
        test = page(name, q="没有这样的词", **{"as": tab})
        sound(test)
        assert "没有符合" in shown(test)


@pytest.mark.parametrize("name", ["targets", "projects"])
def test_charts_are_made_only_when_open(page, name):
    assert charts(page(name)) == []
    test = page(name, **{"as": "charts"})
    sound(test)
    assert len(charts(test)) >= 2
    assert len(test.dataframe) == 0 or name == "targets"
    assert url(test)["as"] == "charts"


def test_what_belongs_to_no_group_comes_last(page):
    table = page("projects", group="body").dataframe[1].value
    named = [group != "—" for group in table.iloc[:, 0]]
    assert named == sorted(named, reverse=True)
    assert not all(named)


@pytest.mark.parametrize(("lang", "heading"), [("zh", "分阶段投资"), ("en", "Investment by stage")])
def test_investment_by_stage_where_the_document_states_it(page, lang, heading):
    test = page("projects", plan="qianjiang-2021", lang=lang, **{"as": "charts"})
    sound(test)
    assert heading in shown(test)
    assert len(charts(test)) == 4
    assert len(charts(page("projects", plan="zibo-2021", lang=lang, **{"as": "charts"}))) < 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_where_the_documents_state_nothing(page, lang):
    test = page("targets", plan="zibo-2021", lang=lang, **{"as": "charts"})
    sound(test)
    assert len(charts(test)) == 1
    words = shown(test)
    for said in (
        ("没有口径一致", "没有为这些目标给出投资额")
        if lang == "zh"
        else ("No reported figure", "no investment")
    ):
        assert said in words


def test_a_turnover_is_no_investment(page):
    from infraplan.ui.views import targets_view
    from plans import catalogue

    money = [x for x in catalogue.load_plan("xuzhou-2020").targets if x.unit == "yuan"]
    assert [x.id for x in money if x.category in targets_view._MONEY] == ["xz20-investment"]


def test_years_are_a_timeline_without_gaps(monkeypatch):
    from infraplan.ui.views import list_charts
    from plans import catalogue

    seen = {}
    monkeypatch.setattr(
        list_charts, "_columns", lambda frame, years, kinds: seen.update(years=years, frame=frame)
    )
    monkeypatch.setattr(list_charts.st, "altair_chart", lambda *_, **__: None)
    monkeypatch.setattr(list_charts, "texts", lambda _: lambda key, **__: key)
    every = [x for plan in catalogue.load_all() for x in plan.targets]
    list_charts.timeline(every)
    assert seen["years"] == ["2020", "2021", "2022", "2023", "2024", "2025", "year_none"]
    assert int(seen["frame"]["count"].sum()) == len(every)


def test_what_stands_on_the_map_comes_first(page):
    places = list(page("projects").dataframe[0].value["位置"])
    order = list(dict.fromkeys(places))
    assert order == [p for p in ("点", "线（示意）", "面", "区县", "市", "不上图") if p in order]
    assert len(order) >= 4


@pytest.mark.parametrize(
    ("ident", "link", "said"),
    [
        ("gz-nansha-5g-service-hall", "在图上查看", ""),
        ("gz-5g-park-huangpu", "无具体位置，在图上看所在区县", ""),
        ("gz-region-bay-area", None, "超出本规划的地域范围"),
        ("gz-beidou-park", None, "登记为全市"),
        ("gz-gas-hydrate-ship", None, "没有固定地点"),
    ],
)
def test_a_card_offers_the_map_only_for_what_is_on_it(page, ident, link, said):
    test = page("projects", sel=f"project:{ident}")
    sound(test)
    links = [element.proto.label for element in test.get("page_link")]
    assert links == ([link] if link else [])
    assert said in shown(test)


def test_a_project_of_a_district_is_shown_by_its_district():
    from types import SimpleNamespace

    from infraplan.ui.views import map_panel
    from plans import catalogue

    plan = catalogue.load_plan("guangzhou-2020")
    choice = SimpleNamespace(region="440100", projects=plan.projects, plans=(plan,))
    place = map_panel.place_of(choice, "project:gz-5g-park-huangpu")
    assert place.equals(map_panel.place_of(choice, "district:440112"))
    assert map_panel.place_of(choice, "project:gz-region-bay-area") is None
    assert map_panel.place_of(choice, "project:gz-nansha-5g-service-hall").geom_type == "Point"


@pytest.mark.parametrize(
    ("lang", "beside", "alone"),
    [
        ("zh", "表中首行；选择其他行即换", "表格首行的内容"),
        ("en", "First row; choose another", "The first row of the table"),
    ],
)
def test_a_card_beside_charts_says_in_which_table_its_row_is(page, lang, beside, alone):
    table, drawn = (shown(page("targets", lang=lang, **{"as": tab})) for tab in ("table", "charts"))
    assert beside in table
    assert alone not in table
    assert alone in drawn
    assert beside not in drawn


@pytest.mark.parametrize(("lang", "first"), [("zh", "徐州市"), ("en", "Xuzhou")])
def test_every_plan_to_choose_from_begins_with_its_city(page, lang, first):
    box = next(b for b in page("targets", lang=lang).selectbox if b.key == "w_plan")
    assert [title.startswith(first) for title in box.options].count(True) == 2
    assert len({title[:12] for title in box.options}) == len(box.options)
