"""The A3 sheet: size, everything it must say of itself, nothing over the edge, the same bytes again."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest
from matplotlib import font_manager
from PIL import Image

from infraplan import workflow
from layers import fonts, mapped, sheet
from layers.imprint import Imprint
from layers.punctuation import chinese
from plans import catalogue

IMPRINT = Imprint("2026-01-31", "consultation", "某规划院", "内部", version="x @ 0123456789ab")


@pytest.fixture(scope="module")
def scenario():
    result = workflow.run("guangzhou-hydrogen-6")
    return mapped.of_scenario(result, catalogue.load_plan("guangzhou-2020"))


@pytest.fixture(scope="module")
def plan():
    return mapped.of_plan(catalogue.load_plan("xuzhou-2020"))


def words(mapped_, lang="zh", imprint=IMPRINT, warn=False):
    with fonts.in_use():
        figure = sheet._figure(mapped_, imprint, lang, warn)
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in figure.texts]
    return figure, "\n".join(text.get_text() for text in figure.texts), boxes


needs_chinese = pytest.mark.skipif(fonts.chinese() is None, reason="no Chinese typeface on this machine")


@needs_chinese
@pytest.mark.parametrize("which", ["scenario", "plan"])
def test_it_says_everything_and_stays_on_the_paper(request, which):
    shown = request.getfixturevalue(which)
    figure, text, boxes = words(shown)
    plain = text.replace("\n", "")
    for needed in (shown.title("zh"), "征求意见稿", "编制单位:某规划院", "日期:2026-01-31", "密级:内部",
                   "x @ 0123456789ab",
                   "内部工作底图,未经审图,不得公开", "CGCS2000", "高斯-克吕格", "比例尺 1:", "数据来源",
                   "天地图"):  # fmt: skip
        assert chinese(needed) in plain, needed
    edge = figure.bbox
    for box in boxes:
        assert box.x0 >= edge.x0
        assert box.y0 >= edge.y0
        assert box.x1 <= edge.x1
        assert box.y1 <= edge.y1
    assert figure.legends
    assert figure.axes[0].texts[-1].get_text() == "N"


@needs_chinese
def test_the_table_sums_to_the_amount(scenario):
    _, text, _ = words(scenario)
    assert re.search(r"合计\n6\n", text)


def test_png_and_pdf_are_a3_and_the_same_again(scenario):
    png = sheet.draw(scenario, IMPRINT, "png", dpi=50)
    image = Image.open(io.BytesIO(png))
    assert image.size == pytest.approx((420 / 25.4 * 50, 297 / 25.4 * 50), abs=1)
    assert png == sheet.draw(scenario, IMPRINT, "png", dpi=50)
    pdf = sheet.draw(scenario, IMPRINT, "pdf")
    assert pdf == sheet.draw(scenario, IMPRINT, "pdf")
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf)
    assert [float(v) / 72 * 25.4 for v in box.groups()] == pytest.approx([420, 297], abs=0.1)
    assert b"20260131" in pdf
    assert pdf.startswith(b"%PDF")


def test_the_classes_are_drawn(scenario):
    image = Image.open(io.BytesIO(sheet.draw(scenario, IMPRINT, "png", dpi=60))).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 24)}
    for colour in scenario.cells.scale.colours:
        assert tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) in colours


@needs_chinese
def test_a_review_number_takes_the_place_of_the_words(scenario):
    _, text, _ = words(scenario, imprint=dataclasses.replace(IMPRINT, review_number="粤S(2026)001号"))
    assert chinese("审图号:粤S(2026)001号") in text
    assert "不得公开" not in text


def test_without_a_chinese_typeface_it_is_in_english_and_says_why(scenario, monkeypatch):
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    assert fonts.language_for("zh") == "en"
    drawn = []
    monkeypatch.setattr(sheet, "_figure", lambda *a, **k: drawn.append((a, k)) or real(*a, **k))
    real = _real_figure
    # a character that the typeface lacks would be a warning, and so an error here
    sheet.draw(scenario, IMPRINT, "png", "zh", dpi=30)
    [(args, kwargs)] = drawn
    assert args[2] == "en"
    assert kwargs["warn"] is True
    _, text, _ = words(scenario, "en", warn=True)
    assert "Prepared by: [...]" in text
    assert "no Chinese typeface" in text.replace("\n", " ")


_real_figure = sheet._figure


def test_the_families_are_named_as_the_machine_names_them():
    have = {entry.name for entry in font_manager.fontManager.ttflist}
    found = fonts.chinese()
    assert found is None or found in have
    assert len(set(fonts.FAMILIES)) == len(fonts.FAMILIES)


def test_lines_hold_what_they_are_given():
    text = (
        "人口数据:《中国人口普查分县资料—2020》(2020 census by county);Contains data from GeoNames, CC BY 4.0"
    )
    lines = sheet.wrapped(text, 30)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(sheet._width(line) <= 31 for line in lines)
    assert not any(line[0] in ",;:)\uff0c\uff1b\uff1a\uff09" for line in lines)
