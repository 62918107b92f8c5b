"""The certificate and the data's uncertainty in plain words.

A certificate speaks of the inputs as they are: that no plan does much better on them. It says nothing of whether the
inputs are right; that is what the re-runs on perturbed data are for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from geo import population
from layers import demand_words
from layers.words import share
from scenarios import facility
from scenarios import words as key_words
from scenarios.model import Allocation
from scenarios.solution import Stage

_STATUS = {
    "confirmed": ("核实", "confirmed"),
    "derived": ("推导", "derived"),
    "unverified": ("未核实", "unverified"),
    "assumption": ("假定", "assumed"),
}
UNKNOWN = ("未知", "unknown")
#: Weights whose sum over a district is the census's own figure, whatever the model of cells.
_OF_CENSUS = {"residents", "households"}


def coverage(allocation: Allocation, lang: str) -> str:
    """Return what the plan reaches, in one sentence; empty when nothing is to be reached."""
    found = allocation.coverage
    if not found:
        return ""
    zh = lang == "zh"
    part, whole = (demand_words.quantity(found[k], found, lang) for k in ("covered", "demand"))
    reached = f"{part} / {whole}"
    of, how = demand_words.reached(allocation, lang), modelled(allocation, lang)
    text = (
        f"覆盖{of}{share(found['share'])}({reached},{how})。"
        if zh
        else f"It reaches {share(found['share'])} of the {of} ({reached}, {how})."
    )
    goal = found.get("goal")
    if goal is not None:
        met = found["share"] >= goal
        said = ("达到", "reached") if met else ("未达到", "not reached")
        text += f"目标{share(goal)},{said[0]}。" if zh else f" The goal of {share(goal)} is {said[1]}."
    least = floors(allocation, lang)
    return text + ("" if zh or not least else " ") + least


def modelled(allocation: Allocation, lang: str) -> str:
    """Return how a coverage is known: by the model of people, or computed on people that somebody brought."""
    own = demand_words.is_own(allocation.scenario)
    if lang == "zh":
        return "测算" if own else "模型推算"
    return "computed" if own else "modelled"


def floors(allocation: Allocation, lang: str) -> str:
    """Return whether every unit has the share that was asked of it, and which has least; empty where none was asked."""
    asked = allocation.scenario.document.get("coverage") or {}
    table = allocation.districts
    if not (asked.get("floor") or asked.get("floors")) or "coverage_share" not in table:
        return ""
    by_unit = asked.get("floors") or {}
    wanted = [float(by_unit.get(a, asked.get("floor", 0.0))) for a in table["adcode"]]
    found = table["coverage_share"].astype(float)
    known = found.notna()
    met = bool((found[known] >= [w - 1e-6 for w, k in zip(wanted, known, strict=True) if k]).all())
    lowest = table.iloc[int(np.nanargmin(found.to_numpy()))]
    floor = share(max(wanted)) if len(set(wanted)) == 1 else ("各区各异" if lang == "zh" else "by district")
    of_part = demand_words.of_part(allocation) and allocation.coverage is not None
    if lang == "zh":
        whose = f"{demand_words.reached(allocation, lang)}的" if of_part else ""
        end = f"最低为{lowest['name_zh']}{share(float(lowest['coverage_share']))}"
        return f"每区{whose}覆盖底线({floor}){'均已达到' if met else '未全部达到'},{end}。"
    end = f"the lowest is {lowest['name_en']} with {share(float(lowest['coverage_share']))}"
    whose = f" for the {demand_words.reached(allocation, lang)}" if of_part else ""
    return (
        f"The floor in every district ({floor}){whose} is {'kept' if met else 'not kept everywhere'}; {end}."
    )


def certificate(allocation: Allocation, lang: str) -> list[str]:
    """Return one sentence a stage, and what a certificate does not say."""
    found = [text for stage in allocation.solution.stages if (text := _stage(allocation, stage, lang))]
    if not found:
        return ["未出具证书。" if lang == "zh" else "No certificate was made."]
    caution = (
        "证书只说明在上述输入数据下方案与最优相差多少,不说明数据是否准确。"
        if lang == "zh"
        else "A certificate says how far the plan is from the best on these inputs, not whether the inputs are right."
    )
    return [*found, caution]


def _stage(allocation: Allocation, stage: Stage, lang: str) -> str:
    zh = lang == "zh"
    if stage.name == "coverage" and allocation.coverage:
        return _coverage_stage(allocation, stage, lang)
    if stage.name == "inverse":
        return _inverse_stage(allocation, stage, lang)
    if stage.name == "share":
        return _share_stage(allocation, lang)
    if stage.name == "capacity" and stage.proven:
        return (
            "布点已定之后,其余数量按“各网格单位负荷尽量均衡”分配,已证明是最优分法。"
            if zh
            else "With the sites fixed, the rest is divided so that loads are as even as can be: proven best."
        )
    words = stage.objective_zh if zh else stage.objective_en
    if stage.proven:
        return (
            f"{words}:已是最优,任何其他分法都不会更好。"
            if zh
            else f"{_sentence(words)}: proven best; no other division does better."
        )
    if stage.gap is None:
        return f"{words}:未计算界限。" if zh else f"{_sentence(words)}: no bound was computed."
    gap = rounded_up(stage.gap)
    return f"{words}:与界限相差不超过{gap}。" if zh else f"{_sentence(words)}: within {gap} of the bound."


def _share_stage(allocation: Allocation, lang: str) -> str:
    document = allocation.scenario.document
    rule = document.get("cells") or {"method": "largest_remainder"}
    named = key_words.option("cells.method", str(rule["method"]), lang)
    zero = not allocation.unplaced  # a unit without a boundary keeps its quota, no cell holds it
    if lang == "zh":
        beyond = "先满足关联情景所需站址,其余" if document.get("linked") else ""
        end = "各网格之和与总量完全一致" if zero else f"各网格之和与总量只差未落图的{allocation.unplaced:,}"
        return f"整数分配方法:{beyond}按{named}精确分配;{end}。"
    beyond = "first the sites that the linked scenario needs, the rest " if document.get("linked") else ""
    end = (
        "the cells sum exactly to the whole"
        if zero
        else f"the cells sum exactly to the whole less {allocation.unplaced:,} that no cell holds"
    )
    return f"Whole numbers: {beyond}by {named}, exactly; {end}."


def _coverage_stage(allocation: Allocation, stage: Stage, lang: str) -> str:
    zh = lang == "zh"
    found = allocation.coverage or {}
    alike = (
        ("站点数相同的任何方案", "no plan with as many sites")
        if _alike(allocation)
        else ("各区数量不变、站点数相同的任何方案", "no plan with as many sites in each district")
    )
    if stage.bound is None:
        return (
            "覆盖:未计算界限,不能说明离最优多远。"
            if zh
            else "Coverage: no bound was computed, so how far it is from the best is not known."
        )
    basis = _basis(allocation)
    more = max(0.0, stage.bound - stage.objective)
    if stage.proven or more == 0:
        return f"{basis[0]},{alike[0]}都不能覆盖更多。" if zh else f"{basis[1]}, {alike[1]} could reach more."
    percent = rounded_up(possible(stage) or 0.0) if stage.objective else "—"
    extra = demand_words.quantity(math.ceil(more), found, lang)
    if zh:
        return f"{basis[0]},{alike[0]}最多只能比本方案多覆盖{percent}({extra})。"
    return f"{basis[1]}, {alike[1]} could reach more than {percent} more than this one ({extra})."


def _basis(allocation: Allocation) -> tuple[str, str]:
    """Return what a certificate of coverage holds on: whose people, which radii, and which part of the demand."""
    of_part = demand_words.of_part(allocation)
    only_zh = f"(只计{demand_words.reached(allocation, 'zh')})" if of_part else ""
    only_en = f" ({demand_words.reached(allocation, 'en')} only)" if of_part else ""
    if (allocation.coverage or {}).get("demand_name") != "residents":
        return f"在这些数据和服务半径下{only_zh}", f"On these data and radii{only_en}"
    if demand_words.is_own(allocation.scenario):
        return (
            f"在自备人口数据和这些服务半径下{only_zh}",
            f"On the population brought and these radii{only_en}",
        )
    return f"在本推算人口和这些服务半径下{only_zh}", f"On this modelled population and these radii{only_en}"


def possible(stage: Stage) -> float | None:
    """Return how much better than this one a plan may be, as a share of what this one reaches (or takes).

    0 where none is better; None where no bound was computed. Whoever prints it rounds up: :func:`rounded_up`.
    """
    if stage.proven:
        return 0.0
    if stage.bound is None or not stage.objective:
        return None
    better = stage.objective - stage.bound if stage.name == "inverse" else stage.bound - stage.objective
    return max(0.0, better) / abs(stage.objective)


def saturation(allocation: Allocation, lang: str) -> str:
    """Return at how many sites coverage grows no more, beside this plan's; empty where that was not worked out.

    The engine counts what a scenario counts: stations, of which a site of mobile networks holds one for each.
    """
    solution = allocation.solution
    if solution.saturates_at is None or solution.sites is None:
        return ""
    full = -(-solution.saturates_at // per_site(allocation))
    here = int(solution.sites.sum())
    zh = lang == "zh"
    # one unit, or none with a quota of its own: the curve is under the same rules as the plan
    quotas = ("", "") if _alike(allocation) else ("不设分区配额、", " and without district quotas")
    said = (
        f"{quotas[0]}只求覆盖时,逐个选最有用的站址,约{full:,}处即可覆盖所有能覆盖的;本方案有{here:,}处"
        if zh
        else f"For coverage alone{quotas[1]}, the most useful first, about {full:,} sites reach all that can be "
        f"reached; this plan has {here:,}"
    )
    stage = next((stage for stage in solution.stages if stage.name == "coverage"), None)
    if here < full or stage is None or possible(stage) != 0:
        return f"{said}。" if zh else f"{said}."
    end = ",不少于此数:“无差距”不算成绩。" if zh else ": not fewer, so that “no gap” is no achievement."
    return said + end


def _alike(allocation: Allocation) -> bool:
    """Whether the plan was free to place its sites anywhere in the region."""
    return allocation.scenario.document["quotas"]["method"] == "free" or len(allocation.districts) == 1


def per_site(allocation: Allocation) -> int:
    """Return how many of the engine's counted units stand on a complete site: stations of the networks, else 1."""
    found = allocation.solution.facts.get("stations_per_site")
    return int(found) if isinstance(found, int) and found > 0 else 1


def _inverse_stage(allocation: Allocation, stage: Stage, lang: str) -> str:
    zh = lang == "zh"
    unit = allocation.profile.unit_zh if allocation.profile and zh else "units"
    if allocation.profile and not zh:
        unit = allocation.profile.unit_en
    used, basis = f"{stage.objective:,.0f}", _basis(allocation)
    if stage.proven:
        return (
            f"{basis[0]},已证明少于{used}{unit}不可能达到目标。"
            if zh
            else f"{basis[1]} it is proven that fewer than {used} {unit} cannot reach the goal."
        )
    if stage.bound is None:
        return (
            f"本方案用{used}{unit};未计算下限。"
            if zh
            else f"The plan takes {used} {unit}; no lower bound was computed."
        )
    least = f"{math.ceil(stage.bound - 1e-9):,}"
    return (
        f"{basis[0]},本方案用{used}{unit};任何方案至少需要{least}{unit}。"
        if zh
        else f"{basis[1]} the plan takes {used} {unit}; any plan needs at least {least}."
    )


def uncertainty(allocation: Allocation, measured: Mapping[str, Any] | None, lang: str) -> list[str]:
    """Return what the data's own error means for the plan; when it was not measured, that."""
    zh = lang == "zh"
    if not allocation.coverage:
        return [shared_out(allocation, lang)]
    own = demand_words.is_own(allocation.scenario)
    if measured is None:
        people = "人口为自备数据" if own else "网格人口为模型推算"
        people_en = "People are of one's own data" if own else "People by cell are modelled"
        return [
            f"数据误差对覆盖率的影响:未测算。{people},实际覆盖率可能高于或低于上述数值。"
            if zh
            else f"What the data's own error does to coverage: not measured. {people_en}; true coverage may be "
            "higher or lower.",
            _error_basis(allocation, lang),
        ]
    of = demand_words.reached(allocation, lang)
    reached, (near, far) = measured["covered_share"], distances_drawn(measured)
    low, middle, high = (share(reached[k]) for k in ("low", "median", "high"))
    first = (
        f"考虑数据自身误差(人口按模型误差扰动、服务距离按{near}至{far}倍变化,"
        f"重算{measured['runs']}次),本方案的{of}覆盖率在{low}与{high}之间,中位数{middle}。"
        if zh
        else f"With the data's own error (people perturbed by the model's error, distances times {near} to "
        f"{far}, {measured['runs']} re-runs) coverage of the {of} lies between {low} and {high}, median {middle}."
    )
    return [first, stability(allocation, measured, lang), _error_basis(allocation, lang)]


def shared_out(allocation: Allocation, lang: str) -> str:
    """Say of units shared out by demand what their numbers rest on: in cells, and in districts."""
    document, zh = allocation.scenario.document, lang == "zh"
    rule = document["quotas"]
    of_cells = (document.get("cells") or {}).get("weights") or {"residents": 1}
    cells = _named(of_cells, lang)
    own = demand_words.is_own(allocation.scenario) and "residents" in of_cells
    if zh:
        known = "含自备人口" if own else "网格上的数据为模型推算或地图点数"
        text = f"本情景只按需求比例分配,不计算覆盖;各网格数量按{cells}分配,{known},数量随之不确定"
    else:
        known = "with one's own people" if own else "modelled or counted on a map"
        text = (
            "This scenario shares units out by demand and computes no coverage. Cells share by "
            f"{cells}, {known}, and their numbers are as unsure"
        )
    if rule["method"] == "free":
        return (
            f"{text},各区数量为网格之和,同样不确定。" if zh else f"{text}; so are the districts', their sums."
        )
    weights = {**rule.get("weights", {}), **({"built_up": 1} if rule.get("fairness") else {})}
    districts = _named(weights, lang)
    used = {name for name, value in weights.items() if value}
    agreed = bool(rule.get("fixed") or rule.get("file"))
    which = (
        ("商定之外的各区数量", "districts without an agreed figure") if agreed else ("各区数量", "districts")
    )
    if demand_words.is_own(allocation.scenario) and "residents" in weights:
        end = (f"按{districts}(自备数据)", f"go by {districts} (own data)")
    elif used <= {"area"}:
        end = (f"按{districts},不受影响", f"go by {districts} and are not touched by that")
    elif used <= _OF_CENSUS:
        end = (f"按普查{districts},不受影响", f"go by {districts} of the census and are not touched by that")
    else:
        end = (
            f"也按{districts}分配,不全是普查数,同样不确定",
            f"go by {districts}, not all figures of the census, and are as unsure",
        )
    return f"{text};{which[0]}{end[0]}。" if zh else f"{text}; {which[1]} {end[1]}."


def _named(weights: Mapping[str, Any], lang: str) -> str:
    names = [key_words.part(name, lang) for name, value in weights.items() if value]
    return "、".join(names) if lang == "zh" else ", ".join(name[:1].lower() + name[1:] for name in names)


def distances_drawn(measured: Mapping[str, Any]) -> tuple[str, str]:
    """Return the least and the greatest factor by which the re-runs multiplied distances: as drawn, not as allowed."""
    drawn = measured["distance_factors"]
    return f"{drawn['low']:.2f}", f"{drawn['high']:.2f}"


def stability(allocation: Allocation, measured: Mapping[str, Any], lang: str) -> str:
    """Say how much of the plan stays in place on other data, and how many units stand where most re-runs put none."""
    same = [share(measured[k]) for k in ("same_district", "same_parent", "same_cell")]
    fragile = measured["fragile_units"]
    part = share(fragile / allocation.allocated)
    if lang == "zh":
        return (
            f"若按每次的数据重新布点,{same[0]}的数量仍在同一区,{same[1]}仍在同一片(上一级网格),{same[2]}仍在同一网格;"
            f"{fragile:,}个单位({part})所在的网格在多数重算中不被选中,定点前应现场核实。"
        )
    return (
        f"Planned anew on each of these data, {same[0]} of the units stay in their district, {same[1]} in the same "
        f"neighbourhood (parent cell) and {same[2]} in the same cell; {fragile:,} units ({part}) stand in cells that "
        "most re-runs do not use and need a look on the ground first."
    )


def _error_basis(allocation: Allocation, lang: str) -> str:
    """Say how the error of the population model is known."""
    scenario = allocation.scenario
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    levels = (surface.metadata.get("error") or {}).get("levels") or []
    if not levels:
        return "人口数据的误差:未知。" if lang == "zh" else "The error of the population data: unknown."
    texts = list(dict.fromkeys(str(level.get(f"basis_{lang}", "")) for level in levels))
    joined = (";" if lang == "zh" else "; ").join(t for t in texts if t)
    return f"人口误差的依据:{joined}。" if lang == "zh" else f"Basis of the population's error: {joined}."


def parameters(allocation: Allocation, lang: str) -> str:
    """Say how many of the facility's numbers are confirmed, derived, unverified, assumed; empty without a facility.

    A number of several parts, as a radius by density, is as sure as the least sure of them.
    """
    profile = allocation.profile
    if profile is None:
        return ""
    sure = list(_STATUS)
    counts = Counter(
        max((status for status, _ in facility.parts(profile.id, p).values()), key=sure.index)
        for p in profile.parameters.values()
    )
    zh = lang == "zh"
    shown = [f"{_STATUS[s][not zh]}{'' if zh else ' '}{counts[s]}" for s in _STATUS if counts[s]]
    title = profile.title_zh if zh else profile.title_en
    if zh:
        return f"设施参数({title})共{len(profile.parameters)}项:{'、'.join(shown)}。"
    return f"Facility parameters ({title}): {len(profile.parameters)}, of which {', '.join(shown)}."


def rounded_up(value: float) -> str:
    """Write a fraction as percent, rounded up: a bound that is rounded down promises more than it proves."""
    digits = 1 if value >= 0.01 else 2 if value >= 0.0001 else 3
    step = 10**digits
    return f"{math.ceil(value * 100 * step - 1e-9) / step:g}%"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
