"""From scenario to whole units: sums are exact, the same inputs give the same result, bad asks are refused."""

from __future__ import annotations

import numpy as np
import pytest

from geo import census
from geo.errors import DataError, RequestError
from scenarios import load, reasons
from scenarios.run import Cancelled, inputs_of, run

SMALL = {"resolution": "8"}


@pytest.fixture(scope="module")
def guangzhou():
    return run(load.load("guangzhou-5g-2022", SMALL))


@pytest.mark.parametrize("scenario_id", load.available())
def test_each_scenario_in_the_library_runs_and_sums_exactly(scenario_id):
    result = run(load.load(scenario_id))
    table, solution = result.districts, result.solution
    assert result.allocated == result.amount == int(table["quota"].sum())
    assert (table["allocated"] == table["quota"]).all()
    assert int(table["population"].sum()) == census.total(result.scenario.region)
    assert (result.cells[1:] > result.cells[:-1]).all()
    assert result.units.dtype == np.int64
    assert (result.units >= 0).all()
    for values in solution.parts.values():
        assert (values >= 0).all()
    if solution.covered is not None:
        assert int(solution.covered.sum()) == int(solution.newly.sum()) == result.coverage["covered"]
        assert (solution.covered <= solution.demand).all()
        if result.coverage["bound_of"] == "demand":
            assert result.coverage["covered"] <= result.coverage["bound"]
        assert int(table["covered"].sum()) == result.coverage["covered"]
    why = reasons.table(result)
    assert int(why["units"].sum()) == result.allocated
    assert (why[list(solution.parts)].sum(axis=1) == why["units"]).all()


def test_the_promise_is_what_is_distributed():
    result = run(load.load("guangzhou-5g-2022", SMALL))
    assert result.amount == 38_900
    assert result.target["clause"] == "二(一)1"
    assert "3.89萬個5G基站" in result.target["quote"]


def test_no_district_is_further_from_its_share_than_one_unit(guangzhou):
    table = guangzhou.districts
    share = table["population"] / table["population"].sum() * guangzhou.amount
    assert (np.abs(table["quota"] - share) < 1).all()


def test_the_same_inputs_give_the_same_result(guangzhou):
    again = run(load.load("guangzhou-5g-2022", SMALL))
    assert again.fingerprint == guangzhou.fingerprint
    assert again.result_hash == guangzhou.result_hash
    other = run(load.load("guangzhou-5g-2022", SMALL | {"amount": "38901"}))
    assert other.fingerprint != guangzhou.fingerprint
    assert other.result_hash != guangzhou.result_hash


def test_the_fingerprint_is_known_before_the_run(guangzhou):
    assert inputs_of(guangzhou.scenario) == guangzhou.inputs


def test_a_fixed_quota_is_kept_and_the_rest_still_sums():
    scenario = load.load("guangzhou-5g-2022", SMALL | {"quotas.fixed": "{'440111': 6100}"})
    result = run(scenario)
    assert result.districts.set_index("adcode").loc["440111", "quota"] == 6100
    assert result.allocated == 38_900


def test_outdoor_stations_stand_in_pairs_and_no_cell_holds_more_than_its_cap(guangzhou):
    solution = guangzhou.solution
    assert (solution.parts["coverage"] == solution.sites * 2).all()
    assert (guangzhou.units[solution.sites == 0] == 0).all()
    indoor = solution.parts["capacity"].sum() / guangzhou.allocated
    assert indoor >= 0.21 - 1e-6


def test_sites_hold_the_stations_that_stand_on_them():
    result = run(load.load("guangzhou-5g-sites-2022"))
    stations = run(load.load("guangzhou-5g-2022"))
    outdoor = stations.solution.parts["coverage"]
    assert (outdoor <= result.units * 2).all()
    facts = result.solution.facts
    assert facts["sites_in_use"] + facts["reserve_sites"] == 67_000


def test_a_floor_holds_in_every_district():
    result = run(load.load("guangzhou-chargers-2022", SMALL | {"coverage.floor": "0.8"}))
    assert (result.districts["coverage_share"] >= 0.8).all()
    parts = result.solution.parts
    assert int(sum(p.sum() for p in parts.values())) == 55_000
    open_stations = result.solution.sites > 0
    assert (parts["public"][open_stations] >= 4).all()


def test_a_goal_stops_the_opening_of_stations_and_says_how_many_it_took():
    loose = run(load.load("guangzhou-chargers-2022", SMALL | {"coverage.goal": "0.9"}))
    full = run(load.load("guangzhou-chargers-2022", SMALL))
    assert loose.coverage["share"] >= 0.9
    assert (
        loose.coverage["units_for_goal"] == int(loose.solution.sites.sum()) < int(full.solution.sites.sum())
    )
    assert loose.allocated == full.allocated == 55_000


def test_a_functional_zone_has_its_own_quota_and_its_people():
    result = run(load.load("xuzhou-5g-2022", SMALL))
    zone = result.districts.set_index("adcode").loc["320371"]
    assert zone["population"] == 381_407
    assert zone["allocated"] == round(10_000 * 381_407 / 9_083_790)


def test_hydrogen_areas_keep_their_distance():
    from geo import grid
    from geo.distance import metres

    result = run(load.load("guangzhou-hydrogen-9"))
    points = grid.centroids(result.cells[result.units > 0])
    assert len(points) == 9
    assert result.coverage["proven"]
    for i in range(len(points)):
        others = np.delete(points, i, axis=0)
        apart = metres(np.full(8, points[i, 0]), np.full(8, points[i, 1]), others[:, 0], others[:, 1])
        assert apart.min() >= 5000


@pytest.mark.parametrize(
    ("scenario_id", "changes", "words"),
    [
        ("guangzhou-5g-2022", {"amount": "0"}, "at least 1"),
        ("guangzhou-5g-2022", {"amount": "-5"}, "at least 1"),
        ("guangzhou-5g-2022", {"amount": "9000000"}, "hold at most"),
        ("guangzhou-poles-2022", {"amount": "1000000", "cells.cap": "1"}, "cap"),
        ("guangzhou-5g-2022", {"quotas.weights": "{residents: 0}"}, "weight"),
        ("guangzhou-5g-2022", {"quotas.fixed": "{'320302': 5}"}, "outside the region"),
        ("guangzhou-5g-2022", {"target": "null"}, "neither a target nor an amount"),
        ("guangzhou-5g-2022", {"facility.set": "{band: 9GHz}"}, "not one of"),
        ("guangzhou-5g-2022", {"facility.set": "{networks: -1}"}, "at least 1"),
        ("guangzhou-chargers-2022", {"facility.set": "{public_share: 0.99}"}, "at most 1"),
        ("guangzhou-chargers-2022", {"amount": "60", "coverage.floor": "0.95"}, "Lower these floors"),
        ("guangzhou-chargers-2022", {"amount": "60", "coverage.goal": "0.95"}, "is not reached"),
        ("guangzhou-hydrogen-9", {"amount": "900"}, "lower the spacing"),
    ],
)
def test_asks_that_cannot_be_met_say_why(scenario_id, changes, words):
    small = {} if "hydrogen" in scenario_id else SMALL
    with pytest.raises((RequestError, DataError), match=words) as caught:
        run(load.load(scenario_id, small | changes))
    assert caught.value.zh != caught.value.en


def test_a_run_can_be_stopped_and_reports_its_steps():
    steps = []
    with pytest.raises(Cancelled):
        run(
            load.load("guangzhou-5g-2022", SMALL),
            lambda name, share: steps.append((name, share)),
            lambda: len(steps) > 1,
        )
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert len(steps) == 2


@pytest.mark.parametrize("area", ["urban_density", "activity"])
def test_the_inverse_meets_its_goal_with_no_fewer_units_than_its_bound(area):
    scenario = load.load("qianjiang-5g-85-urban", {"coverage.area": area, "effort": "quick"})
    result = run(scenario)
    assert result.coverage["share"] >= 0.85
    assert result.coverage["bound"] <= result.coverage["units_for_goal"] == result.allocated
    inside = result.solution.demand > 0
    assert 0 < inside.sum() < len(inside)


def test_the_inverse_needs_a_goal():
    with pytest.raises(RequestError, match=r"coverage\.goal"):
        run(load.load("qianjiang-5g-85-urban", {"coverage": "{area: activity}"}))
