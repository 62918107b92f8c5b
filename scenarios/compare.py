"""Two or more allocations side by side: cells, districts, figures, and what moved where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import yaml

from geo import grid
from geo.errors import DataError, RequestError
from scenarios.fingerprint import ENGINE_VERSION, differences, of_inputs
from scenarios.model import Allocation


def compare(first: Allocation, second: Allocation) -> dict[str, Any]:
    """Return what differs from ``first`` to ``second`` (second minus first).

    Cells of different resolutions are compared at the coarser one; regions must be the same. ``moved`` is the number of
    units that stand elsewhere: half the sum of absolute differences beyond the difference of the totals. It says
    something only where ``same_units``: stations do not move into chargers, nor a stock into what is still to be added.

    Raises
    ------
    RequestError
        When the two are of different regions.
    """
    if first.scenario.region != second.scenario.region:
        raise RequestError(
            f"{first.scenario.id} is of region {first.scenario.region}, {second.scenario.id} of "
            f"{second.scenario.region}; compare scenarios of one region",
            f"两个情景的区域不同({first.scenario.region} 与 {second.scenario.region}),无法比较",
        )
    cells = cell_differences(first, second)
    delta = cells["difference"].to_numpy()
    return {
        "first": _head(first),
        "second": _head(second),
        "resolution": min(first.scenario.resolution, second.scenario.resolution),
        "amount_difference": second.allocated - first.allocated,
        "cells_changed": int((delta != 0).sum()),
        "moved": int((np.abs(delta).sum() - abs(int(delta.sum()))) // 2),
        "same_units": are_alike(first, second) and first.scenario.distributes == second.scenario.distributes,
        "districts": _districts(first, second),
        "coverage": {"first": first.coverage, "second": second.coverage},
        "capacity": {"first": dict(first.capacity), "second": dict(second.capacity)},
        "inputs_changed": _inputs_changed(first, second),
    }


def are_alike(first: Allocation, second: Allocation) -> bool:
    """Return whether both place the same thing: one kind of facility, category of promise, and unit, where known."""
    pairs = list(zip(_placed(first), _placed(second), strict=True))
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    return all(a == b for a, b in known or pairs)


def _placed(allocation: Allocation) -> tuple[str | None, str | None, str | None]:
    """Return facility, category and unit of what is placed; a coverage that is promised is no unit that is placed."""
    inverse = allocation.scenario.document.get("objective") == "fewest_units"
    target: Mapping[str, Any] = {} if inverse else allocation.target or {}
    return allocation.profile.id if allocation.profile else None, target.get("category"), target.get("unit")


def _inputs_changed(first: Allocation, second: Allocation) -> list[str]:
    """Return the names of the inputs that differ; one surface on two grids is a difference of the resolution."""
    one, two = first.scenario, second.scenario
    names = differences(first.inputs, second.inputs)
    if one.population == two.population and one.resolution != two.resolution:
        names = ["resolution" if name == "population" else name for name in names]
    return sorted(names)


def against(allocation: Allocation, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed since an earlier run, from the ``metadata.json`` that was written beside its files.

    Returns
    -------
    dict
        ``same`` (fingerprints are equal), ``inputs_changed`` (their names), ``keys_changed`` (key, before, after in the
        scenario's file), ``engine_changed``, ``result_same`` (None where the earlier run did not say its hash),
        ``consistent``: the earlier fingerprint is that of the inputs it lists; None after a change of engine.

    Raises
    ------
    DataError
        When the file is not of a scenario's run.
    """
    stated, inputs = before.get("fingerprint"), before.get("inputs_sha256")
    if not isinstance(stated, str) or not isinstance(inputs, Mapping):
        raise DataError(
            "the metadata holds no fingerprint and inputs_sha256: it is not of a scenario's run",
            "元数据中没有 fingerprint 与 inputs_sha256:不是情景运行的结果",
        )
    engine = str(before.get("versions", {}).get("engine", ""))
    same_engine = engine == ENGINE_VERSION
    earlier = yaml.safe_load(before.get("scenario_yaml") or "{}")
    hash_before = before.get("result_hash")
    return {
        "fingerprint": stated,
        "same": stated == allocation.fingerprint,
        "consistent": of_inputs(inputs) == stated if same_engine else None,
        "engine_changed": not same_engine,
        "inputs_changed": differences(inputs, allocation.inputs),
        "keys_changed": _keys_changed(earlier, dict(allocation.scenario.document)),
        "result_same": None if hash_before is None else hash_before == allocation.result_hash,
    }


def _keys_changed(before: Any, after: Any, path: str = "") -> list[dict[str, Any]]:
    """Return the dotted keys whose values differ between two documents, in order of their names."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        rows = []
        for key in sorted({*before, *after}, key=str):
            inner = f"{path}.{key}" if path else str(key)
            rows += _keys_changed(before.get(key), after.get(key), inner)
        return rows
    return [] if before == after else [{"key": path, "before": before, "after": after}]


def cell_differences(first: Allocation, second: Allocation) -> pd.DataFrame:
    """Return cell (uint64), units of each, and the difference, for every cell that either uses, ascending."""
    resolution = min(first.scenario.resolution, second.scenario.resolution)
    one, two = _at(first, resolution), _at(second, resolution)
    joined = pd.concat([one, two], axis=1, keys=["first", "second"]).fillna(0).astype(np.int64).sort_index()
    joined["difference"] = joined["second"] - joined["first"]
    return joined.rename_axis("cell").reset_index()


def _at(allocation: Allocation, resolution: int) -> pd.Series:
    used = allocation.units > 0
    cells = allocation.cells[used]
    if resolution != allocation.scenario.resolution:
        cells = grid.parents(cells, resolution)
    return pd.Series(allocation.units[used]).groupby(cells).sum()


def _head(allocation: Allocation) -> dict[str, Any]:
    return {
        "scenario": allocation.scenario.id,
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "distributes": allocation.scenario.distributes,
        "allocated": allocation.allocated,
        "unplaced": allocation.unplaced,
    }


def _districts(first: Allocation, second: Allocation) -> list[dict[str, Any]]:
    """Return the units of both in each unit that either has; one that a result has not is unknown there, not zero.

    The difference is then all that the other has, so that differences sum to that of the totals. Units without a
    boundary have codes that mean something in their own scenario only: the name says whether they are the same.
    """
    one, two = (a.districts.set_index(["adcode", "name_zh"]) for a in (first, second))
    rows = []
    for key in sorted({*one.index, *two.index}):
        a, b = (int(t.loc[key, "allocated"]) if key in t.index else None for t in (one, two))
        rows.append(
            {
                "adcode": key[0],
                "name_zh": str(key[1]),
                "name_en": str((two if key in two.index else one).loc[key, "name_en"]),
                "first": a,
                "second": b,
                "difference": (b or 0) - (a or 0),
                "coverage_first": _share(one, key),
                "coverage_second": _share(two, key),
            }
        )
    return rows


def _share(table: pd.DataFrame, key: tuple[str, str]) -> float | None:
    if "coverage_share" not in table or key not in table.index:
        return None
    value = table["coverage_share"].astype(float).to_dict()[key]
    return None if np.isnan(value) else float(value)
