"""People on the H3 grid: a frozen surface of whole persons whose sums equal the census, unit by unit.

The contract that every surface keeps, whatever model made it:

- ``cells`` are all cells whose centre lies in the region (conventions A2, A3), ascending, at one resolution;
- ``adcodes`` is the district in whose polygon each cell lies, ``census_units`` the census unit it is counted in. They
  differ where a functional zone is counted apart from the districts whose land it takes (徐州经济技术开发区, 320371);
- ``people`` are 64-bit whole numbers, and the sum over each census unit is the census figure exactly (R1);
- ``metadata`` says ``modelled: True``, the model's name and text in two languages, its sources, and what is known
  about its error. Nothing about where people live *inside* a census unit is a census figure.

Surfaces that ship lie in ``data/population/<surface_id>-<region>-r<resolution>.parquet`` with columns ``h3``
(hexadecimal), ``adcode``, ``census_unit``, ``people``, and the metadata in the file.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.spatial

from geo import atomic, boundaries, census, functional_zones, grid
from geo.errors import DataError, Problem, RequestError, UnknownNameError, unknown
from geo.formats import FORMAT_VERSION, require_format
from geo.paths import data_root
from geo.population_rounding import whole

BASE_RESOLUTION = 9
DEFAULT = "modelled-2020"
_METADATA_KEY = b"infraplan"


@dataclass(frozen=True, eq=False)
class Surface:
    """People by cell. See the module's contract; arrays are read-only and of the same length n."""

    id: str
    region: str
    resolution: int
    cells: np.ndarray
    adcodes: np.ndarray
    census_units: np.ndarray
    people: np.ndarray
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds: dict[str, Any] = {
            "cells": np.uint64,
            "adcodes": "U6",
            "census_units": "U6",
            "people": np.int64,
        }
        for name, kind in kinds.items():
            array = np.array(getattr(self, name), dtype=kind)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if len({len(self.cells), len(self.adcodes), len(self.census_units), len(self.people)}) != 1:
            raise ValueError("cells, adcodes, census_units and people must have the same length")
        if (self.cells[1:] <= self.cells[:-1]).any():
            raise ValueError("cells must ascend and be without repeats")
        if (self.people < 0).any():
            raise ValueError("people cannot be negative")

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def total(self) -> int:
        """All people of the surface."""
        return int(self.people.sum())

    def by_census_unit(self) -> pd.Series:
        """Return the people of each census unit, indexed by adcode and sorted: the census figures."""
        return pd.Series(self.people).groupby(self.census_units).sum().rename("people").rename_axis("adcode")

    def by_district(self) -> pd.DataFrame:
        """Return the people of each district with and without the functional zones on its land.

        Indexed by adcode; columns ``people`` (all who live in its polygon), ``own`` (its census figure), ``zones``
        (people of zones that the census counts apart).
        """
        frame = pd.DataFrame(
            {
                "adcode": self.adcodes,
                "people": self.people,
                "own": self.people * (self.adcodes == self.census_units),
            }
        )
        sums = frame.groupby("adcode")[["people", "own"]].sum()
        return sums.assign(zones=sums["people"] - sums["own"])

    def part(self, adcode: str) -> Surface:
        """Return the cells of one district as a surface of their own."""
        rows = self.adcodes == adcode
        if not rows.any():
            raise unknown("district of this surface", adcode, sorted(set(self.adcodes)), "区县")
        return Surface(
            self.id,
            adcode,
            self.resolution,
            self.cells[rows],
            self.adcodes[rows],
            self.census_units[rows],
            self.people[rows],
            self.metadata,
        )


def available() -> list[tuple[str, str]]:
    """Return the (surface id, region) of every surface that ships."""
    found = sorted((data_root() / "population").glob(f"*-r{BASE_RESOLUTION}.parquet"))
    return [tuple(path.stem.removesuffix(f"-r{BASE_RESOLUTION}").rsplit("-", 1)) for path in found]  # type: ignore[misc]


def load(region: str, surface_id: str = DEFAULT, resolution: int = BASE_RESOLUTION) -> Surface:
    """Load a surface of a region (an area, or one of its districts) by adcode or name.

    ``surface_id`` is one that ships, or the path of a file that :func:`write` has written (it ends in ``.parquet``).

    Raises
    ------
    UnknownNameError
        When there is no such surface for the region; the message says which there are, and how to bring one.
    DataError
        When the file is not a surface of a known format.
    """
    unit = boundaries.unit(region)
    if surface_id.endswith(".parquet"):
        return _own(Path(surface_id), unit.adcode, resolution)
    ids = {surface for surface, _ in available()}
    if surface_id not in ids:
        raise unknown("population surface", surface_id, ids, "人口分布")
    for code in (unit.adcode, unit.city_adcode):
        path = data_root() / "population" / f"{surface_id}-{code}-r{BASE_RESOLUTION}.parquet"
        if path.is_file():
            surface = _kept(path, path.stat().st_mtime_ns, resolution)
            return surface if code == unit.adcode else surface.part(unit.adcode)
    shipped = [boundaries.unit(code) for surface, code in available() if surface == surface_id]
    raise UnknownNameError(
        f"no people ship for {unit.adcode} {unit.name()}; they ship for "
        f"{', '.join(f'{u.name()} ({u.adcode})' for u in shipped)} and their districts. Upload people for it under "
        "Data › Upload (infraplan data import on the command line), then choose them as the population surface; own "
        "boundaries are uploaded there too",
        f"没有随附{unit.name_zh}({unit.adcode})的人口数据;随附的有:"
        f"{'、'.join(f'{u.name_zh}({u.adcode})' for u in shipped)}及其区县。"
        "其他地区请在“数据 › 上传数据”中上传人口(边界也可在此上传),再在“人口面”中选用",
    )


def _own(path: Path, adcode: str, resolution: int) -> Surface:
    """A surface from somebody's file: the whole of it, or the district that is asked for."""
    if not path.is_file():
        raise DataError(f"there is no surface file {path.name}", f"找不到人口分布文件 {path.name}")
    surface = _kept(path, path.stat().st_mtime_ns, resolution)
    return surface if surface.region == adcode else surface.part(adcode)


@functools.lru_cache(maxsize=8)
def _kept(path: Path, changed: int, resolution: int) -> Surface:
    """A shipped surface, read once while its file does not change; its arrays are read-only."""
    return at_resolution(read(path), resolution)


def read(path: Path) -> Surface:
    """Read a surface from a Parquet file written by :func:`write`."""
    if not path.is_file():
        raise DataError(f"there is no surface file {path.name}", f"找不到人口分布文件 {path.name}")
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            f"{path.name}: not a Parquet file, or damaged", f"{path.name}:不是 Parquet 文件或已损坏"
        ) from error
    raw = (table.schema.metadata or {}).get(_METADATA_KEY)
    if raw is None:
        raise DataError(
            f"{path.name}: not a population surface of infraplan", f"{path.name}:不是本软件的人口分布文件"
        )
    document = json.loads(raw)
    require_format(document, path.name)
    return Surface(
        id=document["id"],
        region=document["region"],
        resolution=document["resolution"],
        cells=grid.from_hex(table.column("h3").to_pylist()),
        adcodes=table.column("adcode").to_numpy().astype("U6"),
        census_units=table.column("census_unit").to_numpy().astype("U6"),
        people=table.column("people").to_numpy(),
        metadata=document["metadata"],
    )


def write(surface: Surface, path: Path) -> None:
    """Write a surface as Parquet, the same bytes for the same surface and library version."""
    document = {
        "format_version": FORMAT_VERSION,
        "id": surface.id,
        "region": surface.region,
        "resolution": surface.resolution,
        "metadata": dict(surface.metadata),
    }
    table = pa.table(
        {
            "h3": pa.array(grid.to_hex(surface.cells), pa.string()),
            "adcode": pa.array(surface.adcodes.astype(object), pa.string()).dictionary_encode(),
            "census_unit": pa.array(surface.census_units.astype(object), pa.string()).dictionary_encode(),
            "people": pa.array(surface.people, pa.int64()),
        }
    ).replace_schema_metadata(
        {_METADATA_KEY: json.dumps(document, ensure_ascii=False, sort_keys=True).encode()}
    )
    with atomic.replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", compression_level=9)


def frame(region: str, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what every surface of a region stands on: (cells, adcodes, census_units), each (n,), cells ascending."""
    districts = boundaries.districts(region)
    cells, owner = grid.cells_in(districts.geometry.to_numpy(), resolution)
    adcodes = districts["adcode"].to_numpy(dtype="U6")[owner]
    return cells, adcodes, functional_zones.census_units(cells, adcodes)


def place(
    region: str,
    weights: np.ndarray,
    resolution: int = BASE_RESOLUTION,
    least: np.ndarray | None = None,
) -> np.ndarray:
    """Return whole people by cell: each census unit's figure shared among its cells by weight.

    Parameters
    ----------
    weights : (n,) float
        One for each cell of :func:`frame`, finite, not negative, not all zero within a census unit.
    least : (n,) int, optional
        What each cell gets in any case; the rest follows the weights.

    Returns
    -------
    (n,) int64
        Sums to the census exactly, unit by unit.
    """
    _, _, units = frame(region, resolution)
    figures = census.census(region)["population"]
    absent = sorted(set(figures.index) - set(units))
    if absent:
        raise RequestError(
            f"the census unit(s) {', '.join(absent)} have no cell at resolution {resolution}; use a finer one",
            f"普查单元 {'、'.join(absent)} 在分辨率 {resolution} 下没有单元,请提高分辨率",
        )
    names, group = np.unique(units, return_inverse=True)
    totals = figures.reindex(names).to_numpy(dtype=np.int64)
    return whole(np.asarray(weights, dtype=float), group, totals, least)


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Split a whole number by weights into whole numbers that sum to it: largest remainders, ties to the first.

    Weights are scaled to integers first, so the result does not depend on the order of addition (R2, R3).

    Raises
    ------
    RequestError
        When a weight is negative or not finite, or people are to be placed and every weight is zero.
    """
    values = np.asarray(weights, dtype=float)
    return whole(values, np.zeros(len(values), dtype=np.int64), np.array([total]))


def at_resolution(surface: Surface, resolution: int) -> Surface:
    """Return the surface at another resolution; every census unit keeps its people exactly.

    Going coarser, people move to the parent cell; going finer, they are split evenly among the children. Where that
    cell belongs to another district or census unit, or to none, they move to the nearest cell of their own.
    """
    if resolution == surface.resolution:
        return surface
    cells, adcodes, units = frame(surface.region, resolution)
    if resolution < surface.resolution:
        wanted, people, source = (
            grid.parents(surface.cells, resolution),
            surface.people,
            np.arange(len(surface)),
        )
    else:
        wanted, source = grid.children(surface.cells, resolution)
        people = _split_evenly(surface.people, source)
    label = np.char.add(adcodes, units)
    own = np.char.add(surface.adcodes, surface.census_units)[source]
    rows = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    astray = np.flatnonzero(((cells[rows] != wanted) | (label[rows] != own)) & (people > 0))
    rows[astray] = _nearest_of_same(wanted[astray], own[astray], cells, label)
    moved = np.zeros(len(cells), dtype=np.int64)
    np.add.at(moved, rows, people)
    return Surface(surface.id, surface.region, resolution, cells, adcodes, units, moved, surface.metadata)


def problems(surface: Surface) -> list[Problem]:
    """Return where a surface's sums differ from the census: nothing, for every surface that ships."""
    found = []
    sums = surface.by_census_unit()
    units = census.census(surface.region)
    for adcode in sorted(set(units.index) | set(sums.index)):
        have = int(sums.get(adcode, 0))
        want = int(units["population"].get(adcode, 0))
        if have != want:
            found.append(
                Problem(
                    "surface_sums_to_census",
                    f"{surface.id}, {adcode}",
                    f"the cells hold {have:,} people, the census says {want:,}",
                    f"单元合计 {have:,} 人,普查为 {want:,} 人",
                )
            )
    return found


def _split_evenly(people: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Split whole numbers evenly over the members of each group, the first members taking what is over."""
    order = np.argsort(owner, kind="stable")
    size = np.bincount(owner, minlength=len(people))
    rank = np.empty(len(owner), dtype=np.int64)
    rank[order] = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
    return people[owner] // size[owner] + (rank < people[owner] % size[owner])


def _nearest_of_same(wanted: np.ndarray, own: np.ndarray, cells: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Return for each cell the row of the nearest of ``cells`` that has the same label."""
    rows = np.zeros(len(wanted), dtype=np.int64)
    if not len(wanted):
        return rows
    from_, to = grid.centroids(wanted), grid.centroids(cells)
    narrow = np.array([np.cos(np.radians(to[:, 1].mean())), 1.0])
    for name in np.unique(own):
        candidates = np.flatnonzero(label == name)
        asked = own == name
        if not len(candidates):
            raise RequestError(
                f"the census unit {name[6:]} has no cell at this resolution; use a finer one",
                f"普查单元 {name[6:]} 在该分辨率下没有单元,请提高分辨率",
            )
        _, nearest = scipy.spatial.cKDTree(to[candidates] * narrow).query(from_[asked] * narrow)
        rows[asked] = candidates[nearest]
    return rows
