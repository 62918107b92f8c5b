"""Where a result is from: what leads back from its files to the document, to the scenario, and to what was brought."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import infraplan
from geo import manifest, population
from geo.errors import InfraPlanError
from geo.paths import data_root
from infraplan.settings import workspace_root
from infraplan.workspace import Workspace, schema
from layers import allocation as allocation_layers
from layers import stated as stated_layer
from layers.stated import Stated
from plans import catalogue
from scenarios import changes, load
from scenarios.fingerprint import ENGINE_VERSION
from scenarios.model import Allocation, Scenario


def stated(allocation: Allocation) -> Stated:
    """Return what is to be said of a result's scenario: what was changed and brought, whose sentences it has."""
    scenario = allocation.scenario
    saved = _saved(scenario)
    return Stated(
        changes=changed(scenario),
        sentences=changes.sentences(scenario, saved),
        given=stated_layer.brought(allocation, _own_population(scenario)),
    )


def changed(scenario: Scenario) -> changes.Changes | None:
    """Return how a scenario differs from the one that bears its id: the library's, else the saved one's."""
    if scenario.id in load.available():
        return changes.of_library(scenario)
    saved = _saved(scenario)
    return None if saved is None else changes.between(scenario.document, saved, "saved")


def stem(allocation: Allocation) -> str:
    """Return how files of a result are named (:meth:`layers.stated.Stated.stem`)."""
    return Stated(changes=changed(allocation.scenario)).stem(allocation)


def of(allocation: Allocation, public: bool = False) -> dict[str, Any]:
    """Return what leads back from the files to the sentence in the document; ``public``: without people's names."""
    scenario = allocation.scenario
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    plan = catalogue.load_plan(allocation.target["plan"]) if allocation.target else None
    told = stated(allocation).nameless() if public else stated(allocation)
    return {
        **allocation_layers.provenance(allocation),
        "title_zh": told.title(scenario, "zh"),
        "title_en": told.title(scenario, "en"),
        **stated_layer.document(told, allocation),
        "scenario_yaml": load.dump(_handed_over(scenario)),
        "source_target": dict(allocation.target) if allocation.target else None,
        "source_plan": {"id": plan.id, "title_zh": plan.title_zh, "title_en": plan.title_en}
        if plan
        else None,
        "population_surface": dict(surface.metadata),
        "inputs_sha256": dict(allocation.inputs),
        "boundaries": [
            {
                "key": s.key,
                "origin": s.origin,
                "licence": s.licence,
                "attribution": s.attribution,
                "vintage": s.vintage,
            }
            for s in manifest.read(data_root() / "boundaries").sources
        ],
        "allocated": allocation.allocated,
        "versions": {
            "infraplan": infraplan.__version__,
            "engine": ENGINE_VERSION,
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "h3ronpy", "shapely", "geopandas")},
        },
    }


def _handed_over(scenario: Scenario) -> Scenario:
    """Return the scenario without the folder in which this machine keeps a population of the planner's own."""
    name = allocation_layers.surface_name(scenario.population)
    return (
        replace(scenario, document={**scenario.document, "population": name})
        if name != scenario.population
        else scenario
    )


def _workspace() -> Workspace | None:
    """Return the workspace where there is one; none is made by asking."""
    return Workspace() if (workspace_root() / schema.FILE_NAME).is_file() else None


def _saved(scenario: Scenario) -> Mapping[str, Any] | None:
    """Return the document of the saved scenario of the same id; None where nobody saved one."""
    workspace = _workspace()
    if workspace is None or scenario.id in load.available():
        return None
    try:
        record = workspace.get("scenario", scenario.id)
    except InfraPlanError:
        return None
    return None if record.deleted_at is not None else record.document


def _own_population(scenario: Scenario) -> Mapping[str, str] | None:
    """Return the source of a scenario's own population; None where it takes one that ships with the program."""
    name = Path(scenario.population)
    if name.suffix.casefold() != ".parquet":
        return None
    from infraplan.uploads import (
        in_scenarios,  # reads every kind of file: not needed to start the command line
    )

    workspace = _workspace()
    record = in_scenarios.surface_record(workspace, scenario.population) if workspace else None
    return {"file": name.name} if record is None else in_scenarios.source_of(record)
