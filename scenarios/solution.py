"""What a strategy returns: whole units by part, what they reach, and a certificate for each stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

#: Why units stand in a cell; the parts of a cell sum to its units.
PARTS = {
    "share": ("按需求比例", "by share of demand"),
    "coverage": ("覆盖", "coverage"),
    "must_cover": ("必保场所", "must-cover places"),
    "existing": ("既有", "existing"),
    "capacity": ("容量(含室内)", "capacity, indoor included"),
    "public": ("公共", "public"),
    "dedicated": ("专用", "dedicated"),
    "private": ("私人", "private"),
    "reserve": ("储备", "reserve"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The certificate of one stage: what was maximised or minimised, how far from the best possible.

    ``gap`` is a share of the bound; None with ``bound`` None when no certificate was asked for. ``proven`` is true only
    when no better plan exists for this stage's objective on these inputs.
    """

    name: str
    objective_zh: str
    objective_en: str
    objective: float
    bound: float | None
    gap: float | None
    proven: bool
    method: str


@dataclass(frozen=True)
class Solution:
    """Whole units by cell and what follows from them; arrays are aligned with the ground's cells.

    ``parts`` sum to the quotas by unit exactly. ``demand`` and ``covered`` are whole; ``newly`` attributes each
    covered demand to the one cell that reaches it first and sums to ``covered``; ``load`` is the demand that a cell's
    units serve. ``sites`` counts sites or stations where these differ from units, existing ones included.
    ``beside`` are existing units that are not part of the amount (an increment): they carry load too. ``newly_given``
    is the share of ``newly`` that existing units reach. ``by_network`` is the demand covered by each network, most
    first; the last is covered by all of them.
    """

    parts: Mapping[str, Ints]
    stages: tuple[Stage, ...] = ()
    demand: Ints | None = None
    demand_name: str = "residents"
    covered: Ints | None = None
    newly: Ints | None = None
    load: Ints | None = None
    beside: Ints | None = None
    newly_given: Ints | None = None
    by_network: tuple[int, ...] = ()
    sites: Ints | None = None
    radius_m: NDArray[np.float64] | None = None
    area_rule: NDArray[np.bool_] | None = None
    units_for_goal: int | None = None
    saturates_at: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def units(self) -> Ints:
        """All units of each cell: the sum of the parts."""
        return np.sum([*self.parts.values()], axis=0, dtype=np.int64)
