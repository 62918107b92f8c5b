"""Figures in Chinese text: known phrases, and a second road (numbers written by a rule of their own)."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InfraPlanError
from plans.units import chinese_number, quantities

PHRASES = [
    ("全市5G站址6.7萬個(含儲備站址)", 67000, "count", "exact"),
    ("累計建成3.89萬個5G基站", 38900, "count", "exact"),
    ("全市5G用戶數1500萬戶", 15_000_000, "count", "exact"),
    ("建成約5.5萬個充電樁", 55000, "count", "~"),
    ("累計標識解析註冊量超過12億", 1_200_000_000, "count", ">"),
    ("建成200公里L3、L4級自動駕駛開放測試道路", 200_000, "m", "exact"),
    ("混合精度計算能力大於1000PF", 1000, "PFLOPS", ">"),
    ("數據存儲容量大於100PB", 100, "PB", ">"),
    ("110千伏光譜、獵橋、裕豐三座智慧型變電站", 3, "count", "exact"),
    ("总投资154.13亿元", 15_413_000_000, "yuan", "exact"),
    ("电子商务交易额突破3000亿元", 300_000_000_000, "yuan", ">"),
    ("规模超 300 亿元", 30_000_000_000, "yuan", ">"),
    ("完成实物投资量超 1500亿元", 150_000_000_000, "yuan", ">"),
    ("重点区域覆盖率达85%以上", 85, "percent", ">="),
    ("高于规模以上工业 3个百分点", 3, "percentage_point", "exact"),
    ("建成94個信息化中心學校(智慧學校)", 94, "count", "exact"),
    ("平均每年新建3個加(供)氫站", 3, "count", "exact"),
    ("新建 5G基站 1万座", 10000, "count", "exact"),
    ("新增轨道交通总里程达 80公里", 80_000, "m", "exact"),
    ("每年安排不少于6000万元资金", 60_000_000, "yuan", ">="),
    ("建成15個以上工業網際網路標識解析二級節點", 15, "count", ">="),
    ("帶動超過1萬家工業企業", 10000, "count", ">"),
    ("值平均低於1.3", 1.3, None, "<"),
    ("1,500座", 1500, "count", "exact"),
    ("百分之八十五", 85, "percent", "exact"),
    ("100余家企业", 100, "count", ">"),
    ("功率不超过2.5万千瓦", 25, "MW", "<="),
    ("不超过3家", 3, "count", "<="),
]


@pytest.mark.parametrize(("phrase", "value", "unit", "qualifier"), PHRASES, ids=[p[0] for p in PHRASES])
def test_a_phrase_states_its_figure(phrase, value, unit, qualifier):
    assert (value, unit, qualifier) in [(q.value, q.unit, q.qualifier) for q in quantities(phrase)]


def test_full_width_digits_are_digits():
    wide = "".join(chr(0xFF10 + int(c)) for c in "38900") + "个"
    assert [(q.value, q.unit) for q in quantities(wide)] == [(38900, "count")]


@pytest.mark.parametrize(
    "name", ["5G/4K", "IPv6", "L3、L4级", "10GPon", "wifi6", "P3实验室", "十四五", "三级医院", "一批"]
)
def test_names_are_no_figures(name):
    assert quantities(name) == []


@pytest.mark.parametrize("phrase", ["110千伏", "700MHz频段", "110kV"])
def test_units_outside_the_vocabulary_are_other(phrase):
    assert [q.unit for q in quantities(phrase)] == ["other"]


def test_offsets_lead_back_to_the_text():
    text = "到2022年,累计建成3.89万个5G基站,智慧灯杆3.4万根"
    assert [text[q.start : q.end] for q in quantities(text)] == ["2022年", "3.89万个", "3.4万根"]


def numeral(value: int) -> str:
    """Write a whole number below 10^12 in Chinese numerals, the schoolbook way."""
    digits = "零一二三四五六七八九"

    def group(n: int) -> str:
        text, zero = "", False
        for step, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, n = divmod(n, step)
            if digit:
                text += ("零" if zero and text else "") + digits[digit] + word
                zero = False
            else:
                zero = True
        return text

    if value == 0:
        return digits[0]
    parts = []
    for step, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        count, value = divmod(value, step)
        if count:
            parts.append(("零" if parts and count < 1000 else "") + group(count) + word)
    return "".join(parts)


@given(st.integers(0, 10**12 - 1))
def test_a_numeral_reads_back(value):
    assert chinese_number(numeral(value)) == value


@pytest.mark.parametrize("text", ["", "万", "五三", "十十", "abc", "一千千"])
def test_what_is_no_numeral_is_refused(text):
    with pytest.raises(InfraPlanError):
        chinese_number(text)


@given(
    st.integers(1, 10**7),
    st.integers(0, 4),
    st.sampled_from(["", "万", "亿"]),
    st.sampled_from(["个", "元", "公里"]),
)
def test_decimals_are_exact(units, places, magnitude, word):
    written = Decimal(units).scaleb(-places)
    expected = written * {"": 1, "万": 10**4, "亿": 10**8}[magnitude] * {"个": 1, "元": 1, "公里": 1000}[word]
    [found] = quantities(f"建成{written:f}{magnitude}{word}")
    assert Decimal(str(found.value)) == pytest.approx(expected, rel=Decimal("1e-15"))
    if expected == expected.to_integral_value():
        assert found.value == int(expected)
        assert isinstance(found.value, int)


@given(st.text(max_size=60))
def test_no_text_raises_and_offsets_ascend(text):
    found = quantities(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= q.start < q.end <= len(text) for q in found)
