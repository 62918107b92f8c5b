"""Whatever is wrong with a file is a sentence for a planner: the file's own name, no inner words, and what to do."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile

from geo.errors import InfraPlanError
from infraplan import uploads
from infraplan.uploads.districts import Districts
from infraplan.workspace import Workspace

INNER = re.compile(
    r"codec|decode|utf-8-sig|gb18030|/tmp|infraplan-|Error\b|Exception|tokenizing|magic bytes|engine|read_points|\x00",
    re.IGNORECASE,
)
NOISE = random.Random(3).randbytes(500)
TIANHE = {"region": "440106", "datum": "WGS84"}


def collection(*features):
    listed = [{"type": "Feature", "properties": p, "geometry": g} for g, p in features]
    return json.dumps({"type": "FeatureCollection", "features": listed}).encode()


def point(x=113.36, y=23.13):
    return {"type": "Point", "coordinates": [x, y]}


def square(x=113.36, y=23.13, size=0.02):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def raster(values, crs="EPSG:4326"):
    transform = rasterio.Affine(0.001, 0, 113.3, 0, -0.001, 23.2)
    with MemoryFile() as memory:
        shape = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
        with memory.open(driver="GTiff", crs=crs, transform=transform, **shape) as target:
            target.write(values, 1)
        return memory.read()


def told(what, content, name, answers=TIANHE, lang="zh"):
    """All that is said of a file which cannot be taken."""
    try:
        found = uploads.inspect(what, content, name, answers)
    except InfraPlanError as error:
        return error.text(lang)
    assert found.problems
    assert not found.ready
    return "\n".join(p.text(lang) for p in found.problems)


BROKEN = [
    *((f"现状人口{ending}", NOISE) for ending in uploads.WHAT["population"][2]),
    ("半截.geojson", b'{"type":"FeatureCollection","features":[{"type"'),
    ("空.geojson", collection()),
    ("点.geojson", collection((point(), {"people": 5}))),
    ("无图形.geojson", collection((None, {"people": 5}))),
    ("文字.geojson", collection((square(), {"people": "很多"}))),
    ("栅格.zip", zipped(a__tif=NOISE)),
    ("两个.zip", zipped(a__geojson=NOISE, b__geojson=NOISE)),
    ("加密.zip", zipped(a__geojson=NOISE)),
    ("缺件.zip", zipped(a__shp=NOISE)),
    ("二进制.csv", b"\x00\x01\x02" * 50),
    ("参差.csv", b"lon,lat,people\n113.3,23.1,2,4\n"),
    ("表头.csv", b"lon,lat,people\n"),
    ("过大.csv", b"lon,lat,people\n113.36,23.13,1e300\n"),
    ("半截.tif", raster(np.random.default_rng(1).random((300, 300)))[:3000]),
    ("无坐标系.tif", raster(np.ones((9, 9), "float32"), None)),
    ("编码.tif", raster(np.full((9, 9), 1e300))),
]


@pytest.mark.parametrize(("name", "content"), BROKEN, ids=[name for name, _ in BROKEN])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_broken_population_is_one_clear_sentence_with_the_files_name(name, content, lang):
    text = told("population", content, name, lang=lang)
    assert not INNER.search(text), text
    assert "\n" not in text
    assert text.count(name) == 1, text


@pytest.mark.parametrize(("name", "content"), [c for c in BROKEN if c[0].endswith((".zip", ".geojson"))][:6])
def test_a_broken_boundary_names_no_inner_word(name, content):
    text = told("boundaries", content, name, {})
    assert name in text
    assert not INNER.search(text), text


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.xlsx", "a.tsv"])
@pytest.mark.parametrize("what", uploads.LISTS)
def test_a_broken_list_names_no_codec(what, name):
    assert not INNER.search(told(what, NOISE, name))


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("x.tif", NOISE, "重新导出为 GeoTIFF"),
        ("x.zip", NOISE, "重新打包"),
        ("x.zip", zipped(a__tif=NOISE), "直接上传"),
        ("x.geojson", NOISE, "GIS 软件中打开后重新保存"),
        ("x.geojson", collection((point(), {"people": 5})), "经度、纬度、人口三列"),
        ("x.csv", b"lon,lat,people\n23.13,113.36,6\n", "对调列名"),
        ("x.csv", NOISE, "另存为 .xlsx"),
        ("x.csv", b"a,b\n1,2\n", "列名应为"),
    ],
)
def test_what_to_do_is_said(name, content, advice):
    assert advice in told("population", content, name)


def test_a_file_that_cannot_be_read_is_told_before_anything_is_asked():
    with pytest.raises(InfraPlanError, match="GeoTIFF"):
        uploads.inspect("population", NOISE, "x.tif", {})
    assert uploads.inspect("population", raster(np.ones((9, 9))), "x.tif", {}).open[0].key == "region"


def test_a_first_row_longer_than_the_header_moves_no_value():
    text = told("population", b"lon,lat,people\n1,113.36,23.13,6\n", "p.csv")
    assert "列数多于表头" in text


def test_a_name_longer_than_a_disk_takes_is_no_error_of_ours():
    content = b"lon,lat,people\n113.36,23.13,600000\n"
    assert uploads.inspect("population", content, f"{'人口' * 100}.csv", TIANHE).rows > 0


def test_a_table_in_utf16_is_read():
    content = "经度,纬度,人口\n113.36,23.13,5\n".encode("utf-16")
    assert uploads.inspect("population", content, "p.csv", TIANHE).data.total == 5


@pytest.mark.parametrize(
    ("name", "content", "places"),
    [
        (
            "p.csv",
            b"lon,lat,people\n113.36,23.13,100\n113.36,23.13,-5\n113.37,23.13,-7.5\n",
            ["p.csv, C3 (people)", "p.csv, C4 (people)"],
        ),
        (
            "p.geojson",
            collection((square(), {"people": 100}), (square(113.38), {"people": -5}), (square(), {"people": -7.5})),
            ["p.geojson 第 2 个要素(people)", "p.geojson 第 3 个要素(people)"],
        ),
    ],
)  # fmt: skip
def test_negative_people_are_refused_rows_with_their_values(name, content, places):
    found = uploads.inspect("population", content, name, TIANHE)
    assert [p.where_zh or p.where for p in found.problems] == places
    assert "-5" in found.problems[0].zh
    assert "-7.5" in found.problems[1].zh
    assert found.bad_lines == 2
    assert not found.ready
    workspace = Workspace()
    with pytest.raises(InfraPlanError):
        uploads.accept(found, workspace, by="u")
    record = uploads.accept(found, workspace, by="u", answers={"bad_rows": "leave_out"})
    assert record.document["people"] == 100


def test_a_column_that_is_all_negative_is_told_row_by_row():
    assert "人口为 -5" in told("population", b"lon,lat,people\n113.36,23.13,-5\n", "p.csv")


def test_nobody_in_the_region_is_refused():
    assert "合计 0 人" in told("population", b"lon,lat,people\n113.36,23.13,0\n", "p.csv")


def test_errors_of_the_whole_file_are_not_left_out_with_rows():
    content = "经度,纬度\n,23.1\n113.36,23.13\n".encode()
    answers = {"region": "440100", "datum": "WGS84|xy", "bad_rows": "leave_out", "locate": "none"}
    found = uploads.inspect("units", content, "u.csv", answers)
    assert [p.check for p in found.file_problems] == ["columns"]
    assert len(found.row_problems) == found.bad_lines == 1
    assert not found.ready
    assert "必填的列尚未指定" in found.summary_zh


def test_rows_and_errors_are_counted_apart_and_alike():
    content = "名称,数量,经度,纬度\n甲,很多,一百,23.1\n乙,-1,113.36,23.13\n丙,2,113.36,23.13\n".encode()
    answers = {"region": "440100", "datum": "WGS84|xy", "locate": "none"}
    found = uploads.inspect("units", content, "u.csv", answers)
    assert (found.bad_lines, len(found.row_problems)) == (2, 3)
    asked = next(q for q in found.questions if q.key == "bad_rows")
    for text in (found.summary_zh, asked.zh):
        assert "2 行里共 3 处错误" in text
    for text in (found.summary_en, asked.en):
        assert "3 errors in 2 rows" in text


# names of districts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "<b>天河区</b>",
        "<img src=x onerror=alert(1)>/天河区",
        "http://例.com/天河",
        "天河区;DROP TABLE='x'",
        "[链接](http://x/y)",
    ],
)
def test_an_odd_name_of_a_district_stays_whole(name):
    assert Districts("440100").read(name).unknown == (name,)


def test_names_of_districts_are_still_taken_apart():
    found = Districts("440100").read("天河区/越秀区、火星区")
    assert (found.adcodes, found.unknown) == (("440106", "440104"), ("火星区",))


@pytest.mark.parametrize("text", ["-", "—", "/", "无", "N/A", "待定", " "])
def test_nothing_said_of_a_district_is_no_question(text):
    assert Districts("440100").read(text).unknown == ()


def test_the_question_of_a_district_says_where_it_is_not():
    rows = "".join(f'"{name}",{district}\n' for name, district in (("甲", "火星区"), ("乙", "<b>x</b>")))
    found = uploads.inspect("projects", f"项目名称,区县\n{rows}".encode(), "a.csv", {"region": "440100"})
    asked = {q.key: q for q in found.questions}
    assert "“火星区”(共 1 行)不是广州市的区县" in asked["district:火星区"].zh
    assert "是不是" not in asked["district:火星区"].zh
    assert "no district of Guangzhou" in asked["district:火星区"].en
    assert "“<b>x</b>”" in asked["district:<b>x</b>"].zh
    long = uploads.inspect(
        "projects", f"项目名称,区县\n甲,{'长' * 500}区\n".encode(), "a.csv", {"region": "440100"}
    )
    assert max(len(q.zh) for q in long.questions) < 200
