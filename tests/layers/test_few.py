"""Few small cells are marked with dots, in the colour of their class, at their middles; many are not."""

from __future__ import annotations

import dataclasses
import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import grid
from layers import few, render_deck, render_folium, render_side
from layers.render_png import Picture
from layers.spec import Field, Layer
from layers.style import Scale


def cells(every: int, resolution: int = 8) -> Layer:
    """Cells of which every n-th has one or two units."""
    found, _ = grid.cells_in(np.array([shapely.box(113.2, 23.0, 113.4, 23.2)]), resolution)
    units = np.where(np.arange(len(found)) % every == 0, np.arange(len(found)) % 2 + 1, 0)
    scale = Scale("units", "数", "count", (1, 2, 3), ("#ff0000", "#0000ff"))
    frame = pd.DataFrame({"cell": found, "units": units})
    return Layer("cells", "网格", "cells", "cells", frame, (Field("units", "数", "count", "integer"),), scale)


def test_each_drawn_cell_has_its_dot():
    layer = cells(25)
    used = layer.frame[layer.frame["units"] > 0]
    rows = few.dots(layer)
    assert {r["h"]: r["units"] for r in rows} == dict(
        zip(grid.to_hex(used["cell"].to_numpy()).tolist(), used["units"].tolist(), strict=True)
    )
    assert [r["units"] for r in rows] == sorted(used["units"]), "the largest are drawn last, on top"
    assert {(r["units"], r["colour"]) for r in rows} == {(1, "#ff0000"), (2, "#0000ff")}
    at = np.array([r["at"] for r in rows])
    assert grid.to_hex(grid.cells_at(at[:, 0], at[:, 1], 8)).tolist() == [r["h"] for r in rows]


def city(n: int, spread_m: float, over_m: float = 200_000) -> Layer:
    """``n`` cells in use, ``spread_m`` apart, of a region ``over_m`` wide at resolution 9."""
    side = int(np.ceil(np.sqrt(n)))
    i, j = np.divmod(np.arange(n), side)
    at = np.column_stack([117 + j * spread_m / 92_000, 34 + i * spread_m / 111_000])
    corner = [[117 + over_m / 92_000, 34 + over_m / 111_000]]
    found = np.unique(grid.cells_at(*np.vstack([at, corner]).T, 9))
    used = np.isin(found, grid.cells_at(*at.T, 9))
    frame = pd.DataFrame({"cell": found, "units": used.astype(int)})
    return dataclasses.replace(cells(25), frame=frame)


def test_dots_are_as_large_as_leaves_them_apart():
    sizes = [few.dots(city(n, spread))[0]["radius"] for n, spread in ((100, 9000), (400, 2000), (3000, 1100))]
    assert sizes == [4.0, 2.0, 1.5]
    assert few.dots(city(3000, 1100), few.BESIDE)[0]["radius"] == 1.0, "a smaller map, smaller dots"


def test_cells_that_are_seen_or_lie_close_together_have_none_unless_few():
    assert few.dots(city(3000, 400)) == [], "one beside the other they are an area"
    assert few.dots(city(400, 1000, over_m=20_000)) == [], "cells as wide as dots"
    assert few.dots(city(200, 400)), "a spot on the map of a whole city"
    assert few.dots(city(few.MOST + 1, 2500)) == []


def test_many_cells_and_none_have_no_dots():
    assert int((cells(1).frame["units"] > 0).sum()) > few.FEW
    assert few.dots(cells(1)) == []
    empty = cells(25)
    empty.frame["units"] = 0
    assert few.dots(empty) == []


def test_every_kind_of_map_draws_them():
    layer = cells(25)
    n = len(few.dots(layer))
    deck = json.loads(render_deck.hexagons(layer, "/x.json", {"zoom": 9}, "zh").to_json())
    [drawn] = [x for x in deck["layers"] if x["id"] == "cells-dots"]
    assert (len(drawn["data"]), drawn["pickable"], drawn["getRadius"]) == (n, True, "@@=radius")
    assert drawn["radiusUnits"] == "pixels"
    assert len(render_folium.dots(layer)) == 1
    assert render_folium.dots(cells(1)) == []
    land = gpd.GeoDataFrame(
        {"name_zh": ["甲"], "name_en": ["A"]}, geometry=[shapely.box(113, 23, 114, 24)], crs=4326
    )
    picture = Picture(b"", (113.0, 23.0, 114.0, 24.0))
    page = render_side.page(
        [render_side.Panel("甲", picture, "/x.png", few.dots(layer))], land, land, "/a", "zh", "并排"
    )
    panels = json.loads(re.search(r"panels=(\[.*?\]), maps", page, re.DOTALL).group(1))
    assert panels[0]["dots"][0]["radius"] == few.dots(layer)[0]["radius"]
    lat, lon = panels[0]["dots"][0]["at"]
    assert (len(panels[0]["dots"]), round(lat), round(lon)) == (n, 23, 113)
