"""Whether shares and loads of several results can be set off against each other: they must be of the same thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from infraplan.ui import state
from infraplan.ui.i18n import texts
from infraplan.ui.views.scenario_facility import REACH
from scenarios.model import Allocation

Basis = Mapping[str, Any]


def served(result: Allocation) -> Basis:
    """Return whom the units of a result serve: the demand, the area whose demand counts, the surface of people."""
    document = result.scenario.document
    return {
        "demand": _demand(result),
        "area": (document.get("coverage") or {}).get("area", "all"),
        "population": result.scenario.population,
    }


def reached(result: Allocation) -> Basis:
    """Return of what a share within reach is: whom the units serve, and within which distances."""
    return {**served(result), "reach": _reach(result)}


def by_unit(result: Allocation) -> Basis:
    """Return of what the shares by unit are: those of units that are cut in another way are of other land."""
    return {**reached(result), "units": units(result)}


def units(result: Allocation) -> tuple[str, ...]:
    """Return the codes of the units by which a result is told; one without a cell cuts nothing from the others."""
    return tuple(np.unique(result.unit_adcodes).tolist())


def differing(results: Iterable[Allocation], basis: Callable[[Allocation], Basis]) -> str:
    """Return in words what is not the same in some of the results, nothing where all of it is."""
    t, found = texts("compare_page"), [basis(result) for result in results]
    keys = [key for key in (found[0] if found else ()) if any(other[key] != found[0][key] for other in found)]
    return ("、" if state.language() == "zh" else ", ").join(t(f"alike.{key}") for key in keys)


def _demand(result: Allocation) -> object:
    """Return the demand by name with its share of the mix, or the weights a place that the facility's profile has."""
    asked: Mapping[str, float] = result.scenario.document.get("demand") or {}
    if not asked and result.profile is not None and "demand" in result.profile.parameters:
        return dict(result.profile.value("demand"))
    mix = {name: weight for name, weight in (asked or {"residents": 1}).items() if weight > 0}
    return {name: round(weight / sum(mix.values()), 9) for name, weight in mix.items()}


def _reach(result: Allocation) -> Basis:
    """Return the distances that decide whom a site reaches; of stations those of the band that is used."""
    if result.profile is None:
        return {}
    found = {name: result.profile.value(name) for name in REACH if name in result.profile.parameters}
    if REACH[0] in found:
        found[REACH[0]] = found[REACH[0]][str(result.profile.value("band"))]
    return found
