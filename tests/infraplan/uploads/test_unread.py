"""What of a file is not imported is said before it is stored, and kept with it."""

from __future__ import annotations

import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from infraplan import uploads
from infraplan.uploads import unread
from infraplan.workspace import Workspace

LIST = "项目名称,经度,纬度,投资(万元),联系电话,空列\n甲,113.3,23.1,1000,020-1,\n乙,113.31,23.12,200,020-2,\n"
PLACED = {"region": "440100", "datum": "WGS84|xy"}
HOSTILE = "<img src=x>**粗**"


def geojson(frame: gpd.GeoDataFrame) -> bytes:
    return frame.to_json().encode()


def squares(**columns) -> gpd.GeoDataFrame:
    boxes = [shapely.box(113.30 + i / 100, 23.10, 113.31 + i / 100, 23.11) for i in range(2)]
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=4326)


def test_a_list_tells_its_columns_that_are_not_imported_and_keeps_them():
    found = uploads.inspect("projects", LIST.encode(), "a.csv", PLACED)
    assert found.unread_columns == ("联系电话",)
    assert [n.zh for n in found.notes] == ["文件中这些列未导入:联系电话"]
    record = uploads.accept(found, Workspace(), by="张三")
    assert record.document["unread_columns"] == ["联系电话"]
    assert record.document["notes"][0]["en"] == "columns not imported: 联系电话"
    back = uploads.load(Workspace(), record)
    assert back["investment"].tolist() == [10_000_000, 2_000_000]


def test_a_cell_of_the_investment_that_is_no_amount_is_an_error():
    found = uploads.inspect("projects", LIST.replace("200", "abc").encode(), "a.csv", PLACED)
    assert [(p.where, p.where_zh) for p in found.problems] == [
        ("a.csv, D3 (投资(万元))", "a.csv D3\uff08投资(万元)\uff09")
    ]


def test_a_column_that_the_reader_takes_for_nothing_is_told_too():
    answers = {**PLACED, "columns": {"investment": None}}
    found = uploads.inspect("projects", LIST.encode(), "a.csv", answers)
    assert found.unread_columns == ("投资(万元)", "联系电话")


def test_columns_that_may_count_are_told_once_it_is_said_which_does():
    content = "名称,经度,纬度,直流桩数,交流桩数\n甲,113.3,23.1,3,4\n".encode()
    assert uploads.inspect("units", content, "a.csv", PLACED).unread_columns == ()
    answers = {**PLACED, "count_column": "直流桩数"}
    assert uploads.inspect("units", content, "a.csv", answers).unread_columns == ("交流桩数",)


def test_sheets_that_are_not_read_are_told_and_kept():
    book = openpyxl.Workbook()
    book.active.title = "一季度"
    for sheet in (book.active, book.create_sheet("二季度")):
        for row in (["项目名称", "经度", "纬度"], ["甲", 113.3, 23.1]):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    found = uploads.inspect("projects", out.getvalue(), "a.xlsx", PLACED)
    assert found.unread_sheets == ("二季度",)
    record = uploads.accept(found, Workspace(), by="张三")
    assert record.document["unread_sheets"] == ["二季度"]


def test_attributes_of_boundaries_that_are_not_imported_are_told():
    frame = squares(MC=["甲", "乙"], 人口密度=[1, 2], **{HOSTILE: ["x", "y"]})
    found = uploads.inspect("boundaries", geojson(frame), "a.geojson", {"datum": "WGS84"})
    assert set(found.unread_columns) - {"id"} == {"人口密度", HOSTILE}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson"])
def test_columns_of_a_population_that_are_not_imported_are_told(kind):
    answers = {"region": "440100", "datum": "WGS84"}
    if kind == "geojson":
        content = geojson(squares(人口=[1000, 2000], 户数=[300, 600]))
    else:
        frame = pd.DataFrame({"lon": [113.36], "lat": [23.13], "人口": [1000], "户数": [300]})
        out = io.BytesIO()
        with pd.ExcelWriter(out) as book:
            frame.to_excel(book, sheet_name="甲", index=False)
            frame.to_excel(book, sheet_name="乙", index=False)
        content = out.getvalue() if kind == "xlsx" else frame.to_csv(index=False).encode()
    found = uploads.inspect("population", content, f"a.{kind}", answers)
    assert set(found.unread_columns) - {"id"} == {"户数"}
    assert found.unread_sheets == (("乙",) if kind == "xlsx" else ())


def test_of_very_many_names_the_first_and_how_many_there_are():
    names = [f"列{i}" for i in range(50)]
    assert unread.joined(names, "zh").endswith("列39 等 50 个")
    assert unread.joined(names, "en").endswith("列39 and 10 more")
    assert len(unread.joined(["长" * 500], "zh")) == 61


def test_rows_are_not_said_to_have_no_position_before_the_datum_is_answered():
    found = uploads.inspect("projects", LIST.encode(), "a.csv", {"region": "440100"})
    assert "有位置的" not in found.summary_zh
    assert "have a position" not in found.summary_en
    assert "有位置的 2 行" in uploads.inspect("projects", LIST.encode(), "a.csv", PLACED).summary_zh


def test_a_place_in_a_workbook_is_written_in_the_readers_language():
    book = openpyxl.Workbook()
    for row in (["项目名称", "总投资(万元)"], ["甲", 1], ["乙", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    out = io.BytesIO()
    book.save(out)
    found = uploads.inspect("projects", out.getvalue(), "a.xlsx", {"region": "440100"})
    [note] = [n for n in found.notes if n.check == "merged"]
    assert (note.where, note.where_zh) == ("a.xlsx, B2:B3", "a.xlsx B2:B3")
