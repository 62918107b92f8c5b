"""From a scenario to an allocation: region -> cells -> demand -> district quotas -> whole units in cells."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import boundaries, population
from geo.areas import polygon_areas
from geo.errors import InfraPlanError, RequestError
from plans import catalogue
from scenarios import demand, fingerprint
from scenarios.allocation import apportionment
from scenarios.model import Allocation, Scenario

Progress = Callable[[str, float], None]


class Cancelled(InfraPlanError):
    """The run was stopped by the person who asked for it."""


def run(
    scenario: Scenario, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Allocation:
    """Allocate the scenario's amount to the cells of its region.

    Parameters
    ----------
    progress : callable, optional
        Called with the name of a step and the share done (0 to 1).
    cancelled : callable, optional
        Asked between steps; when it returns true, :class:`Cancelled` is raised.

    Raises
    ------
    RequestError
        When the amount is not positive, the region has no people, or the amount exceeds all caps.
    """
    clock = _Clock(progress, cancelled)
    clock.step("load", 0.0)
    target = _target(scenario)
    amount = _amount(scenario, target)
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    districts = boundaries.districts(scenario.region)
    clock.step("quotas", 0.3)
    groups = _group_index(surface.adcodes, districts["adcode"].to_numpy())
    quotas = _quotas(scenario, surface, groups, districts["adcode"].to_numpy(), amount)
    clock.step("cells", 0.5)
    units = _cells(scenario, surface, groups, quotas)
    clock.step("results", 0.8)
    table = _district_table(districts, groups, quotas, units, surface)
    inputs = _inputs(scenario, target, surface, districts)
    clock.step("done", 1.0)
    return Allocation(
        scenario=scenario,
        amount=amount,
        target=target,
        cells=surface.cells,
        adcodes=surface.adcodes,
        units=units,
        people=surface.people,
        districts=table,
        fingerprint=fingerprint.of_inputs(inputs),
        result_hash=fingerprint.of_arrays(surface.cells, units),
        inputs=inputs,
        coverage=None,
        timings_s=clock.seconds,
    )


def inputs_of(scenario: Scenario) -> dict[str, str]:
    """Return the hash of each thing that a run of ``scenario`` would read, without running it."""
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    return _inputs(scenario, _target(scenario), surface, boundaries.districts(scenario.region))


class _Clock:
    """Names the steps, measures them, and lets the run be stopped between them."""

    def __init__(self, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self.progress, self.cancelled = progress, cancelled
        self.seconds: dict[str, float] = {}
        self._name = ""
        self._began = self._start = time.perf_counter()

    def step(self, name: str, share: float) -> None:
        """Close the step before, open ``name``."""
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = round(now - self._began, 4)
        self.seconds["total"] = round(now - self._start, 4)
        self._name, self._began = name, now
        if self.progress:
            self.progress(name, share)
        if self.cancelled and self.cancelled():
            raise Cancelled(
                "the run was stopped before it ended; nothing was changed", "计算已停止,未作任何更改"
            )


def _target(scenario: Scenario) -> dict[str, Any] | None:
    if not scenario.target:
        return None
    row = asdict(catalogue.target(scenario.target))
    del row["line"]  # where the row stands in its file is not part of the promise
    return row


def _amount(scenario: Scenario, target: Mapping[str, Any] | None) -> int:
    amount = scenario.amount
    if amount is None:
        if target is None:
            raise RequestError(
                f"{scenario.id}: neither a target nor an amount is given; name one of them",
                f"{scenario.id}:未指定目标或数量;请至少给出一项",
            )
        if target["value"] is None or float(target["value"]) != int(target["value"]):
            raise RequestError(
                f"target {target['id']} has no whole number to distribute; give an amount and its basis",
                f"指标 {target['id']} 没有可分配的整数;请给出数量及依据",
            )
        amount = int(target["value"])
    if amount <= 0:
        raise RequestError(f"the amount is {amount}; it must be at least 1", f"数量为 {amount},应不小于 1")
    return amount


def _group_index(adcodes: NDArray[np.str_], known: NDArray[Any]) -> NDArray[np.int64]:
    """Return the row of each cell's district in the (sorted) district table."""
    known = known.astype(str)
    index = np.searchsorted(known, adcodes)
    if (index >= len(known)).any() or (known[index] != adcodes).any():
        strange = sorted(set(adcodes.tolist()) - set(known.tolist()))
        raise RequestError(
            f"cells lie in districts that the region does not have: {', '.join(strange)}",
            f"网格所属区县不在该区域内:{'、'.join(strange)}",
        )
    return index.astype(np.int64)


def _quotas(
    scenario: Scenario,
    surface: population.Surface,
    groups: NDArray[np.int64],
    adcodes: NDArray[Any],
    amount: int,
) -> NDArray[np.int64]:
    rule = scenario.document["quotas"]
    cell_demand = demand.mix(surface, rule["weights"])
    weights = np.zeros(len(adcodes), dtype=np.int64)
    np.add.at(weights, groups, cell_demand)
    fixed: Mapping[str, int] = rule.get("fixed", {})
    strange = sorted(set(fixed) - set(adcodes.tolist()))
    if strange:
        raise RequestError(
            f"quotas.fixed names districts outside the region: {', '.join(strange)}; "
            f"its districts are {', '.join(adcodes.tolist())}",
            f"quotas.fixed 中的代码不在该区域内:{'、'.join(strange)};可用:{'、'.join(adcodes.tolist())}",
        )
    floors = np.array([fixed.get(a, 0) for a in adcodes], dtype=np.int64)
    caps = np.array([fixed.get(a, amount) for a in adcodes], dtype=np.int64)
    if rule["method"] == "largest_remainder":
        return apportionment.largest_remainder(amount, weights, floors=floors, caps=caps)
    return apportionment.divisor(amount, weights, method=rule["method"], floors=floors, caps=caps)


def _cells(
    scenario: Scenario, surface: population.Surface, groups: NDArray[np.int64], quotas: NDArray[np.int64]
) -> NDArray[np.int64]:
    rule = scenario.document["cells"]
    weights = demand.mix(surface, rule["weights"])
    cap = rule.get("cap")
    caps = None if cap is None else np.full(len(weights), cap, dtype=np.int64)
    return apportionment.two_level(quotas, weights, groups, caps=caps)


def _district_table(
    districts: pd.DataFrame,
    groups: NDArray[np.int64],
    quotas: NDArray[np.int64],
    units: NDArray[np.int64],
    surface: population.Surface,
) -> pd.DataFrame:
    n = len(districts)
    allocated = np.zeros(n, dtype=np.int64)
    people = np.zeros(n, dtype=np.int64)
    np.add.at(allocated, groups, units)
    np.add.at(people, groups, surface.people)
    if (allocated != quotas).any():
        raise AssertionError("a district's cells do not sum to its quota (conventions R1)")
    return pd.DataFrame(
        {
            "adcode": districts["adcode"].to_numpy(),
            "name_zh": districts["name_zh"].to_numpy(),
            "name_en": districts["name_en"].to_numpy(),
            "quota": quotas,
            "allocated": allocated,
            "population": people,
            "area_m2": polygon_areas(districts.geometry.to_numpy()),
            "n_cells": np.bincount(groups, minlength=n),
        }
    )


def _inputs(
    scenario: Scenario, target: Mapping[str, Any] | None, surface: population.Surface, districts: pd.DataFrame
) -> dict[str, str]:
    return {
        "scenario": fingerprint.of_document(dict(scenario.document)),
        "target": fingerprint.of_document(target),
        "population": fingerprint.of_arrays(surface.cells, surface.adcodes, surface.people),
        "districts": fingerprint.of_document(districts["adcode"].tolist()),
    }
