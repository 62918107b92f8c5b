# mypy: ignore-errors
# (compiled code: numba infers the types, and the tests hold it to one signature a kernel)
"""Compiled lazy greedy for a concave worth of each district's covered share."""

from __future__ import annotations

import heapq

import numpy as np

from scenarios.allocation.kernels_cache import compiled


@compiled
def worth_of(share, alpha, lifting):
    """Return the worth of a share; the same formula as :func:`scenarios.allocation.fairness.worth`."""
    scale = (1.0 + lifting) ** alpha
    if abs(alpha - 1.0) < 1e-12:
        return scale * np.log((share + lifting) / lifting)
    return scale * ((share + lifting) ** (1.0 - alpha) - lifting ** (1.0 - alpha)) / (1.0 - alpha)


@compiled
def gain_of(
    i,
    pointers,
    indices,
    demand,
    district,
    totals,
    floors,
    counts,
    shares,
    alpha,
    lifting,
    pull,
    found,
    touched,
):
    """Return what candidate i adds: worth of shares, and ``pull`` for each part of a floor that it fills."""
    n_touched = 0
    for at in range(pointers[i], pointers[i + 1]):
        j = indices[at]
        if counts[j] == 0 and demand[j] > 0.0:
            g = district[j]
            if found[g] == 0.0:
                touched[n_touched] = g
                n_touched += 1
            found[g] += demand[j]
    gain = 0.0
    for at in range(n_touched):
        g = touched[at]
        after = shares[g] + found[g] / totals[g]
        gain += totals[g] * (worth_of(after, alpha, lifting) - worth_of(shares[g], alpha, lifting))
        if shares[g] < floors[g]:
            gain += pull * totals[g] * (min(after, floors[g]) - shares[g])
        found[g] = 0.0
    return gain


@compiled
def fair_greedy(
    pointers,
    indices,
    demand,
    district,
    totals,
    floors,
    group,
    budgets,
    chosen,
    counts,
    shares,
    alpha,
    lifting,
    pull,
):
    """Add the most worthy candidate until budgets end or nothing is gained; worth is submodular, so lazily.

    Changes ``chosen``, ``counts``, ``shares`` (of each district) and ``budgets``. Ties go to the smaller index.
    """
    n = len(pointers) - 1
    found = np.zeros(len(totals))
    touched = np.zeros(len(totals), np.int64)
    heap = [(0.0, np.int64(0)) for _ in range(0)]
    for i in range(n):
        if not chosen[i] and budgets[group[i]] > 0:
            gain = gain_of(
                i,
                pointers,
                indices,
                demand,
                district,
                totals,
                floors,
                counts,
                shares,
                alpha,
                lifting,
                pull,
                found,
                touched,
            )
            if gain > 0.0:
                heap.append((-gain, np.int64(i)))
    heapq.heapify(heap)
    while len(heap) > 0:
        claimed, i = heap[0]
        if budgets[group[i]] <= 0:
            heapq.heappop(heap)
            continue
        gain = gain_of(
            i,
            pointers,
            indices,
            demand,
            district,
            totals,
            floors,
            counts,
            shares,
            alpha,
            lifting,
            pull,
            found,
            touched,
        )
        if gain <= 0.0:
            heapq.heappop(heap)
        elif gain >= -claimed * (1.0 - 1e-12):
            heapq.heappop(heap)
            chosen[i] = 1
            budgets[group[i]] -= 1
            for at in range(pointers[i], pointers[i + 1]):
                j = indices[at]
                if counts[j] == 0 and demand[j] > 0.0:
                    shares[district[j]] += demand[j] / totals[district[j]]
                counts[j] += 1
        else:
            heapq.heapreplace(heap, (-gain, i))
