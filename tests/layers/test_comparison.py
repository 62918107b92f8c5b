"""Differences: second minus first, one scale for maps side by side."""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import RequestError
from layers import allocation, comparison
from scenarios import load
from scenarios.run import run

TEXT = """
format_version: 1
id: trial
title_zh: 试
title_en: Trial
distributes: increment
amount: {amount}
region: "{region}"
resolution: 7
population: modelled-2020
quotas: {{method: largest_remainder, weights: {{residents: 1}}}}
"""


@pytest.fixture(scope="module")
def results():
    return [run(load.parse(TEXT.format(amount=n, region="440100"), "trial")) for n in (500, 900)]


def test_differences_sum_to_the_difference_of_totals(results):
    layer = comparison.cells(*results)
    assert layer.frame["difference"].sum() == 400
    assert comparison.districts(*results).frame["difference"].sum() == 400
    assert (layer.frame["second"] - layer.frame["first"] == layer.frame["difference"]).all()


def test_zero_is_a_class_of_its_own_and_signs_are_apart(results):
    scale = comparison.cells(*results).scale
    classes = scale.classify([-400, -1, 0, 1, 400])
    assert classes[2] == 3
    assert classes[0] <= classes[1] < 3 < classes[3] <= classes[4]


def test_side_by_side_a_colour_means_the_same(results):
    layers = comparison.on_one_scale([allocation.cells(r) for r in results])
    assert layers[0].scale == layers[1].scale
    used = np.concatenate([r.units[r.units > 0] for r in results])
    assert (layers[0].scale.classify(used) >= 0).all()


def test_two_cities_are_not_compared(results):
    other = run(load.parse(TEXT.format(amount=100, region="500114"), "trial"))
    with pytest.raises(RequestError):
        comparison.cells(results[0], other)
