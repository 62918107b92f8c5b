"""Two things of one name: each can be opened, used and deleted by itself, wherever one is chosen."""

from __future__ import annotations

import pytest

from infraplan import uploads
from infraplan.ui import drafts
from infraplan.workspace import Workspace, entries

UNITS = "名称,数量,经度,纬度\n甲,{n},113.36,23.13\n"
SMALL = {
    "format_version": 1, "title_zh": "同题", "title_en": "Same", "distributes": "increment", "region": "440100",
    "resolution": 8, "population": "modelled-2020",
    "quotas": {"method": "largest_remainder", "weights": {"residents": 1}},
    "cells": {"method": "largest_remainder", "weights": {"residents": 1}},
}  # fmt: skip
BASE = "guangzhou-chargers-2022"


def bring(what="units", n=1, title="units.csv"):
    """Store an upload; all of them have one title and as many rows."""
    workspace = Workspace()
    content = (f"lon,lat,people\n113.36,23.13,{n}\n" if what == "population" else UNITS.format(n=n)).encode(
        "utf-8-sig"
    )
    answers = {"region": "440100", "datum": "WGS84" if what == "population" else "WGS84|xy"}
    found = uploads.inspect(what, content, "units.csv", answers, workspace.root)
    return uploads.accept(found, workspace, by="tester", title=title)


def saved(name: str, amount: int) -> str:
    document = {**SMALL, "id": name, "amount": amount}
    Workspace().save("scenario", name, document, by="tester", base_version=None, title="同题")
    return f"mine:{name}"


def pick(box, option):
    """Choose as a browser does: by the words on the screen, which only one option has."""
    assert len(set(box.options)) == len(box.options)
    return box.set_value(option).run()


def draft(test) -> dict:
    text = test.query_params["edit"]
    found = drafts.unpack(text if isinstance(text, str) else text[0])
    assert found is not None
    return found[1]


@pytest.mark.parametrize("which", [0, 1])
def test_either_of_two_uploads_can_be_what_stands_already(page, which):
    record = [bring(n=1), bring(n=2)][which]
    test = page("scenario", scenario=BASE, mode="edit")
    pick(test.selectbox(key=f"form:{BASE}:existing:zh"), f"upload:{record.id}")
    assert not test.exception
    assert draft(test)["existing"] == {"upload": record.id}


def test_a_chosen_upload_stays_chosen_when_another_of_its_name_comes(page):
    first = bring(n=1)
    test = page("scenario", scenario=BASE, mode="edit")
    key = f"form:{BASE}:existing:zh"
    pick(test.selectbox(key=key), f"upload:{first.id}")
    before = test.selectbox(key=key).options
    bring(n=2)
    test.run()
    assert test.selectbox(key=key).options != before
    assert draft(test)["existing"] == {"upload": first.id}


@pytest.mark.parametrize("which", [0, 1])
def test_either_of_two_populations_can_be_used(page, which):
    # as many people to the screen, not the same file
    both = [bring("population", n=1000), bring("population", n="1000.0")]
    from infraplan.uploads import in_scenarios

    surface = next(
        s for s, r in in_scenarios.surfaces(Workspace(), "440100").items() if r.id == both[which].id
    )
    test = page("scenario", scenario=BASE, mode="edit")
    pick(test.selectbox(key=f"form:{BASE}:population:zh"), surface)
    assert draft(test)["population"] == surface


@pytest.mark.parametrize("which", [0, 1])
def test_either_of_two_uploads_is_opened_deleted_and_brought_back(page, which):
    both = [bring(n=1), bring(n=2)]
    test = page("data", part="own")
    pick(test.selectbox(key="own-open"), both[which])
    assert str(which + 1) in test.dataframe[-1].value["数量"].tolist()
    test.button(key="own-delete").click().run()
    assert not test.exception
    assert [r.id for r in Workspace().records("upload")] == [both[1 - which].id]
    assert test.selectbox(key="own-open").value is None, "the other one is not offered for deleting unasked"
    test.button(key="own-undo").click().run()
    assert len(Workspace().records("upload")) == 2
    assert not [b for b in test.button if b.key == "own-undo"]


def test_hiding_one_of_two_uploads_on_the_map_keeps_the_other_to_choose(page):
    first, second = bring(n=1), bring(n=2)
    test = page("map", scenario="none")
    box = test.multiselect(key="w_own")
    assert len(set(box.options)) == 2
    box.set_value([first.id]).run()
    assert not test.exception
    assert test.multiselect(key="w_own").value == [first.id]
    test.multiselect(key="w_own").set_value([first.id, second.id]).run()
    assert sorted(test.multiselect(key="w_own").value) == sorted([first.id, second.id])


def test_two_scenarios_of_one_title_are_opened_each(page):
    one, two = saved("one", 500), saved("two", 600)
    test = page("scenario", scenario=one)
    assert test.metric[0].value == "500"
    pick(test.selectbox(key="w_scenario"), two)
    assert test.metric[0].value == "600"
    pick(test.selectbox(key="w_scenario"), one)
    assert test.metric[0].value == "500"


def test_two_scenarios_of_one_title_are_compared_and_laid_on_the_map_each(page):
    one, two = saved("one", 500), saved("two", 600)
    test = page("compare", ids=f"{one},{two}")
    assert not test.exception
    box = next(b for b in test.multiselect if b.key == "w_ids")
    assert len(set(box.options)) == len(box.options)
    box.set_value([two]).run()
    assert next(b for b in test.multiselect if b.key == "w_ids").value == [two]
    test = page("map", scenario=one)
    pick(test.selectbox(key="w_scenario"), two)
    assert test.selectbox(key="w_scenario").value == two


@pytest.mark.parametrize("which", ["one", "two"])
def test_either_of_two_deleted_scenarios_is_brought_back(page, which):
    for name, amount in (("one", 500), ("two", 600)):
        saved(name, amount)
        Workspace().delete("scenario", name, by="other", base_version=1)
    test = page("scenario", mode="edit")
    pick(test.selectbox(key="store_gone"), which)
    test.button(key="store_restore").click().run()
    assert [r.id for r in Workspace().records("scenario")] == [which]


@pytest.mark.parametrize("which", [0, 1])
def test_either_of_two_entries_of_one_target_and_date_is_deleted(page, which):
    both = [
        entries.report_progress(Workspace(), "gz-5g-stations", date="2021-11", value=n, source="公报", by="u")
        for n in (1, 2)
    ]
    test = page("data", part="progress")
    pick(test.selectbox(key="progress-open"), both[which])
    test.button(key="progress-delete").click().run()
    assert [r.id for r in Workspace().records("progress")] == [both[1 - which].id]


def test_two_places_of_one_name_are_found_each_on_the_map(page):
    """淮海经济区 stands in both plans of Xuzhou."""
    test = page("map", scenario="none", region="320300")
    options = test.selectbox(key="map_find").options
    assert len([o for o in options if o.startswith("淮海经济区 ·")]) == 2
    assert len(set(options)) == len(options)


def test_entries_of_two_dates_are_told_apart_by_them(page):
    for date in ("2021-11", "2021-12"):
        entries.report_progress(Workspace(), "gz-5g-stations", date=date, value=1, source="公报", by="u")
    found = page("data", part="progress").selectbox(key="progress-open").options
    assert [option.rsplit(" · ", 1)[1] for option in found] == ["2021-12", "2021-11"]
