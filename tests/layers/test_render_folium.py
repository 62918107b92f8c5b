"""Leaflet maps: nothing from outside, every value escaped, shifted copies only for display."""

from __future__ import annotations

import dataclasses

import folium.plugins
import numpy as np
import pytest
import shapely

from geo import boundaries
from layers import projects, render_folium
from plans import catalogue

EVIL = "<script>alert(1)</script>\u2028'\"</script>"


def script(*groups) -> str:
    drawn = render_folium.base_map((113.0, 22.5, 114.0, 24.0), "../leaflet")
    for group in groups:
        group.add_to(drawn)
    return drawn.get_root().render()


def test_a_map_fetches_from_this_machine_only():
    drawn = render_folium.base_map((113.0, 22.5, 114.0, 24.0), "../leaflet")
    assert render_folium.outward_links(drawn) == []


def test_a_script_from_outside_is_found():
    drawn = render_folium.base_map((113.0, 22.5, 114.0, 24.0), "../leaflet")
    folium.plugins.MarkerCluster().add_to(drawn)
    assert any("//" in link for link in render_folium.outward_links(drawn))


def test_hostile_names_do_not_become_markup():
    plan = catalogue.load_plan("guangzhou-2020")
    placed = next(p for p in plan.projects if projects.is_placed(p))
    bad = dataclasses.replace(placed, name_zh=EVIL, id="x<y")
    text = script(render_folium.points(projects.positioned(plan, [bad]), "zh"))
    assert "alert(1)" in text
    assert "<script>alert" not in text
    assert "\u2028" not in text


def test_hostile_district_names_do_not_become_markup():
    districts = boundaries.districts("500114").assign(name_zh=EVIL)
    text = script(
        render_folium.outlines(districts, "zh", {"500114": EVIL}), render_folium.names(districts, "zh")
    )
    assert "<script>alert" not in text


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_shifted_copies_leave_the_layer_as_it_is(datum):
    districts = boundaries.districts("500114")
    before = districts.geometry.to_wkb().tolist()
    plain, shifted = (
        script(render_folium.outlines(districts, "zh")),
        script(render_folium.outlines(districts, "zh", datum=datum)),
    )
    assert plain != shifted
    assert districts.geometry.to_wkb().tolist() == before


def test_accuracy_is_a_circle_in_metres_and_a_link_has_none():
    plan = catalogue.load_plan("guangzhou-2020")
    layer = projects.positioned(plan)
    lines = layer.frame.geometry.geom_type == "LineString"
    circles = script(render_folium.points(layer, "zh")).count('"metres"')
    assert circles == int((~lines & np.isfinite(layer.frame["accuracy_m"].astype(float))).sum())
    assert lines.sum() > 0


def test_a_place_is_a_circle_of_its_accuracy_and_a_ring_only_where_that_is_small():
    at = shapely.Point(113.3, 23.1)
    assert '"metres":8000' in script(render_folium.selection(at, metres=8000.0))
    assert '"radius":15' not in script(render_folium.selection(at, metres=8000.0))
    for known in (None, 50.0):
        assert '"radius":15' in script(render_folium.selection(at, metres=known))


def test_a_figure_is_escaped_line_by_line_and_an_estimate_looks_like_one():
    at = shapely.Point(113.3, 23.1)
    text = script(render_folium.figure(at, EVIL, f"{EVIL}\n2020-12", doubtful=True))
    assert "<script>alert" not in text
    assert "figure doubtful" in text
    assert "2020-12" in text
    assert "figure doubtful" not in script(render_folium.figure(at, "1", "2"))


def test_markers_have_a_sign_in_both_languages():
    plan = catalogue.load_plan("guangzhou-2020")
    layer = projects.positioned(plan)
    for lang in ("zh", "en"):
        assert script(render_folium.points(layer, lang)).count('class=\\"sign\\"') == len(layer.frame)


def test_shapes_are_no_stops_of_the_tab_key():
    districts = boundaries.districts("500114")
    assert "setAttribute('tabindex', '-1')" in script(render_folium.outlines(districts, "zh"))
