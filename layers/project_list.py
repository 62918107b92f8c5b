"""The list of projects of a plan as bureaus keep it: every one, with its place, its accuracy, and what is not known.

The map's layer (:mod:`layers.projects`) holds only what can be drawn. Here a project without a position of its own
stays in the list without a shape, with the district or city that is known (conventions D5).
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.spec import Field, Layer
from layers.targets import provenance, unit_name
from plans import describe
from plans.model import Plan, Project

_FIELDS = (
    Field("id", "标识", "Id", "code"),
    Field("plan", "规划标识", "Plan", "code"),
    Field("name_zh", "项目名称", "Name (Chinese)"),
    Field("name_en", "英文名称", "Name (English)"),
    Field("category", "类别代码", "Category", "code"),
    Field("category_zh", "类别", "Category (Chinese)"),
    Field("kind", "类型代码", "Kind", "code"),
    Field("kind_zh", "类型", "Kind (Chinese)"),
    Field("status", "阶段代码", "Stage", "code"),
    Field("status_zh", "阶段", "Stage (Chinese)"),
    Field("adcode", "行政区代码", "District code", "code"),
    Field("district_zh", "所在行政区名称", "District (Chinese)"),
    Field("lon", "经度", "Longitude", "number"),
    Field("lat", "纬度", "Latitude", "number"),
    Field("accuracy_m", "位置精度", "Accuracy of position", "metres"),
    Field("position_basis", "位置依据代码", "Basis of position", "code"),
    Field("position_basis_zh", "位置依据", "Basis of position (Chinese)"),
    Field("geometry_type", "图形类型", "Geometry", "code"),
    Field("targets", "相关指标", "Targets it serves", "list"),
    Field("clause", "条款", "Clause"),
    Field("clause_title_zh", "条款标题", "Clause heading"),
    Field("quote", "原文", "Phrase in the document"),
    Field("offset", "原文位置", "Offset of the phrase", "ordinal"),
    Field("source", "来源文件", "Document"),
    Field("responsible", "责任单位", "Responsible bodies", "list"),
    Field("note_zh", "备注", "Note (Chinese)"),
    Field("note_en", "英文备注", "Note (English)"),
)


def projects(plan: Plan) -> Layer:
    """Return every project of a plan: points, schematic links, and rows without a shape where the place is unknown."""
    rows = [{**row, "district_zh": unit_name(row["adcode"])} for row in describe.project_rows(plan)]
    frame = pd.DataFrame(rows, columns=[f.name for f in _FIELDS])
    for name in ("lon", "lat", "accuracy_m"):
        frame[name] = frame[name].astype(float)
    shapes = np.array([_shape(project) for project in plan.projects], dtype=object)
    placed = sum(shape is not None for shape in shapes)
    return Layer(
        id="projects",
        title_zh=f"规划项目:{plan.title_zh}",
        title_en=f"Projects: {plan.title_en}",
        geometry="mixed" if any(p.link_to for p in plan.projects) else "points",
        frame=gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326"),
        fields=_FIELDS,
        notice_zh=f"共{len(rows)}项,其中{placed}项位置已知;其余只登记到所在区、市,不画点。"
        "点位精度见“位置精度”;连线为示意,不表示线位,长度不计。",
        notice_en=f"{len(rows)} in all, {placed} with a known position; the others have their district or city and no "
        "point. See the accuracy of each position; links are schematic, show no alignment and have no length.",
        provenance=provenance(plan),
    )


def _shape(project: Project) -> shapely.Geometry | None:
    if project.lon is None or project.lat is None:
        return None
    here = (project.lon, project.lat)
    return shapely.LineString([here, *project.link_points]) if project.link_points else shapely.Point(here)
