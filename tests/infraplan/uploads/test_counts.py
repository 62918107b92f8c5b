"""The column that counts units: asked for where several may be it, and read in the unit that its header states."""

from __future__ import annotations

import doctest

import pytest

from infraplan import uploads
from infraplan.uploads import counts
from infraplan.workspace import Workspace

PLACED = {"region": "440100", "datum": "WGS84|xy"}
HEAD = "名称,经度,纬度,"


def listed(header: str, *rows: str) -> bytes:
    lines = [f"站{i},113.3{i},23.1{i},{row}" for i, row in enumerate(rows)]
    return "\n".join([HEAD + header, *lines]).encode()


def units(content: bytes, **answers: object) -> int:
    """How many units are stored of a list."""
    found = uploads.inspect("units", content, "站.csv", {**PLACED, **answers})
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u")
    return sum(uploads.cells_of(workspace, record, 9).values())


def test_the_examples_hold():
    assert doctest.testmod(counts).failed == 0


def test_of_several_columns_that_may_count_one_is_asked_for_with_its_sum():
    content = listed("快充桩数,慢充桩数,合计数量", "1,10,11", "3,30,33")
    [question] = uploads.inspect("units", content, "站.csv", PLACED).open
    assert question.key == "count_column"
    assert [o.zh for o in question.options] == [
        "快充桩数(合计 4)", "慢充桩数(合计 40)", "合计数量(合计 44)", "都不是:每行计 1(合计 2)",
    ]  # fmt: skip
    assert question.suggested == "合计数量"
    assert units(content, count_column="合计数量") == 44
    assert units(content, count_column="快充桩数") == 4
    assert units(content, count_column=counts.EACH_ROW) == 2
    assert units(content, columns={"count": "慢充桩数"}) == 40  # said among the columns: not asked


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("快充桩数,慢充桩数,合计数量", ("1,10,11", "3,30,34")),  # the others do not sum to it
        ("数量,数量", ("1,10", "3,30")),
        ("数量,慢充桩数", ("1,10", "3,30")),
    ],
)
def test_without_a_total_that_is_one_nothing_is_chosen_beforehand(header, rows):
    [question] = uploads.inspect("units", listed(header, *rows), "站.csv", PLACED).open
    assert (question.key, question.suggested) == ("count_column", None)


def test_a_bare_total_is_among_the_columns():
    [question] = uploads.inspect(
        "units", listed("桩数/快充桩数,慢充桩数,合计", "1,2,3"), "站.csv", PLACED
    ).open
    assert question.suggested == "合计"


@pytest.mark.parametrize("header", ["数量", "数量,数量单位", "数量,投资合计"])
def test_one_column_that_may_count_is_not_asked_for(header):
    content = listed(header, ",".join(["3", "个"][: header.count(",") + 1]))
    assert uploads.inspect("units", content, "站.csv", PLACED).open == []
    assert units(content) == 3


@pytest.mark.parametrize(
    ("header", "cell", "count"),
    [
        ("数量(万个)", "1.2", 12_000),
        ("数量\uff08万\uff09", "0.5", 5_000),
        ("数量(千台)", "3", 3_000),
        ("万达桩数", "4", 4),
    ],
)
def test_counts_are_read_in_the_unit_of_their_header(header, cell, count):
    content = listed(header, cell)
    assert units(content) == count
    notes = uploads.inspect("units", content, "站.csv", PLACED).notes
    assert [n.check for n in notes] == ([] if header == "万达桩数" else ["count_unit"])


def test_a_total_in_ten_thousands_is_compared_in_ten_thousands():
    content = listed("数量(万个)", "1.2", "0.8") + "\n合计,,,2".encode()
    assert uploads.inspect("units", content, "站.csv", PLACED).doubts == ()
    [doubt] = uploads.inspect("units", content.replace(b",,,2", b",,,3"), "站.csv", PLACED).doubts
    assert "30,000" in doubt.zh


def test_figures_beyond_all_bounds_are_no_evidence_and_no_crash():
    content = listed("数量,慢充桩数", "1e400,1e300", "3,30")
    [question] = [
        q for q in uploads.inspect("units", content, "站.csv", PLACED).open if q.key == "count_column"
    ]
    assert "合计 3" in question.options[0].zh
    found = uploads.inspect("units", content, "站.csv", {**PLACED, "count_column": "数量"})
    assert [p.check for p in found.problems] == ["cell"]


def test_half_a_thing_in_ten_thousands_is_refused():
    [problem] = uploads.inspect("units", listed("数量(万个)", "1.23456"), "站.csv", PLACED).problems
    assert "12345.6" in problem.zh
