"""What a run begins from, and everything that it would refuse that can be known without siting anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo import grid
from geo.errors import Gathering, RequestError
from scenarios import demand, ground, phasing, quotas, ways, words
from scenarios.facility import Profile
from scenarios.ground import Ground
from scenarios.model import Scenario
from scenarios.reach import AREA_RULE_BELOW
from scenarios.run import amount_of, phased, profile_of, target_row
from scenarios.solution import Ints
from scenarios.strategies import proportional

#: Pairs of a site and a cell within its reach that are computed at most, as in :mod:`geo.grid`; what they weigh depends
#: on the way of siting: 116 million took 10.6 GB (xuzhou-5g-2022 at resolution 10), 213 million 11.8 GB
#: (guangzhou-hydrogen-9 at resolution 9; benchmarks/waiting.md).
MOST_PAIRS = grid.MAX_PAIRS
#: Shares of a cell that one site serves, where distances are below the grid's own.
MOST_SLICES = 50_000_000
#: As ``scenarios.strategies.service_radius`` has it, which loads the compiled kernels (a test holds them equal).
THIN_FROM = 5.0


@dataclass(frozen=True)
class Beginning:
    """What a run begins from; ``amount`` is None where it is what the run finds out."""

    amount: int | None
    land: Ground
    quotas: Ints
    profile: Profile | None


def foresee(scenario: Scenario) -> Beginning:
    """Return what a run begins from.

    Raises
    ------
    InfraPlanError
        When a run would be refused: the one reason, or a :class:`~geo.errors.DataError` with all of them.
    """
    found, document = Gathering(), scenario.document
    target = found.of(lambda: target_row(scenario))
    profile = found.of(lambda: profile_of(scenario))
    land = found.of(lambda: ground.load(scenario))
    inverse = quotas.is_inverse(scenario)
    known = target is not None or not scenario.target or scenario.amount is not None
    amount = None if inverse or not known else found.of(lambda: amount_of(scenario, target))
    if profile is not None or not document.get("facility"):
        found.of(lambda: ways.require(scenario, profile))
    for key in ("demand", "cells.weights"):
        _weights(found, scenario, key)
    held: Ints | None = None
    if land is not None:
        floors = (document.get("coverage") or {}).get("floors", {})
        found.of(lambda: quotas.require_units("coverage.floors", floors, land))
        if inverse or amount is not None:
            held = found.of(lambda: quotas.quotas_of(scenario, land, amount or 0))
        if profile is not None:
            found.of(lambda: _reach(profile, land))
            found.of(lambda: ways.require_shares(profile))
        if held is not None and not found.errors:
            found.of(lambda: _room(scenario, profile, land, held))
    _phases(found, scenario, land, amount, held)
    found.done()
    assert land is not None
    assert held is not None
    return Beginning(amount, land, held, profile)


def _phases(
    found: Gathering, scenario: Scenario, land: Ground | None, amount: int | None, held: Ints | None
) -> None:
    """Gather what is wrong with the phases, against the amount where the quotas are not known."""
    total = None if amount is None else amount - sum(zone.units for zone in quotas.unplaced(scenario))
    standing = 0
    if land is not None and held is not None:
        total, standing = phased(scenario, land, placeable(land, held))
    found.of(lambda: phasing.require(scenario, total, standing))


def placeable(land: Ground, held: Ints) -> Ints:
    """Return the quotas that cells can hold; free quotas are one figure for the whole region."""
    return land.placeable(held) if len(held) == len(land.units) else held


def _room(scenario: Scenario, profile: Profile | None, land: Ground, held: Ints) -> None:
    """Refuse shares that cells cannot hold; where units are sited, only the siting finds that out."""
    way, whole = ways.of(scenario, profile), quotas.is_free(scenario)
    of, share = (land.as_one_unit() if whole else land), placeable(land, held)
    if way == "proportional":
        proportional.require_room(scenario, profile, of, share)
    elif way in ("cellular", "service_radius", "search_area") and scenario.distributes == "stock":
        quotas.room_for_existing(land.givens.existing, share, of)


def _weights(found: Gathering, scenario: Scenario, key: str) -> None:
    """Gather what is wrong with a mix of demands: names that nobody knows, or no weight at all."""
    mix: Mapping[str, float] | None = scenario.document
    for part in key.split("."):
        mix = (mix or {}).get(part)  # type: ignore[assignment]
    if mix is None:
        return
    path, known = tuple(key.split(".")), demand.titles()
    strange = [name for name in mix if name not in known]
    if strange:
        found.refuse(
            f"{key}: no demand {', '.join(map(repr, strange))}; known: {', '.join(sorted(known))}",
            f"{words.place(path, 'zh')}:没有需求“{'、'.join(strange)}”;"
            f"可选:{'、'.join(zh for zh, _ in known.values())}",
        )
    elif not any(weight > 0 for weight in mix.values()):
        found.refuse(
            f"{key}: every weight is zero; give one a positive weight",
            f"{words.place(path, 'zh')}:各权重均为零;请至少给一个正权重",
        )


def _reach(profile: Profile, land: Ground) -> None:
    """Refuse distances so long or so short that what they make would fill any machine: pairs, or slices of cells."""
    spacing = grid.spacing(land.surface.resolution)
    cell, classes = spacing**2 * math.sqrt(3) / 2, profile.classes(land.density)
    slices = 0.0
    if profile.strategy == "cellular":
        apart = profile.by_class("inter_site_distance_m", str(profile.value("band")))[classes]
        radius = apart * float(profile.value("radius_per_isd"))
        short = radius < AREA_RULE_BELOW * spacing
        slices = float((cell / (float(profile.value("sites_per_isd2")) * apart[short] ** 2)).sum())
    elif profile.strategy in ("service_radius", "search_area"):
        radius = profile.by_class("service_radius_m")[classes]
    else:
        return
    if slices > MOST_SLICES:
        raise RequestError(
            f"a distance of {apart.min():,.4g} m between sites cuts the region into {slices:,.0f} shares of a site, "
            f"more than the {MOST_SLICES:,} that are computed; lengthen the distance",
            f"站间距 {apart.min():,.4g} 米会把全域分成约 {slices:,.0f} 份,超出可计算的 {MOST_SLICES:,} 份;请加大站间距",
        )
    pairs = _pairs(profile, radius, spacing)
    if pairs > MOST_PAIRS:
        raise RequestError(
            f"a radius of {radius.max():,.0f} m on {len(radius):,} cells makes about {pairs:,.0f} pairs of a site and "
            f"a cell, more than the {MOST_PAIRS:,} that are computed; shorten the radius or take a coarser resolution",
            f"半径 {radius.max():,.0f} 米、网格 {len(radius):,} 个,站点与网格的组合约 {pairs:,.0f} 对,"
            f"超出可计算的 {MOST_PAIRS:,} 对;请缩短半径或降低网格分辨率",
        )


def _pairs(profile: Profile, radius: NDArray[np.float64], spacing: float) -> float:
    """Return about how many pairs of a site and a cell within its reach there are."""
    cell = spacing**2 * math.sqrt(3) / 2
    near = np.minimum(math.pi * radius**2 / cell, len(radius))
    if profile.strategy == "service_radius":
        # cells of a wide radius are gathered at their parents, as points and as candidates
        near = np.where(radius >= THIN_FROM * spacing, near / 49, near)
    return float(near.sum())
