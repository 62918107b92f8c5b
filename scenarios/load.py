"""From a scenario file to a :class:`~scenarios.model.Scenario`, with every problem by file, line and key."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from geo.errors import DataError, InfraPlanError, unknown
from geo.paths import CODE_ROOT
from scenarios import schema_problems
from scenarios.model import Scenario

#: The parser in C where PyYAML was built with it: an uploaded list can put thousands of cells into a scenario.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
LIBRARY = Path(__file__).resolve().parent / "library"
Path_ = tuple[str | int, ...]


def available() -> list[str]:
    """Return the ids of the scenarios in the library, sorted."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def load(name: str | Path, overrides: Mapping[str, str] | None = None) -> Scenario:
    """Load a scenario by id or by file.

    Parameters
    ----------
    name : str or Path
        An id of the library, or the path of a YAML file (recognised by its ending or a separator in it).
    overrides : mapping of dotted key to text, optional
        For example ``{"quotas.method": "webster"}``; values are read as YAML.

    Raises
    ------
    UnknownNameError
        When no scenario of that id exists; the message lists the known ones.
    DataError
        With every problem of the file, by line and key.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} or len(path.parts) > 1:
        if not path.is_file():
            raise InfraPlanError(f"{path}: no such scenario file", f"{path}:没有这个情景文件")
    else:
        path = LIBRARY / f"{name}.yaml"
        if str(name) not in available():
            raise unknown("scenario", name, available(), "情景")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name}: not UTF-8 at byte {error.start}; save the file as UTF-8",
            f"{path.name}:第 {error.start} 字节不是 UTF-8 编码;请另存为 UTF-8",
        ) from error
    return parse(text, str(path.resolve()), overrides)


def parse(text: str, where: str, overrides: Mapping[str, str] | None = None) -> Scenario:
    """Build a scenario from the text of a file; ``where`` is its path, or only a name for messages."""
    shown = Path(where).name
    document, lines = _read_yaml(text, shown)
    for key, value in (overrides or {}).items():
        _override(document, key, value)
    return _checked(document, lines, shown, where)


def of_document(document: Mapping[str, Any], where: str) -> Scenario:
    """Build a scenario from plain values, as a form or a saved record holds them; ``where`` ("": nothing) names it.

    Raises
    ------
    DataError
        With every problem, by key.
    """
    try:
        plain = json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError) as error:
        named, named_zh = (f"{where}: ", f"{where}:") if where else ("", "")
        raise DataError(
            f"{named}a value is no finite number or no plain value ({error}); give figures and texts only",
            f"{named_zh}有的取值不是有限的数或文字;请检查各项数值",
        ) from error
    return _checked(plain, {}, where, where)


def _checked(document: dict[str, Any], lines: Mapping[Path_, int], shown: str, where: str) -> Scenario:
    problems = list(schema_problems.problems(schema(), document, lines, shown))
    if problems:
        raise DataError(problems)
    return Scenario(
        id=document["id"],
        title_zh=document["title_zh"],
        title_en=document["title_en"],
        target=document.get("target"),
        distributes=document["distributes"],
        amount=document.get("amount"),
        region=document["region"],
        resolution=document["resolution"],
        population=document["population"],
        document=document,
        where=where,
    )


def dump(scenario: Scenario) -> str:
    """Return the scenario as YAML, overrides included, so that a result can be run again from it alone."""
    document = dict(scenario.document)
    return yaml.dump(document, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=110)


@functools.cache
def schema() -> dict[str, Any]:
    """Return the JSON schema of scenario files."""
    return json.loads((CODE_ROOT / "schemas" / "scenario.schema.json").read_text("utf-8"))


def _read_yaml(text: str, where: str) -> tuple[dict[str, Any], dict[Path_, int]]:
    """Parse YAML and remember the line of every key."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
        document = yaml.load(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 0
        raise DataError(
            f"{where} line {line}: not valid YAML ({error.problem}); check indentation, colons and quotes",
            f"{where} 第 {line} 行:YAML 语法错误({error.problem});请检查缩进、冒号和引号",
        ) from error
    if not isinstance(document, dict) or node is None:
        raise DataError(f"{where}: a scenario is a table of keys", f"{where}:情景文件应为键值表")
    lines: dict[Path_, int] = {}
    _mark_lines(node, (), lines, where)
    return document, lines


def _mark_lines(node: yaml.Node, path: Path_, lines: dict[Path_, int], where: str) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            child = (*path, key.value)
            if child in lines:
                line = key.start_mark.line + 1
                raise DataError(
                    f"{where} line {line}: the key {key.value!r} stands twice",
                    f"{where} 第 {line} 行:键“{key.value}”重复",
                )
            _mark_lines(value, child, lines, where)
            lines[child] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _mark_lines(value, (*path, index), lines, where)


def _override(document: dict[str, Any], key: str, value: str) -> None:
    place: Any = document
    *parents, last = key.split(".")
    for part in parents:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise InfraPlanError(f"--set {key}: {part!r} holds no keys", f"--set {key}:“{part}”下没有子项")
    try:
        place[last] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise InfraPlanError(
            f"--set {key}={value}: the value is not valid YAML", f"--set {key}={value}:取值格式有误"
        ) from error
