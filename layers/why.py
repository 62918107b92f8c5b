"""Why units stand in a cell: what put them there, whom they newly reach or serve, named for what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers import demand_words
from layers.punctuation import printed
from scenarios.model import Allocation
from scenarios.solution import PARTS


def unit_word(allocation: Allocation, lang: str) -> str:
    """Return the word for one unit of a result: the facility's; without one a site that holds stations, or a unit."""
    profile, zh = allocation.profile, lang == "zh"
    if profile is not None:
        return profile.unit_zh if zh else profile.unit_en
    if allocation.scenario.document.get("linked"):
        return "个站址" if zh else "sites"
    return "个" if zh else "units"


def sentence(row: Mapping[str, Any], lang: str, unit: str, found: Mapping[str, Any]) -> str:
    """Return the reason of one row of :func:`scenarios.reasons.table`, as it is printed.

    Parameters
    ----------
    unit : str
        The word for one unit of the facility.
    found : mapping
        With ``demand_name``: what the result counts (its ``coverage``).
    """
    zh = lang == "zh"
    said = []
    for name, words in PARTS.items():
        count = int(row.get(name, 0) or 0)
        if count:
            units, part = f"{count:,} {unit}", words[0 if zh else 1]
            more = _more(name, row, lang, unit, found)
            if not more:
                said.append(f"{units}:{part}" if zh else f"{units}: {part}")
            elif name == "coverage":
                said.append(f"{units}:{more}" if zh else f"{units}: {more}")
            else:
                said.append(f"{units}{part}:{more}" if zh else f"{units}, {part}: {more}")
    return printed((";" if zh else "; ").join(said), lang)


def _more(name: str, row: Mapping[str, Any], lang: str, unit: str, found: Mapping[str, Any]) -> str:
    """Return what a part of a cell newly reaches or serves; empty for those that are put there by something else."""
    zh = lang == "zh"
    if name == "coverage" and row.get("newly"):
        reached = demand_words.amount(float(row["newly"]), found, lang)
        radius = f"{int(row['radius_m']):,}"
        return (
            f"新增覆盖 {reached}(半径 {radius} 米)" if zh else f"newly reaching {reached} within {radius} m"
        )
    if name in {"capacity", "public"} and row.get("load_per_unit") is not None:
        load = demand_words.amount(float(row["load_per_unit"]), found, lang)
        return f"每{unit}服务 {load}" if zh else f"{load} a unit"
    return ""
