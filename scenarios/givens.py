"""What is given before anything is sited: what stands, where something may be built, what must be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from geo import demand_surfaces, grid
from geo.errors import RequestError, unknown
from geo.formats import require_format
from geo.paths import data_root
from geo.population import Surface
from plans import catalogue
from scenarios import brought, words
from scenarios.fingerprint import of_arrays, of_document
from scenarios.model import Scenario

#: A named place of the catalogue is a must-cover point when its position is known this well.
MUST_COVER_ACCURACY_M = 2000.0
EFFECTS = ("forbid", "warn", "none")

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Limit:
    """Polygons that a planner brought, by cell: where building is forbidden, and where it needs a second look."""

    name_zh: str
    name_en: str
    effect: str
    forbidden: Bools
    warned: Bools


@dataclass(frozen=True)
class Givens:
    """Aligned with the ground's cells.

    Attributes
    ----------
    existing : (n,) int64
        Units that stand already; ``existing_known`` is False where nobody said, which is not the same as none.
    allowed : (n,) bool
        Where something new may be built, by candidate sites and limits.
    places : DataFrame
        Must-cover places: name, row (of the cell); each once.
    """

    existing: Ints
    existing_known: bool
    existing_outside: int
    allowed: Bools
    limits: tuple[Limit, ...] = ()
    places: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"name": [], "row": []}))

    def digest(self) -> str | None:
        """Return the SHA-256 of all that was brought; None when nothing was."""
        if not self.existing_known and self.allowed.all() and not self.limits and not len(self.places):
            return None
        places = of_document([self.places["name"].tolist(), self.places["row"].astype(int).tolist()])
        warned = [limit.warned for limit in self.limits]
        return of_document([of_arrays(self.existing, self.allowed, *warned), places, self.existing_known])


def of(scenario: Scenario, surface: Surface) -> Givens:
    """Read what a scenario brings, for the cells of its surface."""
    document, cells = scenario.document, surface.cells
    stated = document.get("existing", "unknown")
    standing = brought.OnCells(np.zeros(len(cells), dtype=np.int64), 0)
    if stated != "unknown":
        standing = brought.on_cells(scenario, stated, "existing", cells)
    allowed = np.ones(len(cells), dtype=bool)
    candidates: Mapping[str, Any] = document.get("candidates") or {}
    if "sites" in candidates:
        sites = candidates["sites"]
        entry = sites if isinstance(sites, Mapping) else {"file": sites}
        allowed &= brought.on_cells(scenario, entry, "candidates.sites", cells).counts > 0
    limits = tuple(_limit(scenario, entry, i, cells) for i, entry in enumerate(candidates.get("limits", [])))
    for limit in limits:
        allowed &= ~limit.forbidden
    if not allowed.any():
        raise RequestError(
            "candidates: the limits and the list of sites together leave no cell to build in; check their order of "
            "axes and datum, or loosen a limit",
            "候选范围与限制(candidates):限制范围与候选站址合在一起后没有可建网格;请检查坐标系与坐标轴顺序,或放宽限制",
        )
    return Givens(
        standing.counts, stated != "unknown", standing.outside, allowed, limits, _places(scenario, surface)
    )


def facts(givens: Givens, units: Ints) -> list[dict[str, Any]]:
    """Return for each limit how many cells it forbids, and the units that stand in cells it touches."""
    return [
        {
            "name_zh": limit.name_zh,
            "name_en": limit.name_en,
            "effect": limit.effect,
            "cells_forbidden": int(limit.forbidden.sum()),
            "cells": int((limit.warned & (units > 0)).sum()),
            "units": int(units[limit.warned].sum()),
        }
        for limit in givens.limits
    ]


def limit_kinds() -> dict[str, dict[str, Any]]:
    """Return the kinds of limit (``data/facilities/limits.yaml``): names, side, and the effect by facility."""
    path = data_root() / "facilities" / "limits.yaml"
    document = yaml.safe_load(path.read_text("utf-8"))
    require_format(document, f"facilities/{path.name}")
    kinds: dict[str, dict[str, Any]] = document["kinds"]
    return kinds


def usual_effect(kind: str, facility: str) -> str | None:
    """Return the effect that a kind of limit has on a facility where a scenario states none; None: not known."""
    found: str | None = (limit_kinds().get(kind, {}).get("effect") or {}).get(facility)
    return found


def _limit(scenario: Scenario, entry: Mapping[str, Any], number: int, cells: NDArray[np.uint64]) -> Limit:
    kinds, key = limit_kinds(), f"candidates.limits.{number}"
    kind = str(entry["kind"])
    if kind not in kinds and kind != "other":
        raise unknown("kind of limit", kind, [*kinds, "other"], "限制类型")
    known = kinds.get(kind, {})
    facility = (scenario.document.get("facility") or {}).get("profile", "")
    effect = entry.get("effect") or usual_effect(kind, facility)
    if effect not in EFFECTS:
        raise RequestError(
            f"{key}: no effect is known for {kind} and the facility {facility or '(none)'}; state effect: forbid or "
            "effect: warn",
            f"限制范围第 {number + 1} 行:“{words.option('candidates.limits.kind', kind, 'zh')}”对所选设施没有默认效力;"
            "请选择效力:禁止或提示",
        )
    centre, touched = _cells_of(scenario, entry, key, cells)
    if known.get("side") == "outside":
        touched, centre = touched & ~centre | ~centre, ~centre
    nothing = np.zeros(len(cells), dtype=bool)
    names = (
        entry.get("name_zh") or known.get("name_zh", kind),
        entry.get("name_en") or known.get("name_en", kind),
    )
    forbidden = centre if effect == "forbid" else nothing
    warned = nothing if effect == "none" else touched
    return Limit(str(names[0]), str(names[1]), str(effect), forbidden, warned)


def _cells_of(
    scenario: Scenario, entry: Mapping[str, Any], key: str, cells: NDArray[np.uint64]
) -> tuple[Bools, Bools]:
    """Return the cells whose centre lies in the polygons, and those that they touch at all."""
    if "cells" in entry:
        inside = brought.on_cells(scenario, entry, key, cells).counts > 0
        return inside, inside
    import shapely

    shapes = brought.shapes(scenario, entry, key)
    tree = shapely.STRtree(shapely.points(grid.centroids(cells)))
    centre = np.zeros(len(cells), dtype=bool)
    centre[tree.query(shapes, predicate="intersects")[1]] = True
    outlines = shapely.STRtree(grid.polygons(cells))
    touched = centre.copy()
    touched[outlines.query(shapes, predicate="intersects")[1]] = True
    return centre, touched


def _places(scenario: Scenario, surface: Surface) -> pd.DataFrame:
    """Return the must-cover places that lie in the region, one row a cell, in the order of cells."""
    wanted: Mapping[str, Any] = scenario.document.get("must_cover") or {}
    found = [
        demand_surfaces.points(scenario.region, kind)[["name", "lon", "lat"]]
        for kind in wanted.get("places", [])
    ]
    if wanted.get("projects"):
        found.append(_projects(str(wanted["projects"])))
    points = (
        pd.concat(found, ignore_index=True) if found else pd.DataFrame({"name": [], "lon": [], "lat": []})
    )
    where = grid.cells_at(points["lon"].to_numpy(float), points["lat"].to_numpy(float), scenario.resolution)
    row = np.minimum(np.searchsorted(surface.cells, where), len(surface.cells) - 1)
    inside = surface.cells[row] == where
    table = pd.DataFrame({"name": points["name"].astype(str)[inside], "row": row[inside].astype(np.int64)})
    if wanted and not inside.any():
        raise RequestError(
            f"must_cover: region {scenario.region} has none of the named places",
            f"必保场所(must_cover):{words.part(scenario.region, 'zh')}没有所列场所;请改选场所类别或留空",
        )
    # several places of one cell are one demand to be reached
    return table.sort_values(["row", "name"], ignore_index=True).drop_duplicates("row", ignore_index=True)


def _projects(plan_id: str) -> pd.DataFrame:
    rows = [
        (p.name_zh, p.lon, p.lat)
        for p in catalogue.load_plan(plan_id).projects
        if p.lon is not None and p.accuracy_m is not None and p.accuracy_m <= MUST_COVER_ACCURACY_M
    ]
    return pd.DataFrame(rows, columns=["name", "lon", "lat"])
