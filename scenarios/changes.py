"""How a scenario differs from the one that its name or its sentences come from.

A form starts from a scenario of the library and keeps its id, its title and the sentences of its assumptions, whatever
is changed. Whoever hands over a result of it must say so: what was changed, and for which scenario the sentences were
written. The sentences are their author's and stay as they are.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios import load, words
from scenarios.model import Scenario

#: Kinds of the scenario that another one was made from: (Chinese, English).
KINDS = {
    "library": ("示例库情景", "the library's scenario"),
    "saved": ("已保存的情景", "the saved scenario"),
}
#: Keys that say nothing of the run: another name is no other scenario.
_NAMES = ("format_version", "id", "title_zh", "title_en", "assumptions")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a scenario and the one it was made from.

    Attributes
    ----------
    kind : str
        A key of ``KINDS``.
    base_id, base_zh, base_en : str
        The other scenario and its titles.
    keys : tuple of str
        Dotted keys as far down as the planner's words go, in the order of the files; never empty.
    """

    kind: str
    base_id: str
    base_zh: str
    base_en: str
    keys: tuple[str, ...]

    def names(self, lang: str) -> str:
        """Return the changed keys in the planner's words."""
        return ("、" if lang == "zh" else ", ").join(dict.fromkeys(heading(key, lang) for key in self.keys))

    def sentence(self, lang: str) -> str:
        """Return the sentence that says what was changed."""
        kind, named = KINDS[self.kind], self.names(lang)
        if lang == "zh":
            return f"本情景由{kind[0]}“{self.base_zh}”({self.base_id})改动而来,改动的设定:{named}。"
        said = f"This scenario is a changed version of {kind[1]} “{self.base_en}” ({self.base_id})"
        return f"{said}; changed: {named}."

    def remark(self, lang: str) -> str:
        """Return the line that stands before sentences which were written for the other scenario."""
        if lang == "zh":
            return (
                f"以下假定写于{KINDS[self.kind][0]}“{self.base_zh}”,本情景已改动:{self.names(lang)};"
                "涉及这些设定的说法可能不再适用,以本次计算的说明为准。"
            )
        return (
            f"What follows was written for {KINDS[self.kind][1]} “{self.base_en}”; changed here: {self.names(lang)}. "
            "What it says of these may not hold any more: the notes of this run do."
        )


def mark(changes: Changes) -> tuple[str, str]:
    """Return the words that a changed scenario's title ends with (Chinese, English)."""
    return f"{KINDS[changes.kind][0]}的改动版", f"changed from {KINDS[changes.kind][1]}"


def of_library(scenario: Scenario) -> Changes | None:
    """Return how a scenario differs from the library's of the same id; None: not at all, or there is none."""
    if scenario.id not in load.available():
        return None
    base = _library(scenario.id)
    return between(scenario.document, base.document, "library")


def between(document: Mapping[str, Any], base: Mapping[str, Any], kind: str) -> Changes | None:
    """Return how a scenario's document differs from the one that it was made from; None: not at all."""
    found = differing(document, base)
    if not found:
        return None
    return Changes(kind, str(base["id"]), str(base["title_zh"]), str(base["title_en"]), found)


def sentences(
    scenario: Scenario, saved: Mapping[str, Any] | None = None
) -> list[tuple[Changes | None, list[Mapping[str, str]]]]:
    """Return the sentences of a scenario's assumptions by what they were written for, its own (None) first.

    A sentence that stands in a scenario of the library word for word was written for that one: of several, the one that
    shares most sentences. The same holds for ``saved``, the scenario as it was saved before the changes.
    """
    left: list[Mapping[str, str]] = list(scenario.document.get("assumptions") or [])
    groups: list[tuple[Changes | None, list[Mapping[str, str]]]] = []
    writer = _writer(scenario)
    bases = [("library", writer.document)] if writer else []
    for kind, base in [*bases, *([("saved", saved)] if saved else [])]:
        changes = _of_run(scenario.document, base, kind)
        if changes is None:
            continue
        theirs = [item for item in left if item in (base.get("assumptions") or [])]
        if theirs:
            groups.append((changes, theirs))
            left = [item for item in left if item not in theirs]
    return ([(None, left)] if left else []) + groups


def differing(document: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the dotted keys whose values differ; what is left out, empty or said to be unknown is the same."""
    mine, theirs = _leaves(document), _leaves(base)
    return tuple(key for key in {**theirs, **mine} if mine.get(key) != theirs.get(key))


def heading(key: str, lang: str) -> str:
    """Return the planner's word for a dotted key."""
    parameter = key.removeprefix("facility.set.")
    return words.name(f"param.{parameter}" if parameter != key else key, lang)


def _of_run(document: Mapping[str, Any], base: Mapping[str, Any], kind: str) -> Changes | None:
    """Return what differs in the run itself; names and sentences are left out."""
    mine, theirs = ({k: v for k, v in d.items() if k not in _NAMES} for d in (document, base))
    found = differing(mine, theirs)
    if not found:
        return None
    return Changes(kind, str(base["id"]), str(base["title_zh"]), str(base["title_en"]), found)


def _writer(scenario: Scenario) -> Scenario | None:
    """Return the library's scenario for which the sentences were written: that of the same id, else the likest."""
    known = load.available()
    if scenario.id in known:
        return _library(scenario.id)
    given = list(scenario.document.get("assumptions") or [])
    shared = {name: sum(item in _sentences(name) for item in given) for name in known}
    most = max(shared.values(), default=0)
    if not most:
        return None
    likest = [name for name in known if shared[name] == most]
    return _library(min(likest, key=lambda n: len(differing(scenario.document, _library(n).document))))


def _sentences(name: str) -> list[Mapping[str, str]]:
    return list(_library(name).document.get("assumptions") or [])


@functools.cache
def _library(name: str) -> Scenario:
    return load.load(name)


def _leaves(document: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in document.items():
        path = f"{above}{key}"
        if path in ("format_version", "id") or value in (None, "unknown", {}, []):
            continue
        if isinstance(value, Mapping) and all(_has_words(f"{path}.{inner}") for inner in value):
            found |= _leaves(value, f"{path}.")
        else:
            found[path] = value
    return found


def _has_words(path: str) -> bool:
    return path in words.NAMES or path.startswith("facility.set.")
