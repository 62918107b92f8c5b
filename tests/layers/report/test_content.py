"""A report holds the promise, the table and its trust, in one language; quotations stay as they stand in the source."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest
from PIL import Image

from infraplan import cli
from layers import mapped
from layers.report import content, of_plan, picture
from plans import catalogue, progress


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request, phased, plan, imprint):
    return content.of_scenario(phased, plan, mapped.of_scenario(phased, plan), imprint, request.param)


def texts(report):
    for section in report.sections:
        yield from (section.heading, *section.paragraphs, *section.items, *section.small)
        if section.table:
            yield from section.table.heads
            for row in section.table.rows:
                yield from row


def test_the_promise_is_quoted_with_its_clause(report, plan):
    promise = report.sections[0]
    assert promise.quote == plan.target_by_id["gz-5g-stations"].quote == "累計建成3.89萬個5G基站"
    assert "二(一)1" in promise.quote_source
    assert any("60.6%" in text for text in promise.paragraphs)


def test_the_table_has_both_years_and_an_exact_sum(report):
    table = next(s.table for s in report.sections if s.table)
    assert len(table.rows) == 12
    assert sum("2021" in head for head in table.heads) == sum("2022" in head for head in table.heads) == 2
    last = [int(row[5].replace(",", "")) for row in table.rows]
    assert sum(last[:-1]) == last[-1] == 38_900
    unknown = {"zh": "未知", "en": "unknown"}[report.lang]
    assert all(row[1] == row[2] == unknown for row in table.rows[:-1])
    assert table.rows[-1][1:3] != (unknown, unknown)


def test_it_is_in_one_language(report):
    if report.lang == "zh":
        assert not any(re.search(r"[\u4e00-\u9fff],", text) for text in texts(report)), "half-width marks"
        return
    own = [s for s in report.sections if not s.heading.startswith("6")]  # sources keep their own names
    for section in own:
        for text in (section.heading, *section.paragraphs, *section.items):
            words = re.sub(r"source: .*", "", text)
            assert not re.search(r"[\u4e00-\u9fff]", words), text


def test_the_assumptions_and_fingerprints_are_there(report, phased):
    everything = "\n".join(texts(report))
    assert {"zh": "一个假设", "en": "an assumption"}[report.lang] in everything
    assert phased.fingerprint in everything
    assert phased.result_hash in everything


def test_a_what_if_says_that_it_is_nobodys_promise(what_if, imprint):
    report = content.of_scenario(what_if, None, mapped.of_scenario(what_if, None), imprint)
    assert report.sections[0].quote == ""
    assert "不是任何文件的承诺" in report.sections[0].paragraphs[0]


@pytest.mark.parametrize("plan_id", catalogue.available())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_plan_has_a_report(plan_id, lang, imprint, monkeypatch):
    monkeypatch.setattr(picture, "draw", lambda *_: b"")
    plan = catalogue.load_plan(plan_id)
    report = of_plan.report(plan, mapped.of_plan(plan), imprint, lang)
    quantified = [t for t in plan.targets if t.quantified]
    section = report.sections[1]
    listed = [row[3] for row in section.table.rows]
    assert listed[: len(quantified)] == [t.clause for t in quantified]
    assert len(listed) == max(len(quantified), min(len(plan.targets), 24))
    assert str(len(plan.targets)) in section.paragraphs[0]
    if len(listed) < len(plan.targets):
        assert str(len(plan.targets) - len(listed)) in section.small[0]


@pytest.mark.parametrize(("lang", "words"), [("zh", "口径一致为推定"), ("en", "is inferred")])
def test_a_share_by_an_inferred_counting_rule_says_so(lang, words, imprint, monkeypatch):
    monkeypatch.setattr(picture, "draw", lambda *_: b"")
    plan = catalogue.load_plan("guangzhou-2020")
    known = [p for p in progress.progress(plan) if p.latest is not None]
    assert any(p.inferred for p in known)
    rows = of_plan.report(plan, mapped.of_plan(plan), imprint, lang).sections[1].table.rows
    assert sum(words in row[-1] for row in rows) == sum(p.inferred for p in known)


def test_the_picture_is_the_same_again_and_shows_the_classes(shown, imprint):
    data = picture.draw(shown, imprint, "zh")
    assert data == picture.draw(shown, imprint, "zh")
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert abs(image.width / image.height - picture.WIDTH_MM / picture.HEIGHT_MM) < 0.01
    colours = {colour for _, colour in image.getcolors(1 << 24)}
    for colour in shown.cells.scale.colours:
        assert tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) in colours


def test_the_review_number_takes_the_place_of_the_words(phased, plan, imprint, monkeypatch):
    monkeypatch.setattr(picture, "draw", lambda *_: b"")
    shown = mapped.of_scenario(phased, plan)
    without = content.of_scenario(phased, plan, shown, imprint)
    assert "不得公开" in without.footer
    numbered = dataclasses.replace(imprint, review_number="粤S(2026)001号")
    report = content.of_scenario(phased, plan, shown, numbered)
    assert "粤S" in report.footer
    assert "不得公开" not in report.footer


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_that_makes_it_again_is_one(hydrogen, phased, plan, imprint, lang):
    for result, source in ((hydrogen, "guangzhou-hydrogen-6"), (phased, "phased.yaml")):
        report = content.of_scenario(result, plan, mapped.of_scenario(result, plan), imprint, lang)
        [said] = [text for text in report.sections[-1].small if result.fingerprint in text]
        python, *arguments = re.search(r"\S+python -m .*", said.split(": ")[-1].split("：")[-1])[0].split()
        assert python == ".venv/bin/python"
        assert arguments[:2] == ["-m", "infraplan"]
        args = cli.build_parser(["report"]).parse_args(arguments[2:])
        assert (args.source, args.lang, args.out.suffix) == (source, lang, ".html")
        assert ("成果下载" in said or "tab Files" in said) == source.endswith(".yaml"), (
            "where the file is had"
        )
