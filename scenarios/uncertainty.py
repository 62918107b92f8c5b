"""How much the data's own error matters: the same scenario on perturbed people and distances.

Each re-run draws a population surface with the measured error of the model (census totals stay exact) and multiplies
all distances by a factor between 0.8 and 1.2. Two questions are answered: what the plan as it stands would cover if the
truth were so, and how many of its units a plan made on that truth would put in the same place.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from geo import grid
from geo.errors import RequestError
from geo.population_error import levels, perturbed
from scenarios import ground as grounds
from scenarios import run as runs
from scenarios.clock import Clock, Progress
from scenarios.metrics import share
from scenarios.model import Allocation
from scenarios.solution import Ints

RUNS = 20
#: Distances are drawn evenly between these shares of the stated ones.
FACTORS = (0.8, 1.2)
#: A cell is fragile when fewer than this share of the re-runs put anything there.
FRAGILE_BELOW = 0.5


def measure(
    allocation: Allocation,
    n: int = RUNS,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Any = None,
) -> dict[str, Any]:
    """Re-run a scenario ``n`` times on perturbed data.

    Returns
    -------
    dict
        ``runs``, ``seed``, ``levels`` (the error used), ``distance_factors``; ``covered_share`` of the plan as it
        stands (low, median, high); ``same_cell``, ``same_parent``, ``same_district``: shares of units that
        re-made plans leave where they are (median); ``fragile``: used cells, by hexadecimal id, that fewer than
        half of the re-runs use, and ``fragile_units``.

    Raises
    ------
    RequestError
        When the scenario has no coverage, or fewer than 1 run is asked for.
    InfraPlanError
        When the surface's error is not known.
    """
    profile = allocation.profile
    if profile is None or allocation.solution.sites is None:
        raise RequestError(
            "this scenario shares units out by demand and covers nothing, so there is no coverage to be unsure of",
            "该情景按需求比例分配,没有覆盖计算,无法评估覆盖的不确定性",
        )
    if n < 1:
        raise RequestError(f"{n} re-runs are too few; ask for 1 or more", f"重算次数 {n} 过少,应不小于 1")
    scenario = allocation.scenario
    land = grounds.load(scenario)
    error = levels(land.surface)
    quotas = land.sum_by_unit(allocation.units)
    strategy = import_module(f"scenarios.strategies.{profile.strategy}")
    factors = np.random.default_rng(seed).uniform(*FACTORS, size=n).round(4)
    shares, plans = [], []
    for i in range(n):
        if progress:
            progress("uncertainty", i / n)
        other = land.with_surface(perturbed(land.surface, seed * 1000 + i, error))
        covered, demand = strategy.evaluate(
            scenario, profile, other, allocation.solution.sites, float(factors[i])
        )
        shares.append(covered / demand)
        clock = Clock(None, cancelled, certify=False)
        clock.step("uncertainty", 0.0)
        plans.append(runs.solve(scenario, profile, other, quotas, clock, float(factors[i])).units)
    return {
        "runs": n,
        "seed": seed,
        "levels": [{"resolution": e.resolution, "sigma": e.sigma, "status": e.status} for e in error],
        "distance_factors": {"low": float(factors.min()), "high": float(factors.max())},
        "covered_share": {
            "low": round(min(shares), 6),
            "median": round(float(np.median(shares)), 6),
            "high": round(max(shares), 6),
        },
        **_stability(allocation, plans, land),
    }


def _stability(allocation: Allocation, plans: list[Ints], land: grounds.Ground) -> dict[str, Any]:
    units = allocation.units
    parents = np.unique(
        grid.parents(allocation.cells, allocation.scenario.resolution - 1), return_inverse=True
    )[1]
    total = int(units.sum())
    same = {
        "same_cell": [share(int(np.minimum(units, plan).sum()), total) for plan in plans],
        "same_parent": [_overlap(units, plan, parents, total) for plan in plans],
        "same_district": [_overlap(units, plan, land.groups, total) for plan in plans],
    }
    stability = np.mean([plan > 0 for plan in plans], axis=0)
    used = units > 0
    fragile = used & (stability < FRAGILE_BELOW)
    return {
        **{name: round(float(np.median([v or 0.0 for v in values])), 6) for name, values in same.items()},
        "fragile_units": int(units[fragile].sum()),
        "fragile": grid.to_hex(allocation.cells[fragile]).tolist(),
    }


def _overlap(units: Ints, plan: Ints, member_of: Ints, total: int) -> float | None:
    size = int(member_of.max()) + 1
    one, two = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.add.at(one, member_of, units)
    np.add.at(two, member_of, plan)
    return share(int(np.minimum(one, two).sum()), total)
