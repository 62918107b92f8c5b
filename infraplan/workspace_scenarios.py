"""Saved scenarios and their results: what the screens save is what the server publishes and the exporters read."""

from __future__ import annotations

from pathlib import Path

import yaml

from geo.errors import InfraPlanError
from infraplan import packing, workflow
from infraplan.jobs_store import DONE, Queue
from infraplan.workspace import Record, Workspace
from scenarios import load
from scenarios.model import Allocation, Scenario

_FILE = "allocation.zip"


def scenario_of(record: Record) -> Scenario:
    """Return the scenario that a record holds.

    Raises
    ------
    DataError
        When this release cannot read it, with every problem.
    """
    return load.parse(yaml.safe_dump(dict(record.document), allow_unicode=True, sort_keys=False), record.id)


def keep_result(workspace: Workspace, record: Record, allocation: Allocation, *, by: str) -> Record:
    """Save the result of a saved scenario beside it; the same result again makes no new version."""
    document = {
        "scenario": record.id,
        "scenario_version": record.version,
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "title_zh": record.title,
    }
    path = workspace.root / "staging" / f"{allocation.fingerprint}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = [r for r in workspace.records("result") if r.document["scenario"] == record.id]
    record_id = known[0].id if known else workspace.new_id("result", record.id)
    packing.pack(allocation, path)
    try:
        return workspace.save(
            "result",
            record_id,
            document,
            by=by,
            base_version=known[0].version if known else None,
            title=record.title,
            files={_FILE: path},
        )
    finally:
        path.unlink(missing_ok=True)


def result_of(workspace: Workspace, record: Record) -> Allocation | None:
    """Return the result of a saved scenario as it stands now, or None when nobody has run it.

    A result that was kept counts while its fingerprint is the scenario's; else one that a job left counts.
    """
    path = result_path(workspace, record)
    if path is None:
        return None
    found = packing.unpack(path)
    return found if isinstance(found, Allocation) else None


def key_of(record: Record) -> str | None:
    """Return the fingerprint that a run of a saved scenario has, or None when it cannot be run here (any more)."""
    try:
        return workflow.inputs_fingerprint(scenario_of(record))
    except InfraPlanError:
        return None  # a scenario of an older release, or on data that is gone


def result_path(workspace: Workspace, record: Record, key: str | None = None) -> Path | None:
    """Return the file of a saved scenario's result, or None when there is none for its present inputs.

    ``key`` is :func:`key_of` where it is known already; finding it reads the data.
    """
    key = key or key_of(record)
    if key is None:
        return None
    for kept in workspace.records("result"):
        if kept.document["scenario"] == record.id and kept.document["fingerprint"] == key:
            return workspace.file(kept, _FILE)
    if not (workspace.root / "jobs").is_dir():
        return None
    queue = Queue(workspace.root / "jobs")
    row = queue.row(key)
    path = queue.result_path(key)
    return path if row is not None and row.state == DONE and path.exists() else None
