"""What deck.gl is told: cells by class from a URL, a ground that is a picture, a ring around what is chosen."""

from __future__ import annotations

import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image

from geo import grid
from layers import render_deck, render_png
from layers.spec import Field, Layer
from layers.style import Scale

LAKE = shapely.Polygon(
    shapely.box(113.1, 23.1, 113.5, 23.5).exterior.coords,
    [shapely.box(113.2, 23.2, 113.4, 23.4).exterior.coords],
)
LAND = gpd.GeoDataFrame(
    {"name_zh": ["甲区"], "name_en": ["First"]}, geometry=[shapely.box(113.0, 23.0, 113.6, 23.6)], crs=4326
)


def cells() -> Layer:
    found, _ = grid.cells_in(np.array([shapely.box(113.2, 23.0, 113.4, 23.2)]), 7)
    frame = pd.DataFrame({"cell": found, "units": np.arange(len(found)) % 3})
    scale = Scale("units", "数", "count", (1, 2, 3), ("#ff0000", "#0000ff"))
    fields = (Field("units", "数(测算)", "count (computed)", "integer"),)
    return Layer("cells", "网格", "cells", "cells", frame, fields, scale)


def told(**more) -> dict:
    view = render_deck.view_of((113.0, 23.0, 113.6, 23.6))
    return json.loads(render_deck.hexagons(cells(), "/component/data/x.json", view, "zh", **more).to_json())


def test_only_cells_with_units_are_written_each_with_its_class(tmp_path):
    layer = cells()
    assert render_deck.write_cells(layer, tmp_path / "c.json") == int((layer.frame["units"] > 0).sum())
    rows = json.loads((tmp_path / "c.json").read_text("utf-8"))
    assert {(r["units"], r["c"]) for r in rows} == {(1, 0), (2, 1)}


def test_the_ground_is_one_picture_beneath_and_nothing_comes_from_elsewhere():
    ground = render_deck.Ground(LAND, (113.0, 23.0, 113.6, 23.6), "/component/data/g.png")
    deck = told(ground=ground)
    kinds = [layer["@@type"] for layer in deck["layers"]]
    assert kinds == ["BitmapLayer", "H3HexagonLayer", "PathLayer", "ScatterplotLayer", "TextLayer"], (
        "names on top"
    )
    assert deck["layers"][0]["image"] == "/component/data/g.png"
    assert "http" not in json.dumps(deck)


def test_the_tooltip_has_chinese_marks_in_chinese():
    view = render_deck.view_of((113.0, 23.0, 113.6, 23.6))
    for lang, words in (("zh", "数\uff08测算\uff09\uff1a"), ("en", "count (computed): ")):
        deck = render_deck.hexagons(cells(), "/component/data/x.json", view, lang)
        assert deck._tooltip["html"] == f"{words}<b>{{units}}</b>"


def test_a_chosen_cell_has_a_ring_and_a_strange_one_none():
    cell = grid.to_hex(cells().frame["cell"].to_numpy()[:1])[0]
    [ring] = [layer for layer in told(chosen=cell)["layers"] if layer["id"] == "chosen"]
    assert ring["data"][0]["at"] == [round(v, 6) for v in grid.centroids(grid.from_hex([cell]))[0].tolist()]
    for strange in ("", "nothing", "<script>"):
        assert [layer["id"] for layer in told(chosen=strange)["layers"]] == ["cells", "cells-dots"]


def test_an_island_in_a_lake_is_land():
    """The lake's hole shows what is beneath, not the background."""
    water = gpd.GeoDataFrame(geometry=[LAKE], crs=4326)
    drawn = render_png.areas(
        [(LAND, "#00ff00", None), (water, "#0000ff", None)], (112.9, 22.9, 113.7, 23.7), "#ff0000"
    )
    image = np.asarray(Image.open(io.BytesIO(drawn.data)).convert("RGB"))
    west, south, east, north = drawn.bounds
    assert (west, south, east, north) == (112.9, 22.9, 113.7, 23.7)

    def colour(lon: float, lat: float) -> tuple[int, ...]:
        top, bottom, at = (np.arcsinh(np.tan(np.radians(v))) for v in (north, south, lat))
        return tuple(
            image[
                int((top - at) / (top - bottom) * image.shape[0]),
                int((lon - west) / (east - west) * image.shape[1]),
            ].tolist()
        )

    assert colour(112.95, 23.3) == (255, 0, 0)
    assert colour(113.05, 23.05) == (0, 255, 0)
    assert colour(113.15, 23.3) == (0, 0, 255)
    assert colour(113.3, 23.3) == (0, 255, 0)
