"""The ground of a run as arrays: cells, people, areas, settlement classes, and the units that quotas are given to."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geo import boundaries, census, grid, population
from geo.areas import polygon_areas
from geo.errors import RequestError
from scenarios import givens
from scenarios.givens import Givens
from scenarios.model import Scenario

#: Density is taken over this many rings of cells around a cell (about 0.9 km at resolution 9).
DENSITY_RINGS = 2


@dataclass(frozen=True)
class Ground:
    """Everything a strategy may know of the land, aligned with ``cells``.

    Attributes
    ----------
    groups : (n,) int64
        Row of ``units`` to which each cell belongs.
    units : DataFrame
        One row an assessment unit: adcode, name_zh, name_en, area_m2 (NaN where it has no boundary).
    density : (n,) float
        People per km² in the cells within two rings.
    givens : Givens
        What stands already, where something may be built, and what must be reached.
    """

    surface: population.Surface
    groups: NDArray[np.int64]
    units: pd.DataFrame
    areas_m2: NDArray[np.float64]
    density: NDArray[np.float64]
    givens: Givens

    @property
    def cells(self) -> NDArray[np.uint64]:
        """Every cell of the region, ascending."""
        return self.surface.cells

    @property
    def people(self) -> NDArray[np.int64]:
        """Residents of each cell (modelled)."""
        return self.surface.people

    def sum_by_unit(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the exact sum over each assessment unit of whole numbers by cell."""
        totals = np.zeros(len(self.units), dtype=np.int64)
        np.add.at(totals, self.groups, values)
        return totals

    def placeable(self, quotas: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the quotas that cells can hold: those of units without a cell are 0."""
        return np.where(np.bincount(self.groups, minlength=len(self.units)) > 0, quotas, 0)

    def as_one_unit(self) -> Ground:
        """Return the same ground as a single unit, for quotas that are free."""
        whole = pd.DataFrame(
            {
                "adcode": [self.surface.region],
                "name_zh": ["全域"],
                "name_en": ["the whole region"],
                "area_m2": [np.nan],
            }
        )
        return replace(self, groups=np.zeros_like(self.groups), units=whole)

    def with_surface(self, surface: population.Surface) -> Ground:
        """Return the same ground with other people on it (for the uncertainty re-runs)."""
        return replace(self, surface=surface, density=_density(surface, self.areas_m2))


def load(scenario: Scenario) -> Ground:
    """Load the ground of a scenario.

    Assessment units are the districts, or with ``assessment_units: census`` the census units, which count a
    functional zone such as 徐州经济技术开发区 (320371) apart.
    """
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    if surface.total <= 0:
        raise RequestError(
            f"region {scenario.region} has no people on the surface {scenario.population}",
            f"区域 {scenario.region} 在人口面 {scenario.population} 上没有人口",
        )
    units = assessment_units(scenario)
    labels = (
        surface.census_units if scenario.document.get("assessment_units") == "census" else surface.adcodes
    )
    known = units["adcode"].to_numpy().astype(str)
    index = np.searchsorted(known, labels)
    if (index >= len(known)).any() or (known[np.minimum(index, len(known) - 1)] != labels).any():
        strange = sorted(set(labels.tolist()) - set(known.tolist()))
        raise RequestError(
            f"cells lie in units that the region does not have: {', '.join(strange)}",
            f"网格所属单元不在该区域内:{'、'.join(strange)}",
        )
    areas = _areas(_Cells(surface.cells))
    density = _density(surface, areas)
    return Ground(surface, index.astype(np.int64), units, areas, density, givens.of(scenario, surface))


def assessment_units(scenario: Scenario) -> pd.DataFrame:
    """Return the units that get a quota: adcode (ascending), names, area in m² on the ellipsoid."""
    districts = boundaries.districts(scenario.region)
    table = pd.DataFrame(
        {
            "adcode": districts["adcode"].to_numpy(),
            "name_zh": districts["name_zh"].to_numpy(),
            "name_en": districts["name_en"].to_numpy(),
            "area_m2": polygon_areas(districts.geometry.to_numpy()),
        }
    )
    if scenario.document.get("assessment_units") == "census":
        zones = census.zones(scenario.region)
        more = pd.DataFrame(
            {
                "adcode": zones.index.to_numpy(),
                "name_zh": zones["name_zh"].to_numpy(),
                "name_en": zones["name_en"].to_numpy() if "name_en" in zones else zones["name_zh"].to_numpy(),
                "area_m2": np.nan,
            }
        )
        table = pd.concat([table, more], ignore_index=True)
    return table.sort_values("adcode", ignore_index=True)


def _density(surface: population.Surface, areas_m2: NDArray[np.float64]) -> NDArray[np.float64]:
    """People per km² over the cells of the region within two rings."""
    near = _near(_Cells(surface.cells))
    people = near @ surface.people.astype(np.float64)
    area = near @ areas_m2
    return people / area * 1e6


class _Cells:
    """A set of cells as a key: equal when the cells are."""

    def __init__(self, cells: NDArray[np.uint64]) -> None:
        self.cells, self.key = cells, hash(cells.tobytes())

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Cells) and np.array_equal(self.cells, other.cells)


@functools.lru_cache(maxsize=4)
def _areas(of: _Cells) -> NDArray[np.float64]:
    areas = grid.areas(of.cells)
    areas.setflags(write=False)
    return areas


@functools.lru_cache(maxsize=4)
def _near(of: _Cells) -> sparse.csr_array:
    """Which cells lie within the rings of one another: the same for every run on a region."""
    return grid.disk_pairs(of.cells, DENSITY_RINGS)
