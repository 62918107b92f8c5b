"""The inverse question: the fewest units that reach a coverage goal, with a certified lower bound.

A goal is a share of all demand; floors are shares of the demand of each group of points (districts). Greedy on
what still counts (Wolsey 1982), then maximal covering with fewer units while it still reaches; the lower bound
comes from the same Lagrangian as maximal covering, read as a function of the number of units; small instances are
closed by branch and bound. ``docs/allocation.md``, section 4.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import RequestError, unknown
from scenarios.allocation import kernels_coverage as coverage_kernels
from scenarios.allocation import kernels_covering as kernels
from scenarios.allocation.annealing import empty_state
from scenarios.allocation.bound import units_needed
from scenarios.allocation.coverage import EFFORTS, greedy_plan, solve
from scenarios.allocation.inputs import Cancelled, Ints, Progress
from scenarios.allocation.instance import build, coverage_matrix, scaled_demand


@dataclass(frozen=True, slots=True)
class CoverageCurve:
    """What a growing greedy plan covers.

    ``order`` lists candidates as greedy takes them (fixed ones first, in index order), ``covered[k]`` the demand
    covered by the first k of them (``covered[0]`` = 0), in the caller's unit. Coverage saturates at
    ``saturates_at`` units: no further unit of this plan covers anything new. ``reachable`` is what all
    candidates together cover.
    """

    order: Ints
    covered: npt.NDArray[np.int64 | np.float64]
    saturates_at: int
    reachable: float


def coverage_curve(
    covers: object, demand: npt.ArrayLike, *, fixed: npt.ArrayLike | None = None
) -> CoverageCurve:
    """Return the greedy coverage curve up to saturation (lazy greedy: within 1 - 1/e of the best at every k).

    Parameters are those of :func:`scenarios.allocation.maximal_coverage`; ties go to the smaller index.

    Examples
    --------
    >>> curve = coverage_curve([[1, 1, 0], [0, 1, 1], [1, 0, 0]], [1, 1, 5])
    >>> curve.order.tolist(), curve.covered.tolist(), curve.saturates_at
    ([1, 0], [0, 6, 7], 2)
    """
    matrix = coverage_matrix(covers, np.size(demand))
    instance = build(matrix, demand, matrix.shape[0], None, None, fixed)
    state = empty_state(instance)
    gains = np.zeros(instance.size, np.int64)
    picked = coverage_kernels.greedy(
        instance.pointers, instance.indices, instance.demand, instance.group, instance.budgets.copy(),
        state.chosen, state.counts, state.owner, gains, np.int64(0),
    )  # fmt: skip
    scaled, *_ = scaled_demand(demand)
    first = _first_gains(matrix, scaled, instance.fixed)
    running = np.concatenate(
        [np.zeros(1, np.int64), np.cumsum(np.concatenate([first, gains[: len(picked)]]))]
    )
    order = np.concatenate([instance.fixed, instance.candidate[picked]])
    reachable = int(running[-1])
    if instance.whole:
        unit = int(instance.scale)
        return CoverageCurve(order, running // unit, len(order), reachable // unit)
    return CoverageCurve(order, running / instance.scale, len(order), reachable / instance.scale)


def _first_gains(matrix: sparse.csr_matrix, demand: Ints, order: Ints) -> Ints:
    """Return what each unit of ``order`` newly covers when they are built one after another."""
    rows = matrix[order].tocoo()
    first = np.full(matrix.shape[1], len(order), np.int64)
    np.minimum.at(first, rows.col, rows.row)
    gains = np.zeros(len(order) + 1, np.int64)
    np.add.at(gains, first, demand)
    return gains[:-1]


@dataclass(frozen=True, slots=True)
class FewestUnits:
    """The fewest units found that keep every goal, and how few could possibly do.

    Attributes
    ----------
    chosen : (units,) int64
        Sorted candidate indices, fixed ones included.
    units, lower_bound : int
        Units found; no plan with fewer than ``lower_bound`` keeps the goals (certified).
    gap : float
        ``(units - lower_bound) / units``; 0 for no units.
    proven : bool
        True only when ``units == lower_bound``.
    covered, share : float
        Demand covered, and its share of all demand.
    group_shares : dict[int, float]
        Share covered of each group that has a floor.
    method, reproducible, seconds
        As in :class:`scenarios.allocation.Coverage`.
    """

    chosen: Ints
    units: int
    lower_bound: int
    gap: float
    proven: bool
    covered: float
    share: float
    group_shares: dict[int, float]
    method: str
    reproducible: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class _Ask:
    """The checked ask: typed matrix, scaled demand, and what each goal still needs; goal 0 is the region."""

    matrix: sparse.csr_matrix
    demand: Ints
    scale: float
    goal_of_point: Ints
    needed: Ints
    labels: tuple[int, ...]
    fixed: Ints

    def surplus(self, chosen: Ints) -> Ints:
        """Return covered minus needed demand of each goal."""
        hit = np.zeros(len(self.demand), bool)
        hit[self.matrix[chosen].indices] = True
        covered = np.where(hit, self.demand, 0)
        totals = np.zeros(len(self.needed), np.int64)
        np.add.at(totals, self.goal_of_point, covered)
        totals[0] = covered.sum()
        return totals - self.needed


def fewest_units(
    covers: object,
    demand: npt.ArrayLike,
    goal: float,
    *,
    point_groups: npt.ArrayLike | None = None,
    floors: Mapping[int, float] | None = None,
    fixed: npt.ArrayLike | None = None,
    effort: str = "standard",
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> FewestUnits:
    """Find the fewest units that cover at least ``goal`` of all demand and each floor of its group's demand.

    Parameters
    ----------
    covers, demand, fixed, effort, seed, progress, cancelled
        As in :func:`scenarios.allocation.maximal_coverage`.
    goal : float
        Share of all demand, 0..1 (0 when only floors are asked).
    point_groups : (n_demand,) integers, and floors : {group: share}, optional
        The district of each demand point, and the least share of its demand to be covered.

    Raises
    ------
    RequestError
        A share outside 0..1, or a goal that all candidates together do not reach; the message names each such goal
        and the share that can be reached.

    Examples
    --------
    >>> found = fewest_units([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]], [5, 1, 1, 3], 0.8)
    >>> found.units, found.lower_bound, found.share
    (2, 2, 1.0)
    """
    began = time.perf_counter()
    if effort not in EFFORTS:
        raise unknown("effort", effort, EFFORTS, "求解力度")
    ask = _checked(covers, demand, goal, point_groups, floors, fixed)
    chosen = _greedy(ask, ask.fixed)
    lower, method, complete = len(ask.fixed), "greedy", True
    if len(chosen) > lower:
        chosen, lower, method, complete = _improve(ask, chosen, effort, seed, progress, cancelled)
    surplus = ask.surplus(chosen) + ask.needed
    totals = np.bincount(ask.goal_of_point, weights=ask.demand, minlength=len(ask.needed))
    total = float(ask.demand.sum())
    return FewestUnits(
        chosen=chosen,
        units=len(chosen),
        lower_bound=lower,
        gap=(len(chosen) - lower) / len(chosen) if len(chosen) else 0.0,
        proven=len(chosen) == lower,
        covered=float(surplus[0]) / ask.scale,
        share=float(surplus[0]) / total if total else 1.0,
        group_shares={
            label: float(surplus[c]) / float(totals[c]) if totals[c] else 1.0
            for c, label in enumerate(ask.labels, start=1)
        },
        method=method,
        reproducible=complete,
        seconds=time.perf_counter() - began,
    )


def _checked(
    covers: object,
    demand: npt.ArrayLike,
    goal: float,
    point_groups: npt.ArrayLike | None,
    floors: Mapping[int, float] | None,
    fixed: npt.ArrayLike | None,
) -> _Ask:
    """Check the ask, scale it, and refuse goals that all candidates together do not reach."""
    scaled, scale, _, _ = scaled_demand(demand)
    matrix = coverage_matrix(covers, len(scaled))
    wanted = {"goal": goal} | {f"floor of group {g}": share for g, share in (floors or {}).items()}
    for name, share in wanted.items():
        if not 0 <= share <= 1:
            raise RequestError(
                f"{name} is {share}; it must be a share from 0 to 1", f"{name} 为 {share};应为 0 至 1 的比例"
            )
    labels = tuple(sorted(floors or {}))
    goal_of_point = np.zeros(len(scaled), np.int64)
    if labels:
        groups = np.asarray(point_groups)
        if groups.shape != scaled.shape:
            raise RequestError(
                f"floors need point_groups: one group for each of the {len(scaled)} demand points",
                f"设下限时须给出 point_groups:{len(scaled)} 个需求点各属一组",
            )
        for c, label in enumerate(labels, start=1):
            goal_of_point[groups == label] = c
    totals = np.zeros(len(labels) + 1, np.int64)
    np.add.at(totals, goal_of_point, scaled)
    totals[0] = scaled.sum()
    shares = [goal, *((floors or {})[label] for label in labels)]
    needed = np.array(
        [_share_of(share, int(total)) for share, total in zip(shares, totals, strict=True)], np.int64
    )
    held = build(matrix, demand, matrix.shape[0], None, None, fixed).fixed
    ask = _Ask(matrix, scaled, scale, goal_of_point, needed, labels, held)
    _require_reachable(ask, totals, shares)
    return ask


def _share_of(share: float, total: int) -> int:
    """Return the smallest whole amount that is at least ``share`` of ``total``, in exact arithmetic."""
    exact = Fraction(str(float(share))) * total
    return -(-exact.numerator // exact.denominator)


def _require_reachable(ask: _Ask, totals: Ints, shares: list[float]) -> None:
    most = ask.surplus(np.arange(ask.matrix.shape[0]))
    english, chinese = [], []
    for c in np.flatnonzero(most < 0):
        name = "the goal" if c == 0 else f"the floor of group {ask.labels[c - 1]}"
        name_zh = "总目标" if c == 0 else f"第 {ask.labels[c - 1]} 组的下限"
        best = np.floor(float(most[c] + ask.needed[c]) / float(totals[c]) * 1e6) / 1e6
        english.append(
            f"{name} of {shares[c]:.6g} cannot be reached: all candidates together cover a share of {best:.6f}"
        )
        chinese.append(f"{name_zh} {shares[c]:.6g} 无法达到:全部候选点合计只能覆盖 {best:.6f}")
    if english:
        raise RequestError("; ".join(english), ";".join(chinese))


def _greedy(ask: _Ask, start: Ints) -> Ints:
    """Return ``start`` completed greedily until every goal is kept, without spare units, sorted."""
    n = ask.matrix.shape[0]
    pointers, indices = ask.matrix.indptr.astype(np.int64), ask.matrix.indices.astype(np.int32)
    chosen = np.zeros(n, np.uint8)
    chosen[start] = 1
    counts = np.bincount(ask.matrix[start].indices, minlength=len(ask.demand)).astype(np.int32)
    short = -ask.surplus(start)
    added = kernels.reach_goals(pointers, indices, ask.demand, ask.goal_of_point, chosen, counts, short)
    removable = np.setdiff1d(np.concatenate([start, added]), ask.fixed)
    worth = np.zeros(n, np.int64)
    coverage_kernels.refresh(0, n, pointers, indices, ask.demand, chosen, counts, worth)
    order = removable[np.lexsort((removable, worth[removable]))]
    kernels.drop_spare(order, pointers, indices, ask.demand, ask.goal_of_point, chosen, counts, short)
    return np.flatnonzero(chosen)


_TURNS = 12
_TRIES = {"quick": 3, "standard": 6, "thorough": 12}
_EXACT_SIZE = {"quick": 60, "standard": 600, "thorough": 1_200}


def _improve(
    ask: _Ask, chosen: Ints, effort: str, seed: int, progress: Progress | None, cancelled: Cancelled | None
) -> tuple[Ints, int, str, bool]:
    """Lower the count by maximal covering with fewer units, and raise the lower bound; return both.

    Floors enter maximal covering as weights: a district below its floor counts for more in the next try. Any
    weights give a valid bound, since a plan that keeps every goal keeps their weighted sum.
    """
    amount = replace(EFFORTS[effort], proof_size=0)
    pull = _calibrated(ask, chosen)
    best, lower, complete = chosen, len(ask.fixed), True
    count = len(chosen)
    for attempt in range(_TRIES[effort]):
        if cancelled is not None and cancelled():
            return best, lower, "greedy, cut", False
        weights, goal = _weighted(ask, pull)
        instance = build(ask.matrix, weights, count, None, None, ask.fixed)
        found = solve(instance, amount, seed, cancelled=cancelled)
        complete &= found.complete
        if found.bound is not None:
            scaled_goal = goal * int(instance.scale) - instance.already
            lower = max(lower, len(ask.fixed) + units_needed(instance, found.bound.multipliers, scaled_goal))
        trial = np.concatenate([ask.fixed, instance.candidate[found.state.chosen > 0]])
        surplus = ask.surplus(trial)
        repaired = _greedy(ask, trial)
        if len(repaired) < len(best):
            best = repaired
        if progress is not None:
            progress("inverse", (attempt + 1) / _TRIES[effort])
        if len(best) <= lower:
            break
        _pull_towards(pull, surplus, ask.needed, 0.5)
        worth = 0.0
        if len(pull) == 1 and found.bound is not None:
            worth = float(found.bound.thresholds[0]) / instance.scale
        count = _next_count(count, len(repaired), len(best), lower, int(surplus.min()), worth)
    best, lower, proved = _exact(ask, best, lower, effort)
    method = "greedy, maximal covering with fewer units; Lagrangian bound" + (
        "; branch and bound" if proved else ""
    )
    return best, lower, method, complete


def _calibrated(ask: _Ask, chosen: Ints) -> npt.NDArray[np.float64]:
    """Return how much each goal should count, so that greedy with as many units misses none by much.

    Only quality depends on it: any weights give a valid bound.
    """
    pull = (ask.needed > 0).astype(np.float64)
    if len(pull) == 1:
        return pull
    pull[1:] *= 0.2
    for turn in range(_TURNS):
        weights, _ = _weighted(ask, pull)
        instance = build(ask.matrix, weights, len(chosen), None, None, ask.fixed)
        state, _ = greedy_plan(instance)
        trial = np.concatenate([ask.fixed, instance.candidate[state.chosen > 0]])
        _pull_towards(pull, ask.surplus(trial), ask.needed, 1.0 / (1.0 + 0.3 * turn))
    return pull


def _pull_towards(pull: npt.NDArray[np.float64], surplus: Ints, needed: Ints, pace: float) -> None:
    """Make goals that are missed count for more and goals with a surplus for less, in place."""
    if len(pull) > 1:
        missing = np.clip(-surplus / np.maximum(needed, 1), -0.1, 0.1)
        pull *= np.exp(10.0 * pace * missing)
        pull /= pull.max()


def _next_count(count: int, repaired: int, best: int, lower: int, surplus: int, worth: float) -> int:
    """Return the number of units to try next, always below the best so far.

    With one goal, ``worth`` (what the last unit brings) tells how many units the surplus is worth, or what is missing.
    """
    if worth > 0:
        step = int(np.floor(surplus / worth))
        guess = count - step if step else count - 1
    elif surplus >= 0:
        guess = min(best, repaired) - max(1, (best - lower) // 4)
    else:
        guess = count + max(1, (repaired - count) // 2)
    return max(lower, min(best - 1, guess))


def _weighted(ask: _Ask, pull: npt.NDArray[np.float64]) -> tuple[Ints, int]:
    """Return whole weights for each point, and the weighted goal that every plan keeping all goals reaches.

    A point weighs its demand times the pull of the region and of its own district. Weights are kept below 2^47
    in sum by dropping low bits of demand; the goal is lowered by all that this could lose.
    """
    if len(pull) == 1:
        return ask.demand, int(ask.needed[0])
    whole = np.rint(pull * 4_096).astype(np.int64)
    own = np.where(ask.goal_of_point > 0, whole[ask.goal_of_point], 0)
    most = int(ask.demand.sum()) * int(whole[0] + whole[1:].max())
    shift = max(0, most.bit_length() - 47)
    coarse = ask.demand >> shift
    # each goal's sum of demand loses less than one unit of 2^shift a point
    points = np.bincount(ask.goal_of_point, minlength=len(pull))
    points[0] = len(ask.demand)
    goal = sum(
        int(w) * max(0, (int(needed) >> shift) - int(n))
        for w, needed, n in zip(whole, ask.needed, points if shift else points * 0, strict=True)
    )
    return coarse * (whole[0] + own), goal


def _exact(ask: _Ask, best: Ints, lower: int, effort: str) -> tuple[Ints, int, bool]:
    """Close a small instance by branch and bound; return (plan, lower bound, whether the solver was used)."""
    if len(best) <= lower or ask.matrix.shape[0] > _EXACT_SIZE[effort]:
        return best, lower, False
    from scenarios.allocation import lp

    chosen, below = lp.fewest(
        ask.matrix, ask.demand, ask.goal_of_point, ask.needed, ask.fixed, EFFORTS[effort].proof_nodes
    )
    if len(chosen) and len(chosen) < len(best) and (ask.surplus(chosen) >= 0).all():
        best = chosen
    return best, min(len(best), max(lower, below)), True
