"""The planner's words for the keys of a scenario file and the parameters of a facility: (Chinese, English).

The form takes its labels from here (``infraplan/ui/i18n/scenario_fields``), messages name with them what is wrong.
``<key>`` is a key of ``schemas/scenario.schema.json``, ``<key>=<option>`` an option, ``param.<name>`` a parameter,
``part.<name>`` a part of one. A label that ends in ``(%)`` is of a share that planners read as percent.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from geo import boundaries
from geo.errors import InfraPlanError
from scenarios import demand
from scenarios.facility import MORPHOLOGY_NAMES

NAMES: dict[str, tuple[str, str]] = {
    "format_version": ("格式版本", "Format version"),
    "id": ("标识", "Id"),
    "target": ("承诺目标", "Promised target"),
    "distributes": ("数量口径", "What the amount counts"),
    "distributes=stock": ("期末总量", "stock at the deadline"),
    "distributes=increment": ("新增量", "units still to be added"),
    "distributes=annual": ("年均折算", "from a yearly figure"),
    "amount": ("数量(单位:个/座/根)", "Amount (whole units)"),
    "amount_basis_zh": ("数量依据", "Basis of the amount (Chinese)"),
    "amount_basis_en": ("数量依据(英文)", "Basis of the amount"),
    "region": ("区域", "Region"),
    "resolution": ("网格分辨率(H3)", "Grid resolution (H3)"),
    "population": ("人口面", "Population surface"),
    "assessment_units": ("考核单元", "Assessment units"),
    "assessment_units=districts": ("行政区县", "districts"),
    "assessment_units=census": ("统计单元(含功能区)", "census units, functional zones included"),
    "facility": ("设施", "Facility"),
    "facility.profile": ("设施类型", "Kind of facility"),
    "facility.set": (
        "设施参数(可修改,修改即为本情景的假定)",
        "Parameters (a change is this scenario's own assumption)",
    ),
    "demand": ("服务对象(需求)", "Whom it serves (demand)"),
    "quotas": ("分区配额", "District quotas"),
    "quotas.method": ("凑整方法", "Rounding method"),
    "quotas.method=largest_remainder": ("最大余额法", "largest remainder"),
    "quotas.method=webster": ("韦伯斯特法", "Webster"),
    "quotas.method=dhondt": ("东特法", "D'Hondt"),
    "quotas.method=adams": ("亚当斯法", "Adams"),
    "quotas.method=huntington_hill": ("亨廷顿-希尔法", "Huntington-Hill"),
    "quotas.method=free": ("不设分区配额(全域择优)", "free: no quotas, the whole region at once"),
    "quotas.weights": ("分区权重", "Weights between districts"),
    "quotas.fixed": ("商定配额", "Agreed quotas"),
    "quotas.file": ("配额表(文件)", "Table of quotas (file)"),
    "quotas.unplaced": ("无边界单元的配额", "Quotas of units without a boundary"),
    "quotas.unplaced.name": ("单元名称", "Unit"),
    "quotas.unplaced.units": ("数量", "Units"),
    "quotas.fairness": ("公平(%)", "Fairness (%)"),
    "quotas.floors": ("配额下限", "Least quota"),
    "quotas.floors.units": ("下限:每单元不少于", "At least, each unit"),
    "quotas.floors.per_10k": ("下限:每万人不少于", "At least, per 10,000 people"),
    "quotas.caps": ("配额上限", "Most quota"),
    "quotas.caps.units": ("上限:每单元不超过", "At most, each unit"),
    "quotas.caps.per_10k": ("上限:每万人不超过", "At most, per 10,000 people"),
    "existing": ("既有设施", "Existing units"),
    "candidates": ("候选范围与限制", "Candidates and limits"),
    "candidates.sites": ("候选站址", "Candidate sites"),
    "candidates.limits": ("限制范围", "Limits"),
    "candidates.limits.kind": ("类型", "Kind"),
    "candidates.limits.kind=ecological_redline": ("生态保护红线", "ecological protection redline"),
    "candidates.limits.kind=permanent_farmland": ("永久基本农田", "permanent basic farmland"),
    "candidates.limits.kind=urban_growth_boundary": (
        "城镇开发边界(之外)",
        "outside the urban development boundary",
    ),
    "candidates.limits.kind=water_source_protection": ("饮用水水源保护区", "drinking-water protection zone"),
    "candidates.limits.kind=airport_clearance": ("机场净空保护区域", "airport obstacle clearance"),
    "candidates.limits.kind=other": ("其他", "other"),
    "candidates.limits.file": ("文件", "File"),
    "candidates.limits.datum": ("坐标系", "Datum"),
    "candidates.limits.cells": ("网格", "Cells"),
    "candidates.limits.effect": ("效力", "Effect"),
    "candidates.limits.effect=forbid": ("禁止", "forbid"),
    "candidates.limits.effect=warn": ("提示", "warn"),
    "candidates.limits.effect=none": ("无", "none"),
    "candidates.limits.source": ("来源", "Source"),
    "candidates.limits.name_zh": ("名称(中文)", "Name (Chinese)"),
    "candidates.limits.name_en": ("名称(英文)", "Name (English)"),
    "must_cover": ("必保场所", "Must-cover places"),
    "must_cover.places": ("场所类别", "Kinds of places"),
    "must_cover.projects": ("规划中的命名地点", "Named places of a plan"),
    "cells": ("网格规则", "Cell rules"),
    "cells.method": ("网格凑整方法", "Rounding in cells"),
    "cells.method=largest_remainder": ("最大余额法", "largest remainder"),
    "cells.method=webster": ("韦伯斯特法", "Webster"),
    "cells.weights": ("网格权重", "Weights between cells"),
    "cells.cap": ("单个网格上限", "Most units in one cell"),
    "coverage": ("覆盖", "Coverage"),
    "coverage.goal": ("总体覆盖目标(%)", "Overall goal (%)"),
    "coverage.floor": ("每区覆盖底线(%)", "Floor in every district (%)"),
    "coverage.floors": ("分区底线(%)", "Floors by district (%)"),
    "coverage.area": ("计入覆盖的范围", "Which area counts"),
    "coverage.area=all": ("全部", "all"),
    "coverage.area=urban_density": ("城市密度以上", "urban density and above"),
    "coverage.area=activity": ("活动场所周边", "near places of activity"),
    "objective": ("求解目标", "Objective"),
    "objective=most_demand": ("覆盖最多需求", "most demand within reach"),
    "objective=fewest_units": ("最少单位达标", "fewest units that reach the goal"),
    "phases": ("分期(逐年累计,后期包含前期)", "Phases (cumulative, each contained in the next)"),
    "phases.year": ("年份", "Year"),
    "phases.amount": ("累计数量", "Cumulative amount"),
    "linked": ("关联情景", "Linked scenarios"),
    "linked.stations": (
        "基站情景(站址数须容纳其室外站)",
        "Stations' scenario (sites must hold its outdoor stations)",
    ),
    "effort": ("计算力度", "Effort"),
    "effort=quick": ("快速", "quick"),
    "effort=standard": ("标准", "standard"),
    "effort=thorough": ("精细", "thorough"),
    "seed": ("随机种子", "Seed"),
    "title_zh": ("名称", "Title (Chinese)"),
    "title_en": ("名称(英文)", "Title"),
    "assumptions": ("假定", "Assumptions"),
    "assumptions.text": ("假定内容", "Assumption"),
    "assumptions.zh": ("中文", "Chinese"),
    "assumptions.en": ("英文", "English"),
    "param.networks": ("共享网络数", "Shared networks"),
    "param.count_shared=once": ("共享站只计一次", "a shared station once"),
    "param.count_shared=per_operator": ("按运营商各计一次", "once for each operator"),
    "param.count_indoor=in": ("数量含室内站", "the amount includes them"),
    "param.count_indoor=out": ("数量不含室内站", "the amount leaves them out"),
    "param.band=3.5GHz": ("3.5 GHz", "3.5 GHz"),
    "param.band=2.6GHz": ("2.6 GHz", "2.6 GHz"),
    "param.band=700MHz": ("700 MHz", "700 MHz"),
    "part.first": ("第一张网", "first network"),
    "part.second": ("第二张网", "second network"),
    "param.network_split": ("两网室外站比例", "Split of outdoor stations"),
    "param.count_shared": ("共享站计数", "How shared stations count"),
    "param.operators_per_network": ("每网运营商数", "Operators a network"),
    "param.count_indoor": ("室内站是否计入", "Indoor stations counted"),
    "param.indoor_share": ("室内站比例", "Indoor share"),
    "param.band": ("频段", "Band"),
    "param.inter_site_distance_m": ("站间距", "Inter-site distance"),
    "param.radius_per_isd": ("半径与站间距之比", "Radius per inter-site distance"),
    "param.sites_per_isd2": ("站址面积系数", "Area factor per site"),
    "param.units_per_cell_max": ("单网格上限", "Most units in a cell"),
    "param.power_kw": ("单站功率", "Power a station"),
    "param.public_share": ("公共桩比例", "Public share"),
    "param.dedicated_share": ("专用桩比例", "Dedicated share"),
    "param.service_radius_m": ("服务半径", "Service radius"),
    "param.piles_per_station": ("每站桩数", "Piles a station"),
    "param.piles_per_station_min": ("每站桩数下限", "Fewest piles a station"),
    "param.piles_per_station_max": ("每站桩数上限", "Most piles a station"),
    "param.connectors_per_pile": ("每桩枪数", "Connectors a pile"),
    "param.public_kw": ("公共桩功率", "Power of a public pile"),
    "param.private_kw": ("私人桩功率", "Power of a private pile"),
    "param.spacing_m": ("最小站距", "Least spacing"),
    "param.demand": ("场所权重", "Weight a place"),
    "param.centre_density": ("城市中心密度阈值", "Density of the city centre"),
    "param.pole_spacing_m": ("杆距", "Pole spacing"),
    "param.road_density_km_per_km2": ("路网密度", "Road density"),
    "quotas.floors.by_unit": ("个别单元的配额下限", "Least quota of a unit"),
    "quotas.caps.by_unit": ("个别单元的配额上限", "Most quota of a unit"),
}
_BRACKET = re.compile(r"\s*\([^()]*\)$")


def is_percent(key: str) -> bool:
    """Return whether planners read the shares of a key (``coverage.floors`` also stands for its units) as percent."""
    return NAMES.get(key, ("", ""))[0].endswith("(%)")


def name(key: str, lang: str) -> str:
    """Return a key's label without the remark in brackets behind it; the key itself where it has no words."""
    found = NAMES.get(key)
    return key if found is None else _BRACKET.sub("", found[0 if lang == "zh" else 1])


def option(key: str, value: Any, lang: str) -> str:
    """Return the word for an option of a key, the option itself where it has none."""
    found = NAMES.get(f"{key}={value}")
    return str(value) if found is None else found[0 if lang == "zh" else 1]


def key_of(path: Sequence[str | int]) -> str:
    """Return the longest part of a path that has a name, dotted and without the numbers of rows."""
    parts = [p for p in path if isinstance(p, str)]
    while parts and ".".join(parts) not in NAMES:
        parts.pop()
    return ".".join(parts)


def place(path: Sequence[str | int], lang: str, *, keyed: bool = False) -> str:
    """Return where a value stands as the form names it; ``keyed``: its key in brackets, for who writes files.

    ``Floor in every district (coverage.floor)``. Rows of a table count from 1; demands, units and parts of a parameter
    stand by their own names.
    """
    if not path:
        return "情景" if lang == "zh" else "the scenario"
    key, dotted = key_of(path), ".".join(map(str, path))
    if not key:
        return dotted
    if path[:2] == ("facility", "set") and len(path) > 2:
        said, rest = name(f"param.{path[2]}", lang), [str(p) for p in path[3:]]
    else:
        said, rest = name(key, lang), [str(p) for p in path if isinstance(p, str)][key.count(".") + 1 :]
    rows = [p for p in path if isinstance(p, int)]
    said += "".join(f"第 {r + 1} 行" if lang == "zh" else f", row {r + 1}" for r in rows)
    said = " · ".join([said, *(part(p, lang) for p in rest)])
    if not keyed:
        return said
    return f"{said}({dotted})" if lang == "zh" else f"{said} ({dotted})"


def part(code: str, lang: str) -> str:
    """Return the word for a class of settlement, a demand, a part of a parameter, or the unit with this code."""
    column = 0 if lang == "zh" else 1
    if code in MORPHOLOGY_NAMES:
        return MORPHOLOGY_NAMES[code][column]
    if code in demand.titles():
        return demand.titles()[code][column]
    if f"part.{code}" in NAMES:
        return NAMES[f"part.{code}"][column]
    return _unit(code, lang) if re.fullmatch(r"[0-9]{6}", code) else code


@functools.cache
def _unit(code: str, lang: str) -> str:
    try:
        return boundaries.unit(code).name(lang)
    except InfraPlanError:
        return code
