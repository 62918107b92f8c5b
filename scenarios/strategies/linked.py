"""Sites that hold the stations of another scenario, and reserve sites beyond them.

In no cell do the outdoor stations of the linked scenario exceed its sites times the networks: every cell gets at least
the sites that those stations stand on. What is left of the amount is reserve, shared out by the cells' weights.
"""

from __future__ import annotations

import numpy as np

from geo.errors import RequestError
from scenarios import demand as demands
from scenarios import load as loading
from scenarios.allocation import apportionment
from scenarios.clock import Clock
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.solution import Ints, Solution, Stage


def solve(
    scenario: Scenario,
    profile: Profile | None,
    ground: Ground,
    quotas: Ints,
    clock: Clock,
    factor: float = 1.0,
) -> Solution:
    """Give every cell the sites its stations need, then the reserve by weight; quotas are kept exactly."""
    from scenarios import run as runs

    other = loading.load(str(scenario.document["linked"]["stations"]))
    if (other.region, other.resolution) != (scenario.region, scenario.resolution):
        raise RequestError(
            f"{scenario.id} is linked to {other.id}, which has another region or resolution; make them the same",
            f"本情景关联的“{other.title('zh')}”区域或分辨率不同;请改为一致",
        )
    stations = runs.run(other, cancelled=clock.cancelled)
    in_use = stations.solution.sites
    if in_use is None:
        raise RequestError(
            f"{other.id} sites nothing, so no sites follow from it; link a scenario with a cellular facility",
            f"“{other.title('zh')}”没有布点结果,无法关联;请关联通信设施情景",
        )
    needed = ground.sum_by_unit(in_use)
    short = np.flatnonzero(needed > quotas).tolist()
    if short:
        units = ground.units
        told = [
            (units["name_zh"].iloc[g], units["name_en"].iloc[g], int(needed[g]), int(quotas[g]))
            for g in short
        ]
        raise RequestError(
            f"the stations of {other.id} stand on more sites than the quotas hold: "
            + "; ".join(f"{en}: {n:,} sites, quota {quota:,}" for _, en, n, quota in told)
            + "; raise these quotas",
            f"“{other.title('zh')}”的基站所需站址超过配额:"
            + ";".join(f"{zh}:需要 {n:,} 个站址,配额 {quota:,}" for zh, _, n, quota in told)
            + ";请提高这些配额",
        )
    rule = scenario.document.get("cells") or {"method": "largest_remainder", "weights": {"residents": 1}}
    weights = np.where(ground.givens.allowed, demands.mix(ground.surface, rule["weights"]), 0)
    reserve = apportionment.within(quotas - needed, weights, ground.groups, str(rule["method"]))
    return Solution(
        parts={"coverage": in_use, "reserve": reserve},
        stages=(
            Stage(
                "share",
                "储备站址与按比例份额的差(最小)",
                "distance of reserve sites from proportional shares (least)",
                0.0,
                0.0,
                0.0,
                True,
                "exact apportionment beyond the linked sites",
            ),
        ),
        demand=stations.solution.demand,
        demand_name=stations.solution.demand_name,
        covered=stations.solution.covered,
        newly=stations.solution.newly,
        load=stations.solution.newly,
        sites=in_use,
        radius_m=stations.solution.radius_m,
        area_rule=stations.solution.area_rule,
        by_network=stations.solution.by_network,
        facts={
            "linked": other.id,
            "linked_fingerprint": stations.fingerprint,
            "linked_stations": stations.allocated,
            "sites_in_use": int(in_use.sum()),
            "reserve_sites": int(reserve.sum()),
        },
        notes=(
            (
                "站址(含储备)与基站不可相加:前者是地点,后者是设备。",
                "Sites, reserve included, are not added to stations: the one counts places, the other equipment.",
            ),
        ),
    )
