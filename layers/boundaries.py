"""The districts of a plan's region: outline, census, area, and how many projects the plan registers there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import boundaries, census
from geo.areas import polygon_areas
from layers.spec import Field, Layer
from layers.style import sequential
from layers.targets import provenance
from plans.model import Plan

_FIELDS = (
    Field("adcode", "行政区代码", "District code", "code"),
    Field("name_zh", "名称", "Name (Chinese)"),
    Field("name_en", "英文名称", "Name (English)"),
    Field("level", "行政级别", "Level", "code"),
    Field("population", "常住人口(2020年普查)", "Residents (2020 census)", "people"),
    Field("urban", "城镇人口", "Urban residents (2020 census)", "people"),
    Field("rural", "乡村人口", "Rural residents (2020 census)", "people"),
    Field("density", "人口密度", "Residents per km²", "number"),
    Field("area_m2", "面积(平方米)", "Area (m²)", "square_metres"),
    Field("n_projects", "项目数", "Projects registered here", "integer"),
)


def districts(plan: Plan) -> Layer:
    """Return the districts of the region that a plan covers.

    A functional zone that the census counts by itself (320371) has no outline of its own in any source: its row has no
    shape, so that the people of all rows are those of the census.
    """
    outlines = boundaries.districts(plan.region_adcode)
    counted = census.census(plan.region_adcode)
    outlines["area_m2"] = np.round(polygon_areas(outlines.geometry.to_numpy()))
    alone = counted.loc[~counted.index.isin(outlines["adcode"]) & counted["population"].notna(), ["name_zh"]]
    frame = pd.concat([outlines, alone.reset_index().assign(level="functional_zone")], ignore_index=True)
    for name in ("population", "urban", "rural"):
        frame[name] = frame["adcode"].map(counted[name]).astype("Int64")
    frame["density"] = frame["population"].astype("Float64") / frame["area_m2"] * 1e6
    frame["n_projects"] = [sum(p.adcode == adcode for p in plan.projects) for adcode in frame["adcode"]]
    zh, en = _without_outline(frame[frame["geometry"].isna()])
    return Layer(
        id="districts",
        title_zh=f"行政区:{plan.title_zh}",
        title_en=f"Districts: {plan.title_en}",
        geometry="polygons",
        frame=gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326"),
        fields=_FIELDS,
        scale=sequential(
            frame["density"].astype(float),
            "density",
            ("人口密度", "Residents per km²"),
            ("人/平方公里", ""),
            5,
        ),
        notice_zh=f"人口为2020年普查数。{zh}",
        notice_en=f"People are those of the 2020 census. {en}".strip(),
        provenance=provenance(plan),
    )


def _without_outline(rows: pd.DataFrame) -> tuple[str, str]:
    if not len(rows):
        return "", ""
    listed = list(zip(rows["name_zh"], rows["adcode"], rows["population"], strict=True))
    zh = "、".join(f"{name} {code}({people:,}人)" for name, code, people in listed)
    en = ", ".join(f"{name} {code} ({people:,} people)" for name, code, people in listed)
    return (
        f"普查单列、没有独立界线的功能区只有属性:{zh}。",
        f"Counted apart in the census, without an outline: {en}.",
    )
