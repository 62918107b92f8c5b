"""Entries by hand: what is wrong is said in the reader's language, what was deleted comes back, somebody has a name."""

from __future__ import annotations

import pytest
from page_words import accept

from geo.position import Position
from infraplan import uploads
from infraplan.ui import drafts, person
from infraplan.workspace import Workspace, entries

PROJECT, TARGET = "gz-nansha-5g-service-hall", "gz-5g-stations"
SMALL = {
    "format_version": 1, "id": "small", "title_zh": "小例", "title_en": "Small", "distributes": "increment",
    "amount": 500, "region": "440100", "resolution": 8, "population": "modelled-2020",
    "quotas": {"method": "largest_remainder", "weights": {"residents": 1}},
    "cells": {"method": "largest_remainder", "weights": {"residents": 1}},
}  # fmt: skip
CONTENT = "名称,数量,经度,纬度\n甲,1,113.36,23.13\n".encode("utf-8-sig")


def save(test):
    """Press the form's button."""
    button = next(b for b in test.button if b.label == "保存")
    test = button.click().run()
    assert not test.exception
    return test


def filled(page, lon=113.3, lat=23.1, accuracy=50.0):
    """The form of a correction, filled in."""
    test = page("data", part="corrections")
    for key, value in (("fix-lon", lon), ("fix-lat", lat), ("fix-accuracy", accuracy)):
        test.number_input(key=key).set_value(value)
    test.selectbox(key="fix-project").set_value("gz-science-city")
    test.selectbox(key="fix-datum").select("WGS84")
    test.text_input(key="fix-basis").set_value("实地测量")
    return test


def reported(page, value):
    """The form of an entry, filled in."""
    test = page("data", part="progress")
    test.selectbox(key="progress-target").set_value(TARGET)
    test.text_input(key="progress-date").set_value("2021-06")
    test.number_input(key="progress-value").set_value(value)
    test.text_input(key="progress-source").set_value("公报")
    return test


@pytest.mark.parametrize(("part", "other"), [("progress", "corrections"), ("corrections", "progress")])
def test_boxes_of_an_entry_that_was_left_are_others_when_it_is_come_back_to(page, part, other):
    """What a browser shows of a box that it forgot is not what the page would save."""
    test = filled(page).run() if part == "corrections" else reported(page, 5.0).run()

    def boxes():
        kinds = ("text_input", "number_input", "selectbox")
        drawn = [w for kind in kinds for w in test.get(kind)]
        return {w.id: w.value for w in drawn if str(w.key).startswith(("fix-", "progress-"))}

    before = boxes()
    assert None not in [v for v in before.values() if v != "unstated"]
    for chosen in (other, part):
        test.segmented_control(key="w_part").set_value(chosen).run()
    after = boxes()
    assert len(after) == len(before)
    assert not before.keys() & after.keys()
    assert {v for v in after.values() if v != "unstated"} <= {None, ""}


def test_which_promise_or_project_is_meant_is_never_taken_for_granted(page):
    test = page("data", part="progress")
    test.text_input(key="progress-date").set_value("2021-06")
    test.number_input(key="progress-value").set_value(5.0)
    test.text_input(key="progress-source").set_value("公报")
    assert "目标" in chinese(save(test))
    test = filled(page)
    test.selectbox(key="fix-project").set_value(None)
    assert "项目" in chinese(save(test))
    assert Workspace().records("progress") + Workspace().records("correction") == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_chosen_is_saved_after_the_language_was_switched(page, lang):
    other = {"en": "zh", "zh": "en"}[lang]
    test = page("data", part="progress", lang=lang)
    test.selectbox(key="progress-target").set_value(TARGET)
    test.radio(key="progress-sure").set_value("confirmed")
    test.selectbox(key="progress-rule").set_value("open_roads")
    test.number_input(key="progress-value").set_value(40000.0)
    test.run()
    test.segmented_control(key="w_lang").set_value(other).run()
    assert test.selectbox(key="progress-target").value == TARGET
    assert test.number_input(key="progress-value").value == 40000
    test.text_input(key="progress-date").set_value("2021-06")
    test.text_input(key="progress-source").set_value("公报")
    test.button(key="progress-save").click().run()
    [record] = Workspace().records("progress")
    assert (record.document["target"], record.document["counting_rule"]) == (TARGET, "open_roads")
    assert record.document["confidence"] == "confirmed"


def chinese(test) -> str:
    """The one error on the page."""
    [error] = [e.value for e in test.error]
    return error


@pytest.mark.parametrize(("part", "keys"), [
    ("progress", ["progress-value"]), ("corrections", ["fix-lon", "fix-lat", "fix-accuracy"]),
])  # fmt: skip
def test_no_number_is_stopped_in_the_browser_where_only_english_would_say_why(page, part, keys):
    test = page("data", part=part)
    for key in keys:
        box = test.number_input(key=key).proto
        assert (box.has_min, box.has_max) == (False, False)


def test_a_figure_below_zero_is_refused_in_words_and_the_words_go_with_the_next_try(page):
    test = save(reported(page, -5.0))
    assert "不是有效数值" in chinese(test)
    assert TARGET not in chinese(test)
    test.number_input(key="progress-value").set_value(40000.5)
    test = save(test)
    assert "整数" in chinese(test)
    assert "不是有效数值" not in chinese(test)
    test.number_input(key="progress-value").set_value(40000.0)
    test = save(test)
    assert not test.error
    [record] = Workspace().records("progress")
    assert record.document["value"] == 40000


@pytest.mark.parametrize(("where", "said"), [
    ({"lon": 200.0}, "经度 200.0"), ({"lat": -95.0}, "纬度 -95.0"), ({"accuracy": 0.0}, "精度"),
    ({"accuracy": 500_000.0}, "过粗"), ({"lon": 23.1, "lat": 113.3}, "填反"), ({"lon": 150.0}, "不在规划所在城市内"),
])  # fmt: skip
def test_a_position_that_cannot_be_is_refused_in_words(page, where, said):
    test = save(filled(page, **where))
    assert said in chinese(test)
    assert Workspace().records("correction") == []
    for key, value in (("fix-lon", 113.3), ("fix-lat", 23.1), ("fix-accuracy", 50.0)):
        test.number_input(key=key).set_value(value)
    assert not save(test).error
    assert len(Workspace().records("correction")) == 1


def entry(kind):
    """A record of the kind, kept."""
    if kind == "progress":
        return entries.report_progress(Workspace(), TARGET, date="2021-11", value=1, source="公报", by="u")
    place = Position(113.5, 22.8, 30, "survey", source="图纸")
    return entries.correct_position(Workspace(), "guangzhou-2020", PROJECT, place, by="u")


@pytest.mark.parametrize(("kind", "part"), [("progress", "progress"), ("correction", "corrections")])
def test_a_deleted_entry_is_brought_back(page, kind, part):
    record = entry(kind)
    test = page("data", part=part)
    test.selectbox(key=f"{kind}-open").set_value(record).run()
    test.button(key=f"{kind}-delete").click().run()
    assert not test.exception
    assert Workspace().records(kind) == []
    assert any("已删除" in i.value for i in test.info)
    test.button(key=f"{kind}-undo").click().run()
    assert not test.exception
    assert [r.id for r in Workspace().records(kind)] == [record.id]
    assert not test.info


def test_deleting_what_somebody_changed_since_is_refused_in_words(page):
    record = entry("correction")
    test = page("data", part="corrections")
    test.selectbox(key="correction-open").set_value(record).run()
    moved = Position(113.6, 22.9, 30, "survey", source="实测")
    entries.correct_position(Workspace(), "guangzhou-2020", PROJECT, moved, by="other", base_version=1)
    test.button(key="correction-delete").click().run()
    assert not test.exception
    theirs = Workspace().get("correction", record.id)
    said = chinese(test).replace("\\", "")
    assert "other" in said
    assert person.when(theirs.saved_at) in said, "by this computer's clock"
    assert theirs.saved_at not in said
    assert "另存为副本" not in said, "no advice that fits only saving"
    assert len(Workspace().records("correction")) == 1
    test.selectbox(key="correction-open").set_value(theirs).run()  # as the message says
    test.button(key="correction-delete").click().run()
    assert Workspace().records("correction") == []


def test_bringing_back_what_was_cleared_for_good_is_refused_in_words(page):
    record = entry("progress")
    test = page("data", part="progress")
    test.selectbox(key="progress-open").set_value(record).run()
    test.button(key="progress-delete").click().run()
    Workspace().purge(days=0)
    test.button(key="progress-undo").click().run()
    assert not test.exception
    assert "没有进展记录" in chinese(test)
    assert not [b for b in test.button if b.key == "progress-undo"]


# who -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def nobody(monkeypatch):
    """The account is a service's."""
    monkeypatch.setenv("LOGNAME", "root")


def named(test):
    test.text_input(key="person").set_value("王芳")
    return test


def test_a_figure_and_a_position_are_kept_under_a_name(page, nobody):
    for kind, test in (("progress", reported(page, 1.0)), ("correction", filled(page))):
        test = save(test)
        assert "请填写“填报人”" in chinese(test)
        assert Workspace().records(kind) == []
        test = save(named(test))
        assert not test.error
        assert [r.saved_by for r in Workspace().records(kind)] == ["王芳"]


def test_an_upload_is_kept_under_a_name(page, nobody):
    test = page("data", part="upload", what="units")
    test.file_uploader(key="upload-units").set_value(("桩.csv", CONTENT, "")).run()
    next(b for b in test.selectbox if b.key.endswith("-region")).set_value("440100").run()
    datum = next((b for b in test.selectbox if b.key.endswith("-datum")), None)
    if datum is not None:
        datum.set_value("WGS84|xy").run()
    accept(test)
    assert "请填写“上传人”" in chinese(test)
    assert Workspace().records("upload") == []
    named(test).run()
    accept(test)
    assert [r.saved_by for r in Workspace().records("upload")] == ["王芳"]


def test_a_scenario_is_kept_under_a_name(page, nobody):
    test = page("scenario", mode="edit", scenario="guangzhou-5g-2022")
    test.button(key="store_copy").click().run()
    assert "请在“保存与管理”中填写“保存人”" in chinese(test)
    assert Workspace().records("scenario") == []
    named(test)  # and pressed at once: the name counts that stands there now
    test.button(key="store_copy").click().run()
    assert not test.error
    assert [r.saved_by for r in Workspace().records("scenario")] == ["王芳"]


def test_a_version_is_kept_under_a_name(page, nobody):
    Workspace().save("scenario", "small", SMALL, by="u", base_version=None, title="小例")
    changed = drafts.pack("mine:small", {**SMALL, "amount": 600})
    test = page("scenario", scenario="mine:small", edit=changed, mode="edit")
    test.button(key="store_save").click().run()
    assert any("请在“保存与管理”中填写“保存人”" in e.value for e in test.error)
    assert Workspace().get("scenario", "small").version == 1


def test_a_status_is_set_under_a_name_and_a_refusal_ends(page, nobody):
    Workspace().save("scenario", "small", SMALL, by="u", base_version=None, title="小例")
    test = page("scenario", scenario="mine:small", mode="edit")
    box = next(b for b in test.selectbox if str(b.key).startswith("store_status"))
    box.set_value("submitted").run()
    assert not test.exception
    assert "请在“保存与管理”中填写“保存人”" in chinese(test)
    box = next(b for b in test.selectbox if str(b.key).startswith("store_status"))
    assert box.value == "draft", "the box shows what holds"
    named(test).run()
    next(b for b in test.selectbox if str(b.key).startswith("store_status")).set_value("submitted").run()
    assert not test.error
    assert Workspace().get("scenario", "small").status == "submitted"


def test_deleting_needs_no_name_where_no_box_asks_for_one(page, nobody):
    found = uploads.inspect(
        "units", CONTENT, "桩.csv", {"region": "440100", "datum": "WGS84|xy"}, Workspace().root
    )
    record = uploads.accept(found, Workspace(), by="u")
    test = page("data", part="own")
    test.selectbox(key="own-open").set_value(record).run()
    test.button(key="own-delete").click().run()
    assert not test.error
    assert Workspace().records("upload") == []


def test_a_correction_that_somebody_made_meanwhile_is_not_overwritten_unseen(page):
    mine, theirs = filled(page), filled(page, lon=113.31)
    mine.run()
    save(theirs)
    assert not theirs.error
    save(mine)
    assert "保存" in chinese(mine)
    [record] = Workspace().records("correction")
    assert (record.version, round(record.document["lon"], 2)) == (1, 113.31)
    mine.run()
    assert any("已有更正" in c.value and "113.31" in c.value for c in mine.caption)
    save(mine)  # now knowingly
    assert not mine.error
    [record] = Workspace().records("correction")
    assert (record.version, round(record.document["lon"], 2)) == (2, 113.3)


def test_the_same_figure_is_not_stored_twice(page):
    test = save(reported(page, 40000.0))
    save(test)
    assert "未重复保存" in chinese(test)
    assert len(Workspace().records("progress")) == 1
    assert any("未核实" in str(frame.value.to_dict()) for frame in test.dataframe)
