"""The surfaces that ship: exact to the census, at every resolution; read, written, and cut into districts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import boundaries, census, functional_zones, grid, population
from geo.errors import DataError, InfraPlanError, RequestError, UnknownNameError

AREAS = ("320300", "370300", "440100", "500114")


@pytest.fixture(params=AREAS)
def surface(request):
    return population.load(request.param)


def test_sums_are_the_census(surface):
    assert population.problems(surface) == []
    figures = census.census(surface.region)["population"]
    assert surface.by_census_unit().to_dict() == figures.astype(int).to_dict()
    assert surface.total == census.total(surface.region)


def test_cells_are_all_cells_of_the_region(surface):
    cells, adcodes, units = population.frame(surface.region, 9)
    assert np.array_equal(surface.cells, cells)
    assert np.array_equal(surface.adcodes, adcodes)
    assert np.array_equal(surface.census_units, units)


def test_a_cell_is_empty_only_for_a_stated_reason(surface):
    stated = surface.metadata["empty_cells"]
    assert int((surface.people == 0).sum()) == sum(stated.values())
    assert surface.metadata["least_people_in_a_cell"] == 1


def test_density_is_believable(surface):
    """No cell is denser than the densest quarters of Chinese cities (about 100,000 people a km²)."""
    density = surface.people / grid.areas(surface.cells) * 1e6
    assert density.max() < 100_000


def test_it_says_that_it_is_modelled_and_how_well(surface):
    data = surface.metadata
    assert data["modelled"] is True
    assert data["model_en"]
    assert data["model_zh"]
    assert {row["model"] for row in data["skill"]} >= {"by-area", "village-counts"}
    assert {level["status"] for level in data["error"]["levels"]} <= {"measured", "assumption"}
    tested = data["error"]["levels"][0]["status"] == "measured"
    assert tested == (surface.region in ("320300", "500114"))
    assert ("not validated" in data["validation"]) == (not tested)


@pytest.mark.parametrize("resolution", [7, 8])
def test_going_coarser_conserves_people(resolution):
    for area in ("500114", "320300"):
        base = population.load(area)
        other = population.load(area, resolution=resolution)
        assert population.problems(other) == []
        assert other.resolution == resolution
        cells, _, _ = population.frame(area, resolution)
        assert np.array_equal(other.cells, cells)
        assert np.array_equal(
            other.by_district()["people"].to_numpy(), base.by_district()["people"].to_numpy()
        )


@pytest.mark.parametrize("district", ["320302", "440104"])
def test_going_finer_conserves_people(district):
    """鼓楼 holds people of two census units on its land; 越秀 is one unit."""
    base = population.load(district)
    fine = population.at_resolution(base, 10)
    assert np.array_equal(fine.cells, population.frame(district, 10)[0])
    assert fine.by_census_unit().to_dict() == base.by_census_unit().to_dict()
    assert fine.total == base.total


def test_going_finer_and_back_changes_only_the_rim():
    base = population.load("500114")
    back = population.at_resolution(population.at_resolution(base, 10), 9)
    assert (back.people == base.people).mean() > 0.9
    assert back.total == base.total


def test_the_zone_without_a_polygon_keeps_its_people():
    """320371: its 381,407 people live on land of 鼓楼, 贾汪 and 铜山, and every district is given with and without."""
    surface = population.load("320300")
    table = surface.by_district()
    figures = census.census("320300")["population"]
    assert int(table["zones"].sum()) == int(figures["320371"]) == 381_407
    assert set(table.index[table["zones"] > 0]) == {"320302", "320305", "320312"}
    assert (table["own"] == figures.reindex(table.index).astype(int)).all()
    assert (table["people"] == table["own"] + table["zones"]).all()
    zone = functional_zones.zones()["320371"]
    rows = surface.census_units == "320371"
    area = grid.areas(surface.cells[rows]).sum() / 1e6
    assert area == pytest.approx(sum(part for _, part in zone.parts), rel=0.01)


def test_a_district_is_a_part_of_its_city():
    city, district = population.load("440100"), population.load("天河区")
    assert district.region == "440106"
    assert district.total == int(city.people[city.adcodes == "440106"].sum()) == 2_241_826
    with pytest.raises(UnknownNameError):
        city.part("110101")


def test_surfaces_cannot_be_written_to(surface):
    with pytest.raises(ValueError, match="read-only"):
        surface.people[0] = 1


def test_a_file_brings_back_the_surface(tmp_path):
    base = population.load("500114")
    population.write(base, tmp_path / "a.parquet")
    population.write(population.read(tmp_path / "a.parquet"), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    again = population.read(tmp_path / "a.parquet")
    assert np.array_equal(again.people, base.people)
    assert again.metadata == base.metadata
    table = pd.read_parquet(tmp_path / "a.parquet")
    assert table["h3"].str.fullmatch("[0-9a-f]{15}").all()  # conventions I2
    table.to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(DataError, match="not a population surface"):
        population.read(tmp_path / "plain.parquet")


def test_what_is_not_there_is_said():
    with pytest.raises(UnknownNameError, match="modelled-2020"):
        population.load("440100", "modelled-2030")
    with pytest.raises(InfraPlanError, match="440100"):
        population.load("110101")
    with pytest.raises(UnknownNameError):
        population.load("no such place")


def test_placing_needs_weights_in_every_unit():
    cells, _, units = population.frame("320300", 8)
    weights = np.where(units == "320371", 0.0, 1.0)
    with pytest.raises(RequestError, match="no cell"):
        population.place("320300", weights, 8)
    assert len(cells) == len(weights)


def test_people_are_where_cities_are():
    """Three places everybody knows: the densest cell lies in the old city, mountains and open country are thin."""
    surface = population.load("440100")
    density = surface.people / grid.areas(surface.cells) * 1e6
    by_district = pd.Series(density).groupby(surface.adcodes).median()
    assert by_district["440104"] > by_district["440106"] > by_district["440117"]
    in_districts = boundaries.locate(*grid.centroids(surface.cells[[int(density.argmax())]]).T, "440100")
    assert in_districts[0] in ("440103", "440104", "440105", "440106")
