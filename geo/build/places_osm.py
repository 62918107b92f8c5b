"""OpenStreetMap's named points, as packaged in geopi: cleaned, merged, and the streets that their names tell of.

The package's README says GCJ-02; compared with known positions the points are WGS84, so nothing is converted.
"""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.build.packages import python_file
from geo.geocode import text

LAYER = "geopi/data/city_shp/china_poi.shp"
MERGE_METRES = 500.0
METRES_PER_DEGREE = 111_195.0

# How far a point may stand from the thing it names, by class: the size of the thing, for OSM's points are centres.
ACCURACY_M = {
    "university": 600, "college": 400, "park": 400, "residential": 300, "industrial": 400, "commercial": 250,
    "retail": 200, "forest": 1500, "nature_reserve": 2000, "golf_course": 600, "zoo": 500, "theme_park": 600,
    "graveyard": 300, "cemetery": 300, "farmland": 500, "farmyard": 300, "orchard": 400, "quarry": 300,
    "grass": 200, "meadow": 300, "scrub": 300, "allotments": 200, "vineyard": 300, "recreation_ground": 200,
    "school": 200, "hospital": 200, "sports_centre": 200, "stadium": 200, "attraction": 200, "hotel": 100,
    "market_place": 150, "mall": 150, "water_works": 200, "wastewater_plant": 250, "kindergarten": 100,
}  # fmt: skip
OTHER_ACCURACY_M = 100

# Which record stands for several of one name: areas and institutions before parts and shops.
RANK = {name: rank for rank, name in enumerate(
    ["university", "college", "hospital", "park", "zoo", "theme_park", "attraction", "museum", "stadium", "school",
     "town_hall", "industrial", "residential", "commercial", "building"])}  # fmt: skip

# Military ground is not for public maps; its points are left out (data/places/SOURCES.yaml says so).
_MILITARY = re.compile("部队|军区|军分区|合成旅|集团军|武警|弹药|军营|雷达站|导弹")
# Names that tell no place: numbers and letters of buildings, and parts that every campus has.
_NUMBERED = re.compile(
    r"^[a-z]?[\d\-、,.~#和及一二三四五六七八九十第东西南北]*[a-z]?\d*"
    r"(号?楼|栋|棟|座|号|幢|区|门|期|层|馆|室|单元|号门|塔|dong|#)?(宿舍楼?|教学楼|实验楼|公寓|饭堂|食堂|操场|连廊)?$"
)
_PARTS = {
    "宿舍", "宿舍楼", "学生宿舍", "教工宿舍", "教师宿舍", "教职工宿舍", "教职工楼", "女生宿舍", "男生宿舍",
    "学生公寓", "教师公寓", "办公楼", "行政楼", "行政办公楼", "综合楼", "教学楼", "综合教学楼", "实验楼",
    "图书馆", "体育馆", "食堂", "饭堂", "餐厅", "篮球场", "网球场", "足球场", "排球场", "羽毛球场",
    "运动场", "操场", "游泳池", "游泳馆", "跑道", "看台", "礼堂", "报告厅", "门卫", "保安室", "保安岗亭",
    "仓库", "堆场", "连廊", "车库", "停车场", "自行车棚", "公厕", "厕所", "洗手间", "卫生间", "山门",
    "正门", "大门", "门诊楼", "住院楼", "门诊部", "校医室", "会议中心", "计算中心", "休息亭", "凉亭", "亭",
    "拆", "冷却塔", "游客中心", "游客服务中心", "便利店", "主楼", "附楼", "配楼", "裙楼", "科技楼",
    "艺术楼", "文科楼", "体育场", "变电站", "配电房", "泵房", "水塔", "锅炉房", "实训楼", "实训中心",
    "工程训练中心", "升旗台", "舞台", "广场", "公园", "学校", "医院", "酒店", "超市", "银行", "小学",
    "幼儿园", "派出所", "菜市场", "市场", "村委会", "居委会", "游乐场", "茶室", "政府宿舍楼", "政府办公楼",
    "篮球场地", "初中部", "高中部", "科学楼", "物业", "物业管理处", "管理处", "售楼部", "接待中心",
}  # fmt: skip
_ROAD = re.compile(
    r"^([\u4e00-\u9fff]{1,4}?(?:大道|路|大街)(?:[东西南北中](?=$|[^\u4e00-\u9fff]|\d))?)"
    r"(?=$|\d|[甲乙]?号|小学|中学|幼儿园|实验|店|院|社区|街|支行|[((]|公园|市场|派出所|站)"
)
_NO_ROAD = re.compile("铁路|公路|线路|电路|网路|十九路|筑路|高速路")
_OFFICE = re.compile("(?:人民政府|政府|街道办事处|街办事处|街道办|办事处)$")


def read(box: tuple[float, float, float, float] | None = None, where: str | None = None) -> pd.DataFrame:
    """Return named points as osm_id, fclass, name, lon, lat (WGS84), sorted by id, each id once."""
    frame = gpd.read_file(python_file(LAYER), bbox=box, where=where, columns=["osm_id", "fclass", "name"])
    frame = frame[frame["name"].notna()]
    return pd.DataFrame(
        {
            "osm_id": frame["osm_id"].astype("int64"),
            "fclass": frame["fclass"],
            "name": frame["name"].str.normalize("NFKC").str.strip(),
            "lon": frame.geometry.x.round(6),
            "lat": frame.geometry.y.round(6),
        }
    ).sort_values("osm_id", kind="stable").drop_duplicates("osm_id", ignore_index=True)  # fmt: skip


def within(points: pd.DataFrame, polygons: np.ndarray, codes: np.ndarray) -> pd.DataFrame:
    """Return the points that lie in a polygon, with its code as ``adcode``, in their order."""
    found, owner = shapely.STRtree(polygons).query(
        shapely.points(points["lon"], points["lat"]), predicate="within"
    )
    order = np.argsort(found, kind="stable")
    return points.iloc[found[order]].assign(adcode=codes[owner[order]]).reset_index(drop=True)


def named(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points whose name tells a place: no numbered parts of buildings, no military ground."""
    folded = points["name"].map(text.fold)
    tells = folded.str.len() > 1
    tells &= ~folded.str.match(_NUMBERED) & ~folded.isin(_PARTS)
    tells &= ~points["name"].str.contains(_MILITARY) & ~points["fclass"].isin(
        ["military", "waste_basket", "bench"]
    )
    return points[tells].assign(folded=folded[tells]).reset_index(drop=True)


def merged(points: pd.DataFrame) -> pd.DataFrame:
    """Merge points of one name and district that lie within MERGE_METRES of the best of them.

    The best is the one whose class ranks first, then of the lowest id; ``spread_m`` is the distance to the farthest
    merged one.
    """
    rank = points["fclass"].map(RANK).fillna(len(RANK))
    ordered = points.assign(rank=rank).sort_values(["adcode", "folded", "rank", "osm_id"], kind="stable")
    kept: list[pd.Series] = []
    for _, group in ordered.groupby(["adcode", "folded"], sort=False):
        rest = group
        while len(rest):
            best = rest.iloc[0]
            away = distance(best["lon"], best["lat"], rest["lon"].to_numpy(), rest["lat"].to_numpy())
            near = away <= MERGE_METRES
            kept.append(pd.concat([best, pd.Series({"spread_m": float(away[near].max())})]))
            rest = rest[~near]
    return pd.DataFrame(kept).reset_index(drop=True)


def roads(points: pd.DataFrame, prefixes: list[str]) -> pd.DataFrame:
    """Return the streets that names of points tell of: the median of the points that name one, and their spread.

    Columns: adcode, name, lon, lat, accuracy_m, count. ``prefixes`` are names of units
    taken off the front first, longest first.
    """
    plain = points["name"].map(text.simplified).map(lambda name: text.without_prefixes(name, prefixes))
    found = plain.str.extract(_ROAD)[0]
    keep = found.notna() & (found.str.len() > 2) & ~found.str.contains(_NO_ROAD, na=True)
    table = points[keep].assign(road=found[keep])
    rows = []
    for (adcode, road), group in table.groupby(["adcode", "road"], sort=True):
        lon, lat = float(group["lon"].median()), float(group["lat"].median())
        spread = float(distance(lon, lat, group["lon"].to_numpy(), group["lat"].to_numpy()).max())
        rows.append((adcode, road, round(lon, 6), round(lat, 6), _rounded_up(spread + 1000), len(group)))
    return pd.DataFrame(rows, columns=["adcode", "name", "lon", "lat", "accuracy_m", "count"])


def offices(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points that are seats of a government or a street office."""
    plain = points["name"].map(text.simplified).map(text.without_brackets)
    return points.assign(plain=plain)[plain.str.contains(_OFFICE)].reset_index(drop=True)


def distance(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Return metres from one point to others, good to 0.5 % at the few kilometres it is used for."""
    east = (lons - lon) * np.cos(np.radians(lat))
    return np.hypot(east, lats - lat) * METRES_PER_DEGREE


def _rounded_up(metres: float) -> int:
    return int(np.ceil(metres / 100.0) * 100)
