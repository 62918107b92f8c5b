"""Places of activity in the four areas: airports, stations, ports, parks, hospitals, campuses, markets and the like.

They are the gazetteer's named sites (``data/places/gazetteer.csv``), by OpenStreetMap's class or, where no class tells,
by name among buildings and grounds. A place that nobody mapped is missing: a list here is what is known, not all.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo import boundaries
from geo.errors import DataError, RequestError, unknown
from geo.paths import data_root


@dataclass(frozen=True, slots=True)
class Places:
    """Which records of the gazetteer are places of one sort: by class, or by name among buildings and grounds."""

    title_en: str
    title_zh: str
    kinds: frozenset[str]
    names: str = ""
    not_names: str = ""


_BUILT = frozenset(("building", "commercial", "industrial", "public_building", "retail"))
PLACES: dict[str, Places] = {
    "airports": Places("Airports", "机场", frozenset(("airport",))),
    "stations": Places(
        "Railway and coach stations", "火车站与客运站", frozenset(("station",)),
        "(火车站|高铁站|铁路.{0,4}站|[东西南北]站|汽车站|客运站|客运[东西南北]站)$",
        "公交|地铁|加油|加气|收费|变电|消防|污水|泵|垃圾|配电|换热|服务站|工作站|地震|气象|建设中|工程",
    ),
    "ports": Places(
        "Ports and quays", "港口码头", frozenset(("port",)),
        "(港区|码头|作业区|(?<![香国外商务物流陆空内海创新])港)$|港.{1,3}期$",
        "茶|酒|餐|小区|花园|商务|物流|创新|社区|渔人|维港|环球港|旧址",
    ),
    "parks": Places("Parks", "公园", frozenset(("park", "zoo", "theme_park"))),
    "hospitals": Places("Hospitals", "医院", frozenset(("hospital",))),
    "campuses": Places("Universities and colleges", "高校", frozenset(("university", "college"))),
    "markets": Places(
        "Markets and shopping centres", "市场与商场",
        frozenset(("market_place", "mall", "department_store", "supermarket")),
    ),
    "industry": Places("Industrial grounds and parks", "产业园区与工厂", frozenset(("industrial",))),
    "logistics": Places(
        "Logistics grounds", "物流园区", frozenset(),
        "物流|仓储|货运|冷链|快递.{0,4}(中心|园|基地)|保税", "酒店|餐|小区|学院|宿舍|佛",
    ),
    "depots": Places(
        "Bus, coach and metro depots", "公交、客运与地铁场站", frozenset(),
        "公交.{0,4}(站场|场站|总站|枢纽|保养|停车场|首末站)|车辆段|客运站$|汽车站$|停保场", "派出所|酒店|旧址",
    ),
}  # fmt: skip
ACTIVITY = ("airports", "stations", "ports", "parks", "hospitals", "campuses", "markets")
_COLUMNS = ["name", "name_en", "kind", "lon", "lat", "accuracy_m", "adcode", "source", "source_id"]


def points(region: str, name: str) -> pd.DataFrame:
    """Return the places of one sort (or ``activity_places``: of all of ACTIVITY) that the gazetteer has in a region.

    Columns: name, name_en, kind, lon, lat (WGS84), accuracy_m, adcode, source, source_id; sorted by source_id.

    Raises
    ------
    RequestError
        Outside the areas that the gazetteer holds: unknown is not zero (conventions M1).
    """
    sorts = ACTIVITY if name == "activity_places" else (name,)
    if any(sort not in PLACES for sort in sorts):
        raise unknown("sort of places", name, [*PLACES, "activity_places"], "场所类别")
    unit, shipped = boundaries.unit(region), boundaries.shipped()
    if not {unit.adcode, unit.city_adcode} & set(shipped):
        held = ", ".join(shipped)
        raise RequestError(
            f"the gazetteer holds places of {held} only: what is in {region} is not known (which is not none); import "
            "a table of points and use brought()",
            f"地名库仅含 {held} 的场所:{region} 的情况未知(并非没有);请导入点位表后使用",
        )
    path = data_root() / "places" / "gazetteer.csv"
    table, fits = _gazetteer(path, path.stat().st_mtime_ns if path.is_file() else 0)
    inside = table["adcode"].isin(set(boundaries.districts(region)["adcode"])).to_numpy()
    chosen = np.any([fits[sort] for sort in sorts], axis=0)
    return table[inside & chosen].sort_values("source_id", kind="stable", ignore_index=True)[_COLUMNS]


def _fits(table: pd.DataFrame, sort: Places) -> np.ndarray:
    fits = table["kind"].isin(sort.kinds).to_numpy()
    if sort.names:
        named = table["kind"].isin(_BUILT) & table["name"].str.contains(_plain(sort.names), regex=True)
        if sort.not_names:
            named &= ~table["name"].str.contains(_plain(sort.not_names), regex=True)
        fits = fits | named.to_numpy()
    return fits


def _plain(pattern: str) -> str:
    """The pattern without capturing groups, which pandas warns of."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


@functools.lru_cache(maxsize=2)
def _gazetteer(path: Path, changed: int) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The gazetteer's sites, and which of them are places of each sort."""
    if not path.is_file():
        raise DataError(
            f"the gazetteer {path.name} is missing; run: python -m infraplan data build",
            f"缺少地名库 {path.name}",
        )
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    table = table[(table["precision"] == "site") & (table["lon"] != "")]
    numbers = {name: table[name].astype(float) for name in ("lon", "lat", "accuracy_m")}
    table = table.assign(**numbers).reset_index(drop=True)
    return table, {name: _fits(table, sort) for name, sort in PLACES.items()}
