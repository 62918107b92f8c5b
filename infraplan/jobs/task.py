"""What a job does: one function a verb, called in the worker process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import InfraPlanError

if TYPE_CHECKING:
    from scenarios.model import Allocation, Scenario


class Stale(Exception):
    """This process read the data before it changed; a fresh one must do the job."""


@dataclass(frozen=True)
class Task:
    """What a verb gets: its payload, the job's key, the two callbacks that a run takes, where a job's result is."""

    payload: dict[str, Any]
    key: str
    progress: Callable[[str, float], None]
    cancelled: Callable[[], bool]
    result_path: Callable[[str], Path]


def run_scenario(task: Task) -> Allocation:
    """Run a scenario; the result is an ``Allocation`` whose fingerprint is the job's key.

    Raises
    ------
    Stale
        When the data is not what it was when the job was asked for.
    """
    from infraplan import workflow

    allocation = workflow.run(_scenario(task), None, task.progress, task.cancelled)
    if allocation.fingerprint != task.key:
        raise Stale
    return allocation


def measure_uncertainty(task: Task) -> dict[str, Any]:
    """Re-run a result on perturbed data (:func:`scenarios.uncertainty.measure`); the result is its plain values.

    The step that is told carries the number of the re-run: ``uncertainty: 3/20``.

    Raises
    ------
    Stale
        When the data, or the result itself, is not what it was when the job was asked for.
    """
    from infraplan import workflow
    from scenarios import uncertainty

    asked, scenario = task.payload, _scenario(task)
    if workflow.inputs_fingerprint(scenario) != asked["fingerprint"]:
        raise Stale
    allocation = _result_of(scenario, task)
    if (allocation.fingerprint, allocation.result_hash) != (asked["fingerprint"], asked["result_hash"]):
        raise Stale
    n = int(asked["runs"])

    def told(step: str, share: float) -> None:
        task.progress(f"{step}: {min(round(share * n) + 1, n)}/{n}", share)

    return uncertainty.measure(allocation, n, int(asked["seed"]), told, task.cancelled)


def _scenario(task: Task) -> Scenario:
    from scenarios import load

    return load.parse(task.payload["yaml"], task.payload["where"])


def _result_of(scenario: Scenario, task: Task) -> Allocation:
    """Return what the run of ``scenario`` made; it is run here where no result is kept, or none that can be read."""
    from infraplan import workflow
    from infraplan.packing import unpack

    path = task.result_path(task.payload["fingerprint"])
    if path.exists():
        try:
            # the files that the scenario names are looked for where they are now
            return replace(unpack(path), scenario=scenario)
        except InfraPlanError:
            pass  # of another release, or damaged
    # the bar stands at its beginning: the re-runs are the job
    return workflow.run(scenario, None, lambda step, _: task.progress(step, 0.0), task.cancelled)
