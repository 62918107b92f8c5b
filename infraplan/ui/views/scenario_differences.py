"""What differs between scenarios, a row each, in the words of the form: two versions of one, or several compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import InfraPlanError
from infraplan.ui import state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_facility, scenario_words
from layers.punctuation import printed
from plans import catalogue
from scenarios import words

#: Characters of one item where versions stand side by side.
_MOST_SHOWN = 400
#: So many items of a list are shown; of more, how many there are.
_MOST_ITEMS = 12
#: Keys that say nothing of a run: what a scenario is called, and the sentences that its author wrote.
_NAMES = ("format_version", "id", "title_zh", "title_en", "assumptions", "amount_basis_zh", "amount_basis_en")
_SET = "facility.set"


def differences(mine: Mapping[str, Any], theirs: Mapping[str, Any], who: str) -> pd.DataFrame:
    """Return what differs between two versions of a scenario."""
    t = texts("scenario_store")
    ours, other = leaves(mine), leaves(theirs)
    paths = [path for path in {**other, **ours} if ours.get(path) != other.get(path)]
    return pd.DataFrame(
        {
            t("key"): [words_of(path) for path in paths],
            t("yours"): [_value(path, ours) for path in paths],
            t("theirs", who=who): [_value(path, other) for path in paths],
        }
    )


def of_settings(documents: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return the settings in which scenarios differ, a column each under its key of ``documents``.

    What is left out, empty or said to be unknown is the same; names and sentences are no settings.
    """
    found = {
        name: {k: v for k, v in leaves(document).items() if k not in _NAMES and not _is_nothing(v)}
        for name, document in documents.items()
    }
    first, *others = found.values()
    paths = list(dict.fromkeys(path for values in found.values() for path in values))
    paths = [p for p in paths if any(_effective(p, other) != _effective(p, first) for other in others)]
    columns = {name: [_value(p, values) for p in paths] for name, values in found.items()}
    return pd.DataFrame({texts("scenario_store")("key"): [words_of(p) for p in paths], **columns})


def _effective(path: str, values: Mapping[str, Any]) -> Any:
    """Return what a run takes for a key: an amount that is left out is the target's."""
    return _of_target(values) if path == "amount" and values.get(path) is None else values.get(path)


def _value(path: str, values: Mapping[str, Any]) -> str:
    """Return in words what stands under a key, or where the amount comes from that does not stand there."""
    amount = _of_target(values) if path == "amount" and values.get(path) is None else None
    return (
        text(path, values.get(path))
        if amount is None
        else texts("scenario_form")("amount_hint", n=f"{amount:,}")
    )


def _of_target(values: Mapping[str, Any]) -> int | None:
    """Return the amount that a scenario takes from its target; None where it takes none, or the target has none."""
    if values.get("target") is None or values.get("objective") == "fewest_units":
        return None
    try:
        value = catalogue.target(str(values["target"])).value
    except InfraPlanError:
        return None  # of another release
    return None if value is None else int(value)


def leaves(document: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return the values of a document by dotted path, as far down as the form has words for the parts."""
    found: dict[str, Any] = {}
    for key, value in document.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and value and all(_is_known(path, str(k)) for k in value):
            found |= leaves(value, f"{path}.")
        else:
            found[path] = value
    return found


def words_of(path: str) -> str:
    """Return the words of a dotted path, from the whole to the part."""
    lang, parts = state.language(), path.split(".")
    keys = [".".join(parts[: i + 1]) for i in range(len(parts))]
    keys = [f"param.{k.removeprefix(f'{_SET}.')}" if k.startswith(f"{_SET}.") else k for k in keys]
    return printed(" › ".join(words.name(key, lang) for key in keys), lang)


def text(path: str, value: Any) -> str:
    """Return a value as a planner reads it, no longer than can stand in a table."""
    lang = state.language()
    said = printed(_said(path, value), lang)
    return said if len(said) <= _MOST_SHOWN else f"{said[:_MOST_SHOWN]}…"


def _said(path: str, value: Any) -> str:
    t = texts("scenario_store")
    if value is None:
        return t("not_set")
    if path.startswith(f"{_SET}."):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value:,}" if number else scenario_facility.shown(path.split(".")[2], value)
    if isinstance(value, str):
        return _named(path, value)
    if isinstance(value, Mapping):
        source = value.get("source")
        if isinstance(source, Mapping) and source.get("file"):
            return str(source["file"])  # an upload: known by its file
        return t("item_join").join(_part(path, str(k), v) for k, v in value.items())
    if isinstance(value, Sequence):
        return _listed(path, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return json.dumps(value, ensure_ascii=False)
    if scenario_words.known(f"{path}={value}"):
        return scenario_words.label(f"{path}={value}")
    if path.split(".")[-1] in ("year", "seed"):
        return str(value)
    return f"{value * 100:.10g}%" if words.is_percent(path) else f"{value:,}"


def _part(path: str, key: str, value: Any) -> str:
    inner = f"{path}.{key}"
    if scenario_words.known(inner):
        return f"{words.name(inner, state.language())} {_said(inner, value)}"
    return f"{words.part(key, state.language())} {_said(path, value)}"


def surface_name(surface: str) -> str:
    """Return what a population surface is called; a planner's own by its file."""
    from infraplan.ui.i18n.compare_page import TEXT

    t = texts("compare_page")
    if surface.endswith(".parquet"):
        return t("own_surface", name=Path(surface).stem)
    return t(f"surface.{surface}") if f"surface.{surface}" in TEXT else surface


def _named(path: str, value: str) -> str:
    """Return what a name or a code stands for."""
    lang = state.language()
    if scenario_words.known(f"{path}={value}"):
        return scenario_words.label(f"{path}={value}")
    try:
        if path == "target":
            return catalogue.target(value).indicator(lang)
        if path == "facility.profile":
            return scenario_facility.title(value)
    except InfraPlanError:
        return value  # of another release
    return surface_name(value) if path == "population" else words.part(value, lang)


def _listed(path: str, values: Sequence[Any]) -> str:
    t, lang = texts("scenario_store"), state.language()
    if len(values) > _MOST_ITEMS:
        return t("items", n=f"{len(values):,}")
    said = [str(v[lang]) if isinstance(v, Mapping) and lang in v else _said(path, v) for v in values]
    return t("item_join").join(said)


def _is_nothing(value: Any) -> bool:
    return value is None or value == "unknown" or (isinstance(value, Mapping | list) and not value)


def _is_known(path: str, key: str) -> bool:
    return path == _SET or scenario_words.known(f"{path}.{key}")
