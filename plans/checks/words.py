"""Checks on words: English beside the Chinese, and Chinese that is simplified in script and in vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.errors import Problem
from plans.checks.world import World, at
from plans.columns import columns
from plans.language import holds_chinese, not_mainland
from plans.model import Plan


def english_is_there(plan: Plan, world: World) -> Iterator[Problem]:
    """Every Chinese text that people read has an English one beside it, without Chinese characters."""
    for where, row in _rows(plan, world):
        for name, value in _texts(row, "_zh"):
            english = getattr(row, f"{name.removesuffix('_zh')}_en", None)
            if not hasattr(row, f"{name.removesuffix('_zh')}_en"):
                continue
            if value and not english:
                yield Problem(
                    "english_is_there",
                    where,
                    f"{name} has no English beside it: {value!r}",
                    f"“{value}”缺少英文",
                )
        for name, value in _texts(row, "_en"):
            # A quoted Chinese word inside an English note is meant; a name in Chinese is not.
            if value and holds_chinese(value) and not name.startswith(("note", "source_note", "title_note")):
                yield Problem(
                    "english_is_there",
                    where,
                    f"{name} holds Chinese characters: {value!r}",
                    f"英文字段 {name} 含汉字：“{value}”",
                )


def chinese_is_simplified(plan: Plan, world: World) -> Iterator[Problem]:
    """No traditional character and no Taiwan word is left in a Chinese text of the data (phrases are exempt)."""
    for where, row in _rows(plan, world):
        for name, value in _texts(row, "_zh"):
            for word in not_mainland(value or "", quoted_is_exempt=name.startswith(("note", "source_note"))):
                yield Problem(
                    "chinese_is_simplified",
                    where,
                    f"{name} holds {word!r}; write it as the mainland does: {value!r}",
                    f"{name} 含“{word}”，请改为大陆规范用字用词：“{value}”",
                )


def _rows(plan: Plan, world: World) -> Iterator[tuple[str, Any]]:
    yield f"{plan.id}/plan.yaml", plan
    for name in ("clauses", "targets", "projects", "not_targets"):
        for row in getattr(plan, name):
            yield at(plan, name, row.line), row
    for body in plan.bodies:
        yield f"bodies: {body.id}", body
    for figure in plan.baselines:
        yield f"baselines: {figure.id}", figure


def _texts(row: Any, ending: str) -> Iterator[tuple[str, str | None]]:
    names = getattr(row, "__slots__", None) or [column.name for column in columns("plan")]
    for name in names:
        if name.endswith(ending):
            yield name, getattr(row, name)
