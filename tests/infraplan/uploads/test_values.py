"""Cells as bureaus write them."""

from __future__ import annotations

import datetime
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.uploads import columns as uploads_columns
from infraplan.uploads import values as uploads_values
from infraplan.uploads.cells import clean
from infraplan.uploads.values import (
    BadCell,
    coordinate,
    coordinates,
    count,
    date,
    money,
    number,
    period,
    stage,
)


def test_the_examples_hold():
    assert doctest.testmod(uploads_values).failed == 0


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020-2022", ("2020", "2022")),
        ("2020—2022年", ("2020", "2022")),
        ("2020~2022", ("2020", "2022")),
        ("2020年-2022年", ("2020", "2022")),
        ("2020.03-2022.12", ("2020-03", "2022-12")),
        ("2020.3—2022.12", ("2020-03", "2022-12")),
        ("2020年3月-2022年12月", ("2020-03", "2022-12")),
        ("2020/3/1-2022/12/31", ("2020-03-01", "2022-12-31")),
        ("2020-03-01至2022-12-31", ("2020-03-01", "2022-12-31")),
        ("2021-2021年底", ("2021", "2021-12")),
        ("2021年上半年", ("2021-01", "2021-06")),
        (2021, ("2021", "2021")),
        (2020.03, ("2020-03", "2020-03")),
        (datetime.date(2021, 3, 1), ("2021-03-01", "2021-03-01")),
        ("待定", None),
        (None, None),
    ],
)
def test_periods(cell, expected):
    assert period(clean(cell)) == expected


@pytest.mark.parametrize(
    "cell", ["2022-2020", "3年", "20-22", "2022.13-2023.01", "明年", 2020.1, "2021.02.30"]
)
def test_periods_that_cannot_be_read_are_refused(cell):
    with pytest.raises(BadCell):
        period(cell)


@given(
    st.integers(2000, 2097),
    st.integers(1, 12),
    st.integers(0, 1),
    st.integers(1, 12),
    st.sampled_from("-—–~至"),
)
def test_months_come_back(year, month, later, last, mark):
    end = year + later + 1
    assert period(f"{year}.{month:02d}{mark}{end}.{last:02d}") == (f"{year}-{month:02d}", f"{end}-{last:02d}")


@given(st.integers(0, 10**7), st.sampled_from(["yuan", "wan", "yi"]))
def test_money_is_exact(amount, unit):
    factor = uploads_values.MONEY_UNITS[unit]
    assert money(f"{amount:,}", unit) == (amount * factor, None)
    assert money(amount, unit) == (amount * factor, None)
    name = uploads_values.MONEY_NAMES[unit][0]
    assert money(f"{amount}{name}", "wan") == (amount * factor, unit)


@pytest.mark.parametrize(
    ("cell", "unit", "yuan"),
    [
        (0.1 + 0.2, "yi", 30_000_000),
        ("1234.5678", "wan", 12_345_678),
        ("12亿", None, 12 * 10**8),
        (" 1.5 亿元 ", "wan", 15 * 10**7),
    ],
)
def test_money_does_not_drift(cell, unit, yuan):
    assert money(clean(cell), unit)[0] == yuan


@pytest.mark.parametrize(
    ("cell", "unit"), [("12", None), ("-3", "wan"), ("1.2.3", "wan"), ("12-15", "wan"), ("若干", "wan")]
)
def test_money_that_cannot_be_read_is_refused(cell, unit):
    with pytest.raises(BadCell):
        money(cell, unit)


@pytest.mark.parametrize("cell", ["12,5", "12\uff0c5", "1,2,3", "1,234,56", "0,125", "12,5万元", "约12,5"])
def test_a_comma_that_separates_no_thousands_is_refused(cell):
    """12,5 may be 12.5, 125 or two figures: none of them is taken."""
    with pytest.raises(BadCell) as caught:
        money(cell, "wan")
    assert "12.5" in caught.value.zh
    assert "1,250" in caught.value.en
    with pytest.raises(BadCell):
        number(cell)


@pytest.mark.parametrize("cell", ["1,234", "1\uff0c234", "12,345,678.9", "1,234万元"])
def test_thousands_are_groups_of_three(cell):
    assert money(cell, "wan")[0] == round(
        float(cell.replace("\uff0c", "").replace(",", "").rstrip("万元")) * 10**4
    )


@pytest.mark.parametrize(
    "cell",
    [
        "约3000",
        "近3,000",
        "超3000万元",
        "超过3000",
        "不低于3000",
        "3000余万元",
        "3000多万",
        "3000万元左右",
        "3000以上",
        "逾3000",
        ">3000",
        "≥3000",
        "＞3000",
        "3000+",
        "~3000",
        "大约3000万",
    ],
)
def test_a_figure_with_a_qualifier_does_not_become_an_exact_one(cell):
    with pytest.raises(BadCell) as caught:
        money(cell, "wan")
    assert "确数" in caught.value.zh
    assert "备注" in caught.value.zh
    assert "exact" in caught.value.en


def test_figures_that_cannot_be_kept_in_64_bits_are_refused():
    assert money(uploads_values.MOST_YUAN, "yuan")[0] == uploads_values.MOST_YUAN
    for cell, unit in (("92233720369", "yi"), (10**16, "yuan")):
        with pytest.raises(BadCell, match="check the figure"):
            money(cell, unit)
    with pytest.raises(BadCell, match="too many"):
        count("99999999999999999999")


@pytest.mark.parametrize("read", [date, period])
def test_a_year_and_one_are_january_or_october_in_text_as_in_numbers(read):
    """A CSV that a spreadsheet saved holds 2026.1 for 2026.10, as its cells do."""
    for cell in (2026.1, "2026.1", "2026\uff0e1", "1999.1"):
        with pytest.raises(BadCell) as caught:
            read(cell)
        assert "1月或10月" in caught.value.zh
    assert read("2026.10") == read("2026年10月") == read("202610") == read(202610) == ("2026-10", "2026-10")
    assert read("2026.01") == read(2026.01) == ("2026-01", "2026-01")
    assert period("2026.1-2026.12") == ("2026-01", "2026-12")


@given(st.floats(70, 140), st.floats(0, 60))
def test_degrees_minutes_and_seconds_equal_decimal_degrees(lon, lat):
    for value in (lon, lat):
        seconds = round(value * 3600, 3)
        d, rest = divmod(seconds, 3600)
        m, s = divmod(rest, 60)
        if round(s, 3) >= 60:
            continue
        assert coordinate(f"{int(d)}°{int(m)}′{s:.3f}″") == pytest.approx(seconds / 3600, abs=1e-8)


def test_coordinates_in_one_cell():
    assert (
        coordinates("113.26,23.13")
        == coordinates("(113.26、23.13)")
        == coordinates("E113.26 N23.13")
        == (113.26, 23.13)
    )
    assert coordinates(None) == (None, None)
    with pytest.raises(BadCell):
        coordinates("113.26")


@pytest.mark.parametrize("cell", ["113°75′", "东经", "113.2.6", "abc"])
def test_bad_coordinates(cell):
    with pytest.raises(BadCell):
        coordinate(cell)


def test_numbers_and_counts():
    assert number("12,345.5") == 12345.5
    assert number("\uff11\uff12") == 12
    assert count(3.0) == 3
    for bad in ("12,34", "1e400x", "-1", 1.5):
        with pytest.raises(BadCell):
            count(bad)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("谋划", "idea"),
        ("前期", "preparation"),
        ("待开工", "approved"),
        ("缓建", "suspended"),
        ("已投用", "in_operation"),
        ("退库", "cancelled"),
        *((word, "completed") for word in ("已建", "已完工", "建成")),
        *(
            (word, "in_operation")
            for word in ("建成投用", "正式运营", "投入运营", "在运", "在用", "已投用", "运行中")
        ),
        *((word, "suspended") for word in ("停运", "停用", "已停运")),
        *((word, "cancelled") for word in ("拆除", "已拆除")),
        *((word, "approved") for word in ("未开工", "拟开工", "拟新开工")),
        ("拟建", "preparation"),
        # planned to be so is not so, and says nothing of how far the works are
        *(
            (word, None)
            for word in ("拟建成", "拟投运", "拟投产", "拟完工", "拟竣工", "拟验收", "未投运", "不再运营")
        ),
    ],
)
def test_stages(word, code):
    assert stage(word) == code


def test_dates_in_the_calendar():
    assert date("2022.12.31") == ("2022-12-31", "2022-12-31")
    assert date("2022年第二季度") == ("2022-04", "2022-06")
    assert date(202203) == ("2022-03", "2022-03")
    with pytest.raises(BadCell):
        date("2022-02-30")


def test_every_synonym_suggests_its_own_field():
    for what in ("projects", "sites", "units"):
        for field in uploads_columns.fields(what):
            for synonym in field.synonyms:
                assert uploads_columns.suggest([synonym], what) == {field.name: 0}, synonym


def test_a_column_is_given_to_one_field_only():
    headers = [
        "序号",
        "项目名称",
        "建设地点",
        "计划总投资(万元)",
        "截至上年底累计完成投资",
        "本年度计划投资(万元)",
        "责任单位",
        "备注",
    ]
    mapping = uploads_columns.suggest(headers, "projects")
    assert mapping == {
        "seq": 0,
        "name": 1,
        "address": 2,
        "investment": 3,
        "invested_before": 4,
        "planned_this_year": 5,
        "lead": 6,
        "note": 7,
    }
    assert uploads_columns.money_unit(headers[3]) == "wan"
    assert uploads_columns.money_unit(headers[4]) is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("投资(万元)", "investment"),
        ("投资", "investment"),
        ("总投资(亿元)", "investment"),
        ("投资规模(亿元)", "investment"),
        ("投资情况/总投资", "investment"),
        ("项目地址", "address"),
        ("建设单位", "owner"),
        ("牵头单位", "lead"),
        ("建设年限", "period"),
        ("计划开工时间", "start"),
        ("年度计划投资(万元)", "planned_this_year"),
        ("2021年计划投资", "planned_this_year"),
        ("工程名称", "name"),
        # what else contains such a word is another thing, and is left to the reader
        ("投资主体", None),
        ("投资(本年完成)", None),
        ("累计完成总投资", None),
        ("其中:中央总投资", None),
        ("完成投资", None),
        ("2021-2023年计划投资", None),
        ("总投资(万美元)", None),
        ("建设单位地址", None),
        ("联系地址", None),
        ("统一社会信用代码", None),
        ("建设阶段目标", None),
    ],
)
def test_a_header_is_taken_for_what_it_names_and_for_nothing_it_only_contains(header, field):
    assert uploads_columns.suggest([header], "projects") == ({field: 0} if field else {})


def test_of_two_columns_that_may_be_the_same_none_is_guessed():
    headers = ["项目名称", "市级责任单位", "区级责任单位"]
    assert uploads_columns.suggest(headers, "projects") == {"name": 0}
    assert uploads_columns.suggest([*headers, "责任单位"], "projects") == {"name": 0, "lead": 3}


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("投资(百万元)", "baiwan"),
        ("投资(万)", "wan"),
        ("总投资(亿)", "yi"),
        ("投资(千万元)", None),
        ("投资(万美元)", None),
        ("每单元投资", None),
    ],
)
def test_a_unit_of_money_is_read_as_it_stands(header, unit):
    assert uploads_columns.money_unit(header) == unit
