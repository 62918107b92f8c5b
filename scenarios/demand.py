"""Demand by cell: residents, and mixes of named demands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geo import grid
from geo.errors import RequestError
from geo.population import Surface

#: A mixed demand is scaled so that its sum is near this, as 64-bit integers (conventions R3).
MIX_SCALE = 1 << 44


def titles() -> dict[str, tuple[str, str]]:
    """Return the (Chinese, English) title of every demand that :func:`named` knows."""
    from geo import demand_surfaces

    return {name: (zh, en) for name, (en, zh) in demand_surfaces.names().items()} | {
        "area": ("面积", "Area of land")
    }


def named(surface: Surface, name: str) -> NDArray[np.int64]:
    """Return one named demand for the surface's cells, as whole numbers.

    ``residents`` are the people of the surface, ``area`` the square metres of the cells; other names come from
    :mod:`geo.demand_surfaces`.
    """
    if name == "residents":
        return surface.people
    if name == "area":
        return np.rint(grid.areas(surface.cells)).astype(np.int64)
    from geo import demand_surfaces

    return demand_surfaces.on(surface, name).values


def mix(surface: Surface, weights: Mapping[str, float]) -> NDArray[np.int64]:
    """Return the mixed demand of each cell: each demand as a share of its own total, times its weight.

    A single demand is returned as it stands, so that its own units (people) are kept.

    Raises
    ------
    RequestError
        When the region has none of what is asked for.
    """
    used = {name: weight for name, weight in weights.items() if weight > 0}
    if not used:
        raise RequestError(
            "every weight of the mix is zero; give one a positive weight", "各权重均为零;请至少给一个正权重"
        )
    parts = {name: named(surface, name) for name in used}
    for name, values in parts.items():
        if values.sum() <= 0:
            raise RequestError(
                f"region {surface.region} has no {name} at all, so nothing can be shared out by it",
                f"区域 {surface.region} 没有“{name}”需求,无法按其分配",
            )
    if len(parts) == 1:
        return next(iter(parts.values())).astype(np.int64)
    total = sum(used.values())
    mixed = sum(values / values.sum() * (used[name] / total) for name, values in parts.items())
    return np.rint(np.asarray(mixed) * MIX_SCALE).astype(np.int64)
