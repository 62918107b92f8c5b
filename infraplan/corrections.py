"""Corrected positions of the workspace, laid over the catalogue's plans: for screens, files and reports alike.

Where no workspace was ever made nothing is corrected, and none is made by asking.
"""

from __future__ import annotations

from infraplan.settings import workspace_root
from infraplan.workspace import Record, Workspace, schema
from infraplan.workspace import entries as workspace_entries
from plans import corrections as plan_corrections
from plans.model import Correction, Plan

BASIS = plan_corrections.BASIS


def of(plan_id: str) -> tuple[Correction, ...]:
    """Return the newest correction of each project of a plan, in the order of the projects' ids."""
    if not (workspace_root() / schema.FILE_NAME).is_file():
        return ()
    found = workspace_entries.corrections(Workspace(), plan_id)
    return tuple(_correction(project, found[project]) for project in sorted(found))


def corrected(plan: Plan) -> Plan:
    """Return the plan with corrected positions; the same plan when there are none."""
    return plan_corrections.apply(plan, of(plan.id))


def _correction(project: str, record: Record) -> Correction:
    place = workspace_entries.position_of(record)
    return Correction(
        project=project,
        lon=place.lon,
        lat=place.lat,
        accuracy_m=place.accuracy_m,
        basis=place.basis,
        source=place.source,
        by=record.saved_by,
        at=record.saved_at,
        reason=record.document.get("reason"),
        version=record.version,
    )
