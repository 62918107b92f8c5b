"""Saved scenarios and their results: the newest that fits, and the one that was kept when nothing fits any more."""

from __future__ import annotations

import pytest

from geo.errors import InfraPlanError
from infraplan import packing, saved, workflow
from infraplan.jobs import store as jobs_store
from infraplan.workspace import Workspace
from scenarios import load

SMALL = {"region": "'440106'", "amount": "900"}


@pytest.fixture(scope="module")
def allocation():
    return workflow.run(load.load("guangzhou-5g-2022", SMALL))


@pytest.fixture
def record(allocation):
    document = dict(allocation.scenario.document)
    return Workspace().save("scenario", "mine", document, by="u", base_version=None)


def test_a_saved_scenario_comes_back_as_it_was(record, allocation):
    scenario = saved.scenario_of(record)
    assert dict(scenario.document) == dict(allocation.scenario.document)
    assert saved.key_of(record) == allocation.fingerprint
    assert saved.result_of(Workspace(), record) is None


def test_a_kept_result_is_found_and_kept_once(record, allocation):
    workspace = Workspace()
    first = saved.keep_result(workspace, record, allocation, by="u")
    assert saved.keep_result(workspace, record, allocation, by="u").version == first.version
    found = saved.find_result(workspace, record)
    assert found.current
    assert saved.result_of(workspace, record).result_hash == allocation.result_hash
    assert list((workspace.root / "staging").iterdir()) == []


def test_a_result_that_a_job_left_is_found(record, allocation):
    workspace = Workspace()
    queue = jobs_store.Queue(workspace.root / "jobs")
    queue.put("run", {}, allocation.fingerprint, "")
    assert saved.find_result(workspace, record) is None
    queue.claim(allocation.fingerprint, 1)
    packing.pack(allocation, queue.result_path(allocation.fingerprint))
    queue.end(allocation.fingerprint, jobs_store.DONE)
    assert saved.find_result(workspace, record).current


def test_a_result_of_earlier_data_is_found_and_says_so(record, allocation, monkeypatch):
    workspace = Workspace()
    saved.keep_result(workspace, record, allocation, by="u")
    monkeypatch.setattr(saved.workflow, "inputs_fingerprint", lambda _scenario: "0" * 64)
    found = saved.find_result(workspace, record)
    assert not found.current
    assert saved.result_of(workspace, record).result_hash == allocation.result_hash
    changed = workspace.save("scenario", "mine", {**record.document, "amount": 901}, by="u", base_version=1)
    assert saved.find_result(workspace, changed) is None


def test_a_scenario_that_this_release_cannot_read_is_told():
    workspace = Workspace()
    strange = workspace.save(
        "scenario", "old", {"title_zh": "旧", "format_version": 99}, by="u", base_version=None
    )
    with pytest.raises(InfraPlanError, match="format_version"):
        saved.scenario_of(strange)
    assert saved.key_of(strange) is None
    assert saved.find_result(workspace, strange) is None
