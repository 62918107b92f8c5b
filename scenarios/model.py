"""What a scenario is: a target, a region, and the assumptions from which an allocation follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.facility import Profile
from scenarios.solution import Solution

#: What the amount means; the words stand in every title, file and report (conventions P2).
DISTRIBUTES = {
    "stock": ("期末总量", "stock at the deadline"),
    "increment": ("新增量", "units still to be added"),
    "annual": ("年均折算", "from a yearly figure"),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario as its file states it, checked against ``schemas/scenario.schema.json``.

    ``document`` is the whole file with overrides applied; the other fields are its parts, for reading.
    """

    id: str
    title_zh: str
    title_en: str
    target: str | None
    distributes: str
    amount: int | None
    region: str
    resolution: int
    population: str
    document: Mapping[str, Any] = field(repr=False)
    where: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder of the scenario's own file, to which the files it names are relative; None without a file."""
        path = Path(self.where)
        return path.parent if len(path.parts) > 1 and path.suffix in {".yaml", ".yml"} else None

    def title(self, lang: str, mark: tuple[str, str] = ("", "")) -> str:
        """Return the title in ``lang`` with the word for what is distributed (conventions P2), then ``mark``."""
        zh, en = DISTRIBUTES[self.distributes]
        if any(mark):
            zh, en = f"{zh},{mark[0]}", f"{en}, {mark[1]}"
        if lang == "zh":
            return _with(self.title_zh, zh, ",", "()", "\uff08\uff09") or f"{self.title_zh}({zh})"
        return _with(self.title_en, en, ", ", "()") or f"{self.title_en} ({en})"


def _with(title: str, word: str, comma: str, *brackets: str) -> str | None:
    """Return the title with one more word in the brackets that it ends with; None where it ends with none."""
    closing = next((b for b in brackets if title.endswith(b[1]) and b[0] in title), None)
    return f"{title[:-1]}{comma}{word}{closing[1]}" if closing else None


@dataclass(frozen=True, slots=True)
class Phase:
    """A yearly milestone: units by cell by the end of ``year``, never more than in the next one."""

    year: int
    amount: int
    units: NDArray[np.int64]
    covered: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Whole units for each cell, with what they were computed from.

    Attributes
    ----------
    cells : (n,) uint64 array, ascending
        Every H3 cell of the region.
    adcodes : (n,) array of str
        The district in which each cell's centre lies (conventions A2).
    unit_adcodes : (n,) array of str
        The assessment unit that each cell counts in (differs from the district in a functional zone).
    units, people : (n,) int64 arrays
        Units allocated; residents of the modelled surface. ``units.sum() + unplaced == amount``, exactly.
    unplaced : int
        Units of assessment units that have no boundary: their quota stands, no cell holds it.
    districts : DataFrame
        One row an assessment unit (a district; a functional zone too where the scenario asks for census units):
        adcode, name_zh, name_en, quota, allocated, population, area_m2, parts, coverage, loads.
        ``allocated + unplaced == quota`` in each row; population sums to the census.
    solution : Solution
        The parts of each cell's units, what they reach, and the certificate of each stage.
    coverage, capacity : mapping
        Figures of the whole region (:mod:`scenarios.metrics`); coverage is None where nothing is to be reached.
    fingerprint : str
        SHA-256 over everything that was read (conventions S3).
    result_hash : str
        SHA-256 over the canonical result (conventions S1).
    """

    scenario: Scenario
    amount: int
    target: Mapping[str, Any] | None
    profile: Profile | None
    cells: NDArray[np.uint64]
    adcodes: NDArray[np.str_]
    unit_adcodes: NDArray[np.str_]
    units: NDArray[np.int64]
    unplaced: int
    people: NDArray[np.int64]
    districts: pd.DataFrame
    solution: Solution
    fingerprint: str
    result_hash: str
    inputs: Mapping[str, str]
    coverage: Mapping[str, Any] | None
    phases: tuple[Phase, ...]
    capacity: Mapping[str, Any]
    timings_s: dict[str, float]

    @property
    def allocated(self) -> int:
        """The sum over all cells."""
        return int(self.units.sum())
