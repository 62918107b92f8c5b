"""Saved scenarios and their results: what the screens save is what the server publishes and the exporters read."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import InfraPlanError
from infraplan import disk, packing, workflow
from infraplan.jobs.store import DONE, Queue
from infraplan.workspace import ConflictError, Record, Workspace
from scenarios import load
from scenarios.model import Allocation, Scenario

_FILE = "allocation.zip"
#: So often is a result saved again when others were quicker.
_MOST_TRIES = 8


def scenario_of(record: Record) -> Scenario:
    """Return the scenario that a record holds.

    Raises
    ------
    DataError
        When this release cannot read it, with every problem.
    """
    return load.of_document(record.document, record.id)


def keep_result(workspace: Workspace, record: Record, allocation: Allocation, *, by: str) -> Record:
    """Save the result of a saved scenario beside it; the same result again makes no new version.

    Several may look at one scenario at once: who is later finds the result kept, or keeps it over the one that was.
    """
    document = {
        "scenario": record.id,
        "scenario_version": record.version,
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "title_zh": record.title,
    }
    known = _kept(workspace, record)
    if known is not None and _holds(workspace, known, document):
        return known
    path = workspace.root / "staging" / f"{allocation.fingerprint}-{secrets.token_hex(8)}.zip"
    try:
        packing.pack(allocation, path)
        return _saved(workspace, record, document, path, by)
    except OSError as error:
        en, zh = disk.said(error)
        raise InfraPlanError(f"the result could not be kept: {en}", f"计算结果未能保存:{zh}") from error
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _saved(workspace: Workspace, record: Record, document: dict[str, Any], path: Path, by: str) -> Record:
    name = record.id  # one name for all, so that who is later meets what the other kept
    for left in reversed(range(_MOST_TRIES)):
        known = _kept(workspace, record)
        if known is not None and _holds(workspace, known, document):
            return known  # somebody was quicker
        try:
            return workspace.save(
                "result",
                known.id if known else name,
                document,
                by=by,
                base_version=known.version if known else None,
                title=record.title,
                files={_FILE: path},
            )
        except ConflictError:
            if not left:
                raise
            if _kept(workspace, record) is None:  # the name is another's
                name = workspace.new_id("result", record.id)
    raise AssertionError("unreachable")


def _kept(workspace: Workspace, record: Record) -> Record | None:
    """Return the result that is kept beside a scenario."""
    return next((r for r in workspace.records("result") if r.document["scenario"] == record.id), None)


def _holds(workspace: Workspace, kept: Record, document: dict[str, Any]) -> bool:
    """Return whether a record is of the same result, and its file is whole."""
    try:
        return dict(kept.document) == document and workspace.file(kept, _FILE).is_file()
    except InfraPlanError:
        return False  # lost or cut short: kept again


@dataclass(frozen=True, slots=True)
class Found:
    """Where a saved scenario's result is; ``current``: whether a run of today would read the same."""

    path: Path
    current: bool


def result_of(workspace: Workspace, record: Record) -> Allocation | None:
    """Return the result of a saved scenario (see :func:`find_result`), or None when nobody has run it.

    Raises
    ------
    InfraPlanError
        When the file was written by a release whose results this one cannot read.
    """
    found = find_result(workspace, record)
    if found is None:
        return None
    value = packing.unpack(found.path)
    return value if isinstance(value, Allocation) else None


def key_of(record: Record) -> str | None:
    """Return the fingerprint that a run of a saved scenario has, or None when it cannot be run here (any more)."""
    try:
        return workflow.inputs_fingerprint(scenario_of(record))
    except InfraPlanError:
        return None  # a scenario of an older release, or on data that is gone


def find_result(workspace: Workspace, record: Record, key: str | None = None) -> Found | None:
    """Return where the result of a saved scenario is, or None when there is none.

    First a result of today's inputs counts, kept or left by a job; else the one that was kept last for this version
    of the scenario, made from earlier data or by an earlier engine. ``key`` is :func:`key_of` where it is known
    already; finding it reads the data.
    """
    key = key or key_of(record)
    kept = [r for r in workspace.records("result") if r.document["scenario"] == record.id]
    for result in kept:
        if result.document["fingerprint"] == key:
            return Found(workspace.file(result, _FILE), True)
    if key is not None and (workspace.root / "jobs").is_dir():
        queue = Queue(workspace.root / "jobs")
        row, path = queue.row(key), queue.result_path(key)
        if row is not None and row.state == DONE and path.exists():
            return Found(path, True)
    for result in kept:
        if result.document["scenario_version"] == record.version:
            return Found(workspace.file(result, _FILE), False)
    return None
