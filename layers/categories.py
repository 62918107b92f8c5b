"""The categories of plan data gathered into a few families, so that a map can tell them apart by colour and letter.

Colours are those of Okabe and Ito (2008), which the common kinds of colour blindness leave apart; darkened where white
letters stand on them. A family also has a sign, so that colour is never the only mark.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Categories that belong together: code, labels, colour, signs of one character, the codes of its categories."""

    code: str
    label_zh: str
    label_en: str
    colour: str
    sign: str
    sign_en: str
    categories: tuple[str, ...]

    def label(self, lang: str) -> str:
        """Return the label in ``lang``."""
        return self.label_zh if lang == "zh" else self.label_en

    def mark(self, lang: str) -> str:
        """Return the sign of one character in ``lang``."""
        return self.sign if lang == "zh" else self.sign_en


FAMILIES = (
    Family(
        "network", "通信网络", "Networks", "#0072b2", "通", "N",
        ("5g_site", "5g_station", "5g_users", "5g_coverage", "5g_private", "5g_park", "smart_pole", "fibre", "iot",
         "industrial_internet", "identifier_node", "future_network", "satellite"),
    ),
    Family(
        "computing", "算力与数据", "Computing and data", "#6a51a3", "算", "C",
        ("computing", "data_centre", "ai", "blockchain", "security", "standards"),
    ),
    Family(
        "transport", "交通物流", "Transport and logistics", "#a6611a", "交", "T",
        ("smart_transport", "test_road", "rail", "airport", "port", "logistics"),
    ),
    Family("energy", "能源", "Energy", "#00795c", "能", "E", ("energy", "substation", "charger", "hydrogen")),
    Family(
        "science", "科技创新", "Science and innovation", "#b3467f", "科", "S",
        ("science", "laboratory", "innovation"),
    ),
    Family(
        "city", "城市治理", "City management", "#1d7fa3", "城", "M",
        ("smart_city", "smart_government", "emergency", "environment", "water", "community"),
    ),
    Family(
        "services", "民生服务", "Public services", "#c2410c", "民", "P",
        ("education", "health", "commerce", "tourism", "agriculture"),
    ),
    Family(
        "economy", "产业与保障", "Industry and support", "#595f69", "产", "I",
        ("manufacturing", "industry", "investment", "programme", "talent", "finance", "governance", "other"),
    ),
)  # fmt: skip


@functools.cache
def _by_category() -> dict[str, Family]:
    return {category: family for family in FAMILIES for category in family.categories}


def family(category: str) -> Family:
    """Return the family of a category; one that no family names belongs to the last."""
    return _by_category().get(category, FAMILIES[-1])


def by_code(code: str) -> Family:
    """Return the family with this code."""
    return next(f for f in FAMILIES if f.code == code)
