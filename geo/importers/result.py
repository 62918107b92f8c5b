"""What an import gives: the surface, and a report of what was read and what fell outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from geo import boundaries, grid, population
from geo.errors import DataError, Problem, RequestError
from geo.population_rounding import whole

#: A count above this is no count of people.
MOST_PEOPLE = 1e10


@dataclass(frozen=True, slots=True)
class Report:
    """What was read. ``inside + outside`` is ``source_sum`` rounded to a whole number, always.

    Attributes
    ----------
    source : str
        Name of the file.
    kind : str
        ``raster``, ``h3-cells``, ``points`` or ``areas``.
    source_sum : float
        Sum of all valid values that were read, before clipping.
    inside, outside : int
        People in and beyond the region's cells.
    records : int
        Values read (pixels, rows, polygons) that are valid.
    without_data : int
        Values that say nothing (nodata, empty, not a number): unknown, counted as nobody, and said so.
    negative : int
        Values below zero, left out.
    cells_without_data : int
        Cells of the region that no valid value reached; their 0 means "not known".
    notes : tuple of (English, Chinese)
        What else the reader should know.
    refused : tuple of Problem
        Each row of a table (each polygon) that is negative, with its value; empty for rasters, which are only counted.
    """

    source: str
    kind: str
    source_sum: float
    inside: int
    outside: int
    records: int
    without_data: int = 0
    negative: int = 0
    cells_without_data: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    refused: tuple[Problem, ...] = ()

    def text(self, lang: str = "en") -> str:
        """Return the report in one paragraph of ``lang`` (``en`` or ``zh``)."""
        share = self.outside / max(self.inside + self.outside, 1)
        if lang == "zh":
            parts = [
                f"{self.source}:读入 {self.records:,} 个有效值,合计 {self.inside + self.outside:,} 人;"
                f"区域内 {self.inside:,} 人,区域外 {self.outside:,} 人({share:.2%})"
            ]
            parts += [f"无数据 {self.without_data:,} 个(未知,按无人计)"] * bool(self.without_data)
            parts += [f"负值 {self.negative:,} 个(未计入)"] * bool(self.negative)
            parts += [f"{self.cells_without_data:,} 个单元没有数据"] * bool(self.cells_without_data)
            return ";".join(parts + [chinese for _, chinese in self.notes])
        parts = [
            f"{self.source}: {self.records:,} valid values, {self.inside + self.outside:,} people; "
            f"{self.inside:,} in the region, {self.outside:,} outside ({share:.2%})"
        ]
        parts += [f"{self.without_data:,} without data (unknown, counted as nobody)"] * bool(
            self.without_data
        )
        parts += [f"{self.negative:,} negative (left out)"] * bool(self.negative)
        parts += [f"{self.cells_without_data:,} cells have no data"] * bool(self.cells_without_data)
        return "; ".join(parts + [english for english, _ in self.notes])


@dataclass(frozen=True, slots=True)
class Imported:
    """A surface and the report of how it came about."""

    surface: population.Surface
    report: Report


@dataclass(slots=True)
class Values:
    """People by cell as read, any cells, floats; and what was seen on the way."""

    cells: np.ndarray
    people: np.ndarray
    source_sum: float
    records: int
    without_data: int = 0
    negative: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)
    refused: Sequence[Problem] = ()


def clean(values: np.ndarray) -> tuple[np.ndarray, int, int]:
    """Return which values count (bool), how many say nothing, and how many are negative."""
    known = np.isfinite(values)
    negative = known & (values < 0)
    return known & ~negative, int((~known).sum()), int(negative.sum())


def exact_sum(values: np.ndarray) -> float:
    """Return the correctly rounded sum of floats."""
    return math.fsum(values.tolist())


def to_surface(
    values: Values,
    region: str,
    resolution: int,
    *,
    source: str,
    kind: str,
    surface_id: str,
    metadata: dict[str, Any],
) -> Imported:
    """Put people by cell on the cells of a region, as whole numbers.

    ``values.cells`` are at ``resolution``, in any order, repeats allowed. All of them share the rounded sum as whole
    numbers first; then those of the region are kept.
    """
    if values.source_sum > MOST_PEOPLE:
        raise DataError(
            f"{source}: its values sum to {values.source_sum:.3g} people, more than live on Earth; counts of people "
            "are wanted, no codes and no densities",
            f"{source}:各值合计 {values.source_sum:.3g} 人,超过全球人口;需要的是人数,不是编码或密度",
        )
    unit = boundaries.unit(region)
    cells, adcodes, units = population.frame(unit.adcode, resolution)
    found, where = np.unique(values.cells, return_inverse=True)
    weights = np.bincount(where, values.people, minlength=len(found))
    total = round(values.source_sum)
    counted = whole(weights, np.zeros(len(found), dtype=np.int64), np.array([total]))
    rows = np.minimum(np.searchsorted(cells, found), max(len(cells) - 1, 0))
    hit = cells[rows] == found if len(cells) else np.zeros(len(found), dtype=bool)
    people = np.zeros(len(cells), dtype=np.int64)
    people[rows[hit]] = counted[hit]
    inside = int(people.sum())
    if not hit.any():
        if values.refused and not values.records:
            raise DataError(list(values.refused))
        raise RequestError(
            f"{source}: no valid value lies in {unit.adcode} {unit.name_zh}; check the region, datum and axes",
            f"{source}:{unit.name_zh}({unit.adcode})内没有有效数据;请检查区域、坐标系与坐标轴顺序",
        )
    report = Report(
        source=source,
        kind=kind,
        source_sum=values.source_sum,
        inside=inside,
        outside=total - inside,
        records=values.records,
        without_data=values.without_data,
        negative=values.negative,
        cells_without_data=int(len(cells) - hit.sum()),
        notes=tuple(values.notes),
        refused=tuple(values.refused),
    )
    described = {
        "modelled": False,
        "status": "observed",
        "source": source,
        "import": {k: v for k, v in asdict(report).items() if k not in ("notes", "refused")},
        "import_en": report.text("en"),
        "import_zh": report.text("zh"),
        **metadata,
    }
    surface = population.Surface(
        surface_id, unit.adcode, resolution, cells, adcodes, units, people, described
    )
    return Imported(surface, report)


def at(cells: np.ndarray, people: np.ndarray, resolution: int) -> tuple[np.ndarray, np.ndarray]:
    """Return people of cells of one resolution on those of another: to the parent, or evenly to all descendants."""
    own = grid.resolution_of(cells)
    if own == resolution:
        return cells, people
    if own > resolution:
        return grid.parents(cells, resolution), people
    order = np.argsort(cells, kind="stable")
    fine, owner = grid.children(cells[order], resolution)
    share = people[order] / np.bincount(owner, minlength=len(cells))
    return fine, share[owner]
