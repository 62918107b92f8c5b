"""The certified upper bound of maximal covering: a Lagrangian dual, quotas included.

Every price vector 0 <= u <= demand gives a bound; a smoothed subgradient looks for a good one, and the best
is evaluated once more in exact integers. See ``docs/allocation.md``, section 3, for the proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.allocation import kernels_bound as kernels
from scenarios.allocation.inputs import Cancelled, Floats, Ints, Progress
from scenarios.allocation.instance import Instance

_BATCH = 25


@dataclass(frozen=True, slots=True)
class Bound:
    """A certified bound on the scaled demand that free units can newly cover.

    ``value`` is exact; ``thresholds[g]`` is what the last unit of group g is worth; ``prices[i]`` what
    candidate i is worth at the same whole-number multipliers; ``steps`` how many were taken.
    """

    value: int
    thresholds: Floats
    prices: Floats
    multipliers: Ints
    steps: int
    complete: bool

    def undecided(self, instance: Instance, covered: int) -> Ints:
        """Return the candidates that a plan better than ``covered`` (scaled, newly covered) may choose.

        Choosing any other candidate lowers this bound to ``covered`` or less (reduced-cost fixing).
        """
        thresholds = np.zeros(len(instance.budgets))
        for g, budget in enumerate(instance.budgets.tolist()):
            prices = np.sort(self.prices[instance.group == g])
            thresholds[g] = prices[-budget] if 0 < budget < len(prices) else 0.0
        loss = np.maximum(thresholds[instance.group] - self.prices, 0.0)
        return np.flatnonzero(self.value - loss > covered)


def lagrangian(
    instance: Instance,
    reachable: int,
    counts: npt.NDArray[np.int32],
    steps: int,
    *,
    patience: float = 8.0,
    start: Ints | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Bound:
    """Bound the best coverage of ``instance`` from above.

    Parameters
    ----------
    reachable : int
        Scaled demand that some plan is known to cover; steps aim at it.
    counts : (n_points,) int32
        How often that plan covers each point: the first multipliers are demand / counts.
    steps : int
        Subgradient steps; a batch of 25 is the unit of progress and cancelling.
    start : (n_points,) int64, optional
        Multipliers of an earlier bound to go on from.
    """
    n, points, n_groups = instance.size, len(instance.demand), len(instance.budgets)
    by_group = np.argsort(instance.group, kind="stable").astype(np.int32)
    group_pointers = np.searchsorted(instance.group[by_group], np.arange(n_groups + 1)).astype(np.int64)
    demand = instance.demand.astype(np.float64)
    multipliers = demand / np.maximum(counts, 1) if start is None else start.astype(np.float64)
    best, thresholds = multipliers.copy(), np.zeros(n_groups)
    control = np.array([np.inf, 0.3 if start is None else 0.05, 0.0, 0.0, float(reachable)])
    direction = np.zeros(points)
    prices, buffer = np.zeros(n), np.zeros(n)
    chosen, hits, limits = np.zeros(n, np.uint8), np.zeros(points, np.int32), np.zeros(n_groups)
    control[0] = 4.0 * demand.sum() + 1.0
    taken, complete = 0, True
    while taken < steps:
        if cancelled is not None and cancelled():
            complete = False
            break
        batch = min(_BATCH, steps - taken)
        kernels.descend(
            instance.pointers, instance.indices, instance.demand, group_pointers, by_group, instance.budgets,
            multipliers, direction, best, thresholds, control, patience, batch,
            prices, chosen, hits, limits, buffer,
        )  # fmt: skip
        taken += batch
        if progress is not None:
            progress("bound", taken / steps)
    whole = np.clip(np.rint(best).astype(np.int64), 0, instance.demand)
    value = kernels.exact_value(
        instance.pointers, instance.indices, instance.demand, group_pointers, by_group, instance.budgets,
        whole, np.zeros(n, np.int64), np.zeros(n, np.int64),
    )  # fmt: skip
    kernels.price_candidates(instance.pointers, instance.indices, whole.astype(np.float64), prices)
    return Bound(int(value), thresholds, prices, whole, taken, complete)


def units_needed(instance: Instance, multipliers: Ints, goal: int) -> int:
    """Return a certified lower bound on the free units that cover at least ``goal`` (scaled, newly covered).

    For fixed multipliers the dual function of k units is a constant plus the k dearest prices, so all k are bounded
    at once; the first k whose bound reaches the goal cannot be undercut. One group only.
    """
    return int(np.searchsorted(bounds_by_count(instance, multipliers), goal, side="left"))


def bounds_by_count(instance: Instance, multipliers: Ints) -> Ints:
    """Return the certified bound on scaled demand newly covered by 0, 1, 2, ... units, from one set of multipliers."""
    points = multipliers[instance.indices]
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(points, dtype=np.int64)])
    prices = np.sort(running[instance.pointers[1:]] - running[instance.pointers[:-1]])[::-1]
    constant = int(np.maximum(instance.demand - multipliers, 0).sum())
    bounds = constant + np.concatenate([np.zeros(1, np.int64), np.cumsum(prices, dtype=np.int64)])
    return np.minimum(bounds, int(instance.demand.sum()))
