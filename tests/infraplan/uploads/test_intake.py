"""What bureaus send: lists in every state of disorder, boundaries, population; nothing half-imported."""

from __future__ import annotations

import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo import boundaries, china_offsets, population
from geo.errors import DataError, UnknownNameError
from infraplan import uploads, workflow
from infraplan.workspace import Workspace
from scenarios import load as scenario_load

COLUMNS = [
    "序号",
    "项目名称",
    "建设性质",
    "建设地点",
    None,
    "坐标",
    None,
    "建设起止年限",
    "总投资",
    "项目阶段",
]
BELOW = [None, None, None, "区县", "详细地址", "经度", "纬度", None, None, None]
ROWS = [
    ["一", "信息基础设施"],
    [1, "云龙区5G基站", "新建", "云龙区", "大龙湖", 117.24, 34.22, "2020-2022", 35_000, "在建"],
    [2, "数据中心", "续建", "铜山区", "新区街道", 117.17, 34.18, "2020.03-2022.12", "1.2亿元", "续建"],
    [3, "充电站", "新建", "经开区", None, 117.30, 34.28, "2021—2023年", 800, "储备"],
    ["小计", None, None, None, None, None, None, None, 47_800],
    ["二", "融合基础设施"],
    [4, "智慧灯杆", "新建", "云龙区、鼓楼区", None, None, None, "2022年底", 500, "在建"],
    ["合计", None, None, None, None, None, None, None, 48_300],
]
XUZHOU = {"region": "320300", "datum": "WGS84|xy", "locate": "none"}


def workbook(rows=ROWS, title="项目表", before=(), unit="单位:万元"):
    """Return a workbook as bureaus make them: title, unit, a two-line header with merged cells, subtotals, a note."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for name in before:
        book.create_sheet(name, 0).append(["填表说明"])
    lines = [["徐州市2022年重点新基建项目清单"], [unit], COLUMNS, BELOW, *rows, ["注:数据截至2022年底"]]
    for line in lines:
        sheet.append(line)
    for area in ("A1:J1", "A2:J2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:H4", "I3:I4", "J3:J4"):
        sheet.merge_cells(area)
    sheet.merge_cells(start_row=len(lines), end_row=len(lines), start_column=1, end_column=10)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(text, encoding="utf-8"):
    return text.encode(encoding)


def look(content, answers=None, what="projects", name="清单.xlsx"):
    return uploads.inspect(what, content, name, answers)


def take(content, answers, what="projects", name="清单.xlsx"):
    workspace = Workspace()
    record = uploads.accept(look(content, answers, what, name), workspace, by="张三")
    return record, uploads.load(workspace, record)


def texts(problems, lang="zh"):
    return "\n".join(p.text(lang) for p in problems)


def test_a_bureaus_workbook_is_read_whole():
    record, frame = take(workbook(before=["说明"]), XUZHOU)
    assert frame["line"].tolist() == [6, 7, 8, 11]
    assert frame["investment"].tolist() == [350_000_000, 120_000_000, 8_000_000, 5_000_000]
    assert frame["investment"].dtype == "Int64"
    assert frame["period_from"].tolist() == ["2020", "2020-03", "2021", "2022-12"]
    assert frame["period_to"].tolist() == ["2022", "2022-12", "2023", "2022-12"]
    assert frame["adcodes"].tolist() == ["320303", "320312", "320371", "320303|320302"]
    assert frame["stage"].tolist() == ["under_construction", "continued", "reserve", "under_construction"]
    assert frame["lon"].tolist()[:3] == [117.24, 117.17, 117.30]
    assert pd.isna(frame["lon"][3])
    assert frame["position_basis"][0] == "uploaded"
    assert record.document["columns"]["address"] == "建设地点/详细地址"
    assert record.document["money_units"] == {"总投资": "wan"}
    assert (record.document["datum"], record.document["rows"]) == ("WGS84", 4)
    assert record.saved_by == "张三"


def test_what_was_left_out_and_the_files_own_totals_are_told():
    inspection = look(workbook(), XUZHOU)
    notes = texts(inspection.notes)
    for part in (
        "第 5 行:未导入:分类标题行",
        "第 9 行:未导入:小计或合计行",
        "第 12 行",
        "第 13 行:未导入:注释行",
    ):
        assert part in notes
    assert "清单.xlsx, row 5: not taken" in texts(inspection.notes, "en")
    assert "合计为" not in texts(inspection.doubts)
    wrong = [row if row[0] != "合计" else [*row[:8], 50_000] for row in ROWS]
    assert "文件合计为 500,000,000,各行之和为 483,000,000" in texts(look(workbook(wrong), XUZHOU).doubts)


def test_a_figure_merged_over_rows_counts_once():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["项目名称", "总投资(亿元)", "责任单位"],
        ["甲", 6, "工信局"],
        ["乙", None, None],
        ["丙", None, None],
    ):
        sheet.append(row)
    sheet.merge_cells("B2:B4")
    sheet.merge_cells("C2:C4")
    out = io.BytesIO()
    book.save(out)
    inspection = look(out.getvalue(), {"region": "440100", "locate": "none"})
    frame = inspection.data
    assert frame["investment"].tolist() == [600_000_000, None, None]
    assert frame["lead"].tolist() == ["工信局"] * 3
    assert "合并单元格" in texts(inspection.doubts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_each_encoding(encoding):
    name = "充电桩" if encoding == "gbk" else "充电桩䶮"
    text = f"项目名称,区县,总投资(万元)\n{name},天河区,100\n"
    _, frame = take(csv_bytes(text, encoding), {"region": "440100", "locate": "none"}, name="a.csv")
    assert frame["investment"].tolist() == [1_000_000]
    assert frame["adcodes"].tolist() == ["440106"]
    assert frame["name"].tolist() == [name]


def test_the_unit_of_money_is_asked_when_nothing_states_it():
    content = csv_bytes("项目名称,总投资\n甲,35000\n乙,1.5亿元\n丙,12000\n")
    inspection = look(content, {"region": "440100"}, name="a.csv")
    question = next(q for q in inspection.open if q.key.startswith("money_unit"))
    assert question.suggested == "wan"
    assert not inspection.ready
    with pytest.raises(DataError, match="does not state its unit"):
        uploads.accept(inspection, Workspace(), by="u", answers={"locate": "none"})
    _, frame = take(content, {"region": "440100", "locate": "none", question.key: "wan"}, name="a.csv")
    assert frame["investment"].tolist() == [350_000_000, 150_000_000, 120_000_000]
    answered = look(content, {"region": "440100", "locate": "none", question.key: "wan"}, name="a.csv")
    assert question.key in [q.key for q in answered.questions]
    assert answered.ready
    assert question.key in [q.key for q in look(content, {question.key: "nonsense"}, name="a.csv").open]


def test_the_datum_is_asked_with_evidence_and_converted():
    frame = boundaries.districts("440100")
    points = frame.geometry.representative_point()
    names = frame["name_zh"].tolist()
    lon, lat = china_offsets.from_wgs84(points.x.to_numpy(), points.y.to_numpy(), "GCJ-02")
    rows = "".join(f"{n}桩,{n},{a:.6f},{b:.6f}\n" for n, a, b in zip(names, lon, lat, strict=True))
    content = csv_bytes("名称,区县,经度,纬度\n" + rows)
    inspection = look(content, {"region": "440100"}, "units", "桩.csv")
    question = next(q for q in inspection.open if q.key == "datum")
    assert {o.value for o in question.options} == {"WGS84|xy", "GCJ-02|xy", "BD-09|xy"}
    assert all("%" in o.zh for o in question.options)
    _, taken = take(content, {"region": "440100", "datum": "GCJ-02|xy"}, "units", "桩.csv")
    assert np.allclose(taken["lon"].to_numpy(float), points.x, atol=2e-6)
    assert np.allclose(taken["lat"].to_numpy(float), points.y, atol=2e-6)
    assert taken["located_adcode"].tolist() == frame["adcode"].tolist()
    assert taken["accuracy_m"].isna().all()


def test_units_become_the_cells_of_a_scenario():
    content = csv_bytes(
        "名称,数量,经度,纬度\n甲,3,113.3600,23.1300\n乙,4,113.3601,23.1301\n丙,5,113.4,23.15\n"
    )
    answers = {"region": "440100", "datum": "WGS84|xy"}
    workspace = Workspace()
    record = uploads.accept(look(content, answers, "units", "u.csv"), workspace, by="u")
    cells = uploads.cells_of(workspace, record, 9)
    assert sorted(cells.values()) == [5, 7]
    scenario = scenario_load.load(
        "guangzhou-5g-2022", {"amount": "900", "region": "'440106'", "existing": json.dumps({"cells": cells})}
    )
    allocation = workflow.run(scenario)
    assert int(allocation.solution.parts["existing"].sum()) == 12
    without = csv_bytes("名称,数量,经度,纬度\n甲,3,113.36,23.13\n乙,,113.36,23.13\n丙,1,,\n")
    record = uploads.accept(look(without, {**answers, "locate": "none"}, "units", "u.csv"), workspace, by="u")
    with pytest.raises(DataError) as caught:
        uploads.cells_of(workspace, record, 9)
    assert [p.text("zh").partition(":")[0] for p in caught.value.problems] == [
        "u.csv 第 4 行",
        "u.csv 第 3 行",
    ]


def test_swapped_axes_and_plane_coordinates_are_recognised():
    content = csv_bytes("名称,区县,X坐标,Y坐标\n甲,天河区,2560000,38435000\n乙,天河区,2561000,38436000\n")
    inspection = look(content, {"region": "440100"}, "sites", "s.csv")
    question = next(q for q in inspection.open if q.key == "datum")
    assert question.options[0].value.startswith("EPSG:45")
    _, taken = take(content, {"region": "440100", "datum": question.options[0].value}, "sites", "s.csv")
    assert taken["lon"].between(113, 114).all()
    assert taken["lat"].between(23, 24).all()


def test_errors_are_told_row_by_row_and_nothing_is_stored_with_them():
    rows = [
        *ROWS[1:4],
        [9, None, "新建", "云龙区", None, "一百", 34.2, "2023-2021", "很多", "在建"],
        [10, "缺纬度", "新建", "云龙区", None, 117.2, None, "2021", 5, "在建"],
        [11, "远处", "新建", "云龙区", None, 140.0, 10.0, "2021", 5, "在建"],
    ]
    inspection = look(workbook(rows), XUZHOU)
    told = texts(inspection.problems)
    for part in (
        "B8\uff08项目名称\uff09:为空",
        "F8\uff08坐标/经度\uff09:“一百”不是坐标",
        "H8\uff08建设起止年限\uff09:“2023-2021”的结束早于开始",
        "I8\uff08总投资\uff09:“很多”不是金额",
        "清单.xlsx 第 9 行:经纬度只填了一个",
        "F10\uff08坐标/经度\uff09:按所选坐标系,该位置不在中国任何区县内",
    ):
        assert part in told
    assert [row["row"] for row in inspection.bad_rows] == ["8", "9", "10"]
    workspace = Workspace()
    with pytest.raises(DataError, match="is empty"):
        uploads.accept(inspection, workspace, by="u")
    with pytest.raises(DataError):
        uploads.accept(inspection, workspace, by="u", answers={"bad_rows": "mend"})
    assert workspace.records("upload") == []
    record = uploads.accept(inspection, workspace, by="u", answers={"bad_rows": "leave_out"})
    assert uploads.load(workspace, record)["line"].tolist() == [5, 6, 7]
    assert len(record.document["left_out"]) == len(inspection.problems)


def test_a_functional_zone_without_a_code_is_asked_about():
    content = csv_bytes("项目名称,区县\n甲,淄博高新区\n乙,张店区\n丙,高新区\n")
    inspection = look(content, {"region": "370300"}, name="a.csv")
    asked = {q.key: q for q in inspection.open}
    assert {"district:淄博高新区", "district:高新区"} <= set(asked)
    assert "功能区" in asked["district:高新区"].zh
    answers = {
        "region": "370300",
        "locate": "none",
        "district:淄博高新区": "370303",
        "district:高新区": "none",
    }
    _, frame = take(content, answers, name="a.csv")
    assert frame["adcodes"].tolist() == ["370303", "370303", ""]
    assert frame["district"].tolist() == ["淄博高新区", "张店区", "高新区"]
    answered = look(content, answers, name="a.csv")
    assert set(asked) <= {q.key for q in answered.questions}
    assert answered.ready


def test_the_region_is_suggested_by_the_districts():
    assert look(workbook()).questions[0].suggested == "320300"
    assert look(csv_bytes("名称,备注\n甲,乙\n丙,丁\n"), name="a.csv").questions[0].suggested is None


def test_places_are_looked_up_only_when_asked_and_say_how():
    content = csv_bytes(
        "项目名称,区县,详细地址\n广州白云国际机场5G,白云区,广州白云国际机场\n某项目,天河区,\n"
    )
    _, frame = take(content, {"region": "440100", "locate": "none"}, name="a.csv")
    assert frame["lon"].isna().all()
    _, frame = take(content, {"region": "440100", "locate": "gazetteer"}, name="a.csv")
    assert frame["lon"].notna().tolist() == [True, False]
    assert frame["accuracy_m"][0] > 0
    assert frame["position_basis"][0].startswith("gazetteer")
    assert frame["position_source"][0]


def test_the_mapping_can_be_changed():
    content = csv_bytes("甲列,乙列,丙列\n充电站,天河区,3\n充电桩,越秀区,4\n")
    inspection = look(content, {"region": "440100"}, "units", "a.csv")
    assert "未指定“名称”对应的列" in texts(inspection.problems)
    answers = {
        "region": "440100",
        "locate": "none",
        "columns": {"name": "甲列", "district": "乙列", "count": "丙列", "note": None},
    }
    _, frame = take(content, answers, "units", "a.csv")
    assert frame["count"].tolist() == [3, 4]
    assert frame["adcodes"].tolist() == ["440106", "440104"]
    with pytest.raises(UnknownNameError, match="丙列"):
        look(content, {"columns": {"name": "丁列"}}, "units", "a.csv")


def test_hostile_text_is_kept_as_text_and_pointed_at():
    hostile = [
        '<script>alert("1")</script>',
        "=cmd|'/c calc'!A1",
        "@SUM(1)",
        "+1+cmd",
        '"><img src=x onerror=1>',
    ]
    content = csv_bytes("项目名称,备注\n" + "".join('"' + h.replace('"', '""') + '",x\n' for h in hostile))
    inspection = look(content, {"region": "440100", "locate": "none"}, name="a.csv")
    assert inspection.data["name"].tolist() == hostile
    assert texts(inspection.doubts).count("公式") == 3
    _, frame = take(content, {"region": "440100", "locate": "none"}, name="a.csv")
    assert frame["name"].tolist() == hostile


def test_repeated_ids_are_errors_and_repeated_rows_are_doubts():
    content = csv_bytes(
        "项目编号,项目名称,区县\nA1,甲,天河区\nA1,乙,天河区\nA2,丙,越秀区\n,丙,越秀区\n,丙,越秀区\n"
    )
    inspection = look(content, {"region": "440100"}, name="a.csv")
    assert "与第 2 行重复" in texts(inspection.problems)
    assert "与第 5 行相同" in texts(inspection.doubts)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "a.csv", "文件为空"),
        (b"\x00\x01\x02\x03" * 100, "a.csv", "不是文本文件"),
        (b"PK\x03\x04broken", "a.xlsx", "不是 .xlsx 工作簿"),
        (b"\xd0\xcf\x11\xe0old", "a.xls", "另存为 .xlsx"),
        (b"just one line", "a.csv", "未找到表头"),
        ("项目名称,区县\n".encode(), "a.csv", "没有数据行"),
        (b"x", "a.pdf", "清单支持"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(content, name, told):
    with pytest.raises(DataError) as caught:
        look(content, name=name)
    assert told in caught.value.zh


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("infraplan.uploads.excel.MAX_UNZIPPED", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    with pytest.raises(DataError, match="unpacks to"):
        look(out.getvalue())


def test_a_workbook_with_damaged_parts_is_refused_in_words():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not xml")
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(DataError, match="save"):
        look(out.getvalue())


def test_the_size_limit(monkeypatch, tmp_path):
    monkeypatch.setattr("infraplan.uploads.table.MAX_BYTES", 10)
    with pytest.raises(DataError, match="more than"):
        look(b"name,x\na,1\nb,2\n", name="a.csv")


def test_a_file_name_cannot_lead_out_of_the_workspace():
    workspace = Workspace()
    inspection = look(
        csv_bytes("项目名称,区县\n甲,天河区\n"), {"region": "440100", "locate": "none"}, name="../../x.csv"
    )
    record = uploads.accept(inspection, workspace, by="u")
    assert inspection.file_name == "x.csv"
    assert workspace.file(record, "data").is_relative_to(workspace.root)


def square(x, y, size=0.05):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_boundaries_ask_for_their_datum_and_come_back(tmp_path):
    frame = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]]
    path = tmp_path / "边界.geojson"
    path.write_text(frame.to_json(), "utf-8")
    inspection = uploads.inspect("boundaries", path, path.name)
    question = inspection.open[0]
    assert (question.key, question.suggested) == ("datum", "WGS84")
    assert "%" in question.options[0].zh
    workspace = Workspace()
    record = uploads.accept(inspection, workspace, by="u", answers={"datum": "CGCS2000"})
    back = uploads.load(workspace, record)
    assert isinstance(back, gpd.GeoDataFrame)
    assert back["adcode"].tolist() == frame["adcode"].tolist()
    assert back.geometry.geom_equals_exact(frame.geometry, 1e-8).all()


def test_boundaries_that_cannot_be_used_are_refused():
    content = json.dumps({"type": "FeatureCollection", "features": []}).encode()
    with pytest.raises(DataError):
        uploads.inspect("boundaries", content, "x.geojson")
    with pytest.raises(DataError, match="zip"):
        uploads.inspect("boundaries", b"shp", "x.shp")


def test_population_points_keep_their_sum(tmp_path):
    shipped = population.load("440106", resolution=9)
    from geo import grid

    centres = grid.centroids(shipped.cells)
    table = pd.DataFrame({"lon": centres[:, 0], "lat": centres[:, 1], "人口": shipped.people})
    path = tmp_path / "人口.csv"
    table.to_csv(path, index=False, encoding="utf-8")
    inspection = uploads.inspect("population", path, path.name)
    assert [q.key for q in inspection.open] == ["region", "datum"]
    assert inspection.data is None
    workspace = Workspace()
    record = uploads.accept(inspection, workspace, by="u", answers={"region": "440106", "datum": "WGS84"})
    surface = uploads.load(workspace, record)
    assert surface.total == shipped.total == record.document["people"]
    assert np.array_equal(surface.people, shipped.people)
    assert surface.id == f"upload-{record.id}"
    named = uploads.surface_path(workspace, record)
    assert population.load("440106", str(named)).total == shipped.total
    assert uploads.surface_path(workspace, record) == named
    assert "人" in record.document["summary_zh"]


def test_population_outside_the_region_is_refused():
    content = csv_bytes("lon,lat,people\n87.6,43.8,100\n")
    answers = {"region": "440106", "datum": "WGS84"}
    inspection = uploads.inspect("population", content, "p.csv", answers)
    assert "没有有效数据" in texts(inspection.problems)
    with pytest.raises(DataError, match="no valid value"):
        uploads.accept(inspection, Workspace(), by="u")


def test_a_datum_that_the_evidence_does_not_tell_is_not_chosen_beforehand():
    """Three points in the middle of large districts lie where their rows say in every reading (D4)."""
    rows = "".join(f"站{i},从化区,{113.58 + i * 0.01},{23.65 + i * 0.01}\n" for i in range(3))
    found = look(csv_bytes("项目名称,区县,经度,纬度\n" + rows), {"region": "440100"}, name="a.csv")
    question = next(q for q in found.questions if q.key == "datum")
    assert len(question.options) >= 3
    assert question.suggested is None
    assert question in found.open


@pytest.mark.parametrize(("amount", "suggested"), [(35_000, "wan"), (200_000, None), (5_000_000, "yuan")])
def test_a_unit_of_money_is_suggested_only_where_one_alone_is_plausible(amount, suggested):
    rows = f"甲,天河区,{amount}\n乙,越秀区,{amount}\n"
    found = look(csv_bytes("项目名称,区县,总投资\n" + rows), {"region": "440100"}, name="a.csv")
    assert next(q for q in found.questions if q.key == "money_unit:总投资").suggested == suggested


def test_a_cell_that_states_another_unit_than_its_column_is_pointed_at():
    rows = "甲,天河区,3500\n乙,越秀区,1.2亿元\n"
    found = look(csv_bytes("项目名称,区县,总投资(万元)\n" + rows), {"region": "440100"}, name="a.csv")
    [doubt] = [d for d in found.doubts if d.check == "money_unit"]
    assert "亿元" in doubt.zh
    assert found.data["investment"].tolist() == [35_000_000, 120_000_000]
