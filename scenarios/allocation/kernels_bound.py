"""Compiled Lagrangian bound for maximal covering with quotas (docs/allocation.md, section 3).

Types are fixed at the door by :mod:`scenarios.allocation.instance`: int64 pointers, int32 indices, int64
demand, float64 multipliers; every kernel has one signature.
"""

# mypy: ignore-errors
# (compiled code: numba infers the types, and the tests hold it to one signature a kernel)
from __future__ import annotations

from scenarios.allocation.kernels_cache import compiled


@compiled
def kth_largest(values, size, k):
    """Return the ``k``-th largest of ``values[:size]`` (k from 1), permuting them: Hoare's selection."""
    left, right = 0, size - 1
    target = k - 1
    while left < right:
        a, b, c = values[left], values[(left + right) // 2], values[right]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = left, right
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if target <= j:
            right = j
        elif target >= i:
            left = i
        else:
            break
    return values[target]


@compiled
def price_candidates(pointers, indices, multipliers, prices):
    """Set ``prices[i]`` to the sum of the multipliers of the points that candidate i covers."""
    for i in range(len(prices)):
        total = 0.0
        for at in range(pointers[i], pointers[i + 1]):
            total += multipliers[indices[at]]
        prices[i] = total


@compiled
def take_dearest(prices, group_pointers, group_members, budgets, chosen, thresholds, buffer):
    """Mark in ``chosen`` the ``budgets[g]`` dearest candidates of every group; return their summed price.

    ``thresholds[g]`` becomes the price of the last one taken (0 where the budget is not binding).
    Ties go to the smaller index.
    """
    total = 0.0
    for g in range(len(budgets)):
        start, stop = group_pointers[g], group_pointers[g + 1]
        size = stop - start
        if budgets[g] >= size:
            thresholds[g] = 0.0
            for at in range(start, stop):
                chosen[group_members[at]] = 1
                total += prices[group_members[at]]
            continue
        if budgets[g] == 0:
            # no unit may be placed here: its price is that of the best candidate
            dearest = 0.0
            for at in range(start, stop):
                chosen[group_members[at]] = 0
                dearest = max(dearest, prices[group_members[at]])
            thresholds[g] = dearest
            continue
        for at in range(size):
            buffer[at] = prices[group_members[start + at]]
        limit = kth_largest(buffer, size, budgets[g])
        thresholds[g] = limit
        left = budgets[g]
        for at in range(start, stop):
            i = group_members[at]
            if prices[i] > limit:
                chosen[i] = 1
                left -= 1
                total += prices[i]
            else:
                chosen[i] = 0
        for at in range(start, stop):
            if left == 0:
                break
            i = group_members[at]
            if prices[i] == limit:
                chosen[i] = 1
                left -= 1
                total += limit
    return total


@compiled
def descend(
    pointers,
    indices,
    demand,
    group_pointers,
    group_members,
    budgets,
    multipliers,
    direction,
    best_multipliers,
    best_thresholds,
    control,
    patience,
    steps,
    prices,
    chosen,
    counts,
    thresholds,
    buffer,
):
    """Take ``steps`` smoothed subgradient steps on the dual; keep the best multipliers found.

    The dual function is ``sum max(0, d - u) + sum_g (top budgets[g] of sum_j u_j)``. The direction is an
    exponential average of subgradients (0.9); the step is Polyak's towards ``control[4]``, a value known to
    be reachable, times a factor that falls by 0.7 when ``patience`` steps brought nothing.
    ``control`` holds (best value, factor, steps without gain, started, reachable value).
    """
    n_points = len(demand)
    for _ in range(steps):
        price_candidates(pointers, indices, multipliers, prices)
        value = take_dearest(prices, group_pointers, group_members, budgets, chosen, thresholds, buffer)
        for j in range(n_points):
            counts[j] = 0
            value += max(0.0, demand[j] - multipliers[j])
        for i in range(len(prices)):
            if chosen[i]:
                for at in range(pointers[i], pointers[i + 1]):
                    counts[indices[at]] += 1
        if value < control[0] * (1.0 - 1e-9):
            control[0] = value
            control[2] = 0.0
            best_multipliers[:] = multipliers
            best_thresholds[:] = thresholds
        else:
            control[2] += 1.0
        if control[2] >= patience:
            control[1] *= 0.7
            control[2] = 0.0
        keep = 0.9 if control[3] > 0 else 0.0
        control[3] = 1.0
        norm = 0.0
        for j in range(n_points):
            slope = counts[j] - (1.0 if multipliers[j] < demand[j] else 0.0)
            mixed = keep * direction[j] + (1.0 - keep) * slope
            direction[j] = mixed
            norm += mixed * mixed
        if norm == 0.0:
            break
        length = control[1] * max(value - control[4], 0.0) / norm
        for j in range(n_points):
            multipliers[j] = min(max(multipliers[j] - length * direction[j], 0.0), float(demand[j]))


@compiled
def exact_value(
    pointers, indices, demand, group_pointers, group_members, budgets, multipliers, prices, buffer
):
    """Return the dual function at whole-number ``multipliers``, in exact 64-bit arithmetic: a certified bound."""
    total = 0
    for j in range(len(demand)):
        total += max(0, demand[j] - multipliers[j])
    for i in range(len(prices)):
        price = 0
        for at in range(pointers[i], pointers[i + 1]):
            price += multipliers[indices[at]]
        prices[i] = price
    for g in range(len(budgets)):
        start, stop = group_pointers[g], group_pointers[g + 1]
        size = stop - start
        left = min(budgets[g], size)
        if left == 0:
            continue
        for at in range(size):
            buffer[at] = prices[group_members[start + at]]
        limit = kth_largest(buffer, size, left)
        for at in range(start, stop):
            price = prices[group_members[at]]
            if price > limit:
                total += price
                left -= 1
        total += left * limit
    return total
