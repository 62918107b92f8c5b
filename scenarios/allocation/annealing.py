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

#: most slabs of one colour that a round is cut into, whatever the number of threads
_SLABS = 64
#: below this many candidates an instance is one slab; above, slabs hold about half as many or more
_SLAB_SIZE = 4_000
#: share of the rounds after which the plan is quenched
_QUENCH = 0.85
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
    return State(np.zeros(instance.size, np.uint8), np.zeros(points, np.int32), np.zeros(points, np.int64), 0)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hot an instance is annealed; effort is counted in moves tried, never in seconds.

    A round tries ``moves`` moves for each movable candidate. The number of rounds follows from the total ``tries``
    (fewer where a candidate covers many points and a move costs more) and stays within ``fewest`` and ``most``:
    small instances get more rounds, large ones enough. ``hot`` and ``cold`` are temperatures in prices of a unit.
    """

    tries: int
    moves: int
    fewest: int
    most: int
    hot: float = 0.2
    cold: float = 0.05
    stiffness: float = 0.05
    steering: float = 0.2

    def rounds(self, movable: int, breadth: float) -> int:
        """Return the number of rounds for so many movable candidates that cover ``breadth`` points on average."""
        affordable = self.tries * 8 / (1 + max(breadth, 7))
        return int(np.clip(affordable // max(self.moves * movable, 1), self.fewest, self.most))

    def temperature(self, done: float) -> float:
        """Return the temperature when ``done`` (0..1) of the rounds are over: geometric, then quenched."""
        slope = self.hot * (self.cold / self.hot) ** min(done / _QUENCH, 1.0)
        return slope * (0.05 ** max((done - _QUENCH) / (1.0 - _QUENCH), 0.0))


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
    """Anneal ``start``; return (the better plan of the two, whether the schedule ran untouched by the clock).

    ``prices[g]`` is what a unit of group g must bring (from the bound); it is steered from round to round so
    that the number of units stays near the budget, and the last step makes it exact.
    """
    state = start.copy()
    value = np.zeros(instance.size, np.int64)
    reach = instance.reach
    sizes = np.maximum(np.bincount(instance.group[movable > 0], minlength=len(instance.budgets)), 1.0)
    toll = np.maximum(prices, 1.0)
    began = time.perf_counter()
    heat, complete, timed = 0.0, True, False
    rounds = schedule.rounds(int(movable.sum()), len(instance.indices) / max(instance.size, 1))
    with ThreadPoolExecutor(max_workers=min(threads or os.cpu_count() or 1, _SLABS)) as pool:
        number = 0
        while heat < 1.0:
            if cancelled is not None and cancelled():
                complete = False
                break
            after = (number + 1) / rounds
            if deadline is not None:
                # a clock that runs ahead of the schedule cools faster, and is owned up to
                spent = (time.perf_counter() - began) / max(deadline - began, 1e-3)
                ahead = min(1.0, max(spent * (number + 1) / max(number, 1), heat)) if number else 0.0
                timed |= ahead > after
                after = max(after, ahead)
            hot, cold = schedule.temperature(heat), schedule.temperature(after)
            excess = _excess(instance, state)
            for colour in _slabs(instance, number, seed):
                work = [
                    pool.submit(
                        kernels.anneal, low, high, instance.pointers, instance.indices, instance.back_pointers,
                        instance.back_indices, instance.demand, instance.group, movable, reach, toll,
                        state.chosen, state.counts, state.owner, value, _LOGS, hot, cold,
                        np.int64(schedule.moves), np.int64(slab_seed), excess, sizes, schedule.stiffness,
                    )
                    for low, high, slab_seed in colour
                ]  # fmt: skip
                state.covered += sum(int(done.result()[0]) for done in work)
            # too many units: the price rises, a little, from round to round
            drift = _excess(instance, state) / np.maximum(instance.budgets, 8)
            toll *= 1.0 + schedule.steering * np.clip(drift, -0.2, 0.2)
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


def _slabs(
    instance: Instance, number: int, seed: int
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Cut the levels into slabs (low, high, seed) of two colours; the cut moves with the round."""
    if instance.size < _SLAB_SIZE:
        return [(0, instance.size, (seed * 1_000_003 + number) & 0x7FFFFFFFFFFF)], []
    pairs = min(max(instance.size // _SLAB_SIZE, 2), _SLABS)
    height = max(2, -(-instance.n_levels // (2 * pairs)))
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


def _excess(instance: Instance, state: State) -> Floats:
    """Return how many units each group has above its budget."""
    held = np.bincount(instance.group[state.chosen > 0], minlength=len(instance.budgets))
    return (held - instance.budgets).astype(np.float64)
