"""Tables of targets and projects: sorted by value, whole in their file, grouped by body, and led to by a link."""

from __future__ import annotations

import pyarrow as pa
import pytest
from page_words import shown, sound

from infraplan.ui.views import list_table
from plans import catalogue


@pytest.fixture
def files(monkeypatch):
    """The tables that a page offers as files, by name."""
    seen = {}
    monkeypatch.setattr(
        list_table.widgets, "csv_button", lambda frame, name, _: seen.__setitem__(name, frame)
    )
    return seen


def read(test, column: str, at: int = 0) -> list[str]:
    """What stands on the screen in a column whose cells are numbers in words."""
    element = test.dataframe[at]
    words = pa.ipc.open_stream(element.proto.arrow_data.styler.display_values).read_pandas()
    return list(words.iloc[:, list(element.value.columns).index(column)])


def marked(test, key: str) -> list[int]:
    return list(test.session_state[key]["selection"]["rows"])


def test_figures_sort_by_value_and_read_with_their_qualifier(page):
    test = page("targets", quantified="yes")
    values, words = list(test.dataframe[0].value["指标值"]), read(test, "指标值")
    known = catalogue.load_plan("guangzhou-2020").targets
    assert sorted(values) == sorted(x.value for x in known if x.quantified)
    assert {"约55,000个", "1,500万户", "200公里", "低于1.3"} <= set(words)
    assert dict(zip(words, values, strict=True))["200公里"] == 200_000


def test_two_figures_of_one_value_keep_their_words(page):
    test = page("targets", plan="all", quantified="yes")
    pairs = zip(test.dataframe[0].value["指标值"], read(test, "指标值"), strict=True)
    assert len({words for value, words in pairs if value == 1}) > 1


def test_positions_sort_by_metres(page):
    test = page("projects")
    metres, words = list(test.dataframe[0].value["位置精度"]), read(test, "位置精度")
    assert dict(zip(words, metres, strict=True))["±1.5 公里"] == 1500


@pytest.mark.parametrize("name", ["targets", "projects"])
def test_rows_of_every_plan_say_of_which_they_are(page, files, name):
    several, one = page(name, plan="all").dataframe[0].value, page(name).dataframe[0].value
    assert {"城市", "规划文件"} <= set(several.columns)
    assert several["规划文件"].nunique() == 5
    assert {"城市", "规划文件"}.isdisjoint(one.columns)
    for_file = files[f"{name}.csv"]
    assert {"城市", "规划文件", "规划编号", "条目编号", "原文位置（第几字起）"} <= set(for_file.columns)


def test_the_file_has_the_figure_as_it_is_read_and_as_a_number(page, files):
    page("targets")
    row = files["targets.csv"].set_index("条目编号").loc["gz-chargers"]
    assert (row["指标值"], row["数值（按所列单位）"], row["单位"]) == ("约55,000个", 55000, "个")
    assert row["原文位置（第几字起）"] == catalogue.target("gz-chargers").offset


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_narrower_scope_stands_on_the_card_in_the_table_and_in_the_file(page, files, lang):
    heading = "适用范围" if lang == "zh" else "Scope"
    words = "主城区（鼓楼区、云龙区、泉山区试点）" if lang == "zh" else "pilot in Gulou, Yunlong and Quanshan"
    test = page("targets", plan="xuzhou-2023", sel="target:xz23-annual-funds", lang=lang)
    sound(test)
    assert words in shown(test)
    assert words in test.dataframe[0].value[heading].iloc[0]
    assert any(words in cell for cell in files["targets.csv"][heading])
    page("targets", plan="xuzhou-2020", lang=lang)
    assert heading in files["targets.csv"]


def test_bodies_say_whether_they_are_those_of_the_clause(page, files):
    test = page("projects")
    assert "13 条由文件单列；391 条为所在条款所列" in shown(test)
    assert files["projects.csv"]["责任单位出处"].value_counts().to_dict() == {
        "条款所列": 391,
        "本条单列": 13,
        "原文未载": 3,
    }
    assert "391" in shown(page("projects", **{"as": "charts"}))


@pytest.mark.parametrize(("own", "said"), [(True, False), (False, True)])
def test_a_card_says_whether_its_bodies_are_those_of_the_clause(page, own, said):
    plan = catalogue.load_plan("guangzhou-2020")
    item = next(p for p in plan.projects if bool(p.responsible) == own and plan.responsible(p))
    assert plan.is_of_clause(item) != own
    assert (
        "所在条款所列）" in shown(page("projects", sel=f"project:{item.id}")).split("责任单位：")[0]
    ) == said


def test_where_the_document_names_no_body_it_is_not_none(page):
    plan = catalogue.load_plan("guangzhou-2020")
    item = next(p for p in plan.projects if not plan.responsible(p))
    test = page("projects", sel=f"project:{item.id}")
    card = next(h.proto.body for h in test.get("html") if 'class="card"' in h.proto.body)
    assert "<dt>责任单位</dt><dd>原文未载</dd>" in card
    assert test.dataframe[0].value["责任单位"].iloc[0] == "原文未载"


def test_what_a_link_leads_to_is_first_and_marked(page):
    test = page("targets", sel="target:gz-test-roads")
    assert test.dataframe[0].value["指标"].iloc[0] == catalogue.target("gz-test-roads").indicator_zh
    assert marked(test, "targets") == [0]


def test_nothing_is_marked_while_nothing_is_chosen(page):
    test = page("targets")
    assert test.dataframe[0].value["指标"].iloc[0] == "5G站址（含储备站址）"
    assert "targets" not in test.session_state or marked(test, "targets") == []


def test_rows_stand_by_their_largest_group_and_a_group_opens_alone(page):
    test = page("targets", group="body")
    counts, rows = test.dataframe[0].value, test.dataframe[1].value
    assert list(counts["条数"]) == sorted(counts["条数"], reverse=True)
    largest, many = counts["责任单位"].iloc[0], int(counts["条数"].iloc[0])
    assert [cell.startswith(largest) for cell in rows["责任单位"]][: many + 1] == [True] * many + [False]
    second = counts["责任单位"].iloc[1]
    code = next(b.id for b in catalogue.load_plan("guangzhou-2020").bodies if b.name_zh == second)
    alone = page("targets", group="body", within=f"body:{code}")
    sound(alone)
    cells = list(alone.dataframe[1].value["责任单位"])
    assert len(cells) == int(counts["条数"].iloc[1])
    assert all(cell.split("、")[0] == second for cell in cells)
    assert marked(alone, "groups-body") == [1]
    assert second in shown(alone)
    assert alone.query_params["within"] in (f"body:{code}", [f"body:{code}"])


@pytest.mark.parametrize("name", ["targets", "projects"])
@pytest.mark.parametrize(("lang", "other"), [("zh", "en"), ("en", "zh")])
def test_a_group_stays_open_in_the_other_language(page, name, lang, other):
    query = {"plan": "xuzhou-2023", "group": "body", "within": "body:xz-yunlong"}
    test = page(name, lang=lang, **query)
    n = len(test.dataframe[1].value)
    assert 0 < n < int(test.metric[0].value)
    next(b for b in test.get("button_group") if b.key == "w_lang").set_value(other)
    test.run()
    assert len(test.dataframe[1].value) == n
    assert [w.value for w in test.warning] == []


@pytest.mark.parametrize("within", ["没有这样的单位", "body:nobody"])
def test_a_group_that_there_is_not_is_said_and_all_is_shown(page, within):
    test = page("targets", group="body", within=within)
    sound(test)
    assert len(test.dataframe[1].value) == 111
    [warning] = [w.value for w in test.warning]
    assert within.removeprefix("body:") in warning
    assert [w.value for w in test.run().warning] == [warning]
    next(box for box in test.selectbox if box.label == "分组").select("year").run()
    assert [w.value for w in test.warning] == []


def test_a_deadline_that_is_inferred_says_so_when_it_groups(page):
    cells = list(page("targets", group="year").dataframe[1].value["期限"])
    assert "2022年（推定）" in cells
    assert [cell[:4] for cell in cells] == sorted(cell[:4] for cell in cells)


def test_figures_are_never_cut():
    import pandas as pd

    words = ["aspires to more than 1,000 PFLOPS", "50"]
    table = list_table.Table(pd.DataFrame({"a": ["x", "y"], "f": [1.0, 2.0]}), {"f": words}, whole=("f",))
    assert list_table._widths(table)["f"]["width"] >= 7 * len(words[0])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"plan": "foo"}, "链接指定的规划文件“foo”没有找到"),
        ({"region": "999"}, "链接指定的城市“999”没有找到"),
        ({"sel": "KIND:nope"}, "链接指定的条目“nope”没有找到"),
    ],
)
@pytest.mark.parametrize("name", ["targets", "projects"])
def test_a_dead_link_says_what_was_not_found(page, name, query, said):
    query = {k: v.replace("KIND", name[:-1]) for k, v in query.items()}
    test = page(name, **query)
    sound(test)
    [warning] = [w.value for w in test.warning]
    assert said in warning
    assert len(test.dataframe[0].value) > 100


def test_an_item_of_another_plan_says_where_it_is(page):
    test = page("targets", plan="xuzhou-2020", sel="target:gz-chargers")
    assert "广州市新型基础设施建设实施方案" in test.warning[0].value


@pytest.mark.parametrize(
    "query", [{}, {"plan": "xuzhou-2020"}, {"sel": "district:440106"}, {"region": "440100"}]
)
def test_a_link_to_what_is_there_needs_no_words(page, query):
    assert [w.value for w in page("targets", **query).warning] == []


def test_a_city_of_a_link_shows_its_plan(page):
    assert int(page("targets", region="370300").metric[0].value) == 52


@pytest.mark.parametrize("figure", ["5", "aspires to more than 1,000 PFLOPS"])
def test_groups_and_names_beside_them_keep_room_to_be_read(figure):
    import pandas as pd

    shown = pd.DataFrame({"g": ["x"], "a": ["y"], "f": [1.0]})
    table = list_table.Table(shown, {"f": [figure]}, whole=("f",), is_grouped=True)
    widths = list_table._widths(table)
    assert widths["g"]["width"] >= 130
    assert widths["a"]["width"] >= 200


def test_projects_are_grouped_by_the_deadlines_of_the_targets_they_serve(page, files):
    plan = catalogue.load_plan("xuzhou-2023")
    due = {x.id: x.deadline_year for x in plan.targets}
    test = page("projects", plan="xuzhou-2023", group="due")
    sound(test)
    counts = test.dataframe[0].value
    found = dict(zip(counts["相关目标的期限"], counts["条数"], strict=True))
    years = sorted({due[i] for p in plan.projects for i in p.targets} - {None})
    assert list(found) == [*map(str, years), "未载明或无相关目标"]
    for year in years:
        assert found[str(year)] == sum(any(due[i] == year for i in p.targets) for p in plan.projects)
    unknown = [p for p in plan.projects if not p.targets or any(due[i] is None for i in p.targets)]
    assert found["未载明或无相关目标"] == len(unknown)
    assert "不是项目本身的完工时间" in shown(test)
    without = next(p for p in plan.projects if not p.targets)
    row = files["projects.csv"].set_index("条目编号").loc[without.id]
    assert row["相关目标的期限"] == "无相关目标"


@pytest.mark.parametrize("year", ["2022", "none", "2021,none"])
def test_a_deadline_leaves_the_projects_that_the_map_leaves(page, files, year):
    from infraplan.ui.views import map_choice

    page("projects", year=year)
    plan = catalogue.load_plan("guangzhou-2020")
    asked = {"year": year.split(",")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_choice.state, "several", lambda key, *_, **__: asked.get(key, []))
        patch.setattr(map_choice.state, "tick", lambda *_, **__: False)
        left, _ = map_choice._filters((plan,))
    assert set(files["projects.csv"]["条目编号"]) == {p.id for p in left}
    assert 0 < len(left) < len(plan.projects)


def test_targets_are_grouped_by_the_districts_that_the_document_limits_them_to(page):
    test = page("targets", plan="xuzhou-2023", group="district")
    sound(test)
    counts = test.dataframe[0].value
    assert dict(zip(counts["区县"], counts["条数"], strict=True)) == {
        "徐州市": 108,
        "适用范围未写明区县": 9,
        "鼓楼区": 2,
        "云龙区": 2,
        "泉山区": 2,
    }
    assert "列在规划所在的徐州市" in shown(test)
    assert "列在规划所在的" not in shown(page("targets", plan="xuzhou-2023"))
    own = page("targets", group="district").dataframe[0].value.set_index("区县")["条数"]
    assert (own["越秀区"], own["南沙区"]) == (3, 1)


def test_a_long_table_takes_the_height_of_the_window_and_a_short_one_its_own(page):
    def room(test) -> list[str]:
        return [h.proto.body for h in test.get("html") if "st-key-targets-room" in h.proto.body]

    [style] = room(page("targets"))
    assert "max(500px, min(3820px, 100vh - 310px))" in style
    assert room(page("targets", q="充电桩")) == []


def test_english_counts_of_rows_need_no_plural(page):
    assert "Named for the item itself: 1;" in shown(page("targets", lang="en"))
