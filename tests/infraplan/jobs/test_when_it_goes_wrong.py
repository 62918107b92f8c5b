"""Jobs on a machine that does not do as it should: dead workers, none that starts, a full disk, files held open."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from infraplan import disk, jobs, packing, workflow
from infraplan.jobs import Jobs, task, worker
from infraplan.jobs import store as jobs_store
from infraplan.settings import workspace_root
from infraplan.workspace import Workspace, schema
from scenarios import load

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bystander():
    """A process of somebody else."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def running_and_asked_to_stop(on: Jobs, pid: int, monkeypatch) -> None:
    monkeypatch.setattr(jobs.handles, "GRACE_S", -1.0)
    on.queue.put("run", {}, "aa", "")
    on.queue.claim("aa", pid)
    on.queue.ask_to_stop("aa")


def test_a_stopped_job_of_a_dead_worker_ends_nobody_elses_process(bystander, monkeypatch):
    mine = Jobs()
    running_and_asked_to_stop(mine, bystander.pid, monkeypatch)
    mine.queue.folder.joinpath("worker.pid").write_text(str(bystander.pid))
    assert mine.status("aa").state == "cancelled"
    time.sleep(0.2)
    assert bystander.poll() is None


def test_only_the_process_that_the_living_worker_wrote_is_ended(bystander, monkeypatch):
    mine = Jobs()
    running_and_asked_to_stop(mine, bystander.pid, monkeypatch)
    with FileLock(mine.queue.lock_path):
        mine.queue.started()  # the living worker is this process, not the job's
        assert mine.status("aa").state == "cancelled"
    time.sleep(0.2)
    assert bystander.poll() is None


def test_who_only_looks_whether_a_worker_lives_is_none(bystander, monkeypatch):
    mine = Jobs()
    running_and_asked_to_stop(mine, bystander.pid, monkeypatch)
    mine.queue.folder.joinpath("worker.pid").write_text(str(bystander.pid))
    looks = iter([True, False])
    monkeypatch.setattr(Jobs, "_worker_lives", lambda self, patience_s=0.0: next(looks))
    mine.status("aa")
    time.sleep(0.2)
    assert bystander.poll() is None


def test_asking_twice_to_stop_gives_no_more_time():
    queue = Jobs().queue
    queue.put("run", {}, "aa", "")
    queue.claim("aa", 1)
    queue.ask_to_stop("aa")
    first = queue.row("aa").cancelled_at
    time.sleep(0.02)
    queue.ask_to_stop("aa")
    assert queue.row("aa").cancelled_at == first


def test_a_worker_that_comes_up_closes_what_a_dead_one_left_running(monkeypatch):
    monkeypatch.setattr(worker, "WARM", "gc:collect")
    queue = Jobs().queue
    queue.put("run", {}, "aa", "")
    queue.claim("aa", 1)
    worker.serve(queue, 0.1)
    row = queue.row("aa")
    assert (row.state, row.error_zh) == ("failed", jobs.DIED[1])


def test_a_result_that_is_not_of_the_inputs_asked_for_is_stale(monkeypatch):
    monkeypatch.setattr(workflow, "run", lambda *_: SimpleNamespace(fingerprint="of other data"))
    scenario = jobs.payload_of(load.load("guangzhou-5g-2022"))
    asked = task.Task(scenario, "aa", lambda *_: None, lambda: False, Path)
    with pytest.raises(task.Stale):
        task.run_scenario(asked)


def test_a_worker_that_cannot_start_fails_the_job_in_words(tmp_path, monkeypatch):
    cannot = (sys.executable, "-c", "import sys; sys.exit('DLL load failed')")
    monkeypatch.setattr(jobs.handles, "WORKER", cannot)
    mine = Jobs(tmp_path / "ws")
    job = mine.submit("run", {}, key="aa")
    status = job.wait(60)
    assert status.state == "failed"
    assert "无法启动" in status.error.zh
    assert str(tmp_path) not in status.error.zh + status.error.en
    log = (tmp_path / "ws" / "jobs" / "worker.log").read_text()
    assert log.count("DLL load failed") == jobs.handles.MOST_STARTS
    # who asks again, when that is mended, is served
    monkeypatch.setattr(jobs.handles, "WORKER", (sys.executable, "-m", "infraplan.jobs.worker"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    mine.idle_s = 0.2
    again = mine.submit("run", {"yaml": "x", "where": "x"}, key="aa").wait(60)
    assert again.state == "failed"
    assert "无法启动" not in again.error.zh, "it was run"


def test_a_worker_that_cannot_even_be_asked_for_is_no_fault_of_the_page(tmp_path, monkeypatch):
    def none_left(*_args, **_kwargs):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(jobs.handles.subprocess, "Popen", none_left)
    status = Jobs(tmp_path).submit("run", {}, key="aa").wait(20)
    assert "无法启动" in status.error.zh


def test_a_relative_workspace_is_the_same_folder_for_the_worker(tmp_path, monkeypatch):
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", "ws")
    monkeypatch.chdir(tmp_path)
    assert workspace_root() == tmp_path / "ws"
    assert Jobs().root == Jobs(Path("ws")).root == tmp_path / "ws"
    started = []
    monkeypatch.setattr(
        jobs.handles.subprocess, "Popen", lambda words, **more: started.append((words, more)) or Ended()
    )
    Jobs().submit("run", {}, key="aa")
    [(words, more)] = started
    assert str(tmp_path / "ws") in words
    assert more["env"]["INFRAPLAN_WORKSPACE"] == str(tmp_path / "ws")


class Ended:
    """A process that ended well."""

    def wait(self, timeout: float | None = None) -> int:
        return 0


def done(queue: jobs_store.Queue, key: str) -> Path:
    queue.put("run", {}, key, "")
    queue.claim(key, 1)
    queue.end(key, jobs_store.DONE)
    path = queue.result_path(key)
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    return path


def test_a_result_that_somebody_reads_is_forgotten_another_time(tmp_path, monkeypatch):
    queue = jobs_store.Queue(tmp_path / "jobs")
    monkeypatch.setattr(jobs_store, "_KEPT", 1)
    first, second, _ = (done(queue, key) for key in ("aa", "bb", "cc"))
    unlink = Path.unlink

    def as_on_windows(self, missing_ok=False):
        if self == first:
            raise PermissionError(errno.EACCES, "used by another process")
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", as_on_windows)
        queue.forget_old()
    assert {row.key for row in queue.rows()} == {"aa", "cc"}
    assert not second.exists()
    queue.forget_old()
    assert {row.key for row in queue.rows()} == {"cc"}
    assert not first.exists()


@pytest.mark.parametrize(
    ("refusal", "zh", "en"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满", "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "访问权限", "no permission"),
    ],
)
def test_a_disk_that_refuses_the_result_is_named(tmp_path, monkeypatch, refusal, zh, en):
    def refuse(_value, _path):
        raise refusal

    monkeypatch.setattr(packing, "pack", refuse)
    monkeypatch.setitem(jobs.VERBS, "quick", "builtins:id")
    queue = jobs_store.Queue(tmp_path / "jobs")
    queue.put("quick", {}, "aa", "")
    queue.claim("aa", os.getpid())
    worker._do(queue, queue.row("aa"))
    row = queue.row("aa")
    assert row.state == "failed"
    assert zh in row.error_zh
    assert en in row.error_en
    assert "故障" not in row.error_zh
    assert str(tmp_path) not in row.error_zh + row.error_en


def test_where_programs_lock_files_a_refusal_names_the_likely_cause(monkeypatch):
    denied = PermissionError(errno.EACCES, "Access is denied")
    assert "Excel" not in disk.why(denied)[1]
    monkeypatch.setattr(disk, "_LOCKS_OPEN_FILES", True)
    assert "Excel" in disk.why(denied)[0]
    assert "Excel" in disk.why(denied)[1]
    assert disk.why(OSError(errno.EIO, "Input/output error")) is None


def test_a_worker_with_nothing_to_do_clears_the_workspace_once_a_day(monkeypatch):
    monkeypatch.setattr(worker, "WARM", "gc:collect")
    workspace = Workspace()
    for name in ("first", "second"):
        workspace.save("scenario", name, {"title_zh": "x"}, by="u", base_version=None)
        workspace.delete("scenario", name, by="u", base_version=1)
    long_ago(workspace, "first")
    queue = jobs_store.Queue(workspace.root / "jobs")
    worker.serve(queue, 0.2)
    assert [r.id for r in workspace.records("scenario", deleted=True)] == ["second"]
    long_ago(workspace, "second")
    worker.serve(queue, 0.2)
    assert [r.id for r in workspace.records("scenario", deleted=True)] == ["second"], "not twice a day"


def test_a_clearing_that_fails_stops_no_job(monkeypatch):
    monkeypatch.setattr(worker, "WARM", "gc:collect")

    def fail(_root):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(worker.cleaning, "once_a_day", fail)
    monkeypatch.setitem(jobs.VERBS, "quick", "builtins:repr")
    queue = jobs_store.Queue(workspace_root() / "jobs")
    worker.serve(queue, 0.2)
    queue.put("quick", {}, "aa", "")
    worker.serve(queue, 0.2)
    assert queue.row("aa").state == "done"


def long_ago(workspace: Workspace, record_id: str) -> None:
    with schema.writing(workspace.root / schema.FILE_NAME) as database:
        database.execute(
            "UPDATE records SET deleted_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", (record_id,)
        )
