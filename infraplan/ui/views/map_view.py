"""The map on which promises, places and scenarios meet: one ground, layers over it, a card for what is clicked."""

from __future__ import annotations

import html
import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from geo import boundaries, china_offsets, grid
from geo.errors import InfraPlanError
from infraplan import uploads
from infraplan.ui import cache, guard, runs, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import map_choice, map_find, map_look, map_panel, map_reported, scenario_store
from infraplan.ui.views.map_choice import Choice
from infraplan.workspace import Workspace
from layers import basemap, promises, render_folium
from layers import projects as project_layers
from layers.punctuation import printed
from layers.scopes import scope
from layers.spec import Layer
from layers.words import deadline, figure

HEIGHT = 600
#: Of an uploaded list so many rows are drawn: a browser's map of shapes stays quick.
_MOST_BROUGHT = 2000
#: Zooms of a flight to a place, and metres a pixel of zoom 0 at the equator.
_NEAREST, _FARTHEST, _M_A_PIXEL = 13, 8, 156_543


def render() -> None:
    """Draw the page."""
    lang = state.language()
    map_look.apply()
    choice = map_choice.ask()
    _elsewhere(choice)
    cells: dict[str, Layer] = {}
    name = f"map-{choice.region}-{choice.ground.code}-{len(choice.tiles)}-{lang}"
    groups = _groups(choice, cells)
    _clicked(name, choice, cells)
    chosen = state.get("sel")
    left, right = st.container(key="with_card").columns([2.4, 1], gap="medium")
    with right:
        map_find.draw(choice)
        chosen = state.get("sel")
        place, metres = map_panel.place_of(choice, chosen), map_panel.metres_of(choice, chosen)
    with left:
        if place is not None:
            is_project = chosen.startswith("project:")  # its own circle is drawn already
            groups.append(render_folium.selection(place, choice.datum, None if is_project else metres))
        districts, _ = cache.shapes(choice.region)
        drawn = render_folium.base_map(
            tuple(districts.total_bounds), widgets.LEAFLET, choice.tiles, choice.ground.attribution,
            choice.ground.max_zoom,
        )  # fmt: skip
        center, zoom = _flight(place, metres)
        with st.container(key="map_whole"):  # as high as the window has room for: map_look
            widgets.folium_map(
                drawn, name, HEIGHT, groups, ("last_active_drawing", "last_clicked"), center=center, zoom=zoom
            )
        if cells:
            st.caption(guard.plain(" · ".join(_shown_cells(choice, cells))))
        _notes()
    with right:
        map_panel.panel(choice, chosen, cells)
    map_panel.lists(choice)


def _elsewhere(choice: Choice) -> None:
    """Let go of what was chosen in another city, unless a link asks for it."""
    before = st.session_state.get("map_city")
    st.session_state["map_city"] = choice.region
    if before not in (None, choice.region) and not state.arrived("sel"):
        state.put("sel", "")


def _notes() -> None:
    """Say under the map what kind of map it is and whose data lies under it."""
    lang = state.language()
    sources = [printed(basemap.attribution_words(text, lang), lang) for text in cache.ground_attributions()]
    st.html(f'<div class="notes">{html.escape(" · ".join([texts("common")("internal"), *sources]))}</div>')


def _shown_cells(choice: Choice, cells: dict[str, Layer]) -> list[str]:
    """Say what the coloured cells of the map are: the scenario by its title, people as modelled."""
    t, lang = texts("map_page"), state.language()
    said = []
    if "scenario" in cells and choice.scenario:
        said.append(t("cells_are", title=runs.title(scenario_store.opened(str(choice.scenario)).base)))
    if "population" in cells:
        said.append(cells["population"].title(lang))
    return said


def _groups(choice: Choice, cells: dict[str, Layer]) -> list[render_folium.Group]:
    """Return what is drawn, from the ground up; fill ``cells`` with the layers of cells that can be asked."""
    lang, datum = state.language(), choice.datum
    districts, _ = cache.shapes(choice.region)
    groups = []
    if choice.ground.code == "local":
        groups.append(widgets.ground(choice.region, datum))
    if choice.population:
        groups += _population(choice, cells)
    if choice.scenario:
        groups += _scenario(choice, cells)
    if choice.target:
        groups += _target(choice)
    if choice.names:
        more = project_layers.by_district(choice.projects) if choice.show_projects else {}
        beside = {a: texts("map_page")("more_here", n=n) for a, n in more.items()}
        groups.append(render_folium.outlines(districts, lang, beside, datum))
    if choice.baselines:
        groups += map_reported.groups(choice.plans, choice.region, datum)
    for upload in choice.brought:
        groups += _brought(upload, datum)
    if choice.show_projects:
        for plan in choice.plans:
            among = [p for p in choice.projects if p.plan == plan.id]
            groups.append(render_folium.points(project_layers.positioned(plan, among), lang, datum))
    return groups


def _population(choice: Choice, cells: dict[str, Layer]) -> list[render_folium.Group]:
    try:
        layer = cache.population_layer(choice.region, "modelled-2020", 9)
    except InfraPlanError as error:
        guard.show(error)
        return []
    cells["population"] = layer
    with choice.slots["population"]:
        people = layer.frame["people"].to_numpy()
        if layer.scale:
            words = texts("common")("class_count")
            widgets.legend(layer.scale, state.language(), values=people[people > 0], count_words=words)
        st.caption(layer.notice(state.language()))
    drawn, url = cache.picture(layer, f"{choice.region}:{layer.provenance.get('sha256', '')}")
    return [render_folium.picture(drawn, url, 0.85, choice.datum, layer.title(state.language()))]


def _scenario(choice: Choice, cells: dict[str, Layer]) -> list[render_folium.Group]:
    """Return the cells of the chosen scenario; one that cannot be read or run is told, and the map stands."""
    code, slot = str(choice.scenario), choice.slots["scenario"]
    try:
        scenario = scenario_store.opened(code).base
        allocation = runs.known(scenario)
    except InfraPlanError as error:
        guard.show(error)
        return []
    with slot:
        if allocation is None:
            runs.start_button(scenario, "map_run")
            _scenario_link(code)
            return []
        layer = cache.cell_layer(allocation)
        _scenario_legend(layer)
        _scenario_link(code)
    cells["scenario"] = layer
    drawn, url = cache.picture(layer, allocation.fingerprint)
    said = texts("map_page")("cells_here", title=runs.title(scenario))
    return [
        render_folium.picture(drawn, url, 0.8, choice.datum, said),
        *render_folium.dots(layer, choice.datum),
    ]


def _scenario_legend(layer: Layer) -> None:
    lang, words = state.language(), texts("common")("class_count")
    used = layer.frame["units"].to_numpy()
    if layer.scale:
        widgets.legend(layer.scale, lang, values=used[used > 0], count_words=words)
    st.caption(layer.notice(lang))


def _scenario_link(code: str) -> None:
    from infraplan.ui import app

    st.page_link(
        app.page("scenario"), label=texts("map_page")("open_scenario"), icon=":material/tune:",
        query_params=state.link(scenario=code),
    )  # fmt: skip


def _target(choice: Choice) -> list[render_folium.Group]:
    t, lang = texts("map_page"), state.language()
    target = choice.target
    assert target is not None
    layer = promises.by_district(choice.plan_of(target), target)
    drawn = []
    if layer.scale:
        drawn.append(render_folium.polygons(layer, lang, (f"name_{lang}", "figure_zh" if lang == "zh" else "figure_en"),
                                            choice.datum))  # fmt: skip
    west, south, east, north = boundaries.region(choice.region).bounds
    narrower = printed(scope(target, lang), lang)
    holds_for = (
        t("figure_scope", scope=narrower)
        if narrower
        else t("figure_all", name=widgets.unit_name(target.region_adcode))
    )
    words = f"{target.indicator(lang)} · {deadline(target, lang)}\n{holds_for}"
    at = shapely.Point(
        west + 0.2 * (east - west), north - 0.06 * (north - south)
    )  # beside, not on, the places
    drawn.append(render_folium.figure(at, figure(target, lang), words, choice.datum))
    return drawn


def _brought(upload: str, datum: str) -> list[render_folium.Group]:
    """Return an uploaded list or boundary file as it was accepted, positions in WGS84."""
    t = texts("map_page")
    workspace = Workspace()
    try:
        record = workspace.get("upload", upload)
        data = uploads.load(workspace, record)
    except InfraPlanError as error:
        guard.show(error)
        return []
    if isinstance(data, gpd.GeoDataFrame):
        shapes, frame = data.geometry.to_numpy(), pd.DataFrame(data)
    else:
        frame = data[np.isfinite(data["lon"].astype(float)) & np.isfinite(data["lat"].astype(float))]
        shapes = shapely.points(frame["lon"].astype(float), frame["lat"].astype(float))
    if not len(frame):
        st.caption(guard.plain(t("brought_none", title=record.title)))
        return []
    column = next((c for c in ("name", "name_zh", "title", "adcode") if c in frame.columns), frame.columns[0])
    return [
        render_folium.brought(shapes[:_MOST_BROUGHT], frame[column].tolist()[:_MOST_BROUGHT], datum=datum)
    ]


def _flight(
    place: shapely.Geometry | None, metres: float | None
) -> tuple[tuple[float, float] | None, int | None]:
    """Return where the map flies to and how near: not nearer than shows the whole circle of its accuracy."""
    if place is None:
        return None, None
    middle = place.representative_point() if place.geom_type != "Point" else place
    zoom = 11 if place.geom_type.endswith("Polygon") else _NEAREST
    if metres:
        whole = _M_A_PIXEL * math.cos(math.radians(middle.y)) * HEIGHT / (2.2 * metres)
        zoom = max(min(zoom, math.floor(math.log2(whole))), _FARTHEST)
    return (round(middle.y, 6), round(middle.x, 6)), zoom


def _clicked(name: str, choice: Choice, cells: dict[str, Layer]) -> None:
    """Turn a new click into what is chosen: a project, a district, or the cell under it."""
    said = st.session_state.get(name)
    if not isinstance(said, dict):
        return
    new = json.dumps(said, sort_keys=True)
    if st.session_state.get("map_said") == new:
        return
    before = json.loads(st.session_state.get("map_said") or "{}")
    st.session_state["map_said"] = new
    feature = said.get("last_active_drawing")
    ident = (feature or {}).get("properties", {}).get("id", "")
    if feature and feature != before.get("last_active_drawing") and not ident.isdigit() and ident:
        state.put("sel", f"project:{ident}")
        return
    at = said.get("last_clicked")
    if at and at != before.get("last_clicked"):
        found = meant(float(at["lng"]), float(at["lat"]), choice, cells)
        if found:
            state.put("sel", found)


def meant(lon: float, lat: float, choice: Choice, cells: dict[str, Layer]) -> str | None:
    """Return what a click means: the drawn cell under it, else the district; None outside the region."""
    if choice.datum != "WGS84":
        x, y = china_offsets.to_wgs84(np.array([lon]), np.array([lat]), choice.datum)
        lon, lat = float(x[0]), float(y[0])
    for layer in cells.values():
        ids = layer.frame["cell"].to_numpy(dtype=np.uint64)
        cell = grid.cells_at(np.array([lon]), np.array([lat]), grid.resolution_of(ids))[0]
        row = pd.Index(ids).get_indexer([cell])[0]
        if row >= 0 and layer.scale is not None and layer.frame[layer.scale.field].iloc[row] > 0:
            return f"cell:{grid.to_hex(np.array([cell]))[0]}"
    inside = boundaries.locate(np.array([lon]), np.array([lat]), choice.region)[0]
    return f"district:{inside}" if inside else None
