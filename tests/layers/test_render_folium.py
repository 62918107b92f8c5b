"""Leaflet maps: nothing from outside, every value escaped, shifted copies only for display."""

from __future__ import annotations

import dataclasses
import re

import folium.plugins
import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import boundaries
from layers import projects, render_folium, render_png
from layers.spec import Field, Layer
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
    assert "figure led" in script(render_folium.figure(at, "1", "2", led=True))


def test_markers_have_a_sign_in_both_languages():
    plan = catalogue.load_plan("guangzhou-2020")
    layer = projects.positioned(plan)
    for lang in ("zh", "en"):
        assert script(render_folium.points(layer, lang)).count('class=\\"sign\\"') == len(layer.frame)


def test_shapes_are_no_stops_of_the_tab_key():
    districts = boundaries.districts("500114")
    assert "setAttribute('tabindex', '-1')" in script(render_folium.outlines(districts, "zh"))


def test_a_name_says_which_outline_it_belongs_to():
    districts = boundaries.districts("440100")
    for made in (render_folium.outlines(districts, "zh"), render_folium.names(districts, "zh")):
        text = script(made)
        for adcode in districts["adcode"]:
            assert text.count(f'data-of=\\"{adcode}\\"') == 1


def test_a_name_belongs_where_its_shape_has_most_room():
    shape = shapely.union_all([shapely.box(0, 0, 3, 3), shapely.box(3, 1.4, 9, 1.6)])
    frame = gpd.GeoDataFrame(
        {"adcode": ["1"], "name_zh": ["甲区"], "name_en": ["A"]}, geometry=[shape], crs="EPSG:4326"
    )
    (at,) = re.findall(r'"at":\[([\d.]+),([\d.]+)\]', script(render_folium.names(frame, "zh")))
    assert [round(float(v), 1) for v in at] == [1.5, 1.5]


def test_a_chosen_district_is_outlined():
    text = script(render_folium.selection(boundaries.districts("500114").geometry.iloc[0]))
    assert "Polygon" in text
    assert f'"color":"{render_folium.SELECTED}"' in text


def test_what_cells_are_stands_on_the_map_escaped():
    drawn = render_png.Picture(b"", (113.0, 22.5, 114.0, 24.0))
    text = script(render_folium.picture(drawn, "cells.png", said=f"网格{EVIL}"))
    assert "网格" in text
    assert "<script>alert" not in text
    assert "corner.remove()" in text
    assert "corner.remove()" not in script(render_folium.picture(drawn, "cells.png"))


def test_a_chinese_map_has_a_chinese_scale():
    for lang, there in (("zh", True), ("en", False)):
        drawn = render_folium.base_map((113.0, 22.5, 114.0, 24.0), "../leaflet")
        render_folium.read_in(drawn, lang)
        assert ("' 公里'" in drawn.get_root().render()) is there


def test_a_tooltip_has_full_width_marks_in_chinese_and_minus_signs():
    districts = boundaries.districts("500114").assign(people=-5)
    layer = Layer(
        "l", "层", "layer", "polygons", districts,
        (Field("people", "常住人口(2020年普查)", "Residents (2020 census)", "people"),),
    )  # fmt: skip
    text = script(render_folium.polygons(layer, "zh", ("people",)))
    assert "常住人口\uff082020年普查\uff09" in text
    assert "\u22125" in text
    assert "Residents (2020 census)" in script(render_folium.polygons(layer, "en", ("people",)))


def test_words_are_dark_enough_for_the_rim_around_them():
    text = script()
    for colour in re.findall(r"\.(?:place|quiet)\{color:(#\w{6})", text):
        assert contrast(colour, "#ffffff") >= 7
    assert text.count("-1.5px -1.5px 0 #fff") == 1


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG reckons it."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(first), light(second)))
    return (high + 0.05) / (low + 0.05)
