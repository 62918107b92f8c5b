"""Facility profiles: what one unit reaches, holds and needs; every number with its source or marked assumption.

A profile is data (``data/facilities/<id>.yaml``). A scenario names one and may set other values; each such change
is the scenario's own assumption and is recorded with it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from geo.errors import DataError, Problem, RequestError, unknown
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
STATUSES = ("confirmed", "derived", "unverified", "assumption")
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
    if profile_id not in available():
        raise unknown("facility profile", profile_id, available(), "设施类型")
    document = yaml.safe_load((data_root() / "facilities" / f"{profile_id}.yaml").read_text("utf-8"))
    require_format(document, f"facilities/{profile_id}.yaml")
    found = list(problems(document, f"facilities/{profile_id}.yaml"))
    if found:
        raise DataError(found)
    parameters = {name: _parameter(name, entry) for name, entry in document["parameters"].items()}
    for name, value in (changes or {}).items():
        if name not in parameters:
            raise unknown("parameter", name, parameters, "参数")
        parameters[name] = _changed(parameters[name], value)
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
        if not entry.get("source"):
            yield Problem("facility_source", place, "a number without a source", "数值缺少来源")
        if entry.get("value") is None:
            yield Problem("facility_value", place, "the value is missing", "缺少数值")


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    known = {k: entry.get(k, "") for k in ("unit", "status", "source", "note_zh", "note_en")}
    return Parameter(name, entry["value"], options=tuple(entry.get("options", ())), **known)


def _changed(old: Parameter, value: Any) -> Parameter:
    """Return the parameter with another value, as the scenario's own assumption."""
    if old.options and value not in old.options:
        shown = ", ".join(map(str, old.options))
        raise RequestError(
            f"{old.name}: {value!r} is not one of {shown}", f"{old.name}:{value!r} 不在可选值 {shown} 中"
        )
    if isinstance(old.value, Mapping):
        if not isinstance(value, Mapping):
            if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
                raise RequestError(f"{old.name}: give a positive number", f"{old.name}:请给出正数")
            return _with(old, value)
        merged = copy.deepcopy(dict(old.value))
        _merge(merged, value, old.name)
        return _with(old, merged)
    if isinstance(old.value, int | float) and (
        not isinstance(value, int | float) or isinstance(value, bool) or value < 0
    ):
        raise RequestError(
            f"{old.name}: {value!r} is not a number of 0 or more", f"{old.name}:{value!r} 应为非负数"
        )
    return _with(old, value)


def _with(old: Parameter, value: Any) -> Parameter:
    return Parameter(
        old.name,
        value,
        old.unit,
        "assumption",
        "情景设定 / set by the scenario",
        old.note_zh,
        old.note_en,
        old.options,
    )


def _merge(into: dict[str, Any], changes: Mapping[str, Any], name: str) -> None:
    for key, value in changes.items():
        if key not in into:
            raise unknown(f"key of {name}", key, into, "键")
        if isinstance(into[key], dict) and isinstance(value, Mapping):
            _merge(into[key], value, f"{name}.{key}")
        elif not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise RequestError(f"{name}.{key}: give a positive number", f"{name}.{key}:请给出正数")
        else:
            into[key] = value
