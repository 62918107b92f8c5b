"""What is published: the catalogue's plans, targets and projects, districts, boundaries, and saved scenarios."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import boundaries
from geo.areas import polygon_areas
from geo.errors import InfraPlanError
from infraplan import saved
from infraplan.saved import Found
from infraplan.serve import store
from infraplan.serve.store import Table
from infraplan.workspace import Record, Workspace
from layers import allocation as allocation_layers
from layers import boundaries as boundary_layers
from layers import project_list
from layers import targets as target_layers
from layers.export.features import prepare
from layers.export.reference import WGS84
from layers.spec import Field, Layer
from plans import catalogue, describe
from plans.model import Plan

_LOADED = 8
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Collection:
    """One collection: its names for people, where it lies, and how its features are loaded when they are first asked.

    ``id_field`` names the column that is also the feature's id, where there is one.
    """

    id: str
    title: tuple[str, str]
    description: tuple[str, str]
    keywords: tuple[str, ...]
    box: Box
    load: Callable[[], Table]
    title_field: str | None = None
    id_field: str = "id"


class Published:
    """The collections of a server: those of the catalogue, and those of a workspace as it is now.

    Parameters
    ----------
    workspace : Workspace
        It is only read.
    drafts : bool
        Whether scenarios that are drafts are published; others always are.
    """

    def __init__(self, workspace: Workspace, drafts: bool = True) -> None:
        self._workspace, self._drafts = workspace, drafts
        self._lock = threading.Lock()
        self._tables: OrderedDict[str, Table] = OrderedDict()
        self._fixed = {c.id: c for c in _of_catalogue()}
        self._keys: dict[tuple[str, int], str | None] = {}
        self._seen: tuple[object, ...] | None = None
        self.collections: dict[str, Collection] = dict(self._fixed)

    def refresh(self) -> bool:
        """Look at the workspace again; return whether the collections changed."""
        records = [r for r in self._workspace.records("scenario") if self._drafts or r.status != "draft"]
        found = [self._result(record) for record in records]
        seen = tuple((r.id, r.version, r.status, f) for r, f in zip(records, found, strict=True))
        with self._lock:
            if seen == self._seen:
                return False
            of_planners = {
                c.id: c
                for record, result in zip(records, found, strict=True)
                if result is not None
                for c in _of_scenario(self._workspace, record, result.current)
            }
            for name in list(self._tables):
                if name not in self._fixed:
                    del self._tables[name]
            self.collections, self._seen = {**self._fixed, **of_planners}, seen
            return True

    def _result(self, record: Record) -> Found | None:
        """Where a scenario's result is; its key is found once a version, since that reads the data."""
        version = (record.id, record.version)
        if version not in self._keys:
            self._keys[version] = saved.key_of(record)
        return saved.find_result(self._workspace, record, self._keys[version])

    def table(self, name: str) -> Table:
        """Return the features of a collection; those last used are kept."""
        with self._lock:
            if name not in self._tables:
                self._tables[name] = self.collections[name].load()
                loaded = [n for n in self._tables if n not in self._fixed]
                for old in loaded[:-_LOADED]:
                    del self._tables[old]
            self._tables.move_to_end(name)
            return self._tables[name]


def _of_catalogue() -> Iterator[Collection]:
    plans = catalogue.load_all()
    box = _box([code for code in {p.region_adcode for p in plans} if code != boundaries.CHINA])
    yield Collection(
        "plans",
        ("规划文件", "Plans"),
        (
            "规划文件及其指标、项目数量;图形为适用区域。",
            "Plans with their counts; the shape is the region they cover.",
        ),
        ("规划", "plan"),
        box,
        lambda: _plans(plans),
        "title_zh",
    )
    yield Collection(
        "targets",
        ("规划指标", "Targets"),
        (
            "文件承诺的指标:数值、限定词、期限、条款、原文、责任单位;图形为适用区域,空值为原文未量化。",
            "What the plans promise: figure, qualifier, deadline, clause, phrase, bodies; the shape is the region "
            "that a target is about, and an empty figure means that the text gives none.",
        ),
        ("指标", "target"),
        box,
        lambda: _joined(plans, target_layers.targets, regions=True),
        "indicator_zh",
    )
    yield Collection(
        "projects",
        ("规划项目", "Projects"),
        (
            "文件提到的项目与地点,位置精度见 accuracy_m;未知位置的没有图形;连线为示意。",
            "Projects and places that the plans name; accuracy_m says how exact a position is; a project whose place "
            "is not known has no shape; links are schematic.",
        ),
        ("项目", "project"),
        box,
        lambda: _joined(plans, project_list.projects),
        "name_zh",
    )
    yield Collection(
        "districts",
        ("区县", "Districts"),
        (
            "区县边界、2020年普查人口、面积与登记项目数;320371 等功能区只有属性。",
            "District outlines with census figures of 2020, areas and projects; functional zones such as 320371 have "
            "no shape.",
        ),
        ("行政区", "district"),
        box,
        lambda: _districts(plans),
        "name_zh",
        "adcode",
    )
    yield Collection(
        "boundaries",
        ("规划区域边界", "Boundaries of the planned regions"),
        ("各规划适用区域(市、区)的外界线。", "Outlines of the cities and districts that the plans cover."),
        ("边界", "boundary"),
        box,
        _boundaries,
        "name_zh",
        "adcode",
    )


def _of_scenario(workspace: Workspace, record: Record, current: bool) -> Iterator[Collection]:
    """Yield the cells and the districts of a saved scenario that has a result."""
    try:
        scenario = saved.scenario_of(record)
        box = _box([scenario.region])
    except InfraPlanError:
        return
    zh, en = scenario.title("zh"), scenario.title("en")
    status = (record.status_text("zh"), record.status_text("en"))
    old = (
        ("", "")
        if current
        else ("基于此前的数据或引擎版本。", " Made from earlier data or by an earlier engine.")
    )
    for part, part_zh, part_en, title_field, id_field in (
        ("cells", "网格", "cells", None, "h3"),
        ("districts", "分区", "districts", "name_zh", "adcode"),
    ):
        yield Collection(
            f"scenario-{record.id}-{part}",
            (f"{zh}:{part_zh}({status[0]})", f"{en}: {part_en} ({status[1]})"),
            (
                f"{status[0]}。测算分配,不是下达指标;网格人口为模型推算。第 {record.version} 版,"
                f"{record.saved_by},{record.saved_at}。{old[0]}",
                f"{status[1].capitalize()}. A computed allocation, not a decreed target; people by cell are modelled. "
                f"Version {record.version}, {record.saved_by}, {record.saved_at}.{old[1]}",
            ),
            ("情景", "scenario", part),
            box,
            functools.partial(_scenario_table, workspace, record, part),
            title_field,
            id_field,
        )


def _scenario_table(workspace: Workspace, record: Record, part: str) -> Table:
    allocation = saved.result_of(workspace, record)
    if allocation is None:
        raise InfraPlanError(
            f"the scenario {record.id} has no result any more; run it again",
            f"情景 {record.id} 已没有结果;请重新运行",
        )
    made = allocation_layers.cells if part == "cells" else allocation_layers.districts
    return _table(made(allocation), "h3" if part == "cells" else "adcode")


def _table(layer: Layer, id_field: str | None) -> Table:
    return store.of_features(prepare(layer, "en", WGS84), id_field)


def _plans(plans: Sequence[Plan]) -> Table:
    frame = pd.DataFrame([describe.plan_row(plan) for plan in plans])
    names = [n for n in frame.columns if not frame[n].map(lambda v: isinstance(v, list | tuple | dict)).any()]
    kinds: dict[str, Any] = {
        name: {"boolean": "flag", "integer": "ordinal"}.get(
            pd.api.types.infer_dtype(frame[name], skipna=True), "text"
        )
        for name in names
    }
    layer = Layer(
        "plans",
        "规划文件",
        "Plans",
        "table",
        frame,
        tuple(Field(name, *_PLAN_LABELS.get(name, (name, name)), kinds[name]) for name in names),
    )
    return store.with_shapes(_table(layer, "id"), _outlines([p.region_adcode for p in plans]))


_PLAN_LABELS = {
    "id": ("标识", "Id"),
    "title_zh": ("名称", "Title (Chinese)"),
    "title_en": ("英文名称", "Title (English)"),
    "document_number": ("文号", "Document number"),
    "issue_date": ("发文日期", "Date of issue"),
    "period_start": ("起始年", "First year"),
    "period_end": ("终止年", "Last year"),
    "targets": ("指标数", "Targets"),
    "projects": ("项目数", "Projects"),
    "region_adcode": ("适用区域代码", "Region code"),
}


def _joined(plans: Sequence[Plan], made: Callable[[Plan], Layer], regions: bool = False) -> Table:
    table = store.joined([_table(made(plan), "id") for plan in plans])
    if regions:
        return store.with_shapes(table, _outlines(table.columns["region_adcode"].to_pylist()))
    # QGIS takes the kind of geometry from the first features: points first, rows without a place last
    kind = shapely.get_type_id(table.shapes)
    return store.taken(table, np.argsort(np.where(kind < 0, 99, kind), kind="stable"))


def _districts(plans: Sequence[Plan]) -> Table:
    """The districts of each region once, with the projects of all plans about it."""
    tables = []
    for region in sorted({p.region_adcode for p in plans} - {boundaries.CHINA}):
        about = [p for p in plans if p.region_adcode == region]
        layer = boundary_layers.districts(about[0])
        frame = layer.frame.copy()
        for plan in about[1:]:
            frame["n_projects"] += [sum(p.adcode == code for p in plan.projects) for code in frame["adcode"]]
        tables.append(
            _table(Layer(layer.id, layer.title_zh, layer.title_en, "polygons", frame, layer.fields), "adcode")
        )
    return store.joined(tables)


def _boundaries() -> Table:
    regions = [boundaries.region(code) for code in boundaries.shipped()]
    shapes = np.array([r.geometry for r in regions], dtype=object)
    frame = gpd.GeoDataFrame(
        {
            "adcode": [r.adcode for r in regions],
            "name_zh": [r.name_zh for r in regions],
            "name_en": [r.name_en for r in regions],
            "level": [r.level for r in regions],
            "area_m2": np.round(polygon_areas(shapes)),
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    fields = (
        Field("adcode", "行政区代码", "Code", "code"),
        Field("name_zh", "名称", "Name (Chinese)"),
        Field("name_en", "英文名称", "Name (English)"),
        Field("level", "行政级别", "Level", "code"),
        Field("area_m2", "面积(平方米)", "Area (m²)", "square_metres"),
    )
    return _table(Layer("boundaries", "边界", "Boundaries", "polygons", frame, fields), "adcode")


def _outlines(codes: list[str | None]) -> NDArray[np.object_]:
    """Return the outline of each unit, None for the nation, for a functional zone, or where none is named."""
    known: dict[str | None, object] = {None: None, "": None, boundaries.CHINA: None}
    for code in set(codes) - set(known):
        try:
            known[code] = boundaries.region(str(code)).geometry
        except InfraPlanError:
            known[code] = None
    shapes = np.empty(len(codes), dtype=object)
    shapes[:] = [known[code] for code in codes]
    return shapes


def _box(codes: list[str]) -> Box:
    bounds = np.array([boundaries.region(code).bounds for code in codes])
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    return west, south, east, north
