"""Which scenario is open, and what of it is not saved yet; :mod:`.scenario_keep` saves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from infraplan import saved
from infraplan.ui import cache, city, drafts, guard, labels, person, state
from infraplan.ui.i18n import texts
from infraplan.uploads import in_scenarios
from infraplan.workspace import Record, Workspace
from layers.punctuation import printed
from scenarios import load
from scenarios.model import Allocation, Scenario

MINE = "mine:"
#: The scenario of this session's link that somebody deleted.
LOST = "store_lost"


@dataclass(frozen=True)
class Opened:
    """The scenario that the page shows: its code in the URL, as it was kept, its record when somebody saved it."""

    code: str
    base: Scenario
    record: Record | None


def codes() -> dict[str, tuple[str, str]]:
    """Return (title, region) of every scenario by code, in the reader's language: people's own first.

    No two titles are alike: of people's own with one title each says when it was saved.
    """
    lang, t = state.language(), texts("scenario_store")
    own = {MINE + r.id: r for r in Workspace().records("scenario")}
    titles = labels.of_records(own, {c: f"{printed(r.title, lang)} · {t('mine')}" for c, r in own.items()})
    found = {code: (titles[code], str(r.document.get("region", ""))) for code, r in own.items()}
    for scenario_id, row in cache.scenario_rows().items():
        found[scenario_id] = (printed(row[f"title_{lang}"], lang), row["region_adcode"])
    return found


def choose(key: str = "scenario", default: str = "guangzhou-5g-2022") -> Opened:
    """Let the reader choose a scenario; return it."""
    known = codes()
    asked = state.get(key, default)
    elsewhere = city.follow(key, known.get(asked, known[default])[1])
    if elsewhere and (of_city := in_city(elsewhere)):
        state.put(key, of_city[0])
    code = state.choose(key, texts("scenario_store")("scenario"), list(known), lambda c: known[c][0], default)
    city.shown(known[code][1])
    if asked not in known and lost(asked) is not None:
        st.session_state[LOST] = asked  # the page says whose it was, and gives back what was not saved
    else:
        say_gone([asked])
    return opened(code)


def lost(code: str) -> Record | None:
    """Return the deleted record of a scenario, as long as it can be brought back; None for one that is there."""
    gone = Workspace().records("scenario", deleted=True) if code.startswith(MINE) else ()
    return next((r for r in gone if MINE + r.id == code), None)


def held(code: str) -> dict[str, Any] | None:
    """Return the unsaved changes that this session holds of a scenario, also of one that somebody deleted."""
    found = drafts.unpack(st.session_state.get(state.DRAFTS, {}).get(code, ""))
    return found[1] if found else None


def in_city(region: str) -> list[str]:
    """Return the scenarios of a city: the library's first, for that is what everybody has."""
    there = [code for code, (_, where) in codes().items() if where == region]
    return sorted(there, key=lambda code: code.startswith(MINE))


def pair_with_open() -> list[str]:
    """Return the scenario that is open in this session beside another of the same promise, the library's as the base.

    Empty where none is open, or no other has its target.
    """
    mine = state.remembered("scenario")
    if mine not in codes():
        return []
    target = opened(mine).base.target
    others = [c for c in cache.scenario_rows() if c != mine and cache.scenario_rows()[c]["target"] == target]
    if target is None or not others:
        return []
    return [others[0], mine] if mine.startswith(MINE) else [mine, others[0]]


def say_gone(asked: Sequence[str]) -> None:
    """Say that scenarios of a link are not there any more; the map's word for none is no scenario."""
    known = codes()
    if any(code not in {"", "none", *known} for code in asked):
        st.warning(texts("scenario_store")("not_there"), icon=":material/link_off:")


def opened(code: str) -> Opened:
    """Return the scenario with this code."""
    if not code.startswith(MINE):
        return Opened(code, load.load(code), None)
    record = Workspace().get("scenario", code.removeprefix(MINE))
    return Opened(code, of_document(record.document, f"{record.title}"), record)


def of_document(document: Mapping[str, Any], where: str) -> Scenario:
    """Build a scenario from a form's document, its uploads as cells; every problem is told."""
    return load.of_document(in_scenarios.resolved(Workspace(), document), where)


def as_form(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario's document as the form holds it: uploads by name."""
    return in_scenarios.named(Workspace(), document)


def edited(shown: Opened) -> dict[str, Any] | None:
    """Return the changed document of this scenario: from the URL, else what this session left off at."""
    held: dict[str, str] = st.session_state.setdefault(state.DRAFTS, {})
    text = state.get("edit")
    found = drafts.unpack(text) if text else None
    if found is not None:
        held[found[0]] = text
    if found is None or found[0] != shown.code:
        text = held.get(shown.code, "")
        found = drafts.unpack(text) if text else None
        if text or state.get("edit"):  # another scenario's changes are not this one's, in its link neither
            state.put("edit", text)
    return found[1] if found else None


def base_version(shown: Opened) -> int | None:
    """Return the version that the changes of this scenario were begun from; without changes the newest; None: library.

    Who saved in between has made a newer one, and saving over that is refused.
    """
    if shown.record is None:
        return None
    text = st.session_state.get(state.DRAFTS, {}).get(shown.code, "") if edited(shown) is not None else ""
    base = drafts.base_of(text) or shown.record.version
    return shown.record.version if alike_since(shown.record, base) else base


def alike_since(record: Record, version: int) -> bool:
    """Return whether a record says what it said at a version: a new status alone is in nobody's way."""
    if version >= record.version:
        return True
    since = [r for r in Workspace().history("scenario", record.id) if r.version >= version]
    return all(dict(r.document) == dict(record.document) for r in since)


def keep_draft(code: str, document: Mapping[str, Any] | None, base: int | None = None) -> None:
    """Hold the changed document of a scenario in the URL, and the version that it was begun from.

    None: there are no changes (any more).
    """
    text = "" if document is None else drafts.pack(code, document, base)
    st.session_state.setdefault(state.DRAFTS, {})[code] = text
    state.put("edit", text)


def current(shown: Opened) -> Scenario:
    """Return the scenario with the changes that are not yet saved."""
    changed = edited(shown)
    return shown.base if changed is None else of_document(changed, shown.base.title(state.language()))


def keep(shown: Opened, allocation: Allocation) -> None:
    """Keep the result of a saved scenario beside it, once; unsaved changes have nothing to be kept beside."""
    record = shown.record
    if record is None or edited(shown) is not None:
        return
    # a copy has the same result and keeps it too
    done = f"kept:{record.id}:{record.version}:{allocation.fingerprint}:{allocation.result_hash}"
    if done in st.session_state:
        return
    try:
        saved.keep_result(Workspace(), record, allocation, by=person.name())
        st.session_state[done] = True
    except InfraPlanError as error:
        guard.show(error)


def discard(shown: Opened) -> None:
    """Forget the changes that are not saved."""
    keep_draft(shown.code, None)
    for key in [k for k in st.session_state if str(k).startswith(f"form:{shown.code}:")]:
        del st.session_state[key]
    st.session_state.pop(state.FORM, None)


def status_of(scenario: Scenario) -> str:
    """Return the status of the saved scenario that this is, unchanged; a draft where it is none."""
    try:
        record = Workspace().get("scenario", scenario.id)
    except InfraPlanError:
        return "draft"
    same = record.deleted_at is None and dict(record.document) == dict(scenario.document)
    return record.status if same else "draft"


def region_name(adcode: str) -> str:
    """Return the name of a region in the reader's language."""
    try:
        return boundaries.unit(adcode).name(state.language())
    except InfraPlanError:
        return adcode
