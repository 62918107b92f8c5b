"""The held-out test of the population models, and the error that follows from it.

No model is told how many people a township has; their predictions of township shares inside each county are compared
with the shares of the 2010 census (GeoNames). The models and their parameters were chosen on Xuzhou; Qianjiang only
confirms. Guangzhou and Zibo have too few township figures to test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo import population_model as model
from geo.build.population_evidence import Evidence
from geo.population_model import Parameters
from geo.population_skill import Skill, shares, skill

CHOSEN_ON, CONFIRMED_ON = "320300", "500114"
CHOSEN = "village-counts"
NAIVE = "by-area"

MODELS: dict[str, tuple[str, str, Callable[[Evidence, Parameters], np.ndarray]]] = {
    NAIVE: (
        "evenly by area (naive)",
        "按面积均匀分布(基准)",
        lambda e, p: model.by_area(e.cells, e.units),
    ),
    "by-land": (
        "by land, less on slopes",
        "按陆地面积,陡坡减权",
        lambda e, p: model.by_land(e.cells, e.units, p),
    ),
    "by-osm": (
        "by density of OpenStreetMap points",
        "按 OpenStreetMap 地名点密度",
        lambda e, p: model.by_osm(e.cells, e.units, p),
    ),
    "two-parts": (
        "urban people by OpenStreetMap points and township seats, rural people by land",
        "城镇人口按地名点与街镇驻地,乡村人口按陆地",
        lambda e, p: model.by_two_parts(e.cells, e.towns, e.units, p),
    ),
    CHOSEN: (
        "urban people by communities, rural people by communities and villages of each township",
        "城镇人口按各街镇社区数,乡村人口按社区与村数",
        lambda e, p: model.by_village_counts(e.cells, e.towns, e.units, p),
    ),
    "village-counts-fifth": (
        "the same, with every fifth township's place hidden",
        "同上,隐去五分之一街镇的位置",
        lambda e, p: model.by_village_counts(e.cells, _hidden(e, 5), e.units, p),
    ),
    "village-counts-half": (
        "the same, with every second township's place hidden",
        "同上,隐去一半街镇的位置",
        lambda e, p: model.by_village_counts(e.cells, _hidden(e, 2), e.units, p),
    ),
    "village-counts-none": (
        "the same, with every township's place hidden",
        "同上,隐去全部街镇的位置",
        lambda e, p: model.by_village_counts(e.cells, _hidden(e, 1), e.units, p),
    ),
}


@dataclass(frozen=True, slots=True)
class Test:
    """Township shares to predict: the zone of each cell (n,) or -1, the unit (t,) and share (t,) of each zone."""

    zone: np.ndarray
    unit: np.ndarray
    observed: np.ndarray

    def of(self, people: np.ndarray) -> Skill:
        """Return the skill of some people by cell."""
        return skill(shares(people, self.zone, self.unit), self.observed, self.unit)


def test_of(e: Evidence) -> Test:
    """Return the test that an area's evidence allows.

    Zones are the cells nearest to each GeoNames township with a 2010 figure, inside one census unit. A unit with one
    figure only is left out (its share is 1), and so are townships that the census of 2020 counts in another unit than
    the district they lie in (大庙, 大黄山, 徐庄: 320371).
    """
    zone = np.full(len(e.cells.unit), -1)
    units: list[int] = []
    observed: list[float] = []
    places = e.places[e.places["people_2010"].notna()]
    positions = places[["x", "y"]].to_numpy()
    lies_in = e.cells.unit[cKDTree(e.cells.xy).query(positions)[1]]
    for unit, name in enumerate(e.names.tolist()):
        own = (places["adcode"] == name).to_numpy() & (lies_in == unit)
        if own.sum() < 2:
            continue
        here = np.flatnonzero(e.cells.unit == unit)
        zone[here] = len(units) + cKDTree(positions[own]).query(e.cells.xy[here])[1]
        people = places["people_2010"].to_numpy(dtype=float)[own]
        units += [unit] * int(own.sum())
        observed += (people / people.sum()).tolist()
    return Test(zone, np.array(units, dtype=np.int64), np.array(observed))


def table(evidence: dict[str, Evidence], p: Parameters) -> pd.DataFrame:
    """Return the skill of every model in the two areas that can be tested: one row for each model and area."""
    rows: list[dict[str, Any]] = []
    for area in (CHOSEN_ON, CONFIRMED_ON):
        test = test_of(evidence[area])
        for name, (english, chinese, place) in MODELS.items():
            figures = test.of(place(evidence[area], p)).row()
            rows.append({"area": area, "model": name, **figures, "model_en": english, "model_zh": chinese})
    return pd.DataFrame(rows)


def sigmas(skills: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return the sigma of each (area, model)."""
    return {
        (str(area), str(name)): float(sigma)
        for area, name, sigma in zip(skills["area"], skills["model"], skills["sigma"], strict=True)
    }


def error_levels(skills: pd.DataFrame, area: str) -> list[dict[str, Any]]:
    """Return the error of an area's surface by scale, for :func:`geo.population_error.perturbed`."""
    sigma = sigmas(skills)
    below = {
        "resolution": 8,
        "sigma": sigma[CHOSEN_ON, "two-parts"],
        "status": "assumption",
        "basis_en": "below a township nothing is measured; taken from how far the model that knows no township figures "
        "nor village counts was from township shares in Xuzhou",
        "basis_zh": "街镇以下未经检验;取自不含街镇人口与村居数的模型在徐州对街镇份额的误差",
    }
    how = {
        CHOSEN_ON: (CHOSEN_ON, CHOSEN, "measured", "held-out township shares of Xuzhou", "徐州街镇份额留出检验"),
        CONFIRMED_ON: (
            CONFIRMED_ON, CHOSEN, "measured", "held-out township shares of Qianjiang", "黔江街镇份额留出检验",
        ),
        "440100": (
            CHOSEN_ON, "village-counts-fifth", "assumption",
            "not validated here; measured in Xuzhou with a fifth of the township places hidden "
            "(a tenth is unknown here)",
            "本地未经检验;取自徐州隐去五分之一街镇位置时的误差(本地约十分之一街镇无位置)",
        ),
        "370300": (
            CHOSEN_ON, "village-counts-none", "assumption",
            "not validated here; measured in Xuzhou with all townships' places hidden, as here most are unknown",
            "本地未经检验;取自徐州隐去全部街镇位置时的误差(本地多数街镇无位置)",
        ),
    }  # fmt: skip
    source, name, status, english, chinese = how[area]
    town = {
        "resolution": 6,
        "sigma": sigma[source, name],
        "status": status,
        "basis_en": english,
        "basis_zh": chinese,
    }
    return [town, below]


def _hidden(e: Evidence, every: int) -> model.Towns:
    """Townships with the place of each second (or every) one hidden, in the order of their codes; no seats."""
    xy = e.towns.xy.copy()
    xy[np.arange(len(xy)) % every == 0] = np.nan
    seat = np.where((e.towns.seat >= 0) & np.isfinite(xy[e.towns.seat, 0]), e.towns.seat, -1)
    return replace(e.towns, xy=xy, seat=seat)
