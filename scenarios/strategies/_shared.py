"""Steps that several strategies take: capacity, must-cover places, stages of a covering plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import grid
from geo.errors import RequestError
from scenarios import demand as demands
from scenarios.allocation import apportionment
from scenarios.allocation.coverage import Coverage
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.quotas import no_room
from scenarios.solution import Ints, Stage

#: Residents per km² from which a cell belongs to an urban centre.
URBAN_CENTRE = 1500.0


def by_unit(quotas: Ints, share: float) -> Ints:
    """Return a share of each quota in whole units; the whole is rounded once, so that no unit is lost twice."""
    return apportionment.largest_remainder(round(int(quotas.sum()) * share), quotas, caps=quotas)


def add_capacity(
    load: Ints, start: Ints, groups: Ints, totals: Ints, caps: Ints, names: pd.DataFrame
) -> Ints:
    """Raise ``start`` to the group totals where the load on a unit is highest.

    Minimises the sum over cells of load²/units, exactly: the marginal gain of a unit is load²/(u(u+1)), so the
    optimum is the Huntington-Hill apportionment with ``start`` as floors (docs/allocation.md).

    Parameters
    ----------
    load, start, caps : (n,) int64
        Demand served from each cell; units already there; most units a cell may hold.
    groups : (n,) int64
    totals : (n_groups,) int64
        Units that each group must hold in the end.

    Returns
    -------
    (n,) int64
        Units by cell, at least ``start``, at most ``caps``, summing to ``totals`` over each group.
    """
    units = start.copy()
    short: list[tuple[int, int, int]] = []
    for g, total in enumerate(totals.tolist()):
        members = np.flatnonzero(groups == g)
        placed = int(start[members].sum())
        if total == placed:
            continue
        usable = members[(load[members] > 0) & (caps[members] > 0)]
        room = int(caps[usable].sum() + start[np.setdiff1d(members, usable)].sum())
        if room < total:
            usable = members[caps[members] > 0]
            room = int(caps[usable].sum() + start[np.setdiff1d(members, usable)].sum())
        if room < total:
            short.append((g, total, room))
            continue
        left = total - int(start[np.setdiff1d(members, usable)].sum())
        weights = np.maximum(load[usable], 1)
        units[usable] = apportionment.divisor(
            left, weights, method="huntington_hill", floors=start[usable], caps=caps[usable]
        )
    if short:
        raise no_room(short, names)
    return units


def capacity_stage(load: Ints, units: Ints) -> Stage:
    """Return the certificate of the capacity stage: exact, so objective and bound are one number."""
    used = units > 0
    value = float(np.round((load[used].astype(np.float64) ** 2 / units[used]).sum(), 3))
    return Stage(
        "capacity",
        "各格服务需求的平方除以单位数之和(最小)",
        "sum over cells of served demand squared over units (least)",
        value,
        value,
        0.0,
        True,
        "exact: Huntington-Hill apportionment",
    )


def coverage_stage(plan: Coverage) -> Stage:
    """Return the certificate of a covering plan."""
    return Stage(
        "coverage",
        "服务半径内的需求(最大)",
        "demand within reach (greatest)",
        float(plan.covered),
        None if plan.bound is None else float(plan.bound),
        None if plan.gap is None else round(float(plan.gap), 6),
        bool(plan.proven),
        plan.method,
    )


def coverage_demand(scenario: Scenario, ground: Ground) -> tuple[Ints, str]:
    """Return the demand to be covered and its name; residents unless the scenario says otherwise."""
    mix: Mapping[str, float] = scenario.document.get("demand") or {"residents": 1}
    name = "+".join(sorted(k for k, v in mix.items() if v > 0))
    values = demands.mix(ground.surface, mix)
    area = (scenario.document.get("coverage") or {}).get("area", "all")
    inside = in_area(ground, area)
    if not (values[inside] > 0).any():
        raise RequestError(
            f"region {scenario.region} has no demand in the area {area!r}",
            f"区域 {scenario.region} 在范围“{area}”内没有需求",
        )
    return np.where(inside, values, 0), name


def in_area(ground: Ground, area: str) -> NDArray[np.bool_]:
    """Return the cells whose demand counts.

    ``urban_density``: at least 1,500 residents per km² around the cell (the density of an urban centre in the degree of
    urbanisation of the UN Statistical Commission, 2020). ``activity``: the cell or one of its neighbours holds a
    hospital, campus, station, market, port, park or airport that the gazetteer knows.
    """
    if area == "urban_density":
        return np.asarray(ground.density >= URBAN_CENTRE)
    if area == "activity":
        places = demands.named(ground.surface, "activity_places")
        return np.asarray((grid.disk_pairs(ground.cells, 1) @ (places > 0).astype(np.int64)) > 0)
    return np.ones(len(ground.cells), dtype=bool)


def allowed_cells(ground: Ground) -> NDArray[np.bool_]:
    """Return the cells in which something new may be built: those with people, within what the scenario allows.

    A cell whose people are zero is water, sea or a slope on the evidence of the surface.
    """
    return np.asarray((ground.people > 0) & ground.givens.allowed)


def existing_facts(scenario: Scenario, ground: Ground) -> dict[str, object]:
    """Return what a result says of the units that stand already: their number, or that nobody knows it."""
    givens = ground.givens
    if not givens.existing_known:
        return {"existing": "unknown"}
    facts: dict[str, object] = {"existing": int(givens.existing.sum())}
    if givens.existing_outside:
        facts["existing_outside_region"] = givens.existing_outside
    return facts


def existing_note(scenario: Scenario, ground: Ground) -> tuple[str, str]:
    """Return the sentence on existing units that goes with every sited result."""
    if not ground.givens.existing_known:
        return (
            "既有设施位置未知(不等于没有):本结果按没有既有设施布点。",
            "Where existing units stand is unknown, which is not none: sited as if there were none.",
        )
    count = int(ground.givens.existing.sum())
    if scenario.distributes == "stock":
        return (
            f"既有 {count:,} 个计入期末总量,位置固定。",
            f"{count:,} existing units count in the stock and stay where they stand.",
        )
    return (
        f"既有 {count:,} 个参与覆盖和承担负荷,不计入分配数量。",
        f"{count:,} existing units cover and carry load; they are not part of the amount.",
    )
