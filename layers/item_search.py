"""Searching targets and projects: words as people write them, figures in any writing, bodies by their short names.

Words are compared folded (traditional counts as simplified). A number counts as a whole one, its decimal point too:
13 finds neither 1.3 nor 2013. What a target's figure is called in is the business of :mod:`layers.figure_search`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence

from geo import boundaries
from geo.geocode.text import fold, simplified
from layers import figure_search
from layers.words import deadline, figure, short_name
from plans.model import Body, Plan, Project, Target

#: A decimal point within a folded text, where points are dropped.
_POINT = "\ue000"
#: Keeps figures that stand side by side from being read as one.
_APART = "\n"
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
#: What stands between a number and the word that scales it: the two are one figure.
_WITHIN = re.compile(r"(?<=\d)\s+(?=(?:million|billion|bn)\b|[\u4e07\u4ebf])")
_DIGIT = rf"[\d{_POINT}]"
#: An abbreviation of a body leaves characters out and ends as its name does: 发改委 for 发展改革委.
_ABBREVIATION = re.compile(r"[\u4e00-\u9fff]{3,}")
#: How names of bodies end in everyday use.
_ENDINGS = (("委员会", "委"), ("办公室", "办"))
#: The ending that a city or district is named without, as 徐州 for 徐州市.
_UNIT = re.compile("(?<=..)[市区县]$")

_Test = Callable[[str, Sequence[str], Target | Project], bool]


def matcher(written: str) -> Callable[[Plan, Target | Project, str], bool]:
    """Return a test of an item, beside which stands ``where`` it is for, against all the words that somebody wrote."""
    plain = unicodedata.normalize("NFKC", simplified(written)).lower()
    whole = fold(plain)
    test = functools.cache(_test)

    @functools.cache
    def wanted(plan_id: str, region: str, titles: tuple[str, ...]) -> list[_Test]:
        # A title holds general words (数字经济): only what is most of it means the plan, and not all that is in it.
        if any(whole in title and 2 * len(whole) >= len(title) for title in map(fold, titles)):
            return []
        rest = _WITHIN.sub("", _city(region).sub(" ", plain))
        return [test(word) for word in rest.split() if _folded(word)]

    def holds(plan: Plan, item: Target | Project, where: str = "") -> bool:
        tests = wanted(plan.id, plan.region_adcode, (plan.title_zh, plan.title_en))
        if not tests:
            return True
        text, bodies = _text(item, where), _bodies(plan.responsible(item))
        return all(fits(text, bodies, item) for fits in tests)

    return holds


@functools.cache
def _city(adcode: str) -> re.Pattern[str]:
    """Return a pattern of the names of a plan's city, as words of their own: they mean all that its plans hold."""
    unit = boundaries.unit(adcode)
    zh, en = unit.name("zh"), unit.name("en")
    names = (zh, _UNIT.sub("", zh), en.lower(), short_name(en).lower())
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, names))})(?!\S)")


def _test(word: str) -> _Test:
    """Return a test of an item: its folded text, the folded names of its bodies, its figure."""
    folded = _folded(word)
    pattern, states = re.compile(_whole(folded)), figure_search.test(word)
    short = folded if _ABBREVIATION.fullmatch(folded) else ""

    def fits(text: str, bodies: Sequence[str], item: Target | Project) -> bool:
        return (
            bool(pattern.search(text))
            or any(pattern.search(name) or (short and _abbreviates(short, name)) for name in bodies)
            or bool(states and isinstance(item, Target) and states(item))
        )

    return fits


def _whole(form: str) -> str:
    """Return a pattern of a form that takes no part of a longer number for it."""
    before = rf"(?<!{_DIGIT})" if form[:1].isdigit() else ""
    after = rf"(?!{_DIGIT})" if form[-1:].isdigit() else ""
    return f"{before}{re.escape(form)}{after}"


def _abbreviates(short: str, name: str) -> bool:
    """Return whether a name, or what it is in everyday use, holds the characters in order and ends as they do."""
    everyday = functools.reduce(lambda text, ending: text.replace(*ending), _ENDINGS, name)
    return any(
        full[-1:] == short[-1:] and all(character in rest for character in short)
        for full in {name, everyday}
        for rest in (iter(full),)
    )


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
    return _APART.join(_folded(part) for part in parts if part)


@functools.lru_cache(maxsize=1024)
def _bodies(bodies: tuple[Body, ...]) -> tuple[str, ...]:
    return tuple(_folded(name) for b in bodies for name in (b.name_zh, b.name_en, *b.aliases))
