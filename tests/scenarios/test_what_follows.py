"""Phases, uncertainty, comparison, sweeps, facilities: what follows from a run."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import yaml

from geo.errors import DataError, RequestError, UnknownNameError
from geo.paths import data_root
from infraplan import workflow
from scenarios import compare, facility, load, reasons, uncertainty
from scenarios.run import run

SMALL = {"resolution": "8"}
#: Xuzhou's units without and with its development zone.
UNITS = ("districts", "census")


@pytest.fixture(scope="module")
def stations():
    phases = "[{year: 2020, amount: 15000}, {year: 2021, amount: 27000}, {year: 2022, amount: 38900}]"
    return run(load.load("guangzhou-5g-2022", SMALL | {"phases": phases}))


def test_phases_nest_and_sum(stations):
    amounts = [15_000, 27_000, 38_900]
    assert [p.amount for p in stations.phases] == amounts
    assert [int(p.units.sum()) for p in stations.phases] == amounts
    for earlier, later in zip(stations.phases, stations.phases[1:], strict=False):
        assert (earlier.units <= later.units).all()
        assert earlier.covered <= later.covered
    assert (stations.phases[-1].units == stations.units).all()
    assert stations.phases[-1].covered == stations.coverage["covered"]


def test_phases_that_do_not_ascend_are_refused():
    with pytest.raises(RequestError, match="ascending"):
        run(load.load("guangzhou-5g-2022", SMALL | {"phases": "[{year: 2021, amount: 1}]"}))


def test_uncertainty_repeats_and_holds_the_census(stations):
    first, again = uncertainty.measure(stations, 3), uncertainty.measure(stations, 3)
    assert first == again
    assert first["runs"] == 3
    low, high = first["covered_share"]["low"], first["covered_share"]["high"]
    assert 0 < low <= first["covered_share"]["median"] <= high <= 1
    assert 0 < first["same_cell"] <= first["same_parent"] <= first["same_district"] == 1.0
    assert first != uncertainty.measure(stations, 3, seed=1)


def test_uncertainty_without_coverage_is_refused():
    poles = run(load.load("guangzhou-poles-2022", SMALL))
    with pytest.raises(RequestError, match="covers nothing"):
        uncertainty.measure(poles, 2)


def test_a_plan_compared_with_itself_has_not_moved(stations):
    same = compare.compare(stations, stations)
    assert (same["moved"], same["cells_changed"], same["inputs_changed"]) == (0, 0, [])


def test_what_moved_adds_up(stations):
    other = run(load.load("guangzhou-5g-2022", SMALL | {"quotas.fixed": "{'440111': 6100}"}))
    told = compare.compare(stations, other)
    cells = compare.cell_differences(stations, other)
    assert int(cells["difference"].sum()) == 0
    assert told["moved"] == int(np.abs(cells["difference"]).sum()) // 2 > 0
    assert sum(d["difference"] for d in told["districts"]) == 0
    assert told["inputs_changed"] == ["scenario"]


def test_a_run_says_which_input_changed_since_an_earlier_one(stations, tmp_path):
    workflow.write_run(stations, tmp_path / "out")
    path = tmp_path / "out" / "metadata.json"
    same = workflow.changed_since(stations, path)
    assert (same["same"], same["consistent"], same["result_same"]) == (True, True, True)
    assert (same["inputs_changed"], same["keys_changed"]) == ([], [])
    other = run(load.load("guangzhou-5g-2022", SMALL | {"facility.set": "{indoor_share: 0.3}"}))
    told = workflow.changed_since(other, path)
    assert told["inputs_changed"] == ["facility", "scenario"]
    assert {row["key"] for row in told["keys_changed"]} == {"facility.set", "phases"}
    assert told["result_same"] is False
    path.write_text(path.read_text("utf-8").replace(stations.inputs["target"], "0" * 64), "utf-8")
    assert workflow.changed_since(stations, path)["consistent"] is False
    path.write_text('{"format_version": 1}', "utf-8")
    with pytest.raises(DataError, match="not of a scenario's run"):
        workflow.changed_since(stations, path)


def test_other_regions_cannot_be_compared(stations):
    other = run(load.load("zibo-5g-what-if", SMALL))
    with pytest.raises(RequestError, match="one region"):
        compare.compare(stations, other)


def test_a_sweep_tells_each_value_also_where_it_cannot_be_met():
    rows = workflow.sweep("guangzhou-5g-2022", "amount", ["20000", "0", "38900"], SMALL)
    assert [r["allocated"] if not r["error"] else None for r in rows] == [20_000, None, 38_900]
    assert "at least 1" in rows[1]["error"]
    assert rows[0]["coverage"]["share"] < rows[2]["coverage"]["share"]


def test_reasons_sum_to_what_is_covered(stations):
    assert int(reasons.table(stations)["newly"].sum()) == stations.coverage["covered"]
    by_district = reasons.districts(stations)
    assert int(by_district["newly"].sum()) == stations.coverage["covered"]


@pytest.mark.parametrize("profile_id", facility.available())
def test_every_number_of_a_profile_has_a_status_and_a_source(profile_id):
    profile = facility.load(profile_id)
    for parameter in profile.parameters.values():
        assert parameter.status in facility.STATUSES
        assert parameter.source
    document = yaml.safe_load((data_root() / "facilities" / f"{profile_id}.yaml").read_text("utf-8"))
    assert list(facility.problems(document, profile_id)) == []
    broken = copy.deepcopy(document)
    name = next(iter(broken["parameters"]))
    broken["parameters"][name].update(source="", status="sure")
    assert {p.check for p in facility.problems(broken, profile_id)} == {"facility_status", "facility_source"}
    broken = copy.deepcopy(document)
    del broken["parameters"][name]["source_en"]
    assert [p.check for p in facility.problems(broken, profile_id)] == ["facility_source"]


def test_the_english_of_a_source_is_no_input_of_a_run():
    assert facility.source_en("无来源") == "no source"
    assert facility.source_en("别处") == "别处"
    assert not hasattr(facility.load("5g").parameters["band"], "source_en"), "results keep their fingerprints"


def test_what_a_scenario_changes_is_marked_part_by_part():
    changed = facility.load("ev-charger", {"service_radius_m": {"urban": 500}}).parameters["service_radius_m"]
    plain = facility.load("ev-charger").parameters["service_radius_m"]
    assert facility.parts("ev-charger", changed) == {
        ("dense_urban",): ("confirmed", plain.source),
        ("urban",): ("assumption", facility.SET_BY_SCENARIO),
        ("suburban",): ("assumption", plain.source),  # the source names the centre and sub-centres only
        ("rural",): ("unverified", plain.source),
    }
    assert changed.status == "assumption"
    assert changed.source == facility.SET_BY_SCENARIO + facility.THE_REST + plain.source
    whole = facility.load("ev-charger", {"service_radius_m": dict.fromkeys(facility.MORPHOLOGIES, 700)})
    assert whole.parameters["service_radius_m"].source == facility.SET_BY_SCENARIO
    same = facility.load("ev-charger", {"service_radius_m": {"rural": 2500}, "public_share": 0.67})
    assert same == facility.load("ev-charger"), "the profile's own figure is no change"


def test_a_profile_takes_a_scenarios_own_values_and_marks_them():
    profile = facility.load("5g", {"band": "700MHz", "inter_site_distance_m": {"700MHz": {"rural": 5000}}})
    assert profile.by_class("inter_site_distance_m", "700MHz").tolist() == [600, 850, 2000, 5000]
    assert profile.parameters["band"].status == "assumption"
    assert facility.load("5g").by_class("inter_site_distance_m", "700MHz")[3] == 4000
    with pytest.raises(UnknownNameError, match="known"):
        facility.load("5g", {"bnad": "700MHz"})
    with pytest.raises(UnknownNameError, match="5g"):
        facility.load("6g")


def test_settlement_classes_follow_density():
    profile = facility.load("5g")
    density = np.array([0.0, 999.0, 1000.0, 5999.0, 6000.0, 20000.0, 9e9])
    assert profile.classes(density).tolist() == [3, 3, 2, 2, 1, 0, 0]


def test_an_unknown_format_of_a_profile_is_refused(tmp_path, monkeypatch):
    import shutil

    shutil.copytree(data_root(), tmp_path / "data")
    path = tmp_path / "data" / "facilities" / "5g.yaml"
    path.write_text(path.read_text("utf-8").replace("format_version: 1", "format_version: 9"), "utf-8")
    monkeypatch.setenv("INFRAPLAN_DATA", str(tmp_path / "data"))
    with pytest.raises(Exception, match="format_version 9") as caught:
        facility.load("5g")
    assert not isinstance(caught.value, DataError) or caught.value.problems == ()


def test_a_plan_that_stops_at_its_goal_claims_no_bound_of_the_plan_before():
    document = {**load.load("guangzhou-chargers-2022").document, "resolution": 8, "coverage": {"goal": 0.8}}
    result = workflow.run(load.of_document(document, "x"))
    stage = next(s for s in result.solution.stages if s.name == "coverage")
    assert stage.objective == result.coverage["covered"]
    assert stage.bound is None
    assert not stage.proven
    assert result.coverage["gap"] is None


@pytest.mark.parametrize("scenario", ["guangzhou-hydrogen-6", "guangzhou-poles-2022"])
def test_a_floor_that_a_way_of_siting_cannot_keep_is_refused(scenario):
    document = {**load.load(scenario).document, "coverage": {"floor": 0.9}}
    with pytest.raises(RequestError, match=r"does not use coverage\.floor") as caught:
        workflow.run(load.of_document(document, "x"))
    assert "每区覆盖底线" in caught.value.zh


def test_cells_are_given_their_units_by_the_method_that_the_scenario_states():
    document = load.load("guangzhou-poles-2022", SMALL).document
    by_remainder, by_divisor = (
        run(load.of_document({**document, "cells": {**document["cells"], "method": m}}, "x"))
        for m in ("largest_remainder", "webster")
    )
    assert by_divisor.allocated == by_remainder.allocated
    assert (by_divisor.units != by_remainder.units).any()
    assert by_divisor.districts["allocated"].equals(by_remainder.districts["allocated"])


@pytest.mark.parametrize(
    ("scenario", "change", "key"),
    [
        ("guangzhou-5g-sites-2022", {"coverage": {"floor": 0.9}}, r"coverage\.floor"),
        ("qianjiang-5g-85-urban", {"cells": {"method": "webster", "weights": {"residents": 1}}}, "cells"),
    ],
)
def test_what_links_and_inverse_questions_do_not_read_is_refused(scenario, change, key):
    document = {**load.load(scenario, SMALL).document, **change}
    with pytest.raises(RequestError, match=f"does not use {key}"):
        workflow.run(load.of_document(document, "x"))


@pytest.mark.parametrize("scenario", ["guangzhou-5g-2022", "guangzhou-chargers-2022"])
def test_cell_rules_that_a_way_of_siting_does_not_read_are_refused(scenario):
    rule = {"method": "largest_remainder", "weights": {"residents": 1}, "cap": 1}
    document = {**load.load(scenario).document, "resolution": 7, "cells": rule}
    with pytest.raises(RequestError, match="does not use cells"):
        workflow.run(load.of_document(document, "x"))


def test_sites_are_opened_before_any_is_filled_up():
    """20,000 of 55,000 chargers: more than one for each site, so that as many are reached as in the end."""
    phases = "[{year: 2021, amount: 1500}, {year: 2022, amount: 20000}, {year: 2023, amount: 55000}]"
    found = run(load.load("guangzhou-chargers-2022", SMALL | {"phases": phases}))
    few, many, whole = found.phases
    assert few.covered < many.covered == whole.covered == found.coverage["covered"]
    sites = found.solution.sites
    opened = (many.units >= np.minimum(found.units, np.maximum(sites, 1))) & (sites > 0)
    assert (opened == (sites > 0)).all()
    # what stands beyond that grows alike: no cell of a district is full while another has only what opens it
    rest, now = found.units - sites, many.units - sites
    for adcode in np.unique(found.adcodes):
        large = (found.adcodes == adcode) & (sites > 0) & (rest >= 20)
        assert large.any()
        assert np.ptp(now[large] / rest[large]) <= 0.1


def test_a_unit_that_one_result_has_not_is_unknown_there_and_no_zero():
    """What the other has is all of the difference, so that differences sum to that of the totals."""
    whole, parts = (run(load.load("xuzhou-5g-2022", SMALL | {"assessment_units": u})) for u in UNITS)
    rows = compare.compare(whole, parts)["districts"]
    [zone] = [row for row in rows if row["name_zh"] == "徐州经济技术开发区"]
    assert (zone["first"], zone["difference"]) == (None, zone["second"])
    assert zone["second"] > 0
    assert sum(row["difference"] for row in rows) == parts.allocated - whole.allocated
    back = compare.compare(parts, whole)["districts"]
    assert [(r["second"], r["first"], -r["difference"]) for r in back] == [
        (r["first"], r["second"], r["difference"]) for r in rows
    ]
