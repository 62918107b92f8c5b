"""Yearly milestones whose allocations nest: what stands by one year's end also stands by the next.

The final plan is built up in an order that serves most first: sites in greedy order of the demand they newly reach,
each with the units it cannot do without; when all are open they grow alike, each cell by its share of what is still to
come. Where there are no sites the cells with most units come first. A milestone is so much of that order in every
assessment unit, the units' shares by largest remainder, so that each is contained in the next and sums to its amount
exactly.
"""

from __future__ import annotations

import itertools

import numpy as np

from geo.errors import RequestError
from scenarios.allocation import apportionment
from scenarios.ground import Ground
from scenarios.metrics import share
from scenarios.model import Phase, Scenario
from scenarios.solution import Ints, Solution


def nest(scenario: Scenario, land: Ground, solution: Solution) -> tuple[Phase, ...]:
    """Return the milestones of a scenario; empty when it has none.

    Existing units stand in every milestone; unplaced quotas have no milestones.

    Raises
    ------
    RequestError
        When years or amounts do not ascend, the last amount is not the whole, or the first cannot hold what stands.
    """
    asked = scenario.document.get("phases") or []
    if not asked:
        return ()
    years, amounts = [p["year"] for p in asked], [p["amount"] for p in asked]
    total = int(solution.units.sum())
    standing = solution.parts.get("existing", np.zeros_like(solution.units))
    held = int(standing.sum())
    require(scenario, total, held)
    order_of_cell = _order(solution)
    phases: list[Phase] = []
    upper = solution.units - standing
    caps = land.sum_by_unit(upper)
    for year, amount in zip(reversed(years), reversed(amounts), strict=True):
        # from the last milestone back: each is cut from the one after it, so that they nest
        if amount != total:
            by_unit = apportionment.largest_remainder(
                amount - held, land.sum_by_unit(solution.units), caps=caps
            )
            upper, caps = _part(solution, upper, standing, by_unit, land.groups, order_of_cell), by_unit
        covered = _covered(solution, upper + standing)
        whole = None if solution.demand is None else int(solution.demand.sum())
        known = None if covered is None or not whole else share(covered, whole)
        phases.append(Phase(year, amount, upper + standing, covered, known))
    return tuple(reversed(phases))


def require(scenario: Scenario, total: int | None, standing: int) -> None:
    """Refuse phases that cannot hold, with everything that is wrong with them; nothing where there are none.

    ``total`` is what the last phase must be (None: it is what the run finds out), ``standing`` the existing units that
    stand in every phase.

    Raises
    ------
    RequestError
        As one sentence a problem.
    """
    asked = scenario.document.get("phases") or []
    en, zh = [], []
    for i, (before, after) in enumerate(itertools.pairwise(asked), 2):
        if after["year"] <= before["year"]:
            en.append(f"row {i}: the year {after['year']} is not after {before['year']}")
            zh.append(f"第 {i} 行年份 {after['year']} 应晚于上一行的 {before['year']}")
        if after["amount"] < before["amount"]:
            en.append(
                f"row {i}: the amount {after['amount']:,} is less than the {before['amount']:,} before it"
            )
            zh.append(f"第 {i} 行累计数量 {after['amount']:,} 少于上一行的 {before['amount']:,}")
    if asked and total is not None and asked[-1]["amount"] != total:
        en.append(f"the last amount is {asked[-1]['amount']:,}, the whole is {total:,}")
        zh.append(f"末期数量 {asked[-1]['amount']:,} 应为总数 {total:,}")
    if asked and asked[0]["amount"] < standing:
        en.append(
            f"the first amount of {asked[0]['amount']:,} is less than the {standing:,} units that stand already"
        )
        zh.append(f"首期数量 {asked[0]['amount']:,} 少于既有 {standing:,}")
    if en:
        raise RequestError(
            f"phases must have ascending years and amounts up to the whole: {'; '.join(en)}",
            f"分期的年份与累计数量应逐期递增,末期等于总数:{';'.join(zh)};请修改分期表",
        )


def _order(solution: Solution) -> Ints:
    """Return each cell's place in the order of building: most newly reached demand first, ties by cell id."""
    worth = solution.newly if solution.newly is not None else solution.units
    order = np.lexsort((np.arange(len(worth)), -worth))
    place = np.empty(len(worth), dtype=np.int64)
    place[order] = np.arange(len(worth))
    return place


def _part(solution: Solution, upper: Ints, standing: Ints, totals: Ints, groups: Ints, place: Ints) -> Ints:
    """Return so many units of each group as ``totals`` says, of those in ``upper``: what opens sites first."""
    opening = upper
    if solution.newly is not None and solution.sites is not None:
        opening = np.clip(np.minimum(solution.units, solution.sites) - standing, 0, upper)
    opened = _prefix(opening, totals, groups, place)
    left = totals - np.bincount(groups, opened, minlength=len(totals)).astype(np.int64)
    rest = np.where(np.isin(groups, np.flatnonzero(left > 0)), upper - opened, 0)
    return opened + apportionment.two_level(left, rest, groups, caps=rest)


def _prefix(units: Ints, totals: Ints, groups: Ints, place: Ints) -> Ints:
    """Return the first ``totals`` units of each group in building order."""
    order = np.lexsort((place, groups))
    held = units[order]
    running = np.cumsum(held)
    first = np.searchsorted(groups[order], np.arange(len(totals)))
    before = np.concatenate([[0], running])[first]
    room = totals[groups[order]] - (running - held - before[groups[order]])
    kept = np.empty_like(units)
    kept[order] = np.clip(room, 0, held)
    return kept


def _covered(solution: Solution, units: Ints) -> int | None:
    """Return the demand reached by existing units and by the cells that have their covering sites (a lower bound)."""
    if solution.newly is None or solution.sites is None:
        return None
    complete = (units >= np.minimum(solution.units, np.maximum(solution.sites, 1))) & (units > 0)
    given = solution.newly_given if solution.newly_given is not None else np.zeros_like(solution.newly)
    return int(np.where(complete, solution.newly, given).sum())
