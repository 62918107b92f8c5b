"""Annealing of a covering plan in parallel slabs of two colours: the same plan on any number of threads.

Candidates that share a point differ by at most one breadth-first level, so slabs of whole levels that are
kept apart by another slab share no point and can be annealed at the same time. A round anneals the even
slabs, then the odd ones; the slab borders move from round to round. Slabs and seeds depend on the round and
on the slab only (conventions S2). See ``docs/allocation.md``, section 3.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.allocation import kernels_coverage as kernels
from scenarios.allocation.inputs import Cancelled, Floats, Ints, Progress
from scenarios.allocation.instance import Instance

#: slabs of one colour that a round is cut into, whatever the number of threads
_SLABS = 12
_LOGS = np.log((np.arange(1024) + 0.5) / 1024)


@dataclass(slots=True)
class State:
    """A plan on an instance: who is chosen, how often each point is covered, and what that is worth."""

    chosen: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int32]
    owner: Ints
    covered: int

    def copy(self) -> State:
        """Return an independent copy."""
        return State(self.chosen.copy(), self.counts.copy(), self.owner.copy(), self.covered)


def empty_state(instance: Instance) -> State:
    """Return the plan without any unit."""
    points = len(instance.demand)
    return State(
        np.zeros(instance.size, np.uint8), np.zeros(points, np.int32), np.zeros(points, np.int64), 0
    )


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hot: rounds, moves a round for each movable candidate, temperatures in unit prices."""

    rounds: int
    moves: int
    hot: float = 0.15
    cold: float = 0.02


def anneal(
    instance: Instance,
    start: State,
    prices: Floats,
    movable: npt.NDArray[np.uint8],
    schedule: Schedule,
    seed: int,
    *,
    threads: int | None = None,
    deadline: float | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[State, bool]:
    """Anneal ``start`` and return (the better of the annealed plan and ``start``, whether the whole schedule ran untouched by the clock).

    ``prices[g]`` is what a unit of group g must bring (from the bound); it is steered from round to round so
    that the number of units stays near the budget, and the last step makes it exact.
    """
    state = start.copy()
    value = np.zeros(instance.size, np.int64)
    reach = instance.reach
    toll = np.maximum(prices, 1.0)
    began = time.perf_counter()
    heat, complete, timed = 0.0, True, False
    with ThreadPoolExecutor(max_workers=min(threads or os.cpu_count() or 1, _SLABS)) as pool:
        number = 0
        while heat < 1.0:
            if cancelled is not None and cancelled():
                complete = False
                break
            after = (number + 1) / schedule.rounds
            if deadline is not None:
                # a clock that runs ahead of the schedule cools faster, and is owned up to
                spent = (time.perf_counter() - began) / max(deadline - began, 1e-3)
                ahead = min(1.0, max(spent * (number + 1) / max(number, 1), heat)) if number else 0.0
                timed |= ahead > after
                after = max(after, ahead)
            hot, cold = (schedule.hot * (schedule.cold / schedule.hot) ** at for at in (heat, after))
            tolls = np.rint(toll).astype(np.int64)

            def one(slab: tuple[int, int, int], hot: float = hot, cold: float = cold, at: Ints = tolls) -> int:
                gained, _ = kernels.anneal(
                    slab[0], slab[1], instance.pointers, instance.indices, instance.back_pointers,
                    instance.back_indices, instance.demand, instance.group, movable, reach, at,
                    state.chosen, state.counts, state.owner, value, _LOGS, hot, cold,
                    np.int64(schedule.moves), np.int64(slab[2]),
                )  # fmt: skip
                return int(gained)

            for colour in _slabs(instance, number, seed):
                state.covered += sum(pool.map(one, colour))
            _steer(instance, state, toll)
            heat, number = after, number + 1
            if progress is not None:
                progress("anneal", heat)
    settle(instance, state)
    return (state if state.covered >= start.covered else start.copy()), complete and not timed


def settle(instance: Instance, state: State, swaps: int = 20_000) -> None:
    """Make every group's count exact, in place, and swap while that helps."""
    held = np.bincount(instance.group[state.chosen > 0], minlength=len(instance.budgets)).astype(np.int64)
    value = np.zeros(instance.size, np.int64)
    state.covered += int(
        kernels.settle(
            instance.pointers, instance.indices, instance.back_pointers, instance.back_indices,
            instance.demand, instance.group, instance.budgets, held,
            state.chosen, state.counts, state.owner, value, swaps,
        )
    )  # fmt: skip


def _slabs(instance: Instance, number: int, seed: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Cut the levels into slabs (low, high, seed) of two colours; the cut moves with the round."""
    height = max(2, -(-instance.n_levels // (2 * _SLABS)))
    offset = (number * 7919) % (2 * height)
    # one slab more than fits, so that the moving cut always covers every level
    edges = np.arange(-2 * height + offset, instance.n_levels + 2 * height, height)
    at = np.searchsorted(instance.level, edges)
    colours: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
    for place in range(len(edges) - 1):
        low, high = int(at[place]), int(at[place + 1])
        if high > low:
            mixed = ((seed * 1_000_003 + number) * 1_009 + place) & 0x7FFFFFFFFFFF
            colours[place % 2].append((low, high, mixed))
    return colours


def _steer(instance: Instance, state: State, toll: Floats) -> None:
    """Raise the price of a unit where there are too many, lower it where there are too few."""
    held = np.bincount(instance.group[state.chosen > 0], minlength=len(instance.budgets))
    drift = (held - instance.budgets) / np.maximum(instance.budgets, 8)
    toll *= 1.0 + 0.5 * np.clip(drift, -0.2, 0.2)
