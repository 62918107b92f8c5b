"""责任分解表: who answers for how much by when, district by district; what is not known stays unknown.

The amount of a scenario means one of three things (conventions P2), and the columns follow from it:

- *stock*: units are what must stand at the end of a year: the cumulative figure. New ones are that less the baseline.
- *increment* and *annual*: units are the new ones. The cumulative figure is the baseline and they.

A baseline is known of a whole region where a reported figure follows the target's own counting rule
(:mod:`plans.progress`); of a district only where the scenario knows its existing units. Sums are exact (R1), and a sum
over something unknown is unknown (M1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.promises import parts
from plans import progress
from plans.model import Body, Plan, Target
from scenarios.model import Allocation

#: Where a district's figure comes from (conventions P3).
DECREED, AGREED, COMPUTED, SET = "decreed", "agreed", "computed", "set"
BASES = {
    DECREED: ("文件指标", "in the document"),
    AGREED: ("商定(情景设定)", "agreed"),
    COMPUTED: ("测算分配", "computed"),
    SET: ("情景设定", "set in the scenario"),
}


@dataclass(frozen=True, slots=True)
class Year:
    """One year's end: units newly built in the period that ends then, and all that stand; None is unknown."""

    year: int | None
    new: int | None
    cumulative: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One district (assessment unit), or the region with the adcode ``""``.

    ``decreed`` is the figure that the document itself gives for the district; ``bodies`` are those of the responsible
    bodies that belong to this district.
    """

    adcode: str
    name_zh: str
    name_en: str
    population: int
    amount: int
    baseline: int | None
    years: tuple[Year, ...]
    basis: str
    decreed: float | None = None
    bodies: tuple[Body, ...] = ()

    @property
    def per_10k(self) -> float | None:
        """Units of the scenario for each 10,000 residents; None where nobody lives."""
        return self.amount / self.population * 1e4 if self.population else None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The whole table.

    Attributes
    ----------
    rows, total : rows of the districts, and their exact sum
    baseline : Attainment or None
        The reported figure that is the region's baseline.
    lead, others : tuple of Body
        Bodies that the document names as lead, and the other bodies of the region as a whole.
    """

    rows: tuple[Row, ...]
    total: Row
    baseline: progress.Attainment | None
    lead: tuple[Body, ...]
    others: tuple[Body, ...]


def of(allocation: Allocation, plan: Plan | None) -> Breakdown:
    """Return the table of a scenario's result; ``plan`` is the one whose target it distributes."""
    target = _target(allocation, plan)
    lead = plan.lead(target) if plan and target else ()
    named = plan.responsible(target) if plan and target else ()
    steps = _steps(allocation)
    baselines = _baselines(allocation)
    fixed = allocation.scenario.document["quotas"].get("fixed", {})
    decreed = (
        {t.region_adcode: float(t.value) for t in parts(plan, target) if t.value is not None}
        if plan and target
        else {}
    )
    rows, own = [], set()
    for i, record in enumerate(allocation.districts.to_dict("records")):
        adcode = str(record["adcode"])
        bodies = tuple(b for b in named if b.adcode == adcode and b.adcode != allocation.scenario.region)
        own |= {b.id for b in bodies}
        start = None if baselines is None else int(baselines[i])
        rows.append(
            Row(
                adcode=adcode,
                name_zh=str(record["name_zh"]),
                name_en=str(record["name_en"]),
                population=int(record["population"]),
                amount=int(record["quota"]),
                baseline=start,
                years=_years(
                    allocation.scenario.distributes, start, [(y, int(v[i])) for y, v in steps]
                ),
                basis=DECREED if adcode in decreed and decreed[adcode] == record["quota"]
                else AGREED if adcode in fixed else COMPUTED,
                decreed=decreed.get(adcode),
                bodies=bodies,
            )
        )  # fmt: skip
    baseline = _region_baseline(allocation, plan, target)
    lead_ids = {b.id for b in lead}
    others = tuple(b for b in named if b.id not in own | lead_ids)
    whole = _whole_basis(allocation, target)
    return Breakdown(tuple(rows), _total(allocation, rows, steps, baseline, whole), baseline, lead, others)


def _target(allocation: Allocation, plan: Plan | None) -> Target | None:
    if plan is None or not allocation.target:
        return None
    return plan.target_by_id.get(str(allocation.target["id"]))


def _steps(allocation: Allocation) -> list[tuple[int | None, np.ndarray]]:
    """Return the units by district at each milestone, or at the deadline alone."""
    deadline = (allocation.target or {}).get("deadline_year")
    whole = allocation.districts["quota"].to_numpy(dtype=np.int64)  # a quota without a cell counts too
    years: list[int | None] = [phase.year for phase in allocation.phases] or [deadline]
    before = [_by_unit(allocation, phase.units) for phase in allocation.phases[:-1]]
    return list(zip(years, [*before, whole], strict=True))


def _baselines(allocation: Allocation) -> np.ndarray | None:
    """Return the existing units that the scenario knows of, by district: part of a stock, beside an increment."""
    if "part_existing" in allocation.districts:
        return np.asarray(allocation.districts["part_existing"].to_numpy(dtype=np.int64))
    beside = allocation.solution.beside
    return None if beside is None else _by_unit(allocation, beside)


def _by_unit(allocation: Allocation, values: np.ndarray) -> np.ndarray:
    """Return the exact sum of whole numbers by cell over each assessment unit, in the order of ``districts``."""
    codes = allocation.districts["adcode"].to_numpy().astype(str)
    order = np.argsort(codes)
    place = order[np.searchsorted(codes, allocation.unit_adcodes, sorter=order)]
    sums = np.zeros(len(codes), dtype=np.int64)
    np.add.at(sums, place, values)
    return sums


def _years(
    distributes: str, baseline: int | None, steps: Sequence[tuple[int | None, int]]
) -> tuple[Year, ...]:
    found = []
    before = baseline if distributes == "stock" else 0
    for year, units in steps:
        new = None if before is None else units - before
        if distributes == "stock":
            cumulative: int | None = units
        else:
            cumulative = None if baseline is None else baseline + units
        found.append(Year(year, new, cumulative))
        before = units
    return tuple(found)


def _region_baseline(
    allocation: Allocation, plan: Plan | None, target: Target | None
) -> progress.Attainment | None:
    """Return the latest reported figure of the target's own counting rule, where it counts the same units."""
    if plan is None or target is None or target.unit != "count" or target.nature != "cumulative":
        return None
    found = next((p for p in progress.progress(plan) if p.target.id == target.id), None)
    return found.latest if found else None


def _whole_basis(allocation: Allocation, target: Target | None) -> str:
    """Return whose figure the whole is: the document's only where the document states this very number."""
    if allocation.scenario.document.get("objective") == "fewest_units":
        return COMPUTED
    stated = target is not None and target.unit == "count" and target.value == allocation.amount
    return DECREED if stated else SET


def _total(
    allocation: Allocation,
    rows: Sequence[Row],
    steps: Sequence[tuple[int | None, np.ndarray]],
    baseline: progress.Attainment | None,
    basis: str,
) -> Row:
    known = [row.baseline for row in rows]
    start: int | None = sum(b for b in known if b is not None) if None not in known else None
    if start is None and baseline is not None and baseline.figure.value is not None:
        start = int(baseline.figure.value)
    sums = [(year, int(values.sum())) for year, values in steps]
    whole = Row(
        adcode="",
        name_zh="合计",
        name_en="Total",
        population=sum(row.population for row in rows),
        amount=sum(row.amount for row in rows),
        baseline=start,
        years=_years(allocation.scenario.distributes, start, sums),
        basis=basis,
    )
    if whole.amount != allocation.amount:
        raise AssertionError("the districts do not sum to the whole (conventions R1)")
    return whole
