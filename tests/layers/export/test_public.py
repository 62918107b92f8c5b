"""The public version: what is coarsened, what is dropped, what stays exactly as it was."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import distance, grid
from layers import project_list
from layers.export.public import _VOLTAGE, public, rules
from layers.spec import Field, Layer
from plans import catalogue
from plans.vocabulary import vocabulary


def facilities(category):
    names = ["110千伏猎桥智能变电站", "±800kV换流站", "220/110 kV 站", "5G基站", "35千伏级线路"]
    frame = gpd.GeoDataFrame(
        {
            "name_zh": names,
            "quote": names,
            "category": category,
            "lon": 113.2643215,
            "lat": 23.1291,
            "accuracy_m": 20.0,
        },
        geometry=[shapely.Point(113.2643215, 23.1291)] * 5,
        crs="EPSG:4326",
    )
    fields = tuple(Field(n, n, n) for n in ("name_zh", "quote")) + (
        Field("category", "类别", "Category", "code"),
        Field("lon", "经度", "Longitude", "number"),
        Field("lat", "纬度", "Latitude", "number"),
        Field("accuracy_m", "精度", "Accuracy", "metres"),
    )
    return Layer("projects", "项目", "Projects", "points", frame, fields)


def test_voltage_goes_wherever_it_stands():
    changed, said = public(facilities("substation"))
    assert changed.frame["name_zh"].tolist() == ["猎桥智能变电站", "换流站", "站", "5G基站", "线路"]
    assert changed.frame["quote"].tolist()[0] == "…猎桥智能变电站"
    assert "4行" in said[0][0]
    assert _VOLTAGE.sub("", "5G千兆 10万户 3.5GHz") == "5G千兆 10万户 3.5GHz"


def test_a_sensitive_position_is_no_finer_than_fifty_metres():
    layer = facilities("substation")
    changed, _ = public(layer)
    before, after = layer.frame.geometry, changed.frame.geometry
    steps = np.round(shapely.get_coordinates(after.to_numpy()) * 1000)
    assert np.abs(shapely.get_coordinates(after.to_numpy()) * 1000 - steps).max() < 1e-6
    moved = distance.metres(before.x.to_numpy(), before.y.to_numpy(), after.x.to_numpy(), after.y.to_numpy())
    assert (changed.frame["accuracy_m"] >= 50).all()
    assert (moved <= changed.frame["accuracy_m"] - 20).all()
    assert changed.frame["lon"].tolist() == after.x.tolist()
    # two places in one square of the grid cannot be told apart
    assert 0.001 * 111_000 * np.cos(np.radians(45)) > 50


def test_other_positions_stay_exactly():
    layer = facilities("5g_station")
    changed, _ = public(layer)
    assert changed.frame.geometry.equals(layer.frame.geometry)
    assert changed.frame["accuracy_m"].tolist() == [20.0] * 5


def test_cells_of_a_sensitive_facility_are_summed_to_coarser_ones(cells):
    fine, parent = grid.children(cells.frame["cell"].to_numpy()[:10], 11)
    frame = cells.frame.iloc[parent].assign(cell=fine, units=1).reset_index(drop=True).sort_values("cell")
    layer = replace(cells, frame=frame)
    coarse, said = public(layer, "substation")
    assert grid.resolution_of(coarse.frame["cell"].to_numpy()) == 9
    assert coarse.frame["units"].sum() == len(frame)
    assert coarse.frame["people"].sum() == frame["people"].sum()
    assert said
    assert public(layer, "5g_station") == (layer, [])


@pytest.mark.parametrize("category", rules())
def test_each_category_is_one_of_the_catalogue(category):
    assert category in vocabulary("category")
    assert rules()[category].degrees >= 0.001


@pytest.mark.parametrize("plan", catalogue.available())
def test_no_plan_shows_a_voltage(plan):
    layer, _ = public(project_list.projects(catalogue.load_plan(plan)))
    for column in ("name_zh", "name_en", "quote", "note_zh", "note_en"):
        texts = layer.frame[column].dropna().astype(str)
        assert not texts.str.contains(r"\d\s*(?:千伏|kV|KV)", regex=True).any()
