"""Beside the map: what was promised, the cards and where their numbers come from, own scenarios, the legend tree."""

from __future__ import annotations

import page_words
import pytest
from page_words import sound

from infraplan.workspace import Workspace
from scenarios import load


@pytest.fixture
def workspace(monkeypatch, tmp_path):
    """A workspace of this test's own."""
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", str(tmp_path))
    return Workspace()


def shown(test) -> str:
    """All words on the page, those on buttons too."""
    return page_words.shown(test, "button")


def promises(test) -> list[str]:
    """The lines of the list of promises."""
    return [b.label for b in test.button if (b.key or "").startswith("promise-")]


def url(test) -> dict[str, str]:
    return {k: v if isinstance(v, str) else v[0] for k, v in test.query_params.items()}


def options(test, label: str) -> list[str]:
    return next(box for box in test.selectbox if box.label == label).options


@pytest.mark.parametrize(("lang", "figure"), [("zh", "约55,000个"), ("en", "about 55,000")])
def test_a_newcomer_sees_every_figure_with_its_qualifier_and_year(page, lang, figure):
    test = page("map", scenario="none", lang=lang)
    sound(test)
    lines = promises(test)
    assert len(lines) == 23
    assert any(figure in line and "2022" in line for line in lines)


def test_a_line_opens_its_card(page):
    test = page("map", scenario="none")
    line = next(b for b in test.button if b.key == "promise-network-gz-5g-stations")
    line.click().run()
    sound(test)
    assert url(test)["sel"] == "target:gz-5g-stations"
    assert "累計建成3.89萬個5G基站" in shown(test)


def test_filters_apply_to_the_promises(page):
    lines = promises(page("map", scenario="none", cat="energy"))
    assert len(lines) == 3
    assert "充电桩" in lines[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_without_figures_says_what_it_says(page, lang):
    test = page("map", region="370300", scenario="none", lang=lang)
    sound(test)
    assert promises(test)
    assert ("文件未给出数值" if lang == "zh" else "gives no figures") in shown(test)


def test_no_promise_fits(page):
    test = page(
        "map", region="370300", scenario="none", year="2023", cat="energy", unquantified="1", body="none"
    )
    sound(test)
    test = page("map", scenario="none", cat="energy", year="none")
    sound(test)
    assert "没有符合筛选的目标" in shown(test)


def test_a_card_puts_its_figure_on_the_map_and_takes_it_off(page):
    test = page("map", scenario="none", sel="target:gz-chargers")
    test.button(key="card_layer").click().run()
    sound(test)
    assert url(test)["target"] == "gz-chargers"
    assert options(test, "承诺目标")[1:]
    test.button(key="card_layer").click().run()
    assert "target" not in url(test)


def test_a_target_without_a_figure_is_not_offered_for_the_map(page):
    from plans import catalogue

    wordy = next(x for x in catalogue.load_plan("guangzhou-2020").targets if not x.quantified)
    test = page("map", scenario="none", sel=f"target:{wordy.id}")
    sound(test)
    assert all(b.key != "card_layer" for b in test.button)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_residents_of_a_district_name_their_source(page, lang):
    words = shown(page("map", scenario="none", region="320300", sel="district:320305", lang=lang))
    assert "453,555" in words
    assert "中国人口普查分县资料—2020" in words
    assert "381,407" in words  # the zone on its land that the census counts apart


def test_own_scenarios_of_the_region_come_first_and_are_drawn(page, workspace):
    document = {**load.load("guangzhou-hydrogen-6").document, "id": "mine-h2", "title_zh": "我的加氢站"}
    workspace.save("scenario", "mine-h2", document, by="a", base_version=None, title="我的加氢站")
    test = page("map", scenario="mine:mine-h2")
    sound(test)
    assert options(test, "情景结果（测算分配）")[1] == "我的加氢站 · 我的"
    assert "每网格测算数量" in shown(test)
    assert "我的加氢站 · 我的" not in options(page("map", region="320300"), "情景结果（测算分配）")


def test_a_saved_scenario_that_cannot_be_read_leaves_the_map(page, workspace):
    workspace.save(
        "scenario", "old", {"title_zh": "旧", "region": "440100", "population": 3}, by="a", base_version=None,
        title="旧",
    )  # fmt: skip
    test = page("map", scenario="mine:old")
    assert not test.exception
    assert len(test.error) == 1
    assert len(promises(test)) == 23


def test_active_filters_are_counted_in_the_label(page):
    assert "st-key-map_filters" not in shown(page("map", scenario="none"))
    words = shown(page("map", scenario="none", cat="energy", unmapped="1"))
    assert f"\\{ord('2'):06x}" in words.split("st-key-map_filters")[1]


def test_coloured_cells_are_named_under_the_map(page):
    test = page("map", scenario="guangzhou-chargers-2022")
    sound(test)
    assert any("图上彩色网格" in c.value and "充电" in c.value for c in test.caption)
    assert not any("图上彩色网格" in c.value for c in page("map", scenario="none").caption)


@pytest.mark.parametrize(
    ("ident", "lang", "said"),
    [
        ("gz-region-bay-area", "zh", "超出本规划的地域范围"),
        ("gz-beidou-park", "zh", "登记为全市"),
        ("gz-gas-hydrate-ship", "en", "the thing itself has no fixed one"),
    ],
)
def test_a_card_says_why_its_project_has_no_point(page, ident, lang, said):
    words = shown(page("map", scenario="none", sel=f"project:{ident}", lang=lang))
    assert said in words
    assert "没有写明地点" not in words


def test_a_click_where_no_cell_is_drawn_means_the_district():
    from types import SimpleNamespace

    import numpy as np
    import pandas as pd

    from geo import grid
    from infraplan.ui.views import map_view

    cell = int(grid.cells_at(np.array([113.2644]), np.array([23.1292]), 8)[0])

    def layer(units: int):
        frame = pd.DataFrame({"cell": np.array([cell], dtype=np.uint64), "units": [units]})
        return SimpleNamespace(frame=frame, scale=SimpleNamespace(field="units"))

    choice = SimpleNamespace(region="440100", datum="WGS84")
    assert map_view.meant(113.2644, 23.1292, choice, {"scenario": layer(3)}) == f"cell:{cell:x}"
    assert map_view.meant(113.2644, 23.1292, choice, {"scenario": layer(0)}) == "district:440104"
    assert map_view.meant(120.0, 30.0, choice, {"scenario": layer(3)}) is None


def test_a_card_leads_to_the_projects_under_the_same_badge(page):
    """Several stand at one place: the map shows one badge, the card of it names the others."""
    from infraplan.ui.views import map_panel
    from plans import catalogue

    plan = catalogue.load_plan("guangzhou-2020")
    one = next(p for p in plan.projects if p.lon is not None and len(_here(plan, p)) >= 2)
    test = page("map", scenario="none", sel=f"project:{one.id}")
    sound(test)
    offered = {b.key: b for b in test.button if str(b.key).startswith("go-near_projects-project:")}
    assert {key.rpartition(":")[2] for key in offered} == _here(plan, one)
    assert map_panel._NEAR_M == 1_000
    key = next(iter(offered))
    offered[key].click().run()
    assert url(test)["sel"] == f"project:{key.rpartition(':')[2]}"


def _here(plan, one) -> set[str]:
    """Ids of the other projects within a kilometre, by the flat formula."""
    return {
        p.id for p in plan.projects
        if p.id != one.id and p.lon is not None
        and ((p.lon - one.lon) * 111_320 * 0.92) ** 2 + ((p.lat - one.lat) * 110_770) ** 2 <= 1_000**2
    }  # fmt: skip


def test_a_narrow_screen_sets_the_card_under_the_map_and_breaks_no_figure(page):
    from infraplan.ui import theme
    from infraplan.ui.views import map_look

    def keys(block):
        yield str(getattr(getattr(block, "proto", None), "id", ""))
        for child in getattr(block, "children", {}).values():
            yield from keys(child)

    assert any("with_card" in key for key in keys(page("map", scenario="none").main))
    assert ".st-key-with_card" in theme._TWO
    whole = [rule for rule in map_look._STYLE.split("}") if "white-space: nowrap" in rule]
    assert {rule.split("{")[0].strip() for rule in whole} == {".counts", ".st-key-promises button p"}
