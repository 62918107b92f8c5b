"""The page of uploads: what is wrong is counted once, what is not known is a dash, what looks wrong is told."""

from __future__ import annotations

import random

import pytest
from page_words import accept

from geo.position import Position
from infraplan import uploads
from infraplan.workspace import Workspace, entries

CHARGERS = "guangzhou-chargers-2022"
NOISE = random.Random(3).randbytes(500)
FEW = b"lon,lat,people\n113.36,23.13,1000\n"


def said(test) -> str:
    kinds = ("error", "warning", "info", "success", "markdown", "caption", "text")
    return "\n".join(str(element.value) for kind in kinds for element in test.get(kind))


def brought(page, what, name, content, lang="zh"):
    """The page with a file chosen."""
    test = page("data", part="upload", what=what, lang=lang)
    test.file_uploader(key=f"upload-{what}").set_value((name, content, "")).run()
    assert not test.exception
    return test


def answer(test, question, value):
    box = next(b for b in test.selectbox if b.key.endswith(f"-{question}"))
    box.set_value(value).run()
    assert not test.exception


def stored(what, name, content, **answers):
    workspace = Workspace()
    found = uploads.inspect(what, content, name, answers, workspace.root)
    return uploads.accept(found, workspace, by="张三", title="我的数据")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["现状.tif", "现状.zip", "现状.csv", "现状.geojson"])
def test_a_file_that_cannot_be_read_is_one_sentence_and_no_question(page, name, lang):
    test = brought(page, "population", name, NOISE, lang)
    assert len(test.error) == 1
    assert name.replace("_", "\\_") in test.error[0].value
    assert "/tmp" not in test.error[0].value
    assert not [b for b in test.selectbox if b.key.endswith("-region")]


def test_rows_and_errors_are_counted_apart_on_the_page(page):
    content = "名称,数量,经度,纬度\n甲,很多,一百,23.1\n乙,-1,113.36,23.13\n丙,2,113.36,23.13\n".encode()
    test = brought(page, "units", "桩.csv", content)
    answer(test, "region", "440100")
    assert "2 行里共 3 处错误" in test.error[0].value
    [errors] = [f.value for f in test.dataframe if "说明" in f.value.columns][:1]
    assert len(errors) == 3


def test_an_error_of_the_whole_file_is_a_sentence_of_its_own(page):
    test = brought(page, "units", "桩.csv", "甲列,乙列\n一,二\n".encode())
    assert "未指定" in test.error[0].value
    assert "处错误" not in said(test)


def test_negative_people_are_told_by_row_and_can_be_left_out(page):
    content = b"lon,lat,people\n113.36,23.13,18000000\n113.36,23.13,-5\n"
    test = brought(page, "population", "人口.csv", content)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84")
    assert "1 行里共 1 处错误" in test.error[0].value
    row = next(f.value for f in test.dataframe if "说明" in f.value.columns).iloc[0].tolist()
    assert "人口.csv, C3 (people)" in row[0]
    assert "-5" in row[1]
    answer(test, "bad_rows", "leave_out")
    assert not test.button(key="upload-accept").disabled


def test_a_population_far_from_the_census_is_told_before_and_after_it_is_stored(page):
    test = brought(page, "population", "人口.csv", FEW)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84")
    assert not test.error
    for text in ("1,000", "18,676,605", "2020"):
        assert text in test.warning[0].value
    accept(test)
    [record] = Workspace().records("upload")
    own = page("data", part="own")
    own.selectbox(key="own-open").set_value(record).run()
    assert "18,676,605" in own.warning[0].value


def test_numbers_of_a_preview_have_separators_and_no_column_is_said_in_chinese(page):
    test = brought(page, "population", "人口.csv", FEW)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84")
    assert "1,000" in test.dataframe[-1].value["人口"].tolist()
    content = "名称,数量,经度,纬度\n甲,12345,113.36,23.13\n乙,,113.36,23.13\n".encode()
    test = brought(page, "units", "桩.csv", content)
    answer(test, "region", "440100")
    assert test.dataframe[-1].value["数量"].tolist()[0] == "12,345"
    assert test.dataframe[-1].value["数量"].isna().tolist() == [False, True]
    boxes = [b for b in test.selectbox if "-column-" in b.key]
    assert {b.proto.placeholder for b in boxes} == {"（没有）"}
    assert any(b.label == "名称（必填）" for b in boxes)


def test_a_population_near_the_census_is_not_doubted(page):
    content = FEW.replace(b"1000", b"18000000")
    test = brought(page, "population", "人口.csv", content)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84")
    assert not test.warning


def test_a_scenario_that_uses_a_population_far_from_the_census_says_so(page):
    record = stored("population", "人口.csv", FEW, region="440100", datum="WGS84")
    test = page("scenario", scenario=CHARGERS, mode="edit")
    assert not [w for w in test.warning if "普查" in w.value]
    box = test.selectbox(key=f"form:{CHARGERS}:population:zh")
    assert any("我的数据" in option for option in box.options)
    box.set_value(str(uploads.surface_path(Workspace(), record))).run()
    assert not test.exception
    [warning] = [w.value for w in test.warning if "普查" in w.value]
    for text in ("1,000", "18,676,605", "2020"):
        assert text in warning


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["个网格", "1 行", "1,000 人"]), ("en", ["cells", "1 rows", "1,000 people"])],
)
def test_the_list_of_uploads_counts_each_kind_by_its_own_word_and_shows_no_none(page, lang, words):
    stored("population", "人口.csv", FEW, region="440100", datum="WGS84")
    stored("units", "桩.csv", "名称,区县\n甲,天河区\n".encode(), region="440100", locate="none")
    test = page("data", part="own", lang=lang)
    frame = test.dataframe[0]
    column = frame.value["数量" if lang == "zh" else "How much"].tolist()
    assert all(any(word in cell for cell in column) for word in words)
    cells = next(c for c in column if words[0] in c)
    assert "," in cells.split()[0], cells
    assert frame.proto.placeholder == "—"
    assert frame.value["名称" if lang == "zh" else "Name"].notna().all()


def test_what_was_stored_is_said_in_cells_with_separators(page):
    test = brought(page, "population", "人口.csv", FEW)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84")
    accept(test)
    assert "个网格" in test.success[0].value
    assert " 行" not in test.success[0].value
    [record] = Workspace().records("upload")
    assert f"{record.document['rows']:,}" in test.success[0].value


def test_a_district_question_shows_a_hostile_name_whole_and_as_text(page):
    test = brought(page, "projects", "清单.csv", "项目名称,区县\n甲,<b>x/y</b>\n".encode())
    answer(test, "region", "440100")
    [box] = [b for b in test.selectbox if "-district:" in b.key]
    assert "\\<b\\>x/y\\</b\\>" in box.label


@pytest.mark.parametrize(("lang", "source"), [("zh", "离线地名库"), ("en", "gazetteer: ")])
def test_where_the_gazetteer_placed_a_row_is_said_in_words(page, lang, source):
    content = "项目名称,区县,详细地址\n广州白云国际机场5G,白云区,广州白云国际机场\n".encode()
    record = stored("projects", "清单.csv", content, region="440100", locate="gazetteer")
    test = page("data", part="own", lang=lang)
    test.selectbox(key="own-open").set_value(record).run()
    rows = test.dataframe[-1].value.to_dict("records")
    assert any(str(v).startswith(source) for v in rows[0].values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_correction_and_a_figure_of_another_plan_have_names(page, lang):
    from plans import catalogue

    plan = catalogue.load_plan("xuzhou-2020")
    project, target = plan.projects[0], next(x for x in plan.targets if x.quantified)
    position = Position(117.2, 34.2, 50.0, "实测", "WGS84", "实测")
    entries.correct_position(Workspace(), plan.id, project.id, position, by="张三")
    entries.report_progress(Workspace(), target.id, date="2021-06", value=1, source="公报", by="张三")
    for part, kind, name, ident in (
        ("corrections", "correction", project.name(lang), project.id),
        ("progress", "progress", target.indicator(lang), target.id),
    ):
        test = page("data", part=part, plan="guangzhou-2020", lang=lang)
        assert not test.exception
        cells = [str(c) for c in test.dataframe[0].value.iloc[0]]
        assert cells[0] == name
        assert not any(ident in cell for cell in cells)
        assert name in test.selectbox(key=f"{kind}-open").options[0]


def test_a_project_card_says_its_source_in_words(page):
    from plans import catalogue

    found = next(
        p
        for plan in catalogue.load_all()
        for p in plan.projects
        if (p.position_source or "").startswith("gazetteer osm-")
    )
    test = page("map", scenario="none", sel=f"project:{found.id}", region="440100")
    bodies = "\n".join(h.proto.body for h in test.get("html"))
    assert "离线地名库" in bodies
    assert "gazetteer osm-" not in bodies


@pytest.mark.parametrize(
    ("lang", "what", "words"),
    [
        ("zh", "units", ["选择文件", "按回车键生效", "按回车键提交", "50 MB"]),
        ("zh", "boundaries", ["200 MB"]),
        ("zh", "population", ["500 MB"]),
        ("en", "units", ["Choose a file", "Press Enter to apply", "50 MB"]),
    ],
)
def test_words_that_streamlit_writes_itself_are_in_the_readers_language(page, lang, what, words):
    test = page("data", part="upload", what=what, lang=lang)
    styles = "\n".join(h.proto.body for h in test.get("html"))
    assert "stFileUploaderDropzoneInstructions" in styles
    assert [word for word in words if word not in styles] == []
    if lang == "zh":
        assert "Press Enter" not in styles


def test_no_word_of_ours_can_close_the_style_sheet():
    from infraplan.ui import theme

    rule = theme._instead("p", '</style><script>alert("1")</script>')
    assert "<" not in rule
    assert rule.count('\\"') == 2


def test_an_upload_says_where_it_is_from(page):
    test = brought(page, "population", "人口.csv", FEW)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84")
    accept(test, " ")
    assert "数据来源" in test.error[0].value
    assert Workspace().records("upload") == []
    accept(test, "来源不详")
    [record] = Workspace().records("upload")
    assert record.document["source"] == "来源不详"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_columns_that_are_not_imported_stand_above_the_preview_and_with_what_is_stored(page, lang):
    content = "项目名称,经度,纬度,投资(万元),<b>联系*电话*\n甲,113.3,23.1,1000,020\n".encode()
    test = brought(page, "projects", "a.csv", content, lang)
    answer(test, "region", "440100")
    [told] = [w.value for w in test.warning]
    assert "\\<b\\>联系\\*电话\\*" in told
    assert ("列对应关系" if lang == "zh" else "Which column is what") in told
    assert "投资" not in told
    record = stored("projects", "a.csv", content, region="440100", datum="WGS84|xy")
    own = page("data", part="own", lang=lang)
    own.selectbox(key="own-open").set_value(record).run()
    assert "\\<b\\>联系\\*电话\\*" in said(own)
    listed = page("projects", plan=f"own:{record.id}", lang=lang)
    assert "\\<b\\>联系\\*电话\\*" in said(listed)


def test_a_file_that_is_taken_whole_has_no_such_line(page):
    test = brought(page, "projects", "a.csv", "项目名称,经度,纬度\n甲,113.3,23.1\n".encode())
    assert not test.warning


def test_a_column_without_a_name_is_called_by_its_place(page):
    test = brought(page, "projects", "a.csv", "项目名称,经度,纬度,\n甲,113.3,23.1,x\n".encode())
    assert "第 4 列\uff08无列名\uff09" in test.warning[0].value


@pytest.mark.parametrize(("header", "opened"), [("项目名称", False), ("甲列", True)])
def test_the_columns_open_where_one_must_be_named_and_not_for_a_wrong_cell(page, header, opened):
    """Twenty-seven boxes between a file and its errors hide the errors."""
    content = f"{header},经度,纬度,总投资(万元)\n甲,113.3,23.1,很多\n".encode()
    test = brought(page, "projects", "a.csv", content)
    [columns] = [e for e in test.expander if e.label == "列对应关系"]
    assert columns.proto.expanded is opened
