"""Answers on the page of uploads: what is asked, and what becomes of them when the file was stored."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from page_words import accept

from geo import boundaries
from infraplan import uploads
from infraplan.ui.views import data_upload
from infraplan.uploads import columns
from infraplan.workspace import Workspace


def brought(page, what, name, content, lang="zh"):
    """The page with a file chosen."""
    test = page("data", part="upload", what=what, lang=lang)
    test.file_uploader(key=f"upload-{what}").set_value((name, content, "")).run()
    assert not test.exception
    return test


def answer(test, question, value):
    next(b for b in test.selectbox if b.key.endswith(f"-{question}")).set_value(value).run()
    assert not test.exception


def shapefile(epsg, **columns):
    """Guangzhou's districts as a zipped Shapefile without its .prj."""
    frame = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]].assign(**columns).to_crs(epsg)
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as archive:
        frame.to_file(Path(folder) / "a.shp", encoding="utf-8")
        for part in Path(folder).iterdir():
            if part.suffix != ".prj":
                archive.write(part, part.name)
    return out.getvalue()


@pytest.mark.parametrize(
    ("what", "columns", "then"), [("boundaries", {}, "datum"), ("population", {"people": 1000}, "region")]
)
def test_a_shapefile_without_prj_is_asked_for_its_crs_on_the_page(page, what, columns, then):
    test = brought(page, what, "甲.zip", shapefile(4526, **columns))
    assert not test.error
    [box] = [b for b in test.selectbox if b.key.endswith("-crs")]
    assert box.value is None
    assert box.options[0].startswith("CGCS2000 3度带 38带（EPSG:4526）：位于广州市")
    assert not any("Gauss" in option for option in box.options)
    answer(test, "crs", "EPSG:4526")
    answer(test, then, {"datum": "CGCS2000", "region": "440100"}[then])
    assert not test.error
    accept(test)
    [record] = Workspace().records("upload")
    assert record.document["crs"] == "EPSG:4526"


def everything(what):
    """A list with one row and a column for each field."""
    cells = {
        "count": "3", "money": "5", "number": "7", "date": "2021.03", "period": "2020-2022", "stage": "在建",
        "district": "天河区",
    }  # fmt: skip
    place = {"lon": "113.36", "lat": "23.13"}
    used = [f for f in columns.fields(what) if f.name != "lonlat"]
    out = io.StringIO()
    names = [f.label_zh + ("(万元)" if f.kind == "money" else "") for f in used]
    csv.writer(out).writerows([names, [place.get(f.name) or cells.get(f.kind, "甲") for f in used]])
    return out.getvalue().encode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("what", ["projects", "sites", "units"])
def test_every_column_of_a_preview_has_a_heading_in_words(page, what, lang):
    test = brought(page, what, "清单.csv", everything(what), lang)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84|xy")
    headings = [str(c) for c in test.dataframe[-1].value.columns]
    raw = {f"{f.name}{end}" for f in columns.fields(what) for end in ("", "_from", "_to", "_text")}
    assert not [h for h in headings if h in raw and "_" in h]
    assert lang == "en" or not [h for h in headings if h.isascii()]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(("lang", "said"), [("zh", "仅存档，测算不使用"), ("en", "no calculation uses it")])
def test_the_room_of_a_site_is_said_to_be_kept_only(page, lang, said):
    test = brought(page, "sites", "站点.csv", everything("sites"), lang)
    answer(test, "region", "440100")
    answer(test, "datum", "WGS84|xy")
    [box] = [b for b in test.selectbox if b.key.endswith("-column-capacity")]
    assert said in box.label
    assert len([c for c in test.dataframe[-1].value.columns if said in c]) == 1
    assert not [b for b in test.selectbox if said in b.label and b is not box]


def test_an_answer_changed_after_storing_is_not_said_to_be_stored(page):
    content = "项目名称,区县,总投资\n甲,天河区,35000\n乙,越秀区,12000\n".encode()
    test = brought(page, "projects", "清单.csv", content)
    answer(test, "region", "440100")
    answer(test, "locate", "none")
    answer(test, "money_unit:总投资", "wan")
    accept(test)
    [first] = Workspace().records("upload")
    assert "已保存" in test.success[0].value
    answer(test, "money_unit:总投资", "yi")
    assert not test.success
    assert "先前的回答" in test.info[0].value
    answer(test, "money_unit:总投资", "wan")
    assert "已保存" in test.success[0].value
    answer(test, "money_unit:总投资", "yi")
    accept(test)
    assert "已保存" in test.success[0].value
    assert not test.info
    kept = {
        r.id: int(uploads.load(Workspace(), r)["investment"].sum()) for r in Workspace().records("upload")
    }
    assert kept.pop(first.id) == 470_000_000
    assert list(kept.values()) == [4_700_000_000_000]


def test_a_file_is_inspected_once_for_the_same_answers(page, monkeypatch):
    data_upload._inspected.clear()
    seen = []
    inspect = uploads.inspect
    monkeypatch.setattr(uploads, "inspect", lambda *given: seen.append(given) or inspect(*given))
    test = brought(page, "projects", "清单.csv", "项目名称,区县\n甲,天河区\n".encode())
    answer(test, "region", "440100")
    answer(test, "locate", "none")
    before = len(seen)
    [box] = [b for b in test.text_input if b.key.startswith("upload-title-")]
    box.set_value("另一个名称").run()
    test.run()
    assert len(seen) == before
    for staged in (Workspace().root / "staging").iterdir():
        staged.unlink()  # swept after a day, while the page is still open
    accept(test)
    assert [r.title for r in Workspace().records("upload")] == ["另一个名称"]


def test_a_list_without_a_column_of_names_and_without_places_can_be_mapped(page):
    """Nothing is looked up before the required column is chosen, and the mapper is there to choose it."""
    content = "充电站,所在区,安装位置,台数\n体育中心站,天河区,体育西路,4\n北京路站,越秀区,北京路,2\n".encode(
        "gb18030"
    )
    test = brought(page, "units", "充电站清单.csv", content)
    answer(test, "region", "440100")
    [error] = test.error
    assert "未指定“名称”对应的列" in error.value
    assert not [b for b in test.selectbox if b.key.endswith("-locate")]
    answer(test, "column-name", "充电站")
    assert not test.error
    answer(test, "locate", "none")
    accept(test)
    [record] = Workspace().records("upload")
    assert uploads.load(Workspace(), record)["count"].tolist() == [4, 2]


def workbook(**sheets):
    """An Excel file of named sheets of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def box_of(test, ending):
    [box] = [b for b in test.selectbox if b.key.endswith(ending)]
    return box


def test_a_sheet_without_a_header_can_be_left_again(page):
    content = workbook(清单=[["站点名称", "区县"], ["甲站", "天河区"]], 封面=[["2022 年"], ["请勿外传"]])
    test = brought(page, "units", "站点.xlsx", content)
    answer(test, "region", "440100")
    answer(test, "sheet", "封面")
    assert "未找到表头" in test.error[0].value
    assert box_of(test, "-sheet").value == "封面"
    answer(test, "sheet", "清单")
    assert not test.error
    assert box_of(test, "-region").value == "440100"


def test_another_sheet_drops_the_columns_that_were_chosen_for_the_first(page):
    content = workbook(
        甲=[["站点名称", "旧名", "区县"], ["甲站", "甲", "天河区"]], 乙=[["名称", "区县"], ["乙站", "越秀区"]]
    )
    test = brought(page, "units", "站点.xlsx", content)
    answer(test, "region", "440100")
    answer(test, "column-name", "旧名")
    answer(test, "sheet", "乙")
    assert not test.error
    assert box_of(test, "-column-name").value == "名称"
    answer(test, "sheet", "甲")
    assert box_of(test, "-column-name").value == "站点名称"


@pytest.mark.parametrize("what", ["boundaries", "population"])
def test_a_layer_that_cannot_be_used_can_be_left_again(page, what):
    areas = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]].assign(people=1000)
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as archive:
        for name, frame in (("面", areas), ("点", areas.set_geometry(areas.representative_point()))):
            frame.to_file(Path(folder) / f"{name}.geojson")
            archive.write(Path(folder) / f"{name}.geojson", f"{name}.geojson")
    test = brought(page, what, "甲.zip", out.getvalue())
    if what == "population":
        answer(test, "region", "440100")
    answer(test, "layer", "点.geojson")
    if what == "population":
        answer(test, "datum", "WGS84")
    assert test.error
    assert box_of(test, "-layer").value == "点.geojson"
    answer(test, "layer", "面.geojson")
    assert not test.error


def test_the_column_that_counts_is_asked_for_on_the_page(page):
    content = "名称,区县,快充桩数,慢充桩数,合计数量\n甲,天河区,1,10,11\n乙,越秀区,3,30,34\n".encode()
    test = brought(page, "units", "站.csv", content)
    answer(test, "region", "440100")
    answer(test, "locate", "none")
    box = box_of(test, "-count_column")
    assert box.value is None
    assert "慢充桩数（合计 40）" in box.options
    assert not [b for b in test.selectbox if b.key.endswith("-column-count")]
    answer(test, "count_column", "慢充桩数")
    answer(test, "column-district", None)
    assert box_of(test, "-count_column").value == "慢充桩数"
    accept(test)
    [record] = Workspace().records("upload")
    assert uploads.load(Workspace(), record)["count"].tolist() == [10, 30]
