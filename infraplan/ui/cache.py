"""What the screens keep between reruns, keyed by content and never by a name alone."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from geo import boundaries, context
from infraplan import workflow
from infraplan.ui import assets
from layers import allocation as allocation_layers
from layers import coarser, comparison, render_deck, render_folium, render_png
from layers import population as population_layers
from layers.export import geojson
from layers.render_png import Picture
from layers.spec import Layer
from plans import catalogue
from scenarios import reasons
from scenarios.model import Allocation, Scenario


@st.cache_resource(max_entries=16, show_spinner=False)
def shapes(region: str) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the districts of a region and its neighbours, to be looked at and never changed."""
    return boundaries.districts(region), boundaries.context(region)


@st.cache_resource(max_entries=16, show_spinner=False)
def scenery(region: str) -> tuple[tuple[gpd.GeoDataFrame, ...], gpd.GeoDataFrame]:
    """Return the waters of a region and the names to write on its ground (the region's own districts left out)."""
    labels = context.labels(region, max_rank=5)
    places = render_folium.with_zooms(labels[labels["kind"] != "district"], boundaries.districts(region))
    return (context.sea(region), context.water(region)), places


@st.cache_data(show_spinner=False)
def ground_attributions() -> list[str]:
    """Return the sentences that must stand on a map with the local ground."""
    return context.attributions()


def cell_layer(allocation: Allocation) -> Layer:
    """Return the cells of an allocation as a layer."""
    return _cell_layer(allocation.fingerprint, allocation)


@st.cache_resource(max_entries=8, show_spinner=False)
def _cell_layer(key: str, _allocation: Allocation) -> Layer:
    return allocation_layers.cells(_allocation)


@st.cache_resource(max_entries=8, show_spinner=False)
def population_layer(region: str, surface: str, resolution: int) -> Layer:
    """Return the modelled residents of a region by cell."""
    return population_layers.cells(region, surface, resolution)


def shown_cells(allocation: Allocation, district: str, most: int) -> Layer:
    """Return the cells to be drawn as hexagons, each with its district's names for the tooltip.

    One district is drawn as it is; a region of more than ``most`` cells at the parent resolution.
    """
    layer = cell_layer(allocation)
    if district != "all":
        own = allocation.unit_adcodes == district  # a functional zone has cells of its own, too
        layer = dataclasses.replace(layer, id=f"cells-of-{district}", frame=layer.frame[own])
    elif int((allocation.units > 0).sum()) > most:
        layer = _coarser(allocation.fingerprint, layer)
    return coarser.named(layer, allocation.districts)


@st.cache_resource(max_entries=4, show_spinner=False)
def _coarser(key: str, _layer: Layer) -> Layer:
    return coarser.at_parents(_layer)


def reasons_of(allocation: Allocation) -> pd.DataFrame:
    """Return why units stand where they stand, one row a cell."""
    return _reasons(f"{allocation.fingerprint}:{allocation.result_hash}", allocation)


@st.cache_resource(max_entries=6, show_spinner=False)
def _reasons(key: str, _allocation: Allocation) -> pd.DataFrame:
    return reasons.table(_allocation)


def cell_data_url(layer: Layer, key: str) -> str:
    """Write the cells for the browser once for each content ``key``; return their URL."""
    names = ",".join(f.name for f in layer.fields)
    path = assets.data_file(f"{layer.id}:{key}:{names}:{_scale_key(layer)}")
    assets.serve(path, lambda: render_deck.write_cells(layer, path))
    return assets.data_url(path)


def picture(layer: Layer, key: str) -> tuple[Picture, str]:
    """Draw a layer of cells once for each content ``key``; return it and its URL as seen from a folium frame."""
    drawn = _picture(f"{layer.id}:{key}:{_scale_key(layer)}", layer)
    path = assets.data_file(f"png:{layer.id}:{key}:{_scale_key(layer)}", ".png")
    assets.serve(path, lambda: render_png.write(drawn, path))
    return drawn, assets.from_frame(path)


def deck_ground(region: str, bounds: tuple[float, ...] | None = None) -> render_deck.Ground:
    """Return the ground of a region under hexagons; finer for a part of it (``bounds``, degrees)."""
    districts, around = shapes(region)
    whole = shapely.box(*around.total_bounds).union(shapely.box(*districts.total_bounds)).bounds
    frame = whole if bounds is None else _widened(bounds, whole)
    drawn = _ground_picture(region, frame)
    path = assets.data_file(f"ground:{region}:{frame}:{hashlib.sha256(drawn.data).hexdigest()}", ".png")
    assets.serve(path, lambda: render_png.write(drawn, path))
    return render_deck.Ground(districts, frame, assets.data_url(path))


@st.cache_resource(max_entries=24, show_spinner=False)
def _ground_picture(region: str, bounds: tuple[float, float, float, float]) -> Picture:
    return render_deck.ground_picture(*shapes(region), scenery(region)[0], bounds)


def _widened(
    bounds: tuple[float, ...], limit: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return ``bounds`` with as much again on each side, within ``limit``."""
    west, south, east, north = bounds
    wide, tall = east - west, north - south
    return (
        max(west - wide, limit[0]),
        max(south - tall, limit[1]),
        min(east + wide, limit[2]),
        min(north + tall, limit[3]),
    )


def picture_url(layer: Layer, key: str) -> str:
    """Return the URL of a picture that :func:`picture` drew, from the root of the site."""
    return assets.data_url(assets.data_file(f"png:{layer.id}:{key}:{_scale_key(layer)}", ".png"))


def difference(first: Allocation, second: Allocation) -> Layer:
    """Return what differs between two results, cell by cell."""
    return _difference(f"{first.result_hash}:{second.result_hash}:{first.scenario.region}", first, second)


@st.cache_resource(max_entries=6, show_spinner=False)
def _difference(key: str, _first: Allocation, _second: Allocation) -> Layer:
    return coarser.named(comparison.cells(_first, _second), _first.districts)


@st.cache_resource(max_entries=12, show_spinner=False)
def _picture(key: str, _layer: Layer) -> Picture:
    return render_png.cells(_layer)


def _scale_key(layer: Layer) -> str:
    return repr((layer.scale.breaks, layer.scale.colours)) if layer.scale else ""


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


def scenario_rows() -> Mapping[str, dict[str, Any]]:
    """Return the scenarios of the library by id."""
    return {row["id"]: row for row in workflow.scenario_rows()}
