"""What planners entered beside the catalogue: corrected positions and reported figures, laid over the plans.

The plans stay as they are; a corrected project says so in its basis and note.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from infraplan.workspace import Workspace
from plans.model import Baseline, Plan

#: The word that marks a position as somebody's correction.
BASIS = "corrected"


def corrections() -> dict[str, Mapping[str, Any]]:
    """Return the newest correction of each project, by project."""
    found: dict[str, Mapping[str, Any]] = {}
    for record in Workspace().records("correction"):
        found.setdefault(str(record.document["project"]), {**record.document, "by": record.saved_by})
    return found


def corrected(plan: Plan, known: Mapping[str, Mapping[str, Any]] | None = None) -> Plan:
    """Return the plan with corrected positions; the same plan when there are none."""
    known = corrections() if known is None else known
    if not any(p.id in known for p in plan.projects):
        return plan
    projects = tuple(
        dataclasses.replace(
            p,
            lon=float(known[p.id]["lon"]),
            lat=float(known[p.id]["lat"]),
            accuracy_m=float(known[p.id]["accuracy_m"]),
            position_basis=BASIS,
            position_source=f"{known[p.id]['basis']} · {known[p.id]['by']}",
            geometry_type="line" if p.link_to else "point",
        )
        if p.id in known
        else p
        for p in plan.projects
    )
    return dataclasses.replace(plan, projects=projects)


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
