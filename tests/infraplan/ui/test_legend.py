"""Legends: of differences only the classes that there can be something in."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """
from infraplan.ui import widgets
from layers import style
scale = style.diverging({values}, "d", ("差", "difference"), whole=True)
widgets.legend(scale, "zh", values={values})
"""


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([3, 5, 9, 12], ["0", "1 至 7", "8 至 10", "11 至 12"]),
        ([-3, -5, -9, -12], ["\u221212 至 \u221211", "\u221210 至 \u22128", "\u22127 至 \u22121", "0"]),
        ([-2, 3], ["\u22123", "\u22122 至 \u22121", "0", "1 至 2", "3"]),
    ],
)
def test_where_nothing_became_less_there_is_no_class_of_less(values, rows):
    test = AppTest.from_string(SCRIPT.format(values=values)).run()
    assert not test.exception
    (legend,) = test.get("html")
    assert re.findall(r"</span><span>([^<]+)</span>", legend.proto.body) == rows
