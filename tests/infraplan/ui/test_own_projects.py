"""A planner's own project list on the page of projects: summed, filtered, escaped; what is not stated stays so."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pytest
from page_words import shown as words
from page_words import sound

from infraplan import uploads
from infraplan.ui import widgets
from infraplan.workspace import Workspace

ANSWERS = {"region": "320300", "datum": "WGS84|xy", "locate": "none"}
HOSTILE = '<img src=x onerror="alert(1)"> **粗** $x$ [a](http://b.c)'
ROWS = [
    "项目编号,项目名称,项目类别,建设性质,区县,经度,纬度,建设起止年限,总投资（万元）,本年度计划投资（万元）,本年累计完成投资(万元),"
    "责任单位(牵头),项目业主,项目阶段,形象进度",
    "X1,云龙区5G基站,网络,新建,云龙区,117.24,34.22,2020-2022,35000,1000,400,市工信局,铁塔公司,在建,主体完工",
    "X2,数据中心,算力,续建,铜山区,117.17,34.18,2020.03-2022.12,12000,,300,市发改委,,续建,",
    f'X3,"{HOSTILE.replace(chr(34), chr(34) * 2)}",能源,新建,经开区,117.30,34.28,2021-2023,,500,500,"甲局,乙局",,储备,',
    "X4,智慧灯杆,网络,新建,云龙区、鼓楼区,,,,500,200,0,市工信局,,规划选址,",
    "X5,充电站,能源,,,,,,0,,,,,,",
]


def bring(lines=ROWS, name="清单.csv", answers=ANSWERS, **given):
    workspace = Workspace()
    content = "\n".join(lines).encode("utf-8-sig")
    found = uploads.inspect("projects", content, name, answers, workspace.root)
    return uploads.accept(found, workspace, by="张三", **given)


@pytest.fixture
def brought():
    return bring(title="徐州2022年重点项目", source_text="市发改委 2022年3月")


def own(record) -> str:
    return f"own:{record.id}"


def card(test) -> str:
    return next(h.proto.body for h in test.get("html") if 'class="card"' in h.proto.body)


def url(test) -> dict[str, str]:
    return {k: v if isinstance(v, str) else v[0] for k, v in test.query_params.items()}


def figures(test) -> dict[str, str]:
    return {m.label: m.value for m in test.metric}


def table(test) -> pd.DataFrame:
    return test.dataframe[-1].value


def links(test) -> dict[str, str]:
    """The addresses of the links by their words."""
    return {e.proto.label: e.proto.query_string for e in test.get("page_link")}


def charts(test) -> list[pd.DataFrame]:
    """What the charts are drawn from."""
    found = []
    for chart in test.get("vega_lite_chart") + test.get("arrow_vega_lite_chart"):
        for data in chart.proto.datasets:
            found.append(pa.ipc.open_stream(data.data.data).read_pandas())
    return found


@pytest.mark.parametrize(
    ("lang", "title", "total"),
    [("zh", "上传：徐州2022年重点项目", "4.75亿元"), ("en", "Uploaded: 徐州2022年重点项目", "475 m yuan")],
)
def test_a_list_is_offered_beside_the_plans_and_summed(page, brought, lang, title, total):
    test = page("projects", plan=own(brought), lang=lang)
    sound(test)
    assert title in test.selectbox[0].options
    assert list(figures(test).values()) == ["5", "3", total, "1", "0", "1", "0"]
    kept = uploads.load(Workspace(), brought)
    assert int(kept["investment"].sum()) == 475_000_000
    money = next(c for c in table(test) if "总投资" in c or "Total investment" in c)
    unit = 10_000 if lang == "zh" else 1_000_000
    assert table(test)[money].sum() * unit == pytest.approx(475_000_000)
    told = ("5 行中 4 行有数", "规划选址 1") if lang == "zh" else ("stated in 4 of 5 rows", "规划选址 1")
    assert all(part in words(test) for part in told)


def test_lists_are_offered_for_projects_only(page, brought):
    assert not any("上传" in option for option in page("targets").selectbox[0].options)
    test = page("targets", plan=own(brought))
    sound(test)
    assert test.selectbox[0].value == "guangzhou-2020"
    assert url(test) == {}


@pytest.mark.parametrize("value", ["own:nothing-such", "own:", "own:../../etc"])
def test_an_old_link_falls_back(page, brought, value):
    test = page("projects", plan=value)
    sound(test)
    assert test.selectbox[0].value == "guangzhou-2020"
    assert "plan" not in url(test)


def test_a_deleted_list_falls_back(page, brought):
    Workspace().delete("upload", brought.id, by="u", base_version=brought.version)
    test = page("projects", plan=own(brought))
    sound(test)
    assert test.selectbox[0].value == "guangzhou-2020"


def test_other_uploads_are_no_project_lists(page):
    workspace = Workspace()
    content = "名称,数量,经度,纬度\n甲,3,113.36,23.13\n".encode("utf-8-sig")
    found = uploads.inspect(
        "units", content, "既有.csv", {"region": "440100", "datum": "WGS84|xy"}, workspace.root
    )
    record = uploads.accept(found, workspace, by="u")
    test = page("projects", plan=own(record))
    sound(test)
    assert test.selectbox[0].value == "guangzhou-2020"


def test_two_lists_of_one_title_can_be_told_apart(page):
    first, second = (bring(title="清单", name=f"{i}.csv") for i in "ab")
    test = page("projects", plan=own(first))
    sound(test)
    assert test.selectbox[0].value == own(first)
    titles = [option for option in test.selectbox[0].options if "清单" in option]
    assert len(set(titles)) == 2
    test.selectbox[0].set_value(own(second)).run()
    assert url(test)["plan"] == own(second)


def test_what_is_not_stated_stays_unknown(page, brought):
    test = page("projects", plan=own(brought))
    shown = table(test)
    assert shown["总投资（万元）"].isna().tolist() == [False, False, True, False, False]
    assert shown["总投资（万元）"].iloc[4] == 0
    assert shown["本年度计划投资（万元）"].isna().tolist() == [False, True, False, False, True]
    assert pd.api.types.is_numeric_dtype(shown["总投资（万元）"])
    assert "存在问题" not in shown
    assert "位置精度(米)" not in shown
    body = card(page("projects", plan=own(brought), row=f"{brought.id}:6"))
    assert "<dt>阶段</dt><dd>—</dd>" in body
    assert "<dt>总投资</dt><dd>0元</dd>" in body
    body = card(page("projects", plan=own(brought), row=f"{brought.id}:4"))
    assert "<dt>总投资</dt><dd>—</dd>" in body


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_of_a_file_are_shown_and_not_run(page, lang):
    record = bring(title=HOSTILE, source_text=HOSTILE)
    for tab in ("table", "charts"):
        test = page(
            "projects",
            plan=own(record),
            lang=lang,
            row=f"{record.id}:4",
            group="body",
            **{"as": tab},
        )
        sound(test)
        assert "<img" not in words(test).replace("\\<img", "")
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; **粗** $x$" in card(test)
        caption = next(c.value for c in test.caption if "粗" in c.value)
        assert "\\<img" in caption
        assert "\\*\\*" in caption
        assert "\\[a\\]" in caption
        assert "\\$x\\$" in caption
    assert HOSTILE in table(page("projects", plan=own(record), lang=lang)).iloc[:, 0].tolist()


def test_the_download_is_what_is_shown_and_harmless_in_a_spreadsheet(page, monkeypatch):
    record = bring(["项目名称,区县,总投资（万元）", "=1+1,云龙区,5", "乙,鼓楼区,"], answers=ANSWERS)
    seen = {}
    monkeypatch.setattr(
        widgets.st, "download_button", lambda label, data, **more: seen.update(data=data, **more)
    )
    sound(page("projects", plan=own(record), group="district"))
    back = pd.read_csv(io.BytesIO(seen["data"]))
    assert back["区县"].tolist() == ["云龙区", "鼓楼区"]
    assert back["名称"].tolist() == ["'=1+1", "乙"]
    assert back["总投资（万元）"].iloc[0] == 5
    assert pd.isna(back["总投资（万元）"].iloc[1])
    assert seen["file_name"] == f"{record.id}.csv"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "數據"}, ["数据中心"]),
        ({"q": "铁塔 主体"}, ["云龙区5G基站"]),
        ({"stage": "under_construction,continued"}, ["云龙区5G基站", "数据中心"]),
        ({"stage": "none"}, ["充电站"]),
        ({"unit": "320302"}, ["智慧灯杆"]),
        ({"unit": "320371"}, [HOSTILE]),
        ({"placed": "no"}, ["智慧灯杆", "充电站"]),
        ({"placed": "yes", "stage": "reserve"}, [HOSTILE]),
    ],
)
def test_filters_narrow_the_table_and_the_figures(page, brought, query, names):
    test = page("projects", plan=own(brought), **query)
    sound(test)
    assert table(test)["名称"].tolist() == names
    assert figures(test)["符合条件"] == str(len(names))


def test_a_body_with_a_comma_in_its_name_is_a_filter_that_a_link_keeps(page, brought):
    test = page("projects", plan=own(brought))
    box = test.multiselect(key="w_body")
    box.set_value([box.options[box.options.index("甲局,乙局")]]).run()
    sound(test)
    assert table(test)["名称"].tolist() == [HOSTILE]
    again = page("projects", **url(test))
    sound(again)
    assert table(again)["名称"].tolist() == [HOSTILE]


@pytest.mark.parametrize(
    ("group", "first"),
    [("stage", "储备"), ("district", "云龙区"), ("body", "市工信局"), ("category", "能源")],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_are_grouped_and_what_has_no_group_comes_last(page, brought, group, first, lang):
    test = page("projects", plan=own(brought), group=group, lang=lang)
    sound(test)
    assert len(test.dataframe) == 2
    column = table(test).iloc[:, 0].tolist()
    assert column == [c for c in column if c != "—"] + [c for c in column if c == "—"]
    if lang == "zh":
        assert first in column


def test_a_grouping_that_the_list_does_not_hold_is_not_offered(page):
    record = bring(["项目名称,备注", "甲,x", "乙,y"])
    test = page("projects", plan=own(record), group="stage")
    sound(test)
    assert test.selectbox(key="w_group").options == ["不分组"]
    assert "清单没有“阶段”一列" in words(test)
    assert "总投资" in figures(test)
    assert figures(test)["总投资"] == "—"


def test_the_card_of_the_first_row_stands_at_once_and_says_where_all_comes_from(page, brought):
    body = card(page("projects", plan=own(brought)))
    for part in (
        "云龙区5G基站",
        "3.5亿元",
        "清单.csv 第 2 行",
        "张三 · 20",
        "市发改委 2022年3月",
        "铁塔公司",
        "X1",
    ):
        assert part in body
    body = card(page("projects", plan=own(brought), row=f"{brought.id}:3", q="灯杆"))
    assert "数据中心" in body
    assert "2020-03–2022-12" in body


@pytest.mark.parametrize(("lang", "said"), [("zh", "未注明来源"), ("en", "no source stated")])
def test_a_list_without_a_source_says_so(page, lang, said):
    record = bring()
    test = page("projects", plan=own(record), lang=lang)
    assert said in next(h.proto.body for h in test.get("html") if "headline" in h.proto.body)
    assert said in card(test)


def test_the_status_and_the_uploader_of_a_list_are_told(page, brought):
    Workspace().set_status("upload", brought.id, "submitted", by="李四", base_version=1)
    test = page("projects", plan=own(brought))
    assert "上报" in words(test)
    assert "第 2 版 · 李四" in words(test)
    assert "张三 · " in card(test)


def test_the_chosen_row_is_kept_beside_what_the_map_shows(page, brought):
    test = page("projects", plan=own(brought), row=f"{brought.id}:3", sel="place:1:2:3:x")
    assert "数据中心" in card(test)
    assert url(test) == {"plan": own(brought), "row": f"{brought.id}:3"}
    assert "云龙区5G基站" in card(page("projects", plan=own(brought), row="other-list:3"))


def test_the_way_to_the_map(page, brought, monkeypatch):
    from infraplan.ui.views import list_parts

    seen = {}
    monkeypatch.setattr(
        list_parts, "map_link", lambda region, words="", **chosen: seen.update(chosen, region=region)
    )
    page("projects", plan=own(brought), row=f"{brought.id}:2")
    assert seen == {
        "region": "320300",
        "own": brought.id,
        "sel": "place:117.24000:34.22000::云龙区5G基站",
    }
    seen.clear()
    page("projects", plan=own(brought), row=f"{brought.id}:5")
    assert seen == {"region": "320300", "own": brought.id}
    record = bring(["项目名称,区县", "甲,云龙区"], answers={"region": "320300", "locate": "none"})
    page("projects", plan=own(record))
    assert seen == {"region": "320300", "own": record.id, "sel": "district:320303"}


def test_the_map_shows_a_place_whose_accuracy_is_not_known(page, brought):
    test = page(
        "map", region="320300", scenario="none", own=brought.id, sel="place:117.24:34.22::云龙区5G基站"
    )
    sound(test)
    assert "云龙区5G基站" in card(test)
    assert "<dd>—</dd>" in card(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_sum_what_the_list_states(page, brought, lang):
    test = page("projects", plan=own(brought), lang=lang, **{"as": "charts"})
    sound(test)
    drawn = charts(test)
    totals = [float(frame.select_dtypes("number").iloc[:, 0].sum()) for frame in drawn]
    assert pytest.approx(4.75) in totals  # 亿元 by stage
    assert 5.0 in totals  # projects by stage
    assert pytest.approx(0.17 + 0.09) in totals  # this year, of the rows that state both
    told = (
        ("5 行中 4 行填有总投资", "3 行（共 5 行）；完成 52.9%")
        if lang == "zh"
        else ("4 of 5 rows", "52.9% done")
    )
    assert all(part in words(test) for part in told)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_say_what_the_list_does_not_hold(page, lang):
    record = bring(["项目名称,备注", "甲,x", "乙,y"])
    test = page("projects", plan=own(record), lang=lang, **{"as": "charts"})
    sound(test)
    assert charts(test) == []
    for said in (
        ("填写总投资", "填写阶段", "填写区县", "起止年限", "无法对照")
        if lang == "zh"
        else ("no total investment", "no stage", "no district", "works begin and end", "cannot be compared")
    ):
        assert said in words(test)


@pytest.mark.parametrize("tab", ["table", "charts"])
def test_nothing_fits(page, brought, tab):
    test = page("projects", plan=own(brought), q="没有这样的词", **{"as": tab})
    sound(test)
    assert "没有符合" in words(test)
    assert figures(test)["总投资"] == "—"


def test_a_district_that_follows_from_the_position_says_so(page):
    record = bring(["项目名称,经度,纬度", "甲,117.24,34.22"])
    test = page("projects", plan=own(record))
    assert table(test)["区县"].tolist() == ["云龙区（按坐标）"]


def test_an_uploaded_list_leads_to_its_page(page, brought):
    test = page("data", part="own")
    test.selectbox(key="own-open").set_value(brought).run()
    sound(test)
    assert links(test)["在项目页查看清单"] == f"plan=own%3A{brought.id}"


def test_what_stands_in_many_rows_is_put_into_words_once(monkeypatch):
    from infraplan.ui.views import list_parts, own_rows, upload_words

    lines = [
        f"项目{i},{'云龙区' if i % 2 else '鼓楼区'},{'在建' if i % 3 else '规划选址'},2020-2022"
        for i in range(300)
    ]
    record = bring(["项目名称,区县,项目阶段,建设起止年限", *lines], answers={**ANSWERS, "locate": "none"})
    asked = []

    def counted(part, name):
        given = getattr(part, name)
        monkeypatch.setattr(part, name, lambda *x: asked.append(name) or given(*x))

    for part, name in ((list_parts, "unit_name"), (upload_words, "stage"), (upload_words, "span")):
        counted(part, name)
    rows = own_rows.read.__wrapped__("any", "zh", record)
    assert len(rows.table) == 300
    assert len(asked) < 20
    assert rows.facets["district"][1] == (("320303", "云龙区"),)
    assert rows.table["阶段"].tolist()[:2] == ["规划选址", "在建"]
    assert rows.table["建设起止年限"].tolist()[299] == "2020–2022"


def test_a_list_without_a_column_of_investment_says_so(page):
    record = bring(["项目名称,区县,阶段", "甲,云龙区,在建"])
    said = words(page("projects", plan=own(record), lang="zh"))
    assert "清单没有“总投资”一列" in said
    assert "行有数" not in said


def test_fields_are_printed_as_chinese_is(page, brought):
    test = page("projects", plan=own(brought), lang="zh")
    assert "责任单位\uff08牵头\uff09" in table(test).columns
    assert "责任单位\uff08牵头\uff09" in card(test)
    assert "(" not in "".join(c for c in table(test).columns if "WGS84" not in c)
