"""What a plan promised, as frozen values. ``plans/schema/*.csv`` tells what each field means.

Units are those of conventions U1 (yuan, metres, PFLOPS, PB, percent as 85, plain counts); unknown is
None (M1); positions are lon, lat in WGS84 degrees with an accuracy in metres (D1, D5); offsets count
Unicode code points (P1).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that answers for something, under one canonical name."""

    line: int
    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    level: str
    adcode: str

    def name(self, lang: str = "zh") -> str:
        """Return the canonical name in ``lang``."""
        return self.name_en if lang == "en" else self.name_zh


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the document, where it begins, and who the document makes responsible for it."""

    plan: str
    line: int
    clause: str
    title_zh: str
    title_en: str
    offset: int
    responsible_quote: str | None
    responsible_offset: int | None
    responsible: tuple[str, ...]
    lead: tuple[str, ...]
    note_zh: str | None
    note_en: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """One promise: an indicator, its figure (None when the text gives none) and the phrase that states it."""

    plan: str
    line: int
    id: str
    category: str
    indicator_zh: str
    indicator_en: str
    value: int | float | None
    unit: str | None
    counter_zh: str | None
    qualifier: str
    aspirational: bool
    nature: str
    deadline_year: int | None
    deadline_basis: str
    deadline_text: str | None
    region_adcode: str
    scope_zh: str | None
    quantified: bool
    mappable: bool
    allocatable: bool
    related: tuple[tuple[str, str], ...]
    clause: str
    quote: str
    offset: int
    counting_rule: str | None
    responsible: tuple[str, ...]
    lead: tuple[str, ...]
    note_zh: str | None
    note_en: str | None

    def indicator(self, lang: str = "zh") -> str:
        """Return the indicator's name in ``lang``."""
        return self.indicator_en if lang == "en" else self.indicator_zh


@dataclass(frozen=True, slots=True)
class Project:
    """A thing the document names: project, place, platform, park, corridor, district task, unnamed work."""

    plan: str
    line: int
    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    category: str
    kind: str
    status: str | None
    adcode: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    position_basis: str
    position_source: str | None
    geometry_type: str
    link_to: tuple[str, ...]
    clause: str
    quote: str
    offset: int
    responsible: tuple[str, ...]
    targets: tuple[str, ...]
    note_zh: str | None
    note_en: str | None

    def name(self, lang: str = "zh") -> str:
        """Return the name in ``lang``."""
        return self.name_en if lang == "en" else self.name_zh

    @property
    def link_points(self) -> tuple[tuple[float, float], ...]:
        """The further ends (lon, lat) of a schematic link: drawn dashed, its length never counted."""
        return tuple((float(lon), float(lat)) for lon, lat in (text.split() for text in self.link_to))


@dataclass(frozen=True, slots=True)
class NotTarget:
    """A number in the text that looks like a target and is none, with the reason."""

    plan: str
    line: int
    quote: str
    offset: int
    clause: str | None
    reason: str
    note_zh: str | None
    note_en: str | None


@dataclass(frozen=True, slots=True)
class Baseline:
    """A count that was reported: what, where, when, by which counting rule, and by whom."""

    line: int
    id: str
    region_adcode: str
    category: str
    indicator_zh: str
    indicator_en: str
    date: str
    value: int | float | None
    unit: str
    qualifier: str
    counting_rule: str
    confidence: str
    source: str
    related_target: str | None
    note_zh: str | None
    note_en: str | None


@dataclass(frozen=True, slots=True)
class SumTable:
    """Targets that form a table: the parts must sum to the total exactly."""

    id: str
    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something the text leaves unsaid, a corrupted passage, or an ambiguity, and how it was recorded."""

    kind: str
    zh: str
    en: str
    quote: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Distinct:
    """Two entries whose names look alike and which a reader found to be different things."""

    a: str
    b: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Correction:
    """Where a project really is, as a person stated it: WGS84 degrees, how it is known, who said so and when."""

    project: str
    lon: float
    lat: float
    accuracy_m: float
    basis: str
    source: str
    by: str
    at: str
    reason: str | None = None
    version: int = 1


@dataclass(frozen=True)
class Plan:
    """One document with everything it promises; ``sha256`` covers the bytes of all files it was read from.

    ``corrections`` are the positions that people corrected (:mod:`plans.corrections`); the catalogue has none.
    """

    id: str
    title_zh: str
    title_en: str
    title_stated: bool
    title_note_zh: str | None
    title_note_en: str | None
    issuer_zh: str | None
    issuer_en: str | None
    issuer_stated: bool | None
    document_number: str | None
    document_number_stated: bool
    issue_date: str | None
    period_start: int
    period_end: int
    period_basis: str
    region_adcode: str
    language: str
    source_file: str
    source_sha256: str
    source_characters: int
    source_note_zh: str | None
    source_note_en: str | None
    quantified_targets: int | None
    tables: tuple[SumTable, ...]
    notes: tuple[Note, ...]
    distinct: tuple[Distinct, ...]
    clauses: tuple[Clause, ...]
    targets: tuple[Target, ...]
    projects: tuple[Project, ...]
    not_targets: tuple[NotTarget, ...]
    bodies: tuple[Body, ...]
    baselines: tuple[Baseline, ...]
    sha256: str
    corrections: tuple[Correction, ...] = ()

    def title(self, lang: str = "zh") -> str:
        """Return the title in ``lang``."""
        return self.title_en if lang == "en" else self.title_zh

    @property
    def reference(self) -> str:
        """The document as a reference: 《title》 and its number, where it has one."""
        return f"《{self.title_zh}》" + (f"({self.document_number})" if self.document_number else "")

    @functools.cached_property
    def clause_by_path(self) -> MappingProxyType[str, Clause]:
        """The clauses by path."""
        return MappingProxyType({clause.clause: clause for clause in self.clauses})

    @functools.cached_property
    def body_by_id(self) -> MappingProxyType[str, Body]:
        """The bodies that this plan names, by id."""
        return MappingProxyType({body.id: body for body in self.bodies})

    @functools.cached_property
    def target_by_id(self) -> MappingProxyType[str, Target]:
        """The targets by id."""
        return MappingProxyType({target.id: target for target in self.targets})

    @functools.cached_property
    def correction_by_project(self) -> MappingProxyType[str, Correction]:
        """The corrections by the id of their project."""
        return MappingProxyType({item.project: item for item in self.corrections})

    def responsible(self, item: Target | Project) -> tuple[Body, ...]:
        """Return who answers for an item: its own list, else its clause's, in the order of the text."""
        clause = self.clause_by_path.get(item.clause)
        ids = item.responsible or (clause.responsible if clause else ())
        return tuple(self.body_by_id[i] for i in ids if i in self.body_by_id)

    def is_of_clause(self, item: Target | Project) -> bool:
        """Return whether those who answer for an item are its clause's: the document names none for it alone."""
        return not item.responsible and bool(self.responsible(item))

    def lead(self, item: Target | Project) -> tuple[Body, ...]:
        """Return the bodies the document itself calls lead for an item; empty where it names none."""
        clause = self.clause_by_path.get(item.clause)
        own = item.lead if isinstance(item, Target) else ()
        if not own and item.responsible:
            return ()
        ids = own or (clause.lead if clause else ())
        return tuple(self.body_by_id[i] for i in ids if i in self.body_by_id)
