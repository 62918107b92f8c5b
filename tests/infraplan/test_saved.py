"""Saved scenarios and their results: the newest that fits, and the one that was kept when nothing fits any more."""

from __future__ import annotations

import errno
import threading

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


def test_of_many_who_look_at_one_scenario_nobody_is_refused(allocation):
    workspace, wrong = Workspace(), []
    document = dict(allocation.scenario.document)

    def look(record, who, barrier):
        barrier.wait()
        try:
            saved.keep_result(Workspace(), record, allocation, by=who)
        except Exception as error:
            wrong.append(error)

    for number in range(6):
        record = workspace.save("scenario", f"mine-{number}", document, by="u", base_version=None)
        barrier = threading.Barrier(3)
        threads = [threading.Thread(target=look, args=(record, who, barrier)) for who in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    kept = workspace.records("result")
    assert sorted(r.document["scenario"] for r in kept) == [f"mine-{n}" for n in range(6)], "one each"
    assert {r.version for r in kept} == {1}
    assert workspace.verify() == []
    assert list((workspace.root / "staging").iterdir()) == []


def test_a_result_is_kept_over_the_one_that_somebody_else_kept_meanwhile(record, allocation, monkeypatch):
    workspace = Workspace()
    save, other = Workspace.save, iter(["0" * 64])

    def slower(self, kind, record_id, document, **more):
        if kind == "result" and (found := next(other, None)):
            save(self, kind, record_id, {**document, "fingerprint": found}, **{**more, "by": "quick"})
        return save(self, kind, record_id, document, **more)

    monkeypatch.setattr(Workspace, "save", slower)
    kept = saved.keep_result(workspace, record, allocation, by="slow")
    assert (kept.version, kept.saved_by, kept.document["fingerprint"]) == (2, "slow", allocation.fingerprint)


def test_a_result_that_is_kept_already_is_not_packed_again(record, allocation, monkeypatch):
    workspace = Workspace()
    first = saved.keep_result(workspace, record, allocation, by="u")
    with monkeypatch.context() as patch:
        patch.setattr(packing, "pack", lambda *_: pytest.fail("it was packed again"))
        assert saved.keep_result(workspace, record, allocation, by="v") == first
    workspace.file(first, saved._FILE).unlink()
    saved.keep_result(workspace, record, allocation, by="v")
    assert saved.result_of(workspace, record).result_hash == allocation.result_hash


def test_a_full_disk_is_named_when_a_result_is_kept(record, allocation, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packing, "pack", full)
    with pytest.raises(InfraPlanError) as caught:
        saved.keep_result(Workspace(), record, allocation, by="u")
    assert "磁盘已满" in caught.value.zh


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
