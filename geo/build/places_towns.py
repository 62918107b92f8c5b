"""Townships and villages of the four areas as places.

No source has their polygons. A township's point is its own office in OpenStreetMap, else GeoNames' point of its name in
the same district, else the middle of the OpenStreetMap points that bear its name; a village stands at its township's.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo import names
from geo.build.packages import npm_file, python_file
from geo.build.places_geonames import Place, by_unit
from geo.build.places_osm import distance
from geo.geocode import text

COLUMNS = ["code", "adcode", "name", "gone", "lon", "lat", "accuracy_m", "source", "source_id", "status"]
VILLAGE_COLUMNS = ["code", "adcode", "name", "township", "lon", "lat", "accuracy_m"]
LEAST_REACH_M = 1000
_RADIUS_FACTOR = 2.0
_GONE = "(撤销)"
_COMMITTEE = re.compile("(?:社区)?(?:居民委员会|居委会|村民委员会|村委会|委会)$")
_NOT_OF_PLACE = re.compile("银行|公司")  # 建设银行 stands anywhere, not in 建设街道


def townships(
    polygons: np.ndarray, codes: np.ndarray, areas_m2: np.ndarray, offices: pd.DataFrame, points: pd.DataFrame
) -> pd.DataFrame:
    """Return the townships of the given districts, sorted by code: COLUMNS.

    ``code`` has nine digits, ``gone`` marks an abolished one, ``lon, lat`` are NaN where no source has a point.
    ``accuracy_m`` is twice the radius of the district's mean township (at least LEAST_REACH_M): a township's place is
    somewhere in it. ``points`` are named OSM points with adcode and ``folded`` and ``bare`` names.
    """
    registered = json.loads(python_file("data/townships_v1.json").read_text(encoding="utf-8"))
    places = by_unit(polygons, codes)
    rows = []
    for code, area in zip(codes.tolist(), areas_m2.tolist(), strict=True):
        towns = registered[f"{code}000000"]["townships"]
        reach = _RADIUS_FACTOR * float(np.sqrt(area / len(towns) / np.pi))
        accuracy = max(LEAST_REACH_M, int(np.ceil(reach / 100) * 100))
        here, seats = points[points["adcode"] == code], offices[offices["adcode"] == code]
        for raw, town in towns.items():
            plain = raw.replace("（", "(").replace("）", ")")
            name = plain.replace(_GONE, "")
            at = _office(name, seats) or _named(name, places.get(code, {})) or _middle(name, here, accuracy)
            lon, lat, source, key, status = at or (np.nan, np.nan, "quhua", town[:9], "derived")
            rows.append((town[:9], code, name, plain != name, lon, lat, accuracy, source, key, status))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("code", kind="stable", ignore_index=True)


Point = tuple[float, float, str, str, str]


def _office(name: str, offices: pd.DataFrame) -> Point | None:
    stem = re.escape(text.without_ending(name))
    ending = "(?:街道?|镇|乡|街)?(?:人民政府|政府|街道办事处|街办事处|街道办|办事处)"
    found = offices[offices["plain"].str.contains(f"(?:^|[市区县]){stem}{ending}$")]
    if found.empty:
        return None
    best = found.sort_values("osm_id").to_dict("records")[0]
    return float(best["lon"]), float(best["lat"]), "osm", str(best["osm_id"]), "source"


def _named(name: str, places: dict[str, list[Place]]) -> Point | None:
    """GeoNames' point of the name; a spelling that two points of the district share tells neither."""
    stem = text.without_ending(name)
    for key in (name, stem, text.fold(names.pinyin(name)), text.fold(names.pinyin(stem))):
        if len(found := places.get(key, [])) == 1:
            return found[0].lon, found[0].lat, "geonames", str(found[0].number), "source"
    return None


def _middle(name: str, points: pd.DataFrame, reach: int) -> Point | None:
    """The median of points whose names begin with the township's, where they lie close together.

    Either one point bears the full name, or two bear the name without ending, and half of them lie within half the
    reach of the median. Of 84 townships with a known point (their offices left out), 82 such medians lie within the
    reach; half lie within 800 m, nine in ten within 2.7 km.
    """
    stem = text.without_ending(name)
    full = (name, f"{stem}街") if name.endswith("街道") else (name,)
    usable = points[~points["name"].str.contains(_NOT_OF_PLACE)]
    for wanted, least in ((full, 1), ((stem,), 2)):
        of = usable[usable["bare"].str.startswith(wanted) | usable["folded"].str.startswith(wanted)]
        if len(of) < least:
            continue
        lon, lat = float(of["lon"].median()), float(of["lat"].median())
        away = distance(lon, lat, of["lon"].to_numpy(), of["lat"].to_numpy())
        if float(np.median(away)) <= reach / 2:
            return round(lon, 6), round(lat, 6), "osm", f"median of {len(of)} points of that name", "derived"
    return None


def villages(towns: pd.DataFrame, taken: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Return villages and communities, at their township's point and with its reach: VILLAGE_COLUMNS.

    ``taken`` are pairs of adcode and name that have a place of their own already; they are left out, as are those whose
    township is not known by name in the district.
    """
    by_name = {(t["adcode"], t["name"]): t for t in towns.to_dict("records")}
    own = set(taken)
    streets: dict[str, str] = {}
    with npm_file("china-division", "dist/streets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            streets[row["code"]] = row["name"]
    rows = []
    with npm_file("china-division", "dist/villages.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            town = by_name.get((row["areaCode"], streets.get(row["streetCode"], "")))
            name = village_name(row["name"])
            if town is None or len(name) < 2 or (row["areaCode"], name) in own:
                continue
            own.add((row["areaCode"], name))
            place = (town["name"], town["lon"], town["lat"], town["accuracy_m"])
            rows.append((row["code"], row["areaCode"], name, *place))
    return pd.DataFrame(rows, columns=VILLAGE_COLUMNS).sort_values("code", kind="stable", ignore_index=True)


def village_name(raw: str) -> str:
    """Return a committee's village: 新庄村村委会 -> 新庄村, 多福巷社区居委会 -> 多福巷社区."""
    stem = _COMMITTEE.sub("", raw)
    if stem == raw or stem.endswith(("村", "社区", "庄", "场")):
        return stem
    return f"{stem}社区" if "居" in raw[len(stem) :] else f"{stem}村"
