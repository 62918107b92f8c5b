"""The inverse question for mobile networks: the fewest stations with which a share of an area's demand is covered."""

from __future__ import annotations

import numpy as np

from geo.errors import RequestError
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
    if profile is None or profile.strategy != "cellular" or goals.goal is None:
        raise RequestError(
            "fewest_units needs a cellular facility and coverage.goal",
            "fewest_units 需要通信设施和 coverage.goal",
        )
    networks = int(profile.value("networks"))
    demand, name = _shared.coverage_demand(scenario, ground)
    problem, radius = cellular.build_reach(
        profile, ground, demand, _shared.allowed_cells(scenario, ground), factor
    )
    unit_of_patch = np.zeros(int(problem.cell_patch.max()) + 1, dtype=np.int64)
    unit_of_patch[problem.cell_patch] = ground.groups
    floors = {g: float(f) for g, f in enumerate(goals.floors.tolist()) if f > 0}
    found = fewest_units(
        problem.covers,
        problem.demand,
        float(goals.goal),
        point_groups=unit_of_patch[problem.point_patch],
        floors=floors or None,
        effort=scenario.document.get("effort", "quick"),
        seed=scenario.document.get("seed", 0),
        progress=clock.part("fewest", 0.3, 0.85),
        cancelled=clock.cancelled,
    )
    sites = np.bincount(problem.candidate_cell[found.chosen], minlength=len(ground.cells)).astype(np.int64)
    newly = problem.first_reached(found.chosen)
    return Solution(
        parts={"coverage": sites * networks},
        stages=(
            Stage(
                "inverse",
                "达到覆盖目标所需单位数(最少)",
                "units that reach the coverage goal (fewest)",
                float(found.units * networks),
                float(found.lower_bound * networks),
                round(found.gap, 6),
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
        units_for_goal=int(sites.sum()) * networks,
        facts={
            "networks": networks,
            "sites": int(sites.sum()),
            "sites_lower_bound": found.lower_bound,
            "area": (scenario.document.get("coverage") or {}).get("area", "all"),
        },
    )
