"""The form of a scenario: opening it changes nothing, uploads can be chosen, a planner's words stand for every key."""

from __future__ import annotations

import pytest
from page_words import sound

from geo import grid
from infraplan import uploads
from infraplan.ui import drafts
from infraplan.workspace import Workspace
from scenarios import load

CHARGERS = "guangzhou-chargers-2022"
RICH = {
    "amount": 55_000,
    "existing": {"cells": {"884118b701fffff": 40}},
    "candidates": {
        "sites": {"cells": ["884118b701fffff", "884118b703fffff"]},
        "limits": [{"kind": "other", "effect": "warn", "cells": ["884118b701fffff"], "name_zh": "甲"}],
    },
    "must_cover": {"places": ["hospitals", "airports"], "projects": "guangzhou-2020"},
    "quotas": {
        "method": "webster",
        "weights": {"residents": 2.0, "area": 1.0},
        "fixed": {"440106": 5000},
        "unplaced": {"某园区": 12},
        "fairness": 0.25,
        "floors": {"units": 10, "per_10k": 1.5, "by_unit": {"440103": 20}},
        "caps": {"units": 30_000, "by_unit": {"440111": 20_000}},
    },
    "coverage": {"goal": 0.9, "floor": 0.5, "floors": {"440117": 0.3}, "area": "urban_density"},
    "phases": [{"year": 2021, "amount": 20_000}, {"year": 2022, "amount": 55_000}],
    "facility": {
        "profile": "ev-charger",
        "set": {"public_share": 0.7, "service_radius_m": {"rural": 3000}},
    },
}


def draft_of(test) -> dict | None:
    text = test.query_params.get("edit")
    found = drafts.unpack(text if isinstance(text, str) else text[0]) if text else None
    return found[1] if found else None


def number(test, path: str, lang: str = "zh", code: str = CHARGERS):
    """The box of a number: a form that was left and opened again has others than before."""
    start = f"form:{code}:{path}:{lang}"
    [found] = [n for n in test.number_input if n.key == start or n.key.startswith(f"{start}:")]
    return found


def html(test) -> str:
    return "\n".join(h.proto.body for h in test.get("html"))


@pytest.mark.parametrize("scenario", load.available())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_opening_the_form_of_a_scenario_changes_nothing(page, scenario, lang):
    test = page("scenario", scenario=scenario, mode="edit", lang=lang)
    sound(test)
    assert draft_of(test) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_with_every_key_gives_back_what_it_was_opened_with(page, lang):
    document = {**load.load(CHARGERS).document, **RICH, "resolution": 8}
    load.of_document(document, "x")
    test = page("scenario", scenario=CHARGERS, mode="edit", lang=lang, edit=drafts.pack(CHARGERS, document))
    assert not test.exception
    assert draft_of(test) == document


def test_no_key_is_asked_as_text_of_a_file(page):
    test = page("scenario", scenario=CHARGERS, mode="edit")
    assert [a.key for a in test.text_area if not (a.key or "").startswith("store_note")] == []


@pytest.fixture
def units():
    workspace = Workspace()
    content = "名称,数量,经度,纬度\n甲,3,113.36,23.13\n丙,5,113.4,23.15\n".encode("utf-8-sig")
    found = uploads.inspect(
        "units", content, "既有.csv", {"region": "440100", "datum": "WGS84|xy"}, workspace.root
    )
    return uploads.accept(found, workspace, by="张三", title="既有充电站")


def test_uploaded_units_are_chosen_previewed_saved_and_opened_again(page, units):
    test = page("scenario", scenario=CHARGERS, mode="edit")
    box = test.selectbox(key=f"form:{CHARGERS}:existing:zh")
    assert any("既有充电站" in option for option in box.options)
    box.set_value(f"upload:{units.id}").run()
    sound(test)
    assert draft_of(test)["existing"] == {"upload": units.id}
    assert any("既有设施 8" in c.value for c in test.caption)
    test.button(key="store_copy").click().run()
    sound(test)
    [record] = Workspace().records("scenario")
    assert sum(record.document["existing"]["cells"].values()) == 8
    assert record.document["existing"]["source"]["title"] == "既有充电站"
    again = page("scenario", scenario=f"mine:{record.id}", mode="edit")
    sound(again)
    assert draft_of(again) is None
    assert again.selectbox(key=f"form:mine:{record.id}:existing:zh").value == f"upload:{units.id}"


def test_cells_of_an_upload_follow_the_resolution_of_the_form(page, units):
    test = page("scenario", scenario=CHARGERS, mode="edit")
    test.selectbox(key=f"form:{CHARGERS}:existing:zh").set_value(f"upload:{units.id}").run()
    test.selectbox(key=f"form:{CHARGERS}:resolution:zh").set_value(8).run()
    sound(test)
    test.button(key="store_copy").click().run()
    [record] = Workspace().records("scenario")
    cells = grid.from_hex(list(record.document["existing"]["cells"]))
    assert grid.resolution_of(cells) == 8


def test_a_deleted_upload_is_told_and_a_draft_that_names_it_is_not_lost(page, units):
    document = {**load.load(CHARGERS).document, "existing": {"upload": units.id}}
    Workspace().delete("upload", units.id, by="u", base_version=units.version)
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    assert not test.exception
    assert "已不存在" in test.error[0].value
    assert draft_of(test) == document


def test_none_is_not_unknown(page):
    test = page("scenario", scenario=CHARGERS, mode="edit")
    test.selectbox(key=f"form:{CHARGERS}:existing:zh").set_value("none").run()
    sound(test)
    assert draft_of(test)["existing"] == {"cells": {}}
    assert any("既有设施 0" in c.value for c in test.caption)


def test_choices_of_a_facility_are_words_and_numbers_of_other_bands_are_not_shown(page):
    code = "guangzhou-5g-2022"
    test = page("scenario", scenario=code, mode="edit")
    box = test.selectbox(key=f"form:{code}:facility.set.5g.band:zh")
    assert box.options == ["3.5 GHz", "2.6 GHz", "700 MHz"]
    box.set_value("700MHz").run()
    sound(test)
    assert draft_of(test)["facility"] == {"profile": "5g", "set": {"band": "700MHz"}}


def test_a_copy_bears_its_name_in_both_languages(page):
    test = page("scenario", scenario=CHARGERS)
    name = next(t for t in test.text_input if (t.key or "").startswith("store_name"))
    name.set_value("我的方案").run()
    test.button(key="store_copy").click().run()
    [record] = Workspace().records("scenario")
    assert (record.document["title_zh"], record.document["title_en"]) == ("我的方案", "我的方案")


def test_quotas_that_follow_from_the_siting_have_no_preview_figure(page):
    test = page("scenario", scenario="guangzhou-hydrogen-9", mode="edit")
    sound(test)
    assert any("由选址结果决定" in c.value for c in test.caption)


def test_an_amount_that_is_the_answer_is_not_shown_as_a_figure(page):
    test = page("scenario", scenario="qianjiang-5g-85-urban", mode="edit")
    sound(test)
    assert test.metric[0].value == "待求解"


def test_a_draft_too_long_for_a_link_lies_in_the_workspace(page):
    cells = {f"89{i:013x}": 1 for i in range(9000)}
    document = {**load.load(CHARGERS).document, "existing": {"cells": cells}}
    text = drafts.pack(CHARGERS, document)
    assert len(text) < 100
    assert drafts.unpack(text) == (CHARGERS, document)
    assert drafts.unpack("@" + "0" * 64) is None
    assert drafts.unpack("@../../etc/passwd") is None


def test_the_language_may_be_switched_in_the_middle(page):
    test = page("scenario", scenario=CHARGERS, mode="edit")
    number(test, "amount").set_value(50_000).run()
    test.segmented_control(key="w_lang").set_value("en").run()
    sound(test)
    assert draft_of(test)["amount"] == 50_000
    assert draft_of(test)["target"] == "gz-chargers"
    assert number(test, "amount", "en").value == 50_000


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": -3},
        {"coverage": {"floor": 7.0}},
        {"quotas": {"method": "webster"}},
        {
            "quotas": {
                "method": "webster",
                "weights": {"residents": 1},
                "floors": {"units": -1, "per_10k": -2.5},
            }
        },
        {"quotas": {"method": "nothing-such", "weights": {"residents": 1}}},
        {"seed": -1},
        {"resolution": 12},
        {"region": "999999"},
        {"population": "nothing-such"},
        {"target": "nothing-such"},
        {"facility": {"profile": "nothing-such"}},
        {"facility": {"profile": "ev-charger", "set": {"public_share": -1}}},
        {"demand": {"nothing": 1}},
        {"phases": [{"year": 2022, "amount": 5}, {"year": 2021, "amount": 9}]},
        {"existing": "none"},
        {"candidates": {"limits": [{"kind": "other", "cells": ["884118b701fffff"]}]}},
    ],
    ids=str,
)
def test_a_link_with_nonsense_ends_in_a_sentence(page, change):
    """Never a broken page: what is wrong is told, or the form shows a value that it can have."""
    document = {**load.load(CHARGERS).document, "resolution": 8, **change}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    assert not test.exception
    assert not any("意外错误" in e.value for e in test.error)
    assert len(test.get("html")) > 2


def test_a_copy_never_bears_the_id_of_a_library_scenario(page):
    test = page("scenario", scenario=CHARGERS)
    test.button(key="store_copy").click().run()
    [record] = Workspace().records("scenario")
    assert record.document["id"] == record.id
    assert record.id not in load.available()


def test_reports_bear_the_status_of_a_saved_scenario_and_of_nothing_else(page):
    from infraplan.ui.views import scenario_store

    test = page("scenario", scenario=CHARGERS)
    test.button(key="store_copy").click().run()
    [record] = Workspace().records("scenario")
    Workspace().set_status("scenario", record.id, "consultation", by="u", base_version=record.version)
    saved = load.of_document(record.document, "x")
    assert scenario_store.status_of(saved) == "consultation"
    changed = load.of_document({**record.document, "amount": 7}, "x")
    assert scenario_store.status_of(changed) == "draft"
    assert scenario_store.status_of(load.load(CHARGERS)) == "draft"


def test_what_is_covered_is_named_as_what_it_is(page):
    urban = page("scenario", scenario="qianjiang-5g-85-urban").metric
    assert "覆盖城市密度以上地区的面积比例" in [m.label for m in urban]
    assert "覆盖常住人口比例" in [m.label for m in page("scenario", scenario=CHARGERS).metric]


def test_a_floor_that_was_asked_for_is_answered(page):
    document = {**load.load(CHARGERS).document, "resolution": 8, "coverage": {"floor": 0.8}}
    test = page("scenario", scenario=CHARGERS, edit=drafts.pack(CHARGERS, document))
    assert "每区覆盖底线（80.0%）均已达到" in html(test)


def test_a_target_of_another_city_is_pointed_out(page):
    document = {**load.load(CHARGERS).document, "region": "320300", "resolution": 8}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    sound(test)
    assert any("广州市" in w.value and "张冠李戴" in w.value for w in test.warning)
    assert not page("scenario", scenario=CHARGERS, mode="edit").warning


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("中文名称", "英文名称")), ("en", ("Chinese", "English"))]
)
def test_a_title_that_states_the_goal_of_before_is_pointed_out(page, lang, words):
    code = "qianjiang-5g-85-urban"
    document = {**load.load(code).document, "coverage": {"goal": 1.0, "area": "urban_density"}}
    test = page("scenario", scenario=code, mode="edit", lang=lang, edit=drafts.pack(code, document))
    sound(test)
    said = [w.value for w in test.warning if "85%" in w.value and "100%" in w.value]
    assert len(said) == 2
    assert all(word in text for word, text in zip(words, said, strict=True))
    assert not page("scenario", scenario=code, mode="edit", lang=lang).warning


def test_a_link_to_a_scenario_that_is_gone_says_so(page):
    test = page("scenario", scenario="mine:gone")
    sound(test)
    assert any("已不存在" in w.value for w in test.warning)


NUMBERS = {
    "amount": 50_000,
    "quotas.fairness": 25.0,
    "quotas.floors.units": 10,
    "quotas.floors.per_10k": 1.5,
    "quotas.caps.units": 30_000,
    "quotas.caps.per_10k": 90.5,
    "coverage.goal": 90.0,
    "coverage.floor": 65.0,
    "cells.cap": 500,
    "seed": 7,
}


def numbered() -> dict:
    return {
        **load.load(CHARGERS).document,
        "resolution": 8,
        "amount": 50_000,
        "quotas": {
            "method": "webster",
            "weights": {"residents": 1.0},
            "fairness": 0.25,
            "floors": {"units": 10, "per_10k": 1.5},
            "caps": {"units": 30_000, "per_10k": 90.5},
        },
        "coverage": {"goal": 0.9, "floor": 0.65},
        "cells": {"method": "webster", "weights": {"residents": 1.0}, "cap": 500},
        "seed": 7,
    }


def test_every_number_of_the_form_that_was_set_can_be_cleared(page):
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, numbered()))
    assert draft_of(test) == numbered()
    boxes = {b.key: b for b in test.number_input if str(b.key).startswith(f"form:{CHARGERS}:")}
    assert set(boxes) == {f"form:{CHARGERS}:{key}:zh" for key in NUMBERS}
    for key, value in NUMBERS.items():
        box = boxes[f"form:{CHARGERS}:{key}:zh"]
        assert box.value == value
        assert not box.proto.HasField("default"), (
            "what a box holds from the beginning comes back when it is cleared"
        )
        box.set_value(None)
    test.run()
    assert not test.exception
    left = draft_of(test)
    assert "amount" not in left
    assert "seed" not in left
    assert "coverage" not in left
    assert set(left["quotas"]) == {"method", "weights"}
    assert set(left["cells"]) == {"method", "weights"}
    test.run()
    assert draft_of(test) == left


def test_a_cleared_number_stays_cleared_where_the_form_begins_anew(page):
    """Over another language, and over the result: what was cleared does not come back, what stands is not lost."""
    document = {**load.load(CHARGERS).document, "resolution": 8, "amount": 12, "coverage": {"floor": 0.65}}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    number(test, "amount").set_value(None).run()
    test.segmented_control(key="w_lang").set_value("en").run()
    amount = number(test, "amount", "en")
    assert amount.value is None
    assert amount.proto.placeholder == "55,000 (the target's)"
    assert number(test, "coverage.floor", "en").value == 65
    assert "amount" not in draft_of(test)


def test_a_cleared_number_stays_cleared_over_the_result(page):
    document = {**load.load(CHARGERS).document, "resolution": 8, "amount": 12, "coverage": {"floor": 0.65}}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    number(test, "coverage.floor").set_value(None).run()
    number(test, "amount").set_value(13).run()
    for mode in ("result", "edit"):
        test.segmented_control(key="w_mode").set_value(mode).run()
    assert number(test, "amount").value == 13
    assert number(test, "coverage.floor").value is None
    assert draft_of(test)["amount"] == 13
    assert "coverage" not in draft_of(test)
    number(test, "amount").set_value(None).run()
    assert "amount" not in draft_of(test)


def fields(test) -> dict[str, object]:
    """What stands in the boxes of the form, by the boxes' ids."""
    kinds = ("text_input", "number_input", "selectbox", "multiselect")
    drawn = [w for kind in kinds for w in test.get(kind)]
    return {w.id: w.value for w in drawn if str(w.key).startswith(f"form:{CHARGERS}:")}


@pytest.mark.parametrize("way", ["result", "scenario"])
def test_a_form_that_was_left_has_other_boxes_when_it_is_opened_again(page, way):
    """A browser forgets boxes that are gone, and not when the page does: the same ones would stand there empty."""
    document = {**load.load(CHARGERS).document, "resolution": 8, "amount": 12, "coverage": {"floor": 0.65}}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    key, there, back = {
        "result": ("w_mode", "result", "edit"),
        "scenario": ("w_scenario", "guangzhou-hydrogen-6", CHARGERS),
    }[way]
    before = fields(test)
    for chosen in (there, back):
        choice = test.selectbox if way == "scenario" else test.segmented_control
        choice(key=key).set_value(chosen).run()
    sound(test)
    after = fields(test)
    assert not before.keys() & after.keys()
    assert list(before.values()) == list(after.values())
    assert (number(test, "amount").value, number(test, "coverage.floor").value) == (12, 65)
    assert draft_of(test) == document


def test_discarded_changes_leave_no_widget_behind_that_still_holds_them(page):
    """A browser keeps what stands in a widget that it has: after a discard there must be others."""
    document = {**load.load(CHARGERS).document, "amount": 12, "amount_basis_zh": "试算"}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    before = fields(test)
    assert {12, "试算"} <= {v for v in before.values() if not isinstance(v, list)}
    test.button(key="store_discard").click().run()
    sound(test)
    assert draft_of(test) is None
    after = fields(test)
    assert len(after) == len(before)
    assert not after.keys() & before.keys()
    assert not {12, "试算"} & {v for v in after.values() if not isinstance(v, list)}


def strange_quota() -> dict:
    document = {**load.load(CHARGERS).document, "resolution": 8}
    return {**document, "quotas": {**document["quotas"], "fixed": {"440106": 5000, "320312": 77}}}


def test_a_figure_of_a_unit_outside_the_region_is_shown_and_kept_until_it_is_cleared(page):
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, strange_quota()))
    assert draft_of(test)["quotas"]["fixed"] == {"440106": 5000, "320312": 77}
    [table] = [d.value for d in test.dataframe if "floor" in d.value and "agreed" in d.value]
    assert table["district"].iloc[-1] == "320312（不在本区域）"
    assert table["agreed"].iloc[-1] == 77
    assert any("不属于本区域" in w.value for w in test.warning)
    assert any("320312" in e.value for e in test.error)  # the check says what a run would say


def test_figures_of_the_region_of_before_are_named_when_they_stop_counting(page):
    document = strange_quota()
    document["quotas"]["fixed"] = {"440106": 5000}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    region = next(s for s in test.selectbox if str(s.key).endswith(":region:zh"))
    region.set_value("320300").run()
    assert "fixed" not in draft_of(test)["quotas"]
    assert any("不再计入" in c.value and "天河区" in c.value for c in test.caption)
    region.set_value("440100").run()
    assert draft_of(test)["quotas"]["fixed"] == {"440106": 5000}


def test_half_a_percent_of_a_districts_floor_is_kept(page):
    document = {**load.load(CHARGERS).document, "resolution": 8, "coverage": {"floors": {"440106": 0.805}}}
    test = page("scenario", scenario=CHARGERS, mode="edit", edit=drafts.pack(CHARGERS, document))
    number(test, "amount").set_value(54_000).run()
    assert draft_of(test)["coverage"] == {"floors": {"440106": 0.805}}


@pytest.mark.parametrize("way", ["run", "mode", "language", "scenario"])
def test_what_is_typed_just_before_a_click_leads_away_is_kept(page, way):
    """The last box and the click arrive in one run, in which the form would not be drawn any more."""
    code = "guangzhou-hydrogen-9"
    test = page("scenario", scenario=code, mode="edit")
    number(test, "amount", "zh", code).set_value(7)
    if way == "run":
        test.button(key="form_run").click().run()
    elif way == "mode":
        test.segmented_control(key="w_mode").set_value("result").run()
    elif way == "language":
        test.segmented_control(key="w_lang").set_value("en").run()
        assert number(test, "amount", "en", code).value == 7
    else:
        test.selectbox(key="w_scenario").set_value("guangzhou-hydrogen-6").run()
        test.selectbox(key="w_scenario").set_value(code).run()
    sound(test)
    assert draft_of(test)["amount"] == 7
    if way in ("run", "mode"):
        assert test.metric[0].value == "7"
