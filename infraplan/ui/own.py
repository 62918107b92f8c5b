"""What planners entered beside the catalogue: corrected positions and reported figures, laid over the plans.

The plans stay as they are; a corrected project says so in its basis and note.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from infraplan.workspace import Record, Workspace
from infraplan.workspace import entries as workspace_entries
from plans.model import Baseline, Plan, Project

#: The word that marks a position as somebody's correction.
BASIS = "corrected"


def corrections(plans: Sequence[str]) -> dict[str, Record]:
    """Return the newest correction of each project of these plans, by project."""
    workspace = Workspace()
    return {k: r for plan in plans for k, r in workspace_entries.corrections(workspace, plan).items()}


def corrected(plan: Plan) -> Plan:
    """Return the plan with corrected positions; the same plan when there are none."""
    known = corrections([plan.id])
    if not known:
        return plan
    return dataclasses.replace(plan, projects=tuple(_moved(p, known.get(p.id)) for p in plan.projects))


def _moved(project: Project, record: Record | None) -> Project:
    if record is None:
        return project
    place = workspace_entries.position_of(record)
    return dataclasses.replace(
        project,
        lon=place.lon,
        lat=place.lat,
        accuracy_m=place.accuracy_m,
        position_basis=BASIS,
        position_source=f"{place.source} · {record.saved_by}",
        geometry_type="line" if project.link_to else "point",
    )


def figures(plan: Plan) -> list[Baseline]:
    """Return the figures that planners reported for a plan's targets, as sure as they said they are."""
    found = []
    for record in Workspace().records("progress"):
        document = record.document
        target = plan.target_by_id.get(str(document["target"]))
        if document["plan"] != plan.id or target is None or document.get("value") is None:
            continue
        found.append(
            Baseline(
                line=0,
                id=record.id,
                region_adcode=target.region_adcode,
                category=target.category,
                indicator_zh=target.indicator_zh,
                indicator_en=target.indicator_en,
                date=str(document["date"]),
                value=document["value"],
                unit=target.unit or "count",
                qualifier="exact",
                counting_rule=str(document.get("counting_rule") or "unstated"),
                confidence=str(document.get("confidence") or "memory"),
                source=f"{document['source']} ({record.saved_by})",
                related_target=target.id,
                note_zh=None,
                note_en=None,
            )
        )
    return found
