"""What planners entered beside the catalogue: corrected positions and reported figures, laid over the plans.

The plans stay as they are; a corrected project says so in its basis and note.
"""

from __future__ import annotations

from infraplan.corrections import BASIS, corrected
from infraplan.workspace import Workspace
from plans.model import Baseline, Plan

__all__ = ["BASIS", "corrected", "figures"]


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
