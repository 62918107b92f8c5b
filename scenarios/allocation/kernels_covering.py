# mypy: ignore-errors
# (compiled code: numba infers the types, and the tests hold it to one signature a kernel)
"""Compiled kernels of set covering with several goals: greedy by what still counts, and taking back what is spare.

A goal c asks that ``short[c]`` more demand be covered. Every point counts for goal 0 (the whole region) and for
goal ``goal_of_point[j]`` (its district), 0 when it has none of its own.
"""

from __future__ import annotations

import heapq

import numpy as np

from scenarios.allocation.kernels_cache import compiled


@compiled
def useful_gain(i, pointers, indices, demand, goal_of_point, counts, short, found, touched):
    """Return how much candidate i brings to the goals that are still short; ``found`` and ``touched`` are scratch."""
    n_touched = 0
    every = np.int64(0)
    for at in range(pointers[i], pointers[i + 1]):
        j = indices[at]
        if counts[j] == 0:
            every += demand[j]
            c = goal_of_point[j]
            if c > 0:
                if found[c] == 0:
                    touched[n_touched] = c
                    n_touched += 1
                found[c] += demand[j]
    gain = min(every, max(short[0], 0))
    for at in range(n_touched):
        c = touched[at]
        gain += min(found[c], max(short[c], 0))
        found[c] = 0
    return gain


@compiled
def reach_goals(pointers, indices, demand, goal_of_point, chosen, counts, short):
    """Add units greedily until no goal is short or nothing helps; return them in order.

    The sum of what counts for each goal is submodular, so lazy evaluation is exact (Wolsey 1982). Ties go to
    the smaller index. ``short`` ends as what is still missing (negative: surplus).
    """
    n = len(pointers) - 1
    found = np.zeros(len(short), np.int64)
    touched = np.zeros(len(short), np.int64)
    heap = [(np.int64(0), np.int64(0)) for _ in range(0)]
    for i in range(n):
        if not chosen[i]:
            gain = useful_gain(i, pointers, indices, demand, goal_of_point, counts, short, found, touched)
            if gain > 0:
                heap.append((-gain, np.int64(i)))
    heapq.heapify(heap)
    picked = np.empty(len(heap), np.int64)
    size = 0
    while len(heap) > 0:
        claimed, i = heap[0]
        gain = useful_gain(i, pointers, indices, demand, goal_of_point, counts, short, found, touched)
        if gain <= 0:
            heapq.heappop(heap)
        elif gain == -claimed:
            heapq.heappop(heap)
            chosen[i] = 1
            for at in range(pointers[i], pointers[i + 1]):
                j = indices[at]
                if counts[j] == 0:
                    short[0] -= demand[j]
                    if goal_of_point[j] > 0:
                        short[goal_of_point[j]] -= demand[j]
                counts[j] += 1
            picked[size] = i
            size += 1
        else:
            heapq.heapreplace(heap, (-gain, i))
    return picked[:size]


@compiled
def drop_spare(order, pointers, indices, demand, goal_of_point, chosen, counts, short):
    """Take back, in the given order, every unit that no goal misses; return how many were taken back."""
    found = np.zeros(len(short), np.int64)
    touched = np.zeros(len(short), np.int64)
    dropped = 0
    for i in order:
        n_touched = 0
        every = np.int64(0)
        for at in range(pointers[i], pointers[i + 1]):
            j = indices[at]
            if counts[j] == 1:
                every += demand[j]
                c = goal_of_point[j]
                if c > 0:
                    if found[c] == 0:
                        touched[n_touched] = c
                        n_touched += 1
                    found[c] += demand[j]
        spare = short[0] + every <= 0
        for at in range(n_touched):
            c = touched[at]
            if short[c] + found[c] > 0:
                spare = False
        if spare:
            chosen[i] = 0
            dropped += 1
            short[0] += every
            for at in range(n_touched):
                short[touched[at]] += found[touched[at]]
            for at in range(pointers[i], pointers[i + 1]):
                counts[indices[at]] -= 1
        for at in range(n_touched):
            found[touched[at]] = 0
    return dropped
