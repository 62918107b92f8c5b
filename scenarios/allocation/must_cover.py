"""Points that must be covered: places a document names, whatever their demand.

Each must-cover point gets a bonus larger than any single unit could bring elsewhere. A plan that covers them all
collects every bonus, so the bound with bonuses, less all bonuses, bounds every plan that keeps the condition.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import RequestError
from scenarios.allocation.coverage import Coverage, maximal_coverage
from scenarios.allocation.inputs import Ints, weights_of
from scenarios.allocation.instance import coverage_matrix


def coverage_with_places(
    covers: object, demand: npt.ArrayLike, p: int, must: npt.ArrayLike, **ask: Any
) -> Coverage:
    """Choose at most ``p`` candidates for the greatest coverage, every point in ``must`` covered.

    Parameters
    ----------
    must : (k,) integers
        Demand points (columns of ``covers``) that some chosen candidate must cover; their demand may be 0.
    ask
        The other arguments of :func:`scenarios.allocation.maximal_coverage`.

    Returns
    -------
    Coverage
        ``covered`` counts demand only; ``bound`` holds for plans that cover every must-point.

    Raises
    ------
    RequestError
        A must-point that no candidate covers (all are listed), or more must-points than p units or the quotas can
        cover; the message says how many can.

    Examples
    --------
    >>> coverage_with_places([[1, 1, 0], [0, 0, 1]], [9, 9, 0], 1, [2]).chosen.tolist()
    [1]
    """
    weights = weights_of(demand, "demand")
    matrix = coverage_matrix(covers, len(weights))
    points = np.unique(np.asarray(must, np.int64))
    if len(points) == 0:
        return maximal_coverage(matrix, weights, p, **ask)
    _require_candidates(matrix, points)
    reach = sparse.csr_matrix((np.ones(matrix.nnz), matrix.indices, matrix.indptr), matrix.shape) @ weights
    bonus = max(1.0, float(np.ceil(2.0 * reach.max(initial=0.0))))
    raised = weights.copy()
    raised[points] = raised[points] + type(raised[0].item())(bonus)
    plan = maximal_coverage(matrix, raised, p, **ask)
    bound = None if plan.bound is None else plan.bound - type(plan.bound)(bonus) * len(points)
    if not _covers_all(matrix, plan.chosen, points):
        plan = _by_fixing(matrix, weights, p, points, ask)
        if plan.bound is not None and bound is not None:
            bound = min(bound, plan.bound) if plan.proven else bound
    hit = np.zeros(len(weights), bool)
    hit[matrix[plan.chosen].indices] = True
    covered = weights[hit].sum().item()
    gap = None if bound is None else max((bound - covered) / bound, 0.0) if bound > 0 else 0.0
    proven = bound is not None and plan.proven and bound <= covered * (1 + 1e-12)
    return replace(
        plan, covered=covered, bound=bound, gap=gap, proven=proven, method=plan.method + "; must-cover places"
    )


def _covers_all(matrix: sparse.csr_matrix, chosen: Ints, points: Ints) -> bool:
    return bool(np.isin(points, matrix[chosen].indices).all())


def _require_candidates(matrix: sparse.csr_matrix, points: Ints) -> None:
    """Refuse must-points that no candidate covers."""
    if points.size and (points[0] < 0 or points[-1] >= matrix.shape[1]):
        raise RequestError(
            f"must holds a point outside 0..{matrix.shape[1] - 1}",
            f"must 含超出 0..{matrix.shape[1] - 1} 的点",
        )
    lonely = points[np.bincount(matrix.indices, minlength=matrix.shape[1])[points] == 0]
    if len(lonely):
        shown = ", ".join(map(str, lonely[:10].tolist()))
        raise RequestError(
            f"{len(lonely)} must-cover points are out of every candidate's reach: {shown}; allow sites near them",
            f"有 {len(lonely)} 个必保点不在任何候选点范围内:{shown};请在其附近增加候选点",
        )


def _by_fixing(
    matrix: sparse.csr_matrix, weights: npt.NDArray[Any], p: int, points: Ints, ask: dict[str, Any]
) -> Coverage:
    """Cover the must-points first, with as few units as greedy needs, and fill up; or say how many can be covered."""
    only = np.zeros(len(weights), np.int64)
    only[points] = 1
    first = maximal_coverage(matrix, only, p, **ask | {"certify": True})
    if first.covered < len(points):
        certain = "" if first.proven else " (the most found)"
        raise RequestError(
            f"{p} units with these quotas cover {int(first.covered)} of {len(points)} must-cover points{certain}; "
            "place more units or name fewer points",
            f"{p} 个单位(含配额)只能覆盖 {len(points)} 个必保点中的 {int(first.covered)} 个;请增加数量或减少必保点",
        )
    needed = _without_spares(matrix, first.chosen, points, ask.get("fixed"))
    return maximal_coverage(matrix, weights, p, **ask | {"fixed": needed, "certify": False})


def _without_spares(
    matrix: sparse.csr_matrix, chosen: Ints, points: Ints, fixed: npt.ArrayLike | None
) -> Ints:
    """Drop chosen units that the must-points do not need."""
    keep = chosen.tolist()
    for i in chosen[::-1].tolist():
        rest = [k for k in keep if k != i]
        if _covers_all(matrix, np.array(rest, np.int64), points):
            keep = rest
    held = np.zeros(0, np.int64) if fixed is None else np.asarray(fixed)
    held = np.flatnonzero(held) if held.dtype == bool else held.astype(np.int64)
    return np.union1d(np.array(keep, np.int64), held)
