"""Exact apportionment: a whole total split into whole numbers in proportion to weights.

Largest remainder (Hamilton) and the divisor methods (Webster, D'Hondt, Huntington-Hill, Adams), each with
floors and caps. All arithmetic that decides who gets a unit is done on integers, so the result sums
exactly, does not depend on the order of the input, and ties go to the smaller key (conventions R1-R3).

References: Balinski and Young, *Fair Representation* (2001); the box-constrained share is the standard
water-filling solution of ``sum clip(r * w, floor, cap) = total``. See ``docs/allocation.md``, section 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geo.errors import RequestError, unknown
from scenarios.allocation.inputs import (
    LARGEST_TOTAL,
    Bools,
    Floats,
    Ints,
    tie_ranks,
    weights_of,
    whole_numbers,
    whole_total,
)

Weights = npt.NDArray[np.int64 | np.float64]

_HEADROOM = 1 << 61


def largest_remainder(
    total: int,
    weights: npt.ArrayLike,
    *,
    floors: npt.ArrayLike | None = None,
    caps: npt.ArrayLike | None = None,
    keys: npt.ArrayLike | None = None,
) -> Ints:
    """Split ``total`` by the method of largest remainders.

    Parameters
    ----------
    total : int
        Units to give, 0 .. 2^40.
    weights : (n,) array
        Relative claims, finite and >= 0. Integers are used as they are; floats are first scaled by a power
        of two to 64-bit integers (conventions R3). A weight of 0 receives its floor and no more.
    floors, caps : (n,) integer arrays or one number, optional
        Least and most that each may receive.
    keys : (n,) array, optional
        Identifiers for ties; the smaller key wins. Position by default.

    Returns
    -------
    (n,) int64
        Sums exactly to ``total``; within floors and caps; each within one unit of its (clipped) fair share.

    Raises
    ------
    RequestError
        Negative or missing weights, all weights zero, or floors and caps that do not admit ``total``; the
        message names the nearest total that is possible.

    Examples
    --------
    >>> largest_remainder(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    >>> largest_remainder(10, [5, 3, 1], caps=[4, 9, 9]).tolist()
    [4, 5, 1]
    """
    claims = weights_of(weights)
    one_group = np.zeros(len(claims), np.int64)
    return two_level([whole_total(total)], claims, one_group, floors=floors, caps=caps, keys=keys)


def two_level(
    quotas: npt.ArrayLike,
    weights: npt.ArrayLike,
    group_index: npt.ArrayLike,
    caps: npt.ArrayLike | None = None,
    *,
    floors: npt.ArrayLike | None = None,
    keys: npt.ArrayLike | None = None,
) -> Ints:
    """Split each group's quota over its members by largest remainder, all groups at once.

    Parameters
    ----------
    quotas : (n_groups,) whole numbers
        Units of each group (for instance of each district), in the order that ``group_index`` refers to.
    weights, caps, floors, keys
        As in :func:`largest_remainder`, one value a member.
    group_index : (n,) integers
        The group of each member, 0 .. n_groups - 1.

    Returns
    -------
    (n,) int64
        ``bincount(group_index, result) == quotas``, exactly.

    Raises
    ------
    RequestError
        As :func:`largest_remainder`, naming every group that cannot hold its quota.
    """
    claims = weights_of(weights)
    n = len(claims)
    goal = whole_numbers(np.asarray(quotas), np.size(quotas), 0, "quotas")
    group = np.asarray(group_index)
    if group.shape != (n,) or (n and (group.min() < 0 or group.max() >= len(goal))):
        raise RequestError(
            f"group_index must hold {n} numbers in 0..{len(goal) - 1}",
            f"group_index 应含 {n} 个 0..{len(goal) - 1} 的整数",
        )
    low = whole_numbers(floors, n, 0, "floors")
    high = whole_numbers(caps, n, LARGEST_TOTAL, "caps")
    rank = tie_ranks(keys, n)
    order = np.lexsort((rank, group))
    starts = np.searchsorted(group[order], np.arange(len(goal) + 1))
    _require_feasible(goal, claims[order], low[order], high[order], starts)
    result = np.empty(n, np.int64)
    result[order] = _largest_remainder_sorted(goal, claims[order], low[order], high[order], starts)
    return result


def _require_feasible(goal: Ints, claims: Weights, low: Ints, high: Ints, starts: Ints) -> None:
    """Refuse quotas that the floors and caps of their groups do not admit, all of them in one message."""
    if (low > high).any():
        first = int(np.flatnonzero(low > high)[0])
        raise RequestError(
            f"a floor is above its cap in {int((low > high).sum())} places (for instance {low[first]} > {high[first]})",
            f"有 {int((low > high).sum())} 处下限高于上限(例如 {low[first]} > {high[first]})",
        )
    least = _group_sums(low, starts)
    most = _group_sums(np.where(claims > 0, np.minimum(high, LARGEST_TOTAL), low), starts)
    no_claim = (_group_sums((claims > 0).astype(np.int64), starts) == 0) & (goal > least)
    english, chinese = [], []
    for g in np.flatnonzero((goal < least) | (goal > most)):
        where = f"group {g}: " if len(goal) > 1 else ""
        where_zh = f"第 {g} 组:" if len(goal) > 1 else ""
        if goal[g] < least[g]:
            english.append(
                f"{where}the floors add up to {least[g]}, above the total of {goal[g]}; "
                f"the least possible is {least[g]}"
            )
            chinese.append(f"{where_zh}下限合计 {least[g]},高于总量 {goal[g]};最少为 {least[g]}")
        elif no_claim[g]:
            english.append(
                f"{where}every weight is zero, so {goal[g]} units have nowhere to go; the most possible is {most[g]}"
            )
            chinese.append(f"{where_zh}权重全部为零,{goal[g]} 个单位无处可分;最多为 {most[g]}")
        else:
            english.append(
                f"{where}the caps hold at most {most[g]}, below the total of {goal[g]}; the most possible is {most[g]}"
            )
            chinese.append(f"{where_zh}上限合计最多 {most[g]},低于总量 {goal[g]};最多为 {most[g]}")
    if english:
        raise RequestError("; ".join(english), ";".join(chinese))


def _group_sums(values: Ints, starts: Ints) -> Ints:
    """Sum consecutive slices exactly (``np.add.reduceat`` mishandles empty slices, a cumulative sum does not)."""
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(values, dtype=np.int64)])
    return running[starts[1:]] - running[starts[:-1]]


def _scaled(claims: Weights, goal: Ints, starts: Ints) -> Ints:
    """Turn weights into int64 so that goal x weight and the group's sum stay below 2^62; positive stays positive."""
    sizes = np.diff(starts)
    group = np.repeat(np.arange(len(goal)), sizes)
    as_float = claims.astype(np.float64)
    largest = np.zeros(len(goal))
    np.maximum.at(largest, group, as_float)
    # the sum is at most size x largest: enough for choosing a power of two
    reach = largest * np.maximum(np.maximum(goal, 1), sizes)
    if claims.dtype.kind == "i" and (reach < _HEADROOM).all():
        return claims.astype(np.int64)
    with np.errstate(divide="ignore"):
        exponent = np.where(reach > 0, np.floor(np.log2(_HEADROOM) - np.log2(reach)), 0.0)
    scaled = np.rint(np.ldexp(as_float, exponent.astype(np.int32)[group])).astype(np.int64)
    return np.where(claims > 0, np.maximum(scaled, 1), 0)


def _largest_remainder_sorted(goal: Ints, claims: Weights, low: Ints, high: Ints, starts: Ints) -> Ints:
    """Largest remainder on members sorted by (group, key). Feasibility has been checked."""
    sizes = np.diff(starts)
    group = np.repeat(np.arange(len(goal)), sizes)
    weight = _scaled(claims, goal, starts)
    result = low.copy()
    free = weight > 0
    while True:
        left = goal - _group_sums(np.where(free, 0, result), starts)
        weight_left = _group_sums(np.where(free, weight, 0), starts)
        share, rest = _shares(weight, left[group], np.maximum(weight_left, 1)[group])
        # compare the fractional share with whole bounds: share + rest/weight_left
        over = free & ((share > high) | ((share == high) & (rest > 0)))
        under = free & (share < low)
        if not (over.any() or under.any()):
            break
        excess = _excess(over, share, rest, high, weight_left, starts)
        lack = _excess(under, share, rest, low, weight_left, starts)
        # the side that is violated more is certainly at its bound in the water-filling solution
        fix_over = over & (excess >= -lack)[group]
        fix_under = under & (excess <= -lack)[group]
        result = np.where(fix_over, high, np.where(fix_under, low, result))
        free &= ~(fix_over | fix_under)
    result = np.where(free, share, result)
    spare = goal - _group_sums(result, starts)
    remainder = np.where(free, rest, np.int64(-1))
    by_remainder = np.lexsort((np.arange(len(group)), -remainder, group))
    place = np.empty(len(group), np.int64)
    place[by_remainder] = np.arange(len(group)) - np.repeat(starts[:-1], sizes)
    return result + (place < spare[group])


def _shares(weight: Ints, left: Ints, weight_left: Ints) -> tuple[Ints, Ints]:
    """Return the whole part and the remainder (over ``weight_left``) of ``left * weight / weight_left``."""
    product = weight * np.maximum(left, 0)
    return product // weight_left, product % weight_left


def _excess(
    mask: Bools, share: Ints, rest: Ints, bound: Ints, weight_left: Ints, starts: Ints
) -> npt.NDArray[np.object_]:
    """Return, a group, the exact sum of (fair share - bound) over the masked members, in units of 1/weight_left."""
    whole = _group_sums(np.where(mask, share - bound, 0), starts)
    # remainders may add up past 2^63: sum their high and low halves apart
    high_half = _group_sums(np.where(mask, rest >> 31, 0), starts)
    low_half = _group_sums(np.where(mask, rest & ((1 << 31) - 1), 0), starts)
    return (
        whole.astype(object) * weight_left.astype(object)
        + high_half.astype(object) * (1 << 31)
        + low_half.astype(object)
    )


# --- divisor methods -------------------------------------------------------------------------------------


def _webster(y: Floats) -> Floats:
    return np.floor(y + 0.5)


def _huntington_hill(y: Floats) -> Floats:
    whole = np.floor(y)
    return whole + (y * y > whole * (whole + 1.0))


#: name -> (rounding of a real quotient, squared divisor of the seat after k as an exact integer)
_METHODS: dict[str, tuple[Callable[[Floats], Floats], Callable[[int], int]]] = {
    "webster": (_webster, lambda k: (2 * k + 1) ** 2),
    "dhondt": (np.floor, lambda k: (k + 1) ** 2),
    "huntington_hill": (_huntington_hill, lambda k: k * (k + 1)),
    "adams": (np.ceil, lambda k: k * k),
}
METHODS = ("largest_remainder", *_METHODS)


def apportion(
    total: int,
    weights: npt.ArrayLike,
    method: str = "largest_remainder",
    *,
    floors: npt.ArrayLike | None = None,
    caps: npt.ArrayLike | None = None,
    keys: npt.ArrayLike | None = None,
) -> Ints:
    """Split ``total`` by the named method: one of :data:`METHODS`."""
    if method == "largest_remainder":
        return largest_remainder(total, weights, floors=floors, caps=caps, keys=keys)
    return divisor(total, weights, method, floors=floors, caps=caps, keys=keys)


def within(
    quotas: npt.ArrayLike,
    weights: npt.ArrayLike,
    group_index: npt.ArrayLike,
    method: str = "largest_remainder",
    caps: npt.ArrayLike | None = None,
) -> Ints:
    """Split each group's quota over its members by the named method: one of :data:`METHODS`.

    Parameters, result and errors are those of :func:`two_level`, whose every group is split at once.
    """
    if method == "largest_remainder":
        return two_level(quotas, weights, group_index, caps)
    goal, claims, group = np.asarray(quotas), np.asarray(weights), np.asarray(group_index)
    high = None if caps is None else np.asarray(caps)
    result = np.zeros(len(claims), np.int64)
    for g in range(len(goal)):
        own = np.flatnonzero(group == g)
        result[own] = divisor(int(goal[g]), claims[own], method, caps=None if high is None else high[own])
    return result


def divisor(
    total: int,
    weights: npt.ArrayLike,
    method: str = "webster",
    *,
    floors: npt.ArrayLike | None = None,
    caps: npt.ArrayLike | None = None,
    keys: npt.ArrayLike | None = None,
) -> Ints:
    """Split ``total`` by a divisor method (house-monotone: one more unit never takes a unit from anyone).

    Parameters and errors are those of :func:`largest_remainder`; ``method`` is ``"webster"``
    (Sainte-Lague), ``"dhondt"`` (Jefferson), ``"huntington_hill"`` or ``"adams"``. The last two give every
    positive weight a unit before anyone gets a second; where the total is too small for that, the larger
    weights come first.

    Returns
    -------
    (n,) int64
        Sums exactly to ``total``, within floors and caps.

    Examples
    --------
    >>> divisor(10, [53, 24, 23], "webster").tolist()
    [6, 2, 2]
    >>> divisor(10, [53, 24, 23], "adams").tolist()
    [5, 3, 2]
    """
    if method not in _METHODS:
        raise unknown("divisor method", method, _METHODS, "除数法")
    claims = weights_of(weights)
    n = len(claims)
    goal = np.array([whole_total(total)])
    low = whole_numbers(floors, n, 0, "floors")
    high = whole_numbers(caps, n, LARGEST_TOTAL, "caps")
    rank = tie_ranks(keys, n)
    starts = np.array([0, n])
    _require_feasible(goal, claims, low, high, starts)
    weight = _scaled(claims, goal, starts)
    seats = low.copy()
    if method in ("adams", "huntington_hill"):
        first = np.flatnonzero((seats == 0) & (high > 0) & (weight > 0))
        first = first[np.lexsort((rank[first], -weight[first]))][: int(goal[0] - seats.sum())]
        seats[first] += 1
    return _by_multiplier(int(goal[0]), weight, seats, high, rank, method)


def _by_multiplier(total: int, weight: Ints, low: Ints, high: Ints, rank: Ints, method: str) -> Ints:
    """Find the multiplier by bisection in floats, then settle the seats within 1e-13 of it exactly."""
    rounded, squared_divisor = _METHODS[method]
    active = weight > 0
    if low.sum() == total or not active.any():
        return low
    claims = weight.astype(np.float64)

    def seats_at(ratio: float) -> Ints:
        reached = np.minimum(rounded(ratio * claims), float(LARGEST_TOTAL)).astype(np.int64)
        return np.where(active, np.clip(reached, low, high), low)

    below, above = 0.0, (total + 2.0) / claims[active].min()
    guess = total / claims.sum()
    while above > below * (1 + 1e-14) and above > 0:
        # the first guess is nearly right when no bound binds: try close to it before halving
        middle = guess if below < guess < above else (below + above) / 2 if below else above / 2
        count = int(seats_at(middle).sum())
        if count <= total:
            below = middle
            guess = middle * (1 + max((total - count) / max(total, 1), 1e-13) * 1.5)
        else:
            above = middle
            guess = middle * (1 - min(max((count - total) / max(count, 1), 1e-13) * 1.5, 0.5))
        if count == total:
            return (
                seats_at(middle)
                if _is_clear(claims, middle, rounded)
                else _settle(
                    total,
                    weight,
                    seats_at(middle * (1 - 1e-13)),
                    seats_at(middle * (1 + 1e-13)),
                    rank,
                    squared_divisor,
                )
            )
    return _settle(
        total, weight, seats_at(below * (1 - 1e-13)), seats_at(above * (1 + 1e-13)), rank, squared_divisor
    )


def _is_clear(claims: Floats, ratio: float, rounded: Callable[[Floats], Floats]) -> bool:
    """Return whether no quotient lies so near a rounding point that floats could have decided it wrongly."""
    return bool(
        np.array_equal(rounded(claims * (ratio * (1 - 1e-13))), rounded(claims * (ratio * (1 + 1e-13))))
    )


def _settle(
    total: int, weight: Ints, fewer: Ints, more: Ints, rank: Ints, squared_divisor: Callable[[int], int]
) -> Ints:
    """Give the last seats, whose priorities agree to about 1e-13, in exact rational order."""
    missing = total - int(fewer.sum())
    contested = np.flatnonzero(more > fewer)
    pairs, inverse = np.unique(
        np.stack([weight[contested], fewer[contested]], axis=1), axis=0, return_inverse=True
    )
    priority = [_priority(int(w), squared_divisor(int(k))) for w, k in pairs]
    distinct = {value: place for place, value in enumerate(sorted(set(priority), reverse=True))}
    place = np.array([distinct[value] for value in priority], np.int64)[inverse.reshape(-1)]
    winners = contested[np.lexsort((rank[contested], place))][:missing]
    seats = fewer.copy()
    seats[winners] += 1
    return seats


def _priority(weight: int, squared: int) -> Fraction:
    """Return the squared priority of a next seat; a first seat of Adams or Huntington-Hill is settled before."""
    return Fraction(weight * weight, squared)
