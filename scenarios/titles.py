"""Figures that a scenario's title states and that are no longer the scenario's: a title is easily left behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plans import catalogue
from plans.model import Target

#: Keys whose figure a title may state; shares stand there as percent.
SHARES = ("coverage.goal", "coverage.floor")
TITLES = ("title_zh", "title_en")


@dataclass(frozen=True, slots=True)
class Outdated:
    """A title that states the former figure of a key; ``now`` is None where the key was cleared."""

    title: str
    key: str
    stated: float
    now: float | None


def outdated(document: Mapping[str, Any], base: Mapping[str, Any]) -> list[Outdated]:
    """Return which titles of ``document`` state a figure of ``base`` that was changed since.

    A title that states the new figure too compares the two, and is left alone.
    """
    found = []
    for key in ("amount", *SHARES):
        now, share = _figure(document, key), key in SHARES
        if key == "amount" and now is None:
            continue
        for before in dict.fromkeys(
            (_figure(base, key), _promised_share(document) if key == SHARES[0] else None)
        ):
            if before is None or now == before:
                continue
            for title in TITLES:
                text = str(document.get(title, ""))
                if _states(text, before, share) and not (now is not None and _states(text, now, share)):
                    found.append(Outdated(title, key, before, now))
    return found


def _figure(document: Mapping[str, Any], key: str) -> float | None:
    """Return a key's figure; an amount that is left out is the target's."""
    value: Any = document
    for part in key.split("."):
        value = (value or {}).get(part)
    if key == "amount" and value is None and document.get("objective") != "fewest_units":
        target = _target(document)
        value = target.value if target else None
    return None if value is None else float(value)


def _promised_share(document: Mapping[str, Any]) -> float | None:
    """Return the share that the target promises: a copy saved under its old title has that goal no more."""
    target = _target(document)
    return target.value / 100 if target and target.value is not None and target.unit == "percent" else None


def _target(document: Mapping[str, Any]) -> Target | None:
    known = {t.id: t for plan in catalogue.load_all() for t in plan.targets}
    return known.get(str(document.get("target")))


def _states(text: str, figure: float, share: bool) -> bool:
    """Return whether a text states a figure by itself: no year, no part of another number, no 5 of 5G."""
    shown = f"{round(figure * 100, 6):.10g}" if share else f"{figure:.10g}"
    plain = re.sub(r"(?<=\d)[,\uff0c](?=\d{3}(?!\d))", "", text)
    after = r"\s*[%\uff05]" if share else r"(?![\d.]*\d)(?![A-Za-z])(?!\s*[%\uff05年])"
    return re.search(rf"(?<![\d.]){re.escape(shown)}{after}", plain) is not None
