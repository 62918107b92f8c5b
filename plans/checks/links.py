"""Checks on links: clauses, bodies, relations and projects lead to something that is there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from geo.errors import Problem
from plans.checks.world import World, at
from plans.model import Plan


def clauses_are_known(plan: Plan, world: World) -> Iterator[Problem]:
    """Each target, project and not-target stands in a clause that ``clauses.csv`` lists."""
    for table, rows in (
        ("targets", plan.targets),
        ("projects", plan.projects),
        ("not_targets", plan.not_targets),
    ):
        for row in rows:
            if row.clause is not None and row.clause not in plan.clause_by_path:
                yield Problem(
                    "clauses_are_known",
                    at(plan, table, row.line),
                    f"clause {row.clause!r} is not in clauses.csv",
                    f"条款“{row.clause}”不在 clauses.csv 中",
                )


def clauses_stand_in_the_order_of_the_text(plan: Plan, world: World) -> Iterator[Problem]:
    """Clauses are listed as the document has them."""
    for first, second in itertools.pairwise(plan.clauses):
        if second.offset < first.offset:
            yield Problem(
                "clauses_stand_in_the_order_of_the_text",
                at(plan, "clauses", second.line),
                f"clause {second.clause} begins before {first.clause}",
                f"条款 {second.clause} 的位置早于 {first.clause}",
            )


def bodies_are_in_the_vocabulary(plan: Plan, world: World) -> Iterator[Problem]:
    """Each body that answers for something is in ``data/plans/bodies/``."""
    for table, rows in (("clauses", plan.clauses), ("targets", plan.targets), ("projects", plan.projects)):
        for row in rows:
            for name in (*row.responsible, *getattr(row, "lead", ())):
                if name not in world.bodies:
                    yield Problem(
                        "bodies_are_in_the_vocabulary",
                        at(plan, table, row.line),
                        f"no body {name!r} in data/plans/bodies",
                        f"data/plans/bodies 中没有单位“{name}”",
                    )


def leads_are_responsible_too(plan: Plan, world: World) -> Iterator[Problem]:
    """A body that leads is among those responsible."""
    for table, rows in (("clauses", plan.clauses), ("targets", plan.targets)):
        for row in rows:
            clause = plan.clause_by_path.get(row.clause)
            listed = row.responsible or (clause.responsible if clause else ())
            for name in row.lead:
                if name not in listed:
                    yield Problem(
                        "leads_are_responsible_too",
                        at(plan, table, row.line),
                        f"{name!r} leads but is not listed as responsible",
                        f"牵头单位“{name}”不在责任单位之列",
                    )


def responsible_bodies_have_their_words(plan: Plan, world: World) -> Iterator[Problem]:
    """A clause that names bodies gives the words of the document that name them, with their offset."""
    for clause in plan.clauses:
        if bool(clause.responsible) != bool(clause.responsible_quote) or (
            bool(clause.responsible_quote) != (clause.responsible_offset is not None)
        ):
            yield Problem(
                "responsible_bodies_have_their_words",
                at(plan, "clauses", clause.line),
                f"clause {clause.clause}: bodies, their words and the offset go together",
                f"条款 {clause.clause}：责任单位、原文与位置须同时填写",
            )


def relations_resolve(plan: Plan, world: World) -> Iterator[Problem]:
    """Each relation of a target, and each target that a project serves, is known; nothing relates to itself."""
    known = {target.id for other in world.plans for target in other.targets}
    for target in plan.targets:
        for kind, other in target.related:
            if other not in known or other == target.id:
                yield Problem(
                    "relations_resolve",
                    at(plan, "targets", target.line),
                    f"{target.id}: {kind}:{other} leads nowhere",
                    f"{target.id}：关系 {kind}:{other} 无对应指标",
                )
    for project in plan.projects:
        for other in project.targets:
            if other not in known:
                yield Problem(
                    "relations_resolve",
                    at(plan, "projects", project.line),
                    f"{project.id}: no target {other!r}",
                    f"{project.id}：没有指标“{other}”",
                )
    for figure in plan.baselines:
        if figure.related_target and figure.related_target not in known:
            yield Problem(
                "relations_resolve",
                f"baselines: {figure.id}",
                f"no target {figure.related_target!r}",
                f"没有指标“{figure.related_target}”",
            )


def phrases_are_not_recorded_twice(plan: Plan, world: World) -> Iterator[Problem]:
    """A number is a target or it is none: no entry of ``not_targets.csv`` stands inside a target's phrase."""
    quantified = {(t.offset, t.quote): t for t in plan.targets if t.quantified}
    for item in plan.not_targets:
        target = quantified.get((item.offset, item.quote))
        if target is not None:
            yield Problem(
                "phrases_are_not_recorded_twice",
                at(plan, "not_targets", item.line),
                f"{item.quote!r} is the phrase of the target {target.id}",
                f"“{item.quote}”已登记为指标 {target.id}",
            )


def counting_rules_are_of_known_targets(plan: Plan, world: World) -> Iterator[Problem]:
    """Each recorded counting rule is that of a quantified target; the file of rules is in order."""
    yield from world.rule_problems
    quantified = {target.id for other in world.plans for target in other.targets if target.quantified}
    for rule in world.rules.values():
        if rule.target not in quantified:
            yield Problem(
                "counting_rules_are_of_known_targets",
                f"baselines/comparable.csv:{rule.line}",
                f"no quantified target {rule.target!r}",
                f"没有量化指标“{rule.target}”",
            )
