"""Positions that people corrected, laid over a plan: the catalogue stays as it is, and each moved project says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable

from plans.model import Correction, Plan, Project
from plans.vocabulary import label

#: The word that marks a position as somebody's correction; no row of the catalogue has it.
BASIS = "corrected"


def apply(plan: Plan, corrections: Iterable[Correction]) -> Plan:
    """Return the plan with these positions; corrections of projects that it does not have are left out.

    A moved project says who moved it in its source; ``Plan.corrections`` keeps the whole of it.
    """
    known = {item.project: item for item in corrections}
    kept = tuple(known[p.id] for p in plan.projects if p.id in known)
    if not kept:
        return plan
    moved = tuple(_moved(p, known[p.id]) if p.id in known else p for p in plan.projects)
    return dataclasses.replace(plan, projects=moved, corrections=kept)


def nameless(plan: Plan) -> Plan:
    """Return the plan without the names of those who corrected positions, for what is published."""
    bare = [dataclasses.replace(item, by="", reason=None) for item in plan.corrections]
    return apply(plan, bare)


def words(basis: str, lang: str) -> str:
    """Return what the basis of a position is called in ``lang``."""
    if basis == BASIS:
        return "人工更正" if lang == "zh" else "corrected by hand"
    return label("position_basis", basis, lang)


def note(plan: Plan, among: Collection[str] | None = None) -> tuple[str, str]:
    """Return how many positions (of the projects with these ids) people corrected: Chinese, English; empty: none."""
    n = sum(among is None or item.project in among for item in plan.corrections)
    if not n:
        return "", ""
    were = "positions of projects were" if n > 1 else "position of a project was"
    return (
        f"规划项目中有{n}项位置为人工更正,来源随各项注明。",
        f"{n} {were} corrected by hand; each says from what.",
    )


def _moved(project: Project, correction: Correction) -> Project:
    return dataclasses.replace(
        project,
        lon=correction.lon,
        lat=correction.lat,
        accuracy_m=correction.accuracy_m,
        position_basis=BASIS,
        position_source=" · ".join(filter(None, (correction.source, correction.by))),
        geometry_type="line" if project.link_to else "point",
    )
