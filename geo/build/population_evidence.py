"""Evidence for the modelled surfaces, cell by cell: named points, slope, water and sea, townships.

Positions are turned into metres on a plane around each area's middle (within 0.1 % over an area).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
import rasterio.windows
import shapely

from geo import boundaries, census, functional_zones, grid, population, vector_io
from geo.build import places_osm, population_towns
from geo.build.packages import python_file
from geo.distance import kilometres_per_degree
from geo.population_model import Cells, Towns, Units, kernel

WATER_ERROR_M = 350.0  # a bank of the 1:4M hydrography
SEA_ERROR_M = 1000.0  # a shore of the 30-arc-second mask
SURE = 2.0  # water counts as certain beyond this many times its error
STEEP_DEGREES = 25.0  # slope of a 1 km model above which nobody is expected
DEM_ERROR_CELLS = 2  # ... if it holds within two cells (2 km) around
DEM = "meteva/resources/stations/dem_0.00833.nc"

# Classes of OpenStreetMap points that do not tell of residents or of places that residents go to.
NOT_PEOPLE = frozenset((
    "forest", "nature_reserve", "quarry", "farmland", "meadow", "scrub", "grass", "orchard", "cemetery",
    "graveyard", "military", "tower", "comms_tower", "observation_tower", "water_tower", "wastewater_plant",
    "water_works", "water_well", "viewpoint", "ruins", "archaeological", "fort", "castle", "windmill",
    "lighthouse", "camera_surveillance", "golf_course", "track", "battlefield", "picnic_site", "camp_site",
    "alpine_hut",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence of one area.

    ``names`` (m,) are the census units in order; ``empty`` (n,) marks cells that are surely water or too steep;
    ``table`` and ``places`` are the townships and GeoNames' records they were matched with.
    """

    area: str
    frame: tuple[np.ndarray, np.ndarray, np.ndarray]
    names: np.ndarray
    cells: Cells
    units: Units
    towns: Towns
    empty: np.ndarray
    why_empty: dict[str, int]
    table: pd.DataFrame
    places: pd.DataFrame


def gather(area: str, context: Path, bandwidth_m: float) -> Evidence:
    """Return the evidence of an area; ``context`` is the folder with its water.geojson and sea.geojson."""
    cells, adcodes, unit_codes = population.frame(area, population.BASE_RESOLUTION)
    figures = census.census(area)
    names = figures.index.to_numpy(dtype=str)
    unit = np.searchsorted(names, unit_codes)
    centres = grid.centroids(cells)
    scale = np.array(kilometres_per_degree(float(centres[:, 1].mean()))) * 1000
    points = osm_points(area)
    told = points[~points["fclass"].isin(NOT_PEOPLE)]
    xy, osm_xy = centres * scale, told[["lon", "lat"]].to_numpy() * scale
    slopes = slope(centres)
    land, sure_water = wetness(area, context, centres, xy, osm_xy, scale)
    steep = sure_steep(centres)
    evidence = Cells(
        xy=xy,
        unit=unit,
        land=np.where(sure_water | steep, 0.0, land),
        slope=slopes,
        area=grid.areas(cells),
        osm=kernel(xy, osm_xy, np.ones(len(osm_xy)), bandwidth_m),
    )
    table, places, pairs = population_towns.of_area(area, points)
    return Evidence(
        area=area,
        frame=(cells, adcodes, unit_codes),
        names=names,
        cells=evidence,
        units=Units(figures["urban"].to_numpy(dtype=float), figures["rural"].to_numpy(dtype=float)),
        towns=towns(table, places, pairs, names, scale),
        empty=sure_water | steep,
        why_empty={"water_or_sea": int(sure_water.sum()), "slope": int((steep & ~sure_water).sum())},
        table=table,
        places=places.assign(x=places["lon"] * scale[0], y=places["lat"] * scale[1]),
    )


def osm_points(area: str) -> pd.DataFrame:
    """Return OpenStreetMap's named points in an area: osm_id, fclass, name, lon, lat, adcode."""
    frame = boundaries.districts(area)
    points = places_osm.read(tuple(frame.total_bounds))
    return places_osm.within(points, frame.geometry.to_numpy(), frame["adcode"].to_numpy(dtype=str))


def slope(centres: np.ndarray) -> np.ndarray:
    """Return the (n,) slope in degrees of the 1 km elevation model at positions (lon, lat)."""
    return _sampled(*_slopes(centres), centres)


def sure_steep(centres: np.ndarray) -> np.ndarray:
    """Return which positions are too steep wherever they really lie: the least slope within the model's own error."""
    degrees, transform = _slopes(centres)
    reach = DEM_ERROR_CELLS
    padded = np.pad(degrees, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))
    return _sampled(windows.min(axis=(2, 3)), transform, centres) > STEEP_DEGREES


def wetness(
    area: str, context: Path, centres: np.ndarray, xy: np.ndarray, osm_xy: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how likely each cell is land (n,) in 0..1, and which cells are surely water.

    The error of a bank or shore is taken as normal. A cell is surely water when it lies deeper in the water than
    SURE times that error and no named point stands within one error of it: land is reclaimed, and the mask is old.
    """
    land, sure = np.ones(len(xy)), np.zeros(len(xy), dtype=bool)
    for name, error in (("water", WATER_ERROR_M), ("sea", SEA_ERROR_M)):
        layer = vector_io.read_geojson(context / f"{name}.geojson")
        shapes = layer.geometry[layer["context_of"] == area].to_numpy()
        if not len(shapes):
            continue
        deep = _depth(shapes, centres, xy, scale, 4 * error)
        land = np.minimum(land, _normal(-deep / error))
        certain = deep > SURE * error
        if certain.any() and len(osm_xy):
            near = kernel(xy[certain], osm_xy, np.ones(len(osm_xy)), error / 4) > 0
            certain[np.flatnonzero(certain)[near]] = False
        sure |= certain
    return np.maximum(land, 0.02), sure


def towns(
    table: pd.DataFrame, places: pd.DataFrame, pairs: pd.DataFrame, names: np.ndarray, scale: np.ndarray
) -> Towns:
    """Return the townships as arrays, with a seat added to counties whose seat GeoNames has under the county's name."""
    frame = table.copy()
    seats = np.full(len(names), -1)
    for index, name in enumerate(names.tolist()):
        own = frame.index[frame["unit"] == name]
        seat = _seat(name, frame.loc[own], places, pairs)
        if isinstance(seat, pd.DataFrame):
            frame = pd.concat([frame, seat], ignore_index=True)
            seats[index] = len(frame) - 1
        elif seat is not None:
            seats[index] = seat
    gathered = frame["street"] & frame["lon"].isna() & frame["unit"].map(is_county)
    return Towns(
        xy=frame[["lon", "lat"]].to_numpy(dtype=float) * scale,
        unit=np.searchsorted(names, frame["unit"].to_numpy(dtype=str)),
        communities=frame["communities"].to_numpy(dtype=float),
        villages=frame["villages"].to_numpy(dtype=float),
        gathered=gathered.to_numpy(dtype=bool),
        seat=seats,
    )


def _seat(
    unit: str, own: pd.DataFrame, places: pd.DataFrame, pairs: pd.DataFrame
) -> int | pd.DataFrame | None:
    """The row of the township at a county's seat; a new row where GeoNames has the seat under the county's name only.

    Without such a record it is the township with the lowest code: registers begin with the seat.
    """
    if not is_county(unit):
        return None
    named = places[(places["adcode"] == unit) & (places["name"] == population_towns.unit_name(unit))]
    if len(named):
        record = named.iloc[0]
        code = pairs.loc[pairs["geonameid"] == record["geonameid"], "code"]
        if len(code):
            return int(own.index[own["code"] == code.iloc[0]][0])
        empty = {
            "code": "",
            "unit": unit,
            "name": record["name"],
            "communities": 0,
            "villages": 0,
            "street": True,
        }
        return pd.DataFrame([empty | {"lon": record["lon"], "lat": record["lat"], "point": "geonames"}])
    known = own[own["lon"].notna()]
    return int(known.index[int(known["code"].to_numpy(dtype=str).argmin())]) if len(known) else None


def is_county(unit: str) -> bool:
    """Whether a code is a county's or a county-level city's (digit 5 is 2 or more), whose streets are one town."""
    return unit[4] >= "2" and unit not in functional_zones.zones()


def _slopes(centres: np.ndarray) -> tuple[np.ndarray, rasterio.Affine]:
    """Slope in degrees of the elevation model around some positions, and the transform of that window."""
    with rasterio.open(f'netcdf:"{python_file(DEM).as_posix()}":data0') as file:
        (west, south), (east, north) = centres.min(axis=0) - 0.1, centres.max(axis=0) + 0.1
        window = (
            rasterio.windows.from_bounds(west, south, east, north, file.transform)
            .round_offsets()
            .round_lengths()
        )
        height = file.read(1, window=window).astype(float)
        whole = file.transform  # north up
    west, north = whole.c + window.col_off * whole.a, whole.f + window.row_off * whole.e
    transform = rasterio.Affine(whole.a, 0, west, 0, whole.e, north)
    latitude = transform.f + transform.e * (np.arange(height.shape[0]) + 0.5)
    east_m, north_m = kilometres_per_degree(float(latitude.mean()))
    narrow = np.cos(np.radians(latitude)) / np.cos(np.radians(latitude.mean()))
    up_north, up_east = np.gradient(height)
    rise_east = up_east / (transform.a * east_m * 1000 * narrow[:, None])
    rise_north = up_north / (-transform.e * north_m * 1000)
    return np.degrees(np.arctan(np.hypot(rise_east, rise_north))), transform


def _sampled(values: np.ndarray, transform: rasterio.Affine, centres: np.ndarray) -> np.ndarray:
    column = ((centres[:, 0] - transform.c) / transform.a).astype(int)
    row = ((centres[:, 1] - transform.f) / transform.e).astype(int)
    return np.asarray(values[row, column])


def _depth(
    shapes: np.ndarray, centres: np.ndarray, xy: np.ndarray, scale: np.ndarray, reach: float
) -> np.ndarray:
    """Metres from each position to the edge of the shapes: positive inside, -reach where farther outside."""
    plane = shapely.transform(shapely.union_all(shapes), lambda points: points * scale)
    points = shapely.points(xy)
    shapely.prepare(plane)
    depth = np.full(len(xy), -reach)
    near = shapely.dwithin(points, plane, reach)
    inside = shapely.contains(plane, points)
    edge = shapely.boundary(plane)
    away = shapely.distance(points[near], edge)
    depth[near] = np.where(inside[near], away, -away)
    return depth


def _normal(z: np.ndarray) -> np.ndarray:
    """Probability that a standard normal value lies below z (logistic approximation, within 0.01)."""
    return 1 / (1 + np.exp(-1.702 * z))
