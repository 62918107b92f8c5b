"""The clauses of a document: its numbered headings (一、 / (一) / 1.) with paths such as 二(一)1."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEVELS = (
    re.compile(r"([一二三四五六七八九十]+)、"),
    re.compile(r"([(\uff08][一二三四五六七八九十]+[)\uff09])"),
    re.compile(r"(\d{1,2})[.、\uff0e](?!\d)"),
)
_TITLE_END = re.compile(r"[。\n:\uff1a]")
LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered clause: its path, its title, where it begins and where the next one does."""

    path: str
    title: str
    offset: int
    end: int


def headings(text: str) -> list[Heading]:
    """Return the numbered clauses of a text in their order.

    A mark counts only at the beginning of a line. Numbers that run on over sections keep their value (Guangzhou's
    tasks run from 1 to 20 over three sections), so paths are unique wherever the document's numbering is.

    Examples
    --------
    >>> [h.path for h in headings("一、总体要求\\n(一)目标。到2022年\\n二、任务\\n1. 5G网络\\n2.光网")]
    ['一', '一(一)', '二', '二1', '二2']
    """
    found: list[tuple[str, str, int]] = []
    parts = ["", "", ""]
    position = 0
    for line in text.split("\n"):
        body = line.lstrip()
        offset = position + len(line) - len(body)
        position += len(line) + 1
        for level, pattern in enumerate(_LEVELS):
            match = pattern.match(body)
            if match:
                mark = match[1].replace("\uff08", "(").replace("\uff09", ")")
                parts[level:] = [mark] + [""] * (2 - level)
                title = _TITLE_END.split(body[match.end() :].strip(), maxsplit=1)[0]
                found.append(("".join(parts), title[:LONGEST_TITLE].strip(), offset))
                break
    ends = [*(offset for _, _, offset in found[1:]), len(text)][: len(found)]
    return [Heading(path, title, offset, end) for (path, title, offset), end in zip(found, ends, strict=True)]


def path_at(found: list[Heading], offset: int) -> str:
    """Return the path of the clause in which an offset lies, ``""`` before the first."""
    path = ""
    for heading in found:
        if heading.offset > offset:
            break
        path = heading.path
    return path
