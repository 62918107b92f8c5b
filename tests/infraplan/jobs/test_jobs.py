"""Heavy jobs: one at a time, told their place, stoppable, and honest when they fail."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from geo.errors import InfraPlanError, UnknownNameError
from infraplan import jobs, workflow
from infraplan.jobs import Jobs
from infraplan.jobs import store as jobs_store
from infraplan.jobs import task as jobs_task
from infraplan.packing import pack
from scenarios import load

ROOT = Path(__file__).resolve().parents[3]

# A worker that knows some more verbs than the product's, to see how jobs wait, stop and fail.
PLANTED = """
import os, sys, time, types
from pathlib import Path
from geo.errors import InfraPlanError
from infraplan import jobs
from infraplan.jobs import worker as jobs_worker
from infraplan.jobs.store import Queue
from infraplan.jobs.task import Stale
planted = types.ModuleType("planted")
def count(task):
    notes = Path(task.payload["notes"])
    with notes.open("a") as out:
        out.write(f"begin {task.key} {time.time()}\\n")
    for step in range(task.payload["steps"]):
        task.progress("counting", step / task.payload["steps"])
        if task.cancelled():
            raise InfraPlanError("stopped", "已停止")
        time.sleep(0.02)
    with notes.open("a") as out:
        out.write(f"end {task.key} {time.time()}\\n")
    return {"counted": task.payload["steps"], "pid": os.getpid()}
def refuse(task):
    raise InfraPlanError("too many", "数量过多")
def bug(task):
    raise ZeroDivisionError("secret detail")
def die(task):
    os._exit(3)
def deaf(task):
    time.sleep(60)
def stale_once(task):
    mark = Path(task.payload["mark"])
    if not mark.exists():
        mark.touch()
        raise Stale
    return os.getpid()
for f in (count, refuse, bug, die, deaf, stale_once):
    setattr(planted, f.__name__, f)
    jobs.VERBS[f.__name__] = f"planted:{f.__name__}"
sys.modules["planted"] = planted
jobs.handles.WORKER = (sys.executable, "-c", os.environ["PLANTED"])
jobs_worker.WARM = "gc:collect"
jobs_worker.serve(Queue(Path(sys.argv[1]) / "jobs"), float(sys.argv[2]))
"""
TIANHE = {"region": "'440106'", "amount": "900"}  # one district: small enough to run several times
VERBS = ("count", "refuse", "bug", "die", "deaf", "stale_once")


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Jobs whose worker knows the planted verbs; the machine's lock is this test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PLANTED", PLANTED)
    monkeypatch.setattr(jobs.handles, "WORKER", (sys.executable, "-c", PLANTED))
    for verb in VERBS:
        monkeypatch.setitem(jobs.VERBS, verb, f"planted:{verb}")
    return Jobs(tmp_path / "ws", idle_s=0.5)


def count(on, key, tmp_path, steps=10):
    return on.submit("count", {"steps": steps, "notes": str(tmp_path / "notes")}, key=key)


def test_jobs_run_one_at_a_time_in_order_and_know_their_place(planted, tmp_path):
    submitted = [count(planted, key, tmp_path) for key in ("a1", "b2", "c3")]
    assert [job.key for job in planted.active()] == ["a1", "b2", "c3"]
    assert submitted[2].place == 2
    assert [job.wait(20).state for job in submitted] == ["done"] * 3
    assert submitted[2].place == 0
    assert [job.result()["counted"] for job in submitted] == [10] * 3
    lines = [line.split()[:2] for line in (tmp_path / "notes").read_text().splitlines()]
    assert lines == [[what, key] for key in ("a1", "b2", "c3") for what in ("begin", "end")]
    assert planted.active() == []


def test_two_workspaces_of_one_machine_take_turns(planted, tmp_path):
    other = Jobs(tmp_path / "other", idle_s=0.5)
    both = [count(planted, "a1", tmp_path, 30), count(other, "b2", tmp_path, 30)]
    assert [job.wait(20).state for job in both] == ["done", "done"]
    words = [line.split()[0] for line in (tmp_path / "notes").read_text().splitlines()]
    assert words == ["begin", "end"] * 2


def test_the_same_key_is_the_same_job_and_a_done_one_is_not_run_again(planted, tmp_path):
    first = count(planted, "a1", tmp_path)
    again = count(Jobs(planted.root, idle_s=0.5), "a1", tmp_path)
    assert first.wait(20).state == again.wait(1).state == "done"
    assert count(planted, "a1", tmp_path).state == "done"
    assert (tmp_path / "notes").read_text().count("begin") == 1
    first.result_path.unlink()
    assert count(planted, "a1", tmp_path).wait(20).state == "done"
    assert (tmp_path / "notes").read_text().count("begin") == 2


def test_a_result_that_cannot_be_read_is_forgotten_and_made_again(planted, tmp_path):
    job = count(planted, "a1", tmp_path)
    assert job.wait(20).state == "done"
    job.result_path.write_bytes(b"of another release")
    with pytest.raises(InfraPlanError, match="run the scenario again"):
        job.result()
    assert planted.find("a1") is None
    again = count(planted, "a1", tmp_path)
    assert again.wait(20).state == "done"
    assert again.result()["counted"] == 10


def test_progress_is_seen_and_a_running_job_stops_when_asked(planted, tmp_path):
    job = count(planted, "a1", tmp_path, steps=2000)
    waiting = count(planted, "b2", tmp_path)
    end = time.monotonic() + 20
    while (job.state != "running" or job.progress == 0) and time.monotonic() < end:
        time.sleep(0.02)
    status = job.status()
    assert status.step == "counting"
    assert 0 < status.share < 1
    waiting.cancel()
    assert waiting.state == "cancelled"
    job.cancel()
    assert job.wait(5).state == "cancelled"
    assert "end" not in (tmp_path / "notes").read_text()
    with pytest.raises(InfraPlanError, match="cancelled"):
        job.result()
    # asked for again, it begins anew
    assert count(planted, "b2", tmp_path).wait(20).state == "done"


def test_a_deliberate_error_arrives_in_both_languages(planted):
    job = planted.submit("refuse", {}, key="a1")
    status = job.wait(20)
    assert (status.state, status.error.en, status.error.zh) == ("failed", "too many", "数量过多")
    with pytest.raises(InfraPlanError, match="too many"):
        job.result()


def test_a_fault_is_told_without_its_trace_and_the_trace_is_kept(planted):
    job = planted.submit("bug", {}, key="a1")
    error = job.wait(20).error
    assert "secret detail" not in error.en + error.zh
    log = (planted.root / "jobs" / "worker.log").read_text("utf-8")
    assert "secret detail" in log
    for said in (error.zh, error.en):
        assert "jobs/worker.log" in said
        assert str(planted.root) not in said, "a screen shows no path of the server"


def test_a_worker_that_dies_is_noticed_and_the_next_job_runs(planted, tmp_path):
    dead = planted.submit("die", {}, key="a1")
    after = count(planted, "b2", tmp_path)
    assert dead.wait(20).state == "failed"
    assert "unexpectedly" in dead.error.en
    assert after.wait(30).state == "done"


def test_a_job_that_does_not_listen_is_ended_with_its_process(planted, monkeypatch):
    monkeypatch.setattr(jobs.handles, "GRACE_S", 0.2)
    job = planted.submit("deaf", {}, key="a1")
    end = time.monotonic() + 20
    while job.state != "running" and time.monotonic() < end:
        time.sleep(0.02)
    job.cancel()
    assert job.status().stopping
    assert job.wait(5).state == "cancelled"


def test_a_worker_with_old_data_makes_way_for_a_fresh_one(planted, tmp_path):
    job = planted.submit("stale_once", {"mark": str(tmp_path / "mark")}, key="a1")
    before = planted.submit("count", {"steps": 1, "notes": str(tmp_path / "notes")}, key="b2")
    assert job.wait(30).state == "done"
    assert before.wait(30).state == "done"
    assert job.result() == before.result()["pid"]


def test_unknown_jobs_and_verbs_are_named(planted):
    assert planted.find("ff") is None
    with pytest.raises(UnknownNameError):
        planted.status("ff")
    with pytest.raises(UnknownNameError, match="run"):
        planted.submit("erase", {}, key="aa")


def test_a_scenario_run_in_the_worker_equals_one_run_here(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(jobs.handles, "IDLE_S", 0.5)
    scenario = load.load("guangzhou-5g-2022", TIANHE)
    assert jobs.find_run(scenario) is None
    job = jobs.submit_run(scenario)
    assert job.wait(60).state == "done", job.error
    here = workflow.run(scenario)
    there = jobs.find_run(scenario).result()
    assert (there.result_hash, there.fingerprint, there.scenario) == (
        here.result_hash,
        here.fingerprint,
        scenario,
    )
    assert job.key == here.fingerprint


def test_files_that_a_scenario_names_are_found_by_the_worker(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "桩.csv").write_text("lon,lat,count\n113.36,23.13,7\n", encoding="utf-8")
    scenario = load.load("guangzhou-5g-2022", TIANHE)
    document = {**scenario.document, "existing": {"file": "桩.csv", "datum": "WGS84"}}
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    mine = load.load("./s.yaml")
    status = (job := Jobs(idle_s=0.5).submit("run", jobs.payload_of(mine), key=jobs.key_of(mine))).wait(120)
    assert status.state == "done", status.error
    assert job.result().result_hash == workflow.run(mine).result_hash


def test_a_scenario_that_cannot_be_met_fails_with_its_own_message(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    scenario = load.load("guangzhou-5g-2022", {"quotas.fixed": "{'999999': 3}"})
    status = Jobs(idle_s=0.5).submit("run", jobs.payload_of(scenario), key=jobs.key_of(scenario)).wait(60)
    with pytest.raises(InfraPlanError) as here:
        workflow.run(scenario)
    assert (status.state, status.error.zh) == ("failed", here.value.zh)


HYDROGEN = {"resolution": "7"}  # covers, and is small enough to run several times


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """A result, whose run is not kept, and its measurement with few re-runs, asked of a real worker."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(jobs.handles, "IDLE_S", 0.5)
    allocation = workflow.run(load.load("guangzhou-hydrogen-9", HYDROGEN))
    return allocation, jobs.submit_uncertainty(allocation, runs=3)


def test_uncertainty_measured_in_the_worker_equals_that_measured_here(measured):
    allocation, job = measured
    assert jobs.find_uncertainty(allocation, runs=3).key == job.key
    assert jobs.find_uncertainty(allocation, runs=4) is None
    assert jobs.find_uncertainty(allocation, runs=3, seed=1) is None
    other = dataclasses.replace(allocation, result_hash="0" * 64)
    assert jobs.find_uncertainty(other, runs=3) is None
    assert int(job.key, 16)
    assert job.wait(120).state == "done", job.error
    assert jobs.find_uncertainty(allocation, runs=3).result() == workflow.measure_uncertainty(allocation, 3)
    assert (job.status().step, job.progress) == ("uncertainty: 3/3", 1.0)


def test_a_kept_result_is_measured_without_running_the_scenario_again(tmp_path, monkeypatch):
    allocation = workflow.run(load.load("guangzhou-hydrogen-9", HYDROGEN))
    pack(allocation, kept := tmp_path / "run.zip")
    expected = workflow.measure_uncertainty(allocation, 2)
    monkeypatch.setattr(workflow, "run", lambda *_: pytest.fail("it was run again"))
    said: list[tuple[str, float]] = []
    task = a_task(allocation, kept, said)
    assert jobs_task.measure_uncertainty(task) == expected
    assert said == [("uncertainty: 1/2", 0.0), ("uncertainty: 2/2", 0.5)]
    kept.write_bytes(b"of another release")
    monkeypatch.setattr(workflow, "run", lambda *_: allocation)
    assert jobs_task.measure_uncertainty(task) == expected


@pytest.mark.parametrize("name", ["fingerprint", "result_hash"])
def test_a_result_that_is_not_what_was_asked_for_is_stale(tmp_path, monkeypatch, name):
    allocation = workflow.run(load.load("guangzhou-hydrogen-9", HYDROGEN))
    monkeypatch.setattr(workflow, "run", lambda *_: allocation)
    task = a_task(allocation, tmp_path / "none.zip", [])
    task.payload[name] = "0" * 64
    with pytest.raises(jobs_task.Stale):
        jobs_task.measure_uncertainty(task)


def a_task(allocation, kept: Path, said: list[tuple[str, float]]) -> jobs_task.Task:
    """What the worker gives the measuring verb for two re-runs."""
    payload = {
        **jobs.payload_of(allocation.scenario),
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "runs": 2,
        "seed": 0,
    }
    return jobs_task.Task(payload, "aa", lambda *step: said.append(step), lambda: False, lambda _: kept)


def test_measuring_stops_when_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(jobs.handles, "IDLE_S", 0.5)
    allocation = workflow.run(load.load("guangzhou-hydrogen-9", HYDROGEN))
    job = jobs.submit_uncertainty(allocation, runs=5000)
    end = time.monotonic() + 60
    while not job.status().step.startswith("uncertainty") and time.monotonic() < end:
        time.sleep(0.02)
    assert job.state == "running"
    job.cancel()
    assert job.wait(15).state == "cancelled"


def test_what_cannot_be_measured_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(jobs.handles, "IDLE_S", 0.5)
    poles = workflow.run(load.load("guangzhou-poles-2022", {"resolution": "7"}))
    status = jobs.submit_uncertainty(poles, runs=2).wait(60)
    with pytest.raises(InfraPlanError) as here:
        workflow.measure_uncertainty(poles, 2)
    assert (status.state, status.error.zh, status.error.en) == ("failed", here.value.zh, here.value.en)


def test_asking_for_jobs_loads_no_heavy_library():
    heavy = {"streamlit", "folium", "numba", "pandas", "geopandas", "h3ronpy"}
    code = f"import sys, infraplan.jobs; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_survives_the_process_that_asked_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = (
        "from infraplan import jobs; from scenarios import load; import time\n"
        f"scenario = load.load('guangzhou-5g-2022', {TIANHE!r})\n"
        "job = jobs.Jobs(idle_s=0.5).submit('run', jobs.payload_of(scenario), key=jobs.key_of(scenario))\n"
        "print(job.key, flush=True); time.sleep(60)"
    )
    asker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    key = asker.stdout.readline().strip()
    asker.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    asker.communicate(timeout=10)
    job = Jobs(idle_s=0.5).find(key)
    assert job.wait(60).state == jobs_store.DONE
    assert job.result().allocated == 900
