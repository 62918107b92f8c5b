"""The models as arrays: small worlds whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import population_model as model
from geo.population_model import Cells, Parameters, Towns, Units

P = Parameters()


def world(width: int = 20, step: float = 1000.0, units: int = 2) -> Cells:
    """A square of cells; the unit is the left or the right half."""
    x, y = np.meshgrid(np.arange(width) * step, np.arange(width) * step)
    xy = np.column_stack([x.ravel(), y.ravel()]).astype(float)
    unit = np.minimum((xy[:, 0] / (width * step / units)).astype(int), units - 1)
    n = len(xy)
    return Cells(xy, unit, np.ones(n), np.zeros(n), np.full(n, 1e5), np.zeros(n))


def towns(xy, unit, communities, villages, seat=(-1, -1)) -> Towns:
    xy = np.array(xy, dtype=float)
    return Towns(
        xy,
        np.array(unit),
        np.array(communities, dtype=float),
        np.array(villages, dtype=float),
        np.zeros(len(xy), dtype=bool),
        np.array(seat),
    )


UNITS = Units(np.array([600.0, 0.0]), np.array([400.0, 1000.0]))
FOUR = towns(
    [[2000, 5000], [7000, 15000], [12000, 5000], [17000, 15000]], [0, 0, 1, 1], [3, 1, 0, 0], [0, 8, 5, 15]
)


def all_models(cells, places):
    return {
        "area": model.by_area(cells, UNITS),
        "land": model.by_land(cells, UNITS, P),
        "osm": model.by_osm(cells, UNITS, P),
        "two": model.by_two_parts(cells, places, UNITS, P),
        "villages": model.by_village_counts(cells, places, UNITS, P),
    }


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_every_model_keeps_the_people_of_each_unit(seed):
    random = np.random.default_rng(seed)
    cells = world(12)
    cells = replace(
        cells,
        osm=random.gamma(0.3, 5, len(cells.unit)),
        slope=random.uniform(0, 30, len(cells.unit)),
        land=random.uniform(0.02, 1, len(cells.unit)),
    )
    xy = random.uniform(0, 12_000, (6, 2))
    xy[random.random(6) < 0.4] = np.nan
    places = towns(
        xy, (np.nan_to_num(xy[:, 0]) > 6000).astype(int), random.integers(0, 9, 6), random.integers(0, 30, 6)
    )
    for name, people in all_models(cells, places).items():
        assert np.bincount(cells.unit, people) == pytest.approx([1000, 1000]), name
        assert (people >= 0).all()


def test_village_counts_decide_between_townships():
    """Far from its limits a township has its share: rural by 3:9 records, urban by 3 + 0 : 1 + 0.3 x 8."""
    cells = world()
    people = model.by_village_counts(cells, FOUR, UNITS, replace(P, blur_m=1e-3))
    nearest = model.membership(cells, FOUR, 1e-3).argmax(axis=1)
    sums = np.bincount(np.asarray(nearest).ravel(), people, minlength=4)
    urban = 3 / (3 + 1 + P.village * 8)
    rural = 3 / 12
    assert sums[0] == pytest.approx(600 * urban + 400 * rural)
    assert sums[2:] == pytest.approx([250, 750])


def test_membership_is_a_share_of_each_cell():
    belongs = model.membership(world(), FOUR, 1000.0)
    assert np.asarray(belongs.sum(axis=1)).ravel() == pytest.approx(1)
    # a cell belongs to townships of its own unit only
    left = world().unit == 0
    assert belongs[left][:, [2, 3]].sum() == 0


THREE = towns(
    [[2000, 3000], [7000, 10000], [2100, 16700], [12000, 5000]], [0, 0, 0, 1], [3, 1, 0, 1], [0, 8, 9, 5]
)
NEAR_FIRST = np.hypot(*(world().xy - [2000, 3000]).T) < 4000


def test_a_township_without_a_place_is_not_lost():
    """Its rural people are spread over the unit's land; the known townships share the rest by their records."""
    hidden = replace(THREE, xy=np.where([[False], [True], [False], [False]], np.nan, THREE.xy))
    rural = Units(np.zeros(2), np.array([1000.0, 0.0]))
    sharp = replace(P, blur_m=1e-3)
    people = model.by_village_counts(world(), hidden, rural, sharp)
    zone = np.asarray(model.membership(world(), hidden, 1e-3).argmax(axis=1)).ravel()
    own = world().unit == 0
    unknown = (1 + 8) / (3 + 9 + 9)
    for town, records in ((0, 3), (2, 9)):
        land = (zone[own] == town).mean()
        expected = 1000 * (unknown * land + (1 - unknown) * records / 12)
        assert people[own & (zone == town)].sum() == pytest.approx(expected)


def test_gathered_townships_live_at_the_seat():
    hidden = replace(THREE, xy=np.where([[False], [True], [False], [False]], np.nan, THREE.xy))
    gathered = replace(hidden, gathered=np.array([False, True, False, False]), seat=np.array([0, -1]))
    spread = model.by_village_counts(world(), hidden, UNITS, P)
    seated = model.by_village_counts(world(), gathered, UNITS, P)
    assert np.bincount(world().unit, seated) == pytest.approx([1000, 1000])
    assert seated[NEAR_FIRST].sum() > 1.2 * spread[NEAR_FIRST].sum()


def test_steep_land_and_water_hold_fewer():
    cells = world()
    steep = replace(cells, slope=np.where(cells.xy[:, 1] > 9500, 19.0, 0.0))
    people = model.by_land(steep, UNITS, P)
    high = cells.xy[:, 1] > 9500
    assert people[high].sum() / people[~high].sum() == pytest.approx(np.exp(-(19 - 3) / 8))
    wet = replace(cells, land=np.where(high, 0.0, 1.0))
    assert model.by_land(wet, UNITS, P)[high].sum() == 0


def test_kernel_against_the_direct_sum():
    random = np.random.default_rng(0)
    at, points, weights = (
        random.uniform(0, 9000, (50, 2)),
        random.uniform(0, 9000, (700, 2)),
        random.uniform(0, 3, 700),
    )
    found = model.kernel(at, points, weights, 800.0)
    away = np.hypot(*(at[:, None] - points[None]).transpose(2, 0, 1))
    direct = np.where(away <= 3200, weights * np.exp(-0.5 * (away / 800) ** 2), 0).sum(axis=1)
    assert found == pytest.approx(direct / (2 * np.pi * 0.8**2))
    assert (model.kernel(at, points[:0], weights[:0], 800.0) == 0).all()
