"""Functional zones (经开区, 高新区) that the census counts apart and no boundary layer draws.

``data/population/functional_zones.yaml`` says in which districts a zone's land lies, how much of it, and around which
points; from that the cells of the zone are chosen. It is an approximation and says so wherever it is used.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

from geo import boundaries, grid
from geo.distance import metres
from geo.errors import DataError, unknown
from geo.formats import require_format
from geo.paths import data_root


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: its land in square kilometres by district adcode, and lon, lat points of its townships (WGS84)."""

    adcode: str
    name_zh: str
    name_en: str
    parts: tuple[tuple[str, float], ...]
    points: tuple[tuple[float, float], ...]
    basis_en: str
    basis_zh: str


def zones() -> dict[str, Zone]:
    """Return every zone that is described, by adcode."""
    return _read(data_root() / "population" / "functional_zones.yaml")


def census_units(cells: np.ndarray, adcodes: np.ndarray) -> np.ndarray:
    """Return the census unit that each cell is counted in.

    Parameters
    ----------
    cells : (n,) uint64
    adcodes : (n,) str
        The district in whose polygon the cell lies. All cells of a district must be given: the land of a zone is
        chosen among them, nearest to the zone's points first, ties by cell id.

    Returns
    -------
    (n,) str
        The district's own adcode, or that of the zone.
    """
    units = np.asarray(adcodes, dtype="U6").copy()
    for zone in zones().values():
        points = np.array(zone.points)
        for adcode, area_km2 in zone.parts:
            rows = np.flatnonzero(adcodes == adcode)
            if not len(rows):
                continue
            centres = grid.centroids(cells[rows])
            away = metres(centres[:, :1], centres[:, 1:], points[:, 0], points[:, 1]).min(axis=1)
            order = np.lexsort((cells[rows], away))
            reached = np.cumsum(grid.areas(cells[rows][order]))
            units[rows[order[: max(1, int(np.searchsorted(reached, area_km2 * 1e6)))]]] = zone.adcode
    return units


def outline(adcode: str, resolution: int = 9) -> shapely.Geometry:
    """Return the approximate land of a zone as one polygon: the union of its cells, in lon, lat degrees.

    Raises
    ------
    UnknownNameError
        When no such zone is described.
    """
    known = zones()
    if adcode not in known:
        raise unknown("functional zone", adcode, known, "功能区")
    districts = gpd.GeoDataFrame(pd.concat([boundaries.districts(part) for part, _ in known[adcode].parts]))
    cells, owner = grid.cells_in(districts.geometry.to_numpy(), resolution)
    adcodes = districts["adcode"].to_numpy(dtype="U6")[owner]
    return grid.outline(cells[census_units(cells, adcodes) == adcode])


@functools.cache
def _read(path: Path) -> dict[str, Zone]:
    if not path.is_file():
        raise DataError(f"the data file {path.name} is missing", f"缺少数据文件 {path.name}")
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    require_format(document, path.name)
    return {
        adcode: Zone(
            adcode=adcode,
            name_zh=zone["name_zh"],
            name_en=zone["name_en"],
            parts=tuple((part["adcode"], float(part["area_km2"])) for part in zone["parts"]),
            points=tuple((float(point["lon"]), float(point["lat"])) for point in zone["points"]),
            basis_en=zone["basis_en"].strip(),
            basis_zh=zone["basis_zh"].strip(),
        )
        for adcode, zone in document["zones"].items()
    }
