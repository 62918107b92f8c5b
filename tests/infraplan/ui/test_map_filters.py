"""What the map's filters keep, and what a link that leads nowhere says."""

from __future__ import annotations

import re

import pytest

from plans import catalogue

PLAN = catalogue.load_plan("guangzhou-2020")


def html(test) -> str:
    return "\n".join(getattr(getattr(e, "proto", None), "body", "") for e in test.get("html"))


def projects(test) -> int:
    """How many projects the page counts."""
    row = next(line for line in html(test).split("\n") if 'class="counts"' in line)
    return int(re.findall(r"<b>([\d,]+)</b>", row)[2].replace(",", ""))


def warned(test) -> str:
    return "\n".join(w.value for w in test.warning)


def linked(test) -> dict[str, str]:
    """Links of the page to others, by label: the words of their URL."""
    return {e.proto.label: e.proto.query_string for e in test.get("page_link")}


def test_a_project_without_a_deadline_is_kept_by_not_stated(page):
    every = {str(x.deadline_year) if x.deadline_year else "none" for x in PLAN.targets}
    assert projects(page("map", scenario="none", year=",".join(sorted(every)))) == len(PLAN.projects)
    due = {x.id: x.deadline_year for x in PLAN.targets}
    undated = [p for p in PLAN.projects if not p.targets or any(due[x] is None for x in p.targets)]
    assert projects(page("map", scenario="none", year="none")) == len(undated)


def test_projects_without_a_stage_can_be_chosen(page):
    without = sum(p.status is None for p in PLAN.projects)
    assert projects(page("map", scenario="none", stage="none")) == without > 0


def test_filters_of_projects_say_that_they_are(page):
    test = page("map", scenario="none")
    labels = [m.label for m in test.multiselect]
    assert "阶段（仅筛选项目）" in labels
    assert "类型（仅筛选项目）" in labels
    assert any("目标不受影响" in c.label for c in test.checkbox)


@pytest.mark.parametrize(
    ("link", "said"),
    [({"region": "999"}, "999"), ({"target": "nope"}, "nope"), ({"sel": "target:nope"}, "nope"),
     ({"sel": "project:nope"}, "nope"), ({"sel": "district:320303"}, "320303")],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_link_to_what_is_not_there_says_so(page, link, said, lang):
    test = page("map", scenario="none", lang=lang, **link)
    assert not test.exception
    assert said in warned(test)
    assert ("没有找到" if lang == "zh" else "not found") in warned(test)
    assert warned(page("map", scenario="none", lang=lang)) == ""


@pytest.mark.parametrize(("link", "box"), [({"region": "999"}, "城市"), ({"target": "nope"}, "承诺目标")])
def test_what_was_not_found_is_said_until_another_is_chosen(page, link, box):
    test = page("map", scenario="none", **link)
    said = warned(test)
    assert next(iter(link.values())) in said
    assert warned(test.run()) == said
    chosen = next(b for b in test.selectbox if b.label == box)
    chosen.select_index(1).run()
    assert not test.exception
    assert warned(test) == ""


def test_without_any_plan_the_page_says_that_it_shows_all(page):
    test = page("map", region="320300", scenario="none", plans="-")
    assert any("没有选择规划文件" in c.value for c in test.caption)


def test_another_city_lets_go_of_what_was_chosen(page):
    test = page("map", scenario="none", sel="target:gz-chargers", target="gz-chargers")
    next(box for box in test.selectbox if box.label == "城市").select("320300").run()
    assert not test.exception
    assert warned(test) == ""
    assert "sel" not in test.query_params


@pytest.mark.parametrize(
    ("sel", "label", "words"),
    [("target:gz-chargers", "在目标表中查看", "sel=target%3Agz-chargers"),
     ("project:gz-hydrogen-stations", "在项目表中查看", "sel=project%3Agz-hydrogen-stations")],
)  # fmt: skip
def test_a_card_leads_to_its_row(page, sel, label, words):
    query = linked(page("map", scenario="none", sel=sel))[label]
    assert "plan=guangzhou-2020" in query
    assert words in query


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_project_known_by_district_names_it(page, lang):
    test = page("map", scenario="none", sel="project:gz-5g-park-huangpu", lang=lang)
    assert any(("黄埔区" if lang == "zh" else "Huangpu") in c.value for c in test.caption)


def test_every_project_that_is_not_drawn_is_said_to_be_listed(page):
    assert any("全部列于此" in c.value for c in page("map", scenario="none").caption)


def test_the_legend_of_people_counts_cells(page):
    text = html(page("map", scenario="none", population="1"))
    assert re.search(r'<span class="count">[\d,]+ 格</span>', text)


def test_families_have_signs_in_english_too(page):
    text = html(page("map", scenario="none", lang="en"))
    assert re.search(r'class="dot"[^>]*>E</span>', text)


def test_the_sources_under_the_map_are_named_in_english(page):
    text = html(page("map", scenario="none", lang="en"))
    assert "Water: " in text
    assert "取自" not in text
    assert "数据来源" not in text
