"""Yearly milestones that nest: what is built by one year stands in every later one.

The last milestone is planned first and as a whole; each earlier one takes the best part of the next (maximal covering
among its units). Each milestone has its own bound, that of the best plan of its size without nesting, so the
certificate also shows what nesting costs. ``docs/allocation.md``, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import RequestError
from scenarios.allocation.bound import lagrangian
from scenarios.allocation.coverage import EFFORTS, Coverage, greedy_plan, maximal_coverage
from scenarios.allocation.inputs import Cancelled, Ints, Progress, whole_total
from scenarios.allocation.instance import build, coverage_matrix


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone: the sorted candidates that stand by then, and its certificate."""

    units: int
    chosen: Ints
    covered: float
    bound: float
    gap: float
    proven: bool


def nested_coverage(
    covers: object,
    demand: npt.ArrayLike,
    milestones: Sequence[int],
    *,
    groups: npt.ArrayLike | None = None,
    quotas: Sequence[Mapping[int, int]] | None = None,
    fixed: npt.ArrayLike | None = None,
    effort: str = "standard",
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Milestone]:
    """Plan ascending milestones, each containing the one before.

    Parameters
    ----------
    milestones : units by the end of each phase, ascending
    quotas : one {group: count} a milestone, ascending in every group, optional (with ``groups``)
    fixed : candidates that stand before the first milestone

    Raises
    ------
    RequestError
        Milestones or quotas that do not ascend, with the first place where they fall.

    Examples
    --------
    >>> plans = nested_coverage([[1, 1, 0], [0, 1, 1], [0, 0, 1]], [5, 1, 3], [1, 2])
    >>> [m.chosen.tolist() for m in plans], [m.covered for m in plans]
    ([[0], [0, 2]], [6, 9])
    """
    amounts = [whole_total(m, "milestone") for m in milestones]
    by_phase = _ascending(amounts, quotas)
    matrix = coverage_matrix(covers, np.size(demand))
    last = len(amounts) - 1
    plan = maximal_coverage(
        matrix, demand, amounts[last], groups=groups, quotas=by_phase[last], fixed=fixed,
        effort=effort, seed=seed, progress=progress, cancelled=cancelled,
    )  # fmt: skip
    found = [_milestone(amounts[last], plan.chosen, plan, None)]
    for at in range(last - 1, -1, -1):
        upper = found[0].chosen
        part = maximal_coverage(
            matrix[upper], demand, amounts[at],
            groups=None if groups is None else np.asarray(groups)[upper], quotas=by_phase[at],
            fixed=None if fixed is None else np.flatnonzero(np.isin(upper, np.asarray(fixed))),
            effort=effort, seed=seed, certify=False, cancelled=cancelled,
        )  # fmt: skip
        alone = _bound_alone(matrix, demand, amounts[at], groups, by_phase[at], fixed, effort)
        found.insert(0, _milestone(amounts[at], upper[part.chosen], part, alone))
    return found


def _milestone(units: int, chosen: Ints, plan: Coverage, bound: float | None) -> Milestone:
    limit = max(float(bound if bound is not None else plan.bound or 0.0), plan.covered)
    gap = (limit - plan.covered) / limit if limit > 0 else 0.0
    return Milestone(units, chosen, plan.covered, limit, gap, limit <= plan.covered * (1 + 1e-12))


def _bound_alone(
    matrix: object,
    demand: npt.ArrayLike,
    p: int,
    groups: npt.ArrayLike | None,
    quotas: Mapping[int, int] | None,
    fixed: npt.ArrayLike | None,
    effort: str,
) -> float:
    """Return the certified bound of the best plan of this size, in the caller's unit, whatever comes later."""
    instance = build(matrix, demand, p, groups, quotas, fixed)
    state, _ = greedy_plan(instance)
    amount = EFFORTS[effort]
    bound = lagrangian(instance, state.covered, state.counts, amount.bound_steps, patience=amount.patience)
    limit = min(bound.value, int(instance.demand.sum())) + instance.already
    return float(limit // int(instance.scale)) if instance.whole else limit / instance.scale + instance.slack


def _ascending(
    amounts: list[int], quotas: Sequence[Mapping[int, int]] | None
) -> Sequence[Mapping[int, int] | None]:
    """Check that nothing falls from one milestone to the next."""
    if not amounts:
        raise RequestError("no milestone is given; name at least one", "未给出分期;请至少给出一期")
    for at in range(1, len(amounts)):
        if amounts[at] < amounts[at - 1]:
            raise RequestError(
                f"milestone {at + 1} has {amounts[at]} units, fewer than the {amounts[at - 1]} before it; "
                f"it must have at least {amounts[at - 1]}",
                f"第 {at + 1} 期为 {amounts[at]} 个,少于前一期的 {amounts[at - 1]} 个;至少应为 {amounts[at - 1]} 个",
            )
    if quotas is None:
        return [None] * len(amounts)
    if len(quotas) != len(amounts):
        raise RequestError(
            f"{len(quotas)} sets of quotas for {len(amounts)} milestones",
            f"{len(amounts)} 个分期却有 {len(quotas)} 组配额",
        )
    for at in range(1, len(quotas)):
        for group, count in quotas[at - 1].items():
            if quotas[at].get(group, 0) < count:
                raise RequestError(
                    f"group {group} falls from {count} to {quotas[at].get(group, 0)} in milestone {at + 1}; "
                    f"it must keep at least {count}",
                    f"第 {group} 组在第 {at + 1} 期由 {count} 降为 {quotas[at].get(group, 0)};至少应为 {count}",
                )
    return list(quotas)
