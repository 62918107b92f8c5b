"""The worker process: takes jobs from a workspace's queue, one after another, one at a time on the machine.

Started by :mod:`infraplan.jobs` as ``python -m infraplan.jobs.worker WORKSPACE IDLE_SECONDS``.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from geo.errors import InfraPlanError
from infraplan import disk
from infraplan.jobs import DIED, VERBS, start_worker, store
from infraplan.jobs.store import Queue
from infraplan.jobs.task import Stale, Task
from infraplan.settings import who
from infraplan.workspace import cleaning

#: The step of a job that waits because another workspace's job computes on this machine.
WAITS_FOR_MACHINE = "machine"
#: What a worker does while it waits for its first job (``module:function``): compiled kernels are loaded.
WARM = "scenarios.allocation.warm:warm"
_POLL_S = 0.1
_REPORT_S = 0.15


class Stopped(Exception):
    """The job was asked to stop while it waited for the machine."""


def machine_lock() -> FileLock:
    """Return the lock that the one job computing for this user on this machine holds."""
    name = "".join(c if c.isalnum() else "-" for c in who())
    return FileLock(Path(tempfile.gettempdir()) / f"infraplan-{name}.lock")


def serve(queue: Queue, idle_s: float) -> None:
    """Work until there has been nothing to do for ``idle_s`` seconds; return at once when another worker lives."""
    while True:
        try:
            # another process that only looks whether a worker lives holds the lock for an instant
            with FileLock(queue.lock_path).acquire(timeout=2):
                again = _work(queue, idle_s)
        except Timeout:
            return
        # a job may have come in between our last look and the release
        if not queue.rows(store.QUEUED):
            return
        if not again:
            start_worker(queue, idle_s)
            return


def _work(queue: Queue, idle_s: float) -> bool:
    """Take jobs until idle; return whether this process may go on (false: a fresh one must)."""
    queue.started()
    for row in queue.rows(store.RUNNING):  # left by a worker that died
        queue.end(row.key, store.FAILED, *DIED)
    queue.forget_old()
    if not queue.rows(store.QUEUED):
        # the planner is still reading the form
        importlib.import_module("infraplan.workflow")
        if not queue.rows(store.QUEUED):
            _function(WARM)()
    quiet_since, tidy = time.monotonic(), False
    while time.monotonic() - quiet_since < idle_s:
        waiting = queue.rows(store.QUEUED)
        if not waiting:
            if not tidy:  # nobody waits
                _tidy(queue.folder.parent)
                tidy = True
            time.sleep(_POLL_S)
            continue
        if not _do_one(queue, waiting[0]):
            return False
        quiet_since = time.monotonic()
    return True


def _tidy(root: Path) -> None:
    """Clear the workspace of what was deleted long ago; a failure is nobody's who waits for a job."""
    try:
        cleaning.once_a_day(root)
    except (InfraPlanError, OSError):
        traceback.print_exc()


def _do_one(queue: Queue, row: store.Row) -> bool:
    """Do one job when the machine is free; return false when this process must make way for a fresh one."""
    try:
        lock = _wait_for_machine(queue, row.key)
    except Stopped:
        return True
    try:
        if queue.claim(row.key, os.getpid()):
            return _do(queue, row)
        return True
    finally:
        lock.release()


def _wait_for_machine(queue: Queue, key: str) -> FileLock:
    lock = machine_lock()
    while True:
        try:
            lock.acquire(timeout=_POLL_S * 2)
            return lock
        except Timeout:
            queue.report(key, WAITS_FOR_MACHINE, 0.0)
            row = queue.row(key)
            if row is None or row.state != store.QUEUED:
                raise Stopped from None


def _do(queue: Queue, row: store.Row) -> bool:
    task = Task(
        dict(row.payload), row.key, _reporter(queue, row.key), _asker(queue, row.key), queue.result_path
    )
    try:
        from infraplan.packing import pack

        value = _function(VERBS[row.verb])(task)
        pack(value, queue.result_path(row.key))
        queue.end(row.key, store.DONE)
    except Stale:
        if row.attempts == 0:
            queue.give_back(row.key)
            return False
        queue.end(row.key, store.FAILED, *_CHANGED)
    except InfraPlanError as error:
        if queue.is_asked_to_stop(row.key):
            queue.end(row.key, store.CANCELLED)
        else:
            queue.end(row.key, store.FAILED, error.en, error.zh)
    except MemoryError:
        queue.end(row.key, store.FAILED, *_MEMORY)
        return False  # a process that met its limit is not to be trusted with the next job
    except Exception as error:
        trace = traceback.format_exc()
        print(trace, file=sys.stderr, flush=True)
        queue.end(row.key, store.FAILED, *_fault(error), trace)
        return False
    return True


def _function(name: str) -> Callable[..., Any]:
    """Return the function called ``module:function``."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return found


def _reporter(queue: Queue, key: str) -> Callable[[str, float], None]:
    said: tuple[str, float] = ("", 0.0)

    def report(step: str, share: float) -> None:
        nonlocal said
        now = time.monotonic()
        if step != said[0] or now - said[1] >= _REPORT_S:
            queue.report(key, step, float(share))
            said = (step, now)

    return report


def _asker(queue: Queue, key: str) -> Callable[[], bool]:
    """Return a question cheap enough for an inner loop: the database is asked at most every tenth of a second."""
    last, answer = 0.0, False

    def asked() -> bool:
        nonlocal last, answer
        now = time.monotonic()
        if not answer and now - last >= _POLL_S:
            last, answer = now, queue.is_asked_to_stop(key)
        return answer

    return asked


_CHANGED = (
    "the data changed while the scenario was running, so the result would not match its inputs; run it again",
    "计算期间数据发生变化,结果与输入不符;请重新运行",
)
_MEMORY = (
    "there is not enough memory for this run; choose a coarser resolution or a smaller region, or close other programs",
    "内存不足,无法完成计算;请降低分辨率、缩小区域,或关闭其他程序",
)


_FAULT = (
    "the run met a fault of the program; nothing was changed. Details for support are in jobs/worker.log of the "
    "workspace",
    "计算遇到程序故障,未作任何更改。供技术支持使用的详细信息见工作区中的 jobs/worker.log",
)


def _fault(error: Exception) -> tuple[str, str]:
    """Return why a job failed: what the disk refused, or a fault of ours."""
    why = disk.why(error) if isinstance(error, OSError) else None
    if why is None:
        return _FAULT
    return (
        f"the run could not be finished: {why[0]}; nothing was changed: run it again when that is mended",
        f"计算未能完成:{why[1]};未作任何更改,请处理后重新运行",
    )


if __name__ == "__main__":
    serve(Queue(Path(sys.argv[1]) / "jobs"), float(sys.argv[2]))
