"""Layers of a result say whose people they count, of which part of the region, and nothing of what nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from infraplan import workflow
from layers import allocation as layers
from layers.export import columns
from scenarios import load

ZONED = """
format_version: 1
id: zoned
title_zh: 含无边界单元
title_en: With a unit without a boundary
target: null
amount: 2000
distributes: stock
region: "500114"
resolution: 7
population: modelled-2020
quotas: {method: largest_remainder, weights: {residents: 1}, unplaced: {某新区: 500}}
"""


@pytest.fixture(scope="module")
def zoned(tmp_path_factory):
    path = tmp_path_factory.mktemp("zoned") / "zoned.yaml"
    path.write_text(ZONED, encoding="utf-8")
    return workflow.run(load.load(path))


@pytest.fixture(scope="module")
def covered():
    return workflow.run("guangzhou-hydrogen-6")


def changed(allocation, name="residents", **changes):
    document = {**allocation.scenario.document, **changes.pop("document", {})}
    scenario = replace(allocation.scenario, document=document, **changes)
    found = {**(allocation.coverage or {}), "demand_name": name}
    solution = replace(allocation.solution, demand_name=name)
    return replace(allocation, scenario=scenario, coverage=found, solution=solution)


def labels(layer, lang="zh"):
    return {field.name: field.label(lang) for field in layer.fields}


def test_what_lies_in_a_unit_without_a_boundary_is_unknown_not_zero(zoned):
    layer = layers.districts(zoned)
    row = layer.frame.set_index("adcode").loc["X00001"]
    assert (row["quota"], row["allocated"], row["unplaced"]) == (500, 0, 500)
    for name in ("population", "per_10k", "per_km2"):
        assert pd.isna(row[name]), name
    assert layer.frame["population"].sum() == zoned.districts["population"].sum()
    assert str(layer.frame["population"].dtype) == "Int64", "people stay whole numbers"
    assert layer.provenance["unplaced"] == 500


def test_a_unit_without_a_boundary_has_no_demand_that_anybody_knows(zoned):
    table = zoned.districts.assign(demand=7, covered=0, sites=0, coverage_share=0.0, max_load=0.0)
    row = layers.districts(replace(zoned, districts=table)).frame.set_index("adcode").loc["X00001"]
    assert all(pd.isna(row[name]) for name in ("demand", "covered", "sites", "coverage_share", "max_load"))


def test_a_share_of_part_of_the_region_is_headed_by_that_part(covered):
    dense = layers.districts(changed(covered, document={"coverage": {"area": "urban_density"}}))
    part = "城市密度以上地区的常住人口"
    assert labels(dense)["demand"] == f"需求({part})"
    assert labels(dense)["coverage_share"] == f"覆盖比例({part})"
    assert "residents where density is urban" in labels(dense, "en")["coverage_share"]
    notes = {c.field: c.note_zh for c in columns.of(dense)}
    assert all(part in notes[name] for name in ("demand", "covered", "coverage_share", "max_load"))
    whole = layers.districts(changed(covered))
    assert labels(whole)["demand"] == "需求(常住人口)"
    assert labels(whole)["coverage_share"] == "覆盖比例"


def test_own_people_are_neither_census_nor_modelled_in_any_heading_or_name(covered):
    own = changed(covered, population="/somewhere/people.parquet")
    for layer in (layers.cells(own), layers.districts(own)):
        for profile in columns.PROFILES:
            for column in columns.of(layer, profile):
                said = f"{column.name} {column.label_zh} {column.note_zh}"
                assert not any(word in said for word in ("普查", "推算", "PCRK", "TSRK")), said
        assert "自备数据" in layer.notice_zh
        assert "推算" not in layer.notice_zh
        assert layer.provenance["population_of"] == "own"
    assert labels(layers.districts(own))["population"] == "人口(自备数据)"
    assert labels(layers.districts(covered))["population"] == "常住人口(2020年普查)"


@pytest.mark.parametrize(
    ("name", "label", "unit"),
    [("area", "需求(面积)(平方米)", "平方米"), ("residents", "需求(常住人口)", "人"),
     ("airports+ports", "需求(加权场所)", "")],
)  # fmt: skip
def test_a_demand_is_in_the_unit_of_what_it_counts(covered, name, label, unit):
    layer = layers.districts(changed(covered, name))
    [column] = [column for column in columns.of(layer) if column.field == "demand"]
    assert (column.label_zh, column.unit_zh) == (label, unit)
