"""Covering plans whose units keep a minimum spacing (hydrogen stations, depots): few units, far apart.

Greedy and repeated removal and refilling of neighbours; the bound is the Lagrangian bound of the same problem
without the spacing, tightened to the optimum by branch and bound where few candidates are undecided.
``docs/allocation.md``, section 5.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import RequestError, unknown
from scenarios.allocation import kernels_coverage, kernels_spacing
from scenarios.allocation.annealing import empty_state
from scenarios.allocation.bound import lagrangian
from scenarios.allocation.coverage import EFFORTS, Coverage, Found, as_coverage, step_of
from scenarios.allocation.inputs import Cancelled, Ints, Progress
from scenarios.allocation.instance import Instance, build

_STEPS = {"quick": 300, "standard": 2_000, "thorough": 20_000}
_EXACT_SIZE = {"quick": 60, "standard": 300, "thorough": 800}
_BATCH = 100


def spaced_coverage(
    covers: object,
    demand: npt.ArrayLike,
    too_near: object,
    p: int,
    *,
    groups: npt.ArrayLike | None = None,
    quotas: Mapping[int, int] | None = None,
    fixed: npt.ArrayLike | None = None,
    effort: str = "standard",
    seed: int = 0,
    place_all: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Coverage:
    """Choose at most ``p`` candidates, no two of them too near, that together cover as much demand as possible.

    Parameters
    ----------
    covers, demand, p, groups, quotas, fixed, effort, seed, progress, cancelled
        As in :func:`scenarios.allocation.maximal_coverage`.
    too_near : scipy.sparse matrix, (n_candidates, n_candidates)
        True where two candidates may not both be chosen; taken as symmetric, the diagonal is ignored.
    place_all : bool
        Place units that cover nothing new too, where the spacing leaves room, until all quotas are spent: those of
        the greatest own demand first, ties to the smaller index.

    Returns
    -------
    Coverage
        Without ``place_all`` fewer than ``p`` units where no further unit that keeps the spacing would cover anything
        new.

    Raises
    ------
    RequestError
        As :func:`maximal_coverage`; when two fixed candidates are too near each other; with ``place_all``, when the
        spacing leaves no room for all (the message says for how many room was found).

    Examples
    --------
    >>> covers = [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
    >>> spaced_coverage(covers, [5, 4, 3], [[0, 1, 0], [1, 0, 0], [0, 0, 0]], 2).chosen.tolist()
    [0, 2]
    """
    began = time.perf_counter()
    if effort not in EFFORTS:
        raise unknown("effort", effort, EFFORTS, "求解力度")
    near = _symmetric(too_near)
    held = build(covers, demand, p, groups, quotas, fixed).fixed
    _require_apart(near, held)
    instance = build(_without(covers, near, held), demand, p, groups, quotas, fixed)
    amount = EFFORTS[effort]
    pairs = near[instance.candidate][:, instance.candidate].tocsr()
    state = empty_state(instance)
    value, blocked = np.zeros(instance.size, np.int64), np.zeros(instance.size, np.int64)
    kernels_coverage.refresh(
        0,
        instance.size,
        instance.pointers,
        instance.indices,
        instance.demand,
        state.chosen,
        state.counts,
        value,
    )
    left = instance.budgets.copy()
    arrays = (
        instance.pointers, instance.indices, instance.back_pointers, instance.back_indices,
        pairs.indptr.astype(np.int64), pairs.indices.astype(np.int32), instance.demand, instance.group, left,
        state.chosen, state.counts, state.owner, value, blocked,
    )  # fmt: skip
    state.covered = int(kernels_spacing.fill(*arrays, np.zeros(instance.size, np.uint8)))
    complete = True
    for batch in range(_STEPS[effort] // _BATCH):
        if cancelled is not None and cancelled():
            complete = False
            break
        state.covered += int(
            kernels_spacing.search(*arrays, np.int64(_BATCH), np.int64(seed * 1_000_003 + batch + 1))
        )
        if progress is not None:
            progress("spacing", (batch + 1) * _BATCH / _STEPS[effort])
    bound = lagrangian(instance, state.covered, state.counts, amount.bound_steps, patience=amount.patience)
    limit = min(bound.value, int(instance.demand.sum()))
    method = "greedy, removal and refilling; Lagrangian bound without the spacing"
    keep = bound.undecided(instance, state.covered + step_of(instance) - 1)
    if complete and limit - state.covered >= step_of(instance) and 0 < len(keep) <= _EXACT_SIZE[effort]:
        from scenarios.allocation import lp

        rows = _rows_apart(pairs[keep][:, keep])
        chosen, above, finished = lp.prove(instance, keep, amount.proof_nodes, state.chosen, rows)
        better = int(instance.demand[np.unique(_points_of(instance, chosen))].sum())
        if better > state.covered and not pairs[chosen][:, chosen].nnz:
            state.chosen[:] = 0
            state.chosen[chosen] = 1
            state.covered = better
        above = max(int(min(above, float(limit))), state.covered)
        if finished and above - state.covered < step_of(instance):
            above = state.covered
        limit, method = min(limit, above), method + "; branch and bound"
    elif len(keep) == 0:
        limit = state.covered
    plan = as_coverage(instance, Found(state, limit, method, complete, bound), began)
    if place_all and len(plan.chosen) < p:
        plan = replace(
            plan, chosen=_fill_up(plan.chosen, sparse.csr_matrix(covers), demand, near, p, groups, quotas)
        )
    return plan


def _fill_up(
    chosen: Ints,
    covers: sparse.csr_matrix,
    demand: npt.ArrayLike,
    near: sparse.csr_matrix,
    p: int,
    groups: npt.ArrayLike | None,
    quotas: Mapping[int, int] | None,
) -> Ints:
    """Add units that keep spacing and quotas until there are ``p``, though they cover nothing new."""
    n = covers.shape[0]
    label = np.zeros(n, np.int64) if groups is None else np.asarray(groups, np.int64)
    left = {0: p} if quotas is None else {int(g): int(q) for g, q in quotas.items()}
    for i in chosen.tolist():
        left[int(label[i])] -= 1
    free = np.ones(n, bool)
    free[chosen] = False
    free[near[chosen].indices] = False
    own = covers.astype(bool).astype(np.float64) @ np.asarray(demand, np.float64)
    added: list[int] = []
    for i in np.lexsort((np.arange(n), -own)).tolist():
        if free[i] and left.get(int(label[i]), 0) > 0:
            added.append(i)
            left[int(label[i])] -= 1
            free[near[[i]].indices] = False
    placed = len(chosen) + len(added)
    if placed < p:
        raise RequestError(
            f"with this spacing room was found for {placed} of {p} units; lower the spacing or the number, or let "
            "groups share more freely",
            f"按此最小间距只找到 {placed} 个位置(需 {p} 个);请减小间距、减少数量或放宽分组配额",
        )
    return np.sort(np.concatenate([chosen, np.array(added, np.int64)]))


def _points_of(instance: Instance, chosen: Ints) -> npt.NDArray[np.int32]:
    parts = [instance.indices[instance.pointers[i] : instance.pointers[i + 1]] for i in chosen.tolist()]
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def _symmetric(too_near: object) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix(too_near).astype(bool)
    matrix = sparse.csr_matrix(matrix + matrix.T)
    matrix.setdiag(False)
    matrix.eliminate_zeros()
    return matrix


def _require_apart(near: sparse.csr_matrix, held: Ints) -> None:
    clash = near[held][:, held].tocoo()
    if clash.nnz:
        a, b = int(held[clash.row[0]]), int(held[clash.col[0]])
        raise RequestError(
            f"fixed candidates {a} and {b} are nearer than the spacing ({clash.nnz // 2} such pairs); "
            "free one of them or lower the spacing",
            f"已固定的候选点 {a} 与 {b} 小于最小间距(共 {clash.nnz // 2} 对);请放开其一或减小间距",
        )


def _without(covers: object, near: sparse.csr_matrix, held: Ints) -> sparse.csr_matrix:
    """Return ``covers`` without what candidates too near to a fixed unit cover: they cannot be chosen."""
    matrix = sparse.csr_matrix(covers).astype(bool)
    barred = np.zeros(matrix.shape[0], bool)
    barred[near[held].indices] = True
    matrix.data = matrix.data & ~np.repeat(barred, np.diff(matrix.indptr))
    matrix.eliminate_zeros()
    return matrix


def _rows_apart(pairs: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return one row x_i + x_j <= 1 a pair, cliques merged greedily into one row where the pairs allow."""
    n = pairs.shape[0]
    neighbours = [set(pairs.indices[pairs.indptr[i] : pairs.indptr[i + 1]].tolist()) for i in range(n)]
    seen: set[tuple[int, int]] = set()
    rows: list[list[int]] = []
    for i in range(n):
        for j in sorted(neighbours[i]):
            if j < i or (i, j) in seen:
                continue
            clique = [i, j]
            common = neighbours[i] & neighbours[j]
            while common:
                k = min(common)
                clique.append(k)
                common &= neighbours[k]
            clique.sort()
            seen.update((a, b) for at, a in enumerate(clique) for b in clique[at + 1 :])
            rows.append(clique)
    sizes = [len(row) for row in rows]
    return sparse.csr_matrix(
        (
            np.ones(sum(sizes)),
            (np.repeat(np.arange(len(rows)), sizes), np.concatenate([*rows, []]).astype(int)),
        ),
        shape=(len(rows), n),
    )
