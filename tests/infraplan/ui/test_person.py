"""When something was kept is said by this computer's clock, whatever clock records hold."""

from __future__ import annotations

import time

import pytest

from infraplan.ui import person


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
