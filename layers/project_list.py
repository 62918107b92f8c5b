"""The list of projects of a plan as bureaus keep it: every one, with its place, its accuracy, and what is not known.

The map's layer (:mod:`layers.projects`) holds only what can be drawn. Here a project without a position of its own
stays in the list without a shape, with the district or city that is known (conventions D5).
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.spec import Field, Layer
from layers.targets import provenance, unit_name
from plans import corrections, describe
from plans.model import Plan, Project

#: The layer of links is named as formats name the lines of a layer.
LINKS = "projects_lines"

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
    Field("position_source", "位置来源", "Source of position"),
    Field("corrected_by", "更正人", "Position corrected by"),
    Field("corrected_at", "更正时间(UTC)", "Position corrected at (UTC)"),
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
    """Return every project of a plan once: a point where the place is known, no shape where it is not."""
    shapes = [None if p.lon is None or p.lat is None else shapely.Point(p.lon, p.lat) for p in plan.projects]
    placed = sum(shape is not None for shape in shapes)
    said = corrections.note(plan)
    return _layer(
        plan,
        list(plan.projects),
        shapes,
        "projects",
        ("规划项目", "Projects"),
        (
            f"共{len(shapes)}项,其中{placed}项位置已知;其余只登记到所在区、市,不画点。点位精度见“位置精度”。{said[0]}",
            f"{len(shapes)} in all, {placed} with a known position; the others have their district or city and no "
            f"point. See the accuracy of each position.{said[1] and ' '}{said[1]}",
        ),
    )


def links(plan: Plan) -> Layer | None:
    """Return the schematic links of projects that join places, None when the plan has none.

    Each belongs to the project of the same id, which stands in :func:`projects` with its first end.
    """
    chosen = [p for p in plan.projects if p.link_points and p.lon is not None and p.lat is not None]
    if not chosen:
        return None
    shapes = [shapely.LineString([(p.lon, p.lat), *p.link_points]) for p in chosen]
    said = (
        "连线为示意,不表示线位,长度不计;各项目同时以端点列于项目表。",
        "Links are schematic, show no alignment and have no length; each project also stands in the list of projects.",
    )
    return _layer(plan, chosen, shapes, LINKS, ("规划项目示意连线", "Schematic links of projects"), said)


def _layer(
    plan: Plan,
    chosen: Sequence[Project],
    shapes: Sequence[shapely.Geometry | None],
    layer_id: str,
    titles: tuple[str, str],
    notices: tuple[str, str],
) -> Layer:
    rows = [
        {**row, "district_zh": unit_name(row["adcode"]), **_correction(plan, str(row["id"]))}
        for row in (describe.project_row(plan, p) for p in chosen)
    ]
    frame = pd.DataFrame(rows, columns=[f.name for f in _FIELDS])
    for name in ("lon", "lat", "accuracy_m"):
        frame[name] = frame[name].astype(float)
    return Layer(
        id=layer_id,
        title_zh=f"{titles[0]}:{plan.title_zh}",
        title_en=f"{titles[1]}: {plan.title_en}",
        geometry="lines" if layer_id == LINKS else "points",
        frame=gpd.GeoDataFrame(frame, geometry=np.array(shapes, dtype=object), crs="EPSG:4326"),
        fields=_FIELDS,
        notice_zh=notices[0],
        notice_en=notices[1],
        provenance=provenance(plan),
    )


def _correction(plan: Plan, project: str) -> dict[str, str | None]:
    """Return whence a corrected position is, who gave it and when; nobody corrected the others."""
    found = plan.correction_by_project.get(project)
    if found is None:
        return {"corrected_by": None, "corrected_at": None}
    source = found.source if found.source == found.basis else f"{found.source}({found.basis})"
    return {"position_source": source, "corrected_by": found.by or None, "corrected_at": found.at}
