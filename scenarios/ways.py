"""The ways of siting: which one a scenario takes, and which keys each does not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.errors import RequestError
from scenarios import words
from scenarios.facility import Profile
from scenarios.model import Scenario
from scenarios.quotas import is_free, is_inverse

_COVERAGE = ("coverage.goal", "coverage.floor", "coverage.floors", "coverage.area")
#: Keys (dotted) that a way does not read: stated, they are refused rather than passed over in silence.
UNREAD: Mapping[str, tuple[str, ...]] = {
    "cellular": ("cells",),
    "service_radius": ("cells",),
    "search_area": ("must_cover", "cells", *_COVERAGE),
    "fewest": ("must_cover", "cells"),
    "linked": ("existing", "must_cover", "cells.cap", *_COVERAGE),
    "proportional": ("existing", "must_cover", *_COVERAGE),
}
#: Figures for single units, which nothing reads where their counts follow from the siting.
_BY_UNIT = ("quotas.fixed", "quotas.file", "quotas.floors", "quotas.caps")


def of(scenario: Scenario, profile: Profile | None) -> str:
    """Return the name of the way (a module of ``scenarios.strategies``) in which a scenario is sited."""
    if scenario.document.get("linked"):
        return "linked"
    if is_inverse(scenario):
        return "fewest"
    return profile.strategy if profile else "proportional"


def require(scenario: Scenario, profile: Profile | None) -> None:
    """Refuse what the scenario's way of siting does not read, or cannot do without.

    Raises
    ------
    RequestError
        With every such key.
    """
    way = of(scenario, profile)
    by_unit = _BY_UNIT if is_free(scenario) or is_inverse(scenario) else ()
    stated = [k for k in (*UNREAD[way], *by_unit) if _stated(scenario.document, k) not in (None, "unknown")]
    if stated:
        named = "、".join(words.place(tuple(k.split(".")), "zh") for k in stated)
        raise RequestError(
            f"this way of siting does not use {', '.join(stated)}; take the keys out",
            f"该布点方式不使用:{named};请清空这些设定",
        )
    goal = (scenario.document.get("coverage") or {}).get("goal")
    if way == "fewest" and (profile is None or profile.strategy != "cellular" or goal is None):
        raise RequestError(
            "objective: fewest_units needs a cellular facility and coverage.goal",
            f"求解“{words.option('objective', 'fewest_units', 'zh')}”需要通信设施和"
            f"{words.place(('coverage', 'goal'), 'zh')};请补上,或改选其他求解目标",
        )


def require_shares(profile: Profile) -> None:
    """Refuse shares of public and dedicated piles that are more than all piles."""
    if "dedicated_share" not in profile.parameters:
        return
    whole = float(profile.value("public_share")) + float(profile.value("dedicated_share"))
    if whole > 1 + 1e-9:
        raise RequestError(
            f"public and dedicated shares sum to {whole:.2f}; they may sum to at most 1",
            f"公共桩与专用桩比例合计 {whole:.2f},不应超过 1;请降低其一",
        )


def _stated(document: Mapping[str, Any], key: str) -> Any:
    found: Any = document
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
