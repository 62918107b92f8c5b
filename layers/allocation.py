"""Layers of an allocation: its cells, and its districts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import boundaries, grid
from geo.areas import polygon_areas
from layers.spec import Field, Layer
from layers.style import sequential
from scenarios.model import DISTRIBUTES, Allocation
from scenarios.solution import PARTS

_MODELLED = (
    "网格人口为模型推算;各区数量为测算分配,不是下达指标。",
    "People by cell are modelled; district numbers are a computed allocation, not decreed targets.",
)


def provenance(allocation: Allocation) -> dict[str, Any]:
    """Return what the sidecar of every layer of this allocation says of its origin."""
    zh, en = DISTRIBUTES[allocation.scenario.distributes]
    target: Mapping[str, Any] = allocation.target or {}
    return {
        "scenario": allocation.scenario.id,
        "distributes": allocation.scenario.distributes,
        "distributes_zh": zh,
        "distributes_en": en,
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "target": target.get("id"),
        "clause": target.get("clause"),
        "quote": target.get("quote"),
        "amount": allocation.amount,
        "population": surface_name(allocation.scenario.population),
        "status_zh": "测算分配",
        "status_en": "computed allocation",
    }


def surface_name(population: str) -> str:
    """Return what a surface is called in files handed over: its id, or its file without this machine's folder."""
    return PureWindowsPath(population).name  # both kinds of slashes


def cells(allocation: Allocation) -> Layer:
    """Return every cell of the region with its whole units and its modelled residents."""
    frame = pd.DataFrame(
        {
            "cell": allocation.cells,
            "adcode": allocation.adcodes,
            "units": allocation.units,
            "people": allocation.people,
        }
    )
    parts = {name: values for name, values in allocation.solution.parts.items() if name != "share"}
    for name, values in parts.items():
        frame[f"part_{name}"] = values
    used = allocation.units[allocation.units > 0]
    zh, en = DISTRIBUTES[allocation.scenario.distributes]
    return Layer(
        id="cells",
        title_zh=f"网格测算分配({zh})",
        title_en=f"Computed allocation by cell ({en})",
        geometry="cells",
        frame=frame,
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("units", "测算数量", "Units, computed", "integer"),
            Field("people", "常住人口(模型推算)", "Residents (modelled)", "people"),
            *(Field(f"part_{n}", f"其中:{PARTS[n][0]}", f"of which {PARTS[n][1]}", "integer") for n in parts),
        ),
        scale=sequential(
            used, "units", ("每网格测算数量", "Units a cell, computed"), ("个", "units"), whole=True
        ),
        notice_zh=_MODELLED[0],
        notice_en=_MODELLED[1],
        provenance=provenance(allocation),
    )


def districts(allocation: Allocation) -> Layer:
    """Return the districts with quota, units, people, and units per 10,000 people and per km²."""
    frame = allocation.districts.merge(_shapes(allocation), on="adcode", how="left", validate="one_to_one")
    drawn = frame["geometry"].notna().to_numpy()
    frame["area_m2"] = np.nan
    frame.loc[drawn, "area_m2"] = polygon_areas(frame.loc[drawn, "geometry"].to_numpy())
    people = frame["population"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["per_10k"] = np.where(people > 0, frame["allocated"] / people * 1e4, np.nan)
    frame["per_km2"] = frame["allocated"] / frame["area_m2"] * 1e6
    zh, en = DISTRIBUTES[allocation.scenario.distributes]
    return Layer(
        id="districts",
        title_zh=f"分区测算分配({zh})",
        title_en=f"Computed allocation by district ({en})",
        geometry="polygons",
        frame=gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326"),
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("name_zh", "名称", "Name (Chinese)"),
            Field("name_en", "英文名称", "Name (English)"),
            Field("quota", "测算分配数", "Quota, computed", "integer"),
            Field("allocated", "网格合计", "Sum of its cells", "integer"),
            Field("population", "常住人口(2020年普查)", "Residents (2020 census)", "people"),
            Field("per_10k", "每万人数量", "Units per 10,000 people", "number"),
            Field("per_km2", "每平方公里数量", "Units per km²", "number"),
            Field("area_m2", "面积(平方米)", "Area (m²)", "square_metres"),
            *_more_fields(frame, allocation.solution.demand_name),
        ),
        scale=sequential(
            frame["per_km2"],
            "per_km2",
            ("每平方公里测算数量", "Units per km², computed"),
            ("个/km²", "units/km²"),
            5,
        ),
        notice_zh=_MODELLED[0],
        notice_en=_MODELLED[1],
        provenance=provenance(allocation),
    )


def _shapes(allocation: Allocation) -> pd.DataFrame:
    """Return a shape for each assessment unit; a unit without a boundary gets the outline of its own cells.

    Such an outline is an approximation, and it overlaps the districts on whose land the unit lies.
    """
    known = boundaries.districts(allocation.scenario.region)[["adcode", "geometry"]]
    missing = sorted(set(allocation.districts["adcode"]) - set(known["adcode"]))
    if not missing:
        return pd.DataFrame(known)
    outlines = [_outline(allocation.cells[allocation.unit_adcodes == adcode]) for adcode in missing]
    more = pd.DataFrame({"adcode": missing, "geometry": outlines})
    return pd.concat([pd.DataFrame(known), more], ignore_index=True)


def _outline(cells: NDArray[np.uint64]) -> shapely.Geometry | None:
    """Return the outline of a unit's cells; None for a unit that has none (its quota is unplaced)."""
    return grid.outline(cells) if len(cells) else None


#: What the demand of a result counts and what its loads are in, by its name; others are weighted places.
_DEMAND = {
    "residents": ("需求(常住人口)", "Demand (residents)"),
    "area": ("需求(平方米)", "Demand (m²)"),
}
_PLACES = ("需求(加权)", "Demand (weighted)")
_LOAD = {
    "residents": ("单位最大负荷(人)", "Highest load a unit (people)"),
    "area": ("单位最大负荷(平方米)", "Highest load a unit (m²)"),
}
_PLACES_LOAD = ("单位最大负荷(加权)", "Highest load a unit (weighted)")


def _more_fields(frame: pd.DataFrame, demand: str) -> list[Field]:
    """Return the fields that only some results have: sites, coverage, loads."""
    known = (
        Field("unplaced", "未落图数量(无边界)", "Unplaced (no boundary)", "integer"),
        Field("sites", "站址(站)数", "Sites or stations", "integer"),
        Field("demand", *_DEMAND.get(demand, _PLACES), "people" if demand == "residents" else "number"),
        Field("covered", "覆盖需求", "Demand covered", "people" if demand == "residents" else "number"),
        Field("coverage_share", "覆盖比例", "Share covered", "share"),
        Field("max_load", *_LOAD.get(demand, _PLACES_LOAD), "number"),
    )
    there = [field for field in known if field.name in frame.columns]
    return [field for field in there if field.name != "unplaced" or frame["unplaced"].any()]
