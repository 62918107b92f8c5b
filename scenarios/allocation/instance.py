"""A maximal covering instance as the kernels want it: typed, scaled, reduced, in breadth-first order.

Reduction changes nothing but the size: points of no demand or already covered by fixed units leave, and so
do candidates that are fixed, cover nothing that is left, or belong to a group with nothing left to place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import RequestError
from scenarios.allocation import kernels_coverage as kernels
from scenarios.allocation.inputs import Bools, Floats, Ints, weights_of, whole_total

#: room for sums of prices, in which a point counts once for each candidate that covers it, below 2^63
_SCALED_SUM = 1 << 46


@dataclass(frozen=True, slots=True)
class Instance:
    """One reduced instance. Candidates and points are numbered in breadth-first order.

    ``pointers, indices`` list the points of each candidate, ``back_pointers, back_indices`` the candidates of
    each point. ``candidate[i]`` is the caller's index. ``demand`` is scaled by ``scale`` (a power of two).
    ``budgets[g]`` units are left to place in group g; ``already`` is the scaled demand that fixed units cover.
    ``slack`` is added to any bound in the caller's unit: the most that scaling can have lost.
    """

    pointers: Ints
    indices: npt.NDArray[np.int32]
    back_pointers: Ints
    back_indices: npt.NDArray[np.int32]
    demand: Ints
    group: npt.NDArray[np.int32]
    budgets: Ints
    candidate: Ints
    level: Ints
    n_levels: int
    fixed: Ints
    already: int
    scale: float
    whole: bool
    slack: float

    @property
    def size(self) -> int:
        """Number of free candidates."""
        return len(self.candidate)

    @property
    def reach(self) -> Ints:
        """Scaled demand that each candidate covers on its own."""
        running = np.concatenate(
            [np.zeros(1, np.int64), np.cumsum(self.demand[self.indices], dtype=np.int64)]
        )
        return running[self.pointers[1:]] - running[self.pointers[:-1]]


def coverage_matrix(covers: object, n_points: int) -> sparse.csr_matrix:
    """Return ``covers`` as a CSR pattern with int64 pointers, int32 indices and no explicit zeros."""
    if not sparse.issparse(covers):
        covers = sparse.csr_matrix(np.atleast_2d(np.asarray(covers)))
    matrix = sparse.csr_matrix(covers)
    if matrix.shape[1] != n_points:
        raise RequestError(
            f"covers has {matrix.shape[1]} columns for {n_points} demand points",
            f"covers 有 {matrix.shape[1]} 列,需求点有 {n_points} 个",
        )
    if matrix.data.dtype.kind not in "b" and (matrix.data == 0).any():
        matrix = matrix.copy()
        matrix.eliminate_zeros()
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    return matrix


def scaled_demand(demand: npt.ArrayLike) -> tuple[Ints, float, bool, float]:
    """Return (int64 demand, scale, whole, slack): a power of two brings the sum near 2^46 (conventions R3)."""
    given = weights_of(demand, "demand")
    total = float(given.sum(dtype=np.float64))
    if total == 0:
        return np.zeros(len(given), np.int64), 1.0, given.dtype.kind == "i", 0.0
    exponent = int(np.floor(np.log2(_SCALED_SUM / total)))
    whole = given.dtype.kind == "i" or bool((given == np.floor(given)).all())
    if whole and total < 2**52:
        exponent = max(exponent, 0)
    scaled = np.rint(np.ldexp(given.astype(np.float64), exponent)).astype(np.int64)
    slack = 0.0 if whole and exponent >= 0 else 0.5 * len(given) * 2.0**-exponent
    return scaled, 2.0**exponent, whole and exponent >= 0, slack


def build(
    covers: object,
    demand: npt.ArrayLike,
    p: int,
    groups: npt.ArrayLike | None,
    quotas: Mapping[int, int] | None,
    fixed: npt.ArrayLike | None,
) -> Instance:
    """Check the ask of :func:`scenarios.allocation.maximal_coverage` and bring it into kernel form."""
    scaled, scale, whole, slack = scaled_demand(demand)
    matrix = coverage_matrix(covers, len(scaled))
    n = matrix.shape[0]
    count = whole_total(p, "p")
    fixed_index = _fixed_indices(fixed, n, count)
    group, budgets = _budgets(groups, quotas, fixed_index, n, count)
    covered = np.zeros(len(scaled), bool)
    covered[matrix[fixed_index].indices] = True
    already = int(scaled[covered].sum())
    points = np.flatnonzero(~covered & (scaled > 0))
    free = np.ones(n, bool)
    free[fixed_index] = False
    free &= budgets[group] > 0
    reduced = matrix[:, points][np.flatnonzero(free)]
    useful = np.diff(reduced.indptr) > 0
    return _in_breadth_first_order(
        reduced[np.flatnonzero(useful)],
        scaled[points],
        np.flatnonzero(free)[useful],
        group,
        budgets,
        fixed_index,
        already,
        (scale, whole, slack),
    )


def _in_breadth_first_order(
    matrix: sparse.csr_matrix,
    demand: Ints,
    candidate: Ints,
    group: Ints,
    budgets: Ints,
    fixed: Ints,
    already: int,
    scaling: tuple[float, bool, float],
) -> Instance:
    """Renumber candidates by level and points by the first candidate that covers them."""
    pointers, indices = _typed(matrix)
    back_pointers, back_indices = _typed(matrix.T.tocsr())
    level = np.zeros(matrix.shape[0], np.int64)
    order = np.zeros(matrix.shape[0], np.int64)
    n_levels = (
        kernels.levels(pointers, indices, back_pointers, back_indices, level, order) if len(order) else 0
    )
    # by level, then by the caller's order: the same whatever way the search went round
    order = np.lexsort((candidate, level))
    matrix = matrix[order]
    seen = np.full(matrix.shape[1], matrix.nnz, np.int64)
    np.minimum.at(seen, matrix.indices, np.arange(matrix.nnz))
    point_order = np.argsort(seen, kind="stable")
    point_order = point_order[seen[point_order] < matrix.nnz]
    matrix = matrix[:, point_order].tocsr()
    matrix.sort_indices()
    pointers, indices = _typed(matrix)
    back_pointers, back_indices = _typed(matrix.T.tocsr())
    scale, whole, slack = scaling
    return Instance(
        pointers=pointers,
        indices=indices,
        back_pointers=back_pointers,
        back_indices=back_indices,
        demand=np.ascontiguousarray(demand[point_order], np.int64),
        group=np.ascontiguousarray(group[candidate[order]], np.int32),
        budgets=budgets,
        candidate=np.ascontiguousarray(candidate[order], np.int64),
        level=np.ascontiguousarray(level[order]),
        n_levels=int(n_levels),
        fixed=fixed,
        already=already,
        scale=scale,
        whole=whole,
        slack=slack,
    )


def _typed(matrix: sparse.csr_matrix) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Return fresh, writable pointers (int64) and indices (int32): the one signature of the kernels."""
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)


def _fixed_indices(fixed: npt.ArrayLike | None, n: int, p: int) -> Ints:
    """Return the sorted distinct indices of fixed candidates."""
    if fixed is None:
        return np.zeros(0, np.int64)
    given = np.asarray(fixed)
    if given.dtype == bool and given.shape == (n,):
        given = np.flatnonzero(given)
    index = np.unique(given.astype(np.int64)) if given.size else np.zeros(0, np.int64)
    if index.size and (index[0] < 0 or index[-1] >= n):
        raise RequestError(
            f"fixed holds index {index[0] if index[0] < 0 else index[-1]}; candidates run from 0 to {n - 1}",
            f"fixed 含下标 {index[0] if index[0] < 0 else index[-1]};候选点下标为 0 至 {n - 1}",
        )
    if len(index) > p:
        raise RequestError(
            f"{len(index)} units are fixed, more than p = {p}; the least possible p is {len(index)}",
            f"已固定 {len(index)} 个单位,多于 p = {p};p 至少为 {len(index)}",
        )
    return index


def _budgets(
    groups: npt.ArrayLike | None, quotas: Mapping[int, int] | None, fixed: Ints, n: int, p: int
) -> tuple[Ints, Ints]:
    """Return each candidate's group number and the units left to place in each group."""
    if (groups is None) != (quotas is None):
        raise RequestError(
            "groups and quotas go together: give both or neither", "groups 与 quotas 须同时给出"
        )
    if groups is None or quotas is None:
        return np.zeros(n, np.int64), np.array([p - len(fixed)], np.int64)
    labels = np.asarray(groups)
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise RequestError(f"groups must hold {n} integers", f"groups 应含 {n} 个整数")
    counts = {int(label): whole_total(count, f"quota of {label}") for label, count in quotas.items()}
    if sum(counts.values()) != p:
        raise RequestError(
            f"the quotas add up to {sum(counts.values())}, not to p = {p}; change one of the two",
            f"各组配额合计 {sum(counts.values())},与 p = {p} 不符;请修改其一",
        )
    known = np.unique(np.concatenate([labels.astype(np.int64), np.array(sorted(counts), np.int64)]))
    group = np.searchsorted(known, labels).astype(np.int64)
    quota = np.array([counts.get(int(label), 0) for label in known], np.int64)
    spent = np.bincount(group[fixed], minlength=len(known)).astype(np.int64)
    if (spent > quota).any():
        over = [(int(known[g]), int(spent[g]), int(quota[g])) for g in np.flatnonzero(spent > quota)]
        raise RequestError(
            "; ".join(f"group {g}: {s} units are fixed, above its quota of {q}" for g, s, q in over)
            + "; raise the quotas to at least the fixed units",
            ";".join(f"第 {g} 组:已固定 {s} 个,超过配额 {q} 个" for g, s, q in over)
            + ";请将配额提高到不少于已固定数",
        )
    return group, quota - spent


__all__ = ["Bools", "Floats", "Instance", "build", "coverage_matrix", "scaled_demand"]
