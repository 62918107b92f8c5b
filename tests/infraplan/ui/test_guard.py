"""Words of strangers on a page: Markdown shows every mark of them as it is."""

from __future__ import annotations

import pytest

from infraplan.ui import guard


@pytest.mark.parametrize("mark", list("\\`*_[]<>#|$~:"))
def test_every_mark_of_markdown_is_shown_as_it_is(mark):
    assert guard.plain(f"a{mark}b") == f"a\\{mark}b"


def test_lines_stay_lines():
    assert guard.plain("甲\n乙") == "甲  \n乙"
