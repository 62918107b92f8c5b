"""The report as a Word file (.docx): A4, real headings and tables, Chinese typefaces named, the same bytes again."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from layers.report.spec import Report, Section, Table

_WIDTH_MM = 180.0
_RED, _QUIET, _INK = RGBColor(0xA8, 0x20, 0x1A), RGBColor(0x45, 0x52, 0x5C), RGBColor(0x1C, 0x27, 0x33)
_LATIN, _EAST = "Arial", "Microsoft YaHei"


def write(report: Report) -> bytes:
    """Return the file's bytes; dates in it are those of the imprint."""
    document = docx.Document()
    _page(document)
    _styles(document)
    _properties(document, report)
    _running_texts(document, report)
    document.add_heading(report.title, 0)
    head = document.add_paragraph()
    _run(head, report.footer.split(" · ")[0], colour=_RED)
    colon = "\uff1a" if report.lang == "zh" else ": "
    rows = [f"{label}{colon}{text}" for label, text in report.imprint.rows(report.lang)]
    _run(document.add_paragraph(), "    ".join(rows), size=9, colour=_QUIET)
    _figures(document, report)
    for section in report.sections:
        _section(document, section, report)
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue(), report.imprint.day)


def _page(document: Any) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(15)
    page.top_margin, page.bottom_margin = Mm(16), Mm(15)


def _styles(document: Any) -> None:
    for name, size in (("Normal", 10.5), ("Title", 19), ("Heading 1", 12.5), ("List Bullet", 10)):
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        style.font.color.rgb = _INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for which in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            if fonts.get(qn(which)) is not None:
                del fonts.attrib[qn(which)]
        fonts.set(qn("w:ascii"), _LATIN)
        fonts.set(qn("w:hAnsi"), _LATIN)
        fonts.set(qn("w:eastAsia"), _EAST)
        language = OxmlElement("w:lang")  # without it marks are set as in Japanese or Taiwan
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
        style.element.rPr.append(language)
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.space_before = Pt(8 if name == "Heading 1" else 0)


def _properties(document: Any, report: Report) -> None:
    about = document.core_properties
    made = datetime.datetime.combine(report.imprint.day, datetime.time())
    about.title, about.author = report.title, report.imprint.author or "infraplan"
    about.last_modified_by, about.comments, about.revision = "infraplan", report.footer, 1
    about.created = about.modified = made
    about.language = "zh-CN" if report.lang == "zh" else "en"


def _running_texts(document: Any, report: Report) -> None:
    page = document.sections[0]
    above = page.header.paragraphs[0]
    above.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(above, report.imprint.status_text(report.lang), size=9, colour=_RED, bold=True)
    _run(page.footer.paragraphs[0], report.footer, size=8, colour=_RED)


def _figures(document: Any, report: Report) -> None:
    table = document.add_table(rows=1, cols=len(report.figures))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, (label, text) in zip(table.rows[0].cells, report.figures, strict=True):
        _shade(cell, "F2F5F7")
        paragraph = cell.paragraphs[0]
        _run(paragraph, text, size=17, bold=True)
        paragraph.add_run().add_break()
        _run(paragraph, label, size=8.5, colour=_QUIET)


def _section(document: Any, section: Section, report: Report) -> None:
    document.add_heading(section.heading, 1)
    if section.quote:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(6)
        _run(paragraph, section.quote, size=11.5, bold=True)
        paragraph.add_run().add_break()
        _run(paragraph, section.quote_source, size=9, colour=_QUIET)
    for text in section.paragraphs:
        document.add_paragraph(text)
    if section.with_picture:
        document.add_picture(io.BytesIO(report.picture), width=Mm(_WIDTH_MM))
        drawing = document.paragraphs[-1]._p.xpath(".//wp:docPr")[0]
        drawing.set("descr", report.picture_alt)
    if section.table:
        _table(document, section.table)
    for text in section.items:
        document.add_paragraph(text, style="List Bullet")
    for text in section.small:
        _run(document.add_paragraph(), text, size=8.5, colour=_QUIET)


def _table(document: Any, content: Table) -> None:
    table = document.add_table(rows=1 + len(content.rows), cols=len(content.heads))
    table.style = "Table Grid"
    table.autofit = False
    widths = [Mm(_WIDTH_MM * w / sum(content.widths)) for w in content.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    last = len(content.rows) if content.summed else -1
    for n, (row, texts) in enumerate(zip(table.rows, (content.heads, *content.rows), strict=True)):
        _keep_whole(row, heading=n == 0)
        for i, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = widths[i]
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if i in content.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph, text, size=8, bold=n in (0, last))
            if n == 0:
                _shade(cell, "ECEFF1")


def _keep_whole(row: Any, heading: bool) -> None:
    """A row is not broken over pages; the heading stands on every page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if heading:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _run(
    paragraph: Any, text: str, size: float | None = None, colour: RGBColor | None = None, bold: bool = False
) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


def _dated(data: bytes, day: datetime.date) -> bytes:
    """Return the same package with every entry dated ``day``: a zip otherwise holds the minute it was made."""
    out = io.BytesIO()
    stamp = (max(day.year, 1980), day.month, day.day, 0, 0, 0)
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()
