"""The kind of facility and its parameters; what differs from the profile is the scenario's own assumption."""

from __future__ import annotations

import functools
import html
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from infraplan.ui import state
from infraplan.ui.i18n import texts
from infraplan.ui.views.scenario_words import UNSET, help_of, key_of, known, label
from layers.punctuation import printed
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
        st.caption(t("changed", n=sum(1 for _ in facility.leaves(made))))
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
    before = dict(facility.leaves({n: q.value for n, q in plain.parameters.items() if not q.options}))
    name = key_of(code, f"facility.numbers.{plain.id}")
    held: dict[Path, int | float] = st.session_state.setdefault(
        name, {p: v for p, v in facility.leaves(changes) if p in before and v != before[p]}
    )
    rows = [p for p in before if not unused.intersection(p)]
    drawn = f"{name}.{'-'.join(sorted(unused))}"
    _take(st.session_state.get(_table_key(drawn)), drawn, rows, before, held)
    table = _table(plain, rows, before, held)
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=["name", "unit", "status"],
        column_order=["name", "value", "unit", "status"],
        placeholder="—",
        key=_table_key(drawn),
        height=min(36 * (len(rows) + 1) + 4, 330),
        width="stretch",
        column_config=_columns(),
    )
    _sources(table)
    for path, value in zip(rows, edited["value"], strict=True):
        _hold(path, value, before, held)
    return held


def _sources(table: pd.DataFrame) -> None:
    """Draw where the numbers are from, whole, one text for all that share it: too long for a column."""
    lang = state.language()
    comma, gap = ("、", "") if lang == "zh" else (", ", " ")
    with st.popover(texts("scenario_form")("sources"), icon=":material/menu_book:"):
        for text, rows in table.groupby("source", sort=False):
            names = comma.join(
                f"{name}{gap}({sure})" for name, sure in zip(rows["name"], rows["status"], strict=True)
            )
            said = [html.escape(printed(part, lang)) for part in (names, str(text))]
            st.html(f"<b>{said[0]}</b><br>{said[1]}")


def forget(code: str) -> None:
    """Forget what the tables of numbers held: the form begins anew from what the scenario says."""
    for key in [k for k in st.session_state if str(k).startswith(f"form:{code}:facility.numbers.")]:
        del st.session_state[key]


def _table_key(drawn: str) -> str:
    """Return the key of the table of numbers: another one each time that a cell was emptied."""
    return f"{drawn}.{st.session_state.get(f'{drawn}.cleared', 0)}"


def _take(
    table: Any,
    drawn: str,
    rows: list[Path],
    before: Mapping[Path, int | float],
    held: dict[Path, int | float],
) -> None:
    """Hold what was just typed before the table is drawn, so that its row says at once whose figure it is.

    A row that was emptied has the profile's own figure again. Only another table shows it: this one keeps its edits.
    """
    edited = (table or {}).get("edited_rows", {})
    typed = {int(row): cells["value"] for row, cells in edited.items() if "value" in cells}
    for row, value in typed.items():
        _hold(rows[row], value, before, held)
    if None in typed.values():
        st.session_state[f"{drawn}.cleared"] = st.session_state.get(f"{drawn}.cleared", 0) + 1


def _hold(path: Path, value: Any, before: Mapping[Path, int | float], held: dict[Path, int | float]) -> None:
    """Hold a figure of the table where it is not the profile's own; an empty one is."""
    number = before[path] if value is None or pd.isna(value) else _like(before[path], float(value))
    if number == before[path]:
        held.pop(path, None)
    else:
        held[path] = number


def _columns() -> dict[str, Any]:
    t = texts("scenario_form")
    return {
        "name": st.column_config.TextColumn(t("parameter"), width=200),
        "value": st.column_config.NumberColumn(t("value"), width=90),
        "unit": st.column_config.TextColumn(t("unit"), width=92),
        "status": st.column_config.TextColumn(t("status"), width=86),
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
    """Return how sure a parameter is: what most of its figures are, then by name the parts that are something else."""
    found = facility.parts(profile_id, parameter)
    [(usual, _)] = Counter(status for status, _ in found.values()).most_common(1)
    others = [
        f"{' '.join(map(part, path))} {label(f'status.{status}')}"
        for path, (status, _) in found.items()
        if status != usual
    ]
    return texts("scenario_page")("reach_part_join").join([label(f"status.{usual}"), *others])


def source(text: str) -> str:
    """Return a parameter's source in the reader's language; the scenario's own value says so."""
    if text.startswith(facility.SET_BY_SCENARIO):
        rest = text.removeprefix(facility.SET_BY_SCENARIO).removeprefix(facility.THE_REST)
        by_scenario = texts("scenario_form")("set_by_scenario")
        return by_scenario + (texts("scenario_form")("the_rest", source=source(rest)) if rest else "")
    return text if state.language() == "zh" else facility.source_en(text)


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
            said.append(_sure(profile, parameter, title, value, (band,) if by_band else ()))
    return said


def _sure(profile: Profile, parameter: Parameter, title: str, value: Any, within: Path = ()) -> str:
    """Return a parameter's figures in words, or those ``within`` a part; those equally sure stand together."""
    known = facility.parts(profile.id, parameter)
    unit = label(f"unit.{parameter.unit}")
    by_status: dict[str, list[str]] = {}
    sources = set()
    for path, number in facility.leaves(value):
        status, of = known[(*within, *path)]
        figure = f"{float(number):,.10g} {unit}" if parameter.unit == "metres" else f"{float(number):,.10g}"
        by_status.setdefault(status, []).append(" ".join([*map(part, path), figure]))
        sources.add(of)
    t = texts("scenario_page")
    joined = t("reach_part_join").join(
        t("reach_part", figures=t("reach_join").join(figures), status=label(f"status.{status}"))
        for status, figures in by_status.items()
    )
    # of figures of both kinds the parameter's own source tells which is whose
    [of, *more] = sources
    return t("reach", name=title, figures=joined, source=source(parameter.source if more else of))


def _like(before: int | float, number: float) -> int | float:
    """Return a number as whole as the one it takes the place of."""
    return int(number) if isinstance(before, int) and number.is_integer() else number
