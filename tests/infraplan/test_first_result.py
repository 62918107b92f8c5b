"""The first map's result is there before the screens open, and is not computed twice."""

from __future__ import annotations

from infraplan import first_result, jobs
from scenarios import load


def test_the_first_result_is_computed_once(capsys, monkeypatch):
    small = load.load(first_result.FIRST, {"resolution": "7"})
    monkeypatch.setattr(first_result.load, "load", lambda _: small)
    monkeypatch.setattr(jobs.handles, "IDLE_S", 0.5)  # the worker ends with the test
    assert first_result.main() == 0
    assert "first map" in capsys.readouterr().out
    assert jobs.Jobs().find(jobs.key_of(small)).status().state == "done"
    assert first_result.main() == 0
    assert capsys.readouterr().out == ""
