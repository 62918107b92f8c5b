"""The search box beside the map: typed words lead to a thing of the plans, to a figure, a district or a place."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from geo import geocode
from geo.geocode import Candidate
from geo.geocode.text import fold, latin_variants, simplified
from infraplan.ui import cache, labels, state
from infraplan.ui.i18n import texts
from infraplan.ui.views.map_choice import Choice
from layers.punctuation import printed
from layers.words import figure
from plans.model import Target
from plans.vocabulary import vocabulary

_SCALES = {"万": 1e4, "亿": 1e8, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_STATED = re.compile(
    r"(?P<number>\d+(\.\d+)?)(?P<scale>万|亿|million|billion|m(?=yuan)|bn)?(?P<unit>\D[\w%]*|)"
)
#: How a unit of the plans is written larger: (so many of the unit, words).
_LARGER = {"m": (1e3, ("公里", "千米", "km")), "m2": (1e6, ("平方公里", "平方千米", "km2"))}


def draw(choice: Choice) -> None:
    """Draw the search box: projects, targets, their figures and districts, any other place by the gazetteer."""
    t, lang = texts("map_page"), state.language()
    districts, _ = cache.shapes(choice.region)
    targets = [x for plan in choice.plans for x in plan.targets]
    known = {f"project:{p.id}": p.name(lang) for plan in choice.plans for p in plan.projects}
    known |= {f"target:{x.id}": x.indicator(lang) for x in targets}
    known |= {
        f"district:{a}": str(n) for a, n in zip(districts["adcode"], districts[f"name_{lang}"], strict=True)
    }
    words = {"project": t("projects"), "target": t("target"), "district": t("district_kind")}
    figures = {f"target:{x.id}": f" · {figure(x, lang)}" for x in targets if x.quantified}
    plan_of = {f"project:{p.id}": plan for plan in choice.plans for p in plan.projects}
    plan_of |= {f"target:{x.id}": plan for plan in choice.plans for x in plan.targets}
    names = labels.distinct(
        {c: f"{name}{figures.get(c, '')} · {words[c.split(':')[0]]}" for c, name in known.items()},
        lambda code: printed(plan_of[code].title(lang), lang) if code in plan_of else "",
    )

    def found() -> None:
        picked = st.session_state["map_find"]
        if picked:
            state.put("sel", meant(str(picked), known, choice.region, targets))
        st.session_state["map_find"] = None

    st.selectbox(
        t("find"), list(known), index=None, format_func=lambda c: names.get(c, c), key="map_find",
        placeholder=t("find_hint"), accept_new_options=True, on_change=found,
    )  # fmt: skip


def meant(text: str, known: Mapping[str, str], region: str, targets: Sequence[Target] = ()) -> str:
    """Return what typed words mean.

    A thing of that name, else a target of that figure, a place of that name, a thing whose name holds the words, and
    last a place whose name is like them.
    """
    if not fold(text):  # marks alone stand in every name
        return f"nowhere:{text}"
    return (
        _named(text, known)
        or _figure(text, targets)
        or _place(text, region, whole=True)
        or _named(text, known, part=True)
        or _place(text, region)
        or f"nowhere:{text}"
    )


@functools.lru_cache(maxsize=64)
def spot(text: str, region: str) -> Candidate | None:
    """Return the place that typed words mean most likely."""
    return next(iter(geocode.geocode(text, region, limit=1)), None)


def is_whole(text: str, place: Candidate) -> bool:
    """Whether the words are a name of the place, not only like one."""
    return place.matched in {fold(text), *latin_variants(text)}


def _place(text: str, region: str, whole: bool = False) -> str | None:
    hit = spot(text, region)
    return f"spot:{text}" if hit and (not whole or is_whole(text, hit)) else None


def _named(text: str, known: Mapping[str, str], part: bool = False) -> str | None:
    """Return the thing that a text names, a district also by its short name; or the one whose name holds little more.

    A thing's own code names it too.
    """
    if text in known:
        return text
    wanted = fold(text)
    if part:
        holding = [code for code, name in known.items() if wanted in fold(name)]
        return min(holding, key=lambda code: len(known[code]), default=None)
    short = {code: fold(name) for code, name in known.items() if code.startswith("district:")}
    named = [code for code, name in known.items() if fold(name) == wanted]
    named += [c for c, name in short.items() if wanted in (name[:-1], name.removesuffix("district"))]
    return next(iter(named), None)


def _figure(text: str, targets: Sequence[Target]) -> str | None:
    """Return the target whose figure a text states: 55000, 55,000, 5.5万 or 约5.5万个."""
    found = _STATED.fullmatch(_without_qualifier(text))
    if found is None:
        return None
    value, unit = float(found["number"]) * _SCALES.get(found["scale"], 1), found["unit"]
    for target in targets:
        for stated, words in _writings(target):
            if math.isclose(value, stated) and (not unit or unit in words):
                return f"target:{target.id}"
    return None


def _without_qualifier(text: str) -> str:
    """Return a figure as it is compared: one form of characters, no commas or spaces, no word for about."""
    plain = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", simplified(text)).lower())
    words = [
        w.lower().replace(" ", "") for x in vocabulary("qualifier").values() for w in (x.label_zh, x.label_en)
    ]
    return re.sub("^(" + "|".join(re.escape(w) for w in [*words, "~"] if w) + ")+", "", plain)


def _writings(target: Target) -> Iterator[tuple[float, set[str]]]:
    """Give the numbers by which a target's figure is written, each with the words that may follow it."""
    if target.value is None:
        return
    term = vocabulary("unit").get(target.unit or "")
    words = {(target.counter_zh or "").lstrip("万亿千百"), target.counter_zh or "", "%"}
    words |= {term.label_zh, term.label_en} if term else set()
    yield float(target.value), {w.lower() for w in words}
    if target.unit in _LARGER:
        size, larger = _LARGER[target.unit]
        yield float(target.value) / size, set(larger)
