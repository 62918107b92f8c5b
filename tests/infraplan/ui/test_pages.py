"""Every page and state in both languages; links that are old or mistyped; errors that a planner can read."""

from __future__ import annotations

import re

import pytest

from layers.punctuation import within_quotes

LANGUAGES = ["zh", "en"]


def words(test) -> str:
    """All words on the page."""
    parts = []
    for kind in ("html", "markdown", "caption", "error", "warning", "info", "text", "metric", "button"):
        for element in test.get(kind):
            body = getattr(getattr(element, "proto", None), "body", "")
            parts += [str(getattr(element, "value", "") or ""), str(body), str(getattr(element, "label", ""))]
    return "\n".join(parts)


def sound(test) -> None:
    """Nothing went wrong."""
    assert not test.exception
    assert [e.value for e in test.error] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["cells", "districts", "picture"])
def test_a_result_is_shown_in_every_view(page, lang, view):
    test = page("scenario", lang=lang, view=view)
    sound(test)
    assert test.metric[0].value == "38,900"
    assert test.metric[1].value == "38,900"
    assert ("期末总量" if lang == "zh" else "stock at the deadline") in words(test)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_stands_with_a_preview(page, lang):
    test = page("scenario", lang=lang, mode="edit")
    sound(test)
    assert "38,900" in [m.value for m in test.metric]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", ["440100", "320300", "370300", "500114"])
def test_the_map_stands_for_every_city(page, lang, region):
    sound(page("map", lang=lang, region=region, scenario="none"))


def test_the_map_shows_every_layer_at_once(page):
    test = page("map", population="1", baselines="1", target="gz-5g-stations", scenario="guangzhou-5g-2022")
    sound(test)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("target:gz-5g-stations", "累計建成3.89萬個5G基站"),
        ("district:440106", "天河区"),
        ("project:nothing-such", "承诺了什么"),
        ("nowhere:火星基地", "火星基地"),
    ],
)
def test_what_is_chosen_by_a_link_has_its_card(page, chosen, said):
    test = page("map", scenario="none", sel=chosen)
    sound(test)
    assert said in words(test)


def test_every_project_has_a_card_with_its_phrase(page):
    from plans import catalogue

    plan = catalogue.load_plan("guangzhou-2020")
    for project in (plan.projects[0], next(p for p in plan.projects if p.lon is not None)):
        test = page("map", scenario="none", sel=f"project:{project.id}")
        sound(test)
        assert f"<q>{within_quotes(project.quote)}</q>" in words(test)


def test_a_mistyped_link_falls_back(page):
    test = page("map", region="999999", base="moon", cat="nothing", scenario="nowhere", lang="xx")
    sound(test)
    test = page("scenario", scenario="nowhere", view="sideways", edit="%%%not-a-draft", district="1")
    sound(test)
    assert test.metric[0].value == "38,900"


def counted(test) -> list[int]:
    """Targets, those with a figure, projects, those with a place, as the map's panel counts them."""
    row = next(line for line in words(test).split("\n") if 'class="counts"' in line)
    return [int(n.replace(",", "")) for n in re.findall(r"<b>([\d,]+)</b>", row)]


def test_filters_narrow_what_the_map_counts(page):
    everything = counted(page("map", scenario="none"))
    some = counted(page("map", scenario="none", cat="energy"))
    assert all(0 < few < many for few, many in zip(some, everything, strict=True))


def test_an_error_is_shown_in_the_readers_language(page, monkeypatch):
    from geo.errors import RequestError
    from infraplan.ui import runs

    def refuse(*_):
        raise RequestError("too many", "数量过大")

    monkeypatch.setattr(runs, "of", refuse)
    assert page("scenario", lang="zh").error[0].value == "数量过大"
    assert page("scenario", lang="en").error[0].value == "too many"


def test_an_unexpected_error_is_a_calm_message_with_a_number(page, monkeypatch, caplog):
    from infraplan.ui import runs

    def break_(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(runs, "of", break_)
    test = page("scenario")
    assert len(test.error) == 1
    assert "secret" not in test.error[0].value
    number = caplog.records[-1].getMessage().split()[-1]
    assert number in test.error[0].value


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["targets", "projects"])
@pytest.mark.parametrize("group", ["none", "body", "category", "plan"])
def test_lists_stand_grouped_over_every_plan(page, lang, name, group):
    sound(page(name, lang=lang, plan="all", group=group))


def test_a_search_finds_simplified_for_traditional(page):
    test = page("projects", q="氫能")
    sound(test)
    assert 0 < int(test.metric[0].value) < 40


def test_a_target_card_tells_why_attainment_is_not_computed(page):
    test = page("targets", sel="target:gz-chargers")
    sound(test)
    assert "尚无该区域该指标的已报数据" in words(test)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["side", "difference", "districts"])
def test_two_scenarios_are_compared_in_every_view(page, lang, view):
    test = page("compare", lang=lang, map=view)
    sound(test)
    assert len(test.dataframe) == 2


def test_one_scenario_alone_is_not_compared(page):
    test = page("compare", ids="guangzhou-5g-2022")
    sound(test)
    assert "至少选择两个" in words(test)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ["sources", "upload", "own", "corrections", "progress"])
def test_every_part_of_the_data_page_stands(page, lang, part):
    sound(page("data", lang=lang, part=part))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_product_says_what_it_is(page, lang):
    test = page("about", lang=lang)
    sound(test)
    assert len(test.dataframe[0].value) > 10


@pytest.mark.parametrize("base", ["local", "none", "osm", "amap", "tianditu", "intranet"])
def test_every_basemap_stands(page, base):
    test = page("map", base=base, scenario="none")
    sound(test)
    assert ("GCJ-02" in words(test)) == (base == "amap")


def test_a_workspace_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    from streamlit.testing.v1 import AppTest

    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", str(blocked))
    test = AppTest.from_string("from infraplan.ui.app import main; main()", default_timeout=60).run()
    assert not test.exception
    assert "无法写入工作区目录" in test.error[0].value


def test_the_amount_that_is_the_answer_is_not_called_given(page):
    labels = [m.label for m in page("scenario", scenario="qianjiang-5g-85-activity").metric]
    assert labels[0] == "最少需要"
    assert "覆盖活动场所周边的面积比例" in labels


@pytest.mark.parametrize(("lang", "name"), [("zh", "天河区"), ("en", "Tianhe District")])
def test_one_district_on_the_map_has_its_own_figures_below_the_whole_regions(page, lang, name):
    test = page("scenario", scenario="guangzhou-5g-2022", district="440106", lang=lang)
    assert test.metric[0].value == "38,900"
    [line] = [c.value for c in test.caption if name in c.value]
    figures = re.findall(r"[\d,.]+\d", line)
    from infraplan.ui import runs
    from scenarios import load

    known = runs.of(load.load("guangzhou-5g-2022")).districts.set_index("adcode").loc["440106"]
    assert f"{int(known['allocated']):,}" in figures


@pytest.mark.parametrize(
    ("base", "asks"), [("tianditu", "密钥后才显示"), ("intranet", "地址后才显示"), ("context", "")]
)
def test_a_basemap_that_waits_for_something_says_for_what(page, base, asks):
    said = [c.value for c in page("map", base=base, scenario="none").caption]
    assert any("才显示底图" in text for text in said) == bool(asks)
    assert any(asks in text for text in said)


def test_a_package_that_states_no_licence_is_not_left_blank(page):
    frame = next(f.value for f in page("about").dataframe if "许可" in f.value.columns)
    assert len(frame) > 8
    assert all(frame["许可"].str.len() > 0)
