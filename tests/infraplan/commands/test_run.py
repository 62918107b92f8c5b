"""What ``infraplan run`` prints first: the amount, or the answer with what it reaches, and what no cell holds."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from infraplan import workflow
from infraplan.commands import run
from scenarios import load

ROOT = Path(__file__).resolve().parents[3]


def result(objective=None, area="all", **changes):
    document = {"coverage": {"goal": 0.85, "area": area}}
    if objective:
        document["objective"] = objective
    found = {
        "scenario": SimpleNamespace(document=document, population="modelled-2020"),
        "profile": SimpleNamespace(unit_zh="座", unit_en="stations"),
        "coverage": {"demand_name": "area", "goal": 0.85, "share": 0.8534, "demand": 10},
        "amount": 18,
        "allocated": 18,
        "unplaced": 0,
        **changes,
    }
    return SimpleNamespace(**found)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "最少 18 座：活动场所周边的面积覆盖率 85.3%（目标 85.0%）"),
        ("en", "fewest: 18 stations, which reach 85.3% of the area near places of activity (goal 85.0%)"),
    ],
)
def test_stations_are_not_set_over_a_percentage(lang, said):
    assert run.whole(result("fewest_units", "activity"), lang) == said


def test_the_amount_and_why_the_cells_may_hold_less():
    assert run.whole(result(), "en") == "18 / 18"
    less = result(amount=55_000, allocated=54_500, unplaced=500)
    assert run.whole(less, "zh") == "54500 / 55000（另有 500 属无边界单元，不落网格）"
    assert run.whole(less, "en") == "54500 / 55000 (500 in units without a boundary)"


def test_of_a_unit_without_a_boundary_only_its_quota_is_known():
    """Unknown is not zero, in what programs read too; the document is as its schema says."""
    quotas = {"method": "largest_remainder", "weights": {"residents": 1}, "unplaced": {"某新区": 500}}
    document = {**load.load("guangzhou-chargers-2022").document, "resolution": 7, "quotas": quotas}
    told = workflow.run_document(workflow.run(load.of_document(document, "x")))
    [zone] = [row for row in told["districts"] if row["name_zh"] == "某新区"]
    assert (zone["quota"], zone["allocated"], zone["unplaced"]) == (500, 0, 500)
    assert {zone[key] for key in ("population", "demand", "covered", "sites", "coverage_share")} == {None}
    schema = json.loads((ROOT / "schemas" / "run.schema.json").read_text("utf-8"))
    jsonschema.validate(told, schema)
