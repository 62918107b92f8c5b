"""Searching targets and projects: words as people write them, figures in any writing, bodies by their short names.

Words are compared folded (traditional counts as simplified). A number counts as a whole one, its decimal point too:
13 finds neither 1.3 nor 2013, and 38,900, 38900 and 3.89万 find each other.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence

from geo.geocode.text import fold, simplified
from layers.words import deadline, figure
from plans.model import Body, Plan, Project, Target

#: A decimal point within a folded text, where points are dropped.
_POINT = "\ue000"
#: Keeps figures that stand side by side from being read as one.
_APART = "\n"
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_NUMBER = re.compile(rf"(\d+(?:{_POINT}\d+)?)(\u4e07|\u4ebf)?")
_SCALES = {"\u4e07": 10_000, "\u4ebf": 100_000_000}
_DIGIT = rf"[\d{_POINT}]"
#: An abbreviation of a body leaves characters out and ends as its name does: 发改委 for 发展改革委.
_ABBREVIATION = re.compile(r"[\u4e00-\u9fff]{3,}")


def matcher(written: str) -> Callable[[Plan, Target | Project, str], bool]:
    """Return a test of an item, beside which stands ``where`` it is for, against all the words that somebody wrote."""
    wanted = [_test(word) for word in map(_folded, written.split()) if word]

    def holds(plan: Plan, item: Target | Project, where: str = "") -> bool:
        if not wanted:
            return True
        text, bodies = _text(item, where), _bodies(plan.responsible(item))
        return all(fits(text, bodies) for fits in wanted)

    return holds


def _test(word: str) -> Callable[[str, Sequence[str]], bool]:
    """Return a test of an item's folded text and of the folded names of its bodies."""
    forms = [word]
    number = _NUMBER.fullmatch(word)
    if number:
        forms.append(_plain(float(number[1].replace(_POINT, ".")) * _SCALES.get(number[2] or "", 1)))
    pattern = re.compile("|".join(_whole(form) for form in forms))
    short = word if _ABBREVIATION.fullmatch(word) else ""

    def fits(text: str, bodies: Sequence[str]) -> bool:
        return bool(pattern.search(text)) or any(
            pattern.search(name) or (short and _abbreviates(short, name)) for name in bodies
        )

    return fits


def _whole(form: str) -> str:
    """Return a pattern of a form that takes no part of a longer number for it."""
    before = rf"(?<!{_DIGIT})" if form[:1].isdigit() else ""
    after = rf"(?!{_DIGIT})" if form[-1:].isdigit() else ""
    return f"{before}{re.escape(form)}{after}"


def _abbreviates(short: str, name: str) -> bool:
    rest = iter(name)
    return name[-1:] == short[-1:] and all(character in rest for character in short)


def _plain(value: float) -> str:
    """Return a number's digits without separators, its decimal point kept."""
    return _folded(f"{round(value, 6):.6f}".rstrip("0").rstrip("."))


def _folded(text: str) -> str:
    return fold(_DECIMAL.sub(_POINT, unicodedata.normalize("NFKC", simplified(text))))


@functools.lru_cache(maxsize=4096)
def _text(item: Target | Project, where: str) -> str:
    """Return all that is written of an item, folded."""
    parts = [item.id, item.quote, item.clause, item.note_zh, item.note_en, where]
    if isinstance(item, Target):
        parts += [item.indicator_zh, item.indicator_en, deadline(item, "zh"), deadline(item, "en")]
        if item.value is not None:
            parts += [figure(item, "zh"), figure(item, "en")]
    else:
        parts += [item.name_zh, item.name_en, *item.aliases]
    value = item.value if isinstance(item, Target) else None
    plain = "" if value is None else _plain(float(value))
    return _APART.join([*(_folded(part) for part in parts if part), plain])


@functools.lru_cache(maxsize=1024)
def _bodies(bodies: tuple[Body, ...]) -> tuple[str, ...]:
    return tuple(_folded(name) for b in bodies for name in (b.name_zh, b.name_en, *b.aliases))
