"""Why here: for every cell with units, what put them there; the reasons add up to the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo import grid
from scenarios.model import Allocation
from scenarios.solution import PARTS


def table(allocation: Allocation) -> pd.DataFrame:
    """Return one row a cell with units: h3, adcode, units, each part, newly reached demand, load a unit, radius.

    Sums: the parts of a row sum to its units; ``newly`` sums to the covered demand.
    """
    solution = allocation.solution
    used = np.flatnonzero(allocation.units > 0)
    columns: dict[str, Any] = {
        "h3": grid.to_hex(allocation.cells[used]),
        "adcode": allocation.adcodes[used],
        "units": allocation.units[used],
    }
    for name, values in solution.parts.items():
        columns[name] = values[used]
    if solution.newly is not None:
        columns["newly"] = solution.newly[used]
    if solution.load is not None:
        columns["load_per_unit"] = np.round(solution.load[used] / allocation.units[used], 3)
    if solution.radius_m is not None:
        columns["radius_m"] = np.round(solution.radius_m[used]).astype(np.int64)
    if solution.area_rule is not None:
        columns["rule"] = np.where(solution.area_rule[used], "area", "disc")
    return pd.DataFrame(columns)


def sentence(row: dict[str, Any], lang: str, unit: str) -> str:
    """Return the reason of one row of :func:`table` in words."""
    zh = lang == "zh"
    parts = []
    for name, (part_zh, part_en) in PARTS.items():
        count = int(row.get(name, 0) or 0)
        if not count:
            continue
        if name == "coverage" and row.get("newly"):
            people, radius = int(row["newly"]), int(row["radius_m"])
            parts.append(
                f"{count} {unit}:新增覆盖 {people:,} 人(半径 {radius} 米)"
                if zh
                else f"{count} {unit}: newly reaches {people:,} people within {radius} m"
            )
        elif name in {"capacity", "public"} and row.get("load_per_unit") is not None:
            load = float(row["load_per_unit"])
            parts.append(
                f"{count} {unit}{part_zh}:每{unit}服务 {load:,.0f} 人"
                if zh
                else f"{count} {unit}, {part_en}: {load:,.0f} people a unit"
            )
        else:
            parts.append(f"{count} {unit}:{part_zh}" if zh else f"{count} {unit}: {part_en}")
    return (";" if zh else "; ").join(parts)


def districts(allocation: Allocation) -> pd.DataFrame:
    """Return one row a district: units by part, newly reached demand, share covered; sums equal the cells'."""
    cells = table(allocation)
    names = [n for n in (*allocation.solution.parts, "newly", "units") if n in cells]
    return cells.groupby("adcode", sort=True)[names].sum().reset_index()
