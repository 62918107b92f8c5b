"""Candidate targets: each figure of a text with its phrase, unit, qualifier, deadline and clause."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from typing import Any

from plans.extract.headings import Heading, path_at
from plans.extract.simplify import simplified
from plans.units import OTHER, WORDS, Quantity, quantities

_BOUNDS = ",。;:、!?\n\t()[]〔〕【】“”" + "\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09"
_SENTENCE = re.compile(r"[。\n;\uff1b]")
_DEADLINE = re.compile(r"(?:到|至|截至|截止至)?\s*20\d\d\s*年(?:底前|末|底|前)?")
_ASIDE = re.compile(r"[(\uff08][^()\uff08\uff09\n。]*[)\uff09]\Z")
LONGEST_ASIDE = 24
_ASPIRES = re.compile(r"力争|力爭|争取|爭取")
_NATURES = (
    ("cumulative", re.compile(r"累计|累計")),
    ("annual", re.compile(r"年均|平均每年|每年")),
    ("new", re.compile(r"新建|新增|新开工")),
)
# Words that make a figure a condition, a grant or a name instead of a promise.
_NO_TARGET = (
    ("document_number", re.compile(r"[〔\[]\s*20\d\d\s*[〕\]]?\s*\d*\s*号?$|^〔?\d+号")),
    ("threshold", re.compile(r"以上的?(?:企业|项目)|税收|营收达|认定|[二三四五六]级的|级的软件")),
    ("grant", re.compile(r"奖励|补助|补贴|奖补|资助")),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure that may be a target: the row a person completes, and why it may be none."""

    quantity: Quantity
    row: dict[str, Any]
    doubt: str  # a code of the vocabulary not_target_reason, "" when it reads like a promise


def figures(text: str, headings: list[Heading], region: str) -> list[Candidate]:
    """Return a candidate for each figure of a text that is neither a year nor the numbering of a line."""
    found = []
    for quantity in quantities(text):
        if not _is_date_or_mark(text, quantity):
            found.append(_candidate(text, quantity, headings, region))
    return found


def _is_date_or_mark(text: str, quantity: Quantity) -> bool:
    before, after = text[: quantity.start], text[quantity.end :]
    year = quantity.unit in (None, "year") and 1900 <= quantity.value <= 2100
    iso = bool(re.search(r"\d{4}-(?:\d{2}-)?$", before)) or bool(re.match(r"-\d{2}", after))
    line = before.rsplit("\n", 1)[-1].strip()
    mark = not line and bool(re.match(r"[.、\uff0e]", after))
    day = quantity.unit is None and bool(re.match(r"\s*[月日]", after))
    return year or mark or day or iso


def _candidate(text: str, quantity: Quantity, headings: list[Heading], region: str) -> Candidate:
    start, end = _phrase(text, quantity)
    quote = text[start:end]
    sentence_start = max((m.end() for m in _SENTENCE.finditer(text, 0, start)), default=0)
    sentence = text[sentence_start:end]
    deadline, basis = _deadline(text, sentence_start, end)
    doubt = _doubt(text, quote, quantity)
    percent = quantity.unit in ("percent", "PUE", "ratio", "percentage_point")
    plain = simplified(quote)
    clause = path_at(headings, start)
    title = next((heading.title for heading in headings if heading.path == clause), "")
    return Candidate(
        quantity=quantity,
        doubt=doubt,
        row={
            "category": category(plain) or category(simplified(title)) or "other",
            "indicator_zh": plain,
            "value": quantity.value,
            "unit": "PUE" if quantity.unit is None and "PUE" in quote else _unit(quantity),
            "counter_zh": simplified(quantity.counter),
            "qualifier": quantity.qualifier,
            "aspirational": "yes" if _ASPIRES.search(sentence) else "no",
            "nature": next(
                (code for code, pattern in _NATURES if pattern.search(quote)),
                "level" if percent else "ambiguous",
            ),
            "deadline_year": re.search(r"20\d\d", deadline)[0] if deadline else "",  # type: ignore[index]
            "deadline_basis": basis,
            "deadline_text": deadline if basis == "stated" else "",
            "region_adcode": region,
            "quantified": "yes",
            "clause": clause,
            "quote": quote,
            "offset": start,
        },
    )


def category(text: str) -> str:
    """Return the category whose longest hint stands in a simplified text, ``""`` when none does."""
    found = [(len(word), code) for word, code in _hints() if word in text]
    return max(found, key=lambda item: item[0])[1] if found else ""


def _phrase(text: str, quantity: Quantity) -> tuple[int, int]:
    """Return the stretch between punctuation marks that holds the figure, without blanks at its ends."""
    start, end = quantity.start, quantity.end
    while start > 0:
        aside = _ASIDE.search(text, max(0, start - LONGEST_ASIDE), start)
        if aside:
            start = aside.start()  # PUE(电源使用效率)值: a bracket inside a phrase does not begin it
        elif text[start - 1] not in _BOUNDS:
            start -= 1
        else:
            break
    while end < len(text) and text[end] not in _BOUNDS:
        end += 1
    while start < quantity.start and text[start].isspace():
        start += 1
    while end > quantity.end and text[end - 1].isspace():
        end -= 1
    return start, end


def _unit(quantity: Quantity) -> str:
    return "" if quantity.unit in (None, OTHER) else str(quantity.unit)


def _deadline(text: str, sentence_start: int, end: int) -> tuple[str, str]:
    """Return the last date before the phrase's end: in its sentence (stated), else in its paragraph."""
    stated = list(_DEADLINE.finditer(text, sentence_start, end))
    if stated:
        return stated[-1][0].strip(), "stated"
    paragraph = text.rfind("\n", 0, sentence_start) + 1
    earlier = [m for m in _DEADLINE.finditer(text, paragraph, sentence_start) if m[0][0] in "到至截"]
    return (earlier[-1][0].strip(), "inferred") if earlier else ("", "none")


def _doubt(text: str, quote: str, quantity: Quantity) -> str:
    written = text[quantity.start : quantity.end]
    if quantity.unit is None and "PUE" not in quote:
        return "background"  # a bare number states no promise
    if quantity.unit == "year":
        return "background"  # a span of time, as in 三年行动计划
    if written[0] == "一":
        return "slogan"  # 一张图, 一站式
    if quantity.unit == OTHER:
        return "frequency" if "Hz" in quantity.counter else "technical_name"
    around = text[max(0, quantity.start - 8) : quantity.end + 2]
    if re.search(r"[〔\[]\s*$", text[: quantity.start]) or re.match(r"\s*[号號]", text[quantity.end :]):
        return "document_number"
    for code, pattern in _NO_TARGET:
        if pattern.search(quote) or (code == "document_number" and pattern.search(around)):
            return code
    return ""


@functools.cache
def _hints() -> tuple[tuple[str, str], ...]:
    with (WORDS / "category_hints.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((row["word"], row["category"]) for row in csv.DictReader(stream))
