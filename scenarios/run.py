"""From a scenario to an allocation: region -> cells -> demand -> quotas -> strategy -> whole units in cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from importlib import import_module
from typing import Any

import numpy as np

from geo.errors import RequestError
from plans import catalogue
from scenarios import facility, fingerprint, givens, ground, load, metrics, phasing, ways
from scenarios import quotas as quota_rules
from scenarios.clock import Cancelled, Clock, Progress
from scenarios.ground import Ground
from scenarios.model import Allocation, Scenario
from scenarios.quotas import is_free, is_inverse, quotas_of
from scenarios.solution import Ints, Solution

__all__ = ["Cancelled", "Progress", "inputs_of", "quotas_of", "run"]


def run(
    scenario: Scenario, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Allocation:
    """Allocate the scenario's amount to the cells of its region.

    Parameters
    ----------
    progress : callable, optional
        Called with the name of a step and the share done (0 to 1).
    cancelled : callable, optional
        Asked between short batches; when it returns true, :class:`Cancelled` is raised.

    Raises
    ------
    RequestError
        When the amount is not positive, the region has no people, the amount exceeds all caps, or a goal cannot be
        met; the message names the nearest feasible figure.
    """
    clock = Clock(progress, cancelled)
    clock.step("load", 0.0)
    target = target_row(scenario)
    profile = profile_of(scenario)
    land = ground.load(scenario)
    clock.step("quotas", 0.2)
    # the inverse question has no amount: it is the answer
    amount = 0 if is_inverse(scenario) else amount_of(scenario, target)
    quotas = quotas_of(scenario, land, amount)
    clock.step("siting", 0.25)
    held = land.placeable(quotas) if len(quotas) == len(land.units) else quotas
    # what a long siting would be thrown away for
    ways.require(scenario, profile)
    phasing.require(scenario, *phased(scenario, land, held))
    solution = solve(scenario, profile, land, held, clock)
    if is_free(scenario) or is_inverse(scenario):
        quotas = land.sum_by_unit(solution.units)
        amount = int(quotas.sum()) + sum(zone.units for zone in quota_rules.unplaced(scenario))
    clock.step("results", 0.9)
    allocation = _allocation(scenario, target, profile, land, quotas, solution, amount)
    clock.step("done", 1.0)
    allocation.timings_s.update(clock.seconds)
    return allocation


def phased(scenario: Scenario, land: Ground, held: Ints) -> tuple[int | None, int]:
    """Return what the last phase must be (None: the run finds it out), and what stands in every phase already.

    ``held`` are the quotas that cells can hold.
    """
    stock = scenario.distributes == "stock" and land.givens.existing_known
    return (None if is_inverse(scenario) else int(held.sum())), int(
        land.givens.existing.sum()
    ) if stock else 0


def solve(
    scenario: Scenario,
    profile: facility.Profile | None,
    land: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Site the quotas by the strategy of the scenario's facility (without one: by share of demand).

    ``factor`` multiplies the facility's distances (for the uncertainty re-runs).
    """
    if is_free(scenario) and not is_inverse(scenario):
        land, quotas = land.as_one_unit(), np.array([quotas.sum()], dtype=np.int64)
    strategy = import_module(f"scenarios.strategies.{ways.of(scenario, profile)}")
    solution: Solution = strategy.solve(scenario, profile, land, quotas, clock, factor)
    return solution


def inputs_of(scenario: Scenario) -> dict[str, str]:
    """Return the hash of each thing that a run of ``scenario`` would read, without running it."""
    return _inputs(scenario, target_row(scenario), profile_of(scenario), ground.load(scenario))


def target_row(scenario: Scenario) -> dict[str, Any] | None:
    """Return the promise that the scenario distributes, as plain values."""
    if not scenario.target:
        return None
    row = asdict(catalogue.target(scenario.target))
    del row["line"]  # where the row stands in its file is not part of the promise
    return row


def profile_of(scenario: Scenario) -> facility.Profile | None:
    """Return the facility profile with the scenario's own values."""
    wanted = scenario.document.get("facility")
    return facility.load(wanted["profile"], wanted.get("set")) if wanted else None


def amount_of(scenario: Scenario, target: Mapping[str, Any] | None) -> int:
    """Return the whole number of units to place."""
    amount = scenario.amount
    if amount is None:
        if target is None:
            raise RequestError(
                f"{scenario.id}: neither a target nor an amount is given; name one of them",
                "未指定承诺目标或数量;请至少给出一项",
            )
        if target["value"] is None or float(target["value"]) != int(target["value"]):
            raise RequestError(
                f"target {target['id']} has no whole number to distribute; give an amount and its basis",
                f"指标“{target['indicator_zh']}”({target['id']})没有可分配的整数;请给出数量及依据",
            )
        amount = int(target["value"])
    if amount <= 0:
        raise RequestError(f"the amount is {amount}; it must be at least 1", f"数量为 {amount:,},应不小于 1")
    return amount


def _allocation(
    scenario: Scenario,
    target: dict[str, Any] | None,
    profile: facility.Profile | None,
    land: Ground,
    quotas: Ints,
    solution: Solution,
    amount: int,
) -> Allocation:
    units = solution.units
    told = givens.facts(land.givens, units)
    if told:
        solution = replace(solution, facts={**solution.facts, "limits": told})
    table = metrics.districts(land, quotas, solution, quota_rules.unplaced(scenario))
    unplaced = int(table["unplaced"].sum())
    if int(units.sum()) + unplaced != amount:
        raise AssertionError(
            f"cells sum to {int(units.sum())} and {unplaced} are unplaced, not {amount} in all (conventions R1)"
        )
    goal = (scenario.document.get("coverage") or {}).get("goal")
    inputs = _inputs(scenario, target, profile, land)
    coverage, capacity = metrics.coverage(solution, goal), metrics.whole(land, table, solution)
    phases = phasing.nest(scenario, land, solution)
    parts = [solution.parts[name] for name in sorted(solution.parts)]
    canonical = {
        "arrays": fingerprint.of_arrays(land.cells, units, *parts, *(phase.units for phase in phases)),
        "quotas": table[["adcode", "quota", "unplaced"]].to_numpy().tolist(),
        "coverage": coverage,
        "capacity": capacity,
        "stages": [asdict(stage) for stage in solution.stages],
    }
    return Allocation(
        scenario=scenario,
        amount=amount,
        target=target,
        profile=profile,
        cells=land.cells,
        adcodes=land.surface.adcodes,
        unit_adcodes=land.units["adcode"].to_numpy().astype(str)[land.groups],
        units=units,
        unplaced=unplaced,
        people=land.people,
        districts=table,
        solution=solution,
        fingerprint=fingerprint.of_inputs(inputs),
        result_hash=fingerprint.of_document(canonical),
        inputs=inputs,
        coverage=coverage,
        phases=phases,
        capacity=capacity,
        timings_s={},
    )


def _inputs(
    scenario: Scenario, target: Mapping[str, Any] | None, profile: facility.Profile | None, land: Ground
) -> dict[str, str]:
    surface = land.surface
    return {
        "scenario": fingerprint.of_document(dict(scenario.document)),
        "target": fingerprint.of_document(target),
        "facility": fingerprint.of_document(asdict(profile) if profile else None),
        "population": fingerprint.of_arrays(
            surface.cells, surface.adcodes, surface.census_units, surface.people
        ),
        "districts": fingerprint.of_document(land.units["adcode"].tolist()),
        "brought": fingerprint.of_document([land.givens.digest(), quota_rules.file_digest(scenario, land)]),
        "linked": fingerprint.of_document(_linked_inputs(scenario)),
    }


def _linked_inputs(scenario: Scenario) -> dict[str, str] | None:
    """Return the inputs of the scenario that this one is linked to: they are inputs of this one too."""
    linked = scenario.document.get("linked")
    return inputs_of(load.load(linked["stations"])) if linked else None
