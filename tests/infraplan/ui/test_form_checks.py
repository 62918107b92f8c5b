"""What a planner types is taken as it is, and what is wrong with it is said before a run, in the form's own words."""

from __future__ import annotations

import html
import re

import pytest

from infraplan.ui import drafts
from infraplan.ui.i18n.scenario_fields import TEXT
from infraplan.ui.views import scenario_facility, scenario_tabs
from layers.punctuation import printed
from scenarios import facility, load, waiting

CHARGERS = "guangzhou-chargers-2022"
STATIONS = "guangzhou-5g-2022"


def edit(page, scenario=CHARGERS, lang="zh", **change):
    """The form of a scenario with changes."""
    document = {**load.load(scenario).document, "resolution": 8, **change}
    test = page("scenario", scenario=scenario, mode="edit", lang=lang, edit=drafts.pack(scenario, document))
    assert not test.exception
    return test


def told(test) -> str:
    """Everything that is said to be wrong: one sentence, or a list of them."""
    rows = [m.value for m in test.markdown if m.value.startswith("- ")]
    return "\n".join([e.value for e in test.error] + rows).replace("\\", "")


def draft_of(test) -> dict:
    text = test.query_params["edit"]
    return drafts.unpack(text if isinstance(text, str) else text[0])[1]


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("coverage.floor", 150.0, "每区覆盖底线"),
        ("coverage.floor", -1.0, "取值 -1%"),
        ("coverage.goal", 0.0, "取值 0%"),
        ("amount", -3, "取值 -3"),
        ("amount", 10**12, "取值 1,000,000,000,000"),
        ("seed", -1, "随机种子"),
        ("quotas.floors.units", -1, "每单元不少于"),
        ("quotas.caps.per_10k", -2.5, "每万人不超过"),
    ],
)
def test_a_figure_out_of_range_is_taken_as_typed_and_refused_in_one_sentence(page, key, typed, words):
    test = edit(page)
    box = test.number_input(key=f"form:{CHARGERS}:{key}:zh")
    assert box.min is None or box.min < -(10**12), "a browser would refuse or clip it in silence"
    assert box.max is None or box.max > 10**12
    box.set_value(typed).run()
    assert not test.exception
    assert len(test.error) == 1
    assert words in told(test)
    assert "超出范围" in told(test)
    assert "form_run" not in {b.key for b in test.button}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("amount", "数量"),
        ("quotas.floors.units", "每单元不少于"),
        ("cells.cap", "单个网格上限"),
        ("seed", "随机种子"),
    ],
)
def test_half_a_unit_is_taken_as_typed_and_refused(page, key, words):
    """A box of whole numbers makes 12 of 12.5 and says nothing."""
    test = edit(page, cells={"method": "webster", "weights": {"residents": 1.0}})
    test.number_input(key=f"form:{CHARGERS}:{key}:zh").set_value(12.5).run()
    assert not test.exception
    assert len(test.error) == 1
    assert words in told(test)
    assert "12.5 不是整数" in told(test)
    value = draft_of(test)
    for name in key.split("."):
        value = value[name]
    assert value == 12.5


@pytest.mark.parametrize(
    "change",
    [
        {"phases": [{"year": 2022, "amount": 12.5}]},
        {"quotas": {"method": "webster", "weights": {"residents": 1}, "unplaced": {"某园区": 12.5}}},
        {"quotas": {"method": "webster", "weights": {"residents": 1}, "fixed": {"440106": 12.5}}},
        {"quotas": {"method": "webster", "weights": {"residents": 1}, "caps": {"by_unit": {"440106": 12.5}}}},
    ],
    ids=str,
)
def test_half_a_unit_in_a_table_stays_one_and_is_refused(page, change):
    test = edit(page, **change)
    assert draft_of(test) == {**load.load(CHARGERS).document, "resolution": 8, **change}
    assert "12.5 不是整数" in told(test)
    kinds = [c for f in test.dataframe if '"number"' in (c := f.proto.columns)]
    assert not any('"step": 1' in c or '"%d"' in c for c in kinds), "a pasted half would be cut in silence"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 10**20},
        {"seed": -(10**30)},
        {"phases": [{"year": 2022, "amount": 10**25}]},
        {"quotas": {"method": "webster", "weights": {"residents": 1}, "unplaced": {"某园区": 10**25}}},
        {"quotas": {"method": "webster", "weights": {"residents": 1}, "fixed": {"440106": 10**25}}},
        {"quotas": {"method": "webster", "weights": {"residents": 1}, "floors": {"units": 10**25}}},
    ],
    ids=str,
)
def test_a_link_with_a_figure_beyond_a_browsers_is_refused(page, change):
    test = edit(page, **change)
    assert "意外错误" not in told(test)
    assert "超出范围" in told(test)


def test_a_radius_of_nothing_is_refused_by_its_name(page):
    test = edit(page, facility={"profile": "ev-charger", "set": {"service_radius_m": {"rural": 0}}})
    assert "服务半径 · 农村" in told(test)


def test_no_table_of_the_form_clips_a_figure(page):
    """A column with an end takes what is beyond it for the end."""
    test = edit(page, phases=[{"year": 2022, "amount": 55_000}])
    columns = [frame.proto.columns for frame in test.dataframe if '"number"' in frame.proto.columns]
    assert len(columns) >= 5
    assert not any("max_value" in c or "min_value" in c for c in columns)


def test_all_that_is_wrong_is_told_at_once_and_nothing_can_be_run(page):
    test = edit(
        page,
        phases=[{"year": 2022, "amount": 5}, {"year": 2021, "amount": 9}],
        quotas={"method": "webster", "weights": {"residents": 1}, "caps": {"units": 400}},
        demand={"residents": 0},
    )
    for words in ("第 2 行年份", "末期数量 9 应为总数 55,000", "上限合计 4,400", "各权重均为零"):
        assert words in told(test)
    assert "form_run" not in {b.key for b in test.button}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "change",
    [
        {"coverage": {"floor": 7.0}},
        {"cells": {"cap": 5}},
        {"phases": [{"year": 1900, "amount": 5}]},
        {"demand": {"residents": 0}},
        {"quotas": {"method": "webster"}},
        {"objective": "fewest_units", "coverage": {"floor": 0.5}},
        {"facility": {"profile": "ev-charger", "set": {"service_radius_m": {"rural": 0}}}},
    ],
    ids=str,
)
def test_no_key_of_a_file_stands_in_brackets_behind_a_fields_name(page, change, lang):
    said = told(edit(page, lang=lang, **change))
    assert said
    assert re.findall(r"[(\uff08][a-z]+[a-z_.]*[)\uff09]", said) == []


def test_a_few_problems_stand_as_whole_sentences_and_many_as_a_table(page, monkeypatch):
    from infraplan.ui import guard

    floors = {"floors": dict.fromkeys(("440103", "440104", "440105"), 2.0)}
    assert told(edit(page, coverage=floors)).count("取值 200%") == 3
    monkeypatch.setattr(guard, "_MOST_WHOLE", 2)
    test = edit(page, coverage=floors)
    assert "取值 200%" not in told(test)
    assert any(
        "取值 200%" in str(frame.value.iloc[0, 0]) for frame in test.dataframe if len(frame.value) == 3
    )


def test_a_target_that_no_plan_has_stays_until_another_is_chosen(page):
    test = edit(page, target="gz-charger")
    assert draft_of(test)["target"] == "gz-charger"
    assert "建成充电桩" in told(test)
    assert len(told(test)) < 600


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_targets_are_named_with_their_city(page, lang):
    options = edit(page, lang=lang).selectbox(key=f"form:{CHARGERS}:target:{lang}").options
    city = ("广州市 · ", "徐州市 · ") if lang == "zh" else ("Guangzhou", "Xuzhou")
    assert all(any(o.startswith(c) for o in options) for c in city)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_facility_that_does_not_site_what_the_target_promises_is_pointed_out(page, lang):
    test = edit(page, lang=lang, facility={"profile": "5g"})
    kind = "充电桩" if lang == "zh" else "EV chargers"
    assert any(kind in w.value for w in test.warning)
    assert not edit(page, lang=lang).warning


def test_a_region_without_people_is_answered_in_the_words_of_the_screen(page):
    said = told(edit(page, region="440400", target=None, amount=5))
    assert "珠海市" in said
    assert "上传数据" in said
    assert "python" not in said


# --- how long


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("分钟", "可随时停止")), ("en", ("minutes", "can be stopped"))]
)
def test_a_long_run_is_announced_from_one_that_was_measured(page, lang, words):
    test = edit(page, STATIONS, lang, resolution=10, effort="thorough")
    said = "\n".join(c.value for c in test.caption)
    assert all(w in said for w in (*words, "497,540"))
    short = "\n".join(c.value for c in edit(page, STATIONS, lang).caption)
    assert words[1] not in short


def test_where_nothing_was_measured_nobody_claims_a_time(page):
    assert waiting.is_unknown("linked", "quick", 400_000)
    assert not waiting.is_unknown("linked", "quick", 71_071)
    assert not waiting.is_unknown("proportional", "quick", 400_000)
    code = "guangzhou-5g-sites-2022"
    said = "\n".join(c.value for c in edit(page, code, resolution=10).caption)
    assert "没有同类实测" in said
    assert "可随时停止" in said


def test_the_measured_run_is_the_next_in_size():
    found, beyond = waiting.like("cellular", "thorough", 80_000)
    assert (found.cells, beyond) == (141_951, False)
    found, beyond = waiting.like("cellular", "thorough", 71_500)
    assert (found.cells, beyond) == (71_071, False)
    found, beyond = waiting.like("cellular", "thorough", 5_000_000)
    assert beyond
    assert found.cells == max(
        m.cells for m in waiting.MEASURED if (m.way, m.effort) == ("cellular", "thorough")
    )
    assert waiting.like("service_radius", "quick", 10_000) is None
    assert waiting.like("nothing-such", "quick", 10_000) is None


# --- how sure


def test_a_part_that_is_less_sure_says_so_and_a_scenarios_own_figure_is_assumed():
    plain = facility.load("ev-charger")
    rows = [("service_radius_m", "urban"), ("service_radius_m", "rural"), ("piles_per_station",)]
    before = {rows[0]: 1000, rows[1]: 2500, rows[2]: 12.5}
    table = scenario_facility._table(plain, rows, before, {rows[0]: 900})
    assert table["status"].tolist() == [
        TEXT[f"status.{s}"][0] for s in ("assumption", "unverified", "derived")
    ]
    assert table["source"].tolist()[0] == "情景设定"
    assert table["value"].tolist() == [900, 2500, 12.5]


def test_a_row_says_at_once_that_its_figure_was_changed_and_an_emptied_one_is_the_profiles_again(monkeypatch):
    """What was typed is taken before the table is drawn; a row that was emptied needs another table to show it."""
    state: dict = {}
    monkeypatch.setattr(scenario_facility.st, "session_state", state)
    plain = facility.load("ev-charger")
    rows = [("service_radius_m", "urban"), ("service_radius_m", "rural")]
    before, held = {rows[0]: 1000, rows[1]: 2500}, {rows[1]: 3000}
    key = scenario_facility._table_key("t")
    scenario_facility._take({"edited_rows": {0: {"value": 500}}}, "t", rows, before, held)
    assert held == {rows[0]: 500, rows[1]: 3000}
    assert scenario_facility._table_key("t") == key, (
        "another table would lose what is being typed in this one"
    )
    table = scenario_facility._table(plain, rows, before, held)
    assert table["status"].tolist() == ["假定", "假定"]
    assert table["source"].tolist() == ["情景设定", "情景设定"]
    scenario_facility._take({"edited_rows": {0: {"value": None}}}, "t", rows, before, held)
    assert held == {rows[1]: 3000}
    assert scenario_facility._table_key("t") != key
    table = scenario_facility._table(plain, rows, before, held)
    assert table["value"].tolist() == [1000, 3000]
    assert table["status"].tolist() == ["已核实", "假定"]
    assert "征求意见稿" in table["source"].tolist()[0]


def test_the_parts_that_a_scenario_leaves_alone_stay_what_they_are():
    """Three of four changed: the fourth is neither the scenario's nor surer than it was."""
    own = facility.load(
        "ev-charger", {"service_radius_m": dict.fromkeys(("dense_urban", "urban", "suburban"), 500)}
    )
    radius = own.parameters["service_radius_m"]
    [said] = scenario_facility.reach(own)
    assert "密集城区 500 米、城区 500 米、郊区 500 米(假定)" in half_width(said)
    assert "农村 2,500 米(未核实)" in half_width(said)
    assert "来源:情景设定;其余:中心城区与副中心1公里" in half_width(said)
    assert half_width(scenario_facility.sure("ev-charger", radius)) == "假定;农村 未核实"
    assert half_width(scenario_facility.source(radius.source)).startswith("情景设定;其余:中心城区")


def test_of_another_band_that_is_not_used_the_source_says_nothing():
    own = facility.load("5g", {"inter_site_distance_m": {"700MHz": {"rural": 5000}}})
    assert not any("情景设定" in line for line in scenario_facility.reach(own))
    assert "700MHz 农村 假定" in scenario_facility.sure(
        "5g", own.parameters["inter_site_distance_m"]
    ).replace("700 MHz", "700MHz")


def half_width(text: str) -> str:
    return text.translate(str.maketrans("\uff08\uff09\uff1a\uff1b\uff0c", "():;,"))


def test_sources_are_english_on_the_english_screen(monkeypatch):
    from infraplan.ui import state

    sources = [p.source for i in facility.available() for p in facility.load(i).parameters.values()]
    assert [scenario_facility.source(text) for text in sources] == sources
    monkeypatch.setattr(state, "language", lambda: "en")
    said = "\n".join(map(scenario_facility.source, sources))
    named = re.compile("《[^》]+》(征求意见稿)?|发改能源〔2015〕1454号")
    assert "发改能源〔2015〕1454号" in said, "names of documents stay as they are"
    assert re.findall("[\u4e00-\u9fff]+", named.sub("", said)) == []
    own = scenario_facility.source(
        facility.load("5g", {"inter_site_distance_m": {"700MHz": {"rural": 5000}}})
        .parameters["inter_site_distance_m"]
        .source
    )
    assert own.startswith("set by the scenario; the rest: middles of the ranges"), own


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (CHARGERS, ("农村 2,500 米（未核实）", "城区 1,000 米", "来源")),
        (STATIONS, ("站间距", "3.5 GHz", "未核实", "半径与站间距之比")),
    ],
)
def test_the_result_says_of_its_distances_how_sure_they_are(page, scenario, words):
    document = {**load.load(scenario).document, "resolution": 8}
    test = page("scenario", scenario=scenario, edit=drafts.pack(scenario, document))
    assert not test.exception
    said = "\n".join(c.value for c in test.caption).replace("\\", "")
    assert all(w in said for w in ("所用距离", *words)), said


# --- the load


def test_cells_that_carry_no_load_are_no_bar_of_the_chart(page):
    from infraplan.ui import runs

    document = {**load.load(CHARGERS).document, "resolution": 8}
    result = runs.of(load.of_document(document, "x"))
    loads, left_out = scenario_tabs._load_by_unit(result)
    assert (loads > 0).all()
    assert len(loads) + left_out == int((result.units > 0).sum())
    assert left_out > 0
    assert loads.max() == pytest.approx(result.capacity["max_load"], abs=1e-3)
    test = page("scenario", scenario=CHARGERS, tab="charts", edit=drafts.pack(CHARGERS, document))
    assert any(f"{left_out:,} 个网格" in c.value for c in test.caption)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_a_facility_says_whole_where_it_is_from(page, lang):
    """A column cuts such texts off, and what is not confirmed with them."""
    test = page("scenario", scenario="guangzhou-chargers-2022", mode="edit", lang=lang)
    said = "\n".join(h.proto.body for h in test.get("html"))
    [table] = [d.value for d in test.dataframe if "status" in d.value]
    for name, sure, source in zip(table["name"], table["status"], table["source"], strict=True):
        gap = "" if lang == "zh" else " "
        for part in (f"{name}{gap}({sure})", source):
            assert html.escape(printed(part, lang)) in said
