# mypy: ignore-errors
# (compiled code: numba infers the types, and the tests hold it to one signature a kernel)
"""Compiled search for covering plans whose units keep a minimum spacing.

``near_pointers, near_indices`` list for each candidate the candidates too near to it (itself left out).
``blocked[i]`` counts chosen units too near to candidate i.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from scenarios.allocation.kernels_cache import compiled
from scenarios.allocation.kernels_coverage import lift, put


@compiled
def block(i, change, near_pointers, near_indices, blocked):
    """Add ``change`` (1 or -1) to the blocked count of all candidates near i."""
    for at in range(near_pointers[i], near_pointers[i + 1]):
        blocked[near_indices[at]] += change


@compiled
def fill(
    pointers,
    indices,
    back_pointers,
    back_indices,
    near_pointers,
    near_indices,
    demand,
    group,
    left,
    chosen,
    counts,
    owner,
    value,
    blocked,
    tabu,
):
    """Add the most useful unblocked candidate until budgets end or nothing is to be gained; return the gain."""
    n = len(pointers) - 1
    gained = np.int64(0)
    while True:
        best = -1
        for i in range(n):
            if chosen[i] or blocked[i] or tabu[i] or left[group[i]] <= 0:
                continue
            if value[i] > 0 and (best < 0 or value[i] > value[best]):
                best = i
        if best < 0:
            return gained
        gained += value[best]
        left[group[best]] -= 1
        put(best, 0, n, pointers, indices, back_pointers, back_indices, demand, chosen, counts, owner, value)
        block(best, 1, near_pointers, near_indices, blocked)


@compiled
def search(
    pointers,
    indices,
    back_pointers,
    back_indices,
    near_pointers,
    near_indices,
    demand,
    group,
    left,
    chosen,
    counts,
    owner,
    value,
    blocked,
    steps,
    seed,
):
    """Improve a spaced plan: take back a unit and up to two of its neighbours, refill, keep what is no worse.

    ``left`` holds unspent budgets. ``chosen`` ends as the best plan seen. Returns the gain over the given plan.
    """
    n = len(pointers) - 1
    state = uint64(seed) * uint64(2685821657736338717) + uint64(0x9E3779B97F4A7C15)
    units = np.empty(n, np.int64)
    removed = np.empty(3, np.int64)
    added = np.empty(n, np.int64)
    before = np.empty(n, np.uint8)
    tabu = np.zeros(n, np.uint8)
    total = np.int64(0)
    for _ in range(steps):
        n_units = 0
        for i in range(n):
            before[i] = chosen[i]
            if chosen[i]:
                units[n_units] = i
                n_units += 1
        if n_units == 0:
            return total
        state ^= state << uint64(13)
        state ^= state >> uint64(7)
        state ^= state << uint64(17)
        first = units[np.int64(state % uint64(n_units))]
        n_removed = 1
        removed[0] = first
        wanted = 1 + np.int64((state >> uint64(32)) % uint64(3))
        for at in range(n_units):
            # candidates are in breadth-first order: the next units in order are neighbours
            if n_removed >= wanted:
                break
            other = units[(at + np.int64((state >> uint64(40)) % uint64(n_units))) % n_units]
            if other != first and abs(other - first) < n // 8 + 2 and (n_removed < 2 or other != removed[1]):
                removed[n_removed] = other
                n_removed += 1
        change = np.int64(0)
        for at in range(n_removed):
            i = removed[at]
            change -= value[i]
            lift(
                i, 0, n, pointers, indices, back_pointers, back_indices, demand, chosen, counts, owner, value
            )
            block(i, -1, near_pointers, near_indices, blocked)
            left[group[i]] += 1
        tabu[first] = 1
        change += fill(
            pointers,
            indices,
            back_pointers,
            back_indices,
            near_pointers,
            near_indices,
            demand,
            group,
            left,
            chosen,
            counts,
            owner,
            value,
            blocked,
            tabu,
        )
        tabu[first] = 0
        change += fill(
            pointers,
            indices,
            back_pointers,
            back_indices,
            near_pointers,
            near_indices,
            demand,
            group,
            left,
            chosen,
            counts,
            owner,
            value,
            blocked,
            tabu,
        )
        if change >= 0:
            total += change
            continue
        n_added = 0
        for i in range(n):
            if chosen[i] and not before[i]:
                added[n_added] = i
                n_added += 1
        for at in range(n_added):
            i = added[at]
            lift(
                i, 0, n, pointers, indices, back_pointers, back_indices, demand, chosen, counts, owner, value
            )
            block(i, -1, near_pointers, near_indices, blocked)
            left[group[i]] += 1
        for i in range(n):
            if before[i] and not chosen[i]:
                put(
                    i,
                    0,
                    n,
                    pointers,
                    indices,
                    back_pointers,
                    back_indices,
                    demand,
                    chosen,
                    counts,
                    owner,
                    value,
                )
                block(i, 1, near_pointers, near_indices, blocked)
                left[group[i]] -= 1
    return total
