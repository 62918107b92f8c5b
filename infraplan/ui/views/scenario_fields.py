"""One widget for each key of a scenario file, made from the schema; the words are in ``i18n/scenario_fields``.

Keys that need more than their schema says have a widget of their own here, or in ``scenario_facility`` (profiles) and
``scenario_givens`` (people, existing units, candidates, must-cover places).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo import population
from infraplan.ui import cache, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_facility, scenario_givens, scenario_store
from infraplan.ui.views.scenario_words import UNSET, as_said, held, help_of, key_of, known, label, number
from layers.words import quantity
from plans import catalogue
from plans.model import Target
from scenarios import demand, load

Schema = Mapping[str, Any]
_OTHER = {"zh": "_en", "en": "_zh"}


def field(
    code: str, path: str, schema: Schema, value: Any, document: Mapping[str, Any], required: bool
) -> Any:
    """Draw the widget of one key and return what it says; ``UNSET`` for a key to be left out.

    ``value`` is what the key had when the form was opened: a widget keeps its own state from there on.
    """
    if is_of_other_language(path):  # the reader's own is enough; the other stays as it is
        return UNSET if value is None else value
    schema = _resolved(schema)
    if path in _SPECIAL:
        return _SPECIAL[path](code, path, value, document)
    if "enum" in schema:
        return _option(code, path, schema["enum"], value, required)
    kind = schema.get("type")
    if kind == "object":
        if isinstance(schema.get("additionalProperties"), Mapping) and not schema.get("properties"):
            return _mix(code, path, value)
        return _section(code, path, schema, value or {}, document)
    if kind == "array":
        return _rows(code, path, schema["items"]["properties"], value or [])
    if kind == "integer":
        return _integer(code, path, value)
    if kind == "number":
        return _percent(code, path, value)
    return _text(code, path, value)


def is_of_other_language(path: str) -> bool:
    """Return whether a key holds words in the language that the reader has not chosen: it has no widget."""
    return path.endswith(_OTHER[state.language()])


def _resolved(schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Any = load.schema()
    for part in str(schema["$ref"]).removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _section(
    code: str, path: str, schema: Schema, value: Mapping[str, Any], document: Mapping[str, Any]
) -> Any:
    made = {}
    needed = schema.get("required", ())
    for name, part in schema["properties"].items():
        inner = f"{path}.{name}"
        if inner in ELSEWHERE:
            continue
        # in a section that is not there yet nothing is needed: else opening the form would begin the section
        found = field(code, inner, part, value.get(name), document, bool(value) and name in needed)
        if found is not UNSET:
            made[name] = found
    return made or UNSET


def _option(code: str, path: str, options: Sequence[Any], value: Any, required: bool) -> Any:
    listed = list(options) if required else [None, *options]
    chosen = st.selectbox(
        label(path), listed, listed.index(value) if value in listed else 0, key=key_of(code, path), help=help_of(path),
        format_func=lambda o: label("unset") if o is None else label(f"{path}={o}"),
    )  # fmt: skip
    return UNSET if chosen is None else chosen


def _integer(code: str, path: str, value: Any) -> Any:
    found = number(code, path, value)
    return UNSET if found is None else as_said(found)


def _percent(code: str, path: str, value: Any) -> Any:
    found = number(code, path, None if value is None else round(float(value) * 100, 6))
    return UNSET if found is None else round(found / 100, 8)


def _text(code: str, path: str, value: Any) -> Any:
    text = st.text_input(label(path), value or "", key=key_of(code, path), help=help_of(path))
    return text.strip() or UNSET


def _rows(code: str, path: str, columns: Mapping[str, Any], value: Sequence[Mapping[str, Any]]) -> Any:
    """Draw a table to which rows can be added; rows that are not full are left out."""
    st.markdown(f"**{label(path)}**")
    whole_columns = [name for name, part in columns.items() if part["type"] == "integer"]
    rows = [{n: held(v) if n in whole_columns else v for n, v in row.items()} for row in value]
    frame = pd.DataFrame(rows, columns=list(columns))
    config: dict[str, Any] = {}
    for name in columns:
        kind = st.column_config.NumberColumn if name in whole_columns else st.column_config.TextColumn
        frame[name] = frame[name].astype(float if name in whole_columns else "string")
        config[name] = kind(label(f"{path}.{name}"))
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=key_of(code, path),
        column_config=config,
        width="stretch",
    )
    if len(edited.dropna()) < len(edited.dropna(how="all")):
        st.caption(texts("scenario_form")("rows_left_out"))
    made = [
        {str(n): as_said(v) if n in whole_columns else str(v) for n, v in row.items()}
        for row in edited.dropna().to_dict("records")
    ]
    return made or UNSET


def _mix(code: str, path: str, value: Mapping[str, float] | None) -> Any:
    """Draw a mix of demands: a name and a weight each."""
    st.markdown(f"**{label(path)}**", help=help_of(path))
    lang = state.language()
    named = {name: pair[0 if lang == "zh" else 1] for name, pair in demand.titles().items()}
    words = {title: name for name, title in named.items()}
    rows = [{"demand": named.get(n, n), "weight": float(w)} for n, w in (value or {}).items()]
    edited = st.data_editor(
        pd.DataFrame(rows, columns=["demand", "weight"]).astype({"demand": "string", "weight": float}),
        num_rows="dynamic",
        hide_index=True,
        key=key_of(code, path),
        width="stretch",
        column_config={
            "demand": st.column_config.SelectboxColumn(
                label("mix.demand"), options=list(words), required=True
            ),
            "weight": st.column_config.NumberColumn(label("mix.weight"), step=0.1),
        },
    ).dropna()
    made = {
        words.get(str(n), str(n)): float(w) for n, w in zip(edited["demand"], edited["weight"], strict=True)
    }
    return made or UNSET


def _target(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the choice of a target; one that no plan has stays in the list, so that the check can say so."""
    targets = {
        x.id: x for plan in catalogue.load_all() for x in plan.targets if x.allocatable or x.id == value
    }
    listed = list(dict.fromkeys([None, *targets, value]))
    chosen = st.selectbox(
        label(path), listed, listed.index(value), key=key_of(code, path), help=help_of(path),
        format_func=lambda i: label("none") if i is None else _target_name(targets[i]) if i in targets else str(i),
    )  # fmt: skip
    if chosen is None and path in document and document[path] is None:
        return None  # the scenario says that it has none
    return UNSET if chosen is None else chosen


def _target_name(target: Target) -> str:
    """Return a target's name behind its city's: two cities promise the same things."""
    return f"{scenario_store.region_name(target.region_adcode)} · {target.indicator(state.language())}"


def _region(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    shipped = sorted({region for _, region in population.available()} | {str(value)})
    return st.selectbox(
        label(path), shipped, shipped.index(str(value)), key=key_of(code, path), help=help_of(path),
        format_func=lambda r: f"{scenario_store.region_name(r)} {r}", accept_new_options=True,
    )  # fmt: skip


def _resolution(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    listed = sorted({7, 8, 9, 10, int(value)})
    return st.selectbox(
        label(path), listed, listed.index(int(value)), key=key_of(code, path), help=help_of(path),
        format_func=lambda r: label(f"resolution={r}") if known(f"resolution={r}") else str(r),
    )  # fmt: skip


def _amount(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the amount; empty it is the target's figure, which stands there as a hint."""
    chosen = st.session_state.get(key_of(code, "target"), document.get("target"))
    known = {x.id: x for plan in catalogue.load_all() for x in plan.targets}
    target, hint = known.get(chosen), None
    if target is not None and target.value is not None:
        hint = texts("scenario_form")("amount_hint", n=quantity(float(target.value), None, state.language()))
    found = number(code, path, value, placeholder=hint)
    return UNSET if found is None else as_said(found)


def _assumptions(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the assumptions in the reader's language; one written or changed here stands in both until translated."""
    lang = state.language()
    other = "en" if lang == "zh" else "zh"
    st.markdown(f"**{label(path)}**")
    rows = [dict(row) for row in value or []]
    edited = st.data_editor(
        pd.DataFrame({"text": [row[lang] for row in rows]}, dtype="string"),
        num_rows="dynamic",
        hide_index=True,
        key=key_of(code, f"{path}.{lang}"),
        width="stretch",
        row_height=52,
        column_config={"text": st.column_config.TextColumn(label(f"{path}.text"), required=True)},
    )["text"].dropna()
    translated = {row[lang]: row[other] for row in rows}
    made = [{lang: str(text), other: translated.get(str(text), str(text))} for text in edited]
    return made or UNSET


def _unplaced(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the quotas of units without a boundary: a name and a number each."""
    st.markdown(f"**{label(path)}**", help=help_of(path))
    frame = pd.DataFrame({"name": list(value or {}), "units": [held(v) for v in (value or {}).values()]})
    edited = st.data_editor(
        frame.astype({"name": "string", "units": float}),
        num_rows="dynamic",
        hide_index=True,
        key=key_of(code, path),
        width="stretch",
        column_config={
            "name": st.column_config.TextColumn(label(f"{path}.name"), required=True),
            "units": st.column_config.NumberColumn(label(f"{path}.units"), required=True),
        },
    ).dropna()
    return {str(n).strip(): as_said(u) for n, u in zip(edited["name"], edited["units"], strict=True)} or UNSET


def _unit_limits(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the least or most units of every unit; those of one unit alone stand in the district table."""
    value = value or {}
    left, right = st.columns(2)
    with left:
        units = number(code, f"{path}.units", value.get("units"))
    with right:
        rate = number(code, f"{path}.per_10k", value.get("per_10k"), step=0.1)
    made: dict[str, Any] = {} if units is None else {"units": as_said(units)}
    if rate is not None:
        made["per_10k"] = rate
    return made or UNSET


def _quota_file(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Show a table that the scenario names; on the screen quotas are written into the district table instead."""
    if value is None:
        return UNSET
    st.text(f"{label(path)}: {value}")
    return value


def _linked(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the link to the stations that sites must hold; only for sites of base stations is there anything to link."""
    profile = st.session_state.get(
        key_of(code, "facility.profile"), (document.get("facility") or {}).get("profile")
    )
    if value is None and profile != "5g":
        return UNSET
    stations = _stations(code, f"{path}.stations", (value or {}).get("stations"), document)
    return UNSET if stations is UNSET else {"stations": stations}


def _stations(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    rows = cache.scenario_rows()
    column = f"title_{state.language()}"
    names = {i: row[column] for i, row in rows.items() if row["region_adcode"] == document.get("region")}
    listed = list(dict.fromkeys([None, *names, value]))
    chosen = st.selectbox(
        label(path), listed, listed.index(value), key=key_of(code, path), help=help_of(path),
        format_func=lambda i: label("none_chosen") if i is None else names.get(i, i),
    )  # fmt: skip
    return UNSET if chosen is None else chosen


#: Keys with a widget of their own; and keys that stand in the district table instead.
_SPECIAL: dict[str, Any] = {
    "target": _target, "amount": _amount, "region": _region, "resolution": _resolution, "assumptions": _assumptions,
    "population": scenario_givens.people, "existing": scenario_givens.standing,
    "candidates": scenario_givens.candidates, "must_cover": scenario_givens.must_cover,
    "facility": scenario_facility.draw, "linked": _linked, "quotas.unplaced": _unplaced,
    "quotas.file": _quota_file, "quotas.floors": _unit_limits, "quotas.caps": _unit_limits,
}  # fmt: skip
ELSEWHERE = {"quotas.fixed", "coverage.floors", "quotas.floors.by_unit", "quotas.caps.by_unit"}
