"""GeoJSON by RFC 7946, looked at by shapely and by the standard's own rules."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import grid
from layers import boundaries
from layers.export import geojson
from layers.spec import Field, Layer
from plans import catalogue

CELLS = np.sort(grid.cells_at(np.array([113.2, 113.3, 113.4]), np.array([23.1, 23.2, 23.3]), 9))


def cells_layer() -> Layer:
    frame = pd.DataFrame({"cell": CELLS, "units": np.array([3, 0, 5]), "share": [0.5, np.nan, 1.0]})
    fields = (Field("units", "数量", "Units", "integer"), Field("share", "比例", "Share", "share"))
    return Layer("cells", "网格", "Cells", "cells", frame, fields)


def polygons_layer() -> Layer:
    clockwise = shapely.Polygon(
        [(0, 0), (0, 1), (1, 1), (1, 0)], [[(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)]]
    )
    texts = ['䶮㙟 "quoted"\nline', "=cmd|' /C calc'!A0"]
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"], "text": texts},
        geometry=[clockwise, shapely.MultiPolygon([clockwise])],
        crs="EPSG:4326",
    )
    return Layer("shapes", "面", "Shapes", "polygons", frame, (Field("text", "文字", "Text"),))


def written(layer, path):
    assert geojson.write(layer, path) == len(layer.frame)
    return json.loads(path.read_bytes().decode("utf-8"))


def test_cells_keep_their_ids_as_text_and_unknown_as_null(tmp_path):
    document = written(cells_layer(), tmp_path / "cells.geojson")
    assert [f["properties"]["h3"] for f in document["features"]] == grid.to_hex(CELLS).tolist()
    assert [f["id"] for f in document["features"]] == grid.to_hex(CELLS).tolist()
    assert document["features"][1]["properties"]["share"] is None
    assert all(type(f["properties"]["units"]) is int for f in document["features"])


@pytest.mark.parametrize("layer", [cells_layer(), polygons_layer()], ids=["cells", "polygons"])
def test_rings_are_right_handed_and_bbox_holds_all(tmp_path, layer):
    document = written(layer, tmp_path / "x.geojson")
    assert "crs" not in document
    west, south, east, north = document["bbox"]
    for feature in document["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)
        assert west <= shape.bounds[0] <= shape.bounds[2] <= east
        assert south <= shape.bounds[1] <= shape.bounds[3] <= north


def test_text_survives(tmp_path):
    layer = polygons_layer()
    document = written(layer, tmp_path / "x.geojson")
    assert [f["properties"]["text"] for f in document["features"]] == layer.frame["text"].tolist()
    assert "䶮" in (tmp_path / "x.geojson").read_text("utf-8")


def test_coordinates_are_rounded_to_a_centimetre(tmp_path):
    document = written(cells_layer(), tmp_path / "x.geojson")
    numbers = np.array(document["features"][0]["geometry"]["coordinates"][0])
    assert np.array_equal(numbers, np.round(numbers, 7))
    assert np.abs(numbers - grid.polygons(CELLS[:1])[0].exterior.coords[0]).min() < 1e-6


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.geojson"
    path.write_text("old")
    monkeypatch.setattr(shapely, "to_geojson", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        geojson.write(cells_layer(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_layer_is_a_valid_empty_collection(tmp_path):
    layer = cells_layer()
    empty = Layer("cells", "网格", "Cells", "cells", layer.frame.iloc[:0], layer.fields)
    assert written(empty, tmp_path / "x.geojson")["features"] == []


def signed_area(ring):
    """Twice the signed area of a ring by the shoelace formula: positive when it runs counter-clockwise."""
    x, y = np.array(ring, dtype=float).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


@pytest.mark.parametrize("plan_id", catalogue.available())
def test_every_ring_of_real_districts_is_right_handed_and_valid(tmp_path, plan_id):
    """Without any geometry library: outer rings counter-clockwise, holes clockwise, all closed."""
    document = written(boundaries.districts(catalogue.load_plan(plan_id)), tmp_path / "x.geojson")
    shapes = [f["geometry"] for f in document["features"] if f["geometry"]]
    assert shapes
    for shape in shapes:
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for outer, *holes in polygons:
            assert signed_area(outer) > 0
            assert all(signed_area(hole) < 0 for hole in holes)
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in (outer, *holes))
        assert shapely.geometry.shape(shape).is_valid
