"""Results kept beside saved scenarios by whoever looks, and everything that was deleted offered again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from geo.errors import InfraPlanError
from infraplan import saved
from infraplan.ui.views import scenario_keep
from infraplan.workspace import Workspace

SMALL = {
    "format_version": 1, "id": "small", "title_zh": "小例", "title_en": "Small", "distributes": "increment",
    "amount": 500, "region": "440100", "resolution": 8, "population": "modelled-2020",
    "quotas": {"method": "largest_remainder", "weights": {"residents": 1}},
    "cells": {"method": "largest_remainder", "weights": {"residents": 1}},
}  # fmt: skip


def a_scenario(workspace: Workspace | None = None, **changes) -> str:
    document = {**SMALL, **changes}
    (workspace or Workspace()).save("scenario", document["id"], document, by="author", base_version=None)
    return str(document["id"])


def test_a_result_is_kept_under_the_name_of_who_looked(page):
    test = page("scenario", scenario=f"mine:{a_scenario()}")
    assert not test.exception
    [kept] = Workspace().records("result")
    assert (kept.document["scenario"], kept.saved_by) == ("small", "tester")


def test_a_copy_keeps_its_result_too(page):
    test = page("scenario", scenario=f"mine:{a_scenario()}")
    test.button(key="store_copy").click().run()
    assert not test.exception
    copies = [r.id for r in Workspace().records("scenario") if r.id != "small"]
    assert {r.document["scenario"] for r in Workspace().records("result")} == {"small", *copies}
    assert len(copies) == 1


def test_a_result_that_could_not_be_kept_is_kept_at_the_next_look(page, monkeypatch):
    keep, code = saved.keep_result, f"mine:{a_scenario()}"

    def refuse(*_args, **_more):
        raise InfraPlanError("the disk is full", "磁盘已满")

    monkeypatch.setattr(saved, "keep_result", refuse)
    test = page("scenario", scenario=code)
    assert "磁盘已满" in test.error[0].value
    assert Workspace().records("result") == []
    monkeypatch.setattr(saved, "keep_result", keep)
    test.run()
    assert not test.error
    assert len(Workspace().records("result")) == 1


def test_all_that_was_deleted_is_offered_the_last_first(page):
    n = scenario_keep._MOST_OLD + 4
    moments = iter(datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(10_000))
    workspace = Workspace(clock=lambda: next(moments))
    for number in range(n):
        a_scenario(workspace, id=f"s{number}", title_zh=f"方案{number}号")
    for number in reversed(range(n)):  # the last saved was deleted first
        workspace.delete("scenario", f"s{number}", by="other", base_version=1)
    test = page("scenario")
    offered = test.selectbox(key="store_gone").options
    assert [o.split(" · ")[0] for o in offered] == [f"方案{number}号" for number in range(n)]
    test.selectbox(key="store_gone").select(offered[-1]).run()
    test.button(key="store_restore").click().run()
    assert not test.exception
    assert [r.id for r in Workspace().records("scenario")] == [f"s{n - 1}"]
