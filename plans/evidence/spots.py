"""Where clauses stand in a source text: spans, and the numbering mark with which a clause begins."""

from __future__ import annotations

import re

from plans.model import Plan

PARENTHESES = {0xFF08: "(", 0xFF09: ")"}  # full-width ones, as some texts have them
_MARKS = re.compile(r"\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+|\d+")


def clause_parts(path: str) -> list[str]:
    """Return the numbering marks of a clause path; empty for a path that is a word (标题, 前言).

    Examples
    --------
    >>> clause_parts("二(一)1"), clause_parts("标题")
    (['二', '(一)', '1'], [])
    """
    plain = path.translate(PARENTHESES)
    parts = _MARKS.findall(plain)
    return parts if "".join(parts) == plain else []


def clause_label(path: str) -> str:
    """Return the last numbering mark of a path, ``""`` when it has none."""
    parts = clause_parts(path)
    return parts[-1] if parts else ""


def clause_at(plan: Plan, offset: int) -> str | None:
    """Return the innermost clause in which an offset lies; None before the first clause."""
    before = [clause for clause in plan.clauses if clause.offset <= offset]
    return max(before, key=lambda clause: (clause.offset, len(clause.clause))).clause if before else None


def clause_span(plan: Plan, path: str, length: int) -> tuple[int, int]:
    """Return where a clause with everything below it begins and ends; the whole text for an unknown path."""
    clause = plan.clause_by_path.get(path)
    if clause is None:
        return 0, length
    later = [c.offset for c in plan.clauses if c.offset > clause.offset and not c.clause.startswith(path)]
    return clause.offset, min(later, default=length)


def all_offsets(text: str, phrase: str) -> list[int]:
    """Return every offset at which a phrase stands in a text."""
    offsets, start = [], text.find(phrase)
    while start >= 0:
        offsets.append(start)
        start = text.find(phrase, start + 1)
    return offsets
