"""Figures of a result: what is covered, how loaded the units are, how the worst-served fare (rounded by R4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from scenarios.ground import Ground
from scenarios.quotas import Zone
from scenarios.solution import Ints, Solution


def whole(ground: Ground, table: pd.DataFrame, solution: Solution) -> dict[str, Any]:
    """Return the load figures of the region, and units per 10,000 people and per km² with their spread by unit."""
    held = solution.units if solution.beside is None else solution.units + solution.beside
    people, area = int(ground.people.sum()), float(ground.areas_m2.sum())
    placed = int(solution.units.sum())
    by_unit = [v for v in table["per_10k"].tolist() if v is not None and not np.isnan(v)]
    return {
        **capacity(held, solution.load),
        "per_10k": _rate(placed, people, 1e4),
        "per_km2": _rate(placed, area, 1e6),
        "per_10k_least": min(by_unit, default=None),
        "per_10k_most": max(by_unit, default=None),
    }


def coverage(solution: Solution, goal: float | None) -> dict[str, Any] | None:
    """Return demand, what is covered of it, and the certificate of the coverage stage."""
    if solution.covered is None or solution.demand is None:
        return None
    stage = next((s for s in solution.stages if s.name in {"coverage", "inverse"}), None)
    demand, covered = int(solution.demand.sum()), int(solution.covered.sum())
    return {
        "demand": demand,
        "demand_name": solution.demand_name,
        "covered": covered,
        "share": share(covered, demand),
        "goal": goal,
        "units_for_goal": solution.units_for_goal,
        "saturates_at": solution.saturates_at,
        "bound": None if stage is None or stage.bound is None else round(stage.bound, 3),
        "bound_of": None if stage is None else "units" if stage.name == "inverse" else "demand",
        "gap": None if stage is None else stage.gap,
        "proven": bool(stage and stage.proven),
        "method": stage.method if stage else None,
        "rule": rule(solution),
        "networks": networks(solution, demand),
    }


def networks(solution: Solution, demand: int) -> dict[str, Any] | None:
    """Return what each network covers, most first, and what all of them cover; None where there is no network."""
    if not solution.by_network:
        return None
    each = [{"covered": covered, "share": share(covered, demand)} for covered in solution.by_network]
    return {"each": each, "by_all": each[-1]}


def rule(solution: Solution) -> dict[str, int] | None:
    """Return in how many cells each covering rule held."""
    if solution.area_rule is None:
        return None
    area = int(solution.area_rule.sum())
    return {"area_cells": area, "disc_cells": len(solution.area_rule) - area}


def capacity(units: Ints, load: Ints | None) -> dict[str, Any]:
    """Return the highest load on a unit, and how many units per load the worst-served tenth of the load has.

    ``worst_tenth``: units per 10,000 of demand over the tenth of the served demand whose cells have the fewest units
    per demand.
    """
    if load is None or not (units > 0).any():
        return {"max_load": None, "worst_tenth": None}
    used = (units > 0) & (load > 0)
    if not used.any():
        return {"max_load": 0.0, "worst_tenth": None}
    per_unit = load[used] / units[used]
    order = np.argsort(-per_unit, kind="stable")
    served, held = load[used][order], units[used][order]
    within = np.searchsorted(np.cumsum(served), served.sum() / 10) + 1
    return {
        "max_load": round(float(per_unit.max()), 3),
        "worst_tenth": round(float(held[:within].sum() / served[:within].sum() * 1e4), 3),
    }


def districts(ground: Ground, quotas: Ints, solution: Solution, zones: Sequence[Zone] = ()) -> pd.DataFrame:
    """Return one row an assessment unit; every sum is exact.

    A unit without a cell (``zones`` have no boundary at all) keeps its quota as ``unplaced``.
    """
    units = solution.units
    table = ground.units.copy()
    table["quota"] = quotas
    table["allocated"] = ground.sum_by_unit(units)
    table["unplaced"] = quotas - ground.placeable(quotas)
    table["population"] = ground.sum_by_unit(ground.people)
    table["n_cells"] = np.bincount(ground.groups, minlength=len(table))
    if (table["allocated"] + table["unplaced"] != table["quota"]).any():
        raise AssertionError("a unit's cells do not sum to its quota (conventions R1)")
    for name, values in solution.parts.items():
        table[f"part_{name}"] = ground.sum_by_unit(values)
    if solution.sites is not None:
        table["sites"] = ground.sum_by_unit(solution.sites)
    if solution.covered is not None and solution.demand is not None:
        table["demand"] = ground.sum_by_unit(solution.demand)
        table["covered"] = ground.sum_by_unit(solution.covered)
    table = _with_zones(table, zones)
    if "covered" in table:
        table["coverage_share"] = [
            share(c, d) for c, d in zip(table["covered"].tolist(), table["demand"].tolist(), strict=True)
        ]
    area = np.bincount(ground.groups, weights=ground.areas_m2, minlength=len(ground.units)).tolist()
    area += [0.0] * len(zones)
    allocated = table["allocated"].tolist()
    table["per_10k"] = [
        _rate(u, p, 1e4) for u, p in zip(allocated, table["population"].tolist(), strict=True)
    ]
    table["per_km2"] = [_rate(u, a, 1e6) for u, a in zip(allocated, area, strict=True)]
    figures = [_capacity_of(ground, solution, g) for g in range(len(table))]
    table["max_load"] = [f["max_load"] for f in figures]
    table["worst_tenth"] = [f["worst_tenth"] for f in figures]
    return table


def _with_zones(table: pd.DataFrame, zones: Sequence[Zone]) -> pd.DataFrame:
    """Append a row for each unit without a boundary: a quota, no cell, no people that are known to be its own."""
    if not zones:
        return table
    rows = pd.DataFrame(
        {
            "adcode": [zone.code for zone in zones],
            "name_zh": [zone.name for zone in zones],
            "name_en": [zone.name for zone in zones],
            "quota": [zone.units for zone in zones],
            "unplaced": [zone.units for zone in zones],
        }
    )
    rest = {c: np.nan if c == "area_m2" else 0 for c in table.columns if c not in rows.columns}
    return pd.concat([table, rows.assign(**rest)[table.columns.tolist()]], ignore_index=True)


def _capacity_of(ground: Ground, solution: Solution, group: int) -> dict[str, Any]:
    members = ground.groups == group
    held = solution.units if solution.beside is None else solution.units + solution.beside
    return capacity(held[members], None if solution.load is None else solution.load[members])


def _rate(units: int, whole: float, times: float) -> float | None:
    return round(units / whole * times, 3) if whole else None


def share(part: int, whole: int) -> float | None:
    """Return a share with 6 digits (conventions R4); None when there is nothing to share."""
    return round(part / whole, 6) if whole else None
