"""How well a model predicts people it was not told: township shares inside their unit, against the census of 2010."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import spearmanr


@dataclass(frozen=True, slots=True)
class Skill:
    """Errors of predicted shares.

    ``townships``: how many shares were compared, in ``units`` units. ``median_error``, ``p90_error``: of
    ``|predicted / observed - 1|``. ``rank_correlation``: Spearman's, over all shares. ``rank_within``: its mean over
    the units. ``sigma``: root mean square of ``ln(predicted / observed)``. ``misplaced``: share of people in the wrong
    township, mean over units.
    """

    townships: int
    units: int
    median_error: float
    p90_error: float
    rank_correlation: float
    rank_within: float
    sigma: float
    misplaced: float

    def row(self) -> dict[str, float]:
        """Return the figures with at most three decimals."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def shares(people: np.ndarray, zone: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the (t,) share of each zone in the people of its group; ``zone`` (n,) is -1 outside, ``groups`` (t,)."""
    inside = zone >= 0
    sums = np.bincount(zone[inside], people[inside], minlength=len(groups))
    return sums / np.bincount(groups, sums)[groups]


def skill(predicted: np.ndarray, observed: np.ndarray, groups: np.ndarray) -> Skill:
    """Compare shares. Each group must hold two or more zones: the share of a single one is 1 and tells nothing."""
    ratio = np.maximum(predicted, 1e-9) / observed
    error = np.abs(ratio - 1)
    names = np.unique(groups)
    within = [spearmanr(predicted[groups == g], observed[groups == g]).statistic for g in names]
    wrong = [np.abs(predicted - observed)[groups == g].sum() / 2 for g in names]
    return Skill(
        townships=len(observed),
        units=len(names),
        median_error=float(np.median(error)),
        p90_error=float(np.quantile(error, 0.9)),
        rank_correlation=float(spearmanr(predicted, observed).statistic),
        rank_within=float(np.nanmean(within)),
        sigma=float(np.sqrt(np.mean(np.log(ratio) ** 2))),
        misplaced=float(np.mean(wrong)),
    )
