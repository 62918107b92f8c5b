"""Coverage goals and floors: how many sites they need, and plans that keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geo.errors import RequestError
from scenarios.allocation import kernels_coverage as kernels
from scenarios.allocation.annealing import empty_state
from scenarios.allocation.coverage import Coverage, maximal_coverage
from scenarios.allocation.instance import build
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.quotas import require_units
from scenarios.solution import Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """A covering problem with its units; ``fixed`` are the candidates that stand for the given sites."""

    covers: sparse.csr_array
    demand: Ints
    unit_of_candidate: Ints
    unit_of_point: Ints
    fixed: Ints

    def reached(self, chosen: Ints) -> NDArray[np.bool_]:
        """Return which points the candidates ``chosen`` cover."""
        reached = np.zeros(len(self.demand), dtype=bool)
        if len(chosen):
            reached[self.covers[chosen].indices] = True
        return reached


@dataclass(frozen=True)
class Goals:
    """What the scenario asks of coverage: an overall share, and the least share of each assessment unit."""

    goal: float | None
    floors: Floats


@dataclass(frozen=True)
class Curve:
    """Sites in greedy order (most new demand first) and what is covered after each of them."""

    order: Ints
    covered: Ints

    @property
    def saturates_at(self) -> int:
        """Sites after which no further site covers anything new."""
        return len(self.order)

    def needed(self, demand: float) -> int | None:
        """Return how many sites cover at least ``demand``; None when all of them do not."""
        if demand <= 0:
            return 0
        place = int(np.searchsorted(self.covered, demand - 1e-9))
        return place + 1 if place < len(self.covered) else None


def of(scenario: Scenario, ground: Ground) -> Goals:
    """Read the goals of a scenario."""
    asked: Mapping[str, Any] = scenario.document.get("coverage") or {}
    by_unit: Mapping[str, float] = asked.get("floors", {})
    known = ground.units["adcode"].tolist()
    require_units("coverage.floors", by_unit, ground)
    least = float(asked.get("floor", 0.0))
    return Goals(asked.get("goal"), np.array([by_unit.get(a, least) for a in known]))


def curve(covers: sparse.csr_array, demand: Ints) -> Curve:
    """Return the greedy coverage curve until nothing more can be covered; ties go to the smaller index."""
    n = covers.shape[0]
    if n == 0 or not demand.any():
        return Curve(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    instance = build(covers, demand, n, None, None, None)
    state = empty_state(instance)
    gains = np.zeros(instance.size, np.int64)
    picked = kernels.greedy(
        instance.pointers, instance.indices, instance.demand, instance.group, instance.budgets.copy(),
        state.chosen, state.counts, state.owner, gains, np.int64(0),
    )  # fmt: skip
    order = instance.candidate[picked]
    useful = gains[: len(order)] > 0
    return Curve(order[useful], np.cumsum(gains[: len(order)][useful]) // int(instance.scale))


def own_sites(problem: Problem, goals: Goals, units: pd.DataFrame, most: Ints) -> list[Ints]:
    """Return for each unit with a floor the fewest of its own sites (greedy), beside the given ones, that keep it.

    ``most`` is how many sites each unit's quota could hold.

    Raises
    ------
    RequestError
        With every unit whose floor its own sites cannot reach, or its quota cannot hold: what it takes, what there is.
    """
    reached = problem.reached(problem.fixed)
    result, refused = [], []
    for g, floor in enumerate(goals.floors.tolist()):
        points = np.flatnonzero(problem.unit_of_point == g)
        whole = float(problem.demand[points].sum())
        already = float(problem.demand[points[reached[points]]].sum())
        if floor <= 0 or already >= floor * whole:
            result.append(np.zeros(0, dtype=np.int64))
            continue
        members = np.flatnonzero(problem.unit_of_candidate == g)
        line = curve(problem.covers[members][:, points], np.where(reached[points], 0, problem.demand[points]))
        count = line.needed(floor * whole - already)
        if count is None:
            more = float(line.covered[-1]) if len(line.covered) else 0.0
            refused.append(_unreachable(floor, (already + more) / max(whole, 1.0)))
        elif count > most[g]:
            refused.append(_too_many(floor, count, int(most[g])))
        else:
            result.append(np.sort(members[line.order[:count]]))
            continue
        names = units["name_zh"].iloc[g], units["name_en"].iloc[g]
        refused[-1] = (f"{names[1]}: {refused[-1][0]}", f"{names[0]}:{refused[-1][1]}")
    if refused:
        raise _no_floors(refused)
    return result


def require_reachable(problem: Problem, goals: Goals, units: pd.DataFrame) -> None:
    """Refuse floors that all candidates together do not reach, with every unit: what is asked, what is possible."""
    reached = problem.reached(np.arange(problem.covers.shape[0]))
    refused = []
    for g in np.flatnonzero(goals.floors > 0).tolist():
        own = problem.unit_of_point == g
        whole, most = float(problem.demand[own].sum()), float(problem.demand[own & reached].sum())
        if most < float(goals.floors[g]) * whole - 1e-9:
            en, zh = _unreachable(float(goals.floors[g]), most / whole)
            refused.append((f"{units['name_en'].iloc[g]}: {en}", f"{units['name_zh'].iloc[g]}:{zh}"))
    if refused:
        raise _no_floors(refused)


def _no_floors(refused: list[tuple[str, str]]) -> RequestError:
    return RequestError(
        "the floors cannot be kept everywhere: "
        + "; ".join(en for en, _ in refused)
        + ". Lower these floors, or raise the quotas of units that are short",
        f"有 {len(refused)} 个单元达不到覆盖底线:"
        + ";".join(zh for _, zh in refused)
        + "。请降低这些底线,或提高不足单元的配额",
    )


def _unreachable(floor: float, best: float) -> tuple[str, str]:
    return (
        f"the floor of {floor:.1%} cannot be reached, the most its own sites can cover is {best:.1%}",
        f"底线 {floor:.1%} 无法达到,本区站点最多可覆盖 {best:.1%}",
    )


def _too_many(floor: float, needed: int, most: int) -> tuple[str, str]:
    return (
        f"covering {floor:.1%} takes {needed:,} sites, its quota holds {most:,}",
        f"覆盖 {floor:.1%} 需要 {needed:,} 处站点,配额只够 {most:,} 处",
    )


def raise_to_needs(sites: Ints, needs: list[Ints]) -> Ints:
    """Return site counts large enough for the floors."""
    return np.maximum(sites, np.array([len(n) for n in needs], dtype=np.int64))


def keep_floors(plan: Coverage, problem: Problem, quotas: Ints, needs: list[Ints], goals: Goals) -> Coverage:
    """Return ``plan`` when it keeps every floor, else one that does, with the first plan's bound.

    The bound of the problem without floors is a bound of the problem with them, so the certificate stays valid.
    """
    asked = np.flatnonzero(goals.floors > 0).tolist()
    broken = [g for g in asked if not _kept(plan.chosen, g, problem, goals)]
    if not broken:
        return plan
    fixed = np.unique(np.concatenate([problem.fixed, *(needs[g] for g in broken)]))
    again = maximal_coverage(
        problem.covers, problem.demand, int(quotas.sum()), groups=problem.unit_of_candidate,
        quotas=dict(enumerate(quotas.tolist())), fixed=fixed, effort="quick", certify=False,
    )  # fmt: skip
    gap = None if plan.bound is None else (plan.bound - again.covered) / plan.bound if plan.bound else 0.0
    return replace(
        again, bound=plan.bound, gap=gap, proven=False, method=f"{plan.method}; floors kept by fixed sites"
    )


def stop_at_goal(chosen: Ints, problem: Problem, goals: Goals, needs: list[Ints]) -> tuple[Ints, int | None]:
    """Return the sites that are opened: all of them, or, with a goal, the fewest (greedy) that meet goal and floors.

    Given sites are always open and count.

    Raises
    ------
    RequestError
        When all the sites together do not reach the goal.
    """
    if goals.goal is None:
        return chosen, None
    demand = problem.demand
    wanted = goals.goal * float(demand.sum())
    fixed = np.unique(np.concatenate([problem.fixed, *needs]))
    reached = problem.reached(fixed)
    already = float(demand[reached].sum())
    if already >= wanted:
        return fixed, len(fixed)
    rest = np.setdiff1d(chosen, fixed)
    line = curve(problem.covers[rest], np.where(reached, 0, demand))
    count = line.needed(wanted - already)
    if count is None:
        more = float(line.covered[-1]) if len(line.covered) else 0.0
        best = (already + more) / max(float(demand.sum()), 1.0)
        raise RequestError(
            f"the goal of {goals.goal:.1%} is not reached: {len(chosen)} sites cover {best:.2%}; lower the goal, raise "
            "the amount, or let districts share more freely",
            f"目标 {goals.goal:.1%} 未达到:{len(chosen)} 个站址覆盖 {best:.2%};请降低目标、增加数量或放宽分区配额",
        )
    opened = np.sort(np.concatenate([fixed, rest[line.order[:count]]]))
    return opened, len(opened)


def _kept(chosen: Ints, unit: int, problem: Problem, goals: Goals) -> bool:
    own = problem.unit_of_point == unit
    whole = float(problem.demand[own].sum())
    return (
        float(problem.demand[own & problem.reached(chosen)].sum()) >= float(goals.floors[unit]) * whole - 1e-9
    )
