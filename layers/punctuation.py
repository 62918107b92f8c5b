"""Chinese sentences with the full-width marks of Chinese print; figures, codes and English stay as they are."""

from __future__ import annotations

import unicodedata

#: Full-width comma, semicolon, colon, exclamation and question mark.
_MARKS = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "!": "\uff01", "?": "\uff1f"}

_QUOTES = "\u201c\u201d\u2018\u2019"
_NESTED = str.maketrans(_QUOTES, "\u2018\u2019\u201c\u201d")


def chinese(text: str) -> str:
    r"""Return a text whose marks beside Chinese characters are full-width; a pair of brackets changes together.

    Words quoted from a document are not to be passed through here: they stand as they stand in the source.

    >>> chinese("\u63a8\u7b97,\u5171 1,234 \u4eba(2020);EPSG:4490 (CGCS2000)").count("\uff0c")
    1
    """
    found = list(text)
    open_brackets: list[int] = []
    for i, character in enumerate(text):
        before, after = found[i - 1] if i else "", text[i + 1] if i + 1 < len(text) else ""
        if character in _MARKS and (_is_chinese(before) or _is_chinese(after)):
            found[i] = _MARKS[character]
        elif character == "(":
            open_brackets.append(i)
        elif character == ")" and open_brackets:
            start = open_brackets.pop()
            if _is_chinese(text[start - 1] if start else "") or any(map(_is_chinese, text[start:i])):
                found[start], found[i] = "\uff08", "\uff09"
    return "".join(found)


def printed(text: str, lang: str) -> str:
    """Return a sentence of ours as it is printed in ``lang``: Chinese with full-width marks, English as it is."""
    return chinese(text) if lang == "zh" else text


def within_quotes(phrase: str) -> str:
    r"""Return a phrase as it stands between quotation marks: its own double ones are single, as print has it.

    Marks within marks of its own change with them. Nothing else of a quoted phrase changes.

    >>> within_quotes("\u5357\u6c99\u201c5G\u201d").count("\u2018")
    1
    """
    return phrase.translate(_NESTED)


def _is_chinese(character: str) -> bool:
    return bool(character) and (character in _QUOTES or unicodedata.east_asian_width(character) in "WF")
