"""Few, large facilities such as hydrogen stations: search areas near the demand, a least distance apart.

The result names areas in which to look for a site, not addresses: run it at resolution 7 (about 5 km²) or 8.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from geo import grid
from geo.errors import RequestError
from scenarios import demand as demands
from scenarios import reach
from scenarios.allocation.spacing import spaced_coverage
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.quotas import room_for_existing
from scenarios.solution import Ints, Solution
from scenarios.strategies import _shared

OBJECTIVE = ("服务半径内的需求(最大),满足最小间距", "demand within reach (greatest), a least distance apart")


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Choose one search area a unit, none closer to another than the spacing."""
    if profile is None:
        raise ValueError("a search-area scenario has a facility profile")
    demand, name = _demand(scenario, profile, ground)
    radius = np.full(len(demand), float(profile.value("service_radius_m")) * factor)
    existing, stock = ground.givens.existing, scenario.distributes == "stock"
    if stock:
        room_for_existing(existing, quotas, ground)
    allowed = _shared.allowed_cells(ground) & (ground.density < float(profile.value("centre_density")))
    rows = np.flatnonzero(allowed | (existing > 0))
    covers = reach.discs(ground.cells, radius, "demand", rows)
    fixed = np.flatnonzero(existing[rows] > 0)
    new = quotas - ground.sum_by_unit(existing) if stock else quotas
    counts = new + np.bincount(ground.groups[rows[fixed]], minlength=len(quotas))
    plan = spaced_coverage(
        covers,
        demand,
        grid.radius_pairs(ground.cells[rows], float(profile.value("spacing_m")) * factor),
        int(counts.sum()),
        groups=ground.groups[rows],
        quotas=dict(enumerate(counts.tolist())),
        fixed=fixed,
        effort=scenario.document.get("effort", "standard"),
        seed=scenario.document.get("seed", 0),
        place_all=True,
        progress=clock.part("coverage", 0.3, 0.85),
        cancelled=clock.cancelled,
    )
    fresh = rows[np.setdiff1d(plan.chosen, fixed)]
    units = np.zeros(len(demand), dtype=np.int64)
    units[fresh] = 1
    parts = {"coverage": units}
    if stock and ground.givens.existing_known:
        parts["existing"] = existing
    order = np.concatenate([fixed, np.setdiff1d(plan.chosen, fixed)])
    newly = _first(covers, demand, order, rows)
    reached = np.zeros(len(demand), dtype=bool)
    reached[covers[order].indices] = True
    return Solution(
        parts=parts,
        stages=(replace(_shared.coverage_stage(plan), objective_zh=OBJECTIVE[0], objective_en=OBJECTIVE[1]),),
        demand=demand,
        demand_name=name,
        covered=np.where(reached, demand, 0),
        newly=newly,
        newly_given=_first(covers, demand, fixed, rows) if len(fixed) else None,
        load=newly,
        beside=existing if ground.givens.existing_known and not stock else None,
        sites=units + np.minimum(existing, 1),
        radius_m=radius,
        area_rule=np.zeros(len(demand), dtype=bool),
        facts={
            "search_areas": len(fresh),
            "spacing_m": float(profile.value("spacing_m")),
            **_shared.existing_facts(scenario, ground),
        },
        notes=(
            (
                "结果是选址范围,不是站址;须按 GB 50516、GB 50156 的防火间距等要求另行选址。",
                "These are search areas, not sites: fire distances and the rest of GB 50516 and GB 50156 "
                "decide the site.",
            ),
            _shared.existing_note(scenario, ground),
        ),
    )


def evaluate(
    scenario: Scenario, profile: Profile, ground: Ground, sites: Ints, factor: float
) -> tuple[int, int]:
    """Return the demand that given areas cover, and all demand, with radii times ``factor``."""
    demand, _ = _demand(scenario, profile, ground)
    radius = np.full(len(demand), float(profile.value("service_radius_m")) * factor)
    reached = np.zeros(len(demand), dtype=bool)
    reached[reach.discs(ground.cells, radius, "demand")[np.flatnonzero(sites > 0)].indices] = True
    return int(demand[reached].sum()), int(demand.sum())


def _demand(scenario: Scenario, profile: Profile, ground: Ground) -> tuple[Ints, str]:
    """Return the demand: the scenario's mix, or the profile's weights a place."""
    if scenario.document.get("demand"):
        return _shared.coverage_demand(scenario, ground)
    weights: dict[str, float] = profile.value("demand")
    total = np.zeros(len(ground.cells), dtype=np.int64)
    for name, weight in sorted(weights.items()):
        total = total + np.rint(demands.named(ground.surface, name) * weight).astype(np.int64)
    if not total.any():
        raise RequestError(
            f"region {scenario.region} has none of the places that hydrogen follows: {', '.join(weights)}",
            f"区域 {scenario.region} 没有加氢需求场所:{'、'.join(weights)}",
        )
    return total, "+".join(sorted(weights))


def _first(covers: sparse.csr_array, demand: Ints, order: Ints, rows: Ints) -> Ints:
    """Return by cell the demand that the chosen rows are the first to reach, in their order."""
    newly = np.zeros(len(demand), dtype=np.int64)
    if not len(order):
        return newly
    pairs = covers[order].tocoo()
    first = np.full(len(demand), len(order), dtype=np.int64)
    np.minimum.at(first, pairs.col, pairs.row)
    hit = first < len(order)
    np.add.at(newly, rows[order[first[hit]]], demand[hit])
    return newly
