"""What a job does: one function a verb, called in the worker process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Stale(Exception):
    """This process read the data before it changed; a fresh one must do the job."""


@dataclass(frozen=True)
class Task:
    """What a verb gets: its payload, the job's key, and the two callbacks that a run takes."""

    payload: dict[str, Any]
    key: str
    progress: Callable[[str, float], None]
    cancelled: Callable[[], bool]


def run_scenario(task: Task) -> Any:
    """Run a scenario; the result is an ``Allocation`` whose fingerprint is the job's key.

    Raises
    ------
    Stale
        When the data is not what it was when the job was asked for.
    """
    from infraplan import workflow
    from scenarios import load

    scenario = load.parse(task.payload["yaml"], task.payload["where"])
    allocation = workflow.run(scenario, None, task.progress, task.cancelled)
    if allocation.fingerprint != task.key:
        raise Stale
    return allocation
