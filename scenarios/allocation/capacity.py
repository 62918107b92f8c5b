"""Capacity: units go where the load on a unit is highest, exactly optimal for a stated separable objective.

Every objective here is a sum over cells of a convex function of the cell's units, so taking the best next unit
again and again is optimal (Gross 1956; Ibaraki and Katoh 1988), and the best next unit is a divisor method with
the load as weight. All comparisons are exact. ``docs/allocation.md``, section 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import RequestError, unknown
from scenarios.allocation.apportionment import divisor
from scenarios.allocation.inputs import (
    LARGEST_TOTAL,
    Floats,
    Ints,
    tie_ranks,
    weights_of,
    whole_numbers,
    whole_total,
)


@dataclass(frozen=True, slots=True)
class Objective:
    """A capacity objective: the divisor method that optimises it, and its statement in two languages."""

    method: str
    zh: str
    en: str


#: what "fair loads" may mean; the first is the default
OBJECTIVES = {
    "least_squares": Objective(
        "huntington_hill",
        "各格需求的平方除以单位数之和最小(重负荷优先)",
        "least sum over cells of demand² / units: the mean load that a person meets",
    ),
    "least_maximum": Objective("adams", "最高单位负荷最小", "least maximum of demand / units"),
    "even_share": Objective(
        "webster",
        "人均单位数与平均值之差的加权平方和最小",
        "least sum over cells of demand x (units / demand - mean)²",
    ),
}


@dataclass(frozen=True, slots=True)
class Capacity:
    """Units by cell and the certificate of the objective.

    ``units`` (n,) int64 sums exactly to the totals; ``objective`` is the value of the named objective over cells with
    units, equal to its ``bound``: ``proven`` is true because the method is exact, ``gap`` is 0.
    """

    units: Ints
    objective: float
    bound: float
    gap: float
    proven: bool
    method: str
    max_load: float


def add_capacity(
    load: npt.ArrayLike,
    totals: int | Mapping[int, int],
    *,
    start: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    caps: npt.ArrayLike | None = None,
    minimum: npt.ArrayLike | None = None,
    objective: str = "least_squares",
    keys: npt.ArrayLike | None = None,
) -> Capacity:
    """Raise the units of cells to the totals, always where the next unit helps the objective most.

    Parameters
    ----------
    load : (n,) array, >= 0
        Demand that the units of a cell serve. A cell without load gets no unit beyond ``start``.
    totals : int, or {group: int} with ``groups`` (n,) integers
        Units in the end, ``start`` included; a group without a total keeps its start.
    start : (n,) integers, optional
        Units already there (for coverage); none by default.
    caps : (n,) integers or one number, optional
        Most units of a cell.
    minimum : (n,) integers or one number, optional
        Least units of every cell that has any at the start (the smallest size of a site); raised first.
    objective : str
        One of :data:`OBJECTIVES`. ``least_squares`` and ``least_maximum`` give every cell with load a unit before any
        cell gets more than its start where the total allows; otherwise the larger loads come first.
    keys : (n,) array, optional
        Cell ids for ties; the smaller wins.

    Raises
    ------
    RequestError
        Totals below what stands already (with minimum sizes), or above the caps of the cells with load; the message
        names every such group and the nearest feasible total.

    Examples
    --------
    >>> add_capacity([100, 50, 10], 6, start=[1, 1, 1]).units.tolist()
    [3, 2, 1]
    """
    if objective not in OBJECTIVES:
        raise unknown("capacity objective", objective, OBJECTIVES, "容量目标")
    claims = weights_of(load, "load")
    n = len(claims)
    group, goal, labels = _totals(totals, groups, n)
    high = whole_numbers(caps, n, LARGEST_TOTAL, "caps")
    low = whole_numbers(start, n, 0, "start")
    least = whole_numbers(minimum, n, 0, "minimum")
    low = np.where(low > 0, np.maximum(low, least), 0)
    high = np.maximum(high, low)
    held = _by_group(low, group, len(labels))
    goal = np.where(goal < 0, held, goal)
    _require_room(claims, low, high, group, goal, held, labels)
    rank = tie_ranks(keys, n)
    units = low.copy()
    method = OBJECTIVES[objective].method
    for g in np.flatnonzero(goal > held):
        members = np.flatnonzero(group == g)
        units[members] = divisor(
            int(goal[g]), claims[members], method, floors=low[members], caps=high[members], keys=rank[members]
        )
    value = objective_value(claims, units, objective)
    used = units > 0
    highest = float((claims[used] / units[used]).max()) if used.any() else 0.0
    return Capacity(units, value, value, 0.0, True, f"exact: greedy by {method} divisors", highest)


def objective_value(load: npt.ArrayLike, units: Ints, objective: str) -> float:
    """Return the value of an objective over the cells that have units (in exact rationals, then rounded once)."""
    demand = np.asarray(load)
    used = np.flatnonzero(units > 0)
    if objective == "least_maximum":
        return float((demand[used] / units[used]).max()) if len(used) else 0.0
    if objective == "least_squares":
        return float((demand[used].astype(np.float64) ** 2 / units[used]).sum())
    served = np.flatnonzero(demand > 0)
    total = float(demand.sum())
    mean = float(units.sum()) / total if total else 0.0
    weights = demand[served].astype(np.float64)
    return float((weights * (units[served] / weights - mean) ** 2).sum())


def _totals(
    totals: int | Mapping[int, int], groups: npt.ArrayLike | None, n: int
) -> tuple[Ints, Ints, list[int]]:
    """Return each cell's group number, each group's total (-1: keeps its start) and the groups' labels."""
    if not isinstance(totals, Mapping):
        return np.zeros(n, np.int64), np.array([whole_total(totals)], np.int64), [0]
    if groups is None or np.shape(groups) != (n,):
        raise RequestError(
            f"totals by group need groups for all {n} cells", f"按组给总量时须给出 {n} 个网格的组号"
        )
    labels = np.unique(np.concatenate([np.asarray(groups, np.int64), np.array(sorted(totals), np.int64)]))
    goal = [whole_total(totals[g], f"total of group {g}") if g in totals else -1 for g in labels.tolist()]
    return np.searchsorted(labels, groups).astype(np.int64), np.array(goal, np.int64), labels.tolist()


def _by_group(values: Ints, group: Ints, n_groups: int) -> Ints:
    sums = np.zeros(n_groups, np.int64)
    np.add.at(sums, group, values)
    return sums


def _require_room(
    claims: npt.NDArray[np.int64 | np.float64],
    low: Ints,
    high: Ints,
    group: Ints,
    goal: Ints,
    held: Ints,
    labels: list[int],
) -> None:
    """Refuse totals that do not fit, all groups in one message."""
    most = _by_group(np.where(claims > 0, high, low), group, len(labels))
    english, chinese = [], []
    for g in np.flatnonzero((goal < held) | (goal > most)):
        name, name_zh = (f"group {labels[g]}: ", f"第 {labels[g]} 组:") if len(labels) > 1 else ("", "")
        if goal[g] < held[g]:
            english.append(
                f"{name}{held[g]} units stand already (minimum sizes included), above the total of {goal[g]}; "
                f"the least possible is {held[g]}"
            )
            chinese.append(f"{name_zh}现有(含最小规模){held[g]} 个,高于总量 {goal[g]};最少为 {held[g]}")
        else:
            english.append(
                f"{name}cells with demand hold at most {most[g]}, below the total of {goal[g]}; raise the caps or "
                f"lower the total; the most possible is {most[g]}"
            )
            chinese.append(f"{name_zh}有需求的网格最多容纳 {most[g]} 个,低于总量 {goal[g]};最多为 {most[g]}")
    if english:
        raise RequestError("; ".join(english), ";".join(chinese))


@dataclass(frozen=True, slots=True)
class LinkedStations:
    """Stations placed at sites: in no cell more than sites x networks; sites without a station are in reserve."""

    stations: Ints
    used_sites: Ints
    reserve_sites: Ints
    certificate: Capacity


def stations_at_sites(
    load: npt.ArrayLike,
    sites: npt.ArrayLike,
    networks: int,
    totals: int | Mapping[int, int],
    *,
    groups: npt.ArrayLike | None = None,
    start: npt.ArrayLike | None = None,
    objective: str = "least_squares",
    keys: npt.ArrayLike | None = None,
) -> LinkedStations:
    """Put outdoor stations on sites: in every cell at most ``sites x networks`` (sites and stations linked).

    Parameters
    ----------
    load, totals, groups, start, objective, keys
        As in :func:`add_capacity`.
    sites : (n,) integers
        Sites of each cell, built or reserved.
    networks : int
        Stations that one site may hold (one a network).

    Returns
    -------
    LinkedStations
        ``used_sites = ceil(stations / networks)``; ``reserve_sites = sites - used_sites``, never negative.

    Raises
    ------
    RequestError
        When the sites cannot hold the stations, with the most that they hold.

    Examples
    --------
    >>> plan = stations_at_sites([90, 10, 40], [2, 1, 1], 2, 5)
    >>> plan.stations.tolist(), plan.reserve_sites.tolist()
    ([3, 1, 1], [0, 0, 0])
    """
    places = whole_numbers(sites, np.size(load), 0, "sites")
    per_site = whole_total(networks, "networks")
    plan = add_capacity(
        load, totals, start=start, groups=groups, caps=places * per_site, objective=objective, keys=keys
    )
    if (plan.units > places * per_site).any():
        over = int((plan.units > places * per_site).sum())
        raise RequestError(
            f"in {over} cells more stations stand already than sites x networks allow; add sites there",
            f"有 {over} 个网格的现有基站多于站址数×网络数;请增加站址",
        )
    used = -(-plan.units // max(per_site, 1))
    return LinkedStations(plan.units, used, places - used, plan)


def share_by_area(
    demand: npt.ArrayLike,
    cell_area: npt.ArrayLike,
    unit_area: npt.ArrayLike,
    totals: int | Mapping[int, int],
    *,
    groups: npt.ArrayLike | None = None,
    start: npt.ArrayLike | None = None,
    keys: npt.ArrayLike | None = None,
) -> tuple[Ints, Floats, Capacity]:
    """Choose units by the area rule: n units cover the share min(1, n x unit_area / cell_area) of a cell.

    For sites of inter-site distance ISD, ``unit_area`` is 0.866 ISD² (hexagonal layout). The covered share is concave
    in n, so taking the unit that newly covers most, again and again, is exactly optimal, also under quotas.

    Parameters
    ----------
    demand : (n,) array >= 0; cell_area, unit_area : (n,) arrays > 0, in m²
    totals : int, or {group: int} with ``groups``
        Most units; fewer are placed where every cell is full.
    start : (n,) integers, optional
        Units that stand already; they count.

    Returns
    -------
    (units (n,) int64, covered demand (n,) float, certificate)
        The certificate's objective is the covered demand; bound equal, proven.

    Examples
    --------
    >>> units, covered, _ = share_by_area([100.0, 100.0], [1.0, 1.0], [0.4, 0.7], 3)
    >>> units.tolist(), covered.tolist()
    ([2, 1], [80.0, 70.0])
    """
    claims = weights_of(demand, "demand").astype(np.float64)
    n = len(claims)
    area, reach = weights_of(cell_area, "cell_area"), weights_of(unit_area, "unit_area")
    if not (area > 0).all() or not (reach > 0).all():
        raise RequestError("cell_area and unit_area must be above zero", "cell_area 与 unit_area 须大于零")
    group, goal, labels = _totals(totals, groups, n)
    units = whole_numbers(start, n, 0, "start").copy()
    held = _by_group(units, group, len(labels))
    goal = np.where(goal < 0, held, goal)
    _require_room(claims, units, np.full(n, LARGEST_TOTAL), group, goal, held, labels)
    share = reach / area
    full = np.floor(1.0 / share + 1e-12).astype(np.int64)
    # two kinds of unit in a cell: `full` whole ones, and one that fills what is left
    gain = np.concatenate([claims * np.minimum(share, 1.0), claims * np.clip(1.0 - full * share, 0.0, None)])
    room = np.concatenate([np.maximum(full - units, 0), (units <= full).astype(np.int64)])
    gain[gain <= 1e-12 * np.concatenate([claims, claims])] = 0.0
    cell, of_group = np.tile(np.arange(n), 2), np.tile(group, 2)
    rank = np.tile(tie_ranks(keys, n), 2)
    order = np.lexsort((rank, -gain, of_group))
    order = order[gain[order] > 0]
    starts = np.searchsorted(of_group[order], np.arange(len(labels) + 1))
    running = np.concatenate([[0], np.cumsum(room[order])])
    before = running[:-1] - running[starts[:-1]][of_group[order]] if len(order) else running[:0]
    taken = np.clip((goal - held)[of_group[order]] - before, 0, room[order])
    np.add.at(units, cell[order], taken)
    covered = claims * np.minimum(units * share, 1.0)
    value = float(covered.sum())
    highest = float((claims[units > 0] / units[units > 0]).max()) if (units > 0).any() else 0.0
    return units, covered, Capacity(units, value, value, 0.0, True, "exact: greedy on a concave sum", highest)
