"""The table reader: every problem at once, by line and column, in two languages."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import table
from plans.columns import columns, tables

BODIES = "id,name_zh,name_en,aliases,level,adcode\n"
GOOD = "gz-a,甲局,Bureau A,市甲局|甲局,city,440100\n"


def problems(text: str | bytes, name: str = "bodies", **more):
    data = text if isinstance(text, bytes) else text.encode()
    return table.parse(data, name, "f.csv", **more).problems


def test_a_table_in_order_has_its_values():
    read = table.parse((BODIES + GOOD).encode(), "bodies", "f.csv")
    assert read.problems == ()
    assert read.rows[0].line == 2
    assert read.rows[0].values["aliases"] == ("市甲局", "甲局")


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated():
    read = table.parse(b"\xef\xbb\xbf" + (BODIES + GOOD).replace("\n", "\r\n").encode(), "bodies", "f.csv")
    assert read.problems == ()
    assert read.rows[0].values["adcode"] == "440100"


def test_a_gbk_file_is_called_one():
    [problem] = problems((BODIES + GOOD).encode("gbk"))
    assert problem.where == "f.csv:2"
    assert "GBK" in problem.en
    assert "GBK" in problem.zh


def test_every_problem_is_reported_at_once():
    text = (
        BODIES + GOOD + "gz-a,,Bureau B,,town,44010\n" + "Gz B,乙,B,a||b,city,440100\n" + "gz-c,丙,C,,city\n"
    )
    found = [(p.where, p.check) for p in problems(text)]
    assert found == [
        ("f.csv:3", "required"),
        ("f.csv:3", "code"),
        ("f.csv:3", "adcode"),
        ("f.csv:4", "id"),
        ("f.csv:4", "list"),
        ("f.csv:5", "fields"),
    ]


def test_a_duplicate_id_names_the_first_line():
    [problem] = problems(BODIES + GOOD + GOOD)
    assert problem.check == "duplicate_id"
    assert problem.where == "f.csv:3"
    assert "line 2" in problem.en


def test_missing_and_unknown_columns_are_named():
    found = problems("id,name_zh,level,adcode,colour\nx,甲,city,440100,red\n")
    assert ["'name_en'" in p.en for p in found if p.check == "columns"] == [True]
    assert ["'colour'" in p.en for p in found if p.check == "unknown_column"] == [True]


def test_an_unknown_adcode_is_named_when_the_known_ones_are_given():
    [problem] = problems(BODIES + GOOD, adcodes={"320300"})
    assert "440100" in problem.en
    assert "adcode" in problem.en


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1,2OO", "letter O"),
        ("38,900", "thousands separators"),
        ("3.89万", "plain figure"),
        ("abc", "not a number"),
        ("1e999", "beyond"),
    ],
)
def test_a_bad_number_says_what_is_wrong(cell, says):
    header = [column.name for column in columns("baselines")]
    good = {
        "id": "x",
        "region_adcode": "440100",
        "category": "charger",
        "indicator_zh": "桩",
        "indicator_en": "chargers",
        "date": "2020-12",
        "value": cell,
        "unit": "count",
        "qualifier": "exact",
        "counting_rule": "all",
        "confidence": "confirmed",
        "source": "s",
    }
    stream = io.StringIO()
    csv.writer(stream).writerows([header, [good.get(name, "") for name in header]])
    [problem] = problems(stream.getvalue(), "baselines")
    assert problem.where == "f.csv:2"
    assert "'value'" in problem.en
    assert says in problem.en
    assert "value" in problem.zh


def test_an_unclosed_quotation_mark_is_a_problem_not_an_exception():
    [problem] = problems(BODIES + 'gz-a,"甲局,Bureau\n')
    assert problem.check == "csv"


def test_an_empty_file_is_a_problem():
    assert problems("")[0].check == "columns"


def test_a_line_number_counts_lines_inside_a_quoted_field():
    text = BODIES + 'gz-a,"甲\n局",A,,city,440100\n' + "gz-b,乙,B,,nowhere,440100\n"
    [problem] = problems(text)
    assert problem.where == "f.csv:4"


@given(st.sampled_from(tables()), st.binary(max_size=400))
def test_no_bytes_raise(name, data):
    if name != "plan":
        table.parse(data, name, "f.csv")


@given(st.text(max_size=200))
def test_no_text_behind_a_good_header_raises_or_gets_lost(text):
    read = table.parse((BODIES + text).encode("utf-8", "surrogatepass"), "bodies", "f.csv")
    # Whatever stands there is either a row, a problem, or blank.
    assert read.rows or read.problems or not text.replace(",", "").replace('"', "").strip()


_plain = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00|", exclude_categories=["Cs", "Zs", "Cc"]),
    min_size=1,
)


@given(st.lists(st.tuples(_plain, _plain), min_size=1, max_size=8))
def test_what_was_written_is_read_back(names):
    stream = io.StringIO()
    rows = [[f"x-{i}", zh, en, "", "city", "440100"] for i, (zh, en) in enumerate(names)]
    csv.writer(stream, lineterminator="\n").writerows([BODIES.strip().split(","), *rows])
    read = table.parse(stream.getvalue().encode(), "bodies", "f.csv")
    assert read.problems == ()
    assert [(r.values["name_zh"], r.values["name_en"]) for r in read.rows] == [
        (zh.strip(), en.strip()) for zh, en in names
    ]
