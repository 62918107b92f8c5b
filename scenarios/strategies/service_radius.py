"""Charging: public stations within a distance that people are asked to go, then piles where the load is highest.

Public, dedicated and private piles are different things. Only public piles are sited by service radius: a number of
stations is opened for coverage (a maximal covering problem with quotas, the radius being that of the people served),
each with the smallest size, and the remaining public piles go where the load on a pile is highest. Dedicated piles
follow activity places, private ones households with a car.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from geo import grid
from scenarios import demand as demands
from scenarios import reach, ways
from scenarios.allocation import apportionment
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.quotas import room_for_existing
from scenarios.solution import Ints, Solution
from scenarios.strategies import _goals, _shared, _siting

#: Radii of this many cell spacings or more are compared at one candidate a parent cell.
THIN_FROM = 5.0


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Site the piles of one scenario."""
    if profile is None:
        raise ValueError("a charging scenario has a facility profile")
    stock, existing = scenario.distributes == "stock", ground.givens.existing
    if stock:
        room_for_existing(existing, quotas, ground)
    held = ground.sum_by_unit(existing) if stock else np.zeros_like(quotas)
    public, dedicated, private = split(profile, quotas, held)
    demand, name = _shared.coverage_demand(scenario, ground)
    radius, allowed = service_radius(profile, ground, factor), _shared.allowed_cells(ground)
    most = (public - held) // int(profile.value("piles_per_station_min"))
    must = _siting.must_cover(ground, radius, "demand", existing, allowed, most)
    given = np.minimum(existing, 1) + must.sites
    points = service_points(ground, demand, radius, allowed, given)
    at = points.cells[points.candidates]
    problem = _goals.Problem(
        points.covers, points.demand, ground.groups[at], ground.groups[points.cells], points.fixed
    )
    taken = ground.sum_by_unit(must.sites)
    free = np.maximum(stations_of(profile, public - held) - taken, 0)
    plan = _siting.plan(scenario, ground, problem, free, most - taken, clock, (0.35, 0.8))
    fresh = np.zeros(len(ground.cells), dtype=np.int64)
    fresh[at[plan.fresh]] = 1
    site = np.minimum(given + fresh, 1)
    chosen = np.concatenate([points.fixed, plan.fresh])
    covered = np.where(problem.reached(chosen)[points.point_of_cell], demand, 0)
    load = nearest_load(ground, demand, covered > 0, np.flatnonzero(site))
    smallest = int(profile.value("piles_per_station_min"))
    start = existing + (must.sites + fresh) * smallest
    totals = public if stock else public + ground.sum_by_unit(existing)
    piles = _piles(profile, ground, totals, site, start, load)
    old = points.fixed[existing[at[points.fixed]] > 0]
    parts = {
        "public": piles - existing - must.sites * smallest,
        "dedicated": _spread(dedicated, ground, ("activity_places", "residents")),
        "private": _spread(private, ground, ("car_households", "residents")),
    }
    if stock and ground.givens.existing_known:
        parts["existing"] = existing
    if must.sites.any():
        parts["must_cover"] = must.sites * smallest
    return Solution(
        parts=parts,
        stages=(_shared.coverage_stage(plan.coverage), _shared.capacity_stage(load, piles)),
        demand=demand,
        demand_name=name,
        covered=covered,
        newly=_newly(points.covers, points.demand, chosen, at, len(ground.cells)),
        newly_given=_newly(points.covers, points.demand, old, at, len(ground.cells)) if len(old) else None,
        load=load,
        beside=existing if ground.givens.existing_known and not stock else None,
        sites=site,
        radius_m=radius,
        area_rule=np.zeros(len(demand), dtype=bool),
        units_for_goal=plan.units_for_goal,
        saturates_at=plan.saturates_at,
        facts={
            **_facts(profile, int(public.sum()), int(dedicated.sum()), int(private.sum()), site),
            "new_stations": int((must.sites + fresh).sum()),
            **_shared.existing_facts(scenario, ground),
            **must.facts(),
        },
        notes=(_shared.existing_note(scenario, ground), *_at_home_note(ground, dedicated, private)),
    )


def _at_home_note(ground: Ground, *others: Ints) -> tuple[tuple[str, str], ...]:
    if ground.givens.allowed.all() or not sum(int(units.sum()) for units in others):
        return ()
    return (
        (
            "候选站址与限制区域只约束公共充电站;专用桩、私人桩随其服务对象分布,不是选址结果。",
            "Candidate sites and limits hold for public stations; dedicated and private piles stand where those they "
            "serve are, which is no siting.",
        ),
    )


def evaluate(
    scenario: Scenario, profile: Profile, ground: Ground, sites: Ints, factor: float
) -> tuple[int, int]:
    """Return the demand that given stations cover on this ground, and all demand, with radii times ``factor``."""
    demand, _ = _shared.coverage_demand(scenario, ground)
    stations = np.flatnonzero(sites > 0)
    covers = reach.discs(ground.cells, service_radius(profile, ground, factor), "demand", stations)
    reached = _reached(covers, np.arange(len(stations)), len(demand))
    return int(demand[reached].sum()), int(demand.sum())


@dataclass(frozen=True)
class ServicePoints:
    """The covering problem of stations: people gathered at points, and candidates among the points.

    ``cells`` (n_points,) is the cell at which a point lies; ``point_of_cell`` (n_cells,) the point at which a cell's
    people are counted; ``candidates`` (n_candidates,) indices of points, ``fixed`` those of candidates with
    a given station; ``demand`` sums to the cells' demand.
    """

    cells: Ints
    point_of_cell: Ints
    demand: Ints
    candidates: Ints
    covers: sparse.csr_array
    fixed: Ints


def service_points(
    ground: Ground, demand: Ints, radius: np.ndarray, allowed: np.ndarray, given: Ints | None = None
) -> ServicePoints:
    """Gather the people of wide-radius cells at the most populous cell of each parent, and set up the covering problem.

    A radius of 2.5 km need not be measured from every 350 m: where it spans ``THIN_FROM`` spacings or more, the cells
    of one parent and assessment unit count as one point (moved by at most 1.5 spacings) and offer one candidate. A cell
    with a ``given`` station speaks for its parent first. The certificate speaks of these points and candidates.
    """
    standing = np.zeros(len(ground.cells), dtype=bool) if given is None else given > 0
    wide = radius >= THIN_FROM * grid.spacing(ground.surface.resolution)
    parent = np.where(wide, grid.parents(ground.cells, ground.surface.resolution - 1), ground.cells)
    key = np.stack([parent.view(np.int64), ground.groups], axis=1)
    member = np.unique(key, axis=0, return_inverse=True)[1].ravel()
    order = np.lexsort((ground.cells, -ground.people, ~allowed, ~standing, member))
    first = np.ones(len(order), dtype=bool)
    first[1:] = member[order][1:] != member[order][:-1]
    cells = order[first]  # the leader of each member group, in the order of the groups
    gathered = np.zeros(len(cells), dtype=np.int64)
    np.add.at(gathered, member, demand)
    candidates = np.flatnonzero(allowed[cells] | standing[cells])
    covers = reach.discs(ground.cells[cells], radius[cells], "demand", candidates)
    fixed = np.flatnonzero(standing[cells[candidates]])
    return ServicePoints(cells, member.astype(np.int64), gathered, candidates, covers, fixed)


def split(profile: Profile, quotas: Ints, held: Ints | None = None) -> tuple[Ints, Ints, Ints]:
    """Return public, dedicated and private piles of each quota; they sum to it exactly.

    ``held`` existing piles are public: a unit that holds more of them than its public share has fewer others.
    """
    shares = (float(profile.value("public_share")), float(profile.value("dedicated_share")))
    ways.require_shares(profile)
    public = _shared.by_unit(quotas, shares[0])
    if held is not None:
        public = np.maximum(public, held)
    rest = quotas - public
    dedicated = apportionment.largest_remainder(
        min(round(int(quotas.sum()) * shares[1]), int(rest.sum())), quotas, caps=rest
    )
    return public, dedicated, rest - dedicated


def stations_of(profile: Profile, public: Ints) -> Ints:
    """Return how many public stations each unit opens: one at least where it has the piles of the smallest station."""
    typical, smallest = float(profile.value("piles_per_station")), int(profile.value("piles_per_station_min"))
    return np.maximum(np.floor(public / typical), public >= smallest).astype(np.int64)


def service_radius(profile: Profile, ground: Ground, factor: float = 1.0) -> np.ndarray:
    """Return the distance that the people of each cell are asked to go, in metres."""
    return profile.by_class("service_radius_m")[profile.classes(ground.density)] * factor


def nearest_load(ground: Ground, demand: Ints, served: np.ndarray, sites: Ints) -> Ints:
    """Return for each cell the demand that has its nearest station there; sums to the served demand."""
    load = np.zeros(len(demand), dtype=np.int64)
    if not len(sites):
        return load
    points = grid.centroids(ground.cells)
    flat = points * np.array([np.cos(np.radians(points[:, 1].mean())), 1.0])
    who = np.flatnonzero(served)
    nearest = cKDTree(flat[sites]).query(flat[who])[1]
    np.add.at(load, sites[nearest], demand[who])
    return load


def _piles(profile: Profile, ground: Ground, public: Ints, site: Ints, start: Ints, load: Ints) -> Ints:
    """Return the public piles by cell: ``start``, and the rest of each unit's by load; ``load`` may gain a cell."""
    largest = int(profile.value("piles_per_station_max"))
    opened = ground.sum_by_unit(site)
    for g in np.flatnonzero((opened == 0) & (public > 0)).tolist():
        # too few piles for a station: they stand where the unit has most people
        members = np.flatnonzero((ground.groups == g) & ground.givens.allowed)
        if len(members):
            best = members[np.argmax(ground.people[members])]
            load[best] = max(int(load[best]), 1)
    # a coarser cell holds as many stations as it has resolution-9 cells
    most = largest * max(1, round(float(ground.areas_m2.mean()) / 105_000))
    caps = np.where((site > 0) | (load > 0), np.maximum(most, start), start)
    return _shared.add_capacity(load, start, ground.groups, public, caps, ground.units)


def _spread(totals: Ints, ground: Ground, names: tuple[str, ...]) -> Ints:
    """Share whole totals out within each unit by the first named demand that the unit has."""
    weights = np.zeros(len(ground.cells), dtype=np.int64)
    for name in names:
        empty = ground.sum_by_unit(weights)[ground.groups] == 0
        if empty.any():
            weights = np.where(empty, demands.named(ground.surface, name), weights)
    return apportionment.two_level(totals, weights, ground.groups)


def _reached(covers: Any, chosen: Ints, n: int) -> np.ndarray:
    reached = np.zeros(n, dtype=bool)
    if len(chosen):
        reached[covers[chosen].indices] = True
    return reached


def _newly(covers: Any, demand: Ints, chosen: Ints, at: Ints, n: int) -> Ints:
    newly = np.zeros(n, dtype=np.int64)
    if len(chosen):
        rows = covers[chosen].tocoo()
        first = np.full(len(demand), len(chosen), dtype=np.int64)
        np.minimum.at(first, rows.col, rows.row)
        reached = first < len(chosen)
        np.add.at(newly, at[chosen[first[reached]]], demand[reached])
    return newly


def _facts(profile: Profile, public: int, dedicated: int, private: int, site: Ints) -> dict[str, object]:
    kw = float(profile.value("public_kw")), float(profile.value("private_kw"))
    piles = public, dedicated, private
    return {
        "stations": int(site.sum()),
        "public_piles": piles[0],
        "dedicated_piles": piles[1],
        "private_piles": piles[2],
        "connectors": round(sum(piles) * float(profile.value("connectors_per_pile"))),
        "installed_mw": round(((piles[0] + piles[1]) * kw[0] + piles[2] * kw[1]) / 1000, 1),
    }
