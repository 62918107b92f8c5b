"""Maximal covering with quotas: the best places for p units, and a certificate of how good they are.

Church and ReVelle's maximal covering location problem (1974) with a partition of the candidates into groups
of given counts. Lazy greedy, a Lagrangian bound, annealing guided by its prices, and a proof by branch and
bound where the instance is small. ``docs/allocation.md``, section 3.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import unknown
from scenarios.allocation import kernels_coverage as kernels
from scenarios.allocation.annealing import Schedule, State, anneal, empty_state, settle
from scenarios.allocation.bound import Bound, lagrangian
from scenarios.allocation.inputs import Cancelled, Ints, Progress
from scenarios.allocation.instance import Instance, build


@dataclass(frozen=True, slots=True)
class Effort:
    """Effort in iterations: subgradient steps, annealing schedule, branch-and-bound size and nodes."""

    bound_steps: int
    patience: float
    schedule: Schedule
    proof_size: int
    proof_nodes: int


#: with this few undecided candidates branch and bound comes before annealing
_TINY = 60
#: an instance of at most this many candidates is tried early, when at most ``_EARLY`` are undecided
_SMALL, _EARLY = 2_500, 500
#: candidates worth less than this share of their group's last unit are not annealed
_WORTH = 0.85

EFFORTS = {
    "quick": Effort(200, 6.0, Schedule(4_000_000, 6, 20, 120), 300, 200),
    "standard": Effort(450, 8.0, Schedule(60_000_000, 10, 60, 1_200), 1_200, 3_000),
    "thorough": Effort(1_000, 10.0, Schedule(600_000_000, 20, 160, 3_000), 1_500, 20_000),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """A covering plan and its certificate.

    Attributes
    ----------
    chosen : (k,) int64
        Sorted candidate indices, fixed ones included, k <= p. Fewer than p only where no further unit of
        any group with units left would cover anything new.
    covered : int or float
        Demand within reach of a chosen candidate, in the unit of ``demand``; an int when demand is whole.
    bound : int, float or None
        No plan can cover more: certified (Lagrangian, or branch and bound where ``proven``). None when no
        certificate was asked for.
    gap : float or None
        ``(bound - covered) / bound``; 0 when nothing can be covered.
    proven : bool
        True only when the plan is shown to be the best possible: covered equals the bound.
    seconds : float
        Wall time; never part of a canonical result.
    method : str
        What made the plan and the bound.
    reproducible : bool
        False when a time limit or a cancel changed the course; the same ask may then give another plan.
    """

    chosen: Ints
    covered: float
    bound: float | None
    gap: float | None
    proven: bool
    seconds: float
    method: str
    reproducible: bool


def maximal_coverage(
    covers: object,
    demand: npt.ArrayLike,
    p: int,
    *,
    groups: npt.ArrayLike | None = None,
    quotas: Mapping[int, int] | None = None,
    fixed: npt.ArrayLike | None = None,
    effort: str | Effort = "standard",
    time_limit: float | None = None,
    seed: int = 0,
    certify: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Coverage:
    """Choose at most ``p`` candidates that together cover as much demand as possible.

    Parameters
    ----------
    covers : scipy.sparse matrix or array, (n_candidates, n_demand)
        True (non-zero) where a candidate covers a demand point.
    demand : (n_demand,) array
        Finite, >= 0; whole numbers or floats (scaled to 64-bit integers inside, conventions R3).
    p : int
        Units to place, fixed ones included.
    groups : (n_candidates,) integers, and quotas : {group: count}, optional
        At most ``quotas[g]`` units in group g; the quotas sum to ``p``; a group without a quota has 0.
    fixed : (k,) integers or (n_candidates,) bool, optional
        Candidates already chosen; they count in ``p`` and in their group's quota.
    effort : "quick", "standard", "thorough" or an Effort of one's own
        Counted in iterations, so that a result repeats (conventions S2).
    time_limit : float, optional
        Seconds. Where it cuts the schedule short, the result says ``reproducible=False``.
    seed : int
        Seed of the annealing.
    certify : bool
        False skips the bound (about half the time at quick effort); then bound and gap are None.
    threads : int, optional
        Worker threads; the result does not depend on it.
    progress, cancelled : callables, optional
        ``progress(stage, share)`` and ``cancelled() -> bool``, called between short batches.

    Raises
    ------
    RequestError
        Wrong shapes, negative or missing demand, quotas that do not add up to p, more fixed units than p or
        a quota allows; the message names the nearest feasible figure.

    Examples
    --------
    >>> plan = maximal_coverage([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]], [5, 1, 1, 4], 2)
    >>> plan.chosen.tolist(), plan.covered, plan.proven
    ([0, 2], 11, True)
    """
    began = time.perf_counter()
    if isinstance(effort, str) and effort not in EFFORTS:
        raise unknown("effort", effort, EFFORTS, "求解力度")
    amount = EFFORTS[effort] if isinstance(effort, str) else effort
    deadline = None if time_limit is None else began + time_limit
    instance = build(covers, demand, p, groups, quotas, fixed)
    found = solve(
        instance, amount, seed,
        certify=certify, threads=threads, deadline=deadline, progress=progress, cancelled=cancelled,
    )  # fmt: skip
    return as_coverage(instance, found, began)


@dataclass(frozen=True, slots=True)
class Found:
    """A solved instance, in scaled demand newly covered: plan, upper bound (None if not asked), how, certificate."""

    state: State
    limit: int | None
    method: str
    complete: bool
    bound: Bound | None


def solve(
    instance: Instance,
    amount: Effort,
    seed: int,
    *,
    certify: bool = True,
    threads: int | None = None,
    deadline: float | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Found:
    """Solve a reduced instance: greedy, bound, annealing, and a proof where that is possible."""
    state, last_gains = greedy_plan(instance)
    reachable = int(instance.demand.sum())
    if state.covered == reachable:
        return Found(state, reachable, "greedy; everything that can be covered is covered", True, None)
    bound = None
    if certify:
        bound = lagrangian(
            instance, state.covered, state.counts, amount.bound_steps,
            patience=amount.patience, progress=progress, cancelled=cancelled,
        )  # fmt: skip
        if not bound.complete:
            return Found(state, min(bound.value, reachable), "greedy; Lagrangian bound, cut", False, bound)
        size = min(_TINY, amount.proof_size)
        state, limit, method = _prove(
            instance, state, bound, size, amount.proof_nodes, "greedy; Lagrangian bound"
        )
        if limit - state.covered < step_of(instance):
            return Found(state, limit, method, True, bound)
    prices = bound.thresholds if bound is not None else last_gains
    worth = bound.prices if bound is not None else instance.reach.astype(np.float64)
    movable = (worth >= _WORTH * prices[instance.group]).astype(np.uint8)
    movable[state.chosen > 0] = 1

    def improve(schedule: Schedule, told: Progress | None) -> tuple[State, bool]:
        return anneal(
            instance, state, prices, movable, schedule, seed,
            threads=threads, deadline=deadline, progress=told, cancelled=cancelled,
        )  # fmt: skip

    method = "greedy, annealing" + ("; Lagrangian bound" if certify else "")
    if bound is not None and instance.size <= _SMALL and amount.proof_size > 0:
        # on a small instance a short annealing often leaves so little open that a proof is quicker than more annealing
        state, complete = improve(EFFORTS["quick"].schedule, None)
        size = min(_EARLY, amount.proof_size) if complete else 0
        state, limit, how = _prove(instance, state, bound, size, amount.proof_nodes, method)
        if limit - state.covered < step_of(instance):
            return Found(state, limit, how, complete, bound)
    state, complete = improve(amount.schedule, progress)
    if bound is None:
        return Found(state, None, method, complete, None)
    size = amount.proof_size if complete else 0
    state, limit, method = _prove(instance, state, bound, size, amount.proof_nodes, method)
    return Found(state, limit, method, complete, bound)


def greedy_plan(instance: Instance) -> tuple[State, npt.NDArray[np.float64]]:
    """Return the lazy greedy plan and, for each group, the gain of its last unit (0 where it had to stop)."""
    state = empty_state(instance)
    budgets = instance.budgets.copy()
    gains = np.zeros(int(min(budgets.sum(), instance.size)), np.int64)
    picked = kernels.greedy(
        instance.pointers, instance.indices, instance.demand, instance.group, budgets,
        state.chosen, state.counts, state.owner, gains, np.int64(0),
    )  # fmt: skip
    state.covered = int(gains.sum())
    last = np.zeros(len(budgets))
    last[instance.group[picked]] = gains[: len(picked)]
    last[budgets > 0] = 0.0
    return state, last


def _prove(
    instance: Instance, state: State, bound: Bound, size: int, nodes: int, method: str
) -> tuple[State, int, str]:
    """Close the gap by branch and bound where at most ``size`` candidates are undecided.

    Returns (plan, upper bound, method); the given plan and bound where too many are undecided.
    """
    step = step_of(instance)
    limit = min(bound.value, int(instance.demand.sum()))
    if limit - state.covered < step:
        return state, limit, method
    keep = bound.undecided(instance, state.covered + step - 1)
    if len(keep) > size:
        return state, limit, method
    if len(keep) == 0:
        return state, state.covered, method + " and reduced-cost proof"
    from scenarios.allocation import lp

    chosen, above, finished = lp.prove(instance, keep, nodes, state.chosen)
    if len(chosen):
        better = empty_state(instance)
        better.chosen[chosen] = 1
        _count(instance, better)
        settle(instance, better)
        if better.covered > state.covered:
            state = better
    # a plan outside the kept candidates is no better than the one we had
    above = max(int(min(above, float(limit))), state.covered)
    if finished and above - state.covered < step:
        above = state.covered
    return state, min(limit, above), method + "; branch and bound"


def step_of(instance: Instance) -> int:
    """Return the smallest difference between two plans' scaled coverage that can occur."""
    return int(instance.scale) if instance.whole else 1


def _count(instance: Instance, state: State) -> None:
    """Recompute counts, owners and coverage from ``chosen``, in place."""
    holder = np.repeat(np.arange(instance.size), np.diff(instance.pointers))
    active = state.chosen[holder] > 0
    state.counts[:] = np.bincount(instance.indices[active], minlength=len(state.counts))
    state.owner[:] = 0
    np.add.at(state.owner, instance.indices[active], holder[active])
    state.covered = int(instance.demand[state.counts > 0].sum())


def as_coverage(instance: Instance, found: Found, began: float) -> Coverage:
    """Turn scaled integers back into the caller's units, rounding the bound so that it stays a bound."""
    state, limit = found.state, found.limit
    chosen = np.sort(np.concatenate([instance.fixed, instance.candidate[state.chosen > 0]]))
    total = state.covered + instance.already
    covered: float = total // int(instance.scale) if instance.whole else total / instance.scale
    bound: float | None = None
    if limit is not None and instance.whole:
        bound = (limit + instance.already) // int(instance.scale)
    elif limit is not None:
        bound = (limit + instance.already) / instance.scale + instance.slack
    gap = None if bound is None else (bound - covered) / bound if bound > 0 else 0.0
    proven = limit is not None and limit - state.covered < step_of(instance)
    seconds = time.perf_counter() - began
    return Coverage(chosen, covered, bound, gap, proven, seconds, found.method, found.complete)
