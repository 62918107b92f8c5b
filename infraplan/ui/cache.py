"""What the screens keep between reruns, keyed by content and never by a name alone."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from infraplan import workflow
from infraplan.ui import assets
from layers import allocation as allocation_layers
from layers import render_deck
from layers.export import geojson
from layers.spec import Layer
from plans import catalogue
from scenarios import load
from scenarios.model import Allocation, Scenario


def run(scenario: Scenario) -> Allocation:
    """Run a scenario, or return the result known for the same inputs."""
    return _run(workflow.inputs_fingerprint(scenario), scenario)


@st.cache_resource(max_entries=8, show_spinner=False)
def _run(key: str, _scenario: Scenario) -> Allocation:
    return workflow.run(_scenario)


def scenario(scenario_id: str) -> Scenario:
    """Load a scenario of the library afresh: the file may have changed."""
    return load.load(scenario_id)


def cell_data_url(layer: Layer, allocation: Allocation) -> str:
    """Write the cells for the browser once for each result; return their URL."""
    path = assets.data_file(f"{layer.id}:{allocation.fingerprint}")
    if not path.exists():
        render_deck.write_cells(layer, path)
        assets.forget_old()
    return assets.data_url(path)


@st.cache_data(max_entries=8, show_spinner=False)
def geojson_bytes(fingerprint: str, layer_id: str, _allocation: Allocation) -> bytes:
    """Return a layer of an allocation as GeoJSON."""
    layer = {"cells": allocation_layers.cells, "districts": allocation_layers.districts}[layer_id](
        _allocation
    )
    path: Path = assets.data_folder() / f".{fingerprint[:16]}-{layer_id}.geojson"
    try:
        geojson.write(layer, path)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def plan_of(scenario: Scenario) -> str | None:
    """Return the id of the plan whose target the scenario distributes."""
    return catalogue.target(scenario.target).plan if scenario.target else None
