"""The checks of the catalogue: small named functions, each yielding every problem of its one fact.

A check takes a plan and the :class:`World` around it. The list of checks is the list of the public functions of
the modules below; there is no second copy.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

from geo.errors import Problem
from plans import catalogue, evidence
from plans.checks import figures, identity, links, places, words
from plans.checks.world import World
from plans.model import Plan

Check = Callable[[Plan, World], Iterator[Problem]]

CHECKS: dict[str, Check] = {
    name: function
    for module in (identity, words, figures, links, places)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if not name.startswith("_") and function.__module__ == module.__name__
}


def check_plan(plan_id: str, sources: Path | None = None, root: Path | None = None) -> list[Problem]:
    """Return every problem of a plan: its files, its cross-checks and, given ``sources``, its evidence.

    Raises
    ------
    UnknownNameError
        When there is no such plan.
    """
    plan, problems = catalogue.read_plan(plan_id, root)
    found = list(problems)
    if plan is not None:
        world = World.read(root)
        for check in CHECKS.values():
            found.extend(check(plan, world))
        if sources is not None:
            found.extend(evidence.check_sources(plan, sources))
    return found


def check_all(sources: Path | None = None, root: Path | None = None) -> list[Problem]:
    """Return every problem of every plan and of the reported figures, each once."""
    found: dict[Problem, None] = {}
    for plan_id in catalogue.available(root):
        found.update(dict.fromkeys(check_plan(plan_id, sources, root)))
    return list(found)
