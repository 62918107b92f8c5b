"""Words of strangers stay words in all that Leaflet draws: tooltips, headings, names of what was brought."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import boundaries
from layers import allocation, render_folium, render_side
from layers.render_png import Picture

EVIL = "<img src=x onerror=alert(1)></script><b>"
LAND = gpd.GeoDataFrame(
    {"adcode": ["x<y"], "name_zh": [EVIL], "name_en": [EVIL]}, geometry=[shapely.box(113, 23, 114, 24)], crs=4326
)  # fmt: skip


def script(*groups) -> str:
    drawn = render_folium.base_map((113.0, 22.5, 114.0, 24.0), "../leaflet")
    for group in groups:
        group.add_to(drawn)
    return drawn.get_root().render()


def harmless(text: str) -> None:
    assert "onerror=alert" in text, "it is there to be read"
    for written in ("<img src=x", "\\u003cimg src=x"):  # as HTML, or as JSON that becomes HTML
        assert written not in text


def test_what_was_brought_is_named_in_words():
    harmless(script(render_folium.brought(np.array([shapely.Point(113.3, 23.1)]), [EVIL])))


def test_a_districts_tooltip_is_words():
    harmless(script(render_folium.outlines(LAND, "zh", {"x<y": EVIL})))
    harmless(script(render_folium.names(LAND, "en")))


def test_a_tooltip_of_fields_is_words(run_small):
    layer = allocation.districts(run_small)
    hostile = tuple(dataclasses.replace(f, label_zh=EVIL) for f in layer.fields)
    for drawn in (
        dataclasses.replace(layer, frame=layer.frame.assign(name_zh=EVIL)),
        dataclasses.replace(layer, fields=hostile),
    ):
        harmless(script(render_folium.polygons(drawn, "zh", [f.name for f in layer.fields])))


def test_a_figure_on_the_map_is_words():
    harmless(script(render_folium.figure(shapely.Point(113.3, 23.1), EVIL, EVIL)))


def test_headings_and_tooltips_of_maps_side_by_side_are_words():
    panels = [render_side.Panel(EVIL, Picture(b"", (113.0, 23.0, 114.0, 24.0)), "/x.png", [])]
    page = render_side.page(panels, LAND, LAND, "/a", "zh", EVIL)
    harmless(page)
    assert "</script><b>" not in page


@pytest.fixture(scope="module")
def run_small():
    from infraplan import workflow

    assert len(boundaries.districts("440100")) == 11
    return workflow.run("guangzhou-hydrogen-9")
