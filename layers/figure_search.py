"""Which target states a figure that somebody typed: 55000, 55,000, 5.5万, 约5.5万个 or about 55,000."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from geo.geocode.text import simplified
from plans.model import Target
from plans.vocabulary import vocabulary

_SCALES = {"万": 1e4, "亿": 1e8, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_FIGURE = re.compile(
    r"(?P<number>\d+(\.\d+)?)(?P<scale>万|亿|million|billion|m(?=yuan)|bn)?(?P<unit>\D[\w%]*|)"
)
#: How a unit of the plans is written larger: (so many of the unit, words).
_LARGER = {"m": (1e3, ("公里", "千米", "km")), "m2": (1e6, ("平方公里", "平方千米", "km2"))}


def stated(text: str, targets: Sequence[Target]) -> Target | None:
    """Return the first target whose figure a text states, in whichever unit; None when the text is no figure."""
    states = test(text)
    return next(filter(states, targets), None) if states else None


def test(text: str) -> Callable[[Target], bool] | None:
    """Return a test whether a target's figure is the one that a text states; None when the text is no figure."""
    found = _FIGURE.fullmatch(_without_qualifier(text))
    if found is None:
        return None
    value, unit = float(found["number"]) * _SCALES.get(found["scale"], 1), found["unit"]
    return lambda target: any(
        math.isclose(value, number) and (not unit or unit in words) for number, words in _writings(target)
    )


def _without_qualifier(text: str) -> str:
    """Return a figure as it is compared: one form of characters, no commas or spaces, no word for about."""
    plain = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", simplified(text)).lower())
    terms = vocabulary("qualifier").values()
    words = [word.lower().replace(" ", "") for term in terms for word in (term.label_zh, term.label_en)]
    return re.sub("^(" + "|".join(re.escape(word) for word in [*words, "~"] if word) + ")+", "", plain)


def _writings(target: Target) -> Iterator[tuple[float, set[str]]]:
    """Give the numbers by which a target's figure is written, each with the words that may follow it."""
    if target.value is None:
        return
    term = vocabulary("unit").get(target.unit or "")
    words = {(target.counter_zh or "").lstrip("万亿千百"), target.counter_zh or ""}
    words |= {"%"} if target.unit == "percent" else set()
    words |= {term.label_zh, term.label_en} if term else set()
    yield float(target.value), {word.lower().replace(" ", "") for word in words}
    if target.unit in _LARGER:
        size, larger = _LARGER[target.unit]
        yield float(target.value) / size, set(larger)
