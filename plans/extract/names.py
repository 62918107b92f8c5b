"""Candidate projects and places: what a text names with an ending such as 平台, 产业园, 实验室 or 枢纽.

Lists are split ("光谱、猎桥、裕丰三座变电站" and "智慧商圈、智慧旅游等项目" give one row each), the verb in front is
dropped, and each name keeps its phrase and offset.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from typing import Any

from plans.extract.figures import category
from plans.extract.headings import Heading, path_at
from plans.extract.simplify import simplified
from plans.units import WORDS

_STOPS = re.compile(r"[,。;:!?\n\uff0c\uff1b\uff1a\uff01\uff1f]+")
# "…等项目": what is listed before is named by what follows, whatever its own ending
_AND_SO_ON = re.compile(r"等(?:重大|重点|重點|一批|\d*[A-Za-z]*)?([^、,。;\uff0c\uff1b等级級]{2,12})$")
_GENERIC = re.compile(r"^(一批|若干|各类|各類|相关|相關|重大|重点|重點|有关|全市|全区)")
SHORTEST, LONGEST = 3, 40


@dataclass(frozen=True, slots=True)
class Name:
    """A candidate project: the row a person completes."""

    row: dict[str, Any]


def names(text: str, headings: list[Heading], region: str) -> list[Name]:
    """Return the candidate projects of a text in their order, each phrase once a clause."""
    found: list[Name] = []
    seen: set[tuple[str, str]] = set()
    for start, end in _segments(text):
        segment = text[start:end]
        tail = _AND_SO_ON.search(segment)
        shared = _ending(tail[1]) if tail else None
        if shared and tail:
            segment = segment[: tail.start()]
        for name, offset in _listed(segment, start):
            ending = _ending(name) or shared
            if ending is None or not SHORTEST <= len(name) <= LONGEST:
                continue
            clause = path_at(headings, offset)
            if (clause, name) not in seen:
                seen.add((clause, name))
                found.append(Name(_row(name, offset, clause, ending, region)))
    return found


def _row(name: str, offset: int, clause: str, kind: str, region: str) -> dict[str, Any]:
    plain = simplified(name)
    return {
        "name_zh": plain.strip("“”"),
        "category": category(plain) or "other",
        "kind": "generic" if _GENERIC.match(plain) else kind,
        "adcode": region,
        "position_basis": "city",
        "geometry_type": "city",
        "clause": clause,
        "quote": name,
        "offset": offset,
    }


def _segments(text: str) -> list[tuple[int, int]]:
    """Return the stretches between punctuation marks; a full stop inside quotation marks does not end one."""
    spans, start = [], 0
    for match in _STOPS.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if b > a]


def _listed(segment: str, start: int) -> list[tuple[str, int]]:
    """Split a list at 、 outside quotation marks and brackets; drop the verb before each part."""
    parts: list[tuple[str, int]] = []
    depth = position = 0
    for index, char in enumerate(segment):
        depth += (char in "“(\uff08《") - (char in "”)\uff09》")
        both = char in "和及与與" and depth <= 0 and _ending(segment[position:index]) is not None
        if (char == "、" and depth <= 0) or both:
            parts.append((segment[position:index], start + position))
            position = index + 1
    parts.append((segment[position:], start + position))
    return [_without_verb(part, offset) for part, offset in parts if part.strip()]


def _without_verb(part: str, offset: int) -> tuple[str, int]:
    """Drop blanks, numbering and leading verbs from a part; its offset moves along."""
    while True:
        kept = part.lstrip(" \t\u3000\xa0")
        kept = re.sub(r"^(?:\d+[.\uff0e]\s*|[(\uff08][一二三四五六七八九十]+[)\uff09])", "", kept)
        verb = next((verb for verb in _verbs() if kept.startswith(verb) and len(kept) > len(verb) + 2), "")
        kept = kept[len(verb) :]
        if kept == part:
            return part.rstrip(), offset
        offset += len(part) - len(kept)
        part = kept


def _ending(name: str) -> str | None:
    """Return the kind of the longest ending that a name has, None when it has none."""
    plain = simplified(re.sub(r"[(\uff08][^)\uff09]*[)\uff09]$|建[设設]$", "", name.strip()).strip("”》"))
    return next((kind for ending, kind in _endings() if plain.endswith(ending)), None)


@functools.cache
def _verbs() -> tuple[str, ...]:
    with (WORDS / "leading_verbs.csv").open(encoding="utf-8", newline="") as stream:
        simplified_verbs = [row["word"] for row in csv.DictReader(stream)]
    from opencc import OpenCC

    traditional = OpenCC("s2t")
    both = {*simplified_verbs, *(str(traditional.convert(verb)) for verb in simplified_verbs)}
    return tuple(sorted(both, key=lambda verb: (-len(verb), verb)))


@functools.cache
def _endings() -> tuple[tuple[str, str], ...]:
    with (WORDS / "name_endings.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["ending"], row["kind"]) for row in csv.DictReader(stream)]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))
