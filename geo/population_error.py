"""Surfaces drawn with the error that was measured, so that a result can say how much the people matter.

The error of a modelled surface is known by scale: how far the people of a township (about 75 km²) were from the
census in the held-out test, and an assumption for what lies below a township. Each level multiplies the people of a
block of cells by a lognormal factor; census totals are restored exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo import grid
from geo.errors import InfraPlanError
from geo.population import Surface
from geo.population_rounding import whole


@dataclass(frozen=True, slots=True)
class ErrorLevel:
    """Error at one scale: ``sigma`` is the standard deviation of the logarithm of people by block.

    ``resolution`` is the H3 resolution of the blocks (6: 36 km², a township; 8: 0.7 km², a quarter); ``status`` is
    ``measured`` or ``assumption``.
    """

    resolution: int
    sigma: float
    status: str = "assumption"


def levels(surface: Surface) -> tuple[ErrorLevel, ...]:
    """Return the error levels that a surface's metadata states.

    Raises
    ------
    InfraPlanError
        When its error is not known: unknown is not zero (conventions M1).
    """
    stated = surface.metadata.get("error")
    if not stated:
        raise InfraPlanError(
            f"the error of the surface {surface.id!r} is not known; state it (ErrorLevel) to draw perturbed surfaces",
            f"人口面“{surface.id}”的误差未知;请给出误差(ErrorLevel)后再作扰动",
        )
    return tuple(
        ErrorLevel(int(e["resolution"]), float(e["sigma"]), str(e["status"])) for e in stated["levels"]
    )


def perturbed(surface: Surface, seed: int, error: Sequence[ErrorLevel] | None = None) -> Surface:
    """Return the surface as it might be, drawn with its error.

    Parameters
    ----------
    seed : int
        The same seed gives the same surface (numpy's PCG64); different seeds are independent.
    error : sequence of ErrorLevel, optional
        Instead of what the surface states.

    Returns
    -------
    Surface
        The same cells; people of each census unit sum to the same total, exactly. A cell that was empty stays empty,
        one that was not keeps somebody where the unit has enough people.
    """
    chosen = tuple(error) if error is not None else levels(surface)
    random = np.random.default_rng(seed)
    log = np.zeros(len(surface))
    for level in chosen:
        blocks = grid.parents(surface.cells, min(level.resolution, surface.resolution))
        # cells ascend, so that the cells of a block are neighbours in the array
        number = (
            np.cumsum(np.append(0, blocks[1:] != blocks[:-1])) if len(blocks) else blocks.astype(np.int64)
        )
        count = int(number[-1]) + 1 if len(number) else 0
        log += level.sigma * random.standard_normal(count)[number]
    least = (surface.people > 0).astype(np.int64)
    weights = (surface.people - least) * np.exp(log)
    _, units = np.unique(surface.census_units, return_inverse=True)
    totals = np.zeros(int(units.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(totals, units, surface.people)
    people = whole(weights, units, totals, least)
    return replace(surface, people=people, metadata={**surface.metadata, "perturbed_seed": seed})
