"""Demand beside residents: households with a car, people without a private bay, built-up land, places of activity.

Every surface stands on the cells of a population surface, in whole numbers, and says how it is known: ``modelled``
(figures placed by the population model), ``assumption`` (a rule of thumb, its numbers open to change) or ``observed``
(places that a source names; a source that names none is not proof that there is none). Any weight that a planner
brings becomes one by :func:`brought`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo import boundaries, census, grid, population
from geo.activity_places import ACTIVITY, PLACES, points
from geo.distance import kilometres_per_degree
from geo.errors import RequestError, unknown
from geo.population_rounding import whole

__all__ = [
    "ACTIVITY",
    "PLACES",
    "DemandSurface",
    "brought",
    "built_up",
    "demand",
    "names",
    "on",
    "points",
    "without_parking",
]


@dataclass(frozen=True, slots=True, eq=False)
class DemandSurface:
    """A demand by cell.

    Attributes
    ----------
    name : str
        Such as ``car_households``.
    region, resolution, cells, adcodes
        As the population surface has them; ``cells`` (n,) uint64 ascending.
    values : (n,) int64
        0 or more, in ``unit``.
    unit : str
        ``people``, ``households``, ``m²``, ``places`` or what a planner says.
    status : str
        ``modelled``, ``assumption``, ``observed`` or ``brought``.
    metadata : mapping
        ``title_en``, ``title_zh``, ``basis_en``, ``basis_zh``, ``attribution``, parameters.
    points : DataFrame or None
        For places: name, name_en, kind, lon, lat, accuracy_m, adcode, source, source_id, one row a place.
    """

    name: str
    region: str
    resolution: int
    cells: np.ndarray
    adcodes: np.ndarray
    values: np.ndarray
    unit: str
    status: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    points: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def total(self) -> int:
        """The sum over all cells."""
        return int(self.values.sum())


# Built-up land: square metres a resident. Urban: inside the range of GB 50137-2011 (65-115); rural: none is binding.
URBAN_LAND_M2, RURAL_LAND_M2 = 100.0, 150.0
URBAN_DENSITY = 1500.0  # residents a km² above which a cell counts as urban here
MOST_BUILT = 0.9  # of a cell's area
# People without a private bay: the share rises with density between these (residents a km²), on its logarithm.
PARKING = {"low_density": 1_000.0, "low_share": 0.1, "high_density": 30_000.0, "high_share": 0.7}


def names() -> dict[str, tuple[str, str]]:
    """Return every demand that :func:`demand` knows: its title in English and in Chinese."""
    plain = {name: (english, chinese) for name, (_, english, chinese) in _MODELLED.items()}
    places = {name: (sort.title_en, sort.title_zh) for name, sort in PLACES.items()}
    return plain | places | {"activity_places": ("Places of activity", "活动场所")}


def demand(
    region: str,
    name: str,
    resolution: int = population.BASE_RESOLUTION,
    surface_id: str = population.DEFAULT,
) -> DemandSurface:
    """Return a demand on the cells of the region's population surface.

    Parameters
    ----------
    name : str
        One of :func:`names`, ``residents`` (the people themselves) among them.
    surface_id : str
        The population surface that it stands on.

    Raises
    ------
    UnknownNameError
        When there is no such demand or surface.
    """
    if name not in names():
        raise unknown("demand", name, names(), "需求")
    if name not in _MODELLED:
        return _of_places(population.load(region, surface_id, resolution), name)
    # on the whole area first, so that a district has the same values alone and with the others
    code, area = boundaries.unit(region).adcode, _area(region)
    surface = population.load(area, surface_id)
    made = _MODELLED[name][0](surface)
    if resolution != made.resolution:
        made = _moved(made, surface, resolution)
    return made if code == area else _part(made, code)


def on(surface: population.Surface, name: str) -> DemandSurface:
    """Return a demand on the cells of a surface at hand: one of one's own, a perturbed one, a part.

    Figures of the census are scaled with the residents that the surface has in each unit (exact where those are the
    census's own). On a surface that ships, at resolution 9, the same as :func:`demand`.

    Raises
    ------
    UnknownNameError
        When there is no such demand, or the census says nothing of the surface's units.
    """
    if name not in names():
        raise unknown("demand", name, names(), "需求")
    return _MODELLED[name][0](surface) if name in _MODELLED else _of_places(surface, name)


def brought(surface: population.Surface, name: str, unit: str = "", **metadata: Any) -> DemandSurface:
    """Return what a planner brought as a demand: any surface that :mod:`geo.importers` made, or arrays put into one.

    ``surface.people`` are the values, whatever they count; ``unit`` says what.
    """
    told = {k: v for k, v in surface.metadata.items() if k != "status"} | metadata
    return _demand(surface, name, surface.people, unit or "as brought", "brought", **told)


# --- modelled from the census


def _residents(surface: population.Surface) -> DemandSurface:
    return _demand(
        surface, "residents", surface.people, "people", surface.metadata.get("status", "modelled"),
        basis_en="the population surface itself", basis_zh="即人口面",
    )  # fmt: skip


def _households(surface: population.Surface) -> DemandSurface:
    return _demand(
        surface, "households", _by_unit(surface, "households"), "households", "modelled",
        basis_en="2020 census households of each unit, placed like its residents",
        basis_zh="七普家庭户数,按常住人口分布",
    )  # fmt: skip


def _car_households(surface: population.Surface) -> DemandSurface:
    return _demand(
        surface, "car_households", _by_unit(surface, "car_households"), "households", "modelled",
        basis_en="2020 census households times the share that own a car (a long-form sample), rounded by unit, placed "
        "like residents", basis_zh="七普家庭户数×拥有家用汽车比例(长表抽样),按单元取整,按常住人口分布",
    )  # fmt: skip


def without_parking(surface: population.Surface, rule: Mapping[str, float] = PARKING) -> DemandSurface:
    """Return residents of car-owning households who are assumed to have no private parking bay: a proxy.

    The share without a bay rises from ``low_share`` at ``low_density`` residents a km² to ``high_share`` at
    ``high_density``, evenly on the logarithm. No survey stands behind these numbers.
    """
    density = surface.people / grid.areas(surface.cells) * 1e6
    low, high = np.log(rule["low_density"]), np.log(rule["high_density"])
    place = np.clip((np.log(np.maximum(density, 1.0)) - low) / (high - low), 0, 1)
    share = rule["low_share"] + place * (rule["high_share"] - rule["low_share"])
    figures = _census(surface.region)["car_household_share"]
    owns = figures.reindex(surface.census_units).to_numpy(dtype=float)
    if np.isnan(owns).any():
        raise RequestError(
            f"the census says nothing of cars in some units of {surface.region}",
            f"{surface.region} 部分普查单元无汽车数据",
        )
    expected = surface.people * owns * share
    values = whole(
        expected, np.zeros(len(expected), dtype=np.int64), np.array([round(float(expected.sum()))])
    )
    return _demand(
        surface, "no_private_parking", values, "people", "assumption", parameters=dict(rule),
        basis_en="proxy: residents x share of households with a car x an assumed share without a bay that rises with "
        "density; no survey", basis_zh="代理指标:常住人口×有车家庭比例×假定的无私人车位比例(随密度上升),无调查依据",
    )  # fmt: skip


def built_up(
    surface: population.Surface, urban_m2: float = URBAN_LAND_M2, rural_m2: float = RURAL_LAND_M2
) -> DemandSurface:
    """Return modelled built-up land in m² a cell: residents times land a resident, at most 90 % of the cell."""
    areas = grid.areas(surface.cells)
    urban = surface.people / areas * 1e6 >= URBAN_DENSITY
    land = np.minimum(surface.people * np.where(urban, urban_m2, rural_m2), areas * MOST_BUILT)
    return _demand(
        surface, "built_up", np.rint(land).astype(np.int64), "m²", "assumption",
        parameters={"urban_m2": urban_m2, "rural_m2": rural_m2, "urban_density": URBAN_DENSITY, "most": MOST_BUILT},
        basis_en="modelled: residents times land a resident (urban 100 m², inside the 65-115 m² of GB 50137-2011; "
        "rural 150 m², an assumption), at most 90 % of a cell. Factories and other land without residents are missing",
        basis_zh="模型估计:常住人口×人均建设用地(城镇100平方米,在GB 50137-2011的65-115之内;乡村150平方米,假定),"
        "不超过单元面积的90%;不含无人居住的工矿等用地",
    )  # fmt: skip


_MODELLED: dict[str, tuple[Callable[[population.Surface], DemandSurface], str, str]] = {
    "residents": (_residents, "Residents", "常住人口"),
    "households": (_households, "Households", "家庭户"),
    "car_households": (_car_households, "Households with a car", "有车家庭户"),
    "no_private_parking": (
        without_parking,
        "Residents without a private parking bay (proxy)",
        "无私人车位居民(代理指标)",
    ),
    "built_up": (built_up, "Built-up land (modelled)", "建成用地(模型估计)"),
}


def _by_unit(surface: population.Surface, column: str) -> np.ndarray:
    """A census figure of each unit as whole numbers, placed like its residents.

    In a part of a unit (one district's share of 320371) the figure is that part's share of residents.
    """
    figures = _census(surface.region)
    if column == "car_households":
        wanted = figures["households"].astype(float) * figures["car_household_share"]
    else:
        wanted = figures[column].astype(float)
    residents = figures["population"].astype(float)
    found, group = np.unique(surface.census_units, return_inverse=True)
    here = np.bincount(group, surface.people)
    exact = (
        wanted.reindex(found).to_numpy(dtype=float) * here / residents.reindex(found).to_numpy(dtype=float)
    )
    if np.isnan(exact).any():
        lost = ", ".join(found[np.isnan(exact)].tolist())
        raise RequestError(f"the census does not say {column} of {lost}", f"普查未提供 {lost} 的 {column}")
    return whole(surface.people.astype(float), group, np.rint(exact).astype(np.int64))


def _area(region: str) -> str:
    """The shipped area that a region is or lies in; else the region itself."""
    unit, shipped = boundaries.unit(region), boundaries.shipped()
    return next((code for code in (unit.adcode, unit.city_adcode) if code in shipped), unit.adcode)


def _census(region: str) -> pd.DataFrame:
    """The census of the whole area that a region belongs to: a district may hold people of another unit (320371)."""
    return census.census(_area(region))


def _demand(
    surface: population.Surface, name: str, values: np.ndarray, unit: str, status: str, **metadata: Any
) -> DemandSurface:
    english, chinese = names().get(name, (metadata.get("title_en", name), metadata.get("title_zh", name)))
    return DemandSurface(
        name=name,
        region=surface.region,
        resolution=surface.resolution,
        cells=surface.cells,
        adcodes=surface.adcodes,
        values=np.asarray(values, dtype=np.int64),
        unit=unit,
        status=status,
        metadata={
            "title_en": english,
            "title_zh": chinese,
            "surface": surface.id,
            "attribution": surface.metadata.get("attribution", []),
            **metadata,
        },
    )


def _moved(made: DemandSurface, surface: population.Surface, resolution: int) -> DemandSurface:
    """The same demand at another resolution; sums by district and census unit are kept as for people."""
    other = population.at_resolution(replace(surface, people=made.values), resolution)
    return replace(made, resolution=resolution, cells=other.cells, adcodes=other.adcodes, values=other.people)


def _part(made: DemandSurface, adcode: str) -> DemandSurface:
    rows = made.adcodes == adcode
    return replace(
        made, region=adcode, cells=made.cells[rows], adcodes=made.adcodes[rows], values=made.values[rows]
    )


# --- places


def _of_places(surface: population.Surface, name: str) -> DemandSurface:
    found = points(surface.region, name)
    counts = np.zeros(len(surface), dtype=np.int64)
    if len(found):
        lon, lat = found["lon"].to_numpy(dtype=float), found["lat"].to_numpy(dtype=float)
        np.add.at(counts, _rows(surface, lon, lat), 1)
    made = _demand(
        surface, name, counts, "places", "observed",
        attribution=["© OpenStreetMap contributors (ODbL)", "airportsdata (MIT)"],
        basis_en="named places of the gazetteer (OpenStreetMap 2024-08, airportsdata, a curated list); a place that "
        "nobody mapped is missing",
        basis_zh="地名库中的具名场所(OpenStreetMap 2024-08、airportsdata、人工整理);未标注者缺失",
    )  # fmt: skip
    return replace(made, points=found)


def _rows(surface: population.Surface, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """The row of each point's cell; of the nearest one where its cell's centre lies beyond the region."""
    cells = grid.cells_at(lon, lat, surface.resolution)
    rows = np.minimum(np.searchsorted(surface.cells, cells), len(surface) - 1)
    lost = np.flatnonzero(surface.cells[rows] != cells)
    if len(lost):
        scale = np.array(kilometres_per_degree(float(lat.mean())))
        tree = cKDTree(grid.centroids(surface.cells) * scale)
        rows[lost] = tree.query(np.column_stack([lon[lost], lat[lost]]) * scale)[1]
    return rows
