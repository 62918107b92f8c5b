"""Checks on figures: quantified means a value, a unit and a phrase; tables sum; deadlines lie in the period."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from geo.errors import Problem
from plans.checks.world import World, at
from plans.model import Plan, Target

_STOCK_WORDS = ("累计", "累計")
_NEW_WORDS = ("新建", "新增")


def quantified_targets_have_value_unit_and_phrase(plan: Plan, world: World) -> Iterator[Problem]:
    """A quantified target has a value, a unit and a phrase; one that is not quantified has no value."""
    for target in plan.targets:
        where = at(plan, "targets", target.line)
        if target.quantified and (target.value is None or target.unit is None or not target.quote.strip()):
            yield Problem(
                "quantified_targets_have_value_unit_and_phrase",
                where,
                f"{target.id} is quantified but lacks a value, a unit or its phrase",
                f"{target.id} 标为量化指标，但缺少数值、单位或原文",
            )
        if not target.quantified and target.value is not None:
            yield Problem(
                "quantified_targets_have_value_unit_and_phrase",
                where,
                f"{target.id} is not quantified but has the value {target.value}",
                f"{target.id} 标为未量化，却填有数值 {target.value}",
            )


def values_are_possible(plan: Plan, world: World) -> Iterator[Problem]:
    """No value is negative, counts are whole, a percentage of a level is not above 100."""
    for target in plan.targets:
        value, where = target.value, at(plan, "targets", target.line)
        if value is None:
            continue
        wrong = (
            value < 0
            or (target.unit in ("count", "yuan", "m") and not float(value).is_integer())
            or (target.unit == "percent" and target.nature == "level" and value > 100)
        )
        if wrong:
            yield Problem(
                "values_are_possible",
                where,
                f"{target.id}: {value} {target.unit} cannot be",
                f"{target.id}：数值 {value}（{target.unit}）不合理",
            )


def allocatable_targets_are_whole_units(plan: Plan, world: World) -> Iterator[Problem]:
    """What can be given to cells is a count of things that stand somewhere."""
    for target in plan.targets:
        if target.allocatable and not (target.quantified and target.unit == "count" and target.mappable):
            yield Problem(
                "allocatable_targets_are_whole_units",
                at(plan, "targets", target.line),
                f"{target.id} is marked allocatable but is no mappable count",
                f"{target.id} 标为可分配，但不是可上图的计数指标",
            )


def deadlines_lie_in_the_period(plan: Plan, world: World) -> Iterator[Problem]:
    """A deadline lies in the plan's period, and says on what basis it is known."""
    if plan.period_start > plan.period_end:
        yield Problem(
            "deadlines_lie_in_the_period",
            f"{plan.id}/plan.yaml",
            f"the period ends ({plan.period_end}) before it begins ({plan.period_start})",
            f"规划期止（{plan.period_end}）早于期起（{plan.period_start}）",
        )
    for target in plan.targets:
        where, year, basis = at(plan, "targets", target.line), target.deadline_year, target.deadline_basis
        if year is not None and not plan.period_start <= year <= plan.period_end:
            yield Problem(
                "deadlines_lie_in_the_period",
                where,
                f"{target.id}: {year} is outside the period {plan.period_start}-{plan.period_end}",
                f"{target.id}：完成年份 {year} 超出规划期 {plan.period_start}-{plan.period_end}",
            )
        if (year is None) != (basis == "none"):
            yield Problem(
                "deadlines_lie_in_the_period",
                where,
                f"{target.id}: deadline {year} with the basis {basis!r}",
                f"{target.id}：完成年份 {year} 与期限依据 {basis} 不一致",
            )
        if basis == "stated" and not target.deadline_text:
            yield Problem(
                "deadlines_lie_in_the_period",
                where,
                f"{target.id}: the deadline is stated, but its words are not given",
                f"{target.id}：期限标为原文载明，但未填期限原文",
            )


def tables_sum(plan: Plan, world: World) -> Iterator[Problem]:
    """The parts of each table, and the targets that say ``sums_to``, sum to their total exactly."""
    where = f"{plan.id}/plan.yaml tables"
    for table in plan.tables:
        yield from _sum(plan, table.total, table.parts, f"{where}: {table.id}")
    totals: dict[str, list[str]] = {}
    for target in plan.targets:
        for kind, other in target.related:
            if kind == "sums_to":
                totals.setdefault(other, []).append(target.id)
    for total, parts in totals.items():
        yield from _sum(plan, total, tuple(parts), f"{plan.id}/targets.csv sums_to:{total}")


def natures_fit_the_words(plan: Plan, world: World) -> Iterator[Problem]:
    """A phrase that says 累计 states a stock, one that says 每年 or 年均 a yearly figure, 新建 or 新增 new ones."""
    for target in plan.targets:
        if target.value is None:
            continue
        expected: tuple[str, ...] = ()
        if any(word in target.quote for word in _STOCK_WORDS):
            expected = ("cumulative",)
        elif "年均" in target.quote or "每年" in target.quote:
            expected = ("annual", "level")
        elif any(word in target.quote for word in _NEW_WORDS):
            expected = ("new",)
        if expected and target.nature not in (*expected, "ambiguous"):
            yield Problem(
                "natures_fit_the_words",
                at(plan, "targets", target.line),
                f"{target.id}: {target.quote!r} is recorded as {target.nature}",
                f"{target.id}：“{target.quote}”登记的性质为 {target.nature}",
            )


def quantified_targets_are_as_many_as_a_reader_counted(plan: Plan, world: World) -> Iterator[Problem]:
    """Where a reader counted the quantified targets of a document (Zibo: 0), there are as many."""
    count = sum(target.quantified for target in plan.targets)
    if plan.quantified_targets is not None and count != plan.quantified_targets:
        yield Problem(
            "quantified_targets_are_as_many_as_a_reader_counted",
            f"{plan.id}/targets.csv",
            f"{count} targets are quantified; a reader counted {plan.quantified_targets} in the document",
            f"共有 {count} 条量化指标，人工核定为 {plan.quantified_targets} 条",
        )


def _sum(plan: Plan, total: str, parts: tuple[str, ...], where: str) -> Iterator[Problem]:
    known = plan.target_by_id
    missing = [name for name in (total, *parts) if name not in known]
    if missing:
        names = ", ".join(missing)
        yield Problem("tables_sum", where, f"no target {names}", f"没有指标 {names}")
        return
    units = {known[name].unit for name in (total, *parts)}
    if len(units) > 1:
        listed = ", ".join(sorted(map(str, units)))
        yield Problem("tables_sum", where, f"units differ: {listed}", f"单位不一致：{listed}")
        return
    added, stated = sum((_exact(known[name]) for name in parts), Fraction()), _exact(known[total])
    if added != stated:
        yield Problem(
            "tables_sum",
            where,
            f"the parts sum to {float(added)}, the total {total} is {float(stated)}",
            f"各项之和为 {float(added)}，合计 {total} 为 {float(stated)}",
        )


def _exact(target: Target) -> Fraction:
    return Fraction(str(target.value or 0))
