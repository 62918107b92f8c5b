"""The measure of skill, on shares whose errors are known by hand; and the figures that ship."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.paths import data_root
from geo.population_skill import shares, skill


def test_shares_of_zones_in_their_unit():
    people = np.array([1.0, 3.0, 4.0, 2.0, 9.0])
    zone = np.array([0, 0, 1, 2, -1])
    assert shares(people, zone, np.array([0, 0, 1])).tolist() == [0.5, 0.5, 1.0]


def test_figures_by_hand():
    observed = np.array([0.5, 0.3, 0.2, 0.6, 0.4])
    predicted = np.array([0.4, 0.3, 0.3, 0.6, 0.4])
    found = skill(predicted, observed, np.array([0, 0, 0, 1, 1]))
    assert (found.townships, found.units) == (5, 2)
    assert found.median_error == 0
    assert found.p90_error == pytest.approx(0.38)  # between 0.2 and 0.5
    assert found.misplaced == pytest.approx((0.1 + 0) / 2)
    assert found.sigma == pytest.approx(np.sqrt((np.log(0.8) ** 2 + np.log(1.5) ** 2) / 5))


def test_a_perfect_prediction():
    observed = np.array([0.5, 0.3, 0.2])
    found = skill(observed, observed, np.zeros(3, dtype=int))
    assert (found.p90_error, found.rank_correlation, found.sigma) == (0, 1, 0)


def test_what_ships_beats_the_naive_model_on_both_areas():
    table = pd.read_csv(data_root() / "population" / "skill.csv", dtype={"area": str}).set_index(
        ["area", "model"]
    )
    for area in ("320300", "500114"):
        best, naive = table.loc[(area, "village-counts")], table.loc[(area, "by-area")]
        assert best["median_error"] < 0.6 * naive["median_error"]
        assert best["p90_error"] < 0.6 * naive["p90_error"]
        assert best["rank_correlation"] > naive["rank_correlation"] + 0.15
        assert best["sigma"] < 0.6 * naive["sigma"]
    assert table.loc[("320300", "village-counts"), "townships"] == 106


def test_the_table_in_the_manual_is_the_file_that_ships():
    manual = (data_root().parent / "docs" / "population.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        for line in manual.split("<!-- skill", 1)[1].split("\n\n", 1)[0].splitlines()
        if line.startswith("|") and "---" not in line
    ]
    table = pd.read_csv(data_root() / "population" / "skill.csv", dtype={"area": str})
    names = {"320300": "徐州", "500114": "黔江"}
    expected = [
        [
            row.model_en,
            names[row.area],
            f"{row.median_error:.1%}".replace("%", " %"),
            f"{row.p90_error:.1%}".replace("%", " %"),
            f"{row.rank_correlation:.3f}",
            f"{row.sigma:.3f}",
        ]
        for row in table.itertuples()
    ]
    assert rows[1:] == expected
