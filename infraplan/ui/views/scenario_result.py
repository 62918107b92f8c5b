"""A result as a planner reads it: where, how much, how close to the best, why here, how sure."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from geo import grid
from infraplan import workflow
from infraplan.ui import browser, cache, guard, later, runs, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_facility, scenario_store, scenario_tabs, scenario_why
from layers import allocation as allocation_layers
from layers import demand_words, render_deck, render_folium
from layers.punctuation import printed
from layers.report import wording
from layers.spec import Layer
from layers.style import number
from layers.words import share
from plans.vocabulary import label
from scenarios.model import Allocation

HEIGHT = 545
VIEWS = ("cells", "districts", "picture")
#: More hexagons than this are drawn one resolution coarser, or for one district.
MOST_HEXAGONS = 100_000
WHOLE = "all"
#: Room for a figure of a card, in columns of text.
_LEAST_ROOM = 11


def draw(allocation: Allocation) -> None:
    """Draw the figures, the map with its legend and certificate, and the tabs below."""
    t = texts("scenario_page")
    _of_other(allocation)
    browser.prefer("view", "cells", "picture")
    with st.sidebar:
        view = state.choose("view", t("show"), VIEWS, t, style="segments", help=t("show_help"))
        district = _district(allocation)
    _figures(allocation, district)
    layer = _layer(allocation, view, district)
    left, right = st.columns([2.5, 1], gap="medium")
    with left:
        place = st.container()
        widgets.map_notes()
    with right:
        chosen = state.get("cell")
        if chosen:
            scenario_why.card(allocation, chosen)
        _legend(allocation, layer, view, district)
        _certificate(allocation)
        if not chosen:
            scenario_why.card(allocation, "")
    scenario_tabs.draw(allocation)
    browser.ask()
    draw_map = {"cells": _cells, "districts": _districts, "picture": _picture}[view]
    later.draw(place, lambda: draw_map(allocation, layer, district))


def _layer(allocation: Allocation, view: str, district: str) -> Layer:
    """Return what the map shows in this view."""
    if view == "cells":
        return cache.shown_cells(allocation, district, MOST_HEXAGONS)
    if view == "picture":
        return cache.cell_layer(allocation)
    layer = allocation_layers.districts(allocation)
    return replace(layer, frame=layer.frame[layer.frame["geometry"].notna()])  # without a cell: no outline


def _of_other(allocation: Allocation) -> None:
    """Warn of a target that is another city's, or of other things than the facility sites, as the form does."""
    t, lang, scenario = texts("scenario_form"), state.language(), allocation.scenario
    if category := workflow.other_facility(scenario):
        st.warning(guard.plain(t("facility_elsewhere", kind=label("category", category, lang))))
    if region := workflow.elsewhere(scenario):
        st.warning(guard.plain(t("target_elsewhere", city=scenario_store.region_name(region))))


def _district(allocation: Allocation) -> str:
    t, names = texts("scenario_page"), _names(allocation)
    return state.choose(
        "district",
        t("district_filter"),
        [WHOLE, *names],
        lambda a: t("whole_region") if a == WHOLE else names[a],
    )


def _figures(allocation: Allocation, district: str) -> None:
    t, lang = texts("scenario_page"), state.language()
    asked = (
        "amount_answer" if allocation.scenario.document.get("objective") == "fewest_units" else "target_value"
    )
    figures = [
        (t(asked), f"{allocation.amount:,}"),
        (t("allocated"), f"{allocation.allocated:,}"),
        (t("cells_used"), f"{int((allocation.units > 0).sum()):,}"),
        (_people(allocation), number(int(allocation.people.sum()), lang)),
    ]
    if allocation.coverage:
        figures.insert(2, (_covered(allocation), share(allocation.coverage["share"])))
    without = t("unplaced_card", n=f"{allocation.unplaced:,}") if allocation.unplaced else ""
    more = ["", without, *[""] * (len(figures) - 2)]
    # words that say of whom a figure is must not be cut short
    room = [max(_room(name), _room(m), _LEAST_ROOM) for (name, _), m in zip(figures, more, strict=True)]
    for column, (name, value), said in zip(st.columns(room), figures, more, strict=True):
        column.metric(name, value, said or None, delta_color="off", delta_arrow="off")
    for said in (_only_part(allocation), _unplaced(allocation)):
        if said:
            st.caption(guard.plain(said))
    if district != WHOLE:
        st.caption(guard.plain(_of_district(allocation, district)))


def _room(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _covered(allocation: Allocation) -> str:
    """Return the name of the share within reach, with what it is of."""
    lang = state.language()
    return texts("scenario_page")("covered", what=printed(demand_words.reached(allocation, lang), lang))


def _people(allocation: Allocation) -> str:
    return printed(demand_words.people(allocation.scenario, state.language()), state.language())


def _only_part(allocation: Allocation) -> str:
    """Say how much of the region's people or land the share within reach leaves out; empty where it is of all."""
    found, lang = allocation.coverage, state.language()
    if found is None or not demand_words.of_part(allocation):
        return ""
    whole = {
        "residents": float(allocation.people.sum()),
        "area": float(allocation.districts["area_m2"].sum()),
    }.get(found["demand_name"])
    if whole is None:
        return ""
    part, rest = (demand_words.quantity(v, found, lang) for v in (found["demand"], whole - found["demand"]))
    what = printed(demand_words.reached(allocation, lang), lang)
    return texts("scenario_page")("only_part", what=what, part=part, rest=rest)


def _unplaced(allocation: Allocation) -> str:
    """Say how many units lie in no cell, and whose they are; empty where all do."""
    if not allocation.unplaced:
        return ""
    table, lang = allocation.districts, state.language()
    names = ("、" if lang == "zh" else ", ").join(table[table["unplaced"] > 0][f"name_{lang}"])
    amount, n, placed = (f"{v:,}" for v in (allocation.amount, allocation.unplaced, allocation.allocated))
    return texts("scenario_page")("unplaced_note", amount=amount, n=n, placed=placed, names=names)


def _of_district(allocation: Allocation, district: str) -> str:
    """Return the figures of one district in a line; those above are the whole region's."""
    t, lang = texts("scenario_page"), state.language()
    table = allocation.districts
    row = table[table["adcode"] == district].to_dict("records")[0]
    said = [
        f"{t('allocated')} {int(row['allocated']):,}",
        f"{_people(allocation)} {number(int(row['population']), lang)}",
    ]
    if allocation.coverage and "coverage_share" in row:
        said.append(f"{_covered(allocation)} {share(row['coverage_share'])}")
    return t("of_district", name=row[f"name_{lang}"], figures=" · ".join(said))


def _cells(allocation: Allocation, layer: Layer, district: str) -> None:
    t, lang = texts("scenario_page"), state.language()
    if grid.resolution_of(layer.frame["cell"].to_numpy(dtype="uint64")) < allocation.scenario.resolution:
        st.caption(t("scale_parent", n=f"{len(allocation.cells):,}"))
    region = allocation.scenario.region
    frame = _bounds(allocation, district)
    part = None if district == WHOLE else frame
    view = render_deck.view_of(frame)
    url = cache.cell_data_url(layer, f"{allocation.fingerprint}:{allocation.result_hash}")
    deck = render_deck.hexagons(
        layer, url, view, lang, ground=cache.deck_ground(region, part), chosen=state.get("cell")
    )
    key = f"deck-{region}-{district}-{lang}"

    def clicked() -> None:
        objects = st.session_state[key].get("selection", {}).get("objects", {})
        state.put("cell", next((str(o.get("h", "")) for rows in objects.values() for o in rows), ""))

    st.pydeck_chart(
        deck, height=HEIGHT, key=key, on_select=clicked, selection_mode="single-object", alt=layer.title(lang)
    )


def _districts(allocation: Allocation, layer: Layer, district: str) -> None:
    lang = state.language()
    drawn = render_folium.base_map(_bounds(allocation, district), widgets.LEAFLET)
    shown = (f"name_{lang}", "allocated", "coverage_share", "per_10k", "per_km2", "population")
    region = allocation.scenario.region
    ground, _ = cache.shapes(region)
    groups = [widgets.ground(region), render_folium.polygons(layer, lang, shown),
              render_folium.names(ground, lang)]  # fmt: skip
    widgets.folium_map(drawn, f"districts-{allocation.scenario.region}-{district}-{lang}", HEIGHT, groups)


def _picture(allocation: Allocation, layer: Layer, district: str) -> None:
    lang = state.language()
    region = allocation.scenario.region
    ground, _ = cache.shapes(region)
    drawn = render_folium.base_map(_bounds(allocation, district), widgets.LEAFLET)
    image, url = cache.picture(layer, allocation.fingerprint)
    groups = [widgets.ground(region), render_folium.picture(image, url), *render_folium.dots(layer),
              render_folium.outlines(ground, lang)]  # fmt: skip
    name = f"picture-{region}-{district}-{lang}"
    if browser.lacks_webgl():
        st.caption(texts("scenario_page")("no_webgl"))
    said = widgets.folium_map(drawn, name, HEIGHT, groups, ("last_clicked",))
    at = said.get("last_clicked")
    if not at or st.session_state.get(f"{name}-seen") == at:
        return
    st.session_state[f"{name}-seen"] = at
    cell = grid.cells_at(np.array([at["lng"]]), np.array([at["lat"]]), allocation.scenario.resolution)
    state.put("cell", str(grid.to_hex(cell)[0]))
    st.rerun()


def _legend(allocation: Allocation, layer: Layer, view: str, district: str) -> None:
    """Draw the legend; with one district on the map it counts that district alone, as the map is zoomed to it."""
    t, lang = texts("scenario_page"), state.language()
    if layer.scale is None:
        return
    frame = layer.frame
    if district != WHOLE and view != "cells":  # those of the hexagons are the district's own already
        of = frame["adcode"] if view == "districts" else allocation.unit_adcodes
        frame = frame[of == district]
    values = frame[layer.scale.field].to_numpy(dtype=float, na_value=np.nan)
    if view == "districts":
        widgets.legend(layer.scale, lang, values=values)
    else:
        widgets.legend(
            layer.scale, lang, values=values[values > 0], count_words=texts("common")("class_count")
        )
    if district != WHOLE:
        st.caption(t("legend_of"))
    st.caption(layer.notice(lang))
    if view == "districts":
        table = allocation.districts
        if missing := list(table[~table["adcode"].isin(layer.frame["adcode"])][f"name_{lang}"]):
            names = ("、" if lang == "zh" else ", ").join(missing)
            st.caption(guard.plain(t("no_outline", names=names)))


def _bounds(allocation: Allocation, district: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a district, of the cells of a zone without a boundary, or of the region."""
    ground, _ = cache.shapes(allocation.scenario.region)
    if district == WHOLE:
        west, south, east, north = ground.total_bounds
    elif district in set(ground["adcode"]):
        west, south, east, north = ground[ground["adcode"] == district].total_bounds
    else:
        own = allocation.cells[allocation.unit_adcodes == district]
        west, south, east, north = grid.outline(own).bounds if len(own) else ground.total_bounds
    return float(west), float(south), float(east), float(north)


def _names(allocation: Allocation) -> dict[str, str]:
    """Return the names of the units by code; one without a cell is nowhere on the map."""
    table = allocation.districts[allocation_layers.has_cells(allocation)]
    return dict(zip(table["adcode"], table[f"name_{state.language()}"], strict=True))


def _certificate(allocation: Allocation) -> None:
    """Say in plain words how close to the best possible the plan is, and what the data's own error does to that."""
    t = texts("scenario_page")
    said = _how_close(allocation)
    if not said:
        return
    may_ask = runs.can_be_measured(allocation)
    measured = runs.measured(allocation) if may_ask else None
    under_way = may_ask and measured is None and runs.is_measuring(allocation)
    gap = "" if state.language() == "zh" else " "
    said.append(t("cert_scope") + gap + _how_sure(allocation, measured, under_way))
    st.markdown(f"### {t('certificate')}")
    st.html('<div class="plainwords">' + "<br>".join(html.escape(s) for s in said) + "</div>")
    if may_ask and measured is None and not under_way:
        st.button(
            t("error_start"),
            key="certificate_error",
            icon=":material/monitoring:",
            on_click=_measure,
            args=(allocation,),
        )
    _distances(allocation)


def _distances(allocation: Allocation) -> None:
    """Say at which distances the coverage was counted, how sure each of them is, and where it is from."""
    if allocation.profile is None or allocation.coverage is None:
        return
    lang = state.language()
    said = [guard.plain(printed(line, lang)) for line in scenario_facility.reach(allocation.profile)]
    if said:
        st.caption("  \n".join([f"**{texts('scenario_page')('reach_title')}**", *said]))


def _how_close(allocation: Allocation) -> list[str]:
    """Return one sentence a stage, as the report has it; none where the strategy says nothing of it."""
    t = texts("scenario_page")
    stages = allocation.solution.stages
    if not stages:
        return []
    if all(stage.name == "share" for stage in stages):
        return [t("cert_share")] if not allocation.unplaced else [t("cert_share_unplaced")]
    *said, _ = wording.certificate(allocation, state.language())
    coverage = allocation.coverage or {}
    kept = wording.floors(allocation, state.language())
    said = [printed(text, state.language()) for text in ([kept] if kept else []) + said]
    if coverage.get("units_for_goal") is not None and all(stage.name != "inverse" for stage in stages):
        sites = coverage["units_for_goal"] // wording.per_site(allocation)
        said.append(t("goal_units", n=f"{sites:,}"))
    full = wording.saturation(allocation, state.language())
    return said + ([printed(full, state.language())] if full else [])


def _how_sure(allocation: Allocation, measured: Mapping[str, Any] | None, under_way: bool) -> str:
    """Return what the data's own error means for the coverage: measured, being measured, not measured, or nothing."""
    t = texts("scenario_page")
    if allocation.coverage is None:
        return printed(wording.uncertainty(allocation, None, state.language())[0], state.language())
    if not runs.can_be_measured(allocation):
        return t("error_elsewhere")
    if measured is not None:
        return t("error_range", **{k: share(v) for k, v in measured["covered_share"].items()})
    return t("error_now") if under_way else t("error_unknown")


def _measure(allocation: Allocation) -> None:
    """Open the tab of the data's error and have it measured."""
    state.put("tab", "error")
    runs.start_measuring(allocation)
