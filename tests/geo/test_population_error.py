"""Perturbed surfaces: the measured error comes back out, sums stay exact, a seed is a surface."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo import grid, population
from geo.errors import InfraPlanError
from geo.population_error import ErrorLevel, levels, perturbed


@pytest.fixture(scope="module")
def surface():
    return population.load("320300")


def test_census_totals_stay_exact(surface):
    for seed in range(3):
        drawn = perturbed(surface, seed)
        assert population.problems(drawn) == []
        assert np.array_equal(drawn.cells, surface.cells)
        assert np.array_equal(drawn.people == 0, surface.people == 0)
        assert drawn.metadata["perturbed_seed"] == seed


def test_a_seed_is_a_surface(surface):
    assert np.array_equal(perturbed(surface, 7).people, perturbed(surface, 7).people)
    assert not np.array_equal(perturbed(surface, 7).people, perturbed(surface, 8).people)


def test_the_error_is_the_one_asked_for(surface):
    """Drawn with one level, blocks differ from the surface by that sigma (second road: measured on the blocks)."""
    sigma = 0.3
    ratios = []
    for seed in range(4):
        drawn = perturbed(surface, seed, [ErrorLevel(6, sigma)])
        _, block = np.unique(grid.parents(surface.cells, 6), return_inverse=True)
        before, after = np.bincount(block, surface.people), np.bincount(block, drawn.people)
        inside = np.bincount(block) > 300  # whole blocks, so that rounding and the rim do not matter
        logs = np.log(after[inside] / before[inside])
        ratios.append(logs - logs.mean())
    # census totals take a little of it away
    assert 0.8 * sigma < np.concatenate(ratios).std() < 1.1 * sigma


def test_no_error_changes_nothing(surface):
    assert np.array_equal(perturbed(surface, 1, []).people, surface.people)


def test_levels_come_from_the_surface(surface):
    found = levels(surface)
    assert [level.resolution for level in found] == [6, 8]
    assert found[0].status == "measured"
    assert 0.1 < found[0].sigma < 0.6


def test_unknown_error_is_not_zero(surface):
    silent = replace(surface, metadata={})
    with pytest.raises(InfraPlanError, match="not known"):
        perturbed(silent, 1)
    assert perturbed(silent, 1, [ErrorLevel(6, 0.2)]).total == surface.total


@pytest.mark.parametrize("resolution", [8, 10])
def test_any_resolution(resolution):
    base = population.load("500114", resolution=resolution)
    assert perturbed(base, 3).total == base.total
