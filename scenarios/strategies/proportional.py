"""Units shared out by demand: quotas to units, then to cells by largest remainder, with an optional cap."""

from __future__ import annotations

import numpy as np

from scenarios import demand as demands
from scenarios.allocation import apportionment
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.solution import Ints, Solution, Stage


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Give every cell its share of its district's quota."""
    rule = scenario.document.get("cells") or {"method": "largest_remainder", "weights": {"residents": 1}}
    weights = demands.mix(ground.surface, rule["weights"])
    weights = np.where(ground.givens.allowed, weights, 0)
    units = apportionment.two_level(quotas, weights, ground.groups, caps=_caps(rule, profile, ground))
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


def _caps(rule: dict[str, object], profile: Profile | None, ground: Ground) -> Ints | None:
    """Return the most units a cell holds: the scenario's cap, or poles by road length on the built-up area."""
    if "cap" in rule:
        return np.full(len(ground.cells), int(str(rule["cap"])), dtype=np.int64)
    if profile is None or "pole_spacing_m" not in profile.parameters:
        return None
    built_up = demands.named(ground.surface, "built_up")
    metres = built_up * 1e-6 * float(profile.value("road_density_km_per_km2")) * 1000
    return np.floor(metres / float(profile.value("pole_spacing_m"))).astype(np.int64)
