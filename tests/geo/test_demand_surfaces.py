"""Demand beside residents: sums follow the census, places lie where the gazetteer says, assumptions say so."""

from __future__ import annotations

import numpy as np
import pytest

from geo import boundaries, census, demand_surfaces, grid, population
from geo.errors import UnknownNameError
from geo.population_error import perturbed

AREAS = ("320300", "370300", "440100", "500114")


@pytest.mark.parametrize("area", AREAS)
def test_households_are_the_census_by_unit(area):
    figures = census.census(area)
    surface = population.load(area)
    for name, expected in (
        ("households", figures["households"].astype(int)),
        (
            "car_households",
            (figures["households"] * figures["car_household_share"]).astype(float).round().astype(int),
        ),
    ):
        found = demand_surfaces.demand(area, name)
        sums = {unit: int(found.values[surface.census_units == unit].sum()) for unit in expected.index}
        assert sums == expected.to_dict()
        assert found.status == "modelled"
        assert (found.values[surface.people == 0] == 0).all()


@pytest.mark.parametrize("name", list(demand_surfaces.names()))
def test_every_demand_stands_on_the_cells_of_people(name):
    for resolution in (8, 9):
        found = demand_surfaces.demand("500114", name, resolution)
        people = population.load("500114", resolution=resolution)
        assert np.array_equal(found.cells, people.cells)
        assert found.values.dtype == np.int64
        assert (found.values >= 0).all()
        assert found.status in ("modelled", "assumption", "observed")
        for key in ("title_en", "title_zh", "basis_en", "basis_zh"):
            assert found.metadata[key], key
    assert found.total == demand_surfaces.demand("500114", name, 8).total


def test_a_district_of_a_zone_has_its_share():
    """贾汪 holds people of 320371: its cars are its own and the zone's, in proportion."""
    whole = demand_surfaces.demand("320300", "car_households")
    part = demand_surfaces.demand("320305", "car_households")
    assert np.array_equal(part.values, whole.values[whole.adcodes == "320305"])
    assert demand_surfaces.demand("320305", "no_private_parking").total > 0


def test_assumptions_say_so_and_can_be_changed():
    surface = population.load("440104")
    usual = demand_surfaces.without_parking(surface)
    none = demand_surfaces.without_parking(
        surface, {**demand_surfaces.PARKING, "low_share": 0.0, "high_share": 0.0}
    )
    assert usual.status == "assumption"
    assert 0 < usual.total < surface.total
    assert none.total == 0
    assert usual.metadata["parameters"]["high_share"] == 0.7


def test_built_up_land_fits_into_its_cell():
    found = demand_surfaces.demand("440100", "built_up")
    assert (found.values <= grid.areas(found.cells) * 0.9 + 1).all()
    assert found.unit == "m²"
    # the statistical yearbook gives Guangzhou about 1,350 km² of built-up area: the right order
    assert 0.7e9 < found.total < 2.5e9


@pytest.mark.parametrize("name", [*demand_surfaces.PLACES, "activity_places"])
def test_places_are_counted_once_where_they_are(name):
    found = demand_surfaces.demand("440100", name)
    assert found.points is not None
    assert found.total == len(found.points)
    if len(found.points):
        lon, lat = found.points[["lon", "lat"]].to_numpy().T
        owners = boundaries.locate(lon, lat, "440100")
        assert (owners == found.points["adcode"]).mean() > 0.99
        near = grid.cells_at(lon, lat, 9)
        lived = dict(zip(found.cells.tolist(), found.values.tolist(), strict=True))
        assert np.mean([lived.get(cell, 0) > 0 for cell in near.tolist()]) > 0.98


def test_activity_places_are_all_sorts_together():
    parts = [demand_surfaces.points("320300", sort) for sort in demand_surfaces.ACTIVITY]
    ids = {i for part in parts for i in zip(part["source"], part["source_id"], strict=True)}
    assert demand_surfaces.demand("320300", "activity_places").total == len(ids)


def test_demand_on_a_surface_at_hand():
    shipped = population.load("320300")
    for name in ("households", "no_private_parking", "hospitals"):
        assert np.array_equal(
            demand_surfaces.on(shipped, name).values, demand_surfaces.demand("320300", name).values
        )
    # on a perturbed surface the figures move with the people, and their sums stay the census's
    drawn = perturbed(shipped, 5)
    moved = demand_surfaces.on(drawn, "car_households")
    assert moved.total == demand_surfaces.demand("320300", "car_households").total
    assert not np.array_equal(moved.values, demand_surfaces.demand("320300", "car_households").values)
    with pytest.raises(UnknownNameError):
        demand_surfaces.on(shipped, "unicorns")


def test_what_a_planner_brings():
    surface = population.load("500114")
    found = demand_surfaces.brought(surface, "heavy_trucks", unit="trucks", title_zh="重卡")
    assert (found.status, found.unit, found.total) == ("brought", "trucks", surface.total)
    assert found.metadata["title_zh"] == "重卡"


def test_unknown_names_list_the_known():
    with pytest.raises(UnknownNameError, match="car_households"):
        demand_surfaces.demand("440100", "cars")
