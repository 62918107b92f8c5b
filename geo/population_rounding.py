"""Whole people from weights: exact sums by group (docs/conventions.md R1-R3)."""

from __future__ import annotations

import numpy as np

from geo.errors import RequestError

_BITS = 36


def whole(
    weights: np.ndarray, groups: np.ndarray, totals: np.ndarray, least: np.ndarray | None = None
) -> np.ndarray:
    """Split whole totals over cells in proportion to weights, by largest remainder within each group.

    Parameters
    ----------
    weights : (n,) float array
        Relative; finite and 0 or more. They are scaled to integers first, so that no order of addition matters.
    groups : (n,) int array
        Index of each cell's group into ``totals``.
    totals : (m,) int array
        What each group's cells must sum to; 0 or more.
    least : (n,) int array, optional
        What each cell gets in any case; only the rest follows the weights.

    Returns
    -------
    (n,) int64
        ``np.bincount(groups, result)`` is ``totals``, exactly. Ties go to the earlier cell.

    Raises
    ------
    RequestError
        When a weight is negative or not finite, when a group has a total but no weight to place it by, or a total
        smaller than what its cells must get.
    """
    weight = np.asarray(weights, dtype=float)
    group = np.asarray(groups, dtype=np.int64)
    total = np.asarray(totals, dtype=np.int64)
    if not np.isfinite(weight).all() or (weight < 0).any() or (total < 0).any():
        raise RequestError(
            "weights must be finite and not negative, and so must totals", "权重须为有限的非负数,总数不得为负"
        )
    base = np.zeros(len(weight), dtype=np.int64) if least is None else np.asarray(least, dtype=np.int64)
    rest = total - _sums(base, group, len(total))
    if (rest < 0).any():
        short = int(np.flatnonzero(rest < 0)[0])
        raise RequestError(
            f"group {short} has {int(total[short])} people, fewer than its cells must get at least",
            f"第 {short} 组共 {int(total[short])} 人,少于各单元下限之和",
        )
    largest = np.zeros(len(total))
    np.maximum.at(largest, group, weight)
    if ((largest == 0) & (rest > 0)).any():
        empty = int(np.flatnonzero((largest == 0) & (rest > 0))[0])
        raise RequestError(
            f"group {empty} has {int(rest[empty])} people and no cell that can take them",
            f"第 {empty} 组有 {int(rest[empty])} 人,但没有可容纳的单元",
        )
    # the product of a weight and a total stays below 2**62
    bits = min(_BITS, 61 - int(rest.max(initial=1)).bit_length())
    scaled = np.rint(weight / np.where(largest > 0, largest, 1)[group] * 2**bits).astype(np.int64)
    sums = np.maximum(_sums(scaled, group, len(total)), 1)
    product = rest[group] * scaled
    share = product // sums[group]
    remainder = product - share * sums[group]
    missing = rest - _sums(share, group, len(total))
    order = np.lexsort((-remainder, group))
    starts = np.searchsorted(group[order], np.arange(len(total)))
    place = np.arange(len(order)) - starts[group[order]]
    share[order] += place < missing[group[order]]
    return share + base


def _sums(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Integer sums by group (``np.bincount`` with weights goes through floats, exact below 2**53 only)."""
    result = np.zeros(count, dtype=np.int64)
    np.add.at(result, groups, values)
    return result
