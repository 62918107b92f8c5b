"""What a result that is handed over says of its scenario: what was changed, what was brought, whose sentences it bears.

The document of a scenario holds it; here it is put into words, for files, reports and screens alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layers.punctuation import printed
from scenarios import changes as scenario_changes
from scenarios import words
from scenarios.changes import Changes
from scenarios.model import Allocation, Scenario

Pair = tuple[str, str]
Sentences = list[Mapping[str, str]]
#: So many characters of the fingerprint tell a changed scenario's files from those of the one it was made from.
_SHOWN = 8
#: Which units of a list with stages count as existing, by the planner's answer.
_COUNTED = {
    "built": ("只计已建成的", "only what is complete"),
    "built_or_unstated": ("只计已建成的和阶段不明的", "only what is complete or states no stage"),
    "all": ("含未建成的", "with what is not built yet"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that a planner brought with a scenario.

    Attributes
    ----------
    key : str
        Where it stands in the scenario; ``name`` is the planner's word for it (Chinese, English).
    number, unit : int or None, (Chinese, English)
        How many, of what; None where the scenario's document does not say.
    outside : int
        How many of them lie beyond the region and count nowhere.
    source : mapping
        What is known of where it is from: ``title``, ``file``, ``sha256``, ``stated_source``, ``by``, ``at``; and of
        units with stages which were ``counted``.
    """

    key: str
    name: Pair
    number: int | None
    unit: Pair
    source: Mapping[str, str]
    outside: int = 0

    def sentence(self, lang: str) -> str:
        """Return number and source in words, to be printed like any sentence of ours."""
        zh = lang == "zh"
        stated = self.source.get("stated_source")
        source = f"来源:{stated or '未填写'}" if zh else f"source: {stated or 'not given'}"
        if zh:
            return f"{self.name[0]}:{self._amount(lang)};{source}"
        return f"{self.name[1]}: {self._amount(lang)}; {source}"

    def whole(self, lang: str) -> str:
        """Return all that is known, as it is printed already: names of files stand as they are."""
        zh, told = lang == "zh", self.source
        colon, join = ("\uff1a", "\uff1b") if zh else (": ", "; ")
        words = ("来源", "文件", "上传") if zh else ("source", "file", "uploaded")
        who = f"{told.get('by', '')} {told.get('at', '')}".strip()
        stated = told.get("stated_source") or ("未填写" if zh else "not given")
        parts = [
            printed(self._amount(lang), lang),
            *(
                f"{word}{colon}{text}"
                for word, text in zip(words, (stated, told.get("file"), who), strict=True)
                if text
            ),
            *([f"SHA-256 {told['sha256']}"] if told.get("sha256") else []),
        ]
        return f"{printed(self.name[not zh], lang)}{colon}{join.join(parts)}"

    def _amount(self, lang: str) -> str:
        zh = lang == "zh"
        if self.number is None:
            return "数量未知" if zh else "number unknown"
        unit = self.unit[not zh]
        if not zh and self.number == 1:
            unit = {"units": "unit", "cells": "cell", "people": "person"}[unit]
        beyond = (
            f"(其中 {self.outside:,} 在区域外,不计入)" if zh else f" ({self.outside:,} beyond the region)"
        )
        counted = _COUNTED.get(self.source.get("counted", ""))
        which = "" if counted is None else f"({counted[0]})" if zh else f" ({counted[1]})"
        return f"{self.number:,} {unit}{which}{beyond if self.outside else ''}"


@dataclass(frozen=True, slots=True)
class Stated:
    """Everything that is said of a scenario beside its own document.

    Attributes
    ----------
    changes : Changes or None
        How it differs from the scenario whose id it bears.
    sentences : sequence of (Changes or None, sentences)
        Its assumptions by what they were written for (:func:`scenarios.changes.sentences`).
    """

    changes: Changes | None = None
    sentences: Sequence[tuple[Changes | None, Sentences]] = ()
    given: tuple[Given, ...] = ()

    def nameless(self) -> Stated:
        """Return it without who uploaded what: for what is published."""
        bare = [replace(g, source={k: v for k, v in g.source.items() if k != "by"}) for g in self.given]
        return replace(self, given=tuple(bare))

    def title(self, scenario: Scenario, lang: str) -> str:
        """Return the scenario's title, which says so when it is a changed version of another."""
        return scenario.title(lang, scenario_changes.mark(self.changes) if self.changes else ("", ""))

    def stem(self, allocation: Allocation) -> str:
        """Return how files of a result are named: by the scenario's id, with its fingerprint where it was changed."""
        name = allocation.scenario.id
        return f"{name}-{allocation.fingerprint[:_SHOWN]}" if self.changes else name

    def told(self, lang: str) -> list[str]:
        """Return what a map must say: what was changed, and what was brought."""
        first = [self.changes.sentence(lang)] if self.changes else []
        return [*first, *(item.sentence(lang) for item in self.given)]

    def assumptions(self, lang: str) -> list[tuple[bool, str]]:
        """Return the assumptions in order; (True, text) is a remark on those that follow it."""
        found = []
        for changes, items in self.sentences:
            if changes is not None:
                found.append((True, changes.remark(lang)))
            found += [(False, str(item[lang])) for item in items]
        return found


def plain(scenario: Scenario) -> Stated:
    """Return what a scenario says by itself, without looking at any other."""
    items = list(scenario.document.get("assumptions") or [])
    return Stated(sentences=[(None, items)] if items else ())


def document(stated: Stated, allocation: Allocation) -> dict[str, Any]:
    """Return it as a sidecar has it: ``changed``, ``given``, ``assumptions`` with remarks, ``notes`` of the run."""
    rows = []
    for changes, items in stated.sentences:
        remark = {f"remark_{lang}": changes.remark(lang) for lang in ("zh", "en")} if changes else {}
        rows += [{"zh": item["zh"], "en": item["en"], **remark} for item in items]
    return {
        "changed": _changed(stated.changes),
        "given": [_given(item) for item in stated.given],
        "assumptions": rows,
        "notes": [{"zh": zh, "en": en} for zh, en in allocation.solution.notes],
    }


def _changed(changes: Changes | None) -> dict[str, Any] | None:
    if changes is None:
        return None
    return {
        "from": changes.base_id,
        "kind": changes.kind,
        "keys": list(changes.keys),
        "sentence_zh": changes.sentence("zh"),
        "sentence_en": changes.sentence("en"),
    }


def _given(item: Given) -> dict[str, Any]:
    return {
        "key": item.key,
        "name_zh": item.name[0],
        "name_en": item.name[1],
        "number": item.number,
        "unit_zh": item.unit[0],
        "unit_en": item.unit[1],
        "outside_region": item.outside,
        **item.source,
        "sentence_zh": item.whole("zh"),
        "sentence_en": item.whole("en"),
    }


def brought(allocation: Allocation, population: Mapping[str, str] | None = None) -> tuple[Given, ...]:
    """Return what a scenario brings, as its document holds it.

    ``population`` is what is known of the source of its own population; None where the surface ships with the program.
    """
    document = allocation.scenario.document
    found = []
    existing = document.get("existing", "unknown")
    if isinstance(existing, Mapping):
        counts = existing.get("cells")
        facts = allocation.solution.facts
        outside = int(str(facts.get("existing_outside_region", 0)))
        inside = facts.get("existing")
        known = inside + outside if isinstance(inside, int) else None
        number = sum(counts.values()) if counts is not None else known
        found.append(replace(_entry("existing", existing, number, ("个", "units")), outside=outside))
    candidates = document.get("candidates") or {}
    sites = candidates.get("sites")
    if sites:
        entry = sites if isinstance(sites, Mapping) else {"file": sites}
        found.append(_entry("candidates.sites", entry, _cells(entry), ("个网格", "cells")))
    for entry in candidates.get("limits") or []:
        found.append(_limit(entry))
    if (document.get("quotas") or {}).get("file"):
        found.append(_entry("quotas.file", document["quotas"], None, ("个单元", "units")))
    if population is not None:
        people = int(allocation.people.sum())
        found.append(Given("population", _name("population"), people, ("人", "people"), population))
    return tuple(found)


def _limit(entry: Mapping[str, Any]) -> Given:
    kind = [words.option("candidates.limits.kind", entry["kind"], lang) for lang in ("zh", "en")]
    names = [str(entry.get(f"name_{lang}") or said) for lang, said in zip(("zh", "en"), kind, strict=True)]
    head = _name("candidates.limits")
    name = (f"{head[0]}({names[0]})", f"{head[1]} ({names[1]})")
    given = _entry("candidates.limits", entry, _cells(entry), ("个网格", "cells"))
    return replace(given, name=name)


def _entry(key: str, entry: Mapping[str, Any], number: int | None, unit: Pair) -> Given:
    source = {str(k): str(v) for k, v in (entry.get("source") or {}).items()}
    if entry.get("file"):
        source["file"] = str(entry["file"])
    return Given(key, _name(key), number, unit, source)


def _cells(entry: Mapping[str, Any]) -> int | None:
    return len(entry["cells"]) if "cells" in entry else None


def _name(key: str) -> Pair:
    return words.name(key, "zh"), words.name(key, "en")
