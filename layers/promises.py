"""One promise on the map: a figure for each district where the document gives one, else the whole region's."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo import boundaries
from layers.spec import Field, Layer
from layers.style import sequential
from layers.words import deadline, figure
from plans.model import Plan, Target
from plans.vocabulary import label


def by_district(plan: Plan, target: Target) -> Layer:
    """Return the districts with the figures that the document itself gives for them (``part_of`` the target).

    A district without a figure of its own is unknown, not zero (conventions M1): the document does not divide most
    of its figures, and a computed division is a scenario's, never a target's (P3).
    """
    shapes = boundaries.districts(plan.region_adcode)[["adcode", "name_zh", "name_en", "geometry"]]
    own = {t.region_adcode: t for t in parts(plan, target) if t.value is not None}
    if target.region_adcode in set(shapes["adcode"]) and target.value is not None:
        own[target.region_adcode] = target
    values = [own[a].value if a in own else None for a in shapes["adcode"]]
    frame = shapes.assign(
        value=pd.array([None if v is None else float(v) for v in values], dtype="Float64"),
        figure_zh=[figure(own[a], "zh") if a in own else None for a in shapes["adcode"]],
        figure_en=[figure(own[a], "en") if a in own else None for a in shapes["adcode"]],
    )
    known = [float(v) for v in values if v is not None]
    unit = (label("unit", target.unit, "zh"), label("unit", target.unit, "en"))
    return Layer(
        id=f"target-{target.id}",
        title_zh=target.indicator_zh,
        title_en=target.indicator_en,
        geometry="polygons",
        frame=gpd.GeoDataFrame(frame, geometry="geometry", crs=shapes.crs),
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("name_zh", "名称", "Name (Chinese)"),
            Field("name_en", "英文名称", "Name (English)"),
            Field("value", "文件给出的数值", "Figure in the document", "number"),
            Field("figure_zh", "文件给出的指标", "Figure in the document (Chinese)"),
            Field("figure_en", "文件给出的指标(英文)", "Figure in the document"),
        ),
        scale=sequential(known, "value", (target.indicator_zh, target.indicator_en), unit, 5) if known else None,
        notice_zh="灰色区县:文件未给出本区数值,未知不等于零。",
        notice_en="Grey districts: the document gives no figure of their own; unknown is not zero.",
        provenance={"plan": plan.id, "target": target.id, "clause": target.clause, "quote": target.quote,
                    "figure_zh": figure(target, "zh"), "figure_en": figure(target, "en"),
                    "deadline_zh": deadline(target, "zh"), "deadline_en": deadline(target, "en")},
    )  # fmt: skip


def parts(plan: Plan, target: Target) -> list[Target]:
    """Return the targets that the plan declares to be part of this one."""
    return [t for t in plan.targets if ("part_of", target.id) in t.related]
