"""Uploads in a scenario: in a form they are named, ``{upload: <id>}``; what runs and is saved holds their cells.

A saved scenario must still run when the upload is gone, and on another machine: so it holds cells at its own
resolution, with a ``source`` that says which file they came from. (A population of one's own is too large for that:
the scenario names its file in the workspace.) A form holds only the name: cells are worked out anew when the
resolution changes, and a link stays short.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo import boundaries, grid
from geo.errors import InfraPlanError, RequestError
from infraplan.uploads.intake import cells_of, load, surface_path
from infraplan.workspace import Record, Workspace
from scenarios import givens

#: Key of a scenario -> the kind of upload that it takes.
TAKES = {"existing": "units", "sites": "sites", "limits": "boundaries", "population": "population"}

#: Fields that a reader may take for an input of a scenario and that none uses: of a list of sites only cells are taken.
KEPT_ONLY = {"sites": ("capacity",)}


def fitting(workspace: Workspace, key: str) -> dict[str, Record]:
    """Return the uploads that a key of a scenario takes, by id, newest first."""
    return {r.id: r for r in workspace.records("upload") if r.document["what"] == TAKES[key]}


def resolved(workspace: Workspace, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scenario's document with every named upload as its cells and their source.

    Raises
    ------
    InfraPlanError
        When an upload is gone, or has rows without a position or a count.
    """
    made = copy.deepcopy(dict(document))
    if "population" in made:
        made["population"] = _moved(workspace, str(made["population"]))
    if _is_named(made.get("existing")):
        made["existing"] = _units(workspace, made, made["existing"])
    candidates = made.get("candidates") or {}
    if _is_named(candidates.get("sites")):
        found = _units(workspace, made, candidates["sites"])
        candidates["sites"] = {"cells": sorted(found["cells"]), "source": found["source"]}
    if candidates.get("limits"):
        candidates["limits"] = [
            _limit(workspace, made, entry) if _is_named(entry) else entry for entry in candidates["limits"]
        ]
    return made


def named(workspace: Workspace, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with cells that came from an upload which is still there as the name of it."""
    known = {r.id for r in workspace.records("upload")}

    def by_name(entry: Any) -> Any:
        source = entry.get("source") if isinstance(entry, Mapping) else None
        if not source or source.get("upload") not in known:
            return entry
        rest = {k: v for k, v in entry.items() if k not in ("cells", "source")}
        return {**rest, "upload": source["upload"]}

    made = copy.deepcopy(dict(document))
    if "existing" in made:
        made["existing"] = by_name(made["existing"])
    candidates = made.get("candidates") or {}
    if "sites" in candidates:
        candidates["sites"] = by_name(candidates["sites"])
    if "limits" in candidates:
        candidates["limits"] = [by_name(entry) for entry in candidates["limits"]]
    return made


def surfaces(workspace: Workspace, region: str) -> dict[str, Record]:
    """Return the uploaded populations of a region or of its city, by what a scenario's ``population`` says."""
    codes = {region, boundaries.unit(region).city_adcode}
    records = fitting(workspace, "population").values()
    return {str(surface_path(workspace, r)): r for r in records if str(r.document.get("region")) in codes}


def surface_record(workspace: Workspace, population: str) -> Record | None:
    """Return the upload behind a scenario's ``population``; None for a surface that ships, or one that is gone."""
    name = Path(population).stem
    return next((r for r in fitting(workspace, "population").values() if name.startswith(f"{r.id}-")), None)


def _moved(workspace: Workspace, population: str) -> str:
    """Return the surface of a scenario, found again where the workspace lies now: it was moved, or is a backup."""
    here = workspace.root / "surfaces" / PureWindowsPath(population).name  # takes both kinds of slashes
    return str(here) if here.suffix and not Path(population).is_file() and here.is_file() else population


def _is_named(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "upload" in entry


def _record(workspace: Workspace, entry: Mapping[str, Any]) -> Record:
    try:
        record = workspace.get("upload", str(entry["upload"]))
    except InfraPlanError as error:
        raise _gone(str(entry["upload"])) from error
    if record.deleted_at is not None:
        raise _gone(record.title)
    return record


def _gone(name: str) -> RequestError:
    return RequestError(
        f"the uploaded data {name} is not there any more; choose other data for this scenario",
        f"上传数据“{name}”已不存在;请为该情景另选数据",
    )


def source_of(record: Record) -> dict[str, str]:
    """Return whence an upload is, as scenarios and packages state it; what nobody stated is left out."""
    told = {
        "upload": record.id,
        "title": record.title,
        "file": str(record.document["file_name"]),
        "sha256": str(record.document["file_sha256"]),
        "stated_source": str(record.document.get("source") or ""),
        "by": record.saved_by,
        "at": record.saved_at,
        "counted": str((record.document.get("answers") or {}).get("standing") or ""),
    }
    return {key: text for key, text in told.items() if text}


def _source(record: Record, document: Mapping[str, Any]) -> dict[str, str]:
    return source_of(record) | {"resolution": str(document["resolution"])}


def _units(workspace: Workspace, document: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    record = _record(workspace, entry)
    return {
        "cells": cells_of(workspace, record, int(document["resolution"])),
        "source": _source(record, document),
    }


def _limit(workspace: Workspace, document: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a limit by cells: those whose centre lies in the areas; where it only warns, all that they touch."""
    record = _record(workspace, entry)
    shapes: gpd.GeoDataFrame = load(workspace, record)
    facility = str((document.get("facility") or {}).get("profile", ""))
    effect = entry.get("effect") or givens.usual_effect(str(entry["kind"]), facility)
    cells = _inside(shapes, document, touched=effect == "warn")
    if not len(cells):
        raise RequestError(
            f"the areas of {record.title} hold no cell of the region; check the file, its datum and the region",
            f"“{record.title}”的范围内没有本区域的网格;请检查文件、坐标系与区域",
        )
    rest = {k: v for k, v in entry.items() if k != "upload"}
    return {**rest, "cells": grid.to_hex(cells).tolist(), "source": _source(record, document)}


def _inside(shapes: gpd.GeoDataFrame, document: Mapping[str, Any], touched: bool) -> np.ndarray:
    region = boundaries.region(str(document["region"])).geometry
    found = shapely.intersection(shapely.make_valid(shapes.geometry.to_numpy()), region)
    found = found[~shapely.is_empty(found)]
    if not len(found):
        return np.empty(0, dtype=np.uint64)
    areas = shapely.get_parts(found)
    areas = areas[shapely.get_type_id(areas) == 3]
    resolution = int(document["resolution"])
    cells = grid.cells_in(np.array([region]), resolution)[0]
    tree = shapely.STRtree(grid.polygons(cells) if touched else shapely.points(grid.centroids(cells)))
    return cells[np.unique(tree.query(areas, predicate="intersects")[1])]
