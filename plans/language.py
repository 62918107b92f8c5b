"""Is a Chinese text simplified, in script and in vocabulary?"""

from __future__ import annotations

import csv
import functools
import re

from plans.units import WORDS

_HAN = re.compile(r"[㐀-鿿]")
# Simplified characters that came after GB 2312 (1980), met in names.
_LATER = frozenset("镕堃祎喆珺瑢頔垚犇锳")


def holds_chinese(text: str) -> bool:
    """Say whether a text holds a Chinese character."""
    return bool(_HAN.search(text))


def not_mainland(text: str, quoted_is_exempt: bool = False) -> list[str]:
    """Return the traditional characters and the Taiwan words of a text, in their order.

    A character is held for traditional when GB 2312, the mainland's first character set, does not have it.

    Examples
    --------
    >>> not_mainland("工业网际网路与地铁"), not_mainland("智慧型電網"), not_mainland("智能电网")
    (['网际网路', '网路'], ['智慧型', '電', '網'], [])
    """
    if quoted_is_exempt:
        text = re.sub(r"[“‘(\(][^”’)\)]*[”’)\)]", "", text)
    found = [word for word in _taiwan_words() if word in text]
    for char in dict.fromkeys(_HAN.findall(text)):
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            if char not in _LATER:
                found.append(char)
    return found


@functools.cache
def _taiwan_words() -> tuple[str, ...]:
    with (WORDS / "taiwan_terms.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(row["word"] for row in csv.DictReader(stream))
