"""Field names: the mapping file is whole, names fit, collisions are one clear message."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import manifest
from geo.errors import RequestError, UnknownNameError
from geo.paths import data_root
from layers.export import columns
from layers.export.features import prepare
from layers.export.reference import CGCS2000
from layers.spec import Field, Layer

ROWS = list(csv.DictReader((data_root() / "field_profiles" / "fields.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['layer']}.{r['field']}")
def test_every_row_fits_every_format(row):
    assert None not in row
    for name in ("en", "en_short", "zh", "zh_short", "gb"):
        assert row[name]
        assert row[name].replace("_", "").isalnum()
    assert len(row["en_short"]) <= 10
    assert len(row["gb"]) <= 10
    assert row["gb"].isascii()
    assert len(row["zh_short"].encode("gbk")) <= 10
    assert row["gb_basis"] in ("standard", "pinyin")


def test_no_field_is_mapped_twice():
    keys = [(row["layer"], row["field"]) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_the_folder_says_where_it_comes_from():
    assert manifest.verify(data_root() / "field_profiles") == []


def test_natural_resources_style_has_identifier_code_and_names(polygons, cells):
    assert [c.name for c in columns.of(polygons, "gb")] == ["BSM", "YSDM", "XZQDM", "XZQMC", "CSFPS"]
    assert [c.name for c in columns.of(cells, "gb")][:3] == ["BSM", "YSDM", "XZQDM"]
    codes = {layer.id: prepare(layer, "gb", CGCS2000) for layer in (polygons, cells)}
    ysdm = {name: f.values(f.columns[1]).to_pylist()[0] for name, f in codes.items()}
    assert ysdm == {"districts": "1000600100", "cells": None}
    identifiers = codes["districts"].values(codes["districts"].columns[0]).to_pylist()
    assert identifiers == ["440103", "440104"]


def test_an_unmapped_field_gets_a_name_that_a_database_takes():
    layer = _layer(Field("new_field", "新的 字段(个)", "New", "integer"))
    assert [columns.of(layer, p)[0].name for p in ("en", "zh")] == ["new_field", "新的_字段_个"]


def test_a_collision_after_shortening_is_one_message():
    layer = _layer(
        Field("long_name_one", "很长的名称一", "One"), Field("long_name_two", "很长的名称二", "Two")
    )
    with pytest.raises(RequestError) as caught:
        columns.of(layer, "en", 10)
    assert "long_name_one + long_name_two" in caught.value.en
    assert "10 字节" in caught.value.zh
    assert len(columns.of(layer, "en")) == 2


def test_an_unknown_profile_lists_the_known_ones(polygons):
    with pytest.raises(UnknownNameError, match="en, gb, zh"):
        columns.of(polygons, "fr")


@given(st.text(max_size=30), st.integers(1, 40), st.sampled_from(["utf-8", "gbk"]))
def test_cutting_never_cuts_a_character(text, limit, encoding):
    text = "".join(c for c in text if _encodable(c, encoding))
    short = columns.cut(text, limit, encoding)
    assert text.startswith(short)
    assert len(short.encode(encoding)) <= limit
    if len(short) < len(text):
        assert len(text[: len(short) + 1].encode(encoding)) > limit


def _layer(*fields: Field) -> Layer:
    import pandas as pd

    frame = pd.DataFrame({f.name: [1] if f.kind == "integer" else ["x"] for f in fields})
    return Layer("other", "其他", "Other", "table", frame, fields)


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
