"""Checks of phrases: each stands in the source exactly at its offset, inside its clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geo.errors import Problem
from plans.evidence.spots import all_offsets, clause_at
from plans.model import Plan


@dataclass(frozen=True, slots=True)
class Quoted:
    """A phrase that must stand in the source exactly at its offset."""

    where: str
    column: str
    quote: str
    offset: int | None
    clause: str | None


def phrases(plan: Plan, text: str) -> Iterator[Problem]:
    """Each quoted phrase is an exact substring of the source at its offset, inside its clause."""
    for item in _quoted(plan):
        if item.offset is None or text[item.offset : item.offset + len(item.quote)] != item.quote:
            yield _misplaced(item, text)
            continue
        found = clause_at(plan, item.offset)
        if item.clause is not None and found is not None and not _inside(plan, item, found):
            yield Problem(
                "phrase_clause",
                item.where,
                f"{item.column} {item.quote!r} stands in clause {found}, not in {item.clause}",
                f"“{item.quote}”位于条款 {found}，而非 {item.clause}",
            )


def _quoted(plan: Plan) -> Iterator[Quoted]:
    for clause in plan.clauses:
        if clause.responsible_quote:
            yield Quoted(
                f"{plan.id}/clauses.csv:{clause.line}",
                "responsible_quote",
                clause.responsible_quote,
                clause.responsible_offset,
                clause.clause,
            )
    for name, rows in (
        ("targets", plan.targets),
        ("projects", plan.projects),
        ("not_targets", plan.not_targets),
    ):
        for row in rows:
            yield Quoted(f"{plan.id}/{name}.csv:{row.line}", "quote", row.quote, row.offset, row.clause)
    for position, note in enumerate(plan.notes, start=1):
        if note.quote:
            yield Quoted(f"{plan.id}/plan.yaml notes [{position}]", "quote", note.quote, note.offset, None)


def _misplaced(item: Quoted, text: str) -> Problem:
    offsets = all_offsets(text, item.quote)
    if not offsets:
        return Problem(
            "phrase",
            item.where,
            f"{item.column} {item.quote!r} is not in the source",
            f"原文中没有“{item.quote}”",
        )
    found = ", ".join(map(str, offsets[:8]))
    return Problem(
        "phrase",
        item.where,
        f"{item.column} {item.quote!r} is not at offset {item.offset}; it stands at {found}",
        f"“{item.quote}”不在位置 {item.offset}；实际位置为 {found}",
    )


def _inside(plan: Plan, item: Quoted, found: str) -> bool:
    return item.clause == found or (
        (item.clause or "") in plan.clause_by_path and found.startswith(item.clause or "")
    )
