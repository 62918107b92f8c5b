"""When something was kept is said by this computer's clock, whatever clock records hold."""

from __future__ import annotations

import time

import pytest

from geo.errors import DataError
from infraplan.ui import person
from infraplan.ui.i18n import data_page, scenario_store
from infraplan.workspace import Workspace


@pytest.mark.skipif(
    not hasattr(time, "tzset"), reason="the zone of a running process can be set on Unix only"
)
def test_times_are_of_this_computers_zone(monkeypatch):
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    try:
        assert person.when("2026-11-27T15:09:15.342Z") == "2026-11-27 23:09"
        assert person.when("2026-11-27T18:09:15.342Z", exact=True) == "02:09:15.342"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("lang", [0, 1])
@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("scenario", [scenario_store.TEXT["keep"], scenario_store.TEXT["who"]]),
        ("upload", [data_page.TEXT["who"]]),
        ("correction", [data_page.TEXT["by"]]),
        ("progress", [data_page.TEXT["by"]]),
    ],
)
def test_who_gave_no_name_is_told_the_box_that_takes_it(kind, labels, lang):
    workspace = Workspace()
    document = {"title_zh": "甲", "what": "projects", "file_name": "a.csv", "plan": "p", "project": "q"}
    document |= {
        "lon": 1.0,
        "lat": 1.0,
        "accuracy_m": 1,
        "basis": "b",
        "source": "s",
        "target": "t",
        "date": "2020",
    }
    record = workspace.save(kind, "one", document, by="张三", base_version=None)
    for refused in (
        lambda: workspace.delete(kind, "one", by="  ", base_version=record.version),
        lambda: workspace.save(kind, "two", document, by="", base_version=None),
    ):
        with pytest.raises(DataError) as caught:
            refused()
        said = (caught.value.zh, caught.value.en)[lang]
        assert all(f"“{label[lang]}”" in said for label in labels), said
