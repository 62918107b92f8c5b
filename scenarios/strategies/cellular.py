"""Mobile networks: co-sited stations for coverage, then stations where the load is highest.

A base station is one network's equipment at a site. Outdoor stations of all networks stand together at a site, so
that a site holds one station of each; the second network covers no new people of the first. Indoor stations and what
is left when coverage can grow no more go where the load is highest.
"""

from __future__ import annotations

import numpy as np

from scenarios import reach
from scenarios.allocation.coverage import maximal_coverage
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.solution import Ints, Solution
from scenarios.strategies import _shared


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Site the stations of one scenario."""
    if profile is None:
        raise ValueError("a cellular scenario has a facility profile")
    networks = int(profile.value("networks"))
    demand, name = _shared.coverage_demand(scenario, ground)
    problem, radius = build_reach(profile, ground, demand, _shared.allowed_cells(scenario, ground), factor)
    outdoor = quotas - _shared.by_unit(quotas, float(profile.value("indoor_share")))
    sites_of_unit = outdoor // networks
    plan = maximal_coverage(
        problem.covers,
        problem.demand,
        int(sites_of_unit.sum()),
        groups=ground.groups[problem.candidate_cell],
        quotas=dict(enumerate(sites_of_unit.tolist())),
        effort=scenario.document.get("effort", "quick"),
        seed=scenario.document.get("seed", 0),
        certify=clock.certify,
        progress=clock.part("coverage", 0.35, 0.7),
        cancelled=clock.cancelled,
    )
    sites = np.bincount(problem.candidate_cell[plan.chosen], minlength=len(ground.cells)).astype(np.int64)
    newly = problem.first_reached(plan.chosen)
    covered = problem.covered_by_cell(plan.chosen)
    units = _add_rest(profile, ground, quotas, sites * networks, newly)
    reachable = int(problem.covered_by_cell(np.arange(len(problem.candidate_cell))).sum())
    return Solution(
        parts={"coverage": sites * networks, "capacity": units - sites * networks},
        stages=(_shared.coverage_stage(plan), _shared.capacity_stage(newly, units)),
        demand=demand,
        demand_name=name,
        covered=covered,
        newly=newly,
        load=newly,
        sites=sites,
        radius_m=radius,
        area_rule=problem.area_rule,
        facts={
            "networks": networks,
            "outdoor_stations": int(sites.sum()) * networks,
            "outdoor_budget": int(outdoor.sum()),
            "sites": int(sites.sum()),
            "reachable": reachable,
            "power_mw": round(float(units.sum()) * float(profile.value("power_kw")) / 1000, 1),
        },
        notes=(
            (
                f"每个室外站址有 {networks} 张网各一座基站;各网覆盖相同,即“所有网络均覆盖”的人口等于单网覆盖人口。",
                f"Each outdoor site holds one station of each of {networks} networks; every network covers the "
                "same people, so that the people covered by all networks equal those covered by one.",
            ),
        ),
    )


def evaluate(
    scenario: Scenario, profile: Profile, ground: Ground, sites: Ints, factor: float
) -> tuple[int, int]:
    """Return the demand that given sites cover on this ground, and all demand, with distances times ``factor``."""
    demand, _ = _shared.coverage_demand(scenario, ground)
    problem, _ = build_reach(profile, ground, demand, sites > 0, factor)
    chosen = problem.candidates_of(sites)
    return int(problem.covered_by_cell(chosen).sum()), int(demand.sum())


def build_reach(
    profile: Profile, ground: Ground, demand: Ints, allowed: np.ndarray, factor: float = 1.0
) -> tuple[reach.Reach, np.ndarray]:
    """Return the covering problem and the radius of each cell; ``factor`` scales distances (for uncertainty)."""
    classes = profile.classes(ground.density)
    distance = profile.by_class("inter_site_distance_m", str(profile.value("band")))[classes] * factor
    radius = distance * float(profile.value("radius_per_isd"))
    site_area = float(profile.value("sites_per_isd2")) * distance**2
    problem = reach.site_coverage(
        demand, radius, site_area, classes, ground.groups, ground.cells, ground.areas_m2, allowed
    )
    return problem, radius


def _add_rest(profile: Profile, ground: Ground, quotas: Ints, start: Ints, load: Ints) -> Ints:
    """Bring each unit to its quota: indoor stations and the outdoor rest, at served cells, by load."""
    per_cell = max(
        1, round(float(profile.value("units_per_cell_max")) * float(ground.areas_m2.mean()) / 105_000)
    )
    caps = np.where(load > 0, np.maximum(per_cell, start), start)
    for group, total in enumerate(quotas.tolist()):
        members = ground.groups == group
        if (
            int(caps[members].sum()) < total
        ):  # a unit with few served cells: indoor stations stand at any cell with people
            caps[members] = np.maximum(per_cell, start[members]) * (ground.people[members] > 0)
            caps[members] = np.maximum(caps[members], start[members])
    return _shared.add_capacity(load, start, ground.groups, quotas, caps, ground.units["name_en"].tolist())
