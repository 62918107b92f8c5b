"""Results come back from their file as they went in, and a file cannot make us run code."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.packing import pack, unpack
from scenarios import load
from scenarios.model import Allocation

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=12,
)


@given(PLAIN)
def test_plain_values_come_back(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("pack") / "v.zip"
    pack(value, path)
    assert repr(unpack(path)) == repr(value)


def test_arrays_and_tables_come_back_with_their_types(tmp_path):
    value = {
        "cells": np.array([2**63 + 7, 5], dtype=np.uint64),
        "names": np.array(["天河区", ""]),
        "square": np.arange(6.0).reshape(2, 3),
        "scalar": np.int64(7),
        "objects": np.array(["a", None], dtype=object),
        "$": "a key that looks like a tag",
        "by number": {1: "one", 2: {"x"}},
        "frame": pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "t": ["甲", "乙"]}, index=["r", "s"]),
        "series": pd.Series([1.5, np.nan], name="x"),
    }
    pack(value, tmp_path / "v.zip")
    back = unpack(tmp_path / "v.zip")
    assert list(back) == list(value)
    for name in ("cells", "names", "square", "objects"):
        assert back[name].dtype == value[name].dtype
        assert back[name].tolist() == value[name].tolist()
    assert back["$"] == value["$"]
    assert back["by number"] == value["by number"]
    assert_frame_equal(back["frame"], value["frame"])
    pd.testing.assert_series_equal(back["series"], value["series"])


def same(a, b):
    """Assert that two values are equal in type and content, to the last array."""
    assert type(a) is type(b) or (isinstance(a, Mapping) and isinstance(b, Mapping))
    if dataclasses.is_dataclass(a):
        for item in dataclasses.fields(a):
            same(getattr(a, item.name), getattr(b, item.name))
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    elif isinstance(a, pd.DataFrame):
        assert_frame_equal(a, b)
    elif isinstance(a, Mapping):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            same(one, other)
    else:
        assert a == b or a != a


def test_an_allocation_comes_back_whole(tmp_path):
    made = workflow.run(load.load("guangzhou-5g-2022", {"region": "'440106'", "amount": "900"}))
    pack(made, tmp_path / "a.zip")
    back = unpack(tmp_path / "a.zip")
    assert isinstance(back, Allocation)
    same(made, back)


def test_a_thing_that_cannot_be_packed_leaves_no_file(tmp_path):
    with pytest.raises(TypeError):
        pack({"x": object()}, tmp_path / "v.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kind", ["os:system", "scenarios.run:run", "scenarios.model:Allocation", "builtins:eval"]
)
def test_a_file_that_names_another_type_is_refused(tmp_path, kind):
    body = {"format_version": 1, "value": {"$": "dataclass", "type": kind, "fields": {}}}
    with zipfile.ZipFile(tmp_path / "v.zip", "w") as out:
        out.writestr("value.json", json.dumps(body))
    with pytest.raises(InfraPlanError, match="run the scenario again"):
        unpack(tmp_path / "v.zip")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut"])
def test_a_damaged_file_is_told(tmp_path, content):
    (tmp_path / "v.zip").write_bytes(content)
    with pytest.raises(InfraPlanError, match="cannot be read"):
        unpack(tmp_path / "v.zip")
