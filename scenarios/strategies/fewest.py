"""The inverse question for mobile networks: the fewest stations with which a share of an area's demand is covered."""

from __future__ import annotations

import numpy as np

from scenarios.allocation.covering import fewest_units
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.solution import Ints, Solution, Stage
from scenarios.strategies import _goals, _shared, cellular


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Return the fewest co-sited stations that meet the goal and the floors; ``quotas`` are not used.

    The number of units is the result: sites times networks. The stage's bound is a certified lower bound on it.
    """
    goals = _goals.of(scenario, ground)
    if profile is None or goals.goal is None:
        raise ValueError("the inverse question has a facility profile and a goal")
    per_site = cellular.counting(profile).per_site
    existing, stock = ground.givens.existing, scenario.distributes == "stock"
    stand = -(-existing // per_site)
    demand, name = _shared.coverage_demand(scenario, ground)
    problem, radius = cellular.build_reach(
        profile, ground, demand, _shared.allowed_cells(ground), factor, stand
    )
    covering = cellular.covering(problem, ground, stand)
    _goals.require_reachable(covering, goals, ground.units)
    floors = {g: float(f) for g, f in enumerate(goals.floors.tolist()) if f > 0}
    found = fewest_units(
        problem.covers,
        problem.demand,
        float(goals.goal),
        point_groups=covering.unit_of_point,
        floors=floors or None,
        fixed=covering.fixed,
        effort=scenario.document.get("effort", "quick"),
        seed=scenario.document.get("seed", 0),
        progress=clock.part("fewest", 0.3, 0.85),
        cancelled=clock.cancelled,
    )
    fresh = np.setdiff1d(found.chosen, covering.fixed)
    new = np.bincount(problem.candidate_cell[fresh], minlength=len(ground.cells)).astype(np.int64)
    sites = stand + new
    newly = problem.first_reached(np.concatenate([covering.fixed, fresh]))
    # given sites that no slice of their patch is left for are part of the answer too
    given = int(existing.sum()) if stock else 0
    less = len(covering.fixed)
    parts = {"coverage": new * per_site}
    if stock and ground.givens.existing_known:
        parts["existing"] = existing
    return Solution(
        parts=parts,
        stages=(
            Stage(
                "inverse",
                "达到覆盖目标所需单位数(最少)",
                "units that reach the coverage goal (fewest)",
                float((found.units - less) * per_site + given),
                float(max(found.lower_bound - less, 0) * per_site + given),
                _gap((found.units - less) * per_site + given, (found.lower_bound - less) * per_site + given),
                found.proven,
                found.method,
            ),
        ),
        demand=demand,
        demand_name=name,
        covered=problem.covered_by_cell(found.chosen),
        newly=newly,
        load=newly,
        sites=sites,
        radius_m=radius,
        area_rule=problem.area_rule,
        units_for_goal=int(new.sum()) * per_site + given,
        beside=existing if ground.givens.existing_known and not stock else None,
        newly_given=problem.first_reached(covering.fixed) if len(covering.fixed) else None,
        facts={
            "stations_per_site": per_site,
            "sites": int(sites.sum()),
            "sites_lower_bound": found.lower_bound,
            "area": (scenario.document.get("coverage") or {}).get("area", "all"),
            **_shared.existing_facts(scenario, ground),
        },
        notes=(_shared.existing_note(scenario, ground),),
    )


def _gap(units: int, lower: int) -> float:
    """Return how far the units are above their lower bound, as a share of it (conventions R4)."""
    return round((units - lower) / lower, 6) if lower > 0 else 0.0
