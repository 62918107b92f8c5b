"""Facility profiles: what one unit reaches, holds and needs; every number with its source or marked assumption.

A profile is data (``data/facilities/<id>.yaml``). A scenario names one and may set other values; each such change
is the scenario's own assumption and is recorded with it.
"""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from geo.errors import DataError, Gathering, Problem, RequestError, UnknownNameError, unknown
from geo.formats import require_format
from geo.paths import data_root

#: Classes of settlement, dense to sparse; the order is that of ``Profile.classes``.
MORPHOLOGIES = ("dense_urban", "urban", "suburban", "rural")
MORPHOLOGY_NAMES = {
    "dense_urban": ("密集城区", "dense urban"),
    "urban": ("城区", "urban"),
    "suburban": ("郊区", "suburban"),
    "rural": ("农村", "rural"),
}
#: The source of a value that the scenario sets itself.
SET_BY_SCENARIO = "情景设定 / set by the scenario"
#: Stands between that and the profile's own source where the scenario sets some parts of a parameter only.
THE_REST = "; 其余 / the rest: "
STATUSES = ("confirmed", "derived", "unverified", "assumption")
#: What a parameter may be, by its unit: least, most (in the unit), and whether the least itself is allowed. The most of
#: distances and counts only keep a slip of the hand from a run without end; they are no planning figures.
RANGES: Mapping[str, tuple[float, float, bool]] = {
    "share": (0, 1, True),
    "metres": (0, 200_000, False),
    "ratio": (0, 100, False),
    "kW": (0, 1_000_000, True),
    "networks": (1, 100, True),
    "operators": (1, 100, True),
    "stations per cell": (1, 1_000_000, True),
    "piles per station": (1, 1_000_000, True),
    "connectors per pile": (0, 1_000, False),
    "weight per place": (0, 1_000_000, True),
    "people per km²": (0, 10_000_000, False),
    "km per km²": (0, 1_000, False),
}
#: Units that are counted in whole numbers.
WHOLE = ("networks", "operators")
STRATEGIES = ("cellular", "service_radius", "search_area", "proportional")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a profile: its value, unit, how sure it is, and where it is from."""

    name: str
    value: Any
    unit: str
    status: str
    source: str
    note_zh: str = ""
    note_en: str = ""
    options: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A facility: how it is sited (``strategy``), its parameters, and the density classes that vary them."""

    id: str
    title_zh: str
    title_en: str
    strategy: str
    unit_zh: str
    unit_en: str
    parameters: Mapping[str, Parameter]
    thresholds: Mapping[str, float]

    def value(self, name: str) -> Any:
        """Return the value of one parameter."""
        return self.parameters[name].value

    def classes(self, density: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the settlement class of each density (people per km²) as an index into ``MORPHOLOGIES``."""
        steps = np.array([self.thresholds[name] for name in MORPHOLOGIES[:3]][::-1])
        return (3 - np.searchsorted(steps, density, side="right")).astype(np.int64)

    def by_class(self, name: str, key: str | None = None) -> NDArray[np.float64]:
        """Return a parameter that differs by settlement class, in the order of ``MORPHOLOGIES``."""
        table = self.value(name)
        if key is not None:
            table = table[key]
        if isinstance(table, Mapping):
            return np.array([float(table[m]) for m in MORPHOLOGIES])
        return np.full(len(MORPHOLOGIES), float(table))


def available() -> list[str]:
    """Return the ids of the profiles that ship, sorted."""
    other = {"SOURCES", "limits"}
    return sorted(p.stem for p in (data_root() / "facilities").glob("*.yaml") if p.stem not in other)


def categories(profile_id: str) -> tuple[str, ...]:
    """Return the categories of targets (``plans/schema/vocabulary/category.csv``) whose units a profile sites."""
    return tuple(_document(profile_id).get("categories", ()))


def statuses(profile_id: str) -> dict[tuple[str, ...], str]:
    """Return how sure the parts of a parameter are that are less or more sure than the parameter: by (name, part)."""
    found = _document(profile_id)["parameters"]
    return {
        (name, part): str(status)
        for name, entry in found.items()
        for part, status in entry.get("status_of", {}).items()
    }


def parts(profile_id: str, parameter: Parameter) -> dict[tuple[str, ...], tuple[str, str]]:
    """Return how sure every figure of a parameter is and where it is from: (status, source) by the names of its part.

    A figure that differs from the profile's own is the scenario's assumption; those beside it stay what they are.
    """
    plain, less = load(profile_id).parameters[parameter.name], statuses(profile_id)
    before, found = dict(leaves(plain.value)), {}
    for path, value in leaves(parameter.value):
        own = less.get((parameter.name, *path[:1]), plain.status), plain.source
        found[path] = own if before.get(path) == value else ("assumption", SET_BY_SCENARIO)
    return found


def source_en(source: str) -> str:
    """Return a source of the profiles in English; one that is no profile's stays as it is."""
    return _sources_en(data_root()).get(source, source)


@functools.cache
def _sources_en(root: Path) -> dict[str, str]:
    entries = [entry for i in available() for entry in _document(i)["parameters"].values()]
    return {entry["source"]: entry["source_en"] for entry in entries}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the figures of a parameter, or of several, each with the names that lead to it."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, inner in value.items():
        yield from leaves(inner, (*path, str(key)))


def load(profile_id: str, changes: Mapping[str, Any] | None = None) -> Profile:
    """Load a profile and apply a scenario's changes to its values.

    Raises
    ------
    UnknownNameError
        When no such profile, or no such parameter, exists.
    DataError
        When the file breaks the rules, with every problem.
    RequestError
        When a change has a value that the parameter cannot take.
    """
    document = _document(profile_id)
    found = list(problems(document, f"facilities/{profile_id}.yaml"))
    if found:
        raise DataError(found)
    parameters = {name: _parameter(name, entry) for name, entry in document["parameters"].items()}
    refused = Gathering()
    for name, value in (changes or {}).items():
        made = refused.of(partial(_change, parameters, name, value))
        if made is not None:
            parameters[name] = made
    refused.done()
    thresholds = {name: float(document["morphology"][name]) for name in MORPHOLOGIES[:3]}
    return Profile(
        document["id"],
        document["title_zh"],
        document["title_en"],
        document["strategy"],
        document["unit_zh"],
        document["unit_en"],
        parameters,
        thresholds,
    )


def _document(profile_id: str) -> dict[str, Any]:
    if profile_id not in available():
        titles = "、".join(f"{_document(i)['title_zh']}({i})" for i in available())
        en = unknown("facility profile", profile_id, available()).en
        raise UnknownNameError(en, f"没有设施类型“{profile_id}”;可选:{titles}")
    document = _parsed((data_root() / "facilities" / f"{profile_id}.yaml").read_bytes())
    require_format(document, f"facilities/{profile_id}.yaml")
    return copy.deepcopy(document)


@functools.lru_cache(maxsize=64)
def _parsed(content: bytes) -> dict[str, Any]:
    """Return what a file of these bytes holds: reading YAML takes longer than all that is done with it."""
    found: dict[str, Any] = yaml.safe_load(content)
    return found


def problems(document: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Yield what is wrong with a profile's file: missing keys, an unknown status, a number without a source."""
    for key in ("id", "title_zh", "title_en", "strategy", "unit_zh", "unit_en", "parameters", "morphology"):
        if not document.get(key):
            yield Problem("facility_keys", where, f"{key} is missing", f"缺少 {key}")
    if document.get("strategy") not in STRATEGIES:
        yield Problem(
            "facility_strategy",
            where,
            f"strategy must be one of {', '.join(STRATEGIES)}",
            "strategy 取值有误",
        )
    for name, entry in (document.get("parameters") or {}).items():
        place = f"{where} {name}"
        if entry.get("status") not in STATUSES:
            yield Problem(
                "facility_status", place, f"status must be one of {', '.join(STATUSES)}", "status 取值有误"
            )
        for part, status in entry.get("status_of", {}).items():
            if status not in STATUSES or part not in entry["value"]:
                yield Problem(
                    "facility_status",
                    f"{place} {part}",
                    f"status_of names parts of the value, each with one of {', '.join(STATUSES)}",
                    "status_of 应为取值各部分的可信度",
                )
        if not entry.get("source") or not entry.get("source_en"):
            yield Problem(
                "facility_source",
                place,
                "a number without a source in both languages (source, source_en)",
                "数值缺少来源(source、source_en 须各有一句)",
            )
        if entry.get("value") is None:
            yield Problem("facility_value", place, "the value is missing", "缺少数值")


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    known = {k: entry.get(k, "") for k in ("unit", "status", "source", "note_zh", "note_en")}
    return Parameter(name, entry["value"], options=tuple(entry.get("options", ())), **known)


def _change(parameters: Mapping[str, Parameter], name: str, value: Any) -> Parameter:
    """Return a parameter with another value, as the scenario's own assumption."""
    if name not in parameters:
        listed = "、".join(_word(f"param.{known}", known) for known in parameters)
        en = unknown("parameter", name, parameters).en
        raise UnknownNameError(en, f"{_place(name)}:该设施没有这个参数;可用:{listed}")
    old = parameters[name]
    if old.options:
        if value not in old.options:
            shown = ", ".join(map(str, old.options))
            options = "、".join(_word(f"param.{name}={o}", str(o)) for o in old.options)
            raise RequestError(
                f"{name}: {value!r} is not one of {shown}",
                f"{_place(name)}:{value} 不在可选值中;可选:{options}",
            )
        return _with(old, value)
    if not isinstance(old.value, Mapping):
        _require_number(old, value, name)
        return _with(old, value)
    if not isinstance(value, Mapping):
        _require_number(old, value, name)
        if not set(old.value) <= set(MORPHOLOGY_NAMES):
            _require_parts(old.value, name)
        return _with(old, value)
    merged, refused = copy.deepcopy(dict(old.value)), Gathering()
    _merge(merged, value, old, name, refused)
    refused.done()
    return _with(old, merged)


def _with(old: Parameter, value: Any) -> Parameter:
    """Return a parameter with the scenario's value; its source says so, and where the parts that stay are from."""
    before = dict(leaves(old.value))
    kept = [before.get(path) == part for path, part in leaves(value)]
    if all(kept):
        return old
    source = f"{SET_BY_SCENARIO}{THE_REST}{old.source}" if any(kept) else SET_BY_SCENARIO
    return replace(old, value=value, status="assumption", source=source)


def _merge(
    into: dict[str, Any], changes: Mapping[str, Any], old: Parameter, path: str, refused: Gathering
) -> None:
    for key, value in changes.items():
        inner = f"{path}.{key}"
        if key not in into:
            refused.errors.append(unknown(f"key of {path}", key, into, "键"))
        elif isinstance(into[key], dict) and isinstance(value, Mapping):
            _merge(into[key], value, old, inner, refused)
        else:
            refused.of(partial(_require_number, old, value, inner))
            into[key] = value


def _require_parts(parts: Mapping[str, Any], path: str) -> None:
    """Refuse one figure for what has several that are no classes of settlement."""
    raise RequestError(
        f"{path}: one figure cannot stand for {', '.join(map(str, parts))}; give one for each",
        f"{_place(path)}:这里有 {len(parts)} 项({'、'.join(map(str, parts))}),不能只填一个数;请分别填写",
    )


def _require_number(old: Parameter, value: Any, path: str) -> None:
    """Refuse a value that a parameter cannot take: what stands there, and what may."""
    low, high, included = RANGES.get(old.unit, (0, math.inf, True))
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    whole = old.unit not in WHOLE or (number and float(value).is_integer())
    if number and whole and low <= value <= high and (included or value != low):
        return
    more, more_zh = ("at least", "不小于") if included else ("more than", "大于")
    kind, kind_zh = ("a whole number", "为整数,") if old.unit in WHOLE else ("a number", "")
    most, most_zh = ("", "") if math.isinf(high) else (f" and at most {high:,}", f"、不大于 {high:,}")
    shown = f"{value:,.10g}" if number else str(value)
    raise RequestError(
        f"{path}: {shown} is out of range; give {kind} of {more} {low:,}{most}",
        f"{_place(path)}:取值 {shown} 超出范围,应{kind_zh}{more_zh} {low:,}{most_zh}",
    )


def _place(path: str) -> str:
    from scenarios import words  # it knows the classes of settlement from here

    return words.place(("facility", "set", *path.split(".")), "zh")


def _word(key: str, otherwise: str) -> str:
    from scenarios import words

    return words.NAMES.get(key, (otherwise, ""))[0]
