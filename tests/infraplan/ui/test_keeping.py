"""What planners keep: drafts in a link, saving, conflicts, undo, corrections, entries, packages."""

from __future__ import annotations

import json

import pytest

from infraplan.ui import drafts
from infraplan.workspace import Workspace
from scenarios import load

SMALL = {
    "format_version": 1, "id": "small", "title_zh": "小例", "title_en": "Small", "distributes": "increment",
    "amount": 500, "region": "440100", "resolution": 8, "population": "modelled-2020",
    "quotas": {"method": "largest_remainder", "weights": {"residents": 1}},
    "cells": {"method": "largest_remainder", "weights": {"residents": 1}},
}  # fmt: skip


def saved(**changes) -> str:
    """Put a scenario into the workspace; return its code in the URL."""
    document = {**SMALL, **changes}
    Workspace().save(
        "scenario", document["id"], document, by="tester", base_version=None, title=document["title_zh"]
    )
    return f"mine:{document['id']}"


def clean(test) -> None:
    assert not test.exception
    assert [e.value for e in test.error] == []


def test_a_draft_survives_its_link():
    assert drafts.unpack(drafts.pack("a", SMALL)) == ("a", SMALL)
    assert drafts.unpack(drafts.pack("a", SMALL, 3)) == ("a", SMALL)
    assert (drafts.base_of(drafts.pack("a", SMALL, 3)), drafts.base_of(drafts.pack("a", SMALL))) == (3, None)


@pytest.mark.parametrize("text", ["", "x", "%%%", "eJwrSS0u", "A" * 5000])
def test_a_broken_draft_is_no_draft(text):
    assert drafts.unpack(text) is None


def test_a_bomb_is_no_draft():
    assert drafts.unpack(drafts.pack("a", {"x": "0" * 1_000_000})) is None


def test_a_saved_scenario_opens_and_runs(page):
    test = page("scenario", scenario=saved())
    clean(test)
    assert test.metric[0].value == "500"


def test_the_words_of_a_hostile_title_are_shown_and_not_obeyed(page):
    code = saved(
        id="evil", title_zh="<img src=x onerror=alert(1)>**粗**", title_en="<script>alert(1)</script>"
    )
    test = page("scenario", scenario=code)
    clean(test)
    titles = [h.proto.body for h in test.get("html")]
    assert any("&lt;img src=x" in body for body in titles)
    assert not any("<img src=x" in body for body in titles)


def test_a_link_with_changes_shows_them_as_unsaved(page):
    document = dict(load.load("guangzhou-5g-2022").document) | {"amount": 40_000}
    test = page("scenario", edit=drafts.pack("guangzhou-5g-2022", document), mode="edit")
    clean(test)
    assert "40,000" in [m.value for m in test.metric]
    assert any("有未保存的修改" in h.proto.body for h in test.get("html"))


def test_an_impossible_quota_is_told_at_once(page):
    document = dict(SMALL) | {"quotas": {**SMALL["quotas"], "fixed": {"440106": 900}}}
    code = saved()
    test = page("scenario", scenario=code, edit=drafts.pack(code, document), mode="edit")
    assert not test.exception
    assert len(test.error) == 1
    assert "900" in test.error[0].value


def test_saving_over_a_newer_version_is_refused_and_shown(page):
    code = saved()
    changed = {**SMALL, "amount": 600}
    test = page("scenario", scenario=code, edit=drafts.pack(code, changed), mode="edit")
    Workspace().save(
        "scenario", "small", {**SMALL, "amount": 700}, by="somebody", base_version=1, title="小例"
    )
    test.button(key="store_save").click().run()
    assert not test.exception
    assert Workspace().get("scenario", "small").document["amount"] == 700, "nothing is overwritten"
    assert len(test.warning) == 1


def test_a_new_status_stands_in_nobodys_way(page):
    """Neither one's own nor somebody else's: what the scenario says is what it said."""
    code = saved()
    test = page("scenario", scenario=code, edit=drafts.pack(code, {**SMALL, "amount": 600}, 1), mode="edit")
    next(b for b in test.selectbox if str(b.key).startswith("store_status")).set_value("consultation").run()
    Workspace().set_status("scenario", "small", "submitted", by="somebody", base_version=2)
    test.run()
    test.button(key="store_save").click().run()
    clean(test)
    assert not test.warning
    record = Workspace().get("scenario", "small")
    assert (record.version, record.document["amount"], record.status) == (4, 600, "draft")


def test_what_was_changed_is_kept_when_somebody_else_deletes_the_scenario(page):
    code = saved()
    test = page("scenario", scenario=code, edit=drafts.pack(code, {**SMALL, "amount": 600}, 1), mode="edit")
    Workspace().delete("scenario", "small", by="somebody", base_version=1)
    test.run()
    [said] = [w.value for w in test.warning]
    assert "somebody" in said
    assert "未保存的修改仍在" in said
    test.run()  # it stays until it is answered
    test.button(key="lost_keep").click().run()
    clean(test)
    [kept] = Workspace().records("scenario")
    assert (kept.document["amount"], kept.title) == (600, "小例（副本）")
    assert not test.warning


def test_a_deleted_scenario_is_brought_back_with_what_was_not_saved(page):
    code = saved()
    test = page("scenario", scenario=code, edit=drafts.pack(code, {**SMALL, "amount": 600}, 1), mode="edit")
    Workspace().delete("scenario", "small", by="somebody", base_version=1)
    test.run()
    test.button(key="lost_restore").click().run()
    clean(test)
    assert not test.warning
    assert "600" in [m.value for m in test.metric]
    test.button(key="store_save").click().run()
    clean(test)
    assert Workspace().get("scenario", "small").document["amount"] == 600


def test_a_link_to_a_deleted_scenario_says_by_whom_until_it_is_put_away(page):
    code = saved()
    Workspace().delete("scenario", "small", by="somebody", base_version=1)
    test = page("scenario", scenario=code)
    assert ["somebody" in w.value for w in test.warning] == [True]
    assert not [b for b in test.button if b.key == "lost_keep"]
    test.button(key="lost_leave").click().run()
    assert not test.warning


def test_a_copy_is_saved_under_a_new_name(page):
    test = page("scenario")
    test.button(key="store_copy").click().run()
    clean(test)
    [record] = Workspace().records("scenario")
    assert record.title.endswith("（副本）")
    assert record.status == "draft"


def test_delete_can_be_undone(page):
    test = page("scenario", scenario=saved())
    test.button(key="store_delete").click().run()
    assert Workspace().records("scenario") == []
    test.button(key="store_undo").click().run()
    assert [r.id for r in Workspace().records("scenario")] == ["small"]


def test_a_correction_moves_the_project_on_the_map_and_says_so(page):
    Workspace().save(
        "correction",
        "fix",
        {"plan": "guangzhou-2020", "project": "gz-hq-development-zone", "lon": 113.3, "lat": 23.1, "accuracy_m": 50,
         "basis": "实地测量", "source": "实地测量"},
        by="tester",
        base_version=None,
    )  # fmt: skip
    before = page("map", scenario="none", region="320300")
    test = page("map", scenario="none", sel="project:gz-hq-development-zone")
    clean(before)
    clean(test)
    assert any("人工更正" in h.proto.body for h in test.get("html"))


def test_a_reported_figure_by_the_same_rule_gives_attainment(page):
    Workspace().save(
        "progress",
        "entry",
        {"plan": "guangzhou-2020", "target": "gz-5g-stations", "date": "2021-12", "value": 30_000,
         "counting_rule": "provincial_series", "confidence": "confirmed", "source": "公报"},
        by="tester",
        base_version=None,
    )  # fmt: skip
    test = page("targets", sel="target:gz-5g-stations")
    clean(test)
    told = "\n".join(h.proto.body for h in test.get("html"))
    assert "2021-12" in told
    assert f"{30_000 / 38_900:.1%}" in told


def test_a_package_is_made_of_the_result_on_the_screen(page):
    test = page("scenario", scenario=saved(), tab="files")
    test.button(key="pack-make").click().run()
    clean(test)
    assert test.session_state["packed"][1].endswith(".zip")
    assert json.dumps(test.session_state["packed"][0])  # what was asked, as plain values


def test_changing_a_field_of_the_form_stands_in_the_url(page):
    test = page("scenario", scenario=saved(), mode="edit")
    test.number_input(key="form:mine:small:amount:zh").set_value(750).run()
    clean(test)
    text = test.query_params["edit"]
    found = drafts.unpack(text if isinstance(text, str) else text[0])
    assert found is not None
    assert found[1]["amount"] == 750
    assert any("有未保存的修改" in h.proto.body for h in test.get("html")), (
        "said at once, not after the next click"
    )


def test_a_report_is_made_of_the_result_on_the_screen(page):
    test = page("scenario", scenario=saved(), tab="files")
    test.button(key="report-make").click().run()
    clean(test)
    assert test.session_state["reported"][1] == "small-report.html"


def test_an_entry_without_a_source_is_refused_and_with_one_is_kept(page):
    test = page("data", part="progress")
    test.selectbox(key="progress-target").set_value("gz-5g-stations")
    test.text_input(key="progress-date").set_value("2021-06")
    test.get("button")[-1].click().run()
    assert len(test.error) == 1
    assert Workspace().records("progress") == []
    test.text_input(key="progress-source").set_value("公报")
    test.get("button")[-1].click().run()
    clean(test)
    assert len(Workspace().records("progress")) == 1


@pytest.mark.parametrize(("datum", "moved"), [("WGS84", False), ("GCJ-02", True)])
def test_a_correction_is_kept_in_wgs84_whatever_its_datum(page, datum, moved):
    test = page("data", part="corrections")
    for key, value in (("fix-lon", 113.3), ("fix-lat", 23.1), ("fix-accuracy", 50)):
        test.number_input(key=key).set_value(value)
    test.selectbox(key="fix-project").set_value("gz-science-city")
    test.selectbox(key="fix-datum").select(datum)
    test.text_input(key="fix-basis").set_value("实地测量")
    test.get("button")[-1].click().run()
    clean(test)
    [record] = Workspace().records("correction")
    assert (abs(record.document["lon"] - 113.3) > 0.001) == moved


def test_a_point_in_another_city_is_not_taken(page):
    test = page("data", part="corrections")
    for key, value in (("fix-lon", 117.2), ("fix-lat", 34.2), ("fix-accuracy", 50)):
        test.number_input(key=key).set_value(value)
    test.selectbox(key="fix-project").set_value("gz-science-city")
    test.selectbox(key="fix-datum").select("WGS84")
    test.text_input(key="fix-basis").set_value("实地测量")
    test.get("button")[-1].click().run()
    assert len(test.error) == 1
    assert Workspace().records("correction") == []


def test_an_uploaded_list_is_laid_over_the_map(page):
    from infraplan import uploads

    rows = "项目名称,区县,经度,纬度\n<b>试点</b>,天河区,113.36,23.13\n二号,番禺区,113.40,22.95\n"
    answers: dict[str, object] = {}
    for _ in range(6):
        found = uploads.inspect("projects", rows.encode("utf-8-sig"), "清单.csv", answers)
        if found.ready:
            break
        for question in found.open:
            values = [o.value for o in question.options]
            fallback = "WGS84" if "WGS84" in values else (values[0] if values else "440100")
            answers[question.key] = question.suggested or fallback
    record = uploads.accept(found, Workspace(), by="tester")
    test = page("map", scenario="none", own=record.id)
    clean(test)
    assert test.multiselect(key="w_own").value == [record.id]
    assert "清单.csv" in str(page("data", part="own").dataframe[0].value.to_dict())


def test_two_scenarios_edited_in_turn_keep_their_changes(page):
    """One has 600 instead of 500, the other 700: neither takes the other's, and neither is lost."""
    one, two = saved(id="one", title_zh="甲例"), saved(id="two", title_zh="乙例")

    def unsaved(test) -> bool:
        return any("有未保存的修改" in h.proto.body for h in test.get("html"))

    test = page("scenario", scenario=one, edit=drafts.pack(one, {**SMALL, "id": "one", "amount": 600}))
    clean(test)
    assert test.metric[0].value == "600"
    test.selectbox(key="w_scenario").select(two).run()
    clean(test)
    assert test.metric[0].value == "500"
    assert not unsaved(test)
    assert "edit" not in test.query_params
    test.selectbox(key="w_scenario").select(one).run()
    assert test.metric[0].value == "600"
    assert unsaved(test)
    test.button(key="store_discard").click().run()
    assert test.metric[0].value == "500"
    test.selectbox(key="w_scenario").select(two).run()
    test.selectbox(key="w_scenario").select(one).run()
    assert test.metric[0].value == "500"
    assert not unsaved(test)


def draft_text(test) -> str:
    text = test.query_params["edit"]
    return text if isinstance(text, str) else text[0]


def refused(page):
    """A page on which saving 600 over somebody's 700 was just refused."""
    code = saved()
    test = page("scenario", scenario=code, edit=drafts.pack(code, {**SMALL, "amount": 600}), mode="edit")
    Workspace().save("scenario", "small", {**SMALL, "amount": 700}, by="other", base_version=1, title="小例")
    test.button(key="store_save").click().run()
    return test


def test_a_save_over_somebody_elses_is_refused_however_often_the_page_was_drawn_in_between(page):
    """A draft knows the version that it was begun from."""
    code = saved()
    test = page("scenario", scenario=code, mode="edit")
    test.text_input(key=f"form:{code}:title_zh:zh").set_value("我的题").run()
    assert drafts.base_of(draft_text(test)) == 1
    Workspace().save("scenario", "small", {**SMALL, "amount": 700}, by="other", base_version=1, title="小例")
    test.run()
    test.text_input(key=f"form:{code}:title_zh:zh").set_value("我的新题").run()
    test.button(key="store_save").click().run()
    assert Workspace().get("scenario", "small").version == 2
    assert any("您的版本" in f.value.columns for f in test.dataframe)
    again = page("scenario", scenario=code, mode="edit", edit=draft_text(test))
    again.button(key="store_save").click().run()
    assert Workspace().get("scenario", "small").document["amount"] == 700


def test_a_form_without_changes_follows_a_newer_version(page):
    code = saved()
    test = page("scenario", scenario=code, mode="edit")
    Workspace().save("scenario", "small", {**SMALL, "amount": 700}, by="other", base_version=1, title="小例")
    test.run()
    clean(test)
    assert "edit" not in test.query_params
    assert "700" in [m.value for m in test.metric]


def test_a_refused_save_shows_what_differs_in_the_words_of_the_form(page):
    test = refused(page)
    assert any("other 已于" in c.value and "您的修改基于第 1 版" in c.value for c in test.caption)
    assert not any("Z 保存" in c.value for c in test.caption), "by this computer's clock"
    frame = next(f.value for f in test.dataframe if "您的版本" in f.value.columns)
    assert list(frame["您的版本"]) == ["600"]
    assert list(frame["现有版本（other）"]) == ["700"]
    assert "数量" in frame.iloc[0, 0]


def test_a_refused_save_can_be_kept_as_a_scenario_of_its_own(page):
    test = refused(page)
    test.button(key="store_mine").click().run()
    clean(test)
    kept = {r.id: r.document["amount"] for r in Workspace().records("scenario")}
    assert kept.pop("small") == 700
    assert list(kept.values()) == [600]
    assert all(b.key != "store_mine" for b in test.button)
    assert test.query_params["scenario"] == f"mine:{next(iter(kept))}"


def test_parts_of_a_scenario_are_compared_by_themselves():
    from infraplan.ui import state
    from infraplan.ui.views import scenario_keep

    one = {**SMALL, "coverage": {"floor": 0.8}}
    two = {**SMALL, "coverage": {"floor": 0.9}, "effort": "thorough"}
    assert set(scenario_keep._leaves(one)) - set(scenario_keep._leaves(SMALL)) == {"coverage.floor"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "language", lambda: "zh")
        frame = scenario_keep.differences(one, two, "乙")
    assert list(frame["您的版本"]) == ["80%", "（未填）"]
    assert frame["现有版本（乙）"].iloc[0] == "90%"
    assert "thorough" not in frame.to_string()


def test_saving_changes_of_a_scenario_that_was_sent_out_says_it_is_a_draft_again(page):
    code = saved()
    Workspace().set_status("scenario", "small", "submitted", by="tester", base_version=1)
    version = Workspace().get("scenario", "small").version
    test = page("scenario", scenario=code, edit=drafts.pack(code, {**SMALL, "amount": 600}), mode="edit")
    test.button(key="store_save").click().run()
    clean(test)
    kept = Workspace().get("scenario", "small")
    assert (kept.status, kept.version) == ("draft", version + 1)
    assert any("回到草案" in toast.value and "上报" in toast.value for toast in test.toast)


def test_a_scenario_deleted_by_somebody_else_can_be_brought_back(page):
    saved()
    Workspace().delete("scenario", "small", by="other", base_version=1)
    test = page("scenario", scenario="guangzhou-5g-2022", mode="edit")
    clean(test)
    assert "other" in test.selectbox(key="store_gone").options[0]
    test.button(key="store_restore").click().run()
    clean(test)
    assert Workspace().get("scenario", "small").deleted_at is None
    assert test.query_params["scenario"] == "mine:small"


def test_an_account_of_a_service_is_nobodys_name(page, monkeypatch):
    monkeypatch.setenv("LOGNAME", "root")
    box = next(b for b in page("scenario", mode="edit").text_input if b.key == "person")
    assert (box.value, box.placeholder) == ("", "请填写姓名")
    monkeypatch.setenv("LOGNAME", "wangfang")
    box = next(b for b in page("scenario", mode="edit").text_input if b.key == "person")
    assert box.value == "wangfang"


def test_an_older_version_is_taken_up_as_changes_and_not_written_over_anything(page):
    code = saved()
    Workspace().save(
        "scenario",
        "small",
        {**SMALL, "amount": 700},
        by="other",
        base_version=1,
        title="小例",
        note="改到七百",
    )
    test = page("scenario", scenario=code, mode="edit")
    assert any("改到七百" in text.value for text in test.text)
    test.button(key="store_take_up").click().run()
    clean(test)
    assert Workspace().get("scenario", "small").document["amount"] == 700
    assert drafts.unpack(draft_text(test))[1]["amount"] == 500
    test.button(key="store_save").click().run()
    clean(test)
    kept = Workspace().get("scenario", "small")
    assert (kept.version, kept.document["amount"]) == (3, 500)


def test_a_note_is_shown_with_the_version_it_was_written_for(page):
    code = saved()
    for n, note in ((600, "甲的说明"), (700, "甲的说明")):
        base = Workspace().get("scenario", "small").version
        Workspace().save(
            "scenario", "small", {**SMALL, "amount": n}, by="乙", base_version=base, title="小例", note=note
        )
    lines = [text.value for text in page("scenario", scenario=code, mode="edit").text]
    assert ["甲的说明" in line for line in lines if "乙" in line] == [False, True]


def somebody_saves(amount: int) -> None:
    newest = Workspace().get("scenario", "small")
    Workspace().save(
        "scenario", "small", {**SMALL, "amount": amount}, by="somebody", base_version=newest.version, title="小例"
    )  # fmt: skip


def test_a_page_that_is_behind_deletes_nothing_newer(page):
    test = page("scenario", scenario=saved())
    somebody_saves(700)
    test.button(key="store_delete").click().run()
    assert not test.exception
    record = Workspace().get("scenario", "small")
    assert (record.deleted_at, record.document["amount"]) == (None, 700)
    assert len(test.warning) == 1


def test_a_page_that_is_behind_sets_no_status_of_something_newer(page):
    test = page("scenario", scenario=saved())
    somebody_saves(700)
    next(b for b in test.selectbox if str(b.key).startswith("store_status")).set_value("submitted").run()
    assert not test.exception
    record = Workspace().get("scenario", "small")
    assert (record.version, record.status) == (2, "draft")
    assert len(test.warning) == 1


def test_changes_in_a_form_outlive_what_somebody_else_saves(page):
    code = saved()
    test = page("scenario", scenario=code, mode="edit")
    test.number_input(key=f"form:{code}:amount:zh").set_value(650).run()
    somebody_saves(700)
    test.number_input(key=f"form:{code}:seed:zh").set_value(5).run()
    clean(test)
    held = drafts.unpack(draft_text(test))[1]
    assert (held["amount"], held["seed"]) == (650, 5)
    test.button(key="store_save").click().run()
    assert Workspace().get("scenario", "small").document["amount"] == 700


def test_a_name_typed_just_before_the_click_is_the_one_that_is_saved(page):
    """What is typed and the click arrive together, as when nobody pressed Enter."""
    test = page("scenario", scenario=saved())
    next(b for b in test.text_input if str(b.key).startswith("store_name-")).set_value("局里的方案")
    next(b for b in test.text_area if str(b.key).startswith("store_note-")).set_value("初稿")
    test.button(key="store_copy").click().run()
    clean(test)
    [kept] = [r for r in Workspace().records("scenario") if r.id != "small"]
    assert (kept.title, kept.note) == ("局里的方案", "初稿")


def test_a_note_typed_just_before_the_click_is_saved(page):
    test = page("scenario", scenario=saved())
    next(b for b in test.text_area if str(b.key).startswith("store_note-")).set_value("第二稿")
    test.button(key="store_save").click().run()
    clean(test)
    assert Workspace().get("scenario", "small").note == "第二稿"


def test_an_undone_delete_gives_back_what_was_not_saved(page):
    code = saved()
    test = page("scenario", scenario=code, edit=drafts.pack(code, {**SMALL, "amount": 650}, 1), mode="edit")
    test.button(key="store_delete").click().run()
    assert "edit" not in test.query_params
    test.button(key="store_undo").click().run()
    clean(test)
    assert "650" in [m.value for m in test.metric]
    test.button(key="store_save").click().run()
    clean(test)
    assert Workspace().get("scenario", "small").document["amount"] == 650
