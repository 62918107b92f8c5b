"""Whatever is sent, a planner gets a sentence: no table and no bytes end in anything but a deliberate error."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from geo.errors import InfraPlanError
from infraplan import uploads
from infraplan.uploads import columns as uploads_columns
from infraplan.workspace import Workspace

HEADERS = [s for f in uploads_columns.fields("projects") for s in f.synonyms[:2]] + ["", "x", "总投资(亿元)"]
WORDS = [
    "天河区",
    "云龙区、鼓楼区",
    "经开区",
    "合计",
    "小计",
    "一、",
    "2020-2022",
    "2020.1",
    "1.5亿元",
    "-",
    "=1+1",
    "113.3",
]
WORDS += [
    "23.1",
    "113°15′",
    "注:",
    "在建",
    "<b>",
    "\x00",
    "😀",
    "1e309",
    "-0",
    "999999999999999999999",
    "nan",
    "inf",
]
CELLS = st.sampled_from(WORDS) | st.text(max_size=8) | st.integers().map(str) | st.floats().map(str)
TABLES = st.integers(1, 7).flatmap(
    lambda width: st.tuples(
        st.lists(st.sampled_from(HEADERS), min_size=width, max_size=width).map(
            lambda h: ["名称", "区县", *h]
        ),
        st.lists(st.lists(CELLS, min_size=0, max_size=width + 3), max_size=6),
    )
)
PICKS = st.integers(0, 50)
RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def through(content, name, what, pick):
    """Inspect, answer what is asked in some way, accept, load; only deliberate errors may come out."""
    workspace = Workspace()
    before = len(workspace.records("upload"))
    answers = {}
    try:
        inspection = uploads.inspect(what, content, name)
        for _ in range(5):
            for question in inspection.open:
                answers[question.key] = question.options[pick % len(question.options)].value
            if answers.get("bad_rows") == "mend":
                answers["bad_rows"] = "leave_out"
            inspection = uploads.inspect(what, content, name, answers)
        record = uploads.accept(inspection, workspace, by="u")
    except InfraPlanError as error:
        event("refused")
        text = error.zh
        assert text
        assert len(workspace.records("upload")) == before
        return
    event("taken")
    frame = uploads.load(workspace, record)
    assert len(frame) == record.document["rows"] > 0
    assert frame["name"].notna().all()
    placed = frame[frame["lon"].notna()]
    assert placed["lon"].between(73, 136).all()
    assert placed["lat"].between(3, 54).all()


@RELAXED
@given(TABLES, PICKS, st.sampled_from(["projects", "sites", "units"]), st.sampled_from(["utf-8", "gb18030"]))
def test_any_csv(table, pick, what, encoding):
    header, rows = table
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    through(out.getvalue().encode(encoding, "replace"), "t.csv", what, pick)


@settings(RELAXED, max_examples=20)
@given(TABLES, PICKS, st.lists(st.tuples(*[st.integers(1, 6)] * 4), max_size=2))
def test_any_workbook(table, pick, merged):
    header, rows = table
    book = openpyxl.Workbook()
    for line in [header, *rows]:
        book.active.append([cell.translate(dict.fromkeys(range(32))) for cell in line])
    for top, left, height, width in merged:
        book.active.merge_cells(
            start_row=top, start_column=left, end_row=top + height, end_column=left + width
        )
    out = io.BytesIO()
    book.save(out)
    through(out.getvalue(), "t.xlsx", "projects", pick)


@settings(RELAXED, max_examples=30)
@given(
    st.binary(max_size=300),
    st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.geojson", "a.gpkg", "a.zip", "a.tif", "a"]),
)
def test_any_bytes(content, name):
    for what in uploads.WHAT:
        try:
            uploads.inspect(what, content, name, {"region": "440106", "datum": "WGS84"})
        except InfraPlanError as error:
            text = error.zh
            assert text
