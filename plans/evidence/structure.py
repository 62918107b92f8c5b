"""Checks of the document as a whole: its clauses, who answers for them, its title and number."""

from __future__ import annotations

from collections.abc import Iterator

from geo.errors import Problem
from plans.evidence.spots import PARENTHESES, clause_label
from plans.extract.bodies import expand
from plans.extract.headings import headings
from plans.model import Plan


def clause_marks(plan: Plan, text: str) -> Iterator[Problem]:
    """Each clause begins in the source with the last part of its path (一, (一), 1)."""
    for clause in plan.clauses:
        label = clause_label(clause.clause)
        start = text[clause.offset : clause.offset + 12].lstrip()
        if label and not start.translate(PARENTHESES).startswith((label, "——")):
            yield Problem(
                "clause_mark",
                f"{plan.id}/clauses.csv:{clause.line}",
                f"clause {clause.clause} should begin with {label!r}; at {clause.offset} stands {start!r}",
                f"条款 {clause.clause} 应以“{label}”开头；位置 {clause.offset} 处为“{start}”",
            )


def clauses_are_complete(plan: Plan, text: str) -> Iterator[Problem]:
    """Each numbered heading of the source is a clause of the catalogue, or has clauses below it that are."""
    listed = {clause.clause for clause in plan.clauses}
    for heading in headings(text):
        if heading.path not in listed and not any(path.startswith(heading.path) for path in listed):
            yield Problem(
                "clauses_are_complete",
                f"{plan.id}/clauses.csv",
                f"clause {heading.path} {heading.title!r} at {heading.offset} is not listed",
                f"缺少条款 {heading.path}“{heading.title}”（位置 {heading.offset}）",
            )


def named_bodies(plan: Plan, text: str) -> Iterator[Problem]:
    """Each body that the words of a clause name is recorded as responsible for it, and the named lead as lead."""
    known: dict[str, set[str]] = {}
    for body in plan.bodies:
        for name in (body.name_zh, *body.aliases):
            known.setdefault(name, set()).add(body.id)
    for clause in plan.clauses:
        for named in expand(clause.responsible_quote or ""):
            ids = known.get(named.name, set()) | known.get(named.written, set())
            recorded = clause.lead if named.lead else clause.responsible
            if not named.collective and not ids & set(recorded):
                yield Problem(
                    "named_bodies",
                    f"{plan.id}/clauses.csv:{clause.line}",
                    f"clause {clause.clause}: {named.written!r} ({named.name}) is not recorded"
                    + (" as lead" if named.lead else " as responsible"),
                    f"条款 {clause.clause}：“{named.written}”（{named.name}）"
                    f"未登记为{'牵头' if named.lead else '责任'}单位",
                )


def stated_header(plan: Plan, text: str) -> Iterator[Problem]:
    """A title or document number that is said to be stated does stand in the source, and the other way round."""
    squeezed = _squeeze(text)
    where = f"{plan.id}/plan.yaml"
    for key, value, stated in (
        ("title_zh", plan.title_zh, plan.title_stated),
        ("document_number", plan.document_number, plan.document_number_stated),
    ):
        present = bool(value) and _squeeze(value or "") in squeezed
        if stated and not present:
            yield Problem(
                "stated", where, f"{key} {value!r} is not in the source", f"原文中没有 {key}“{value}”"
            )
        if not stated and present:
            yield Problem(
                "stated",
                where,
                f"{key} {value!r} is in the source after all",
                f"原文载有 {key}“{value}”，应标为已载明",
            )


def _squeeze(text: str) -> str:
    plain = text.translate(PARENTHESES | {0x2014: "-", 0x2013: "-", 0xFF1A: ":"})
    return "".join(plain.split())
