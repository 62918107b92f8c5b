"""What each assessment unit gets: agreed figures as they are, the rest by weights, fairness, floors and caps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import DataError, Gathering, Problem, RequestError, raise_if_any
from scenarios import brought, demand, words
from scenarios.allocation import apportionment
from scenarios.fingerprint import of_document
from scenarios.ground import Ground
from scenarios.model import Scenario

Ints = NDArray[np.int64]
#: Ends of names that a table may leave out: 白云 is 白云区.
_ENDS = ("区", "市", "县", "自治县", " District", " City", " County")


@dataclass(frozen=True, slots=True)
class Zone:
    """An assessment unit without a boundary: its quota stands, no cell can hold it."""

    code: str
    name: str
    units: int


def is_inverse(scenario: Scenario) -> bool:
    """Whether the scenario asks for the fewest units that reach a goal, not for a place for each of a given number."""
    return scenario.document.get("objective") == "fewest_units"


def is_free(scenario: Scenario) -> bool:
    """Whether the districts' counts follow from the siting instead of being given to it."""
    return bool(scenario.document["quotas"]["method"] == "free")


def unplaced(scenario: Scenario) -> tuple[Zone, ...]:
    """Return the units without a boundary that the scenario names, with codes of their own (X00001, ...)."""
    stated: Mapping[str, int] = scenario.document["quotas"].get("unplaced", {})
    return tuple(Zone(f"X{i:05d}", name, count) for i, (name, count) in enumerate(sorted(stated.items()), 1))


def quotas_of(scenario: Scenario, land: Ground, amount: int) -> Ints:
    """Return the quota of each assessment unit: agreed ones as they are, the rest by the mix of weights.

    The quotas and those of :func:`unplaced` sum to ``amount`` exactly.

    Raises
    ------
    RequestError
        When agreed figures, floors and caps cannot be met together; the message names the difference.
    """
    rule = scenario.document["quotas"]
    left = amount - sum(zone.units for zone in unplaced(scenario))
    if left < 0:
        raise RequestError(
            f"quotas.unplaced holds {amount - left:,}, more than the whole amount of {amount:,}; change one of them",
            f"{words.place(('quotas', 'unplaced'), 'zh')}合计 {amount - left:,},超过总量 {amount:,};请修改其一",
        )
    if is_free(scenario) or is_inverse(scenario):
        return np.array([left], dtype=np.int64)
    found = Gathering()
    fixed = found.of(lambda: agreed(scenario, land, left))
    within = found.of(lambda: limits(scenario, land, fixed or {}, left))
    weights = found.of(lambda: shares(scenario, land))
    found.done()
    assert within is not None
    assert weights is not None
    floors, caps = within
    if rule["method"] == "largest_remainder":
        return apportionment.largest_remainder(left, weights, floors=floors, caps=caps)
    return apportionment.divisor(left, weights, method=rule["method"], floors=floors, caps=caps)


def require_units(key: str, codes: Iterable[str], land: Ground) -> None:
    """Refuse codes that are no assessment unit of the region; ``key`` is where they stand.

    Raises
    ------
    RequestError
        With every such code, and the units that there are.
    """
    known = land.units["adcode"].tolist()
    strange = sorted(set(codes) - set(known))
    if not strange:
        return
    named = "、".join(c if (zh := words.part(c, "zh")) == c else f"{zh}({c})" for c in strange)
    there = "、".join(f"{zh}({code})" for zh, code in zip(land.units["name_zh"], known, strict=True))
    raise RequestError(
        f"{key} names units outside the region: {', '.join(strange)}; its units are {', '.join(known)}",
        f"{words.place(tuple(key.split('.')), 'zh')}中的单元不在该区域内:{named};可用:{there}",
    )


def room_for_existing(existing: Ints, quotas: Ints, ground: Ground) -> None:
    """Refuse quotas that cannot hold the units that stand already, naming every unit that is short."""
    standing = ground.sum_by_unit(existing)
    short = np.flatnonzero(standing > quotas).tolist()
    if not short:
        return
    names = ground.units
    told = [
        (names["name_zh"].iloc[g], names["name_en"].iloc[g], int(standing[g]), int(quotas[g])) for g in short
    ]
    raise RequestError(
        "existing units do not fit their quotas: "
        + "; ".join(f"{en}: {have:,} stand, quota {quota:,}" for _, en, have, quota in told)
        + ". Raise those quotas (quotas.fixed), or distribute an increment instead of the stock",
        "既有数量超过配额:"
        + ";".join(f"{zh}:既有 {have:,},配额 {quota:,}" for zh, _, have, quota in told)
        + "。请提高这些配额(商定配额),或把数量口径改为新增量",
    )


def no_room(short: Sequence[tuple[int, int, int]], units: pd.DataFrame) -> RequestError:
    """Return the refusal with every unit (row, quota, room) whose cells cannot hold its quota."""
    en, zh = units["name_en"], units["name_zh"]
    return RequestError(
        "; ".join(
            f"{en.iloc[g]}: {n:,} units do not fit, its cells hold at most {room:,}" for g, n, room in short
        )
        + ". Raise the cap of a cell or lower these quotas",
        ";".join(f"{zh.iloc[g]}:{n:,} 个单位放不下,其网格最多容纳 {room:,} 个" for g, n, room in short)
        + ";请提高单格上限或降低这些配额",
    )


def agreed(scenario: Scenario, land: Ground, amount: int) -> dict[str, int]:
    """Return the agreed quota by code: ``quotas.fixed`` and the rows of ``quotas.file``.

    Raises
    ------
    RequestError
        When a code is not of the region, or the agreed figures do not add up with the amount.
    """
    rule = scenario.document["quotas"]
    fixed: dict[str, int] = {**_from_file(scenario, land), **rule.get("fixed", {})}
    require_units("quotas.fixed", fixed, land)
    adcodes = land.units["adcode"].tolist()
    total, everyone = sum(fixed.values()), set(fixed) == set(adcodes)
    if total > amount or (everyone and total != amount):
        more = total - amount
        raise RequestError(
            f"the agreed quotas sum to {total:,}, the amount to be shared out is {amount:,}: "
            f"{abs(more):,} too {'many' if more > 0 else 'few'}; change a quota or the amount",
            f"商定配额合计 {total:,},待分配数量 {amount:,},{'多' if more > 0 else '少'} {abs(more):,};请修改配额或数量",
        )
    return fixed


def shares(scenario: Scenario, land: Ground) -> NDArray[np.int64]:
    """Return the claim of each unit, as whole numbers: its weights, moved towards equal service by ``fairness``.

    With fairness f a unit claims ``(1 - f) x its share of the weights + f x its share of built-up land``: at 0 the
    weights alone decide, at 1 every unit has as many units on a km² of (modelled) built-up land as any other.
    """
    rule = scenario.document["quotas"]
    if "weights" not in rule:
        raise RequestError(
            "quotas.weights: say by what the units share, for example residents: 1",
            f"{words.place(('quotas', 'weights'), 'zh')}:请给出各区按什么分配,例如按常住人口,权重 1",
        )
    weights = land.sum_by_unit(demand.mix(land.surface, rule["weights"]))
    fairness = float(rule.get("fairness", 0.0))
    if fairness == 0.0:
        return weights
    land_m2 = land.sum_by_unit(demand.named(land.surface, "built_up"))
    mixed = (1 - fairness) * weights / weights.sum() + fairness * land_m2 / land_m2.sum()
    return np.rint(mixed * demand.MIX_SCALE).astype(np.int64)


def limits(scenario: Scenario, land: Ground, fixed: Mapping[str, int], amount: int) -> tuple[Ints, Ints]:
    """Return the least and most that each unit may get; an agreed figure is both.

    Raises
    ------
    RequestError
        When floors exceed caps somewhere, or all floors exceed, or all caps fall short of, the amount.
    """
    rule = scenario.document["quotas"]
    codes = land.units["adcode"].tolist()
    people = land.sum_by_unit(land.people)
    found = Gathering()
    for key in ("floors", "caps"):
        stated = (rule.get(key) or {}).get("by_unit", {})
        found.of(lambda k=key, s=stated: require_units(f"quotas.{k}.by_unit", s, land))  # type: ignore[misc]
    floors = _stated(rule.get("floors") or {}, codes, people, np.ceil, 0)
    caps = _stated(rule.get("caps") or {}, codes, people, np.floor, amount)
    for i, code in enumerate(codes):
        if code in fixed:
            floors[i] = caps[i] = fixed[code]
    _require_sums(found, floors, caps, amount)
    crossed = np.flatnonzero(floors > caps).tolist()
    if crossed:
        names = list(zip(land.units["name_zh"], land.units["name_en"], strict=True))
        found.refuse(
            "; ".join(
                f"{names[i][1]}: its floor of {floors[i]:,} is above its cap of {caps[i]:,}" for i in crossed
            )
            + "; change one of them",
            ";".join(f"{names[i][0]}:配额下限 {floors[i]:,} 高于上限 {caps[i]:,}" for i in crossed)
            + ";请修改其一",
        )
    found.done()
    return floors, caps


def _require_sums(found: Gathering, floors: Ints, caps: Ints, amount: int) -> None:
    """Refuse floors that sum to more, and caps that sum to less, than the amount."""
    low, high = int(floors.sum()), int(caps.sum())
    if low > amount:
        found.refuse(
            f"the floors of the units sum to {low:,}, {low - amount:,} more than the amount of {amount:,}; the nearest "
            f"amount that they allow is {low:,}. Lower the floors or raise the amount",
            f"各单元配额下限合计 {low:,},比数量 {amount:,} 多 {low - amount:,};可行的最近数量为 {low:,}。"
            "请降低下限或增加数量",
        )
    if high < amount:
        found.refuse(
            f"the caps of the units sum to {high:,}, {amount - high:,} less than the amount of {amount:,}; the nearest "
            f"amount that they allow is {high:,}. Raise the caps or lower the amount",
            f"各单元配额上限合计 {high:,},比数量 {amount:,} 少 {amount - high:,};可行的最近数量为 {high:,}。"
            "请提高上限或减少数量",
        )


def file_digest(scenario: Scenario, land: Ground) -> str | None:
    """Return the SHA-256 of what a table of agreed quotas says; None without one."""
    if not scenario.document["quotas"].get("file"):
        return None
    return of_document(_from_file(scenario, land))


def _stated(rule: Mapping[str, Any], codes: list[str], people: Ints, rounded: Any, default: int) -> Ints:
    """Return the limit of each unit: the strictest stated; a floor rounds up, a cap down."""
    strictest = np.maximum if rounded is np.ceil else np.minimum
    result = np.full(len(codes), int(rule.get("units", default)), dtype=np.int64)
    if "per_10k" in rule:
        by_people = rounded(np.round(people * float(rule["per_10k"]) / 1e4, 9)).astype(np.int64)
        result = strictest(result, by_people)
    own = np.array(
        [int(rule.get("by_unit", {}).get(c, d)) for c, d in zip(codes, result.tolist(), strict=True)]
    )
    return np.asarray(strictest(result, own), dtype=np.int64)


def _from_file(scenario: Scenario, land: Ground) -> dict[str, int]:
    """Return the agreed quota by code from a table whose rows name a unit by code or by name."""
    name = scenario.document["quotas"].get("file")
    if not name:
        return {}
    known = _names(land)
    found: dict[str, int] = {}
    problems = []
    for line, unit, count in brought.quota_rows(scenario, str(name)):
        code = known.get(unit) or known.get(unit.casefold())
        if code is None:
            problems.append((line, f"{unit!r} is no unit of the region", f"“{unit}”不是该区域的考核单元"))
        elif code in found:
            problems.append((line, f"{unit!r} stands twice", f"“{unit}”重复"))
        else:
            found[code] = count
    raise_if_any(Problem("quota_file", f"{name} line {line}", en, zh) for line, en, zh in problems)
    if not found:
        raise DataError(f"{name}: holds no quota", f"{name}:没有配额行")
    return found


def _names(land: Ground) -> dict[str, str]:
    known: dict[str, str] = {}
    for row in land.units.itertuples():
        for name in (str(row.adcode), str(row.name_zh), str(row.name_en).casefold()):
            known[name] = str(row.adcode)
            for end in _ENDS:
                if name.endswith(end.casefold()) and len(name) > len(end) + 1:
                    known.setdefault(name.removesuffix(end.casefold()), str(row.adcode))
    return known
