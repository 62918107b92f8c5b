"""Large lists: a file is read once whatever is answered; rows are placed together with the words of one by one."""

from __future__ import annotations

import pytest

from infraplan import uploads
from infraplan.uploads import lists, table

ANSWERS = {"region": "440100", "datum": "WGS84|xy", "locate": "none"}
PLACED = (
    "名称,区县,经度,纬度\n"
    "甲,天河区,113.36,23.13\n"
    "乙,越秀区,113.36,23.13\n"
    "丙,天河区,117.24,34.22\n"
    "丁,,113.36,23.13\n"
    "戊,天河区,113.36,5.13\n"
    "己,天河区,,\n"
)


def test_a_file_is_read_once_whatever_is_answered(monkeypatch):
    lists._table.cache_clear()
    seen = []
    read = table.read
    monkeypatch.setattr(table, "read", lambda *given: seen.append(given) or read(*given))
    content = "项目名称,区县\n甲,天河区\n".encode()
    for answers in ({}, {"region": "440100"}, {"region": "440100", "locate": "none"}):
        uploads.inspect("projects", content, "a.csv", answers)
    assert len(seen) == 1
    uploads.inspect("projects", content, "a.csv", {"encoding": "utf-8-sig"})
    uploads.inspect("projects", content + "乙,越秀区\n".encode(), "a.csv", {})
    assert len(seen) == 3


def test_each_row_is_placed_and_doubted_by_itself():
    found = uploads.inspect("units", PLACED.encode(), "a.csv", ANSWERS)
    assert [p.zh for p in found.problems] == ["按所选坐标系,该位置不在中国任何区县内"]
    assert found.problems[0].where == "a.csv, C6 (经度)"
    doubts = {p.where: p.zh for p in found.doubts if p.check == "position"}
    assert doubts == {
        "a.csv, C3 (经度)": "所填为越秀区,而坐标位于天河区",
        "a.csv, C4 (经度)": "位于云龙区,在所选地区之外",
    }
    rows = found.data.set_index("name")
    assert rows["lon"].tolist() == [113.36, 113.36, 117.24, 113.36, None]
    assert rows["located_adcode"].tolist() == ["440106", "440106", "320303", "440106", None]
    assert rows["position_basis"].tolist() == ["uploaded"] * 4 + [None]
    assert rows["position_source"].tolist() == ["a.csv"] * 4 + [None]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_marks_that_nobody_sees_are_no_part_of_a_cell(encoding):
    content = (
        "项目名称,区县,总投资(万元)\n\u3000甲\xa0,\u200b天河区\u3000,1\u200b00\n\u200b,\u3000,\n".encode(
            encoding
        )
    )
    frame = uploads.inspect("projects", content, "a.csv", {"region": "440100", "locate": "none"}).data
    assert frame["name"].tolist() == ["甲"]
    assert frame["district"].tolist() == ["天河区"]
    assert frame["investment"].tolist() == [1_000_000]
