"""From scenario to whole units: sums are exact, the same inputs give the same result, bad asks are refused."""

from __future__ import annotations

import numpy as np
import pytest

from geo import census
from geo.errors import RequestError
from scenarios import load
from scenarios.run import Cancelled, inputs_of, run


@pytest.fixture(scope="module")
def guangzhou():
    return run(load.load("guangzhou-5g-2022"))


@pytest.mark.parametrize("scenario_id", load.available())
def test_each_scenario_in_the_library_runs_and_sums_exactly(scenario_id):
    result = run(load.load(scenario_id))
    assert result.allocated == result.amount == int(result.districts["quota"].sum())
    assert (result.districts["allocated"] == result.districts["quota"]).all()
    assert int(result.districts["population"].sum()) == census.total(result.scenario.region)
    assert (np.diff(result.cells.astype(object)) > 0).all()
    assert (result.units >= 0).all()
    assert result.units.dtype == np.int64


def test_the_promise_is_what_is_distributed(guangzhou):
    assert guangzhou.amount == 38_900
    assert guangzhou.target["clause"] == "二(一)1"
    assert "3.89萬個5G基站" in guangzhou.target["quote"]


def test_no_district_is_further_from_its_share_than_one_unit(guangzhou):
    table = guangzhou.districts
    share = table["population"] / table["population"].sum() * guangzhou.amount
    assert (np.abs(table["quota"] - share) < 1).all()


def test_the_same_inputs_give_the_same_result(guangzhou):
    again = run(load.load("guangzhou-5g-2022"))
    assert again.fingerprint == guangzhou.fingerprint
    assert again.result_hash == guangzhou.result_hash
    other = run(load.load("guangzhou-5g-2022", {"amount": "38901"}))
    assert other.fingerprint != guangzhou.fingerprint
    assert other.result_hash != guangzhou.result_hash


def test_the_fingerprint_is_known_before_the_run(guangzhou):
    assert inputs_of(guangzhou.scenario) == guangzhou.inputs


def test_a_fixed_quota_is_kept_and_the_rest_still_sums():
    scenario = load.load("guangzhou-5g-2022", {"quotas.fixed": "{'440111': 6100}"})
    result = run(scenario)
    table = result.districts.set_index("adcode")
    assert table.loc["440111", "quota"] == 6100
    assert result.allocated == 38_900


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "0"}, "at least 1"),
        ({"amount": "-5"}, "at least 1"),
        ({"amount": "1000000", "cells.cap": "1"}, "cap"),
        ({"quotas.weights": "{residents: 0}"}, "weight"),
        ({"quotas.fixed": "{'320302': 5}"}, "outside the region"),
        ({"target": "null"}, "neither a target nor an amount"),
    ],
)
def test_asks_that_cannot_be_met_say_why(changes, words):
    with pytest.raises(RequestError, match=words):
        run(load.load("guangzhou-5g-2022", changes))


def test_a_run_can_be_stopped_and_reports_its_steps():
    steps = []
    with pytest.raises(Cancelled):
        run(
            load.load("guangzhou-5g-2022"),
            lambda name, share: steps.append((name, share)),
            lambda: len(steps) > 1,
        )
    assert steps == sorted(steps, key=lambda step: step[1])
    assert len(steps) == 2
