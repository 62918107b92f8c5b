"""责任分解表: who answers for how much by when, district by district; what is not known stays unknown.

The amount of a scenario means one of three things (conventions P2), and the columns follow from it:

- *stock*: units are what must stand at the end of a year: the cumulative figure. New ones are that less the baseline.
- *increment* and *annual*: units are the new ones. The cumulative figure is the baseline and they.

A baseline is known of a whole region where a reported figure follows the target's own counting rule
(:mod:`plans.progress`); of a district only where the scenario knows its existing units, and these are then the region's
too. A target of another region gives this one no baseline and no figure of the document. Sums are exact (R1), and a sum
over something unknown is unknown (M1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.allocation import has_cells
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
    population: int | None
    amount: int
    baseline: int | None
    years: tuple[Year, ...]
    basis: str
    decreed: float | None = None
    bodies: tuple[Body, ...] = ()

    @property
    def per_10k(self) -> float | None:
        """Units of the scenario for each 10,000 residents; None where nobody lives or nobody knows how many do."""
        return self.amount / self.population * 1e4 if self.population else None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The whole table.

    Attributes
    ----------
    rows, total : rows of the districts, and their exact sum
    baseline : Attainment or None
        The reported figure that is the region's baseline; None too where the scenario has a list of its own.
    inferred : bool
        A reader inferred that this figure follows the target's counting rule.
    listed : bool
        The baseline is the list of existing units that the scenario holds.
    elsewhere : bool
        The target is another region's: neither its figures nor its baseline are this one's, nor its bodies unless it is
        the region's city.
    lead, others : tuple of Body
        Bodies that the document names as lead, and the other bodies of the region as a whole.
    """

    rows: tuple[Row, ...]
    total: Row
    baseline: progress.Attainment | None
    lead: tuple[Body, ...]
    others: tuple[Body, ...]
    inferred: bool = False
    listed: bool = False
    elsewhere: bool = False


def of(allocation: Allocation, plan: Plan | None) -> Breakdown:
    """Return the table of a scenario's result; ``plan`` is the one whose target it distributes."""
    target = _target(allocation, plan)
    elsewhere = target is not None and target.region_adcode != allocation.scenario.region
    answers = plan is not None and target is not None and _of_city(allocation.scenario.region, target)
    lead = plan.lead(target) if plan and target and answers else ()
    named = plan.responsible(target) if plan and target and answers else ()
    plan, target = (None, None) if elsewhere else (plan, target)
    steps, baselines = _steps(allocation), _baselines(allocation)
    rows = _rows(allocation, plan, target, named, steps, baselines)
    own = {body.id for row in rows for body in row.bodies}
    # the units that the planner brought are what this run stands on; a reported figure is another count
    reported = _reported(plan, target) if baselines is None else None
    baseline = reported.latest if reported else None
    start = sum(b for b in baselines if b is not None) if baselines is not None else None
    if baseline is not None and baseline.figure.value is not None:
        start = int(baseline.figure.value)
    lead_ids = {b.id for b in lead}
    return Breakdown(
        rows=rows,
        total=_total(allocation, rows, steps, start, _whole_basis(allocation, target)),
        baseline=baseline,
        lead=lead,
        others=tuple(b for b in named if b.id not in own | lead_ids),
        inferred=baseline is not None and reported is not None and reported.inferred,
        listed=baselines is not None,
        elsewhere=elsewhere,
    )


def _rows(
    allocation: Allocation,
    plan: Plan | None,
    target: Target | None,
    named: Sequence[Body],
    steps: Sequence[tuple[int | None, np.ndarray]],
    baselines: Sequence[int | None] | None,
) -> tuple[Row, ...]:
    """Return one row an assessment unit."""
    fixed = allocation.scenario.document["quotas"].get("fixed", {})
    decreed = (
        {t.region_adcode: float(t.value) for t in parts(plan, target) if t.value is not None}
        if plan and target
        else {}
    )
    known = has_cells(allocation)
    rows = []
    for i, record in enumerate(allocation.districts.to_dict("records")):
        adcode = str(record["adcode"])
        start = None if baselines is None else baselines[i]
        rows.append(
            Row(
                adcode=adcode,
                name_zh=str(record["name_zh"]),
                name_en=str(record["name_en"]),
                population=int(record["population"]) if known[i] else None,
                amount=int(record["quota"]),
                baseline=start,
                years=_years(
                    allocation.scenario.distributes, start, [(y, int(v[i])) for y, v in steps]
                ),
                basis=DECREED if adcode in decreed and decreed[adcode] == record["quota"]
                else AGREED if adcode in fixed or not known[i] else COMPUTED,
                decreed=decreed.get(adcode),
                bodies=tuple(b for b in named if b.adcode == adcode and b.adcode != allocation.scenario.region),
            )
        )  # fmt: skip
    return tuple(rows)


def _target(allocation: Allocation, plan: Plan | None) -> Target | None:
    if plan is None or not allocation.target:
        return None
    return plan.target_by_id.get(str(allocation.target["id"]))


def _of_city(region: str, target: Target) -> bool:
    """Whether a target is the region's or its city's, so that those who answer for it answer here."""
    return target.region_adcode in {region, f"{region[:4]}00"}


def _steps(allocation: Allocation) -> list[tuple[int | None, np.ndarray]]:
    """Return the units by district at each milestone, or at the deadline alone."""
    deadline = (allocation.target or {}).get("deadline_year")
    whole = allocation.districts["quota"].to_numpy(dtype=np.int64)  # a quota without a cell counts too
    years: list[int | None] = [phase.year for phase in allocation.phases] or [deadline]
    before = [_by_unit(allocation, phase.units) for phase in allocation.phases[:-1]]
    return list(zip(years, [*before, whole], strict=True))


def _baselines(allocation: Allocation) -> list[int | None] | None:
    """Return the existing units that the scenario knows of, by district: part of a stock, beside an increment.

    Of a unit without a boundary nobody can say which of them are its own.
    """
    if "part_existing" in allocation.districts:
        found = allocation.districts["part_existing"].to_numpy(dtype=np.int64)
    elif allocation.solution.beside is not None:
        found = _by_unit(allocation, allocation.solution.beside)
    else:
        return None
    return [n if known else None for n, known in zip(found.tolist(), has_cells(allocation), strict=True)]


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


def _reported(plan: Plan | None, target: Target | None) -> progress.Progress | None:
    """Return what is reported by the target's own counting rule, where that counts the same units."""
    if plan is None or target is None or target.unit != "count" or target.nature != "cumulative":
        return None
    return next((p for p in progress.progress(plan) if p.target.id == target.id), None)


def _whole_basis(allocation: Allocation, target: Target | None) -> str:
    """Return whose figure the whole is: the document's only where it states this very number, and of the same kind."""
    if allocation.scenario.document.get("objective") == "fewest_units":
        return COMPUTED
    kinds = {"stock": progress.STOCKS, "increment": {"new"}}.get(allocation.scenario.distributes, set())
    stated = target is not None and target.unit == "count" and target.value == allocation.amount
    return DECREED if stated and target is not None and target.nature in kinds else SET


def _total(
    allocation: Allocation,
    rows: Sequence[Row],
    steps: Sequence[tuple[int | None, np.ndarray]],
    start: int | None,
    basis: str,
) -> Row:
    sums = [(year, int(values.sum())) for year, values in steps]
    whole = Row(
        adcode="",
        name_zh="合计",
        name_en="Total",
        population=sum(row.population for row in rows if row.population is not None),
        amount=sum(row.amount for row in rows),
        baseline=start,
        years=_years(allocation.scenario.distributes, start, sums),
        basis=basis,
    )
    if whole.amount != allocation.amount:
        raise AssertionError("the districts do not sum to the whole (conventions R1)")
    return whole
