"""Compiled kernels of maximal covering: levels, lazy greedy, annealing in a slab, repair and polish.

A state is three arrays: ``chosen[i]`` (0/1), ``counts[j]`` (chosen candidates that cover point j) and
``owner[j]`` (the sum of their indices, so that a count of one names the only one). ``value[i]`` is the
demand that candidate i alone would add (not chosen) or alone keeps (chosen).
"""

# mypy: ignore-errors
# (compiled code: numba infers the types, and the tests hold it to one signature a kernel)
from __future__ import annotations

import heapq

import numpy as np
from numba import uint64

from scenarios.allocation.kernels_cache import compiled


@compiled
def levels(pointers, indices, back_pointers, back_indices, level, order):
    """Number candidates by breadth-first level; candidates that share a point differ by at most one level.

    Every connected piece is searched twice, the second time from the far end of the first search, which
    makes the levels many and narrow. Pieces follow each other with a fresh level, in order of smallest index.
    Returns the number of levels; ``order`` lists candidates by (level, visit).
    """
    n = len(pointers) - 1
    seen_point = np.zeros(len(back_pointers) - 1, np.int8)
    pass_of = np.zeros(n, np.int8)
    done = 0
    next_level = 0
    for root in range(n):
        if pass_of[root] == 2:
            continue
        start = root
        for sweep in range(1, 3):
            head, tail = done, done + 1
            order[done] = start
            pass_of[start] = sweep
            level[start] = next_level
            while head < tail:
                i = order[head]
                head += 1
                for at in range(pointers[i], pointers[i + 1]):
                    j = indices[at]
                    if seen_point[j] == sweep:
                        continue
                    seen_point[j] = sweep
                    for back in range(back_pointers[j], back_pointers[j + 1]):
                        k = back_indices[back]
                        if pass_of[k] != sweep:
                            pass_of[k] = sweep
                            level[k] = level[i] + 1
                            order[tail] = k
                            tail += 1
            start = order[tail - 1]
        done = tail
        next_level = level[order[tail - 1]] + 1
    return next_level


@compiled
def greedy(pointers, indices, demand, group, budgets, chosen, counts, owner, gains, least_gain):
    """Lazy greedy from the given state: always the unit that newly covers most, ties to the smaller index.

    Spends ``budgets`` (changed in place) and writes each unit's gain to ``gains`` and its index to the
    returned array, in order. Stops where nothing more than ``least_gain`` is to be gained.
    """
    n = len(pointers) - 1
    heap = [(np.int64(0), np.int64(0)) for _ in range(0)]
    for i in range(n):
        if chosen[i] or budgets[group[i]] <= 0:
            continue
        gain = 0
        for at in range(pointers[i], pointers[i + 1]):
            if counts[indices[at]] == 0:
                gain += demand[indices[at]]
        if gain > least_gain:
            heap.append((-gain, np.int64(i)))
    heapq.heapify(heap)
    picked = np.empty(len(heap), np.int64)
    size = 0
    while len(heap) > 0 and size < len(gains):
        claimed, i = heap[0]
        if budgets[group[i]] <= 0:
            heapq.heappop(heap)
            continue
        gain = 0
        for at in range(pointers[i], pointers[i + 1]):
            if counts[indices[at]] == 0:
                gain += demand[indices[at]]
        if gain <= least_gain:
            heapq.heappop(heap)
        elif gain == -claimed:
            heapq.heappop(heap)
            chosen[i] = 1
            budgets[group[i]] -= 1
            for at in range(pointers[i], pointers[i + 1]):
                counts[indices[at]] += 1
                owner[indices[at]] += i
            gains[size] = gain
            picked[size] = i
            size += 1
        else:
            heapq.heapreplace(heap, (-gain, i))
    return picked[:size]


@compiled
def put(i, low, high, pointers, indices, back_pointers, back_indices, demand, chosen, counts, owner, value):
    """Choose candidate i; keep ``value`` right for the candidates in [low, high)."""
    for at in range(pointers[i], pointers[i + 1]):
        j = indices[at]
        if counts[j] == 0:
            for back in range(back_pointers[j], back_pointers[j + 1]):
                k = back_indices[back]
                if low <= k < high and k != i:
                    value[k] -= demand[j]
        elif counts[j] == 1:
            k = owner[j]
            if low <= k < high:
                value[k] -= demand[j]
        counts[j] += 1
        owner[j] += i
    chosen[i] = 1


@compiled
def lift(i, low, high, pointers, indices, back_pointers, back_indices, demand, chosen, counts, owner, value):
    """Take candidate i back; keep ``value`` right for the candidates in [low, high)."""
    for at in range(pointers[i], pointers[i + 1]):
        j = indices[at]
        counts[j] -= 1
        owner[j] -= i
        if counts[j] == 0:
            for back in range(back_pointers[j], back_pointers[j + 1]):
                k = back_indices[back]
                if low <= k < high and k != i:
                    value[k] += demand[j]
        elif counts[j] == 1:
            k = owner[j]
            if low <= k < high:
                value[k] += demand[j]
    chosen[i] = 0


@compiled
def refresh(low, high, pointers, indices, demand, chosen, counts, value):
    """Compute ``value`` for the candidates in [low, high) from the counts."""
    for i in range(low, high):
        wanted = 1 if chosen[i] else 0
        total = 0
        for at in range(pointers[i], pointers[i + 1]):
            if counts[indices[at]] == wanted:
                total += demand[indices[at]]
        value[i] = total


@compiled
def anneal(
    low,
    high,
    pointers,
    indices,
    back_pointers,
    back_indices,
    demand,
    group,
    movable,
    reach,
    prices,
    chosen,
    counts,
    owner,
    value,
    logs,
    hot,
    cold,
    steps_per_candidate,
    seed,
    excess,
    group_sizes,
    stiffness,
):
    """Anneal the candidates in [low, high) at prices a unit of ``prices[group]``; return (gain, moves taken).

    Three moves: a unit steps to a candidate that shares a covered point with it, a unit is added, a unit is
    removed. A move is taken when its gain, less the price of the units it adds, is above T log(uniform);
    the temperature T is ``hot`` falling to ``cold`` times the price in the group. ``excess[g]`` units too many
    (of which these candidates answer for their share) make a unit dearer by ``stiffness`` times the price.
    Only points that these candidates cover are touched, so slabs that share no point may run side by side.
    ``movable`` marks candidates worth a unit; ``reach`` is the demand a candidate covers on its own.
    """
    refresh(low, high, pointers, indices, demand, chosen, counts, value)
    units = np.empty(high - low, np.int64)
    core = np.empty(high - low, np.int64)
    n_units = 0
    n_core = 0
    surplus = np.zeros(len(excess))
    for i in range(low, high):
        if chosen[i]:
            units[n_units] = i
            n_units += 1
        if movable[i]:
            core[n_core] = i
            n_core += 1
            surplus[group[i]] += 1.0
    for g in range(len(excess)):
        surplus[g] *= excess[g] / group_sizes[g]
    gained = np.int64(0)
    taken = 0
    if n_core == 0:
        return gained, taken
    state = uint64(seed) * uint64(2685821657736338717) + uint64(0x9E3779B97F4A7C15)
    state ^= state >> uint64(31)
    if state == uint64(0):
        state = uint64(88172645463325252)
    steps = steps_per_candidate * n_core
    log_mask = uint64(len(logs) - 1)
    temperature = hot
    for step in range(steps):
        if step & 1023 == 0:
            temperature = hot + (cold - hot) * (step / steps)
        state ^= state << uint64(13)
        state ^= state >> uint64(7)
        state ^= state << uint64(17)
        bits = state
        chance = temperature * logs[np.int64(bits & log_mask)]
        kind = (bits >> uint64(12)) & uint64(15)
        pick = bits >> uint64(33)
        if kind < uint64(12):
            if n_units == 0:
                continue
            slot = np.int64((pick * uint64(n_units)) >> uint64(31))
            i = units[slot]
            state ^= state << uint64(13)
            state ^= state >> uint64(7)
            state ^= state << uint64(17)
            width = pointers[i + 1] - pointers[i]
            j = indices[pointers[i] + np.int64(((state >> uint64(40)) * uint64(width)) >> uint64(24))]
            width = back_pointers[j + 1] - back_pointers[j]
            k = np.int64(
                back_indices[
                    back_pointers[j] + np.int64(((state & uint64(0xFFFFFF)) * uint64(width)) >> uint64(24))
                ]
            )
            if k < low or k >= high or not movable[k] or chosen[k]:
                continue
            from_group, to_group = group[i], group[k]
            bar = chance * prices[from_group]
            if from_group != to_group:
                bar += prices[to_group] * (1.0 + stiffness * (surplus[to_group] + 0.5))
                bar -= prices[from_group] * (1.0 + stiffness * (surplus[from_group] - 0.5))
            need = value[i] + np.int64(bar)
            if reach[k] < need or value[k] + value[i] < need:
                continue
            gain = np.int64(0)
            for at in range(pointers[k], pointers[k + 1]):
                j = indices[at]
                if counts[j] == 0 or (counts[j] == 1 and owner[j] == i):
                    gain += demand[j]
            if gain < need:
                continue
            gained += gain - value[i]
            taken += 1
            lift(
                i,
                low,
                high,
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
            put(
                k,
                low,
                high,
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
            units[slot] = k
            surplus[from_group] -= 1.0
            surplus[to_group] += 1.0
        elif kind & uint64(1):
            k = core[np.int64((pick * uint64(n_core)) >> uint64(31))]
            g = group[k]
            if chosen[k] or value[k] < np.int64(prices[g] * (1.0 + stiffness * (surplus[g] + 0.5) + chance)):
                continue
            gained += value[k]
            taken += 1
            put(
                k,
                low,
                high,
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
            units[n_units] = k
            n_units += 1
            surplus[g] += 1.0
        else:
            if n_units == 0:
                continue
            slot = np.int64((pick * uint64(n_units)) >> uint64(31))
            i = units[slot]
            g = group[i]
            if value[i] > np.int64(prices[g] * (1.0 + stiffness * (surplus[g] - 0.5) - chance)):
                continue
            gained -= value[i]
            taken += 1
            lift(
                i,
                low,
                high,
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
            n_units -= 1
            units[slot] = units[n_units]
            surplus[g] -= 1.0
    return gained, taken


@compiled
def settle(
    pointers,
    indices,
    back_pointers,
    back_indices,
    demand,
    group,
    budgets,
    held,
    chosen,
    counts,
    owner,
    value,
    swaps,
):
    """Bring every group's count to its budget, then swap the least useful unit for the most useful candidate.

    ``held[g]`` (units now) ends equal to ``budgets[g]`` unless nothing more is to be gained there. Ties go to
    the smaller index. Returns the gain in demand covered.
    """
    n = len(pointers) - 1
    refresh(0, n, pointers, indices, demand, chosen, counts, value)
    gained = np.int64(0)
    n_groups = len(budgets)
    worst = np.empty(n_groups, np.int64)
    best = np.empty(n_groups, np.int64)
    for _ in range(swaps):
        worst[:] = -1
        best[:] = -1
        for i in range(n):
            g = group[i]
            if chosen[i]:
                if worst[g] < 0 or value[i] < value[worst[g]]:
                    worst[g] = i
            elif value[i] > 0 and (best[g] < 0 or value[i] > value[best[g]]):
                best[g] = i
        moved = False
        for g in range(n_groups):
            # one move a group and pass: values of other groups may have changed, which the next pass sees
            if held[g] > budgets[g]:
                i = worst[g]
                gained -= value[i]
                lift(
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
                held[g] -= 1
                moved = True
            elif best[g] >= 0 and held[g] < budgets[g]:
                k = best[g]
                gained += value[k]
                put(
                    k,
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
                held[g] += 1
                moved = True
            elif best[g] >= 0 and worst[g] >= 0 and value[best[g]] > value[worst[g]]:
                k, i = best[g], worst[g]
                before = value[i]
                lift(
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
                if value[k] > before:
                    gained += value[k] - before
                    put(
                        k,
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
                    moved = True
                else:
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
        if not moved:
            break
    return gained
