"""The page about the product: lists are lists, and its words are the planners'."""

from __future__ import annotations

import pytest

from infraplan.ui.i18n import about_page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lines_of_a_list_hang_under_their_first_word(page, lang):
    shown = [m.value for m in page("about", lang=lang).markdown]
    [method] = [text for text in shown if text.startswith("1. ")]
    [limits] = [text for text in shown if text.startswith("- ")]
    assert [line[:3] for line in method.split("\n")] == [f"{n}. " for n in range(1, 8)]
    assert all(line.startswith("- ") for line in limits.split("\n"))
    assert "·" not in limits


def test_a_level_of_cells_is_told_with_its_size():
    for words, size in zip(about_page.TEXT["method_text"], ("0.1平方公里", "0.1 km²"), strict=True):
        assert "H3" in words
        assert size in words
        assert "YAML" not in words
