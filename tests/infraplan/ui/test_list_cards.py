"""Cards and charts of targets and projects: what a figure counts, whether a match is inferred, qualifiers."""

from __future__ import annotations

import re

import pytest
from page_words import shown, sound

from infraplan.ui import theme
from infraplan.ui.views import list_charts, list_table
from plans import catalogue


@pytest.fixture
def bars(monkeypatch):
    """The rows of every chart of bars on the page, chart by chart."""
    seen = []
    draw = list_charts._bars

    def keep(frame, *rest):
        seen.append(frame.to_dict("records"))
        return draw(frame, *rest)

    monkeypatch.setattr(list_charts, "_bars", keep)
    return seen


def card(test) -> str:
    return next(h.proto.body for h in test.get("html") if 'class="card"' in h.proto.body)


def figures(test) -> list[str]:
    """The reported figures under a card, one each."""
    block = next(h.proto.body for h in test.get("html") if 'class="figures"' in h.proto.body)
    return re.findall(r"<div>(.*?)</div></div>", block)


def test_every_reported_figure_says_what_it_counts_and_where(page):
    lines = figures(page("targets", sel="target:gz-test-roads"))
    assert len(lines) == 9
    [panyu] = [line for line in lines if "15.55公里" in line]
    assert panyu.startswith("番禺区开放测试道路（第二批） · 番禺区")
    assert sum("单向里程" in line.split("<br>")[0] for line in lines) == 2


def test_a_match_that_is_inferred_says_so_on_the_card(page):
    test = page("targets", sel="target:gz-5g-stations")
    assert "8 条已报数据中 1 条口径一致（推定）" in shown(test)
    [same] = [line for line in figures(test) if "口径一致" in line]
    assert "口径一致（推定）" in same
    assert "完成率 60.6%" in same
    assert "原文未说明口径" in shown(test)


@pytest.mark.parametrize(("lang", "said"), [("zh", "口径推定"), ("en", "rule inferred")])
def test_a_match_that_is_inferred_says_so_in_the_chart(page, bars, lang, said):
    test = page("targets", lang=lang, **{"as": "charts"})
    sound(test)
    [bar] = [row for rows in bars for row in rows if row["figure"] == "60.6%"]
    assert said in bar["line"]
    assert ("推定与该数据同一口径" if lang == "zh" else "a reader inferred") in shown(test)


@pytest.mark.parametrize(
    ("plan", "figure", "heading", "parts"),
    [
        ("xuzhou-2020", "超过1,500亿元", "累计完成的投资", False),
        ("xuzhou-2023", "不少于6,000万元", "每年安排的资金", False),
        ("qianjiang-2021", "154.13亿元", "总投资", True),
    ],
)
def test_money_keeps_its_qualifier_under_what_it_is(page, bars, plan, figure, heading, parts):
    test = page("targets", plan=plan, **{"as": "charts"})
    sound(test)
    assert figure in [row["figure"] for row in bars[-1]]
    assert f"文件给出的资金 · {heading}" in shown(test)
    assert ("不可相加" in shown(test)) == parts


def test_money_of_different_natures_has_no_axis_in_common(page, bars):
    page("targets", plan="all", **{"as": "charts"})
    assert [len(rows) for rows in bars if rows[0]["figure"].endswith("元")] == [1, 1, 4]


def test_names_of_bars_are_whole_and_figures_have_room():
    import pandas as pd

    name = "Guangzhou Municipal Bureau of Government Services and Data Administration"
    frame = pd.DataFrame(
        {"name": [name], "n": [300], "figure": ["300"], "line": [list_charts.in_lines(name)]}
    )
    drawn = list_charts._bars(frame, "name", "n", 0).to_dict()
    axis = drawn["layer"][0]["encoding"]["y"]["axis"]
    assert axis["labelLimit"] == 0
    assert drawn["layer"][0]["encoding"]["x"]["scale"]["range"][1]["expr"].startswith("width - ")
    assert frame["line"][0].replace("\n", " ") == name
    assert all(list_charts.wide(line) <= 36 for line in frame["line"][0].split("\n"))
    assert list_charts.in_lines("数字经济发展地方激励资金年安排额" * 2, 36).count("\n") == 1


@pytest.mark.parametrize(("lang", "said"), [("zh", "未载明"), ("en", "not stated")])
def test_a_deadline_that_is_not_stated_says_so(page, lang, said):
    item = next(x for x in catalogue.load_plan("guangzhou-2020").targets if x.deadline_year is None)
    heading = "期限" if lang == "zh" else "Deadline"
    assert f"<dt>{heading}</dt><dd>{said}</dd>" in card(page("targets", sel=f"target:{item.id}", lang=lang))


def test_a_project_of_a_district_says_which_and_what_it_serves(page):
    test = page("projects", sel="project:gz-5g-park-huangpu")
    assert "<dt>区县</dt><dd>黄埔区</dd>" in card(test)
    plan = catalogue.load_plan("guangzhou-2020")
    [served] = next(p for p in plan.projects if p.id == "gz-5g-park-huangpu").targets
    name = plan.target_by_id[served].indicator_zh
    assert f"{name}：指标值未量化，期限2022年（推定）" in card(test)


def test_half_width_marks_of_the_data_are_printed(page, bars):
    plan = catalogue.load_plan("guangzhou-2020")
    item = next(p for p in plan.projects if p.position_basis == "facts_memory")
    assert "资料（未核实）" in card(page("projects", sel=f"project:{item.id}"))
    page("projects", **{"as": "charts"})
    lines = [row["line"] for rows in bars for row in rows]
    assert "线（示意）" in lines
    assert "线(示意)" not in lines


def test_what_the_map_cannot_draw_is_not_offered_there(page):
    plan = catalogue.load_plan("guangzhou-2020")
    for quantified in (True, False):
        item = next(x for x in plan.targets if x.quantified == quantified)
        links = [e.proto.label for e in page("targets", sel=f"target:{item.id}").get("page_link")]
        assert ("在图上查看" in links) == quantified


@pytest.mark.parametrize("written", ["发改委", "55,000", "38900", "2022", "1.3"])
def test_a_search_finds_what_the_screen_shows(page, written):
    found = int(page("targets", q=written).metric[0].value)
    assert found == {"发改委": 39, "2022": 106}.get(written, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "徐州"}, 205),
        ({"q": "淄博"}, 52),
        ({"q": "Zibo", "lang": "en"}, 52),
        ({"q": "徐州市发改委"}, 129),
        ({"q": "1.2 billion", "lang": "en"}, 1),
    ],
)
def test_a_search_of_every_plan_finds_cities_bodies_and_figures_as_they_are_called(page, query, found):
    assert int(page("targets", plan="all", **query).metric[0].value) == found


def test_a_narrow_card_writes_values_under_their_headings():
    assert f"@container (max-width: {theme._STACKED})" in theme._STYLE
    assert "container-type: inline-size" in theme._STYLE


def test_the_product_quotes_only_what_a_document_says(page):
    for lang in ("zh", "en"):
        assert "“" not in " ".join(m.value for m in page("about", lang=lang).markdown)


def test_a_licence_that_a_package_does_not_state_is_said_to_be_unstated(page, monkeypatch):
    from infraplan.ui.views import about_view

    monkeypatch.setattr(about_view, "_packages", lambda: [("one", "1.0", ""), ("two", "2.0", "MIT")])
    frame = next(f.value for f in page("about").dataframe if "许可" in f.value.columns)
    assert list(frame["许可"]) == ["未载明", "MIT"]


def test_what_was_chosen_in_a_plan_is_not_named_in_the_address_of_another(page):
    """Who copies the address of the other plan's list would send a link that leads to nothing."""
    test = page("projects", plan="guangzhou-2020", sel="project:gz-supercomputer")
    test.session_state[list_table._CLICKED] = "project:gz-supercomputer"
    test.selectbox(key="w_plan").set_value("xuzhou-2023").run()
    assert not test.exception
    assert "sel" not in test.query_params
    assert not test.warning


def test_a_link_to_an_item_of_another_plan_names_it_by_its_name(page):
    test = page("projects", plan="xuzhou-2023", sel="project:gz-supercomputer")
    [name] = [
        p.name("zh") for p in catalogue.load_plan("guangzhou-2020").projects if p.id == "gz-supercomputer"
    ]
    [said] = [w.value for w in test.warning]
    assert name in said.replace("\\", "")
    assert "gz-supercomputer" not in said.replace("\\", "")


def test_whose_figure_it_is_bears_no_name_of_a_file_of_data(page):
    test = page("targets", plan="guangzhou-2020", sel="target:gz-5g-stations")
    [figures] = [h.proto.body for h in test.get("html") if 'class="figures"' in h.proto.body]
    assert "广东省工业和信息化厅" in figures
    assert "[" not in figures
