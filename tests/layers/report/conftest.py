"""Results that are quick to compute and hold what a report has to tell: a promise, phases, quotas that were agreed."""

from __future__ import annotations

import pytest

from infraplan import workflow
from layers import mapped
from layers.imprint import Imprint
from plans import catalogue
from scenarios import load

PHASED = """
format_version: 1
id: phased
title_zh: 分期情景
title_en: Phased
target: {target}
distributes: {distributes}
{amount}
region: "440100"
resolution: 7
population: modelled-2020
quotas:
  method: largest_remainder
  weights: {{residents: 1}}
  fixed: {{"440103": 400}}
phases: [{{year: 2021, amount: 9000}}, {{year: 2022, amount: 38900}}]
assumptions:
  - {{zh: 一个假设, en: an assumption}}
"""


def scenario(folder, target="gz-5g-stations", distributes="stock", amount=""):
    """A scenario in a file, run: 38,900 units by residents, in two years."""
    path = folder / "phased.yaml"
    path.write_text(PHASED.format(target=target, distributes=distributes, amount=amount), encoding="utf-8")
    return workflow.run(load.load(path))


@pytest.fixture(scope="session")
def phased(tmp_path_factory):
    return scenario(tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="session")
def increment(tmp_path_factory):
    return scenario(tmp_path_factory.mktemp("increment"), distributes="increment")


@pytest.fixture(scope="session")
def what_if(tmp_path_factory):
    return scenario(tmp_path_factory.mktemp("whatif"), target="null", amount="amount: 38900")


@pytest.fixture(scope="session")
def zoned(tmp_path_factory):
    """With a unit that has no boundary: 500 of the 38,900 are its own."""
    path = tmp_path_factory.mktemp("zoned") / "zoned.yaml"
    text = PHASED.format(target="gz-5g-stations", distributes="stock", amount="")
    text = text.replace('fixed: {"440103": 400}', "unplaced: {某新区: 500}")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("phases"))
    path.write_text(text, encoding="utf-8")
    return workflow.run(load.load(path))


@pytest.fixture(scope="session")
def hydrogen():
    return workflow.run("guangzhou-hydrogen-6")


@pytest.fixture(scope="session")
def plan():
    return catalogue.load_plan("guangzhou-2020")


@pytest.fixture(scope="session")
def imprint():
    return Imprint("2026-01-31", author="某规划院", version="phased @ 0123")


@pytest.fixture(scope="session")
def shown(hydrogen, plan):
    return mapped.of_scenario(hydrogen, plan)
