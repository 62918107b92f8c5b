"""A collection in memory answers as a look at every feature would."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from infraplan.serve import store
from infraplan.serve.store import BadFilter
from layers.export.features import prepare
from layers.export.reference import WGS84
from layers.spec import Field, Layer

FIELDS = (
    Field("id", "标识", "Id", "code"),
    Field("name", "名称", "Name"),
    Field("n", "数量", "Count", "integer"),
    Field("x", "数值", "Value", "number"),
    Field("flag", "是否", "Flag", "flag"),
    Field("day", "日期", "Day", "date"),
)


def table(shapes):
    n = len(shapes)
    frame = gpd.GeoDataFrame(
        {
            "id": [f"f{i}" for i in range(n)],
            "name": [None if i % 7 == 3 else f"名{i % 4}" for i in range(n)],
            "n": pd.array([None if i % 5 == 2 else i % 3 for i in range(n)], dtype="Int64"),
            "x": [np.nan if i % 6 == 1 else i / 4 for i in range(n)],
            "flag": [i % 2 == 0 for i in range(n)],
            "day": [f"2022-01-{i % 28 + 1:02d}" for i in range(n)],
        },
        geometry=np.array(shapes, dtype=object),
        crs="EPSG:4326",
    )
    return store.of_features(prepare(Layer("t", "表", "t", "mixed", frame, FIELDS), "en", WGS84), "id")


def some_shapes(n=60):
    random = np.random.default_rng(7)
    shapes = []
    for i in range(n):
        x, y = random.uniform(100, 110), random.uniform(20, 30)
        if i % 5 == 0:
            shapes.append(None)
        elif i % 3 == 0:
            shapes.append(shapely.Point(x, y))
        elif i % 3 == 1:
            shapes.append(shapely.LineString([(x, y), (x + 1, y + 1)]))
        else:
            shapes.append(shapely.Point(x, y).buffer(0.8, quad_segs=2))
    return shapes


TABLE = table(some_shapes())


@given(st.floats(99, 111), st.floats(19, 31), st.floats(0, 6), st.floats(0, 6))
def test_a_box_selects_what_touches_it(west, south, width, height):
    box = (west, south, west + width, south + height)
    area = shapely.box(*box)
    expected = [i for i, s in enumerate(TABLE.shapes) if s is not None and s.intersects(area)]
    assert TABLE.select(box).tolist() == expected


def test_a_box_over_the_antimeridian_selects_both_sides():
    there = table([shapely.Point(179.5, 0), shapely.Point(-179.5, 0), shapely.Point(0, 0)])
    assert there.select((179, -1, -179, 1)).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("name", "名1", lambda p: p["name"] == "名1"),
        ("n", "1", lambda p: p["n"] == 1),
        ("x", "2.5", lambda p: p["x"] == 2.5),
        ("flag", "true", lambda p: p["flag"] is True),
        ("day", "2022-01-03", lambda p: p["day"] == "2022-01-03"),
    ],
)
def test_a_property_selects_equal_values_and_never_unknown_ones(name, text, fits):
    everything = TABLE.features(np.arange(len(TABLE)))
    expected = [i for i, f in enumerate(everything) if fits(f["properties"])]
    assert TABLE.select(equal=[(name, text)]).tolist() == expected
    assert expected


@pytest.mark.parametrize(
    ("name", "text"),
    [("n", "1.5"), ("n", "one"), ("n", "9" * 40), ("x", "nan"), ("x", "x"), ("flag", "maybe")],
)
def test_a_value_of_another_type_is_refused(name, text):
    with pytest.raises(BadFilter, match=name):
        TABLE.select(equal=[(name, text)])


def test_sorting_puts_unknown_last_and_keeps_ties_in_order():
    rows = TABLE.select(sort=[("n", True)])
    values = [f["properties"]["n"] for f in TABLE.features(rows)]
    known = [v for v in values if v is not None]
    assert known == sorted(known, reverse=True)
    assert values[len(known) :] == [None] * (len(values) - len(known))
    both = TABLE.features(TABLE.select(sort=[("n", False), ("x", True)]))
    pairs = [(f["properties"]["n"], f["properties"]["x"]) for f in both]
    ones = [x for n, x in pairs if n == 1 and x is not None]
    assert ones == sorted(ones, reverse=True)


def test_features_are_geojson_with_unknown_as_null():
    features = TABLE.features(np.arange(len(TABLE)))
    json.dumps(features, allow_nan=False)
    assert features[0]["geometry"] is None
    assert features[1]["properties"]["x"] is None
    assert features[3]["properties"]["name"] is None
    assert [f["id"] for f in features] == TABLE.ids.tolist()
    swapped = TABLE.features(np.array([6]), lat_first=True)[0]["geometry"]["coordinates"]
    assert swapped == features[6]["geometry"]["coordinates"][::-1]
    only = TABLE.features(np.array([1]), names=["n"], shapes=False)[0]
    assert (list(only["properties"]), only["geometry"]) == (["n"], None)


def test_tables_are_joined_and_what_one_lacks_is_unknown():
    first = table(some_shapes(4))
    second = store.Table(np.array(["z"]), {"id": first.columns["id"][:1]}, np.array([None]), {})
    both = store.joined([first, second])
    assert len(both) == 5
    last = both.features(np.array([4]))[0]
    assert last["id"] == "z"
    assert last["properties"]["n"] is None
    assert list(both.fields) == list(first.fields)


def test_an_empty_table_answers():
    nothing = table([])
    assert nothing.select((0, 0, 1, 1)).tolist() == []
    assert nothing.features(nothing.select()) == []
