"""Reading a document into candidates: made-up text with known answers, and the real texts where they are at hand."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataError
from plans import catalogue
from plans.extract.bodies import expand
from plans.extract.candidates import accepted, candidates, write
from plans.extract.figures import figures
from plans.extract.headings import headings, path_at
from plans.extract.names import names
from plans.extract.simplify import simplified
from plans.language import not_mainland

TEXT = (
    "关于印发方案的通知\n某政发〔2021〕9号\n"
    "一、目标\n到2025年,力争新建充电桩1.2万个、换电站30座。数据中心PUE(电源使用效率)值低于1.25。\n"
    "二、任务\n(一)设施。\n"
    "1. 网络。建设110千伏东湖变电站,推进甲乙示范区、丙丁产业园、戊己重点实验室等项目建设。"
    "对年营收200万元以上的企业给予补助。(市工信局、发改委,东山、西山区政府按职责分工负责)\n"
    "2. 交通。加快东站综合枢纽和南港码头建设。(责任单位:市交通局\n\n三、保障\n"
)


@pytest.fixture(scope="module")
def found():
    return candidates(TEXT, "440100", "x")


def test_clauses_have_paths_and_offsets():
    assert [h.path for h in headings(TEXT)] == ["一", "二", "二(一)", "二(一)1", "二(一)2", "三"]
    assert path_at(headings(TEXT), TEXT.index("东站")) == "二(一)2"
    assert path_at(headings(TEXT), 3) == ""


def test_figures_are_found_with_all_that_goes_with_them(found):
    rows = {row["quote"]: row for row in found.targets}
    chargers = rows["力争新建充电桩1.2万个"]
    assert (chargers["value"], chargers["unit"], chargers["category"]) == (12000, "count", "charger")
    assert (chargers["aspirational"], chargers["nature"]) == ("yes", "new")
    assert (chargers["deadline_year"], chargers["deadline_basis"]) == ("2025", "stated")
    assert rows["换电站30座"]["value"] == 30
    pue = rows["数据中心PUE(电源使用效率)值低于1.25"]
    assert (pue["value"], pue["unit"], pue["qualifier"]) == (1.25, "PUE", "<")
    assert pue["deadline_basis"] == "inferred"
    assert all(TEXT[row["offset"] :].startswith(quote) for quote, row in rows.items())


def test_figures_that_promise_nothing_are_doubted(found):
    doubts = {row["value"]: row["doubt"].split()[0] for row in found.not_targets}
    assert doubts[2_000_000] in ("threshold", "grant")
    assert doubts[110] == "technical_name"
    assert 9 in doubts
    assert 2025 not in doubts


def test_lists_are_split_and_verbs_dropped(found):
    listed = {row["quote"]: row["kind"] for row in found.projects}
    assert listed["甲乙示范区"] == "pilot_zone"
    assert listed["丙丁产业园"] == "park"
    assert listed["戊己重点实验室"] == "laboratory"
    assert listed["110千伏东湖变电站"] == "project"
    assert listed["东站综合枢纽"] == "hub"
    assert "南港码头建设" in listed


def test_bodies_share_what_is_said_once(found):
    assert found.bodies == ("市工信局", "市发改委", "东山区政府", "西山区政府", "市交通局")
    assert [row["responsible_quote"] for row in found.clauses if row["clause"] == "二(一)2"] == ["市交通局"]


@pytest.mark.parametrize(
    ("text", "names_", "leads"),
    [
        (
            "市教育局牽頭,市發展改革委、科技局按職責分工負責",
            ["市教育局", "市發展改革委", "市科技局"],
            [True, False, False],
        ),
        ("徐州通管办、供电公司", ["徐州通管办", "徐州供电公司"], [False, False]),
        (
            "鼓楼区、云龙区、泉山区人民政府",
            ["鼓楼区人民政府", "云龙区人民政府", "泉山区人民政府"],
            [False] * 3,
        ),
        ("市委组织部(市委人才办),市教育局", ["市委组织部", "市委人才办", "市教育局"], [False] * 3),
    ],
)
def test_a_list_of_bodies_is_expanded(text, names_, leads):
    named = expand(text)
    assert [n.name for n in named] == names_
    assert [n.lead for n in named] == leads


def test_conversion_leaves_no_taiwan_word():
    text = "最佳化升級工業網際網路、捷運線網與智慧型網聯汽車,推廣人工智慧套用與數位化晶片"
    assert simplified(text) == "优化升级工业互联网、地铁线网与智能网联汽车,推广人工智能应用与数字化芯片"
    assert not_mainland(simplified(text)) == []


def test_tables_are_written_and_what_is_accepted_is_read_back(found, tmp_path):
    paths = {path.stem: path for path in write(found, tmp_path / "out")}
    assert paths["targets"].read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(paths["targets"].read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        if row["value"] == "12000":
            row |= {"accept": "yes", "indicator_en": "Chargers", "mappable": "yes", "allocatable": "yes"}
    with paths["targets"].open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    [row] = accepted(paths["targets"], "targets")
    assert (row["value"], row["indicator_en"], row["nature"]) == ("12000", "Chargers", "new")


def test_an_accepted_row_that_is_not_complete_says_what_is_missing(found, tmp_path):
    paths = {path.stem: path for path in write(found, tmp_path / "out")}
    text = paths["targets"].read_text(encoding="utf-8-sig").replace("\n,", "\nyes,", 1)
    paths["targets"].write_text(text, encoding="utf-8-sig")
    with pytest.raises(DataError, match=r"targets\.csv:2: column 'indicator_en'"):
        accepted(paths["targets"], "targets")


@given(st.text(st.sampled_from("一二(一)1.2、,。\n建设5G万个示范区等项目“”()和市局2022年到"), max_size=80))
def test_no_text_raises_and_every_phrase_stands_at_its_offset(text):
    found = candidates(text, "440100", "x")
    for row in (*found.targets, *found.not_targets, *found.projects):
        assert text[row["offset"] : row["offset"] + len(row["quote"])] == row["quote"]


SOURCES = os.environ.get("INFRAPLAN_SOURCES")


@pytest.mark.skipif(not SOURCES, reason="INFRAPLAN_SOURCES names no folder of source texts")
@pytest.mark.parametrize("plan_id", catalogue.available())
def test_the_real_texts_give_back_what_people_entered(plan_id):
    plan = catalogue.load_plan(plan_id)
    text = (Path(str(SOURCES)) / plan.source_file).read_text(encoding="utf-8")
    found = headings(text)
    read = figures(text, found, plan.region_adcode)
    for target in plan.targets:
        if target.quantified:
            assert any(
                item.row["value"] == target.value
                and item.row["unit"] == target.unit
                and not item.doubt
                and target.offset <= item.quantity.start < target.offset + len(target.quote)
                for item in read
            ), target.id
    listed = names(text, found, plan.region_adcode)
    spans = [(item.row["offset"], item.row["offset"] + len(item.row["quote"])) for item in listed]
    things = [
        p for p in plan.projects if p.kind not in ("generic", "region", "fund", "mechanism", "district_task")
    ]
    hit = sum(any(p.offset < end and start < p.offset + len(p.quote) for start, end in spans) for p in things)
    assert hit >= 0.6 * len(things)
