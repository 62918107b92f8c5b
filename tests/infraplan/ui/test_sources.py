"""The list of what the map stands on is read in Chinese on the Chinese screen, and in English on the English one."""

from __future__ import annotations

import re

import pytest

from geo import manifest
from infraplan.ui.i18n import data_page
from layers.punctuation import chinese

HAN = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = {"zh": 0, "en": 1}
SHOWN = ("licence", "datum", "accuracy")


def column(page, name: str, lang: str) -> list[str]:
    """The cells of one column of the table, from top to bottom."""
    test = page("data", lang=lang, part="sources")
    assert not test.exception
    return [str(cell) for cell in test.dataframe[0].value[data_page.TEXT[name][LANGUAGES[lang]]]]


@pytest.mark.parametrize("name", SHOWN)
def test_no_cell_lacks_the_chinese_that_a_manifest_has(page, name):
    cells = column(page, name, "zh")
    rows = manifest.status()
    assert len(cells) == len(rows)
    for cell, row in zip(cells, rows, strict=True):
        for source in row["sources"]:
            assert chinese(source[f"{name}_zh"]) in cell
            if source[f"{name}_zh"] != source[name]:
                assert HAN.search(source[f"{name}_zh"]), (row["path"], cell)


@pytest.mark.parametrize("name", [*SHOWN, "vintage", "how_made", "file", "group"])
def test_the_english_table_is_in_english(page, name):
    assert [cell for cell in column(page, name, "en") if HAN.search(cell)] == []


def test_every_file_has_its_title_and_what_its_folder_is(page):
    assert all(HAN.search(cell) for name in ("file", "group") for cell in column(page, name, "zh"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_tells_all_of_a_file_as_plain_text(lang, monkeypatch):
    from infraplan.ui import state
    from infraplan.ui.views import data_view

    monkeypatch.setattr(state, "language", lambda: lang)
    row = next(r for r in manifest.status() if r["folder"] == "places" and r["path"] == "gazetteer.csv")
    row = {**row, "notes_zh": "<b>甲</b>", "notes": "<b>a</b>"}
    card = data_view._card(row, lang)
    assert "<b>" not in card
    assert "&lt;b&gt;" in card
    assert "https://www.geonames.org" in card
    assert "href" not in card
    assert card.count(data_page.TEXT["licence"][LANGUAGES[lang]]) >= len(row["sources"])
