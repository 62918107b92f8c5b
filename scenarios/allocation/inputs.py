"""What every allocation function checks at its door: shapes, types, signs; plain errors in two languages.

Each function returns the array in the one type that the code behind it knows (``int64``, ``float64``), so
that compiled kernels are compiled once, and raises :class:`geo.errors.RequestError` for anything else.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geo.errors import RequestError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Progress callback: (stage, share done in 0..1). Called between short batches, from the calling thread.
Progress = Callable[[str, float], None]
#: Cancel callback: true when the caller wants the run to stop at the next batch.
Cancelled = Callable[[], bool]

#: Totals above this are refused: beyond it exact 64-bit arithmetic cannot be promised.
LARGEST_TOTAL = 1 << 40


def whole_total(total: object, name: str = "total") -> int:
    """Return ``total`` as an int in 0..2^40; refuse fractions, NaN and negatives."""
    value = np.asarray(total)
    if value.shape != () or value.dtype.kind not in "iufb" or not np.isfinite(value):
        raise RequestError(
            f"{name} must be one whole number, not {total!r}", f"{name} 必须是一个整数,而不是 {total!r}"
        )
    if value != np.floor(value):
        raise RequestError(
            f"{name} must be a whole number, not {total!r}; the nearest is {round(float(value))}",
            f"{name} 必须是整数,而不是 {total!r};最接近的整数是 {round(float(value))}",
        )
    if value < 0 or value > LARGEST_TOTAL:
        raise RequestError(
            f"{name} is {total!r}; it must lie between 0 and {LARGEST_TOTAL}",
            f"{name} 为 {total!r};应在 0 与 {LARGEST_TOTAL} 之间",
        )
    return int(value)


def weights_of(weights: npt.ArrayLike, name: str = "weights") -> npt.NDArray[np.int64 | np.float64]:
    """Return one-dimensional finite weights >= 0, ``int64`` when they came as integers, else ``float64``."""
    array = np.asarray(weights)
    if array.ndim != 1:
        raise RequestError(f"{name} must have one dimension, not {array.ndim}", f"{name} 必须是一维数组")
    if array.dtype.kind in "ib" or (array.dtype.kind == "u" and array.max(initial=0) < 1 << 62):
        array = array.astype(np.int64, copy=False)
    else:
        try:
            array = array.astype(np.float64, copy=False)
        except (TypeError, ValueError):
            raise RequestError(f"{name} must be numbers", f"{name} 必须是数字") from None
    bad = ~np.isfinite(array) | (array < 0)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise RequestError(
            f"{name}: {int(bad.sum())} of {len(array)} are negative, missing or infinite "
            f"(first at position {first}: {array[first]}); fill or drop them first",
            f"{name}:{len(array)} 个值中有 {int(bad.sum())} 个为负、缺失或无穷"
            f"(首个在位置 {first}:{array[first]});请先补齐或剔除",
        )
    return array


def whole_numbers(values: npt.ArrayLike | None, n: int, default: int, name: str) -> Ints:
    """Return ``n`` whole numbers >= 0 as ``int64`` (a scalar is repeated, None gives ``default``)."""
    if values is None:
        return np.full(n, default, np.int64)
    array = weights_of(np.atleast_1d(np.asarray(values)), name)
    if array.size == 1 and np.ndim(values) == 0:
        array = np.repeat(array, n)
    if array.shape != (n,):
        raise RequestError(
            f"{name} has {array.size} values for {n} weights", f"{name} 有 {array.size} 个值,权重有 {n} 个"
        )
    if array.dtype.kind == "f" and (array != np.floor(array)).any():
        raise RequestError(f"{name} must be whole numbers", f"{name} 必须是整数")
    return np.minimum(array, LARGEST_TOTAL).astype(np.int64)


def tie_ranks(keys: npt.ArrayLike | None, n: int) -> Ints:
    """Return each element's rank among the keys: ties in an allocation go to the smaller key (conventions R2)."""
    if keys is None:
        return np.arange(n, dtype=np.int64)
    array = np.asarray(keys)
    if array.shape != (n,):
        raise RequestError(
            f"keys has {array.size} values for {n} weights", f"keys 有 {array.size} 个值,权重有 {n} 个"
        )
    ranks = np.empty(n, np.int64)
    ranks[np.argsort(array, kind="stable")] = np.arange(n, dtype=np.int64)
    return ranks
