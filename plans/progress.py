"""How far a promise has come, where reported figures may be compared with it, and else why not.

A figure is compared with a target only when both follow the same counting rule: Guangzhou's 38,900 base stations
continue the provincial series (23,555 in August 2020) and lie below what the city's own press series had
already reached, so a share taken across the two would mean nothing. Where the document does not say how it
counts, the rule by which a reader holds a target to be comparable stands in ``data/baselines/comparable.csv``
with the reason; the reported figures stand in ``data/baselines/*.csv``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import Problem, raise_if_any
from geo.paths import data_root
from plans import table
from plans.model import Baseline, Plan, Target
from plans.vocabulary import label

ESTIMATES = frozenset({"estimate_share"})
UNVERIFIED = frozenset({"memory"})
UNSTATED = "unstated"
STOCKS = frozenset({"cumulative", "level", "planned"})


@dataclass(frozen=True, slots=True)
class Comparable:
    """The counting rule by which a target is read, and why."""

    line: int
    target: str
    counting_rule: str
    basis: str
    note_zh: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Attainment:
    """One reported figure beside a target. ``share`` (a fraction, not capped at 1) is None unless comparable.

    For a target that counts what is newly built, ``since`` is the figure at the start that was taken off.
    """

    figure: Baseline
    reason: str
    share: float | None = None
    since: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of one target: the figures beside it by date, and the reason when none may be compared.

    ``rule`` is the counting rule it is read by; ``basis`` the reader's finding, where the document is silent.
    """

    target: Target
    rule: str | None
    basis: Comparable | None
    figures: tuple[Attainment, ...]
    reason: str

    @property
    def latest(self) -> Attainment | None:
        """The latest figure that may be compared."""
        return max(
            (item for item in self.figures if item.share is not None),
            key=lambda item: item.figure.date,
            default=None,
        )

    @property
    def inferred(self) -> bool:
        """Whether a reader inferred the counting rule: the document does not say how it counts."""
        return not self.target.counting_rule and self.basis is not None and self.basis.basis == "inferred"

    def why(self, lang: str = "zh") -> str:
        """Return the reason in a few words; a match of an inferred rule says so."""
        return self.said(self.reason, lang)

    def said(self, reason: str, lang: str = "zh") -> str:
        """Return the reason of one of the figures in a few words; a match of an inferred rule says so."""
        words = label("progress_reason", reason, lang)
        if reason != "comparable" or not self.inferred:
            return words
        inferred = label("deadline_basis", "inferred", lang)
        return f"{words}\uff08{inferred}\uff09" if lang == "zh" else f"{words} ({inferred})"


def progress(
    plan: Plan, more: Iterable[Baseline] = (), rules: MappingProxyType[str, Comparable] | None = None
) -> tuple[Progress, ...]:
    """Return what is known of every quantified target of a plan.

    Parameters
    ----------
    plan : Plan
    more : iterable of Baseline, optional
        Figures a planner has entered, beside the shipped ones.
    rules : mapping, optional
        The counting rule of each target; default the shipped ones (:func:`comparable`).
    """
    rules = comparable() if rules is None else rules
    figures = sorted((*plan.baselines, *more), key=lambda item: (item.date, item.id))
    return tuple(
        progress_of(target, figures, rules.get(target.id)) for target in plan.targets if target.quantified
    )


def progress_of(target: Target, figures: Iterable[Baseline], rule: Comparable | None) -> Progress:
    """Return what is known of one target.

    A figure takes part when it names the target, or has its category and unit and lies in its region.
    """
    about = [item for item in figures if _is_about(item, target)]
    followed = target.counting_rule or (rule.counting_rule if rule else None)
    if followed == UNSTATED:
        followed = None  # two counts that both leave their rule unsaid need not follow the same one
    beside = tuple(_beside(target, item, about, followed) for item in about)
    reasons = [item.reason for item in beside]
    if not target.quantified:
        reason = "not_quantified"
    elif "comparable" in reasons:
        reason = "comparable"
    elif not beside:
        reason = "no_figure"
    else:
        # The reason nearest to being mended comes first.
        order = (
            "increment_needs_start",
            "annual_needs_years",
            "rule_not_recorded",
            "figure_rule_unknown",
            "rule_differs",
            "other_region",
            "estimate_only",
        )
        reason = min(reasons, key=order.index)
    return Progress(target, followed, rule, beside, reason)


def comparable(root: Path | None = None) -> MappingProxyType[str, Comparable]:
    """Return the recorded counting rules by target; raises DataError with every problem of the file."""
    found, problems = read_comparable(root)
    raise_if_any(problems)
    return found


def read_comparable(
    root: Path | None = None,
) -> tuple[MappingProxyType[str, Comparable], tuple[Problem, ...]]:
    """Return the recorded counting rules that could be read, and every problem of the file."""
    path = (root or data_root()) / "baselines" / "comparable.csv"
    return _comparable(path.read_bytes() if path.is_file() else b"")


@functools.lru_cache(maxsize=32)
def _comparable(data: bytes) -> tuple[MappingProxyType[str, Comparable], tuple[Problem, ...]]:
    if not data:
        return MappingProxyType({}), ()
    read = table.parse(data, "comparable", "baselines/comparable.csv")
    rows = (Comparable(line=row.line, **row.values) for row in read.rows)
    return MappingProxyType({row.target: row for row in rows}), read.problems


def rows(plan: Plan, more: Iterable[Baseline] = ()) -> list[dict[str, Any]]:
    """Return one row a quantified target and reported figure (or one without a figure), for listings."""
    found = []
    for item in progress(plan, more):
        head = {
            "target": item.target.id,
            "plan": plan.id,
            "indicator_zh": item.target.indicator_zh,
            "indicator_en": item.target.indicator_en,
            "target_value": item.target.value,
            "unit": item.target.unit,
            "nature": item.target.nature,
            "deadline_year": item.target.deadline_year,
        }
        for beside in item.figures or (None,):
            found.append({**head, **_figure_row(item, beside)})
    return found


def _figure_row(item: Progress, beside: Attainment | None) -> dict[str, Any]:
    figure = beside.figure if beside else None
    reason = beside.reason if beside else item.reason
    share = beside.share if beside else None
    return {
        "date": figure.date if figure else None,
        "region_adcode": figure.region_adcode if figure else None,
        "figure_zh": figure.indicator_zh if figure else None,
        "figure_en": figure.indicator_en if figure else None,
        "value": figure.value if figure else None,
        "qualifier": figure.qualifier if figure else None,
        "counting_rule": figure.counting_rule if figure else None,
        "confidence": figure.confidence if figure else None,
        "source": figure.source if figure else None,
        "share": None if share is None else round(share, 6),
        "since": beside.since.id if beside and beside.since else None,
        "reason": reason,
        "reason_zh": item.said(reason, "zh"),
        "reason_en": item.said(reason, "en"),
        "note_zh": figure.note_zh if figure else None,
        "note_en": figure.note_en if figure else None,
    }


def _is_about(figure: Baseline, target: Target) -> bool:
    if figure.value is None or figure.unit != target.unit:
        return False
    if figure.related_target is not None:
        return figure.related_target == target.id
    return figure.category == target.category and _within(figure.region_adcode, target.region_adcode)


def _within(inner: str, outer: str) -> bool:
    if outer.endswith("0000"):
        return inner[:2] == outer[:2]
    return inner[:4] == outer[:4] if outer.endswith("00") else inner == outer


def _beside(target: Target, figure: Baseline, about: list[Baseline], rule: str | None) -> Attainment:
    if figure.confidence in UNVERIFIED or figure.counting_rule in ESTIMATES:
        return Attainment(figure, "estimate_only")
    if figure.region_adcode != target.region_adcode:
        return Attainment(figure, "other_region")
    if rule is None:
        return Attainment(figure, "rule_not_recorded")
    if figure.counting_rule == UNSTATED:
        return Attainment(figure, "figure_rule_unknown")
    if figure.counting_rule != rule:
        return Attainment(figure, "rule_differs")
    if not target.value or figure.value is None:
        return Attainment(figure, "no_figure")
    if target.nature in STOCKS:
        return Attainment(figure, "comparable", figure.value / target.value)
    if target.nature == "new":
        return _since_start(target, figure, about)
    return Attainment(figure, "annual_needs_years")


def _since_start(target: Target, figure: Baseline, about: list[Baseline]) -> Attainment:
    """Take the earliest figure of the same rule off a later one: what was newly built between the two."""
    same = [
        item
        for item in about
        if item.counting_rule == figure.counting_rule
        and item.region_adcode == figure.region_adcode
        and item.date < figure.date
    ]
    if not same or figure.value is None or not target.value:
        return Attainment(figure, "increment_needs_start")
    start = min(same, key=lambda item: item.date)
    return Attainment(figure, "comparable", (figure.value - (start.value or 0)) / target.value, start)
