"""What a result reaches and what its units carry, named for what is counted: people, households, land, places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo import demand_surfaces, population
from layers.style import number
from layers.words import rate, share
from scenarios import words as key_words
from scenarios.model import Allocation, Scenario

_COUNTS = {
    "residents": "people",
    "no_private_parking": "people",
    "households": "households",
    "car_households": "households",
    "area": "land",
    "built_up": "land",
}
_NOUNS = {
    "residents": ("常住人口", "residents"),
    "area": ("面积", "area"),
    "weighted": ("需求(加权场所)", "demand (weighted places)"),
    "mixed": ("需求(加权)", "demand (weighted)"),
}
#: Headings of people by where their figures are from.
CENSUS_PEOPLE = ("常住人口(2020年普查)", "Residents (2020 census)")
OWN_PEOPLE = ("人口(自备数据)", "People (own data)")
#: Areas whose demand alone counts.
_AREAS = {
    "urban_density": ("城市密度以上地区的{what}", "{what} where density is urban"),
    "activity": ("活动场所周边的{what}", "{what} near places of activity"),
}
#: No city has so many places: a sum as large is of a mix of demands, whose numbers are shares (scenarios.demand.mix).
_MIX_FROM = 1 << 30


@dataclass(frozen=True, slots=True)
class Measure:
    """In what loads are told: the unit's word and how much demand it is; the same for a rate of units."""

    unit_zh: str
    unit_en: str
    size: float
    per_zh: str
    per_en: str
    per_size: float


_MEASURES = {
    "people": Measure("人", "people", 1.0, "每万人", "10,000 people", 1e4),
    "households": Measure("户", "households", 1.0, "每万户", "10,000 households", 1e4),
    "land": Measure("平方公里", "km²", 1e6, "每平方公里", "km²", 1e6),
    "places": Measure("处场所", "places", 1.0, "每百处场所", "100 places", 100.0),
    "weighted": Measure("加权场所", "weighted places", 1.0, "每百加权场所", "100 weighted places", 100.0),
}


def kind(found: Mapping[str, Any]) -> str:
    """Return what a coverage counts: ``people``, ``households``, ``land``, ``places``, ``weighted`` or ``mixed``.

    ``weighted`` are places with a weight each; ``mixed`` is a mix of demands, whose numbers are shares of their sum.
    """
    name = str(found["demand_name"])
    if name in _COUNTS:
        return _COUNTS[name]
    parts = name.split("+")
    if not all(part in demand_surfaces.PLACES or part == "activity_places" for part in parts):
        return "mixed"
    if len(parts) == 1:
        return "places"
    return "mixed" if float(found.get("demand") or 0) >= _MIX_FROM else "weighted"


def noun(found: Mapping[str, Any], lang: str) -> str:
    """Return what is reached: residents, area, households, weighted places."""
    name, counted = str(found["demand_name"]), kind(found)
    column = 0 if lang == "zh" else 1
    if name in _NOUNS or counted in _NOUNS:
        return _NOUNS[name if name in _NOUNS else counted][column]
    title = key_words.part(name, lang)
    return title if lang == "zh" else title[:1].lower() + title[1:]


def reached(allocation: Allocation, lang: str) -> str:
    """Return what a share within reach is of: what is counted, on whose surface of people, in which area only."""
    assert allocation.coverage is not None
    found, scenario = allocation.coverage, allocation.scenario
    what = noun(found, lang)
    if found["demand_name"] == "residents" and is_own(scenario):
        what = "自备数据的人口" if lang == "zh" else "people of one's own data"
    area = (scenario.document.get("coverage") or {}).get("area", "all")
    if area == "all":
        return what
    return _AREAS[area][0 if lang == "zh" else 1].format(what=what)


def of_part(allocation: Allocation) -> bool:
    """Return whether only part of the region's demand is to be reached, so that a share is of that part."""
    return bool((allocation.scenario.document.get("coverage") or {}).get("area", "all") != "all")


def is_own(scenario: Scenario) -> bool:
    """Return whether the people of a scenario are of a surface that somebody brought, not of the census."""
    return scenario.population not in {name for name, _ in population.available()}


def people(scenario: Scenario, lang: str) -> str:
    """Return the heading of a scenario's people, with whose figures they are."""
    return (OWN_PEOPLE if is_own(scenario) else CENSUS_PEOPLE)[0 if lang == "zh" else 1]


def quantity(value: float, found: Mapping[str, Any], lang: str) -> str:
    """Write an amount of demand in its unit."""
    counted = kind(found)
    if counted == "land":
        return f"{number(value / 1e6, lang)}{'平方公里' if lang == 'zh' else ' km²'}"
    if counted == "mixed":
        whole = share(value / found["demand"]) if found.get("demand") else "—"
        return f"全部需求的{whole}" if lang == "zh" else f"{whole} of all demand"
    unit = {"people": ("人", " people"), "households": ("户", " households"), "places": ("处", " places")}
    return f"{value:,.0f}{unit.get(counted, ('', ''))[lang != 'zh']}"


def measure(found: Mapping[str, Any]) -> Measure:
    """Return in what the loads of a result are told."""
    counted = kind(found)
    if counted in _MEASURES:
        return _MEASURES[counted]
    percent = max(float(found.get("demand") or 0) / 100, 1.0)
    return Measure("%的需求", "% of the demand", percent, "每1%的需求", "1% of the demand", percent)


def amount(value: float, found: Mapping[str, Any], lang: str) -> str:
    """Write what a unit carries or newly reaches: the figure and its unit, whatever is counted."""
    told = measure(found)
    unit = told.unit_zh if lang == "zh" else told.unit_en
    gap = "" if unit.startswith("%") else " "
    whole = kind(found) not in {"land", "mixed"}
    figure = f"{value:,.0f}" if whole and value >= 10 else rate(value / told.size, lang)
    return f"{figure}{gap}{unit}"


def load(value: float | None, found: Mapping[str, Any], lang: str) -> str:
    """Write the load on a unit; a dash where no unit carries one."""
    if value is None:
        return "—"
    return f"{amount(value, found, lang)}{'/单位' if lang == 'zh' else ' a unit'}"


def worst_served(per_10k: float | None, found: Mapping[str, Any], lang: str) -> str:
    """Write how many units the worst-served tenth has, from units per 10,000 of the demand (rounded to 3 digits).

    A dash where that rounding has left nothing.
    """
    told = measure(found)
    if not per_10k:
        return "—"
    text = rate(float(f"{per_10k * told.per_size / 1e4:.4g}"), lang)
    return f"{told.per_zh} {text} 个" if lang == "zh" else f"{text} units per {told.per_en}"
