"""Coarser cells: sums stay whole; names stand where codes stood."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import grid
from layers import coarser
from layers.spec import Field, Layer
from layers.style import sequential


def layer() -> Layer:
    lon, lat = np.meshgrid(np.linspace(113.2, 113.3, 40), np.linspace(23.1, 23.2, 40))
    cells = np.unique(grid.cells_at(lon.ravel(), lat.ravel(), 9))
    units = np.arange(len(cells)) % 4
    frame = pd.DataFrame({"cell": cells, "adcode": "440106", "units": units})
    fields = (Field("adcode", "代码", "Code", "code"), Field("units", "数", "Units", "integer"))
    scale = sequential(units[units > 0], "units", ("数", "units"), whole=True)
    return Layer("cells", "网格", "cells", "cells", frame, fields, scale)


def test_sums_stay_whole():
    fine = layer()
    coarse = coarser.at_parents(fine)
    assert coarse.frame["units"].sum() == fine.frame["units"].sum()
    assert len(coarse.frame) < len(fine.frame) / 4
    ids = coarse.frame["cell"].to_numpy(dtype=np.uint64)
    assert grid.resolution_of(ids) == 8
    assert (np.diff(ids.astype(object)) > 0).all()


def test_every_parent_has_the_sum_of_its_own_cells():
    fine = layer()
    coarse = coarser.at_parents(fine).frame.set_index("cell")["units"]
    parents = grid.parents(fine.frame["cell"].to_numpy(dtype=np.uint64), 8)
    for parent in np.unique(parents):
        assert coarse[parent] == fine.frame["units"][parents == parent].sum()


def test_a_layer_without_cells_has_no_parents():
    table = Layer("t", "表", "table", "table", pd.DataFrame({"a": [1]}), (Field("a", "甲", "A"),))
    with pytest.raises(ValueError, match="cells"):
        coarser.at_parents(table)


def test_names_stand_for_codes():
    districts = pd.DataFrame({"adcode": ["440106"], "name_zh": ["天河区"], "name_en": ["Tianhe District"]})
    named = coarser.named(layer(), districts)
    assert set(named.frame["name_zh"]) == {"天河区"}
    assert "adcode" not in [f.name for f in named.fields]


def test_a_cell_whose_centre_lies_in_no_district_has_a_dash_for_a_name():
    cell = grid.cells_at(np.array([113.3]), np.array([23.1]), 7)
    frame = pd.DataFrame({"cell": cell, "adcode": [""], "units": [1]})
    layer = Layer("x", "甲", "A", "cells", frame, (Field("units", "数", "n", "integer"),))
    districts = pd.DataFrame({"adcode": ["440106"], "name_zh": ["天河区"], "name_en": ["Tianhe"]})
    assert coarser.named(layer, districts).frame["name_zh"].tolist() == ["—"]
