"""What a check may look at beyond its plan: the other plans, all bodies, and the administrative codes there are."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from geo.boundaries import CHINA
from geo.errors import Problem
from geo.paths import data_root
from plans import catalogue, progress
from plans.model import Body, Plan


@dataclass(frozen=True)
class World:
    """All plans that could be read, all bodies, and the names of administrative units by adcode."""

    plans: tuple[Plan, ...]
    bodies: MappingProxyType[str, Body]
    units: MappingProxyType[str, str]
    rules: MappingProxyType[str, progress.Comparable]
    rule_problems: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, root: Path | None = None) -> World:
        """Read the world of a data folder; plans with problems take part with what could be read of them."""
        plans = (catalogue.read_plan(plan_id, root)[0] for plan_id in catalogue.available(root))
        rules, rule_problems = progress.read_comparable(root)
        return cls(
            plans=tuple(plan for plan in plans if plan is not None),
            bodies=catalogue.read_bodies(root)[0],
            units=administrative_units(),
            rules=rules,
            rule_problems=rule_problems,
        )


@functools.cache
def administrative_units() -> MappingProxyType[str, str]:
    """Return Chinese names by adcode: the country, provinces, cities, districts and statistical zones."""
    names = {CHINA: "中国"}
    # The census adds the zones that have a statistical code and no boundary of their own (conventions I1).
    for name in ("population/census_2020.csv", "boundaries/units.csv"):
        rows = pd.read_csv(data_root() / name, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        names.update(zip(rows["adcode"], rows["name_zh"], strict=True))
    return MappingProxyType(names)


def at(plan: Plan, table: str, line: int) -> str:
    """Return where a row stands, as messages call it: ``guangzhou-2020/targets.csv:3``."""
    return f"{plan.id}/{table}.csv:{line}"
