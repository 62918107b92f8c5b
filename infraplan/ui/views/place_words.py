"""Why the map has no point for a project: as its own record says, never one reason for all."""

from __future__ import annotations

from infraplan.ui.i18n import texts
from plans.model import Project

_REASONS = {"region": "beyond_area", "city": "city_only"}


def why_not_on_map(project: Project) -> str:
    """Return the reason of a project that has neither a position nor a district."""
    return texts("cards")(_REASONS.get(project.position_basis, "no_place"))
