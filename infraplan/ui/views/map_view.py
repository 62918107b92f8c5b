"""The map: an allocation as hexagons, its districts, and the projects that the document names."""

from __future__ import annotations

import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.ui import cache, state, widgets
from infraplan.ui.i18n import texts
from layers import allocation as allocation_layers
from layers import projects as project_layers
from layers import render_deck, render_folium
from layers.style import number
from plans import catalogue
from scenarios.model import Allocation


def render() -> None:
    """Draw the page."""
    t, lang = texts("map_page"), state.language()
    try:
        rows = {row["id"]: row for row in workflow.scenario_rows()}
        with st.sidebar:
            chosen = state.choose(
                "scenario", t("scenario"), list(rows), lambda i: rows[i][f"title_{lang}"], "guangzhou-5g-2022"
            )
            view = state.choose("view", t("show"), ["cells", "districts", "projects"], t)
        with st.spinner(t("running")):
            allocation = cache.run(cache.scenario(chosen))
    except InfraPlanError as error:
        st.error(error.text(lang))
        return
    st.markdown(f"#### {allocation.scenario.title(lang)}")
    _figures(allocation)
    left, right = st.columns([3.2, 1])
    with left:
        {"cells": _cells, "districts": _districts, "projects": _projects}[view](allocation)
        st.caption(t("internal"))
    with right:
        _side(allocation, view)
    _table(allocation)


def _figures(allocation: Allocation) -> None:
    t, lang = texts("map_page"), state.language()
    figures = [
        ("target_value", allocation.amount),
        ("allocated", allocation.allocated),
        ("cells_used", int((allocation.units > 0).sum())),
        ("people", int(allocation.people.sum())),
    ]
    for column, (key, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(t(key), number(value, lang))


def _cells(allocation: Allocation) -> None:
    layer = allocation_layers.cells(allocation)
    west, south, east, north = boundaries.region(allocation.scenario.region).geometry.bounds
    view = {"longitude": (west + east) / 2, "latitude": (south + north) / 2, "zoom": 8.6}
    deck = render_deck.hexagons(layer, cache.cell_data_url(layer, allocation), view, state.language())
    st.pydeck_chart(deck, height=620, key=f"deck-{allocation.scenario.region}")


def _districts(allocation: Allocation) -> None:
    lang = state.language()
    layer = allocation_layers.districts(allocation)
    drawn = render_folium.base_map(tuple(layer.frame.total_bounds), widgets.LEAFLET)
    shown = (f"name_{lang}", "allocated", "per_10k", "per_km2", "population")
    render_folium.add_polygons(drawn, layer, lang, shown)
    widgets.folium_map(drawn, f"districts-{allocation.fingerprint[:12]}-{lang}")


def _projects(allocation: Allocation) -> None:
    t, lang = texts("map_page"), state.language()
    plan_id = cache.plan_of(allocation.scenario)
    if plan_id is None:
        return
    plan = catalogue.load_plan(plan_id)
    layer = project_layers.positioned(plan)
    ground = allocation_layers.districts(allocation)
    drawn = render_folium.base_map(tuple(ground.frame.total_bounds), widgets.LEAFLET)
    render_folium.add_ground(drawn, ground, lang)
    shown = (f"name_{lang}", "clause", "quote", "accuracy_m", "position_basis", "responsible")
    render_folium.add_points(drawn, layer, lang, shown)
    widgets.folium_map(drawn, f"projects-{plan.sha256[:12]}-{lang}")
    with st.expander(f"{t('no_place')} ({len(project_layers.unplaced(plan))})"):
        st.dataframe(
            [
                {t("projects"): p.name(lang), t("clause"): p.clause, "": p.quote}
                for p in project_layers.unplaced(plan)
            ],
            hide_index=True,
        )


def _side(allocation: Allocation, view: str) -> None:
    t, lang = texts("map_page"), state.language()
    if view != "projects":
        layer = (allocation_layers.cells if view == "cells" else allocation_layers.districts)(allocation)
        if layer.scale:
            widgets.legend(layer.scale, lang, t("legend_unknown") if view == "districts" else None)
        st.caption(layer.notice(lang))
    target = allocation.target
    if target:
        plan = catalogue.load_plan(target["plan"])
        st.markdown(f"**{t('evidence')}**")
        st.text(f"{t('source')}: {plan.title(lang)}\n{t('clause')}: {target['clause']}\n“{target['quote']}”")
    with st.expander(t("assumptions")):
        for item in allocation.scenario.document.get("assumptions", []):
            st.text(f"· {item[lang]}")
    st.markdown(f"**{t('download')}**")
    for layer_id in ("cells", "districts"):
        st.download_button(
            t(f"download_{layer_id}"),
            data=lambda layer_id=layer_id: cache.geojson_bytes(allocation.fingerprint, layer_id, allocation),
            file_name=f"{allocation.scenario.id}-{layer_id}.geojson",
            mime="application/geo+json",
            on_click="ignore",
        )
    st.caption(f"{t('fingerprint')} {allocation.fingerprint[:16]}")


def _table(allocation: Allocation) -> None:
    t, lang = texts("map_page"), state.language()
    layer = allocation_layers.districts(allocation)
    names = [f"name_{lang}", "allocated", "per_10k", "per_km2", "population"]
    labels = {f.name: f.label(lang) for f in layer.fields}
    st.markdown(f"**{t('by_district')}**")
    st.dataframe(layer.frame[names].rename(columns=labels).round(2), hide_index=True)
