"""The report as HTML and Word: what was said stands in the file, nothing is fetched, the same bytes again."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import io
import re
import zipfile

import docx
import lxml.html
import pytest

from layers.report import content, html, word


@pytest.fixture(scope="module")
def report(hydrogen, plan, shown, imprint):
    return content.of_scenario(hydrogen, plan, shown, imprint)


def the_table(report):
    return next(s.table for s in report.sections if s.table)


def test_html_holds_the_table_cell_by_cell(report):
    page = lxml.html.fromstring(html.write(report).decode("utf-8"))
    table = the_table(report)
    assert [th.text_content() for th in page.iter("th")] == list(table.heads)
    rows = [tuple(td.text_content() for td in tr) for tr in page.xpath("//tbody/tr")]
    assert rows == list(table.rows)
    assert [h.text_content() for h in page.iter("h2")] == [s.heading for s in report.sections]


def test_html_fetches_nothing(report):
    text = html.write(report).decode("utf-8")
    page = lxml.html.fromstring(text)
    links = [link for _, _, link, _ in page.iterlinks()]
    assert len(links) == 1
    assert links[0].startswith("data:image/png;base64,")
    assert base64.b64decode(links[0].split(",", 1)[1]) == report.picture
    assert not list(page.iter("script"))
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)


def test_what_a_document_says_cannot_become_html(report):
    bad = "<script>alert(1)</script>&\"'"
    first = dataclasses.replace(report.sections[0], quote=bad, paragraphs=(bad,))
    page = html.write(dataclasses.replace(report, title=bad, sections=(first,))).decode("utf-8")
    assert "<script>" not in page
    assert lxml.html.fromstring(page).find(".//blockquote").text == bad


def test_word_reads_back_as_it_was_said(report):
    document = docx.Document(io.BytesIO(word.write(report)))
    content_ = the_table(report)
    _, table = document.tables
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [content_.heads, *content_.rows]
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [s.heading for s in report.sections]
    paragraphs = {p.text for p in document.paragraphs}
    for section in report.sections:
        assert {*section.paragraphs, *section.items, *section.small} <= paragraphs
    assert len(document.inline_shapes) == 1
    assert document.sections[0].footer.paragraphs[0].text == report.footer
    assert document.sections[0].page_width.mm == pytest.approx(210, abs=0.1)


def test_word_names_a_chinese_typeface_and_language(report):
    with zipfile.ZipFile(io.BytesIO(word.write(report))) as package:
        styles = package.read("word/styles.xml").decode("utf-8")
    normal = re.search(r'<w:style [^>]*w:styleId="Normal".*?</w:style>', styles, re.S)[0]
    assert 'w:eastAsia="Microsoft YaHei"' in normal
    assert 'w:eastAsia="zh-CN"' in normal


def test_the_same_report_is_the_same_bytes_and_dated_by_its_imprint(report):
    for write in (html.write, word.write):
        assert write(report) == write(report)
    data = word.write(report)
    about = docx.Document(io.BytesIO(data)).core_properties
    assert about.created.date() == about.modified.date() == datetime.date(2026, 1, 31)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(2026, 1, 31)}
        assert package.testzip() is None
