"""Asking for a job and following it; starting the worker where none lives."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from geo.errors import InfraPlanError, unknown
from geo.paths import CODE_ROOT
from infraplan.jobs import store
from infraplan.jobs.store import Queue
from infraplan.settings import workspace_root

if TYPE_CHECKING:
    from scenarios.model import Allocation, Scenario

#: What a job may be: the function that does it, as ``module:function``; the worker imports it.
VERBS = {
    "run": "infraplan.jobs.task:run_scenario",
    "uncertainty": "infraplan.jobs.task:measure_uncertainty",
}
#: A job that does not stop when asked is ended with its process after this many seconds.
GRACE_S = 20.0
IDLE_S = 300.0
#: The command of the worker; the workspace's folder and the idle seconds follow.
WORKER = (sys.executable, "-m", "infraplan.jobs.worker")
#: So many workers in a row that do not come up, and the jobs that wait are given up.
MOST_STARTS = 3
_LOG_BYTES = 1_000_000
#: So long a worker may take to load, as long as its process lives; and how often that is looked at.
_SLOWEST_START_S, _LOOKS_S = 120.0, 2.0
#: A lock that is held so long is a worker's; who only looks whether one lives holds it for an instant.
_SURE_S = 1.0
log = logging.getLogger("infraplan.jobs")


@dataclass(frozen=True, slots=True)
class Status:
    """A job at one moment.

    Attributes
    ----------
    state : str
        ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    step, share : str, float
        The name of the step and the share done, 0 to 1.
    place : int
        How many jobs must end before this one begins; 0 when it is next or does not wait.
    stopping : bool
        It was asked to stop and has not stopped yet.
    error : InfraPlanError or None
        Why it failed, in both languages.
    seconds : float
        Time since it began (waiting does not count).
    """

    state: str
    step: str
    share: float
    place: int
    stopping: bool
    error: InfraPlanError | None
    seconds: float

    @property
    def active(self) -> bool:
        """Whether it is still queued or running."""
        return self.state in (store.QUEUED, store.RUNNING)


class Job:
    """A handle on one job; it holds nothing, so it may be made again at every rerun."""

    def __init__(self, jobs: Jobs, key: str) -> None:
        self._jobs = jobs
        self.key = key

    def status(self) -> Status:
        """Return the job as it is now."""
        return self._jobs.status(self.key)

    @property
    def state(self) -> str:
        """``queued``, ``running``, ``done``, ``failed`` or ``cancelled``."""
        return self.status().state

    @property
    def progress(self) -> float:
        """The share done, 0 to 1."""
        return self.status().share

    @property
    def place(self) -> int:
        """How many jobs must end before this one begins."""
        return self.status().place

    @property
    def error(self) -> InfraPlanError | None:
        """Why it failed."""
        return self.status().error

    def cancel(self) -> None:
        """Stop it: at once when it waits, between two batches when it runs."""
        self._jobs.queue.ask_to_stop(self.key)

    def result(self) -> Any:
        """Return what the job made.

        Raises
        ------
        InfraPlanError
            The job's own error when it failed; a message when it has no result (yet).
        """
        from infraplan.packing import unpack

        status = self.status()
        if status.error is not None:
            raise status.error
        if status.state != store.DONE:
            raise InfraPlanError(
                f"there is no result: the job is {status.state}", f"尚无结果:任务状态为 {status.state}"
            )
        try:
            return unpack(self.result_path)
        except InfraPlanError:
            # of another release, or damaged: forgotten, so that asking again runs it again
            with suppress(OSError):  # on Windows somebody reads it: the next time
                self.result_path.unlink(missing_ok=True)
            raise

    @property
    def result_path(self) -> Path:
        """The file that holds the result of a job that is done."""
        return self._jobs.queue.result_path(self.key)

    def wait(self, seconds: float, every: float = 0.05) -> Status:
        """Wait until the job is closed, at most ``seconds``; return how it is then."""
        end = time.monotonic() + seconds
        while (status := self.status()).active and time.monotonic() < end:
            time.sleep(every)
        return status


class Jobs:
    """The jobs of one workspace.

    Parameters
    ----------
    root : Path, optional
        The workspace's folder. Default: :func:`infraplan.settings.workspace_root`.
    idle_s : float, optional
        How long a worker that this object starts waits for another job before it ends; :data:`IDLE_S` by default.
    """

    def __init__(self, root: Path | None = None, idle_s: float | None = None) -> None:
        self.root = (root or workspace_root()).absolute()
        self.idle_s = IDLE_S if idle_s is None else idle_s
        self.queue = Queue(self.root / "jobs")

    def submit(self, verb: str, payload: dict[str, Any], *, key: str, title: str = "") -> Job:
        """Queue a job and see that a worker runs.

        Parameters
        ----------
        verb : str
            One of :data:`VERBS`.
        payload : dict
            JSON values for the verb.
        key : str
            Fingerprint of everything the result depends on (hexadecimal). A job of this key that waits, runs, or is
            done is joined; one that failed or was stopped is begun again.
        """
        if verb not in VERBS:
            raise unknown("kind of job", verb, VERBS, "任务类别")
        if not (key.isalnum() and key.isascii()):
            raise ValueError(f"a job's key is a fingerprint, not {key!r}")
        if self.queue.put(verb, payload, key, title) and self._gave_up():
            self.queue.forget_starts()  # somebody asks again: so do we
        self.warm()
        return Job(self, key)

    def find(self, key: str) -> Job | None:
        """Return the job of this key, or None when nobody asked for it, or its result is no longer kept."""
        row = self.queue.row(key)
        gone = row is None or (row.state == store.DONE and not self.queue.result_path(key).exists())
        return None if gone else Job(self, key)

    def active(self) -> list[Job]:
        """Return the jobs that run or wait, in order."""
        return [Job(self, row.key) for row in self.queue.rows(store.RUNNING, store.QUEUED)]

    def status(self, key: str) -> Status:
        """Return a job as it is now; a worker that died or will not stop is noticed here.

        Raises
        ------
        UnknownNameError
            When there is no such job.
        """
        row = self._healed(key)
        error = None
        if row.error_en is not None:
            error = InfraPlanError(row.error_en, row.error_zh)
        end = row.ended_at or time.time()
        return Status(
            state=row.state,
            step=row.step,
            share=row.share,
            place=self.queue.place(row),
            stopping=row.state == store.RUNNING and row.cancelled_at is not None,
            error=error,
            seconds=round(max(0.0, end - row.started_at), 3) if row.started_at else 0.0,
        )

    def warm(self) -> None:
        """Start a worker unless one lives, so that the first job need not wait for the libraries to load."""
        if not self._gave_up() and not self.queue.is_starting() and not self._worker_lives():
            start_worker(self.queue, self.idle_s)

    def _gave_up(self) -> bool:
        return self.queue.starts() >= MOST_STARTS

    def _healed(self, key: str) -> store.Row:
        row = self.queue.row(key)
        if row is None:
            raise unknown("job", key, [r.key for r in self.queue.rows()], "任务")
        if row.state == store.QUEUED:
            self._healed_waiting(row)
        elif row.state == store.RUNNING:
            self._healed_running(row)
        return self.queue.row(key) or row

    def _healed_waiting(self, row: store.Row) -> None:
        self.warm()
        if self._gave_up() and not self.queue.is_starting() and not self._worker_lives():
            self.queue.end(row.key, store.FAILED, *NO_WORKER, was=store.QUEUED)

    def _healed_running(self, row: store.Row) -> None:
        # end() does nothing when the worker closed the job in the meantime
        if not self._worker_lives():
            asked = row.cancelled_at is not None
            self.queue.end(row.key, store.CANCELLED if asked else store.FAILED, *(() if asked else DIED))
        elif row.cancelled_at is not None and time.time() - row.cancelled_at > GRACE_S:
            self._end_worker(row.key)

    def _end_worker(self, key: str) -> None:
        """End a job that will not stop with its process; a number that may be another program's is left alone."""
        if not self._worker_lives(_SURE_S):
            return  # the next look closes the job
        row = self.queue.row(key)
        if row is None or row.state != store.RUNNING:
            return
        if row.pid and row.pid == self.queue.worker_pid():
            with suppress(OSError):
                os.kill(row.pid, signal.SIGTERM)
        self.queue.end(key, store.CANCELLED)

    def _worker_lives(self, patience_s: float = 0.0) -> bool:
        lock = FileLock(self.queue.lock_path)
        try:
            lock.acquire(timeout=patience_s)
        except Timeout:
            return True
        lock.release()
        return False


DIED = (
    "the computing process ended unexpectedly (the computer may have run out of memory or disk space); nothing was "
    "changed: close other programs, choose a coarser resolution, or try again",
    "计算进程意外终止(可能是内存或磁盘空间不足);未作任何更改:请关闭其他程序、降低分辨率或重试",
)
NO_WORKER = (
    "the computing process cannot be started, so this was not run; try again, and when it fails again let an "
    "administrator look into jobs/worker.log of the workspace",
    "计算进程无法启动,本次未计算;请重试,仍不成功时请管理员查看工作区中的 jobs/worker.log",
)


def submit_run(scenario: Scenario, root: Path | None = None) -> Job:
    """Run a scenario in the worker; the same inputs give the same job. Its result is an ``Allocation``.

    Raises
    ------
    InfraPlanError
        When the scenario names things that do not exist: said at once, not in the worker.
    """
    return Jobs(root).submit("run", payload_of(scenario), key=key_of(scenario), title=scenario.title_zh)


def find_run(scenario: Scenario, root: Path | None = None) -> Job | None:
    """Return the job for a scenario when somebody asked for it, without starting one."""
    return Jobs(root).find(key_of(scenario))


def key_of(scenario: Scenario) -> str:
    """Return the key of a scenario's run: the fingerprint of everything it reads."""
    from infraplan import workflow

    return workflow.inputs_fingerprint(scenario)


def submit_uncertainty(
    allocation: Allocation, runs: int | None = None, seed: int = 0, root: Path | None = None
) -> Job:
    """Measure in the worker what the data's own error means for a result; the same result gives the same job.

    ``runs`` is the number of re-runs, :data:`scenarios.uncertainty.RUNS` by default. The job's result is what
    :func:`scenarios.uncertainty.measure` returns.
    """
    scenario = allocation.scenario
    payload = {
        **payload_of(scenario),
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "runs": _runs(runs),
        "seed": seed,
    }
    key = uncertainty_key(allocation, runs, seed)
    return Jobs(root).submit("uncertainty", payload, key=key, title=scenario.title_zh)


def find_uncertainty(
    allocation: Allocation, runs: int | None = None, seed: int = 0, root: Path | None = None
) -> Job | None:
    """Return the job that measures a result's uncertainty when somebody asked for it, without starting one."""
    return Jobs(root).find(uncertainty_key(allocation, runs, seed))


def uncertainty_key(allocation: Allocation, runs: int | None = None, seed: int = 0) -> str:
    """Return the key of the job that measures a result's uncertainty: what it reads and how often it re-runs."""
    from scenarios.fingerprint import of_inputs

    return of_inputs(
        {
            "job": "uncertainty",
            "fingerprint": allocation.fingerprint,
            "result_hash": allocation.result_hash,
            "runs": str(_runs(runs)),
            "seed": str(seed),
        }
    )


def _runs(runs: int | None) -> int:
    from scenarios import uncertainty

    return uncertainty.RUNS if runs is None else runs


def payload_of(scenario: Scenario) -> dict[str, Any]:
    """Return what the worker needs to run a scenario."""
    from scenarios import load

    where = scenario.where
    if scenario.folder is not None:  # the worker runs in another folder
        where = str(scenario.folder.absolute() / Path(where).name)
    return {"yaml": load.dump(scenario), "where": where}


def start_worker(queue: Queue, idle_s: float) -> None:
    """Start a worker that outlives us; on Windows without a console window."""
    try:
        queue.starting()
        process = _started(queue, idle_s)
    except OSError:  # no memory, no processes left, a log that cannot be written: tried again
        log.exception("the worker cannot be started")
        queue.start_failed()
        return

    def collect() -> None:
        for _ in range(round(_SLOWEST_START_S / _LOOKS_S)):
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_LOOKS_S)
                break
            queue.still_starting()  # a cold disk, a virus scanner; means nothing where it has come up
        if process.wait() != 0:
            queue.start_failed()  # means nothing where it had come up

    # ours to collect when it ends before we do
    threading.Thread(target=collect, name="infraplan-worker", daemon=True).start()


def _started(queue: Queue, idle_s: float) -> subprocess.Popen[bytes]:
    root = queue.folder.parent
    environment = {
        **os.environ,
        "INFRAPLAN_WORKSPACE": str(root),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CODE_ROOT), os.environ.get("PYTHONPATH")])),
        "PYTHONIOENCODING": "utf-8",
    }
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    with (queue.folder / "worker.log").open("ab") as out:
        if out.tell() > _LOG_BYTES:
            out.truncate(0)
        return subprocess.Popen(
            [*WORKER, str(root), str(idle_s)],
            cwd=CODE_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            **options,
        )
