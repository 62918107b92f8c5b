"""The search box beside the map: typed words lead to a thing of the plans, to a figure, a district or a place."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import streamlit as st

from geo import geocode
from geo.geocode import Candidate
from geo.geocode.text import fold, latin_variants
from infraplan.ui import cache, labels, state
from infraplan.ui.i18n import texts
from infraplan.ui.views.map_choice import Choice
from layers import figure_search
from layers.punctuation import printed
from layers.words import figure
from plans.model import Target


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
    found = figure_search.stated(text, targets)
    return f"target:{found.id}" if found else None
