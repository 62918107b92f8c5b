"""Fair coverage: a concave worth of each district's covered share, and floors, with a certificate.

``alpha`` says how much a district that is already well covered counts for less: 0 is total demand covered; 1 is
proportional fairness (the logarithm of shares); larger values approach the best for the worst covered. Since the
worth is concave, its tangent at any shares bounds it from above, and the tangent is a weighted maximal covering whose
bound is certified. ``docs/allocation.md``, section 7 (Mo and Walrand 2000 for alpha-fairness).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import RequestError
from scenarios.allocation import kernels_fairness as kernels
from scenarios.allocation.coverage import Coverage, greedy_plan, maximal_coverage
from scenarios.allocation.covering import FewestUnits, fewest_units
from scenarios.allocation.inputs import Cancelled, Floats, Ints, Progress, weights_of
from scenarios.allocation.instance import build, coverage_matrix

#: added to every share, so that a district with nothing covered has a finite worth: one percent
_LIFT = 0.01
_TURNS = 12
_ROUNDS = {"quick": 3, "standard": 5, "thorough": 8}


@dataclass(frozen=True, slots=True)
class FairCoverage:
    """A plan, its fair objective with a certified bound, and what each district gets.

    Attributes
    ----------
    chosen : (k,) int64
    covered : float
        Demand covered, all districts together.
    shares : dict[int, float]
        Covered share of each district's demand (districts without demand are left out).
    objective, bound, gap
        Evenly spread equivalent (Atkinson 1970), in demand: the coverage that, spread over the districts at one equal
        share, would be worth as much as this plan. No plan that keeps the floors exceeds ``bound``.
    proven : bool
        True only when objective and bound agree to 1e-9.
    """

    chosen: Ints
    covered: float
    shares: dict[int, float]
    objective: float
    bound: float
    gap: float
    proven: bool
    alpha: float
    method: str
    reproducible: bool
    seconds: float


def worth(share: npt.ArrayLike, alpha: float) -> Floats:
    """Return the worth of a covered share: 0 at 0, rising, the more concave the larger ``alpha``; its slope at 1 is 1.

    ``((s + e)^(1 - a) - e^(1 - a)) / (1 - a) x (1 + e)^a`` with e = 0.01; the logarithm for a = 1.

    Examples
    --------
    >>> worth([0.0, 0.5, 1.0], 0.0).tolist()
    [0.0, 0.5, 1.0]
    """
    lifted = np.asarray(share, np.float64) + _LIFT
    scale = (1.0 + _LIFT) ** alpha
    if abs(alpha - 1.0) < 1e-12:
        return scale * np.log(lifted / _LIFT)
    return scale * (lifted ** (1.0 - alpha) - _LIFT ** (1.0 - alpha)) / (1.0 - alpha)


def _share_worth(value: float, alpha: float) -> float:
    """Return the share of which ``value`` is the worth: the inverse of :func:`worth`, at most 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(worth(middle, alpha)) < value else (low, middle)
    return high


def fair_coverage(
    covers: object,
    demand: npt.ArrayLike,
    p: int,
    point_groups: npt.ArrayLike,
    *,
    alpha: float = 0.0,
    floors: Mapping[int, float] | None = None,
    groups: npt.ArrayLike | None = None,
    quotas: Mapping[int, int] | None = None,
    fixed: npt.ArrayLike | None = None,
    effort: str = "standard",
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> FairCoverage:
    """Choose at most ``p`` candidates for the greatest fair worth, keeping the floors.

    Parameters
    ----------
    covers, demand, p, groups, quotas, fixed, effort, seed, progress, cancelled
        As in :func:`scenarios.allocation.maximal_coverage`.
    point_groups : (n_demand,) integers
        The district of each demand point.
    alpha : float
        Fairness, 0 (total coverage) to 4.
    floors : {district: share}, optional
        Least covered share of a district's demand.

    Raises
    ------
    RequestError
        Floors that no plan of p units was found to keep together; the message says how many units the floors take
        (the fewest found, and a certified least).
    """
    began = time.perf_counter()
    ask = _checked(covers, demand, point_groups, alpha, floors)

    def solve(weights: Floats, held: npt.ArrayLike | None = fixed, **more: Any) -> Coverage:
        given = {"groups": groups, "quotas": quotas, "certify": True} | more
        units = p if given["quotas"] is None else sum(given["quotas"].values())
        return maximal_coverage(
            ask.matrix, ask.demand * weights[ask.district], units, fixed=held, effort=effort, seed=seed,
            cancelled=cancelled, **given,
        )  # fmt: skip

    found = _Best(ask)
    found.offer(_concave_greedy(ask, p, groups, quotas, fixed))
    at = found.last
    pull = _calibrated(ask, at, lambda weights: _greedy(ask, weights, p, groups, quotas, fixed))
    plain = alpha == 0 and not ask.least.any()
    rounds = 1 if plain else _ROUNDS[effort]
    for number in range(rounds):
        slope = ask.slope(at)
        plan = solve(slope + pull)
        found.reproducible &= plan.reproducible
        found.limit(at, pull, plan.bound)
        found.offer(plan.chosen)
        pull = _pulled(pull, found.last, ask.least, slope)
        if quotas is None and not plain:
            # the same number of units in each district as in the best plan, better placed
            home, counts = ask.homes(found.best if found.best is not None else plan.chosen)
            found.offer(solve(slope + pull, groups=home, quotas=counts, certify=False).chosen)
        at = at + (found.last - at) * 2.0 / (number + 3.0)
        if progress is not None:
            progress("fairness", (number + 1) / rounds)
        if cancelled is not None and cancelled():
            found.reproducible = False
            break
    if found.best is None:
        floored = {int(ask.labels[g]): float(ask.least[g]) for g in np.flatnonzero(ask.least > 0)}
        fewest = fewest_units(
            ask.matrix, ask.demand, 0.0, point_groups=ask.labels[ask.district], floors=floored, fixed=fixed,
            effort=effort, seed=seed,
        )  # fmt: skip
        found.offer(_kept_by_force(fewest, p, ask, lambda held: solve(1.0 + pull, held, certify=False)))
    return found.result(time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class _Ask:
    """The checked ask: demand and district of each point, each district's total, its floor, and the fairness."""

    matrix: sparse.csr_matrix
    demand: Floats
    district: Ints
    labels: Ints
    totals: Floats
    least: Floats
    alpha: float

    def shares(self, chosen: Ints) -> Floats:
        """Return the covered share of each district (0 where it has no demand)."""
        hit = np.zeros(len(self.demand), bool)
        hit[self.matrix[chosen].indices] = True
        covered = np.bincount(self.district[hit], weights=self.demand[hit], minlength=len(self.labels))
        return covered / np.where(self.totals > 0, self.totals, 1.0)

    def value(self, shares: Floats) -> float:
        """Return the sum of demand x worth."""
        return float((self.totals * worth(shares, self.alpha)).sum())

    def slope(self, at: Floats) -> Floats:
        """Return the slope of the worth at given shares: what a covered person counts for, 1 at full coverage."""
        return ((1.0 + _LIFT) / (at + _LIFT)) ** self.alpha

    def keeps_floors(self, shares: Floats) -> bool:
        """Whether every floor is kept (to rounding)."""
        return bool((shares >= self.least - 1e-12).all())

    def homes(self, chosen: Ints) -> tuple[Ints, dict[int, int]]:
        """Return the district in which each candidate covers most demand, and how many are chosen in each."""
        members = sparse.csr_matrix(
            (self.demand, (np.arange(len(self.demand)), self.district)),
            shape=(len(self.demand), len(self.labels)),
        )
        home = np.asarray((self.matrix.astype(np.float64) @ members).argmax(axis=1)).ravel().astype(np.int64)
        counts = np.bincount(home[chosen], minlength=len(self.labels))
        return home, dict(enumerate(counts.tolist()))


class _Best:
    """The best plan offered so far that keeps the floors, and the least upper bound on the worth of any."""

    def __init__(self, ask: _Ask) -> None:
        self.ask = ask
        self.best: Ints | None = None
        self.value = -np.inf
        self.last = np.zeros(len(ask.labels))
        self.bound = ask.value(np.ones(len(ask.labels)))
        self.reproducible = True

    def offer(self, chosen: Ints) -> None:
        """Keep ``chosen`` when it is better."""
        self.last = self.ask.shares(chosen)
        if self.ask.keeps_floors(self.last) and self.ask.value(self.last) > self.value:
            self.best, self.value = np.sort(chosen), self.ask.value(self.last)

    def limit(self, at: Floats, pull: Floats, covered: float | None) -> None:
        """Lower the bound by the tangent at the shares ``at``, of which ``covered`` bounds the linear part."""
        ask = self.ask
        constant = ask.totals * (worth(at, ask.alpha) - ask.slope(at) * at - pull * ask.least)
        if covered is not None:
            self.bound = min(self.bound, float(constant.sum()) + covered)

    def result(self, seconds: float) -> FairCoverage:
        """Return the plan in the caller's terms."""
        ask, people = self.ask, float(self.ask.totals.sum())
        chosen = self.best if self.best is not None else np.zeros(0, np.int64)
        shares = ask.shares(chosen)
        reached = people * _share_worth(self.value / people, ask.alpha) if people else 0.0
        limit = max(people * _share_worth(self.bound / people, ask.alpha), reached) if people else 0.0
        return FairCoverage(
            chosen=chosen,
            covered=float((shares * ask.totals).sum()),
            shares={
                int(g): float(s) for g, s, t in zip(ask.labels, shares, ask.totals, strict=True) if t > 0
            },
            objective=reached,
            bound=limit,
            gap=(limit - reached) / limit if limit > 0 else 0.0,
            proven=limit - reached <= 1e-9 * max(limit, 1.0),
            alpha=ask.alpha,
            method="concave greedy, maximal covering with tangent weights; Lagrangian bound",
            reproducible=self.reproducible,
            seconds=seconds,
        )


def _checked(
    covers: object,
    demand: npt.ArrayLike,
    point_groups: npt.ArrayLike,
    alpha: float,
    floors: Mapping[int, float] | None,
) -> _Ask:
    if not 0 <= alpha <= 4:
        raise RequestError(
            f"alpha is {alpha}; it must lie between 0 and 4", f"公平参数为 {alpha};应在 0 与 4 之间"
        )
    weights = weights_of(demand, "demand").astype(np.float64)
    matrix = coverage_matrix(covers, len(weights))
    labels, district = np.unique(np.asarray(point_groups), return_inverse=True)
    if district.shape != weights.shape:
        raise RequestError(
            f"point_groups must name a district for each of the {len(weights)} points",
            f"point_groups 须为 {len(weights)} 个需求点各指定一区",
        )
    totals = np.bincount(district, weights=weights, minlength=len(labels)).astype(np.float64)
    least = np.zeros(len(labels))
    for label, floor in (floors or {}).items():
        if label not in labels:
            raise RequestError(
                f"floors names district {label}, which has no demand point", f"下限中的区 {label} 没有需求点"
            )
        if not 0 <= floor <= 1:
            raise RequestError(
                f"the floor of {label} is {floor}; it must be a share", f"{label} 的下限 {floor} 应为比例"
            )
        least[np.searchsorted(labels, label)] = floor
    least[totals == 0] = 0.0
    return _Ask(matrix, weights, district.astype(np.int64), labels, totals, least, alpha)


def _greedy(
    ask: _Ask,
    weights: Floats,
    p: int,
    groups: npt.ArrayLike | None,
    quotas: Mapping[int, int] | None,
    fixed: npt.ArrayLike | None,
) -> Ints:
    """Return the greedy plan with the given weight of each district."""
    made = build(ask.matrix, ask.demand * weights[ask.district], p, groups, quotas, fixed)
    return np.concatenate([made.fixed, made.candidate[greedy_plan(made)[0].chosen > 0]])


def _calibrated(ask: _Ask, at: Floats, greedy: Callable[[Floats], Ints]) -> Floats:
    """Return multipliers of the floors with which the greedy plan misses none by much.

    Only quality depends on them: any multipliers give a valid bound.
    """
    slope = ask.slope(at)
    weights = slope.copy()
    for turn in range(_TURNS if ask.least.any() else 0):
        missing = np.clip(ask.least - ask.shares(greedy(weights)), -0.1, 0.1)
        step = np.exp(8.0 * missing / (1.0 + 0.3 * turn))
        weights = np.where(ask.least > 0, np.maximum(weights * step, slope), slope)
    return weights - slope


def _concave_greedy(
    ask: _Ask,
    p: int,
    groups: npt.ArrayLike | None,
    quotas: Mapping[int, int] | None,
    fixed: npt.ArrayLike | None,
) -> Ints:
    """Return the lazy greedy plan of the concave worth itself; floors come first."""
    made = build(ask.matrix, ask.demand, p, groups, quotas, fixed)
    rows = ask.matrix[made.candidate]
    hit = np.zeros(len(ask.demand), np.int32)
    hit[ask.matrix[made.fixed].indices] = 1
    shares = ask.shares(made.fixed)
    chosen = np.zeros(made.size, np.uint8)
    totals = np.where(ask.totals > 0, ask.totals, 1.0)
    pull = 10.0 * float(ask.slope(np.zeros(1))[0])
    kernels.fair_greedy(
        rows.indptr.astype(np.int64), rows.indices.astype(np.int32), ask.demand.copy(), ask.district.copy(), totals,
        ask.least.copy(), made.group.copy(), made.budgets.copy(), chosen, hit, shares, float(ask.alpha), _LIFT, pull,
    )  # fmt: skip
    return np.concatenate([made.fixed, made.candidate[chosen > 0]])


def _pulled(pull: Floats, shares: Floats, least: Floats, slope: Floats) -> Floats:
    """Return the multipliers of the floors after one more step: up where a floor is missed, down where it is not."""
    return np.where(least > 0, np.maximum(pull + 2.0 * (slope + pull) * (least - shares), 0.0), 0.0)


def _kept_by_force(fewest: FewestUnits, p: int, ask: _Ask, solve: Callable[[Ints], Coverage]) -> Ints:
    """Keep the floors by fixing the fewest units that do, and fill up; or say how many units the floors take."""
    try:
        if fewest.units <= p:
            return solve(fewest.chosen).chosen
        quota_en = quota_zh = ""
    except RequestError as broken:  # the units that the floors take break a quota
        quota_en, quota_zh = f" ({broken.en})", f"({broken.zh})"
    asked = ", ".join(f"{ask.labels[g]}: {ask.least[g]:.4g}" for g in np.flatnonzero(ask.least > 0))
    raise RequestError(
        f"{p} units with these quotas do not keep the floors of the districts ({asked}): together they take between "
        f"{fewest.lower_bound} and {fewest.units} units{quota_en}; lower a floor, or place at least that many there",
        f"{p} 个单位(含配额)无法满足各区下限({asked}):合计需要 {fewest.lower_bound} 至 {fewest.units} 个{quota_zh};"
        "请降低下限或增加数量",
    )
