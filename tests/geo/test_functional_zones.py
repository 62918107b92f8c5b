"""徐州经济技术开发区: people without a polygon, given land and never lost."""

from __future__ import annotations

import numpy as np
import pytest

from geo import boundaries, census, functional_zones, grid
from geo.errors import UnknownNameError


@pytest.fixture(scope="module")
def xuzhou() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    districts = boundaries.districts("320300")
    cells, owner = grid.cells_in(districts.geometry.to_numpy(), 9)
    adcodes = districts["adcode"].to_numpy(dtype="U6")[owner]
    return cells, adcodes, functional_zones.census_units(cells, adcodes)


def test_every_zone_of_the_census_has_land() -> None:
    table = census.table()
    assert set(table.index[table["level"] == census.ZONE]) == set(functional_zones.zones())


def test_the_zone_takes_the_land_that_is_stated(xuzhou: tuple) -> None:
    cells, adcodes, units = xuzhou
    zone = functional_zones.zones()["320371"]
    for adcode, km2 in zone.parts:
        taken = (units == "320371") & (adcodes == adcode)
        assert grid.areas(cells[taken]).sum() / 1e6 == pytest.approx(km2, abs=0.12)  # a cell
    assert set(adcodes[units == "320371"]) == {adcode for adcode, _ in zone.parts}


def test_it_is_one_piece_and_holds_its_townships(xuzhou: tuple) -> None:
    cells, _, units = xuzhou
    land = cells[units == "320371"]
    assert grid.outline(land).geom_type == "Polygon"
    for lon, lat in functional_zones.zones()["320371"].points:
        assert grid.cells_at(np.array([lon]), np.array([lat]), 9)[0] in land


def test_its_outline_is_the_union_of_its_cells(xuzhou: tuple) -> None:
    cells, _, units = xuzhou
    outline = functional_zones.outline("320371")
    assert outline.area == pytest.approx(grid.outline(cells[units == "320371"]).area, rel=1e-9)
    with pytest.raises(UnknownNameError, match="known: 320371"):
        functional_zones.outline("320372")


def test_all_other_cells_stay_with_their_district(xuzhou: tuple) -> None:
    _, adcodes, units = xuzhou
    other = units != "320371"
    np.testing.assert_array_equal(units[other], adcodes[other])
    assert set(units) == set(census.census("320300").index)


def test_the_order_of_the_cells_does_not_matter(xuzhou: tuple) -> None:
    cells, adcodes, units = xuzhou
    mixed = np.random.default_rng(3).permutation(len(cells))
    np.testing.assert_array_equal(functional_zones.census_units(cells[mixed], adcodes[mixed]), units[mixed])


def test_a_region_without_zones_is_left_alone() -> None:
    districts = boundaries.districts("440104")
    cells, owner = grid.cells_in(districts.geometry.to_numpy(), 9)
    adcodes = districts["adcode"].to_numpy(dtype="U6")[owner]
    np.testing.assert_array_equal(functional_zones.census_units(cells, adcodes), adcodes)


@pytest.mark.parametrize("resolution", [7, 8, 10])
def test_at_other_resolutions_the_zone_is_still_there(resolution: int) -> None:
    districts = boundaries.districts("320305")
    cells, owner = grid.cells_in(districts.geometry.to_numpy(), resolution)
    adcodes = districts["adcode"].to_numpy(dtype="U6")[owner]
    land = functional_zones.census_units(cells, adcodes) == "320371"
    assert land.any()
    assert not land.all()
