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
from layers import demand_words
from layers.spec import Field, Kind, Layer
from layers.style import sequential
from scenarios.model import DISTRIBUTES, Allocation
from scenarios.solution import PARTS

_MODELLED = ("网格人口为模型推算", "People by cell are modelled")
_OWN = ("人口为自备数据,不是普查数", "People are of one's own data, not the census")
_COMPUTED = (
    "各区数量为测算分配,不是下达指标。",
    "district numbers are a computed allocation, not decreed targets.",
)
_PEOPLE = ("常住人口(模型推算)", "Residents (modelled)")
#: What nobody can say of a unit without a boundary: no cell is its own.
_OF_CELLS = ("population", "part_existing", "sites", "demand", "covered", "coverage_share", "max_load")


def notice(allocation: Allocation) -> tuple[str, str]:
    """Return what a reader of a result's layers must know (Chinese, English)."""
    people = _OWN if demand_words.is_own(allocation.scenario) else _MODELLED
    return f"{people[0]};{_COMPUTED[0]}", f"{people[1]}; {_COMPUTED[1]}"


def has_cells(allocation: Allocation) -> NDArray[np.bool_]:
    """Return which assessment units have cells: what lies in one without any is unknown, not zero (conventions M1)."""
    return np.isin(allocation.districts["adcode"].to_numpy().astype(str), np.unique(allocation.unit_adcodes))


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
        "population_of": "own" if demand_words.is_own(allocation.scenario) else "census",
        "demand_of": allocation.solution.demand_name,
        "unplaced": allocation.unplaced,
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
    own = demand_words.is_own(allocation.scenario)
    return Layer(
        id="cells",
        title_zh=f"网格测算分配({zh})",
        title_en=f"Computed allocation by cell ({en})",
        geometry="cells",
        frame=frame,
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("units", "测算数量", "Units, computed", "integer"),
            Field("people", *(demand_words.OWN_PEOPLE if own else _PEOPLE), "people"),
            *(Field(f"part_{n}", f"其中:{PARTS[n][0]}", f"of which {PARTS[n][1]}", "integer") for n in parts),
        ),
        scale=sequential(
            used, "units", ("每网格测算数量", "Units a cell, computed"), ("个", "units"), whole=True
        ),
        notice_zh=notice(allocation)[0],
        notice_en=notice(allocation)[1],
        provenance=provenance(allocation),
    )


def districts(allocation: Allocation) -> Layer:
    """Return the districts with quota, units, people, and units per 10,000 people and per km²."""
    table, scenario = _known(allocation), allocation.scenario
    frame = table.merge(_shapes(allocation), on="adcode", how="left", validate="one_to_one")
    drawn = frame["geometry"].notna().to_numpy()
    frame["area_m2"] = np.nan
    frame.loc[drawn, "area_m2"] = polygon_areas(frame.loc[drawn, "geometry"].to_numpy())
    people = frame["population"].to_numpy(dtype=float, na_value=np.nan)
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
            Field(
                "population",
                demand_words.people(scenario, "zh"),
                demand_words.people(scenario, "en"),
                "people",
            ),
            Field("per_10k", "每万人数量", "Units per 10,000 people", "number"),
            Field("per_km2", "每平方公里数量", "Units per km²", "number"),
            Field("area_m2", "面积(平方米)", "Area (m²)", "square_metres"),
            *_more_fields(frame, allocation),
        ),
        scale=sequential(
            frame["per_km2"],
            "per_km2",
            ("每平方公里测算数量", "Units per km², computed"),
            ("个/平方公里", "units/km²"),
            5,
        ),
        notice_zh=notice(allocation)[0],
        notice_en=notice(allocation)[1],
        provenance=provenance(allocation),
    )


def _known(allocation: Allocation) -> pd.DataFrame:
    """Return the districts' table, empty where a unit has no cell in which something could be counted."""
    table, missing = allocation.districts.copy(), ~has_cells(allocation)
    if missing.any():
        for name in [name for name in _OF_CELLS if name in table]:
            whole = pd.api.types.is_integer_dtype(table[name])
            table[name] = table[name].astype("Int64" if whole else float).mask(missing)
    return table


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


#: What the loads of a result are in, by the name of its demand; others are weighted places.
_LOAD = {
    "residents": ("单位最大负荷(人)", "Highest load a unit (people)"),
    "area": ("单位最大负荷(平方米)", "Highest load a unit (m²)"),
}
_PLACES_LOAD = ("单位最大负荷(加权)", "Highest load a unit (weighted)")


def _more_fields(frame: pd.DataFrame, allocation: Allocation) -> list[Field]:
    """Return the fields that only some results have: sites, coverage, loads; all of the demand that counts alone."""
    demand = allocation.solution.demand_name
    kind: Kind = "people" if demand == "residents" else "number"
    zh, en = _demand(allocation)
    of_part = (f"({zh})", f" ({en})") if demand_words.of_part(allocation) else ("", "")
    note = (f"只计{zh}", f"{en} only") if demand_words.of_part(allocation) else ("", "")
    unit = ("(平方米)", " (m²)") if demand == "area" else ("", "")
    known = (
        Field("unplaced", "未落图数量(无边界)", "Unplaced (no boundary)", "integer"),
        Field("sites", "站址(站)数", "Sites or stations", "integer"),
        Field("demand", *_demand_label(zh, en, unit), kind, *note),
        Field("covered", f"覆盖需求{of_part[0]}", f"Demand covered{of_part[1]}", kind, *note),
        Field("coverage_share", f"覆盖比例{of_part[0]}", f"Share covered{of_part[1]}", "share", *note),
        Field("max_load", *_LOAD.get(demand, _PLACES_LOAD), "number", *note),
    )
    there = [field for field in known if field.name in frame.columns]
    return [field for field in there if field.name != "unplaced" or frame["unplaced"].any()]


def _demand_label(zh: str, en: str, unit: tuple[str, str]) -> tuple[str, str]:
    named = "需求" in zh  # weighted demands have the word already
    return (
        f"{zh}{unit[0]}" if named else f"需求({zh}){unit[0]}",
        f"{en[:1].upper()}{en[1:]}{unit[1]}" if named else f"Demand ({en}){unit[1]}",
    )


def _demand(allocation: Allocation) -> tuple[str, str]:
    """Return what the demand of a result counts (Chinese, English)."""
    if allocation.coverage:
        return demand_words.reached(allocation, "zh"), demand_words.reached(allocation, "en")
    found = {"demand_name": allocation.solution.demand_name}
    return demand_words.noun(found, "zh"), demand_words.noun(found, "en")
