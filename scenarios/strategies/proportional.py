"""Units shared out by demand: quotas to units, then to cells by the scenario's method, with an optional cap."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenarios import demand as demands
from scenarios.allocation import apportionment
from scenarios.allocation.inputs import LARGEST_TOTAL
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.quotas import no_room
from scenarios.solution import Ints, Solution, Stage

Rule = dict[str, Any]


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Give every cell its share of its district's quota."""
    rule, weights, caps = _claims(scenario, profile, ground)
    require_room(scenario, profile, ground, quotas)
    units = apportionment.within(quotas, weights, ground.groups, str(rule["method"]), caps)
    stage = Stage(
        "share",
        "与按比例份额的差(最小)",
        "distance from proportional shares (least)",
        0.0,
        0.0,
        0.0,
        True,
        f"exact apportionment: {rule['method']}",
    )
    return Solution({"share": units}, (stage,), demand=weights, demand_name="+".join(sorted(rule["weights"])))


def require_room(scenario: Scenario, profile: Profile | None, ground: Ground, quotas: Ints) -> None:
    """Refuse quotas that the cells of their units cannot hold, naming every unit that is short."""
    _, weights, caps = _claims(scenario, profile, ground)
    usable = weights > 0
    room = np.zeros(len(quotas), dtype=np.int64)
    if caps is None:
        room[np.unique(ground.groups[usable])] = LARGEST_TOTAL
    else:
        np.add.at(room, ground.groups[usable], caps[usable])
    short = np.flatnonzero(room < quotas).tolist()
    if short:
        raise no_room([(g, int(quotas[g]), int(room[g])) for g in short], ground.units)


def _claims(scenario: Scenario, profile: Profile | None, ground: Ground) -> tuple[Rule, Ints, Ints | None]:
    """Return the rule of cells, what each cell may claim, and the most that it holds (None: no limit)."""
    rule: Rule = scenario.document.get("cells") or {
        "method": "largest_remainder",
        "weights": {"residents": 1},
    }
    weights = np.where(ground.givens.allowed, demands.mix(ground.surface, rule["weights"]), 0)
    return rule, weights, _caps(rule, profile, ground)


def _caps(rule: Rule, profile: Profile | None, ground: Ground) -> Ints | None:
    """Return the most units a cell holds: the scenario's cap, or poles by road length on the built-up area."""
    if "cap" in rule:
        return np.full(len(ground.cells), int(str(rule["cap"])), dtype=np.int64)
    if profile is None or "pole_spacing_m" not in profile.parameters:
        return None
    built_up = demands.named(ground.surface, "built_up")
    metres = built_up * 1e-6 * float(profile.value("road_density_km_per_km2")) * 1000
    return np.floor(metres / float(profile.value("pole_spacing_m"))).astype(np.int64)
