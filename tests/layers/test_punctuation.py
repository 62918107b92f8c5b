"""Full-width marks in Chinese sentences, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.punctuation import chinese, within_quotes

COMMA, COLON, SEMICOLON, OPEN, CLOSE = "\uff0c", "\uff1a", "\uff1b", "\uff08", "\uff09"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("人口,推算", f"人口{COMMA}推算"),
        ("共 1,234 人", "共 1,234 人"),
        ("38,900,其中", f"38,900{COMMA}其中"),
        ("(2020年);EPSG:4490 (CGCS2000)", f"{OPEN}2020年{CLOSE}{SEMICOLON}EPSG:4490 (CGCS2000)"),
        ("比例尺 1:800,000(原大)", f"比例尺 1:800,000{OPEN}原大{CLOSE}"),
        ("“大厅”;2", f"“大厅”{SEMICOLON}2"),
        ("状态:草案", f"状态{COLON}草案"),
        ("plain, English; text (as it is)", "plain, English; text (as it is)"),
        ("没有右括号(", "没有右括号("),
        ("", ""),
    ],
)
def test_marks(text, wanted):
    assert chinese(text) == wanted


@given(st.text(st.sampled_from("人区a1,;:!?()。、 ")))
def test_only_marks_change(text):
    changed = chinese(text)
    assert len(changed) == len(text)
    back = str.maketrans("\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09", ",;:!?()")
    assert changed.translate(back) == text


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_text_without_chinese_stays(text):
    assert chinese(text) == text


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("南沙“5G+政務服務大廳”", "南沙‘5G+政務服務大廳’"),
        ("“甲‘乙’丙”", "‘甲“乙”丙’"),
        ("没有引号(原文),5G", "没有引号(原文),5G"),
    ],
)
def test_double_marks_within_double_marks_are_single(phrase, wanted):
    assert within_quotes(phrase) == wanted
    assert within_quotes(wanted) == phrase
