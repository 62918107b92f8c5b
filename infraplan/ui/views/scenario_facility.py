"""The kind of facility and its parameters; what differs from the profile is the scenario's own assumption."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from infraplan.ui import state
from infraplan.ui.i18n import texts
from infraplan.ui.views.scenario_words import UNSET, help_of, key_of, known, label
from scenarios import facility, words
from scenarios.facility import Parameter, Profile

Path = tuple[str, ...]
#: Parameters that decide whom a site reaches; the first differs by band.
REACH = ("inter_site_distance_m", "radius_per_isd", "service_radius_m")


def draw(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the choice of a profile, its choices as boxes and its numbers as a table."""
    value = value or {}
    listed = [None, *facility.available()]
    start = value.get("profile")
    chosen = st.selectbox(
        label("facility.profile"), listed, listed.index(start) if start in listed else 0,
        key=key_of(code, "facility.profile"), help=help_of("facility.profile"),
        format_func=lambda i: label("unset") if i is None else title(i),
    )  # fmt: skip
    if chosen is None:
        return UNSET
    own = _parameters(code, chosen, value.get("set", {}) if chosen == start else {})
    return {"profile": chosen, **({"set": own} if own else {})}


def title(profile_id: str) -> str:
    """Return a profile's title in the reader's language."""
    profile = facility.load(profile_id)
    return profile.title_zh if state.language() == "zh" else profile.title_en


def part(name: str) -> str:
    """Return the word for a part of a parameter: a class of settlement, a sort of place, a network."""
    option = f"param.band={name}"
    return label(option) if known(option) else words.part(name, state.language())


def shown(name: str, value: object) -> str:
    """Return a parameter's value as a planner reads it; options in words, parts by name."""
    if isinstance(value, Mapping):
        return "; ".join(f"{part(str(k))}: {shown(name, v)}" for k, v in value.items())
    option = f"param.{name}={value}"
    return label(option) if known(option) else str(value)


def _parameters(code: str, profile_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    t, plain = texts("scenario_form"), facility.load(profile_id)
    st.markdown(f"**{label('facility.set')}**")
    made = _options(code, plain, changes)
    changed = _numbers(code, plain, changes, {str(v) for v in _unused(plain, made)})
    for path, number in changed.items():
        place = made
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = number
    if made:
        st.caption(t("changed", n=sum(1 for _ in _leaves(made))))
    return made


def _options(code: str, plain: Profile, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the parameters that are a choice; return those that differ from the profile."""
    choices = [p for p in plain.parameters.values() if p.options]
    made: dict[str, Any] = {}
    for column, parameter in zip(st.columns(len(choices)) if choices else (), choices, strict=True):
        name, options = parameter.name, list(parameter.options)
        with column:
            chosen = st.selectbox(
                label(f"param.{name}"), options, options.index(changes.get(name, parameter.value)),
                key=key_of(code, f"facility.set.{plain.id}.{name}"), help=_about(parameter),
                format_func=functools.partial(shown, name),
            )  # fmt: skip
        if chosen != parameter.value:
            made[name] = chosen
    return made


def _unused(plain: Profile, made: Mapping[str, Any]) -> list[Any]:
    """Return the options that are not chosen: numbers that hold for them alone are not shown."""
    found = []
    for parameter in plain.parameters.values():
        found += [o for o in parameter.options if o != made.get(parameter.name, parameter.value)]
    return found


def _about(parameter: Parameter) -> str:
    note = parameter.note_zh if state.language() == "zh" else parameter.note_en
    return f"{note} ({label(f'status.{parameter.status}')})"


def _numbers(
    code: str, plain: Profile, changes: Mapping[str, Any], unused: set[str]
) -> dict[Path, int | float]:
    """Draw the numbers as a table; return those that differ from the profile, those not shown included."""
    before = dict(_leaves({n: q.value for n, q in plain.parameters.items() if not q.options}))
    name = key_of(code, f"facility.numbers.{plain.id}")
    held: dict[Path, int | float] = st.session_state.setdefault(
        name, {p: v for p, v in _leaves(changes) if p in before and v != before[p]}
    )
    rows = [p for p in before if not unused.intersection(p)]
    key = f"{name}.{'-'.join(sorted(unused))}"
    if key not in st.session_state or f"{key}.start" not in st.session_state:
        st.session_state[f"{key}.start"] = _table(plain, rows, before, held)
    edited = st.data_editor(
        st.session_state[f"{key}.start"],
        hide_index=True,
        disabled=["name", "unit", "status", "source"],
        placeholder="—",
        key=key,
        height=min(36 * (len(rows) + 1) + 4, 330),
        width="stretch",
        column_config=_columns(),
    )
    for path, value in zip(rows, edited["value"], strict=True):
        number = before[path] if pd.isna(value) else _like(before[path], float(value))
        if number == before[path]:
            held.pop(path, None)
        else:
            held[path] = number
    return held


def _columns() -> dict[str, Any]:
    t = texts("scenario_form")
    return {
        "name": st.column_config.TextColumn(t("parameter"), width=190),
        "value": st.column_config.NumberColumn(t("value"), required=True, width=80),
        "unit": st.column_config.TextColumn(t("unit"), width=70),
        "status": st.column_config.TextColumn(t("status"), width=70),
        "source": st.column_config.TextColumn(t("source")),
    }


def _table(
    plain: Profile, rows: list[Path], before: Mapping[Path, int | float], held: Mapping[Path, int | float]
) -> pd.DataFrame:
    """Return the table of numbers; what the scenario holds itself is its own assumption."""
    parameters = [plain.parameters[path[0]] for path in rows]
    known = facility.statuses(plain.id)
    statuses = [
        "assumption" if p in held else known.get(p, q.status) for p, q in zip(rows, parameters, strict=True)
    ]
    return pd.DataFrame(
        {
            "name": [" · ".join([label(f"param.{p[0]}"), *map(part, p[1:])]) for p in rows],
            "value": [float(held.get(p, before[p])) for p in rows],
            "unit": [label(f"unit.{q.unit}") for q in parameters],
            "status": [label(f"status.{status}") for status in statuses],
            "source": [
                source(facility.SET_BY_SCENARIO if p in held else q.source)
                for p, q in zip(rows, parameters, strict=True)
            ],
        }
    )


def sure(profile_id: str, parameter: Parameter) -> str:
    """Return how sure a parameter is, with the parts of which that is another."""
    said = label(f"status.{parameter.status}")
    if parameter.source == facility.SET_BY_SCENARIO:
        return said
    others = [
        f"{part(path[1])} {label(f'status.{status}')}"
        for path, status in facility.statuses(profile_id).items()
        if path[0] == parameter.name
    ]
    return texts("scenario_page")("reach_part_join").join([said, *others])


def source(text: str) -> str:
    """Return a parameter's source; that of a scenario's own value in the reader's language."""
    if text != facility.SET_BY_SCENARIO:
        return text
    return text.split(" / ")[0 if state.language() == "zh" else 1]


def reach(profile: Profile) -> list[str]:
    """Return the distances that decide whom a site reaches: each figure with how sure it is, and its source."""
    band = str(profile.value("band")) if "band" in profile.parameters else ""
    said = []
    for name in REACH:
        if name in profile.parameters:
            parameter = profile.parameters[name]
            by_band = name == REACH[0]
            value = parameter.value[band] if by_band else parameter.value
            title = label(f"param.{name}") + (f" ({shown('band', band)})" if by_band else "")
            said.append(_sure(profile, parameter, title, value))
    return said


def _sure(profile: Profile, parameter: Parameter, title: str, value: Any) -> str:
    """Return a parameter's figures in words; parts that are equally sure stand together."""
    own = parameter.source == facility.SET_BY_SCENARIO
    known = {} if own else facility.statuses(profile.id)
    unit = label(f"unit.{parameter.unit}")
    parts = value if isinstance(value, Mapping) else {"": value}
    by_status: dict[str, list[str]] = {}
    for name, number in parts.items():
        status = known.get((parameter.name, str(name)), parameter.status)
        figure = f"{float(number):,.10g} {unit}" if parameter.unit == "metres" else f"{float(number):,.10g}"
        by_status.setdefault(status, []).append(f"{part(str(name))} {figure}".strip())
    t = texts("scenario_page")
    joined = t("reach_part_join").join(
        t("reach_part", figures=t("reach_join").join(figures), status=label(f"status.{status}"))
        for status, figures in by_status.items()
    )
    return t("reach", name=title, figures=joined, source=source(parameter.source))


def _like(before: int | float, number: float) -> int | float:
    """Return a number as whole as the one it takes the place of."""
    return int(number) if isinstance(before, int) and number.is_integer() else number


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, inner in value.items():
        yield from _leaves(inner, (*path, str(key)))
