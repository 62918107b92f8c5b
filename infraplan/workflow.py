"""The few verbs that screens, command line and notebooks share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo import atomic, boundaries, grid
from geo.errors import InfraPlanError
from geo.formats import FORMAT_VERSION, require_format
from infraplan import origin
from layers import allocation as allocation_layers
from layers.export import geojson, sidecar
from plans import catalogue
from plans.model import Target
from scenarios import compare as compare_engine
from scenarios import facility, foresight, givens, ground, load, model, waiting, ways
from scenarios import quotas as quota_rules
from scenarios import uncertainty as uncertainty_engine
from scenarios.fingerprint import of_inputs
from scenarios.model import Allocation, Scenario
from scenarios.run import Progress, inputs_of
from scenarios.run import run as run_engine


def scenario_rows() -> list[dict[str, Any]]:
    """Return one row a scenario of the library."""
    known = {target.id: target for plan in catalogue.load_all() for target in plan.targets}
    found = [load.load(scenario_id) for scenario_id in load.available()]
    return [_row(s, known[s.target] if s.target in known else _target_of(s)) for s in found]


def scenario_row(scenario: Scenario) -> dict[str, Any]:
    """Return what a listing says of one scenario."""
    return _row(scenario, _target_of(scenario))


def _target_of(scenario: Scenario) -> Target | None:
    return catalogue.target(scenario.target) if scenario.target else None


def _row(scenario: Scenario, target: Target | None) -> dict[str, Any]:
    zh, en = model.DISTRIBUTES[scenario.distributes]
    return {
        "id": scenario.id,
        "title_zh": scenario.title_zh,
        "title_en": scenario.title_en,
        "distributes": scenario.distributes,
        "distributes_zh": zh,
        "distributes_en": en,
        "target": scenario.target,
        "amount": scenario.amount if scenario.amount is not None else (target.value if target else None),
        "region_adcode": scenario.region,
        "resolution": scenario.resolution,
        "population": scenario.population,
    }


def run(
    name: str | Path | Scenario,
    overrides: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Allocation:
    """Run a scenario given by id, by file, or as it is."""
    scenario = name if isinstance(name, Scenario) else load.load(name, overrides)
    return run_engine(scenario, progress, cancelled)


def assessment_units(document: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the (Chinese, English) names of the units whose quotas a scenario's document can fix, by code."""
    region = str(document["region"])
    bare = Scenario("", "", "", None, "stock", None, region, 9, "", document)
    units = ground.assessment_units(bare)
    names = zip(units["adcode"], units["name_zh"], units["name_en"], strict=True)
    return {str(a): (str(zh), str(en)) for a, zh, en in names}


def preview(scenario: Scenario) -> dict[str, Any]:
    """Return what a run would begin from, without running it: cells, people, amount, what is given, each unit's quota.

    ``amount`` is None where it is what the run finds out; a unit's ``quota`` where it follows from the siting.

    Raises
    ------
    InfraPlanError
        When a run would be refused: with every reason that can be known beforehand.
    """
    start = foresight.foresee(scenario)
    land, quotas = start.land, start.quotas.tolist()
    if quota_rules.is_inverse(scenario) or quota_rules.is_free(scenario):
        quotas = [None] * len(land.units)
    people = land.sum_by_unit(land.people)
    fixed = scenario.document["quotas"].get("fixed", {})
    units = land.units
    return {
        "amount": start.amount,
        "n_cells": len(land.cells),
        "people": int(people.sum()),
        "agreed": sum(fixed.values()),
        "given": _given(land.givens),
        "target_of": elsewhere(scenario),
        "category_of": other_facility(scenario),
        "wait": _wait(scenario, start),
        "unplaced": [{"name": zone.name, "quota": zone.units} for zone in quota_rules.unplaced(scenario)],
        "districts": [
            {"adcode": str(a), "name_zh": str(zh), "name_en": str(en), "quota": q, "population": int(p)}
            for a, zh, en, q, p in zip(
                units["adcode"], units["name_zh"], units["name_en"], quotas, people, strict=True
            )
        ],
    }


def elsewhere(scenario: Scenario) -> str | None:
    """Return the region of the scenario's target where that is another city's than the scenario's, else None."""
    if not scenario.target:
        return None
    own, of = boundaries.unit(scenario.region), catalogue.target(scenario.target).region_adcode
    return None if of in (own.adcode, own.city_adcode) else of


def other_facility(scenario: Scenario) -> str | None:
    """Return the category of the scenario's target where its facility serves another, else None."""
    profile = (scenario.document.get("facility") or {}).get("profile")
    if not scenario.target or not profile:
        return None
    category = catalogue.target(scenario.target).category
    return None if category in facility.categories(profile) else category


def _wait(scenario: Scenario, start: foresight.Beginning) -> dict[str, Any] | None:
    """Return the measured run to expect a run like (``seconds`` None: nothing like it was); None where it is short."""
    way = ways.of(scenario, start.profile)
    effort = str(scenario.document.get("effort", "standard" if way == "search_area" else "quick"))
    cells = len(start.land.cells)
    found = waiting.like(way, effort, cells)
    if found is not None:
        return {**asdict(found[0]), "beyond": found[1]}
    return {"seconds": None} if waiting.is_unknown(way, effort, cells) else None


def _given(found: givens.Givens) -> dict[str, Any]:
    """Return what is given before anything is sited; ``existing`` is None where nobody said."""
    return {
        "allowed": int(found.allowed.sum()),
        "existing": int(found.existing.sum()) if found.existing_known else None,
        "existing_outside": found.existing_outside,
        "must_cover": len(found.places),
        "limits": givens.facts(found, np.zeros(len(found.allowed), dtype=np.int64)),
    }


def inputs_fingerprint(scenario: Scenario) -> str:
    """Return the fingerprint that a run of ``scenario`` would have: the key under which its result may be kept."""
    return of_inputs(inputs_of(scenario))


def changed_since(allocation: Allocation, metadata: Path) -> dict[str, Any]:
    """Return which inputs differ from those of the run whose ``metadata.json`` is given.

    Raises
    ------
    InfraPlanError
        When the file is missing, no JSON, or not of a scenario's run.
    """
    try:
        before = json.loads(metadata.read_text("utf-8"))
    except OSError as error:
        raise InfraPlanError(f"{metadata}: cannot be read", f"{metadata}:无法读取") from error
    except ValueError as error:
        raise InfraPlanError(
            f"{metadata}: is no JSON; give the metadata.json of an earlier run",
            f"{metadata}:不是 JSON;请给出以前运行的 metadata.json",
        ) from error
    require_format(before, metadata.name)
    return compare_engine.against(allocation, before)


def run_document(allocation: Allocation, uncertainty: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the result as ``run --json`` prints it (``schemas/run.schema.json``).

    ``uncertainty`` is what :func:`measure_uncertainty` returned; null when it was not asked for.
    """
    scenario = allocation.scenario
    zh, en = model.DISTRIBUTES[scenario.distributes]
    return {
        "format_version": FORMAT_VERSION,
        "scenario": scenario.id,
        "title_zh": scenario.title("zh"),
        "title_en": scenario.title("en"),
        "distributes": scenario.distributes,
        "distributes_zh": zh,
        "distributes_en": en,
        "fingerprint": allocation.fingerprint,
        "result_hash": allocation.result_hash,
        "target": scenario.target,
        "target_value": _target_value(allocation),
        "target_unit": (allocation.target or {}).get("unit"),
        "allocated": allocation.allocated,
        "unplaced": allocation.unplaced,
        "n_cells": len(allocation.cells),
        "resolution": scenario.resolution,
        "districts": district_rows(allocation),
        "coverage": allocation.coverage,
        "capacity": dict(allocation.capacity),
        "stages": [asdict(stage) for stage in allocation.solution.stages],
        "parts": {name: int(values.sum()) for name, values in allocation.solution.parts.items()},
        "facts": dict(allocation.solution.facts),
        "notes": [{"zh": zh, "en": en} for zh, en in allocation.solution.notes],
        "uncertainty": uncertainty,
        "phases": phase_rows(allocation),
        "timings_s": dict(allocation.timings_s),
    }


def _target_value(allocation: Allocation) -> int | float:
    """Return the amount distributed; for the inverse question the promised figure (85 percent), not the answer."""
    value = (allocation.target or {}).get("value")
    inverse = allocation.scenario.document.get("objective") == "fewest_units"
    return value if inverse and value is not None else allocation.amount


#: Figures of a district that are not whole numbers.
RATES = ("coverage_share", "max_load", "worst_tenth", "per_10k", "per_km2")


def district_rows(allocation: Allocation) -> list[dict[str, Any]]:
    """Return one row an assessment unit as plain values; ``population`` is always resident people.

    Of a unit without a boundary nothing but its quota is known: its other whole figures are None, which is not zero.
    """
    table = allocation.districts
    parts = [c for c in table.columns if c.startswith("part_")]
    whole = [
        "quota",
        "allocated",
        "unplaced",
        "population",
        *parts,
        *(c for c in ("sites", "demand", "covered") if c in table),
    ]
    rows = []
    for row in table.to_dict("records"):
        plain: dict[str, Any] = {key: str(row[key]) for key in ("adcode", "name_zh", "name_en")}
        known = whole if row["n_cells"] else ("quota", "allocated", "unplaced")
        plain |= {key: int(row[key]) if key in known else None for key in whole}
        plain |= {key: _number(row.get(key)) for key in RATES}
        rows.append(plain)
    return rows


def phase_rows(allocation: Allocation) -> list[dict[str, Any]]:
    """Return the yearly milestones of a scenario, whose allocations nest; empty without phases."""
    return [
        {"year": phase.year, "amount": phase.amount, "covered": phase.covered, "share": phase.share}
        for phase in allocation.phases
    ]


def measure_uncertainty(
    allocation: Allocation,
    n: int = uncertainty_engine.RUNS,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Re-run a scenario on perturbed people and distances (:mod:`scenarios.uncertainty`)."""
    return uncertainty_engine.measure(allocation, n, progress=progress, cancelled=cancelled)


def compare(first: Allocation, second: Allocation) -> dict[str, Any]:
    """Return what differs between two results of one region (:mod:`scenarios.compare`)."""
    return {"format_version": FORMAT_VERSION, **compare_engine.compare(first, second)}


def sweep(
    name: str | Path | Scenario, key: str, values: Sequence[str], overrides: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Run a scenario once for each value of a key; one row a value, with a message where it cannot be met."""
    rows = []
    for value in values:
        row: dict[str, Any] = {"key": key, "value": value, "error": None}
        try:
            if isinstance(name, Scenario):
                scenario = load.parse(load.dump(name), name.where, {**(overrides or {}), key: value})
            else:
                scenario = load.load(name, {**(overrides or {}), key: value})
            result = run_engine(scenario)
        except InfraPlanError as error:
            rows.append({**row, "error": error.en, "error_zh": error.zh})
            continue
        rows.append(
            {
                **row,
                "fingerprint": result.fingerprint,
                "allocated": result.allocated,
                "coverage": result.coverage,
                "capacity": dict(result.capacity),
                "facts": dict(result.solution.facts),
            }
        )
    return rows


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def write_run(allocation: Allocation, folder: Path) -> list[Path]:
    """Write cells, districts, the table of cells and the sidecar into ``folder``, all or nothing.

    Files: ``cells.geojson``, ``districts.geojson``, ``allocation.parquet``, ``metadata.json``.
    """
    layers = [allocation_layers.cells(allocation), allocation_layers.districts(allocation)]
    with atomic.filling(folder) as temporary:
        for layer in layers:
            geojson.write(layer, temporary / f"{layer.id}.geojson")
        _write_parquet(allocation, temporary / "allocation.parquet")
        files = list(temporary.iterdir())
        sidecar.write(temporary / "metadata.json", sidecar.document(layers, files, origin.of(allocation)))
    return sorted(folder / name for name in [*(f.name for f in files), "metadata.json"])


def _write_parquet(allocation: Allocation, path: Path) -> None:
    table = pa.table(
        {
            "h3": grid.to_hex(allocation.cells),
            "adcode": allocation.adcodes.astype(str),
            "units": allocation.units,
            "people": allocation.people,
        },
        metadata={"format_version": str(FORMAT_VERSION), "fingerprint": allocation.fingerprint},
    )
    pq.write_table(table, path, compression="zstd")
