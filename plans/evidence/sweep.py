"""The completeness sweep: every number of a source text is accounted for, or reported.

A number is accounted for when it stands inside the phrase of a quantified target, of an entry of
``not_targets.csv`` or of a note on a corrupted passage, or is plainly a year, a date or the numbering of a
line. An entry of ``not_targets.csv`` whose reason says that it is a name (``technical_name``, ``slogan``,
``ordinal``, ``date``) covers every place where it occurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from geo.errors import Problem
from plans.evidence.spots import clause_at
from plans.model import Plan

NAMES = frozenset({"technical_name", "slogan", "ordinal", "date"})
_DIGITS = re.compile(r"[0-9\uff10-\uff19]+(?:[.\uff0e][0-9\uff10-\uff19]+)?")
_CHINESE = re.compile(
    r"(?<![第一二三四五六七八九十])[二三四五六七八九十两兩百]+(?=[个個座家所条條项項根台处處户戶])"
)
_PLAIN = (
    # a year, alone or in a range, and the days of a date
    re.compile(
        r"(?:19|20)\d\d(?:\s*[-—–~至]+\s*(?:19|20)\d\d)?\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?"
    ),
    re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}"),
    # the numbering of a line or of a sentence that follows a heading
    re.compile(r"^[\s(\uff08]*\d{1,2}(?=[.\uff0e、)\uff09])", re.MULTILINE),
)


def unaccounted_numbers(plan: Plan, text: str) -> Iterator[Problem]:
    """Every number of the source is in a target's phrase, listed as no target, or plainly a date or numbering."""
    covered = _covered(plan, text)
    for start, end in _numbers(text):
        if not any(a <= start and end <= b for a, b in covered):
            line = text[max(0, start - 18) : end + 18].replace("\n", " ")
            clause = clause_at(plan, start) or "-"
            yield Problem(
                "unaccounted_number",
                f"{plan.id} source offset {start} (clause {clause})",
                f"{text[start:end]!r} in …{line}… is neither in a target's phrase nor in not_targets.csv",
                f"…{line}…中的“{text[start:end]}”既不在指标原文中，也未列入 not_targets.csv",
            )


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each number of a text begins and ends: digits, and Chinese numerals before a measure word."""
    spans = [match.span() for pattern in (_DIGITS, _CHINESE) for match in pattern.finditer(text)]
    yield from sorted(spans)


def _covered(plan: Plan, text: str) -> list[tuple[int, int]]:
    spans = [(t.offset, t.offset + len(t.quote)) for t in plan.targets if t.quantified]
    spans += [(n.offset, n.offset + len(n.quote)) for n in plan.not_targets]
    # A note on a broken number accounts for it; a note on what a figure means does not.
    spans += [
        (n.offset, n.offset + len(n.quote))
        for n in plan.notes
        if n.kind == "corruption" and n.quote and n.offset is not None
    ]
    for item in plan.not_targets:
        if item.reason in NAMES:
            # 5G must not cover the 5 of 15G: no digit may stand directly beside the name
            pattern = re.compile(rf"(?<!\d){re.escape(item.quote)}(?!\d)")
            spans += [match.span() for match in pattern.finditer(text)]
    for pattern in _PLAIN:
        spans += [match.span() for match in pattern.finditer(text)]
    return spans
