"""A preview refuses what a run would refuse, with every reason at once, before anything is sited."""

from __future__ import annotations

import copy

import pytest

from geo import grid
from geo.errors import DataError, InfraPlanError, RequestError, UnknownNameError
from infraplan import workflow
from scenarios import facility, foresight, ground, load
from scenarios.run import run
from scenarios.strategies import service_radius

CHARGERS = {**load.load("guangzhou-chargers-2022").document, "resolution": 8}
STATIONS = {**load.load("guangzhou-5g-2022").document, "resolution": 8}
RULE = {"method": "largest_remainder", "weights": {"residents": 1}}


def refused(document, **change) -> InfraPlanError:
    """What the preview says of a changed document."""
    with pytest.raises(InfraPlanError) as caught:
        workflow.preview(load.of_document({**copy.deepcopy(dict(document)), **change}, ""))
    assert caught.value.zh != caught.value.en
    return caught.value


@pytest.mark.parametrize("scenario_id", load.available())
def test_what_ships_is_not_refused(scenario_id):
    workflow.preview(load.load(scenario_id))


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        ([(2022, 5), (2021, 55_000)], ["第 2 行年份 2021 应晚于上一行的 2022"]),
        ([(2021, 5), (2021, 55_000)], ["第 2 行年份 2021 应晚于"]),
        ([(2021, 9), (2022, 5), (2023, 55_000)], ["第 2 行累计数量 5 少于上一行的 9"]),
        ([(2021, 5), (2022, 9)], ["末期数量 9 应为总数 55,000"]),
        ([(2022, 9), (2021, 5)], ["第 2 行年份", "第 2 行累计数量", "末期数量 5 应为总数 55,000"]),
    ],
)
def test_phases_that_cannot_hold_are_refused_before_a_run(phases, words):
    rows = [{"year": year, "amount": amount} for year, amount in phases]
    said = refused(CHARGERS, phases=rows).zh
    assert all(w in said for w in words)
    with pytest.raises(RequestError, match="phases must have ascending"):
        run(load.of_document({**CHARGERS, "phases": rows}, ""), lambda step, _: _no_siting(step))


def _no_siting(step: str) -> None:
    assert not step.startswith("coverage"), "the siting began"


def test_a_first_phase_below_what_stands_is_refused():
    cells = {"884118b701fffff": 40}
    phases = [{"year": 2021, "amount": 39}, {"year": 2022, "amount": 55_000}]
    assert "首期数量 39 少于既有 40" in refused(CHARGERS, existing={"cells": cells}, phases=phases).zh


def test_what_stands_beyond_a_quota_is_refused_before_a_run():
    standing = {"cells": {"884118b701fffff": 40}}
    land = ground.load(load.of_document({**CHARGERS, "existing": standing}, ""))
    unit = land.units.iloc[int(land.sum_by_unit(land.givens.existing).argmax())]
    said = refused(CHARGERS, existing=standing, quotas={**RULE, "fixed": {unit["adcode"]: 30}}).zh
    assert f"{unit['name_zh']}:既有 40,配额 30" in said
    free = {**RULE, "method": "free"}
    assert "全域:既有 40,配额 9" in refused(CHARGERS, amount=9, existing=standing, quotas=free).zh


def test_shares_of_piles_that_are_more_than_all_are_refused_before_a_run():
    assert (
        "合计 1.07" in refused(CHARGERS, facility={"profile": "ev-charger", "set": {"public_share": 0.99}}).zh
    )


def test_caps_that_hold_too_little_or_lie_below_floors_are_refused():
    caps = {"units": 4000}
    said = refused(
        CHARGERS, quotas={**RULE, "caps": caps, "floors": {"by_unit": {"440106": 5000, "440111": 4500}}}
    ).zh
    assert "上限合计 44,000,比数量 55,000 少 11,000" in said
    assert "天河区:配额下限 5,000 高于上限 4,000;白云区:配额下限 4,500 高于上限 4,000" in said


def test_all_problems_come_at_once():
    error = refused(
        CHARGERS,
        target="nothing-such",
        amount=400,
        demand={"nothing": 1},
        cells={"method": "webster", "weights": {"residents": 0}},
        quotas={**RULE, "fixed": {"440106": 60_000}},
        coverage={"floors": {"320302": 0.4}},
        phases=[{"year": 2022, "amount": 5}, {"year": 2021, "amount": 400}],
        facility={
            "profile": "ev-charger",
            "set": {"public_share": 5, "service_radius_m": {"rural": 0, "urban": -1}},
        },
    )
    assert isinstance(error, DataError)
    for words in (
        "没有指标“nothing-such”",
        "没有需求“nothing”",
        "各权重均为零",
        "商定配额合计 60,000,待分配数量 400,多 59,600",
        "鼓楼区(320302)",
        "第 2 行年份",
        "公共桩比例:取值 5 超出范围,应不小于 0、不大于 1",
        "服务半径 · 农村",
        "服务半径 · 城区",
    ):
        assert sum(words in p.zh for p in error.problems) == 1, words


@pytest.mark.parametrize(
    ("profile", "change", "words"),
    [
        ("ev-charger", {"service_radius_m": {"rural": 0}}, "应大于 0、不大于 200,000"),
        ("ev-charger", {"service_radius_m": 1e9}, "取值 1,000,000,000 超出范围"),
        ("ev-charger", {"piles_per_station_min": 0}, "应不小于 1"),
        ("5g", {"networks": 1.5}, "应为整数,不小于 1"),
        ("5g", {"indoor_share": 1.2}, "不大于 1"),
        ("5g", {"band": "9GHz"}, "不在可选值中;可选:3.5 GHz"),
        ("5g", {"inter_site_distance_m": {"3.5GHz": {"urban": 1}}}, "请加大站间距"),
        ("hydrogen", {"spacing_m": True}, "超出范围"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_its_range(profile, change, words):
    document = STATIONS if profile == "5g" else CHARGERS
    assert words in refused(document, facility={"profile": profile, "set": change}).zh


def test_a_radius_that_would_fill_any_machine_is_refused():
    far = {"profile": "5g", "set": {"inter_site_distance_m": {"3.5GHz": {"rural": 190_000}}}}
    assert "请缩短半径" in refused(STATIONS, resolution=9, facility=far).zh


def test_parameters_and_facilities_that_nobody_knows_are_answered_by_their_names():
    assert "充电桩(ev-charger)" in refused(CHARGERS, facility={"profile": "nothing-such"}).zh
    error = refused(CHARGERS, facility={"profile": "ev-charger", "set": {"nothing": 1}})
    assert isinstance(error, UnknownNameError)
    assert "服务半径" in error.zh


def test_what_a_way_of_siting_cannot_do_without_is_told():
    assert "总体覆盖目标" in refused(STATIONS, objective="fewest_units").zh
    assert "网格规则" in refused(STATIONS, cells={"method": "webster", "weights": {"residents": 1}}).zh


def test_a_region_without_people_says_where_to_bring_them():
    said = refused(CHARGERS, region="440400", target=None, amount=5).zh
    assert "珠海市" in said
    assert "广州市(440100)" in said
    assert "数据 › 上传数据" in said
    assert "python -m" not in said


def test_floors_that_cannot_be_kept_are_told_of_every_unit():
    document = {
        **CHARGERS,
        "amount": 60,
        "target": None,
        "coverage": {"floors": {"440106": 0.95, "440111": 0.9}},
    }
    with pytest.raises(RequestError) as caught:
        run(load.of_document(document, ""))
    for words in ("有 2 个单元", "天河区:覆盖 95.0% 需要 27 处站点,配额只够 1 处", "白云区:覆盖 90.0% 需要"):
        assert words in caught.value.zh


def test_shares_that_cells_cannot_hold_are_refused_by_name_before_a_run():
    poles = {**load.load("guangzhou-poles-2022").document, "resolution": 8}
    said = refused(poles, amount=500_000).zh
    for words in ("荔湾区:17,997 个单位放不下,其网格最多容纳 13,172 个", "增城区:"):
        assert words in said
    assert "组:" not in said
    with pytest.raises(RequestError, match="Liwan District: 17,997 units do not fit"):
        run(load.of_document({**poles, "amount": 500_000}, ""))


def test_the_fewest_units_names_every_unit_whose_floor_nothing_reaches():
    document = {**load.load("qianjiang-5g-85-urban").document, "resolution": 8}
    land = ground.load(load.of_document(document, ""))
    cell = grid.to_hex(land.cells[[int(land.people.argmax())]])[0]
    few = {"coverage": {"goal": 0.01, "floor": 0.9}, "candidates": {"sites": {"cells": [str(cell)]}}}
    with pytest.raises(RequestError, match=r"floor of 90\.0% cannot be reached, the most") as caught:
        run(load.of_document({**document, **few}, ""))
    assert "黔江区:底线 90.0% 无法达到" in caught.value.zh


def test_a_facility_of_another_kind_than_the_targets_is_seen():
    def category(document, **change):
        return workflow.preview(load.of_document({**document, **change}, ""))["category_of"]

    assert category(CHARGERS) is None
    assert category(CHARGERS, facility={"profile": "5g"}) == "charger"
    assert category(CHARGERS, facility={"profile": "5g"}, target=None, amount=9) is None


def test_every_facility_says_whose_units_it_sites():
    found = [c for profile in facility.available() for c in facility.categories(profile)]
    assert len(found) == len(set(found)) > 0
    from plans.vocabulary import vocabulary

    assert set(found) <= set(vocabulary("category"))


def test_the_preview_counts_with_the_strategys_own_numbers():
    assert foresight.THIN_FROM == service_radius.THIN_FROM


@pytest.mark.parametrize("name", ["inter_site_distance_m", "network_split"])
def test_one_figure_for_what_has_several_parts_is_refused(name):
    """A radius may be one figure for every class of settlement; a distance by band, or a split, may not."""
    said = refused(STATIONS, facility={"profile": "5g", "set": {name: 0.5 if "split" in name else 500}}).zh
    assert "请分别填写" in said
    flat = {**CHARGERS, "facility": {"profile": "ev-charger", "set": {"service_radius_m": 500}}}
    assert foresight.foresee(load.of_document(flat, "x")).profile is not None


@pytest.mark.parametrize(
    "quotas", [{"fixed": {"440106": 5}}, {"floors": {"by_unit": {"440103": 2}}}, {"caps": {"units": 3}}]
)
def test_figures_by_unit_are_refused_where_counts_follow_from_the_siting(quotas):
    document = dict(load.load("guangzhou-hydrogen-9").document)
    scenario = load.of_document({**document, "quotas": {"method": "free", **quotas}}, "form")
    with pytest.raises(InfraPlanError, match="does not use"):
        foresight.foresee(scenario)
