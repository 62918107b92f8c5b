"""Proving the catalogue against the documents: each phrase at its offset, each figure in its phrase.

The source texts are not part of the product; whoever holds them points :func:`check_sources` at their folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import InfraPlanError, Problem
from plans.extract.bodies import expand
from plans.model import Plan, Target
from plans.places_in_text import PARENTHESES, clause_at, clause_label, clause_span
from plans.sweep import unaccounted_numbers
from plans.units import qualifier_words, quantities


@dataclass(frozen=True, slots=True)
class Quoted:
    """A phrase that must stand in the source exactly at its offset."""

    where: str
    column: str
    quote: str
    offset: int | None
    clause: str | None


def check_sources(plan: Plan, sources_dir: Path) -> list[Problem]:
    """Return every way in which a plan disagrees with its source text.

    Parameters
    ----------
    plan : Plan
        The plan as loaded.
    sources_dir : Path
        The folder that holds ``plan.source_file``.

    Raises
    ------
    InfraPlanError
        When the folder does not exist.
    """
    if not sources_dir.is_dir():
        raise InfraPlanError(
            f"the folder of sources {sources_dir} does not exist; name the folder that holds the source texts",
            f"原文目录 {sources_dir} 不存在；请指定存放原文文本的目录",
        )
    text, problems = read_source(plan, sources_dir)
    if text is None:
        return problems
    for check in (
        phrases,
        clause_marks,
        figures,
        qualifiers,
        deadlines,
        named_bodies,
        stated_header,
        unaccounted_numbers,
    ):
        problems.extend(check(plan, text))
    return problems


def read_source(plan: Plan, sources_dir: Path) -> tuple[str | None, list[Problem]]:
    """Return the source text (None when it cannot be read) and what is wrong with the file."""
    where = f"{plan.id}/plan.yaml"
    path = sources_dir / plan.source_file
    if not path.is_file():
        return None, [
            Problem(
                "source_file",
                where,
                f"{plan.source_file} is not in {sources_dir}",
                f"原文文件 {plan.source_file} 不存在",
            )
        ]
    data = path.read_bytes()
    problems = []
    digest = hashlib.sha256(data).hexdigest()
    if digest != plan.source_sha256:
        problems.append(
            Problem(
                "source_sha256",
                where,
                f"the source file has SHA-256 {digest}, the plan was read from {plan.source_sha256}",
                f"原文文件校验值为 {digest}，与登记的 {plan.source_sha256} 不一致",
            )
        )
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None, [
            *problems,
            Problem("source_encoding", where, "the source file is not UTF-8", "原文文件不是 UTF-8"),
        ]
    if len(text) != plan.source_characters:
        problems.append(
            Problem(
                "source_characters",
                where,
                f"the source text has {len(text)} characters, recorded are {plan.source_characters}",
                f"原文共 {len(text)} 个字符，登记为 {plan.source_characters}",
            )
        )
    return text, problems


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


def all_offsets(text: str, phrase: str) -> list[int]:
    """Return every offset at which a phrase stands in a text."""
    offsets, start = [], text.find(phrase)
    while start >= 0:
        offsets.append(start)
        start = text.find(phrase, start + 1)
    return offsets


def _squeeze(text: str) -> str:
    plain = text.translate(PARENTHESES | {0x2014: "-", 0x2013: "-", 0xFF1A: ":"})
    return "".join(plain.split())


def _where(target: Target) -> str:
    return f"{target.plan}/targets.csv:{target.line}"
