"""Few, large facilities such as hydrogen stations: search areas near the demand, a least distance apart.

The result names areas in which to look for a site, not addresses: run it at resolution 7 (about 5 km²) or 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo import grid
from geo.errors import RequestError
from scenarios import demand as demands
from scenarios import reach
from scenarios.allocation.coverage import maximal_coverage
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.solution import Ints, Solution, Stage
from scenarios.strategies import _shared


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
    _shared.refuse(scenario, ("existing", "must_cover"))
    demand, name = _demand(scenario, profile, ground)
    radius = np.full(len(demand), float(profile.value("service_radius_m")) * factor)
    covers = reach.discs(ground.cells, radius, "demand")
    allowed = _shared.allowed_cells(ground) & (ground.density < float(profile.value("centre_density")))
    chosen = spaced(covers, demand, quotas, ground, allowed, float(profile.value("spacing_m")) * factor)
    stage = _certificate(covers, demand, quotas, ground, allowed, chosen, clock)
    units = np.zeros(len(demand), dtype=np.int64)
    units[chosen] = 1
    newly = _first(covers, demand, chosen)
    reached = np.zeros(len(demand), dtype=bool)
    reached[covers[chosen].indices] = True
    return Solution(
        parts={"coverage": units},
        stages=(stage,),
        demand=demand,
        demand_name=name,
        covered=np.where(reached, demand, 0),
        newly=newly,
        load=newly,
        sites=units,
        radius_m=radius,
        area_rule=np.zeros(len(demand), dtype=bool),
        facts={"search_areas": len(chosen), "spacing_m": float(profile.value("spacing_m"))},
        notes=(
            (
                "结果是选址范围,不是站址;须按 GB 50516、GB 50156 的防火间距等要求另行选址。",
                "These are search areas, not sites: fire distances and the rest of GB 50516 and GB 50156 "
                "decide the site.",
            ),
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


def spaced(
    covers: sparse.csr_array,
    demand: Ints,
    quotas: Ints,
    ground: Ground,
    allowed: NDArray[np.bool_],
    spacing_m: float,
) -> Ints:
    """Return the cells chosen one by one, each the greatest gain left that keeps the spacing and its unit's quota.

    Raises
    ------
    RequestError
        When the spacing leaves no room for all of them.
    """
    apart = grid.radius_pairs(ground.cells, spacing_m)
    free = allowed.copy()
    left = quotas.copy()
    open_demand = demand.copy()
    chosen: list[int] = []
    for _ in range(int(quotas.sum())):
        gains = np.asarray(covers @ open_demand)
        usable = free & (left[ground.groups] > 0)
        if not usable.any():
            raise RequestError(
                f"only {len(chosen)} of {int(quotas.sum())} fit with {spacing_m:,.0f} m between them; "
                "lower the spacing or the amount, or free the district quotas",
                f"按 {spacing_m:,.0f} 米间距只能布置 {len(chosen)} 座(需 {int(quotas.sum())} 座);"
                "请减小间距、减少数量或放开分区配额",
            )
        best = int(np.argmax(np.where(usable, gains, -1)))
        chosen.append(best)
        left[ground.groups[best]] -= 1
        open_demand[covers[[best]].indices] = 0
        free[apart[[best]].indices] = False
    return np.sort(np.array(chosen, dtype=np.int64))


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


def _certificate(
    covers: sparse.csr_array, demand: Ints, quotas: Ints, ground: Ground, allowed: NDArray[np.bool_], chosen: Ints,
    clock: Clock,
) -> Stage:  # fmt: skip
    """Return objective and bound; the bound of the problem without spacing is a bound of the one with it."""
    reached = np.zeros(len(demand), dtype=bool)
    reached[covers[chosen].indices] = True
    objective = int(demand[reached].sum())
    bound = None
    if clock.certify:
        rows = np.flatnonzero(allowed)
        free = maximal_coverage(
            covers[rows],
            demand,
            int(quotas.sum()),
            groups=ground.groups[rows],
            quotas=dict(enumerate(quotas.tolist())),
            effort="standard",
        )
        bound = None if free.bound is None else float(free.bound)
    gap = None if bound is None else round((bound - objective) / bound, 6) if bound else 0.0
    return Stage(
        "coverage",
        "服务半径内的需求(最大),满足最小间距",
        "demand within reach (greatest), a least distance apart",
        float(objective),
        bound,
        gap,
        gap == 0.0,
        "greedy with spacing; bound of the problem without spacing",
    )


def _first(covers: sparse.csr_array, demand: Ints, chosen: Ints) -> Ints:
    newly = np.zeros(len(demand), dtype=np.int64)
    rows = covers[chosen].tocoo()
    first = np.full(len(demand), len(chosen), dtype=np.int64)
    np.minimum.at(first, rows.col, rows.row)
    hit = first < len(chosen)
    np.add.at(newly, chosen[first[hit]], demand[hit])
    return newly
