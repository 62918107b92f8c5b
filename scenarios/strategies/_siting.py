"""Sites that are given (existing, must-cover) and sites that are free: one covering plan under quotas and goals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from geo import grid
from geo.distance import earth_centred, straight_line
from geo.errors import RequestError
from scenarios.allocation.annealing import Schedule
from scenarios.allocation.coverage import Coverage, Effort, maximal_coverage
from scenarios.clock import Clock
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.solution import Ints
from scenarios.strategies import _goals

Bools = NDArray[np.bool_]
#: A scenario's ``quick``: a whole city in seconds, at a gap some tenths of a percent wider than the solver's own quick.
QUICK = Effort(200, 6.0, Schedule(2_000_000, 6, 4, 60), 300, 200)
#: Most names of places that no site reaches that a result lists.
NAMES_TOLD = 20


@dataclass(frozen=True)
class MustCover:
    """Sites by cell that bring every must-cover place within reach, and what became of the places."""

    sites: Ints
    reached: int
    unreached: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """Return what a result says of the places; empty when none was asked for."""
        total = self.reached + len(self.unreached)
        if not total:
            return {}
        return {
            "must_cover_places": total,
            "must_cover_reached": self.reached,
            "must_cover_sites": int(self.sites.sum()),
            "must_cover_unreached": list(self.unreached[:NAMES_TOLD]),
        }


@dataclass(frozen=True)
class Plan:
    """The plan of a covering problem: ``fresh`` are the chosen candidates beyond the given ones."""

    coverage: Coverage
    fresh: Ints
    units_for_goal: int | None
    saturates_at: int | None


def must_cover(
    ground: Ground, radius_m: NDArray[np.float64], by: str, standing: Ints, allowed: Bools, room: Ints
) -> MustCover:
    """Choose sites that reach every must-cover place: greedy set cover, ties by cell id (Chvátal 1979).

    A site reaches a place when it stands in the place's cell, or within the radius of it (centre to centre).

    Parameters
    ----------
    radius_m : (n,) float
        By cell; ``by`` says whose counts: the ``candidate``'s or the ``demand``'s.
    standing : (n,) int64
        Existing sites; what they reach needs no other.
    room : (n_units,) int64
        Sites that each unit can give.

    Raises
    ------
    RequestError
        When the units' quotas cannot hold the sites.
    """
    sites = np.zeros(len(ground.cells), dtype=np.int64)
    places = ground.givens.places
    if not len(places):
        return MustCover(sites, 0, ())
    within = _within(ground, places["row"].to_numpy(np.int64), radius_m, by)
    wanted = np.ones(len(places), dtype=bool)
    wanted[within[standing > 0].indices] = False
    possible = np.zeros(len(places), dtype=bool)
    possible[within[allowed].indices] = True
    unreached = tuple(places["name"][wanted & ~possible].tolist())
    reached = len(places) - len(unreached)
    wanted &= possible
    rows = np.flatnonzero(allowed & (np.diff(within.indptr) > 0))
    near, left = within[rows].astype(np.int64), room.copy()
    while wanted.any():
        gains = np.where(left[ground.groups[rows]] > 0, near @ wanted.astype(np.int64), 0)
        best = int(np.argmax(gains))
        if gains[best] == 0:
            raise _no_room(ground, places["row"].to_numpy(np.int64)[wanted], int(sites.sum()), room)
        sites[rows[best]] += 1
        left[ground.groups[rows[best]]] -= 1
        wanted[near[[best]].indices] = False
    return MustCover(sites, reached, unreached)


def _within(ground: Ground, rows: Ints, radius_m: NDArray[np.float64], by: str) -> sparse.csr_array:
    """Return which cell's site reaches which place: (n_cells, n_places)."""
    points = grid.centroids(ground.cells)
    flat = earth_centred(points[:, 0], points[:, 1])
    latitude = float(points[:, 1].mean())
    far = straight_line(float(radius_m.max()), latitude)
    near = cKDTree(flat).sparse_distance_matrix(cKDTree(flat[rows]), far, output_type="ndarray")
    limit = np.array([straight_line(float(r), latitude) for r in np.unique(radius_m)])
    of_cell = limit[np.searchsorted(np.unique(radius_m), radius_m)]
    mine = of_cell[near["i"]] if by == "candidate" else of_cell[rows[near["j"]]]
    kept = near["v"] <= mine
    i, j = np.concatenate([near["i"][kept], rows]), np.concatenate([near["j"][kept], np.arange(len(rows))])
    matrix = sparse.csr_array((np.ones(len(i), dtype=bool), (i, j)), shape=(len(flat), len(rows)))
    matrix.sum_duplicates()
    return matrix


def _no_room(ground: Ground, left: Ints, chosen: int, room: Ints) -> RequestError:
    """Return the refusal with every unit in which places stay out of reach: how many, and what its quota holds."""
    units, places = np.unique(ground.groups[left], return_counts=True)
    told = [
        (ground.units["name_zh"].iloc[g], ground.units["name_en"].iloc[g], int(room[g]), int(n))
        for g, n in zip(units.tolist(), places.tolist(), strict=True)
    ]
    return RequestError(
        f"after {chosen} sites {len(left)} must-cover places of the region stay out of reach: "
        + "; ".join(f"{en}: {n} places left, its quota holds {holds} new sites" for _, en, holds, n in told)
        + ". Raise these quotas or name fewer kinds of places",
        f"已布 {chosen} 个站址后全域仍有 {len(left)} 处必保场所未覆盖:"
        + ";".join(f"{zh}:还差 {n} 处,配额只能新建 {holds} 个站址" for zh, _, holds, n in told)
        + "。请提高这些配额或减少必保场所类别",
    )


def plan(
    scenario: Scenario, ground: Ground, problem: _goals.Problem, free: Ints, most: Ints, clock: Clock,
    share: tuple[float, float] = (0.35, 0.75),
) -> Plan:  # fmt: skip
    """Place ``free`` sites of each unit beside the given ones, for the most demand, under the scenario's goals.

    ``most`` is how many free sites a unit's quota could hold: floors may take more sites than ``free``, up to it.
    """
    goals = _goals.of(scenario, ground)
    needs = _goals.own_sites(problem, goals, ground.units, most)
    counts = _goals.raise_to_needs(free, needs)
    given = np.bincount(problem.unit_of_candidate[problem.fixed], minlength=len(counts)).astype(np.int64)
    quotas = counts + given
    asked = scenario.document.get("effort", "quick")
    found = maximal_coverage(
        problem.covers,
        problem.demand,
        int(quotas.sum()),
        groups=problem.unit_of_candidate,
        quotas=dict(enumerate(quotas.tolist())),
        fixed=problem.fixed,
        effort=QUICK if asked == "quick" else asked,
        seed=scenario.document.get("seed", 0),
        certify=clock.certify,
        progress=clock.part("coverage", *share),
        cancelled=clock.cancelled,
    )
    found = _goals.keep_floors(found, problem, quotas, needs, goals)
    chosen, units_for_goal = _goals.stop_at_goal(found.chosen, problem, goals, needs)
    if len(chosen) < len(found.chosen):
        found = _stopped(found, chosen, problem)
    saturates_at = _goals.curve(problem.covers, problem.demand).saturates_at if clock.certify else None
    return Plan(found, np.setdiff1d(chosen, problem.fixed), units_for_goal, saturates_at)


def _stopped(found: Coverage, chosen: Ints, problem: _goals.Problem) -> Coverage:
    """Return the plan that stops at its goal: what it covers, and no bound, for the bound speaks of all the sites."""
    covered = int(problem.demand[problem.reached(chosen)].sum())
    method = f"{found.method}; stopped at the goal"
    return replace(found, chosen=chosen, covered=covered, bound=None, gap=None, proven=False, method=method)
