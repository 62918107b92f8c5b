"""Where people live inside a census unit, from evidence: the models that the shipped surface was chosen from.

Arrays in, arrays out; positions are metres on a local plane. Every model returns the *expected* people of each cell,
with urban and rural residents of each census unit (2020) placed apart. How well each predicts the people of townships
is in ``docs/population.md`` and in the metadata of the surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from scipy.spatial import cKDTree

NEIGHBOURS = 6  # townships that compete for a cell
REACH = 4.0  # a kernel ends at four bandwidths, where it has fallen to 0.03 % of its height


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the models can be told; the values were chosen by their skill in Xuzhou, the slope's are an assumption.

    ``bandwidth_m``, ``power``: urban people follow the density of named OpenStreetMap points (Gaussian kernel, mean one
    in a unit) to this power. ``seat_weight``, ``seat_bandwidth_m``: beside them a kernel around township seats (mean
    one); the part of the townships whose seat is not known is spread evenly. ``blur_m``: how vague the limit between
    two townships is, since only points of them are known. ``village``: how many urban residents a
    village (村) stands for beside a community (社区); for rural residents both count alike. ``slope_free``,
    ``slope_fall``: land loses weight beyond the first (degrees) at this rate.
    """

    bandwidth_m: float = 800.0
    power: float = 0.75
    seat_weight: float = 2.0
    seat_bandwidth_m: float = 1500.0
    blur_m: float = 1000.0
    village: float = 0.3
    slope_free: float = 3.0
    slope_fall: float = 8.0


@dataclass(frozen=True, slots=True)
class Units:
    """Census units: urban and rural residents, (m,) each."""

    urban: np.ndarray
    rural: np.ndarray


@dataclass(frozen=True, slots=True)
class Cells:
    """Evidence on n cells: position in metres (n, 2), census unit (n,), land (n,) in 0..1, slope (n,) in degrees,
    area (n,) in m², density of OpenStreetMap points (n,)."""

    xy: np.ndarray
    unit: np.ndarray
    land: np.ndarray
    slope: np.ndarray
    area: np.ndarray
    osm: np.ndarray


@dataclass(frozen=True, slots=True)
class Towns:
    """Townships: position (t, 2) with NaN where unknown, census unit, communities, villages, all (t,).

    ``gathered`` marks townships without a point that surely lie at the unit's seat (the streets of a county town);
    ``seat`` (m,) is the township at each unit's seat, or -1.
    """

    xy: np.ndarray
    unit: np.ndarray
    communities: np.ndarray
    villages: np.ndarray
    gathered: np.ndarray
    seat: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Which townships have a point."""
        return np.isfinite(self.xy[:, 0])


def kernel(at: np.ndarray, points: np.ndarray, weights: np.ndarray, bandwidth: float) -> np.ndarray:
    """Return the (n,) Gaussian kernel density at positions ``at`` (n, 2) of weighted points, per km²."""
    result = np.zeros(len(at))
    if not len(points):
        return result
    tree = cKDTree(at)
    for start in range(0, len(points), 512):
        part = cKDTree(points[start : start + 512])
        pairs = part.sparse_distance_matrix(tree, REACH * bandwidth, output_type="ndarray")
        order = np.lexsort((pairs["i"], pairs["j"]))  # one order of addition, whatever the tree gives
        pairs = pairs[order]
        value = weights[start + pairs["i"]] * np.exp(-0.5 * (pairs["v"] / bandwidth) ** 2)
        result += np.bincount(pairs["j"], value, minlength=len(at))
    return result / (2 * np.pi * (bandwidth / 1000) ** 2)


def membership(cells: Cells, towns: Towns, blur: float) -> scipy.sparse.csr_array:
    """Return how likely each cell lies in each township: (n, t), rows sum to 1, or to 0 in a unit without located ones.

    The nearest located townships of the cell's own census unit compete: the odds fall by e with each ``blur`` metres of
    distance. Far from a limit that is a Voronoi cell; near one it is as vague as the points are.
    """
    rows, columns, odds = [], [], []
    for unit in np.unique(cells.unit):
        here = np.flatnonzero(cells.unit == unit)
        own = np.flatnonzero((towns.unit == unit) & towns.known)
        if not len(own):
            continue
        count = min(NEIGHBOURS, len(own))
        away, near = cKDTree(towns.xy[own]).query(cells.xy[here], k=count)
        away, near = away.reshape(-1, count), near.reshape(-1, count)
        weight = np.exp(-(away - away[:, :1]) / blur)
        rows.append(np.repeat(here, count))
        columns.append(own[near].ravel())
        odds.append((weight / weight.sum(axis=1, keepdims=True)).ravel())
    shape = (len(cells.unit), len(towns.unit))
    if not rows:
        return scipy.sparse.csr_array(shape)
    index = (np.concatenate(rows), np.concatenate(columns))
    return scipy.sparse.csr_array((np.concatenate(odds), index), shape=shape)


def by_area(cells: Cells, units: Units) -> np.ndarray:
    """The naive model: people of a unit in proportion to area."""
    return _placed(cells.area, cells.unit, units.urban + units.rural)


def by_land(cells: Cells, units: Units, p: Parameters) -> np.ndarray:
    """People in proportion to area that is land, less where it is steep."""
    return _placed(rural_weights(cells, p), cells.unit, units.urban + units.rural)


def by_osm(cells: Cells, units: Units, p: Parameters) -> np.ndarray:
    """People in proportion to the density of OpenStreetMap points, with a floor of 5 % of the mean."""
    weight = _mean_one(cells.osm, cells.unit) * cells.area
    floor = 0.05 * rural_weights(cells, p)
    return _placed(weight + floor, cells.unit, units.urban + units.rural)


def by_two_parts(cells: Cells, towns: Towns, units: Units, p: Parameters) -> np.ndarray:
    """Urban people by OpenStreetMap points and township seats, rural people by land and slope."""
    urban = _placed(urban_weights(cells, towns, p), cells.unit, units.urban)
    return urban + _placed(rural_weights(cells, p), cells.unit, units.rural)


def by_village_counts(cells: Cells, towns: Towns, units: Units, p: Parameters) -> np.ndarray:
    """Urban people by a township's communities, rural people by its villages; inside a township as in two parts.

    A township without a point is not lost: gathered ones go to the seat of their unit, the others are spread over the
    whole unit as in :func:`by_two_parts`.
    """
    belongs = membership(cells, towns, p.blur_m)
    people = np.zeros(len(cells.unit))
    for wanted, weight, total in (
        (towns.communities + p.village * towns.villages, urban_weights(cells, towns, p), units.urban),
        (towns.communities + towns.villages, rural_weights(cells, p), units.rural),
    ):
        spread, shares = _located_shares(towns, wanted, len(total))
        people += _placed(weight, cells.unit, total * spread)
        reached = belongs.T @ weight
        target = shares * (total * (1 - spread))[towns.unit]
        people += weight * (
            belongs @ np.divide(target, reached, out=np.zeros(len(reached)), where=reached > 0)
        )
    return people


def urban_weights(cells: Cells, towns: Towns, p: Parameters) -> np.ndarray:
    """Relative density of urban people, times area: OpenStreetMap points and township seats, on land."""
    even = _mean_one(rural_weights(cells, p), cells.unit) / _mean_one(cells.area, cells.unit)
    density = _mean_one(_mean_one(cells.osm, cells.unit) ** p.power, cells.unit)
    for unit in np.unique(cells.unit):
        # seats of the unit itself only: a town on the other side of a boundary does not count
        here, own = cells.unit == unit, towns.unit == unit
        seats = towns.xy[own & towns.known]
        told = len(seats) / own.sum() if own.any() else 0.0
        around = kernel(cells.xy[here], seats, np.ones(len(seats)), p.seat_bandwidth_m)
        near_seat = told * around / max(around.mean(), 1e-12) + (1 - told) * even[here]
        density[here] += p.seat_weight * near_seat
    return density * cells.area * cells.land


def rural_weights(cells: Cells, p: Parameters) -> np.ndarray:
    """Relative density of rural people, times area: land, less where it is steep."""
    return cells.area * cells.land * np.exp(-np.maximum(cells.slope - p.slope_free, 0) / p.slope_fall)


def _located_shares(towns: Towns, wanted: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the share (m,) of each unit's people that goes everywhere, for want of a place, and the shares (t,) of its
    located townships in the rest."""
    here = np.where(towns.known, wanted, 0.0)
    for unit in np.flatnonzero(towns.seat >= 0):
        here[towns.seat[unit]] += wanted[(towns.unit == unit) & towns.gathered].sum()
    located = np.bincount(towns.unit, here, minlength=count)
    total = np.bincount(towns.unit, wanted, minlength=count)
    spread = 1 - np.divide(located, total, out=np.zeros(count), where=total > 0)
    shares = np.divide(here, located[towns.unit], out=np.zeros(len(here)), where=located[towns.unit] > 0)
    return spread, shares


def _placed(weights: np.ndarray, groups: np.ndarray, totals: np.ndarray) -> np.ndarray:
    sums = np.bincount(groups, weights, minlength=len(totals))
    factor = np.divide(totals, sums, out=np.zeros(len(totals)), where=sums > 0)
    return weights * factor[groups]


def _mean_one(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Divide by the mean of each group; a group of zeros stays zero."""
    sums = np.bincount(groups, values)
    means = sums / np.maximum(np.bincount(groups), 1)
    safe = np.where(means > 0, means, 1.0)
    return values / safe[groups]
