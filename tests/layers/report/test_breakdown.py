"""责任分解表: exact sums, and unknown where something is not known."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.report import breakdown

# reported by the provincial series for 2020-08 (data/baselines); the promise is 38,900
REPORTED, PROMISED = 23_555, 38_900


def test_the_rows_sum_to_the_promise_and_each_year_to_its_milestone(phased, plan):
    table = breakdown.of(phased, plan)
    assert sum(row.amount for row in table.rows) == table.total.amount == PROMISED
    for i, amount in enumerate((9_000, PROMISED)):
        assert sum(row.years[i].cumulative for row in table.rows) == amount
        assert table.total.years[i].cumulative == amount
    assert [step.year for step in table.total.years] == [2021, 2022]
    assert sum(row.population for row in table.rows) == 18_676_605


def test_the_regions_baseline_is_a_reported_figure_of_the_same_counting_rule(phased, plan):
    table = breakdown.of(phased, plan)
    assert table.total.baseline == REPORTED
    assert table.baseline.figure.date == "2020-08"
    assert table.total.years[-1].cumulative - table.total.baseline == PROMISED - REPORTED
    assert sum(step.new for step in table.total.years) == PROMISED - REPORTED


def test_a_district_without_a_baseline_has_no_figure_of_new_units_in_the_first_year(phased, plan):
    for row in breakdown.of(phased, plan).rows:
        assert row.baseline is None
        assert row.years[0].new is None
        assert row.years[1].new == row.years[1].cumulative - row.years[0].cumulative


def test_an_increment_counts_new_units_and_its_sum_is_unknown_without_a_baseline(increment, plan):
    table = breakdown.of(increment, plan)
    assert all(step.cumulative is None for row in table.rows for step in row.years)
    assert sum(step.new for row in table.rows for step in row.years) == PROMISED
    assert table.total.years[-1].cumulative == REPORTED + PROMISED


def test_agreed_computed_and_decreed_are_told_apart(phased, plan):
    table = breakdown.of(phased, plan)
    basis = {row.adcode: row.basis for row in table.rows}
    assert basis.pop("440103") == breakdown.AGREED
    assert set(basis.values()) == {breakdown.COMPUTED}
    target = plan.target_by_id["gz-5g-stations"]
    yuexiu = next(row for row in table.rows if row.adcode == "440104")
    part = replace(
        target, id="part", region_adcode="440104", value=yuexiu.amount, related=(("part_of", target.id),)
    )
    decreed = breakdown.of(phased, replace(plan, targets=(*plan.targets, part)))
    row = next(row for row in decreed.rows if row.adcode == "440104")
    assert (row.basis, row.decreed) == (breakdown.DECREED, yuexiu.amount)


def test_the_whole_is_the_documents_only_where_it_states_this_number(
    phased, increment, what_if, hydrogen, plan
):
    assert breakdown.of(phased, plan).total.basis == breakdown.DECREED
    assert breakdown.of(what_if, None).total.basis == breakdown.SET
    # the document says 3 stations a year; 6 is the scenario's own reckoning
    assert breakdown.of(hydrogen, plan).total.basis == breakdown.SET
    asked = replace(phased.scenario, document={**phased.scenario.document, "objective": "fewest_units"})
    assert breakdown.of(replace(phased, scenario=asked), plan).total.basis == breakdown.COMPUTED


def test_bodies_stand_in_the_row_of_their_district_and_nobody_is_called_lead(phased, plan):
    table = breakdown.of(phased, plan)
    assert table.lead == ()
    named = {row.adcode: [b.id for b in row.bodies] for row in table.rows if row.bodies}
    assert named == {
        "440104": ["gz-yuexiu-gov"], "440111": ["gz-baiyun-gov"], "440112": ["gz-huangpu-gov"],
        "440113": ["gz-panyu-gov"], "440115": ["gz-nansha-gov"],
    }  # fmt: skip
    assert len(table.others) == 12


def test_existing_units_of_a_scenario_are_the_districts_baselines(phased, plan):
    existing = phased.districts["quota"] // 3
    known = replace(phased, districts=phased.districts.assign(part_existing=existing))
    table = breakdown.of(known, plan)
    assert [row.baseline for row in table.rows] == existing.tolist()
    assert table.total.baseline == existing.sum()
    for row in table.rows:
        assert row.baseline + sum(step.new for step in row.years) == row.amount


def test_a_what_if_has_neither_baseline_nor_bodies(what_if):
    table = breakdown.of(what_if, None)
    assert (table.baseline, table.lead, table.others) == (None, (), ())
    assert table.total.baseline is None


def test_a_quota_without_a_cell_is_counted(phased, plan):
    moved = phased.districts.assign(quota=phased.districts["quota"] + [7, *[0] * (len(phased.districts) - 1)])
    zone = replace(phased, districts=pd.DataFrame(moved), amount=phased.amount + 7)
    assert breakdown.of(zone, plan).total.amount == PROMISED + 7
    with pytest.raises(AssertionError, match="R1"):
        breakdown.of(replace(phased, districts=pd.DataFrame(moved)), plan)


@given(
    st.sampled_from(["stock", "increment", "annual"]),
    st.none() | st.integers(0, 10**6),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=6).map(sorted),
)
def test_years_add_up_from_the_baseline(distributes, baseline, units):
    years = breakdown._years(distributes, baseline, list(enumerate(units)))
    if baseline is not None:
        assert baseline + sum(step.new for step in years) == years[-1].cumulative
    elif distributes == "stock":
        assert years[0].new is None
        assert [step.cumulative for step in years] == units
    else:
        assert all(step.cumulative is None for step in years)
        assert sum(step.new for step in years) == units[-1]


def test_units_beside_an_increment_are_the_districts_baselines(increment, plan):
    beside = increment.units // 2
    known = replace(increment, solution=replace(increment.solution, beside=beside))
    table = breakdown.of(known, plan)
    assert table.total.baseline == sum(row.baseline for row in table.rows) == beside.sum()
    for row in table.rows:
        assert row.years[-1].cumulative == row.baseline + row.amount


def test_another_regions_target_gives_no_baseline_no_bodies_and_no_figure(phased, plan):
    """Guangzhou's reported stations are no baseline of Xuzhou, and its bureaus answer for nothing there."""
    elsewhere = replace(phased, scenario=replace(phased.scenario, region="320300"))
    table = breakdown.of(elsewhere, plan)
    assert table.elsewhere
    assert (table.baseline, table.total.baseline, table.lead, table.others) == (None, None, (), ())
    assert table.total.basis == breakdown.SET
    assert not any(row.bodies for row in table.rows)
    part = breakdown.of(replace(phased, scenario=replace(phased.scenario, region="440111")), plan)
    assert part.elsewhere
    assert part.baseline is None
    assert part.others, "the bodies of the city answer in its districts too"
    assert not breakdown.of(phased, plan).elsewhere


def test_a_stock_is_no_figure_of_the_document_for_what_is_newly_built(phased, increment, plan):
    assert phased.amount == increment.amount
    assert breakdown.of(increment, plan).total.basis == breakdown.SET


def test_the_list_of_a_scenario_comes_before_a_reported_figure(phased, plan):
    known = replace(phased, districts=phased.districts.assign(part_existing=1))
    table = breakdown.of(known, plan)
    assert table.listed
    assert table.baseline is None
    assert breakdown.of(phased, plan).inferred
    assert not breakdown.of(phased, plan).listed


def test_of_a_unit_without_a_boundary_neither_people_nor_existing_units_are_known(zoned, plan):
    known = replace(zoned, districts=zoned.districts.assign(part_existing=1))
    table = breakdown.of(known, plan)
    zone = table.rows[-1]
    assert (zone.population, zone.per_10k, zone.baseline, zone.basis) == (None, None, None, breakdown.AGREED)
    assert zone.amount == 500
    assert table.total.population == 18_676_605
    assert table.total.baseline == len(table.rows) - 1
