"""Named projects and places of a plan, each drawn with the accuracy of its position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from layers.spec import Field, Layer
from plans import corrections
from plans.model import Plan, Project

_FIELDS = (
    Field("id", "标识", "Id", "code"),
    Field("name_zh", "名称", "Name (Chinese)"),
    Field("name_en", "英文名称", "Name (English)"),
    Field("category", "类别", "Category", "code"),
    Field("kind", "类型", "Kind", "code"),
    Field("status", "阶段", "Stage", "code"),
    Field("adcode", "行政区代码", "District code", "code"),
    Field("accuracy_m", "位置精度(米)", "Accuracy of position (m)", "metres"),
    Field("position_basis", "位置依据", "Basis of position", "code"),
    Field("position_source", "位置来源", "Source of position"),
    Field("geometry_type", "几何类型", "Geometry", "code"),
    Field("clause", "条款", "Clause"),
    Field("quote", "原文", "Phrase in the document"),
    Field("responsible", "责任单位", "Responsible bodies"),
    Field("note_zh", "备注", "Note (Chinese)"),
    Field("note_en", "英文备注", "Note (English)"),
)


def positioned(plan: Plan, among: Sequence[Project] | None = None) -> Layer:
    """Return the projects whose position is known, as points; lines are schematic and say so."""
    chosen = plan.projects if among is None else among
    return _layer(
        plan, [p for p in chosen if is_placed(p)], "projects", ("项目与地点", "Projects and places")
    )


def unplaced(plan: Plan, among: Sequence[Project] | None = None) -> list[Project]:
    """Return the projects that have no position of their own, so that nothing is hidden."""
    return [p for p in (plan.projects if among is None else among) if not is_placed(p)]


def is_placed(project: Project) -> bool:
    """Whether the project has a position of its own."""
    return project.lon is not None and project.lat is not None


def by_district(projects: Sequence[Project]) -> dict[str, int]:
    """Return how many projects are known to lie in a district and no nearer."""
    return dict(Counter(p.adcode for p in projects if not is_placed(p) and p.geometry_type == "district"))


def _layer(plan: Plan, projects: Sequence[Project], layer_id: str, titles: tuple[str, str]) -> Layer:
    names = [f.name for f in _FIELDS]
    frame = pd.DataFrame(
        [{n: getattr(p, n) for n in names if n != "responsible"} for p in projects], columns=names
    )
    frame["responsible"] = ["、".join(b.name_zh for b in plan.responsible(p)) for p in projects]
    shapes = [shape(p) for p in projects]
    said = corrections.note(plan, {p.id for p in projects})
    return Layer(
        id=layer_id,
        title_zh=titles[0],
        title_en=titles[1],
        geometry="mixed" if any(p.link_to for p in projects) else "points",
        frame=gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"), crs="EPSG:4326"),
        fields=_FIELDS,
        notice_zh=f"圆圈为位置精度;连线为示意,不表示线位,长度不计。{said[0]}",
        notice_en=(
            "Circles show the accuracy of a position; links are schematic, show no alignment and have no length."
            f" {said[1]}"
        ).rstrip(),
        provenance={"plan": plan.id, "title_zh": plan.title_zh, "title_en": plan.title_en},
    )


def shape(project: Project) -> shapely.Geometry:
    """Return a project's point, or its schematic link, in lon, lat (WGS84)."""
    here = (project.lon, project.lat)
    if project.link_points:
        return shapely.LineString([here, *project.link_points])
    return shapely.Point(here)
