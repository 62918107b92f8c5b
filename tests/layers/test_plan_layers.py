"""The tables of a plan: every row is there, totals are those of the census, nothing unknown becomes a point."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from geo import census
from layers import boundaries, project_list, targets
from plans import catalogue

PLANS = catalogue.available()


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_target_stands_in_the_table(plan_id):
    plan = catalogue.load_plan(plan_id)
    frame = targets.targets(plan).frame
    assert frame["id"].tolist() == [t.id for t in plan.targets]
    for target, row in zip(plan.targets, frame.to_dict("records"), strict=True):
        assert row["quote"] == target.quote
        if target.value is None:
            assert pd.isna(row["value"])
        else:
            assert row["value"] == target.value
        # the unit beside the figure is the figure's: never 亿元 beside yuan
        if target.unit == "yuan":
            assert row["unit_zh"] == "元"


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_project_stands_in_the_list_and_only_known_places_are_drawn(plan_id):
    plan = catalogue.load_plan(plan_id)
    frame = project_list.projects(plan).frame
    assert frame["id"].tolist() == [p.id for p in plan.projects]
    missing = shapely.is_missing(frame.geometry.to_numpy()).tolist()
    assert missing == [p.lon is None for p in plan.projects]
    assert (frame.loc[[not m for m in missing], "accuracy_m"] > 0).all()


@pytest.mark.parametrize("plan_id", PLANS)
def test_districts_hold_everybody_the_census_counted(plan_id):
    plan = catalogue.load_plan(plan_id)
    layer = boundaries.districts(plan)
    assert int(layer.frame["population"].sum()) == census.total(plan.region_adcode)
    without = layer.frame[layer.frame.geometry.isna()]
    assert all(code in layer.notice_zh for code in without["adcode"])
