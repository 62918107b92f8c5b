"""One widget for each key of a scenario file, made from the schema; the words are in ``i18n/scenario_fields``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
import yaml

from geo import demand_surfaces, population
from infraplan.ui import state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_store
from plans import catalogue
from scenarios import facility, load

UNSET = object()
Schema = Mapping[str, Any]


def field(
    code: str, path: str, schema: Schema, value: Any, document: Mapping[str, Any], required: bool
) -> Any:
    """Draw the widget of one key and return what it says; ``UNSET`` for a key to be left out.

    ``value`` is what the key had when the form was opened: a widget keeps its own state from there on.
    """
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
        return _integer(code, path, schema, value)
    if kind == "number":
        return _percent(code, path, value)
    return _text(code, path, value)


def label(path: str) -> str:
    """Return the planner's word for a key; a key newer than the words (a test finds it) is shown as it is."""
    from infraplan.ui.i18n.scenario_fields import TEXT

    return texts("scenario_fields")(path) if path in TEXT else path


def _help(path: str) -> str | None:
    from infraplan.ui.i18n.scenario_fields import TEXT

    return label(f"{path}.help") if f"{path}.help" in TEXT else None


def _key(code: str, path: str) -> str:
    return f"form:{code}:{path}"


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
        label(path), listed, listed.index(value) if value in listed else 0, key=_key(code, path), help=_help(path),
        format_func=lambda o: label("unset") if o is None else label(f"{path}={o}"),
    )  # fmt: skip
    return UNSET if chosen is None else chosen


def _integer(code: str, path: str, schema: Schema, value: Any) -> Any:
    low, high = schema.get("minimum"), schema.get("maximum")
    number = st.number_input(
        label(path), min_value=low, max_value=high, value=None if value is None else int(value), step=1,
        key=_key(code, path), help=_help(path), format="%d",
    )  # fmt: skip
    return UNSET if number is None else int(number)


def _percent(code: str, path: str, value: Any) -> Any:
    number = st.number_input(
        label(path), min_value=0.0, max_value=100.0, value=None if value is None else round(float(value) * 100, 6),
        step=1.0, key=_key(code, path), help=_help(path),
    )  # fmt: skip
    return UNSET if number is None else round(float(number) / 100, 8)


def _text(code: str, path: str, value: Any) -> Any:
    text = st.text_input(label(path), value or "", key=_key(code, path), help=_help(path))
    return text.strip() or UNSET


def _rows(code: str, path: str, columns: Mapping[str, Any], value: Sequence[Mapping[str, Any]]) -> Any:
    """Draw a table to which rows can be added; rows that are not full are left out."""
    st.markdown(f"**{label(path)}**")
    frame = pd.DataFrame(list(value), columns=list(columns))
    config: dict[str, Any] = {}
    for name, part in columns.items():
        inner = f"{path}.{name}"
        if part["type"] == "integer":
            frame[name] = frame[name].astype("Int64")
            config[name] = st.column_config.NumberColumn(
                label(inner),
                min_value=part.get("minimum"),
                max_value=part.get("maximum"),
                step=1,
                format="%d",
            )
        else:
            frame[name] = frame[name].astype("string")
            config[name] = st.column_config.TextColumn(label(inner))
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=_key(code, path),
        column_config=config,
        width="stretch",
    )
    made = [
        {str(n): int(v) if columns[str(n)]["type"] == "integer" else str(v) for n, v in row.items()}
        for row in edited.dropna().to_dict("records")
    ]
    return made or UNSET


def _mix(code: str, path: str, value: Mapping[str, float] | None) -> Any:
    """Draw a mix of demands: a name and a weight each."""
    st.markdown(f"**{label(path)}**", help=_help(path))
    lang = state.language()
    named = {name: pair[1 if lang == "zh" else 0] for name, pair in demand_surfaces.names().items()}
    words = {title: name for name, title in named.items()}
    rows = [{"demand": named.get(n, n), "weight": float(w)} for n, w in (value or {}).items()]
    edited = st.data_editor(
        pd.DataFrame(rows, columns=["demand", "weight"]).astype({"demand": "string", "weight": float}),
        num_rows="dynamic",
        hide_index=True,
        key=_key(code, path),
        width="stretch",
        column_config={
            "demand": st.column_config.SelectboxColumn(
                label("mix.demand"), options=list(words), required=True
            ),
            "weight": st.column_config.NumberColumn(label("mix.weight"), min_value=0.0, step=0.1),
        },
    ).dropna()
    made = {
        words.get(str(n), str(n)): float(w) for n, w in zip(edited["demand"], edited["weight"], strict=True)
    }
    return made or UNSET


def _target(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    lang = state.language()
    targets = {
        x.id: x for plan in catalogue.load_all() for x in plan.targets if x.allocatable or x.id == value
    }
    listed = [None, *targets]
    chosen = st.selectbox(
        label(path), listed, listed.index(value) if value in listed else 0, key=_key(code, path), help=_help(path),
        format_func=lambda i: label("none") if i is None else targets[i].indicator(lang),
    )  # fmt: skip
    return UNSET if chosen is None else chosen


def _region(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    known = sorted({region for _, region in population.available()} | {str(value)})
    return st.selectbox(
        label(path), known, known.index(str(value)), key=_key(code, path), help=_help(path),
        format_func=lambda r: f"{scenario_store.region_name(r)} {r}", accept_new_options=True,
    )  # fmt: skip


def _as_written(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw a key that has no widget of its own as the YAML it is; text that is no YAML is shown as it is wrong."""
    written = "" if value is None else yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    text = st.text_area(label(path), written, key=_key(code, path), help=_help(path), height=90).strip()
    if not text:
        return UNSET
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        st.error(texts("scenario_form")("not_yaml", name=label(path)))
        return UNSET if value is None else value


def _population(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    known = sorted({surface for surface, _ in population.available()} | {str(value)})
    return st.selectbox(
        label(path),
        known,
        known.index(str(value)),
        key=_key(code, path),
        help=_help(path),
        accept_new_options=True,
    )


def _facility(code: str, path: str, value: Any, document: Mapping[str, Any]) -> Any:
    """Draw the kind of facility and its parameters; what differs from the profile is the scenario's own."""
    lang = state.language()
    value = value or {}
    listed = [None, *facility.available()]
    start = value.get("profile")
    chosen = st.selectbox(
        label("facility.profile"), listed, listed.index(start) if start in listed else 0,
        key=_key(code, "facility.profile"), help=_help("facility.profile"),
        format_func=lambda i: label("unset") if i is None else _profile_title(i, lang),
    )  # fmt: skip
    if chosen is None:
        return UNSET
    changes = value.get("set", {}) if chosen == start else {}
    own = _parameters(code, chosen, changes)
    return {"profile": chosen, **({"set": own} if own else {})}


def _profile_title(profile_id: str, lang: str) -> str:
    profile = facility.load(profile_id)
    return profile.title_zh if lang == "zh" else profile.title_en


def _parameters(code: str, profile_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    t = texts("scenario_form")
    plain, own = facility.load(profile_id), facility.load(profile_id, changes)
    rows = []
    for name, parameter in own.parameters.items():
        for inner, value in _leaves(parameter.value):
            rows.append(
                {
                    "path": (name, *inner),
                    "name": " · ".join([label(f"param.{name}"), *(_morphology(i) for i in inner)]),
                    "value": str(value),
                    "unit": label(f"unit.{parameter.unit}"),
                    "status": label(f"status.{parameter.status}"),
                    "source": parameter.source,
                }
            )
    frame = pd.DataFrame(rows)
    st.markdown(f"**{label('facility.set')}**")
    edited = st.data_editor(
        frame[["name", "value", "unit", "status", "source"]],
        hide_index=True,
        disabled=["name", "unit", "status", "source"],
        key=_key(code, f"facility.set.{profile_id}"),
        height=min(36 * (len(frame) + 1) + 4, 360),
        width="stretch",
        column_config={
            "name": t("parameter"),
            "value": t("value"),
            "unit": t("unit"),
            "status": t("status"),
            "source": t("source"),
        },
    )
    made: dict[str, Any] = {}
    for path, text in zip(frame["path"], edited["value"], strict=True):
        before = _at(plain.value(path[0]), path[1:])
        after = _typed(str(text), before, label(f"param.{path[0]}"))
        if after != before:
            place = made
            for part in path[:-1]:
                place = place.setdefault(part, {})
            place[path[-1]] = after
    if made:
        st.caption(t("changed", n=sum(1 for _ in _leaves(made))))
    return made


def _leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    if not isinstance(value, Mapping):
        return [(path, value)]
    return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, str(key)))]


def _at(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        value = value[part]
    return value


def _typed(text: str, before: Any, name: str) -> Any:
    """Return what was written, as a number where a number stood; a text that is none is shown as it is wrong."""
    if not isinstance(before, int | float):
        return text.strip()
    try:
        number = float(text.replace(",", "").strip())
    except ValueError:
        st.error(texts("scenario_form")("not_number", name=name, value=text))
        return before
    return int(number) if isinstance(before, int) and number.is_integer() else number


def _morphology(name: str) -> str:
    from infraplan.ui.i18n.scenario_form import TEXT

    if f"morph.{name}" in TEXT:
        return texts("scenario_form")(f"morph.{name}")
    return (
        demand_surfaces.names()[name][1 if state.language() == "zh" else 0]
        if name in demand_surfaces.names()
        else name
    )


#: Keys with a widget of their own; and keys that stand in the district table instead.
_SPECIAL: dict[str, Any] = {
    "target": _target, "region": _region, "population": _population, "facility": _facility,
    **dict.fromkeys(
        ("existing", "candidates", "must_cover", "quotas.unplaced", "quotas.floors", "quotas.caps"), _as_written
    ),
}  # fmt: skip
ELSEWHERE = {"quotas.fixed", "coverage.floors"}
