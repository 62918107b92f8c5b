"""The list of what the map stands on is read in Chinese on the Chinese screen, and in English on the English one."""

from __future__ import annotations

import html
import re

import pytest

from geo import manifest
from infraplan.ui.i18n import data_page
from layers.punctuation import chinese

HAN = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = {"zh": 0, "en": 1}
SHOWN = ("licence", "datum", "accuracy")


def table(page, lang: str) -> str:
    """The table of all files, as the browser gets it."""
    test = page("data", lang=lang, part="sources")
    assert not test.exception
    return next(h.proto.body for h in test.get("html") if "<table" in h.proto.body)


def column(page, name: str, lang: str) -> list[str]:
    """The cells of one column of the table, from top to bottom; the headings of the folders for ``group``."""
    drawn = table(page, lang)
    if name == "group":
        return [html.unescape(x) for x in re.findall(r"<th colspan=[^>]+>(.*?)</th>", drawn)]
    heads = [html.unescape(x) for x in re.findall(r"<th style=[^>]+>(.*?)</th>", drawn)]
    place = heads.index(chinese(data_page.TEXT[name][0]) if lang == "zh" else data_page.TEXT[name][1])
    lines = [re.findall(r"<td>(.*?)</td>", line) for line in drawn.split("<tr>") if "<td>" in line]
    return [html.unescape(re.sub(r"<[^>]+>", "", line[place])) for line in lines]


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


@pytest.mark.parametrize("name", [*SHOWN, "vintage", "file", "group"])
def test_the_english_table_is_in_english(page, name):
    assert [cell for cell in column(page, name, "en") if HAN.search(cell)] == []


def test_how_a_file_was_made_is_in_both_languages():
    assert [row["path"] for row in manifest.status() if HAN.search(row["how_made"])] == []


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


def test_what_stands_for_everybody_is_in_planners_words():
    """Fields, commands and rules of ours are no words of those who read what the map stands on."""
    jargon = re.compile(
        r"confidence and|counting_rule|accuracy_m|uncertainty_m|facts_memory|--sources|D2\b|SOURCES\.yaml|README"
    )
    for row in manifest.status():
        for source in row["sources"]:
            for name in ("origin_zh", "licence_zh", "vintage_zh", "datum_zh", "accuracy_zh"):
                assert not jargon.search(str(source[name])), (row["path"], source[name])
        if row["folder"] == "baselines":
            assert not jargon.search(f"{row['how_made']} {row['how_made_zh']}")


def test_a_file_with_many_sources_names_some_and_says_how_many(page):
    drawn = table(page, "zh")
    assert "等 11 项" in drawn
    assert '<span class="date">2019-12</span>' in drawn


def test_a_file_is_chosen_and_its_card_is_drawn(page):
    test = page("data", lang="zh", part="sources")
    box = test.selectbox[-1]
    box.set_value("baselines/440100.csv").run()
    assert not test.exception
    card = next(h.proto.body for h in test.get("html") if 'class="card"' in h.proto.body)
    assert "逐行注明可信度和统计口径" in card


def test_values_of_a_manifest_are_escaped_and_a_changed_file_says_so(monkeypatch):
    from infraplan.ui import state
    from infraplan.ui.views import data_view

    monkeypatch.setattr(state, "language", lambda: "zh")
    row = manifest.status()[0]
    row = {**row, "title_zh": "<b>甲</b>", "folder_title_zh": "<i>乙</i>", "ok": False}
    drawn = data_view._table([row], "zh")
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert data_page.TEXT["changed"][0] in drawn
