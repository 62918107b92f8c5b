"""Reading ``plan.yaml``: every problem at once, each with line and key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from geo.errors import InfraPlanError, Problem, unknown
from geo.formats import require_format
from plans.columns import columns
from plans.model import Distinct, Note, SumTable
from plans.values import BadValue, read_value
from plans.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Document:
    """The header of a plan: values by key of ``plans/schema/plan.csv``."""

    values: dict[str, Any]
    problems: tuple[Problem, ...]


def parse(data: bytes, where: str) -> Document:
    """Read the bytes of a ``plan.yaml``; values of keys with a problem are None."""
    try:
        text = data.decode("utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}:{mark.line + 1}" if mark else where
        reason = getattr(error, "problem", None) or "not UTF-8"
        return Document({}, (Problem("yaml", place, f"cannot be read: {reason}", f"无法读取：{reason}"),))
    if not isinstance(node, yaml.MappingNode) or not isinstance(loaded, dict):
        return Document({}, (Problem("yaml", where, "is not a list of keys", "内容应为键值列表"),))
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
    raw = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    problems = [*_repeated_keys(node, where), *_unknown_keys(lines, where)]
    values: dict[str, Any] = {}
    for column in columns("plan"):
        place = f"{where}:{lines.get(column.name, 1)}"
        if column.name not in loaded:
            if column.required != "no":
                problems.append(
                    Problem("key", place, f"key {column.name!r} is missing", f"缺少键“{column.name}”")
                )
            values[column.name] = () if column.type == "mappings" else None
        elif column.type == "mappings":
            values[column.name], found = _MAPPINGS[column.name](loaded[column.name], place)
            problems.extend(found)
        else:
            # The scalar as it is written: YAML would turn 2021-09-27 into a date and 440100 into a number.
            scalar = raw[column.name]
            written = scalar.value if isinstance(scalar, yaml.ScalarNode) else ""
            null = loaded[column.name] is None
            try:
                values[column.name] = read_value("" if null else written, column)
            except BadValue as bad:
                values[column.name] = None
                problems.append(
                    Problem(bad.check, place, f"key {column.name!r}: {bad.en}", f"键“{column.name}”:{bad.zh}")
                )
    try:
        require_format(loaded, where)
    except InfraPlanError as error:
        problems.append(Problem("format_version", where, error.en, error.zh))
    return Document(values, tuple(problems))


def _unknown_keys(lines: dict[str, int], where: str) -> list[Problem]:
    known = [column.name for column in columns("plan")]
    found = []
    for key, line in lines.items():
        if key not in known:
            error = unknown("key", key, known, "键")
            found.append(Problem("unknown_key", f"{where}:{line}", error.en, error.zh))
    return found


def _repeated_keys(node: yaml.MappingNode, where: str) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for key, _ in node.value:
        if key.value in seen:
            place = f"{where}:{key.start_mark.line + 1}"
            found.append(Problem("key", place, f"key {key.value!r} is repeated", f"键“{key.value}”重复"))
        seen.add(key.value)
    return found


def _items(
    given: Any, place: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the mappings of a list that have the keys they need, and a problem for each of the others."""
    if given is None:
        return [], []
    if not isinstance(given, list):
        return [], [Problem("key", place, "must be a list", "应为列表")]
    good, problems = [], []
    for position, item in enumerate(given, start=1):
        at = f"{place} [{position}]"
        if not isinstance(item, dict):
            problems.append(Problem("key", at, "must be a mapping", "应为键值"))
            continue
        missing = [key for key in needed if item.get(key) in (None, "")]
        extra = [key for key in item if key not in (*needed, *optional)]
        if missing:
            names = ", ".join(missing)
            problems.append(Problem("key", at, f"lacks {names}", f"缺少 {names}"))
        if extra:
            names = ", ".join(map(str, extra))
            known = ", ".join((*needed, *optional))
            problems.append(
                Problem(
                    "unknown_key",
                    at,
                    f"unknown key {names}; known: {known}",
                    f"未知键 {names}；可用：{known}",
                )
            )
        if not missing:
            good.append({key: item.get(key) for key in (*needed, *optional)})
    return good, problems


def _notes(given: Any, place: str) -> tuple[tuple[Note, ...], list[Problem]]:
    items, problems = _items(given, place, ("kind", "zh", "en"), ("quote", "offset"))
    kinds = vocabulary("note_kind")
    for item in items:
        if item["kind"] not in kinds:
            error = unknown("note_kind", item["kind"], kinds, "说明类型")
            problems.append(Problem("code", place, error.en, error.zh))
    return tuple(Note(**item) for item in items if item["kind"] in kinds), problems


def _tables(given: Any, place: str) -> tuple[tuple[SumTable, ...], list[Problem]]:
    items, problems = _items(given, place, ("id", "total", "parts"))
    return tuple(SumTable(i["id"], i["total"], tuple(i["parts"])) for i in items), problems


def _distinct(given: Any, place: str) -> tuple[tuple[Distinct, ...], list[Problem]]:
    items, problems = _items(given, place, ("a", "b", "zh", "en"))
    return tuple(Distinct(**item) for item in items), problems


_MAPPINGS: dict[str, Any] = {"notes": _notes, "tables": _tables, "distinct": _distinct}
