"""What a count of stations means: networks, shared stations, indoor stations; people covered by one and by all."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios import load
from scenarios.run import run

#: below saturation, so that every outdoor station finds somebody to cover
SMALL = {"resolution": "8", "amount": "10000"}


def result(**settings):
    words = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return run(load.load("guangzhou-5g-2022", SMALL | {"facility.set": f"{{{words}}}"}))


@pytest.fixture(scope="module")
def plain():
    return run(load.load("guangzhou-5g-2022", SMALL))


def test_even_networks_cover_the_same_people(plain):
    told = plain.coverage["networks"]
    assert [n["covered"] for n in told["each"]] == [plain.coverage["covered"]] * 2
    assert told["by_all"]["covered"] == plain.coverage["covered"]


def test_an_odd_budget_leaves_its_odd_station_to_capacity():
    for amount in ("9000", "9001"):
        odd = run(load.load("guangzhou-5g-2022", SMALL | {"amount": amount}))
        assert (odd.solution.parts["coverage"] == odd.solution.sites * 2).all()
        assert odd.allocated == int(amount)
        assert len({n["covered"] for n in odd.coverage["networks"]["each"]}) == 1


def test_an_uneven_split_covers_fewer_people_by_all_networks(plain):
    uneven = result(network_split="{first: 0.7, second: 0.3}")
    each = [n["covered"] for n in uneven.coverage["networks"]["each"]]
    assert each[0] == uneven.coverage["covered"] >= plain.coverage["covered"]
    assert each[1] == uneven.coverage["networks"]["by_all"]["covered"] < plain.coverage["covered"]
    outdoor = uneven.solution.parts["coverage"]
    assert (outdoor <= uneven.solution.sites * 2).all()
    assert (outdoor >= uneven.solution.sites).all()
    assert int(outdoor.sum()) / uneven.solution.facts["outdoor_budget"] == pytest.approx(1, abs=0.001)
    assert int(uneven.solution.sites.sum()) / int(outdoor.sum()) == pytest.approx(0.7, abs=0.01)


def test_a_shared_station_counted_per_operator_means_half_the_sites(plain):
    counted = result(count_shared="per_operator")
    assert counted.allocated == plain.allocated == 10_000
    assert (counted.solution.parts["coverage"] == counted.solution.sites * 4).all()
    ratio = int(counted.solution.sites.sum()) / int(plain.solution.sites.sum())
    assert ratio == pytest.approx(0.5, abs=0.01)
    assert counted.coverage["covered"] < plain.coverage["covered"]


def test_indoor_stations_left_out_of_the_count_put_all_of_it_outdoors(plain):
    out = result(count_indoor="out")
    assert out.solution.facts["outdoor_budget"] == 10_000
    assert int(out.solution.sites.sum()) >= int(plain.solution.sites.sum())
    assert np.all(out.units >= out.solution.parts["coverage"])
    assert any("不含室内站" in zh for zh, _ in out.solution.notes)


def test_a_goal_and_floors_hold_for_stations():
    asked = SMALL | {"coverage.goal": "0.4"}
    loose = run(load.load("guangzhou-5g-2022", asked))
    assert loose.coverage["share"] >= 0.4
    assert loose.coverage["units_for_goal"] == int(loose.solution.sites.sum()) * 2
    floored = run(load.load("guangzhou-5g-2022", SMALL | {"coverage.floor": "0.2"}))
    assert (floored.districts["coverage_share"] >= 0.2 - 1e-9).all()
    assert floored.allocated == 10_000
