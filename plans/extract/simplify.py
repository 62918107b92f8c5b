"""Traditional text with Taiwan vocabulary as simplified mainland Chinese.

Plain character conversion leaves 网际网路 and 捷运; the words of ``plans/schema/words/taiwan_terms.csv`` are put
right afterwards. The result is a proposal for Chinese fields: phrases are always kept as the source has them.
"""

from __future__ import annotations

import csv
import functools

from plans.units import WORDS


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters and mainland words.

    Examples
    --------
    >>> simplified("工業網際網路標識解析二級節點與捷運智慧型化")
    '工业互联网标识解析二级节点与地铁智能化'
    """
    plain = str(_converter().convert(text))
    for word, mainland in _words():
        plain = plain.replace(word, mainland)
    return plain


@functools.cache
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC  # takes a third of a second to load: only when a text is converted

    return OpenCC("t2s")


@functools.cache
def _words() -> tuple[tuple[str, str], ...]:
    with (WORDS / "taiwan_terms.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["word"], row["mainland"]) for row in csv.DictReader(stream)]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))
