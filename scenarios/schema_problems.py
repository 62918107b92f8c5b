"""What is wrong with a scenario's document by its schema, in sentences that name fields as the form does."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema

from geo.errors import Problem
from scenarios import words

Path_ = tuple[str | int, ...]
#: A longer value (a list of cells, say) is cut.
_MOST_SHOWN = 60
_TYPES = {
    "string": "文字", "integer": "整数", "number": "数字", "object": "键值表", "array": "列表", "null": "空",
}  # fmt: skip
_PATTERNS = {
    "region": ("应为六位行政区划代码,如 440100", "an adcode has six digits, such as 440100"),
    "id": ("只能用小写字母、数字和连字符", "use small letters, digits and hyphens"),
}


def problems(
    schema: Mapping[str, Any], document: Any, lines: Mapping[Path_, int], where: str
) -> Iterator[Problem]:
    """Yield every problem once: by file, line and key, or by key alone where the document is no file."""
    seen: set[tuple[str, str]] = set()
    validator = jsonschema.Draft202012Validator(schema)
    for error in sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path]):
        for problem in _of(error, lines, where):
            if (problem.where, problem.en) not in seen:
                seen.add((problem.where, problem.en))
                yield problem


def _of(error: jsonschema.ValidationError, lines: Mapping[Path_, int], where: str) -> Iterator[Problem]:
    path: Path_ = tuple(error.absolute_path)
    keyed = bool(lines)  # who writes a file needs the keys, who fills in a form is to read none
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                yield _problem(where, lines, (*path, key), *_unknown_key(path, key, known, keyed))
        return
    yield _problem(where, lines, path, *_sentence(error, path, keyed))


def _problem(where: str, lines: Mapping[Path_, int], path: Path_, en: str, zh: str) -> Problem:
    """Put a sentence at its place; a document that is no file has no lines."""
    if lines:
        key, line = ".".join(map(str, path)) or "file", _line(lines, path)
        place_zh = words.place(path, "zh", keyed=True)
        return Problem(
            "scenario_schema", f"{where} line {line}, {key}", en, zh, f"{where} 第 {line} 行,{place_zh}"
        )
    place_en, place_zh = words.place(path, "en"), words.place(path, "zh")
    if where:
        return Problem("scenario_schema", f"{where}, {place_en}", en, zh, f"{where},{place_zh}")
    return Problem("scenario_schema", place_en, en, zh, place_zh)


def _line(lines: Mapping[Path_, int], path: Path_) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _unknown_key(path: Path_, key: str, known: Sequence[str], keyed: bool) -> tuple[str, str]:
    close = difflib.get_close_matches(str(key), known, 1)
    if close:
        right = words.place((*path, close[0]), "zh", keyed=keyed)
        return f"unknown key {key!r}; did you mean {close[0]!r}?", f"未知的键“{key}”;是否应为“{right}”?"
    listed = "、".join(words.place((*path, k), "zh", keyed=keyed) for k in known)
    return f"unknown key {key!r}; known keys: {', '.join(known)}", f"未知的键“{key}”;可用:{listed}"


def _sentence(error: jsonschema.ValidationError, path: Path_, keyed: bool) -> tuple[str, str]:
    """Put a schema error into a sentence for people: what stands there, and what may."""
    value, rule, key = error.instance, error.validator_value, words.key_of(path)
    shown = _shown(value, words.is_percent(key))
    match error.validator:
        case "required":
            return _missing(path, [k for k in rule if k not in value], keyed)
        case "enum":
            options = "、".join(words.option(key, o, "zh") for o in rule)
            return (
                f"{shown} is not one of: {', '.join(map(str, rule))}",
                f"{shown} 不在可选值中;可选:{options}",
            )
        case "const" if key == "format_version":
            return (
                f"format_version {shown} is not known to this release, which reads {rule}",
                f"格式版本 {shown} 未知,本版本可读取 {rule}",
            )
        case "type" if rule == "integer" and isinstance(value, float):
            return f"{shown} is no whole number; give whole units", f"{shown} 不是整数;请填整数"
        case "type":
            kinds = [rule] if isinstance(rule, str) else list(rule)
            shown = _cut(value)
            return (
                f"{shown} is not of type {' or '.join(kinds)}",
                f"{shown} 的类型不对,应为{'或'.join(_TYPES.get(k, k) for k in kinds)}",
            )
        case "minimum" | "maximum" | "exclusiveMinimum":
            en, zh = _range(error.schema, words.is_percent(key))
            return f"{shown} is out of range; it must be {en}", f"取值 {shown} 超出范围,应{zh}"
        case "oneOf" | "anyOf":
            return _no_way(error, shown)
        case "minProperties" | "minItems" | "minLength":
            return "it is empty; fill it in or leave the key out", "不能为空;请填写,或整项留空不用"
        case "uniqueItems":
            return "an entry stands twice; keep it once", "有重复的条目;请只保留一条"
        case "pattern":
            zh, en = _PATTERNS.get(key, ("格式不对", "it is not written as it must be"))
            return f"{shown}: {en}", f"“{shown.strip(chr(34))}”有误:{zh}"
        case _:
            return error.message, f"{shown} 不符合要求"


def _missing(path: Path_, keys: Sequence[str], keyed: bool) -> tuple[str, str]:
    named = [k if keyed else words.place((*path, k), "en") for k in keys]
    named_zh = "、".join(words.place((*path, k), "zh", keyed=keyed) for k in keys)
    return f"missing: {', '.join(named)}", f"缺少{named_zh};请填写"


def _no_way(error: jsonschema.ValidationError, shown: str) -> tuple[str, str]:
    says = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    return (
        f"{shown} is written in none of the ways this key knows{f' ({says})' if says else ''}; "
        "see docs/scenarios.md",
        f"{shown} 的写法不对;请在表单中重新选择(文件写法见 docs/scenarios.md)",
    )


def _shown(value: Any, percent: bool) -> str:
    """Return a value as people read it: shares of a percent field as percent, long lists cut."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value * 100:,.10g}%" if percent else _figure(value)
    return _cut(value)


def _cut(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else f"{value}"


def _range(schema: Mapping[str, Any], percent: bool) -> tuple[str, str]:
    """Return the values that a number may have, in English and Chinese."""
    en, zh = [], []
    for rule, word_en, word_zh in (
        ("exclusiveMinimum", "more than", "大于"),
        ("minimum", "at least", "不小于"),
        ("maximum", "at most", "不大于"),
    ):
        if rule in schema:
            bound = _shown(schema[rule], percent)
            en.append(f"{word_en} {bound}")
            zh.append(f"{word_zh} {bound}")
    return " and ".join(en), "、".join(zh)
