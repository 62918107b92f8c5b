"""Mobile networks: co-sited stations for coverage, then stations where the load is highest.

A base station is one network's equipment at a site. Outdoor stations of all networks stand together at a site, so
that a site holds one station of each; the second network covers no new people of the first. Indoor stations and what
is left when coverage can grow no more go where the load is highest. Existing stations stay where they stand; must-cover
places get their sites first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.errors import RequestError
from scenarios import reach
from scenarios.allocation import apportionment
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.quotas import room_for_existing
from scenarios.solution import Ints, Solution
from scenarios.strategies import _goals, _shared, _siting


@dataclass(frozen=True)
class Counting:
    """How stations are counted: networks at a site, counted stations of one network's equipment, indoor in or out."""

    networks: int
    times: int
    indoor_share: float

    @property
    def per_site(self) -> int:
        """Counted stations of a complete site."""
        return self.networks * self.times


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
    rule, stock = counting(profile), scenario.distributes == "stock"
    existing = ground.givens.existing
    if stock:
        room_for_existing(existing, quotas, ground)
    demand, name = _shared.coverage_demand(scenario, ground)
    budget = quotas - _shared.by_unit(quotas, rule.indoor_share)
    if stock:
        standing = ground.sum_by_unit(existing)
        budget = np.maximum(budget, standing) - standing
    radius, site_area, classes = distances(profile, ground, factor)
    allowed, stand = _shared.allowed_cells(ground), -(-existing // rule.per_site)
    split = network_split(profile, rule, budget)
    free = split.max(axis=0)
    must = _siting.must_cover(ground, radius, "candidate", stand, allowed, free)
    given = stand + must.sites
    problem = reach.site_coverage(
        demand, radius, site_area, classes, ground.groups, ground.cells, ground.areas_m2, allowed, given
    )
    free = free - ground.sum_by_unit(must.sites)
    plan = _siting.plan(scenario, ground, covering(problem, ground, given), free, free, clock)
    sites = np.bincount(problem.candidate_cell[plan.fresh], minlength=len(ground.cells)).astype(np.int64)
    old = problem.candidates_of(stand)
    new = np.setdiff1d(problem.candidates_of(given), old)
    order = _by_network(problem, ground, np.concatenate([old, new]), plan.fresh)
    newly = problem.first_reached(np.concatenate([old, new, plan.fresh]))
    networks = _networks(problem, ground, rule, split, existing, must.sites, new, order)
    parts = {"coverage": networks.stations - must.sites * rule.per_site}
    if ground.givens.existing_known and stock:
        parts["existing"] = existing
    if must.sites.any():
        parts["must_cover"] = must.sites * rule.per_site
    start: Ints = np.sum([*parts.values()], axis=0, dtype=np.int64)
    beside = existing if ground.givens.existing_known and not stock else None
    parts["capacity"] = _rest(profile, ground, quotas, start, newly, rule, beside)
    units = start + parts["capacity"]
    carrying = units if beside is None else units + beside
    return Solution(
        parts=parts,
        stages=(_shared.coverage_stage(plan.coverage), _shared.capacity_stage(newly, carrying)),
        demand=demand,
        demand_name=name,
        covered=problem.covered_by_cell(np.concatenate([old, new, plan.fresh])),
        newly=newly,
        newly_given=problem.first_reached(old) if len(old) else None,
        by_network=networks.covered,
        load=newly,
        beside=beside,
        sites=stand + must.sites + sites,
        radius_m=radius,
        area_rule=problem.area_rule,
        units_for_goal=None if plan.units_for_goal is None else plan.units_for_goal * rule.per_site,
        saturates_at=None if plan.saturates_at is None else plan.saturates_at * rule.per_site,
        facts={
            "networks": rule.networks,
            "stations_per_site": rule.per_site,
            "outdoor_stations": int(start.sum()),
            "outdoor_budget": int(budget.sum()) + (int(existing.sum()) if stock else 0),
            "sites": int((stand + must.sites + sites).sum()),
            "new_sites": int((must.sites + sites).sum()),
            "reachable": int(problem.covered_by_cell(np.arange(len(problem.candidate_cell))).sum()),
            "power_mw": round(float(units.sum()) / rule.times * float(profile.value("power_kw")) / 1000, 1),
            **_shared.existing_facts(scenario, ground),
            **must.facts(),
        },
        notes=(
            _network_note(rule, networks.covered),
            _counting_note(rule),
            _shared.existing_note(scenario, ground),
        ),
    )


def evaluate(
    scenario: Scenario, profile: Profile, ground: Ground, sites: Ints, factor: float
) -> tuple[int, int]:
    """Return the demand that given sites cover on this ground, and all demand, with distances times ``factor``."""
    demand, _ = _shared.coverage_demand(scenario, ground)
    problem, _ = build_reach(profile, ground, demand, np.zeros(len(sites), dtype=bool), factor, sites)
    chosen = problem.candidates_of(sites)
    return int(problem.covered_by_cell(chosen).sum()), int(demand.sum())


def counting(profile: Profile) -> Counting:
    """Return how the profile counts stations.

    ``count_shared: per_operator`` counts one network's equipment once for each operator that shares it, so that the
    same figure means fewer pieces of equipment; ``count_indoor: out`` means that every counted station is outdoors.
    """
    times = (
        int(profile.value("operators_per_network")) if profile.value("count_shared") == "per_operator" else 1
    )
    indoor = float(profile.value("indoor_share")) if profile.value("count_indoor") == "in" else 0.0
    if indoor > 1 or int(profile.value("networks")) < 1 or times < 1:
        raise RequestError(
            "indoor_share is at most 1; networks and operators_per_network are at least 1",
            "室内站比例不应大于 1;共享网络数与每网运营商数应不小于 1",
        )
    return Counting(int(profile.value("networks")), times, indoor)


def distances(profile: Profile, ground: Ground, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray, Ints]:
    """Return by cell: radius in m, area of one site in m², settlement class; ``factor`` scales distances."""
    classes = profile.classes(ground.density)
    apart = profile.by_class("inter_site_distance_m", str(profile.value("band")))[classes] * factor
    return (
        apart * float(profile.value("radius_per_isd")),
        float(profile.value("sites_per_isd2")) * apart**2,
        classes,
    )


def build_reach(
    profile: Profile, ground: Ground, demand: Ints, allowed: np.ndarray, factor: float = 1.0,
    given: Ints | None = None,
) -> tuple[reach.Reach, np.ndarray]:  # fmt: skip
    """Return the covering problem and the radius of each cell; ``factor`` scales distances (for uncertainty)."""
    radius, site_area, classes = distances(profile, ground, factor)
    problem = reach.site_coverage(
        demand, radius, site_area, classes, ground.groups, ground.cells, ground.areas_m2, allowed, given
    )
    return problem, radius


def covering(problem: reach.Reach, ground: Ground, given: Ints) -> _goals.Problem:
    """Return the covering problem with the units of its candidates and points, given sites fixed."""
    unit_of_patch = np.zeros(int(problem.cell_patch.max()) + 1, dtype=np.int64)
    unit_of_patch[problem.cell_patch] = ground.groups
    return _goals.Problem(
        problem.covers,
        problem.demand,
        ground.groups[problem.candidate_cell],
        unit_of_patch[problem.point_patch],
        problem.candidates_of(given),
    )


def network_split(profile: Profile, rule: Counting, budget: Ints) -> Ints:
    """Return the sites of each network in each unit, (n_networks, n_units): a network's stations over its own sites.

    Even networks share the sites of the budget; what is left of an odd budget adds capacity. Uneven ones (two networks
    with ``network_split``) get their shares of the budget, and the smaller stands on a part of the larger one's sites.
    """
    shares = [float(v) for v in profile.value("network_split").values()]
    if rule.networks != len(shares) or shares[0] == shares[1]:
        return np.tile(budget // rule.per_site, (rule.networks, 1))
    whole = [apportionment.largest_remainder(int(b) // rule.times, shares) for b in budget.tolist()]
    return np.array(whole, dtype=np.int64).T.reshape(len(shares), len(budget))


@dataclass(frozen=True)
class _Networks:
    stations: Ints
    covered: tuple[int, ...]


def _by_network(problem: reach.Reach, ground: Ground, given: Ints, fresh: Ints) -> Ints:
    """Return the fresh candidates, most newly covered first: a smaller network stands on the first of them."""
    rest = problem.demand.copy()
    if len(given):
        rest[problem.covers[given].indices] = 0
    first = fresh[_goals.curve(problem.covers[fresh], rest).order]
    return np.concatenate([first, np.setdiff1d(fresh, first)])


def _networks(
    problem: reach.Reach, ground: Ground, rule: Counting, split: Ints, existing: Ints, must: Ints, new: Ints,
    order: Ints,
) -> _Networks:  # fmt: skip
    """Return the new outdoor stations by cell, and the demand that each network covers, most first.

    Existing stations of a cell are taken to stand evenly: a network has one at each full site, the first networks at
    the rest.
    """
    groups = ground.groups[problem.candidate_cell[order]]
    by_group = np.argsort(groups, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    begins = np.searchsorted(groups[by_group], groups[by_group])
    rank[by_group] = np.arange(len(order)) - begins
    stations = must * rule.per_site
    taken = ground.sum_by_unit(must)
    covered = []
    for number, sites in enumerate(sorted(split.tolist(), key=sum, reverse=True)):
        mine = order[rank < (np.array(sites, dtype=np.int64) - taken)[groups]]
        np.add.at(stations, problem.candidate_cell[mine], rule.times)
        pieces = -(-existing // rule.times)
        old = problem.candidates_of((pieces + rule.networks - 1 - number) // rule.networks)
        covered.append(int(problem.covered_by_cell(np.concatenate([old, new, mine])).sum()))
    return _Networks(stations, tuple(sorted(covered, reverse=True)))


def _rest(
    profile: Profile,
    ground: Ground,
    quotas: Ints,
    start: Ints,
    load: Ints,
    rule: Counting,
    beside: Ints | None,
) -> Ints:
    """Return the indoor stations and the outdoor rest that bring each unit to its quota: at served cells, by load."""
    held = start if beside is None else start + beside
    totals = quotas if beside is None else quotas + ground.sum_by_unit(beside)
    per_cell = float(profile.value("units_per_cell_max")) * rule.times
    most = max(1, round(per_cell * float(ground.areas_m2.mean()) / 105_000))
    caps = np.where(load > 0, np.maximum(most, held), held)
    for group, total in enumerate(totals.tolist()):
        members = ground.groups == group
        if int(caps[members].sum()) < total:
            # a unit with few served cells: indoor stations stand at any cell with people where building is allowed
            caps[members] = np.maximum(most * _shared.allowed_cells(ground)[members], held[members])
    return _shared.add_capacity(load, held, ground.groups, totals, caps, ground.units) - held


def _network_note(rule: Counting, covered: tuple[int, ...]) -> tuple[str, str]:
    if len(set(covered)) == 1:
        return (
            f"每个室外站址有 {rule.networks} 张网各一座基站;各网覆盖相同,即“所有网络均覆盖”的人口等于单网覆盖人口。",
            f"Each outdoor site holds one station of each of {rule.networks} networks; every network covers the "
            "same people, so that the people covered by all networks equal those covered by one.",
        )
    return (
        f"各网站址不等:至少一张网覆盖 {covered[0]:,},所有网络均覆盖 {covered[-1]:,}。",
        f"The networks have unequal sites: {covered[0]:,} covered by one at least, {covered[-1]:,} by all.",
    )


def _counting_note(rule: Counting) -> tuple[str, str]:
    zh = "共享站只计一次" if rule.times == 1 else f"共享站按 {rule.times} 家运营商各计一次"
    en = (
        "a shared station counts once"
        if rule.times == 1
        else f"a shared station counts for each of {rule.times}"
    )
    inside = f"含室内站 {rule.indoor_share:.0%}" if rule.indoor_share else "不含室内站"
    indoors = f"{rule.indoor_share:.0%} indoors" if rule.indoor_share else "indoor stations not counted"
    return (
        f"统计口径(假定):{zh},{inside};每个完整站址计 {rule.per_site} 座。",
        f"Counting rule (assumed): {en}, {indoors}; a complete site counts {rule.per_site} stations.",
    )
