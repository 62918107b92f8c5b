"""Checks on ids and names: each thing once, under one name."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator

from geo.errors import Problem
from plans.checks.world import World, at
from plans.model import Plan, Project, Target

ALIKE = 0.9
_NOISE = re.compile(r"[\s“”\"'‘’《》()、,。\uff08\uff09\uff0c\uff1a·—\-+/]|项目|工程|建设$")


def ids_are_unique_over_all_plans(plan: Plan, world: World) -> Iterator[Problem]:
    """An id names one target or project in the whole catalogue."""
    elsewhere = {item.id: other.id for other in world.plans if other.id != plan.id for item in _items(other)}
    here: dict[str, str] = {}
    for table, rows in (("targets", plan.targets), ("projects", plan.projects)):
        for row in rows:
            where = at(plan, table, row.line)
            taken = elsewhere.get(row.id) or (here.get(row.id) if here.get(row.id) != table else None)
            if taken:
                yield Problem(
                    "ids_are_unique_over_all_plans",
                    where,
                    f"id {row.id!r} is already taken in {taken}",
                    f"标识“{row.id}”已被 {taken} 使用",
                )
            here[row.id] = table


def names_are_not_nearly_the_same(plan: Plan, world: World) -> Iterator[Problem]:
    """Two projects, or two targets of one clause, do not bear nearly the same name unless found distinct."""
    reviewed = {frozenset((pair.a, pair.b)) for pair in plan.distinct}
    projects = [(p.id, p.name_zh, at(plan, "projects", p.line)) for p in plan.projects]
    targets = [
        (
            t.id,
            f"{t.clause}{t.indicator_zh}{t.scope_zh or ''}{t.deadline_year or ''}",
            at(plan, "targets", t.line),
        )
        for t in plan.targets
    ]
    for entries, alike in ((projects, _alike), (targets, _same)):
        for (a, name_a, _), (b, name_b, where) in itertools.combinations(entries, 2):
            if alike(name_a, name_b) and frozenset((a, b)) not in reviewed:
                yield Problem(
                    "names_are_not_nearly_the_same",
                    where,
                    f"{b} is called {name_b!r}, nearly as {a} ({name_a!r}); one thing, or list the pair as distinct",
                    f"{b}“{name_b}”与 {a}“{name_a}”名称相近；若非同一事物，请在 plan.yaml 的 distinct 中登记",
                )


def distinct_pairs_name_known_ids(plan: Plan, world: World) -> Iterator[Problem]:
    """A pair that a reader found distinct names two entries of this plan."""
    known = {item.id for item in _items(plan)}
    for pair in plan.distinct:
        for name in (pair.a, pair.b):
            if name not in known:
                yield Problem(
                    "distinct_pairs_name_known_ids",
                    f"{plan.id}/plan.yaml distinct",
                    f"no target or project {name!r}",
                    f"没有指标或项目“{name}”",
                )


def body_names_are_canonical(plan: Plan, world: World) -> Iterator[Problem]:
    """A name or alias leads to one body of its region."""
    owner: dict[tuple[str, str], str] = {}
    for body in world.bodies.values():
        if body.id not in plan.body_by_id:
            continue
        for name in (body.name_zh, *body.aliases):
            first = owner.setdefault((body.adcode, name), body.id)
            if first != body.id:
                yield Problem(
                    "body_names_are_canonical",
                    f"bodies: {body.id}",
                    f"{name!r} is a name of {first} as well",
                    f"“{name}”同时是 {first} 的名称",
                )


def _items(plan: Plan) -> tuple[Target | Project, ...]:
    return (*plan.targets, *plan.projects)


def _plain(name: str) -> str:
    return _NOISE.sub("", name)


def _same(a: str, b: str) -> bool:
    return _plain(a) == _plain(b)


def _alike(a: str, b: str) -> bool:
    a, b = _plain(a), _plain(b)
    if a == b:
        return True
    if min(len(a), len(b)) < 6:
        return False
    # A digit or a Chinese numeral that differs (一期, 二期) makes another thing.
    if re.findall(r"[\d一二三四五六七八九十]+", a) != re.findall(r"[\d一二三四五六七八九十]+", b):
        return False
    return difflib.SequenceMatcher(None, a, b).ratio() >= ALIKE
