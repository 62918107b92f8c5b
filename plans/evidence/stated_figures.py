"""Checks of what phrases state: figures, qualifiers, deadlines, and whether the text only aspires."""

from __future__ import annotations

import re
from collections.abc import Iterator

from geo.errors import Problem
from plans.evidence.spots import clause_span
from plans.model import Plan, Target
from plans.units import qualifier_words, quantities

_ASPIRES = re.compile(r"力争|力爭|争取|爭取|争创|爭創|努力")
_SENTENCE_END = re.compile(r"[。;\n\uff1b]")
_PHRASE_END = re.compile(r"[。;\n\uff1b,\uff0c]")


def figures(plan: Plan, text: str) -> Iterator[Problem]:
    """The figure in the phrase of each quantified target parses to the stored value and unit."""
    for target in plan.targets:
        if target.value is None:
            continue
        read = quantities(target.quote)
        if not any(q.matches(target.value, target.unit) for q in read):
            stated = ", ".join(f"{q.value} {q.unit or ''}".strip() for q in read) or "none"
            yield Problem(
                "figure",
                _where(target),
                f"{target.id}: stored are {target.value} {target.unit}, the phrase {target.quote!r} states {stated}",
                f"{target.id}：登记为 {target.value} {target.unit}，原文“{target.quote}”中的数字为 {stated}",
            )


def qualifiers(plan: Plan, text: str) -> Iterator[Problem]:
    """The qualifier of each quantified target is the one its phrase states."""
    for target in plan.targets:
        if target.value is None:
            continue
        stated = {q.qualifier for q in quantities(target.quote) if q.matches(target.value, target.unit)}
        code = target.qualifier
        if code in (">", ">=", "<", "<=", "~"):
            right = code in stated or any(word in target.quote for word in qualifier_words(code))
        else:
            right = not stated or "exact" in stated
        if not right:
            yield Problem(
                "qualifier",
                _where(target),
                f"{target.id}: stored is {code!r}, the phrase {target.quote!r} states {', '.join(sorted(stated))}",
                f"{target.id}：登记的限定词为 {code}，原文“{target.quote}”为 {'、'.join(sorted(stated))}",
            )


def deadlines(plan: Plan, text: str) -> Iterator[Problem]:
    """The words that state a deadline stand in the source, name the year, and stand where they can govern."""
    for target in plan.targets:
        words = target.deadline_text
        if not words:
            continue
        if words not in text:
            yield Problem(
                "deadline_text",
                _where(target),
                f"{target.id}: {words!r} is not in the source",
                f"{target.id}：原文中没有“{words}”",
            )
            continue
        if target.deadline_basis != "stated":
            continue
        start, end = clause_span(plan, target.clause, len(text))
        if words not in text[start:end]:
            yield Problem(
                "deadline_text",
                _where(target),
                f"{target.id}: {words!r} is not in clause {target.clause}; a deadline from elsewhere is inferred",
                f"{target.id}：“{words}”不在条款 {target.clause} 内；据他处推定的期限应标为推定",
            )
        if target.deadline_year is not None and str(target.deadline_year) not in words:
            yield Problem(
                "deadline_text",
                _where(target),
                f"{target.id}: {words!r} does not name {target.deadline_year}",
                f"{target.id}：“{words}”未写明 {target.deadline_year} 年",
            )


def aspirations(plan: Plan, text: str) -> Iterator[Problem]:
    """A target is marked as aspirational where its sentence says 力争, 争取 or the like, and only there."""
    for target in plan.targets:
        end = target.offset + len(target.quote)
        sentence = text[_after_last(_SENTENCE_END, text, target.offset) : end]
        phrase = text[_after_last(_PHRASE_END, text, target.offset) : end]
        if (target.aspirational and not _ASPIRES.search(sentence)) or (
            not target.aspirational and _ASPIRES.search(phrase)
        ):
            yield Problem(
                "aspirations",
                _where(target),
                f"{target.id}: aspirational is {target.aspirational}, the text says {sentence!r}",
                f"{target.id}：力争性表述登记为“{'是' if target.aspirational else '否'}”，原文为“{sentence}”",
            )


def _after_last(pattern: re.Pattern[str], text: str, before: int) -> int:
    return max((match.end() for match in pattern.finditer(text, 0, before)), default=0)


def _where(target: Target) -> str:
    return f"{target.plan}/targets.csv:{target.line}"
