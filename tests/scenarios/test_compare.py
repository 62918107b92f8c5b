"""What two results have in common: the same thing placed, the same inputs, and what lies in no cell."""

from __future__ import annotations

import pytest

from scenarios import compare, load
from scenarios.run import run

SMALL = {"resolution": "7"}


@pytest.fixture(scope="module")
def chargers():
    return run(load.load("guangzhou-chargers-2022", SMALL))


def test_stations_are_no_chargers_and_a_stock_is_no_increment(chargers):
    stations = run(load.load("guangzhou-5g-2022", SMALL))
    added = run(load.load("guangzhou-5g-new-2022", SMALL))
    assert compare.compare(stations, stations)["same_units"] is True
    assert compare.compare(stations, chargers)["same_units"] is False
    assert not compare.are_alike(stations, run(load.load("guangzhou-5g-sites-2022"))), "of another category"
    assert compare.are_alike(stations, added)
    assert compare.compare(stations, added)["same_units"] is False
    less = run(load.load("guangzhou-chargers-2022", SMALL | {"amount": "30000"}))
    assert compare.compare(chargers, less)["same_units"] is True


def test_what_is_not_known_of_one_is_no_difference(chargers):
    document = {**load.load("guangzhou-chargers-2022", SMALL).document, "amount": 55_000}
    own = run(load.of_document({k: v for k, v in document.items() if k != "target"}, ""))
    assert own.target is None
    assert compare.are_alike(chargers, own), "one facility"
    answer = run(load.load("qianjiang-5g-85-urban"))
    assert compare.are_alike(answer, run(load.load("qianjiang-5g-85-activity")))


def test_one_surface_on_two_grids_is_another_resolution(chargers):
    finer = run(load.load("guangzhou-chargers-2022", {"resolution": "8"}))
    assert compare.compare(chargers, finer)["inputs_changed"] == ["resolution", "scenario"]


def test_units_in_no_cell_are_told_beside_those_in_cells(chargers, capsys, monkeypatch, tmp_path):
    from infraplan.cli import main

    zone = load.load("guangzhou-chargers-2022", SMALL | {"quotas.unplaced": "{某新区: 500}"})
    told = compare.compare(chargers, run(zone))
    assert (told["first"]["unplaced"], told["second"]["unplaced"]) == (0, 500)
    path = tmp_path / "zone.yaml"
    path.write_text(load.dump(zone), "utf-8")
    for lang, said in (
        ("zh", "另有 500 属没有边界的单元"),
        ("en", "500 more are of units without a boundary"),
    ):
        monkeypatch.setenv("INFRAPLAN_LANG", lang)
        assert main(["compare", "guangzhou-5g-2022", str(path)]) == 0
        printed = capsys.readouterr().out
        assert said in printed
        assert "moved" not in printed, "stations do not move into chargers"
        [row] = [line.split() for line in printed.splitlines() if "某新区" in line and "500" not in line]
        assert row[-3] == "-", "unknown is not zero"
