"""Quotas: agreed figures stand, floors and caps hold, fairness does what it says, and the sum is exact."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import DataError, RequestError
from scenarios import demand, ground, load, quotas
from scenarios.run import run

BASE = yaml.safe_load(load.LIBRARY.joinpath("zibo-5g-what-if.yaml").read_text("utf-8")) | {
    "id": "small", "resolution": 8, "amount": 3000,
}  # fmt: skip
RULE = {"method": "largest_remainder", "weights": {"residents": 1}}


def scenario(rule: dict, folder=None, **changes):
    text = yaml.safe_dump(BASE | {"quotas": RULE | rule} | changes, allow_unicode=True)
    return load.parse(text, "small" if folder is None else str(folder / "small.yaml"))


@pytest.fixture(scope="module")
def land():
    return ground.load(scenario({}))


def by_unit(land, rule, amount=3000):
    return quotas.quotas_of(scenario(rule), land, amount)


def test_fairness_goes_from_the_weights_to_equal_units_per_built_up_land(land):
    built_up = land.sum_by_unit(demand.named(land.surface, "built_up"))
    people = land.sum_by_unit(land.people)
    assert (by_unit(land, {"fairness": 0}) == by_unit(land, {})).all()
    fair = by_unit(land, {"fairness": 1})
    assert (np.abs(fair - 3000 * built_up / built_up.sum()) <= 1).all()
    half = by_unit(land, {"fairness": 0.5})
    exact = 3000 * (people / people.sum() + built_up / built_up.sum()) / 2
    assert (np.abs(half - exact) <= 1).all()


@given(
    st.integers(1, 100_000),
    st.floats(0, 1),
    st.integers(0, 1200).map(lambda n: n / 100),
    st.integers(1200, 40_000).map(lambda n: n / 100),
    st.sampled_from(["largest_remainder", "webster", "huntington_hill"]),
)
@settings(max_examples=40, deadline=None)
def test_quotas_sum_exactly_within_floors_and_caps_or_say_what_is_possible(
    land, amount, fairness, low, high, method
):
    rule = {"fairness": fairness, "floors": {"per_10k": low}, "caps": {"per_10k": high}, "method": method}
    people = land.sum_by_unit(land.people)
    floors = np.ceil(np.round(people * low / 1e4, 9))
    caps = np.floor(np.round(people * high / 1e4, 9))
    if floors.sum() > amount or caps.sum() < amount:
        with pytest.raises((RequestError, DataError), match="nearest amount"):
            by_unit(land, rule, amount)
        return
    got = by_unit(land, rule, amount)
    assert got.sum() == amount
    assert (got >= floors - 1e-6).all()
    assert (got <= caps + 1e-6).all()


@given(st.integers(0, 2000), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_an_agreed_quota_stands_whatever_else_is_asked(land, agreed, fairness):
    rule = {"fixed": {"370303": agreed}, "fairness": fairness, "floors": {"units": 50}}
    got = by_unit(land, rule)
    assert got.sum() == 3000
    assert got[land.units["adcode"].tolist().index("370303")] == agreed


def test_a_floor_above_a_cap_names_the_unit(land):
    with pytest.raises(RequestError, match="above its cap") as caught:
        by_unit(land, {"floors": {"by_unit": {"370303": 900}}, "caps": {"units": 800}})
    assert "张店区" in caught.value.zh
    with pytest.raises(RequestError) as caught:
        by_unit(land, {"floors": {"by_unit": {"370303": 900, "370321": 850}}, "caps": {"units": 800}})
    for words in ("张店区:配额下限 900 高于上限 800", "桓台县:配额下限 850 高于上限 800"):
        assert words in caught.value.zh
    with pytest.raises(RequestError, match=r"quotas\.floors\.by_unit names units outside"):
        by_unit(land, {"floors": {"by_unit": {"440100": 1}}})


def test_a_table_locks_quotas_by_name_or_code(tmp_path, land):
    frame = pd.DataFrame({"区县": ["张店区", "桓台", "合计"], "指标": [700, 250, 950]})
    frame.to_excel(tmp_path / "quotas.xlsx", index=False)
    got = run(scenario({"file": "quotas.xlsx"}, tmp_path)).districts.set_index("name_zh")
    assert got.loc["张店区", "quota"] == 700
    assert got.loc["桓台县", "allocated"] == 250
    assert got["quota"].sum() == 3000
    frame = pd.DataFrame({"adcode": [370303], "count": [700]})
    frame.to_csv(tmp_path / "codes.csv", index=False)
    assert quotas.agreed(scenario({"file": "codes.csv"}, tmp_path), land, 3000) == {"370303": 700}


def test_a_table_of_everyone_must_sum_to_the_amount(tmp_path, land):
    codes = land.units["adcode"].tolist()
    shares = [3000 // len(codes)] * len(codes)
    shares[0] += 3000 - sum(shares) + 4
    pd.DataFrame({"adcode": codes, "quota": shares}).to_csv(tmp_path / "q.csv", index=False)
    with pytest.raises(RequestError, match="4 too many") as caught:
        quotas.quotas_of(scenario({"file": "q.csv"}, tmp_path), land, 3000)
    assert "多 4" in caught.value.zh
    assert quotas.quotas_of(scenario({"file": "q.csv"}, tmp_path), land, 3004).tolist() == shares


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,quota\n白云区,5\n", "is no unit of the region"),
        ("name,quota\n张店区,5\n张店,6\n", "stands twice"),
        ("name,quota\n张店区,5.5\n", "not a whole number"),
        ("name,quota\n", "holds no quota"),
        ("a,b\n1,2\n", "needs a column"),
    ],
)
def test_bad_tables_say_the_line(tmp_path, land, text, words):
    (tmp_path / "q.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=words) as caught:
        quotas.quotas_of(scenario({"file": "q.csv"}, tmp_path), land, 3000)
    assert caught.value.zh != caught.value.en


def test_a_unit_without_a_boundary_keeps_its_quota_unplaced():
    result = run(scenario({"unplaced": {"淄博高新区": 120, "经开区": 30}}))
    table = result.districts.set_index("name_zh")
    assert (result.amount, result.allocated, result.unplaced) == (3000, 2850, 150)
    assert int(result.units.sum()) + result.unplaced == 3000
    assert table.loc["淄博高新区", ["quota", "allocated", "unplaced"]].tolist() == [120, 0, 120]
    assert int(table["quota"].sum()) == 3000
    assert (table["allocated"] + table["unplaced"] == table["quota"]).all()
    from layers import allocation as layers

    shown = layers.districts(result).frame.set_index("adcode")
    assert shown.loc["X00001", "geometry"] is None
    assert int(shown["unplaced"].sum()) == 150
    with pytest.raises(RequestError, match="more than the whole amount"):
        run(scenario({"unplaced": {"经开区": 3001}}))


def test_units_per_people_and_land_are_told_by_district(land):
    result = run(scenario({}))
    table = result.districts
    people, area = table["population"], np.bincount(land.groups, weights=land.areas_m2)
    assert table["per_10k"].to_numpy() == pytest.approx(table["allocated"] / people * 1e4, abs=6e-4)
    assert table["per_km2"].to_numpy() == pytest.approx(table["allocated"] / area * 1e6, abs=6e-4)
    assert result.capacity["per_10k_least"] == table["per_10k"].min()
    assert (table["worst_tenth"] > 0).all()


def test_everything_that_is_wrong_with_quotas_is_told_at_once(land):
    rule = {
        "fixed": {"440100": 5},
        "floors": {"by_unit": {"370303": 900, "320302": 1}},
        "caps": {"units": 100},
    }
    with pytest.raises(DataError) as caught:
        by_unit(land, {**rule, "weights": {"residents": 0}})
    said = caught.value.zh
    assert len(caught.value.problems) == 5
    for words in (
        "商定配额中的单元不在该区域内:广州市(440100)",
        "个别单元的配额下限中的单元不在该区域内:鼓楼区(320302)",
        "上限合计 800,比数量 3,000 少 2,200",
        "张店区:配额下限 900 高于上限 100",
        "各权重均为零",
    ):
        assert words in said
