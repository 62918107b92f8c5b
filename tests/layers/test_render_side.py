"""Maps side by side: each has its view before its layers, for dots of few cells and outlines share what draws them."""

from __future__ import annotations

import geopandas as gpd
import shapely

from layers import render_side
from layers.render_png import Picture


def test_a_map_has_its_view_before_anything_is_laid_on_it():
    """Leaflet adds what waits for a view in the order of waiting: with dots, outlines came before their renderer."""
    land = gpd.GeoDataFrame(
        {"name_zh": ["甲"], "name_en": ["A"]}, geometry=[shapely.box(113, 23, 114, 24)], crs=4326
    )
    dots = [{"at": [113.5, 23.5], "colour": "#123456", "radius": 4.0}]
    panels = [render_side.Panel("甲", Picture(b"", (113.0, 23.0, 114.0, 24.0)), "/x.png", dots)]
    page = render_side.page(panels, land, land, "/a", "zh", "并排")
    script = page[page.index("panels.forEach") :]
    assert script.index("fitBounds") < script.index("addTo(m)")
    assert script.count("fitBounds") == 1
