"""Why here: for every cell with units, what put them there; the reasons add up to the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo import grid
from scenarios.model import Allocation


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


def districts(allocation: Allocation) -> pd.DataFrame:
    """Return one row a district: units by part, newly reached demand, share covered; sums equal the cells'."""
    cells = table(allocation)
    names = [n for n in (*allocation.solution.parts, "newly", "units") if n in cells]
    return cells.groupby("adcode", sort=True)[names].sum().reset_index()
