"""Which districts a cell of a list names: one, several (打包), the whole city, a functional zone, or nothing known."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geo import boundaries, functional_zones
from infraplan.uploads.values import EMPTY

#: The answer for a name that is no district: keep its text, place it nowhere.
NOWHERE = "none"
_SPLIT = re.compile(r"[、,\uff0c;\uff1b/|\n]+|\s{2,}|(?<=[区县市])(?:和|及|与)")
#: What stands in no list of districts: a text with it is one name, however odd, and is not taken apart.
_ODD = re.compile(r"[<>{}\[\]=\\`'\"&#$%^*?!]|://")
_WHOLE = frozenset(
    (
        "全市",
        "各区",
        "各县区",
        "各县(市)区",
        "各县\uff08市\uff09区",
        "全域",
        "市级",
        "市本级",
        "市直",
        "跨区",
        "多区",
        "全区",
        "全县",
    )
)
_ZONE = re.compile(r"(?:开发|高新技术产业|高新|经开|保税|新|园|示范|合作|度假|试验|旅游)区$|新城$|园$")
_ZONE_KINDS = {
    "经济技术开发区": ("经济技术开发区", "经济开发区", "经开区", "开发区"),
    "高新技术产业开发区": ("高新技术产业开发区", "高新区", "高新技术开发区"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a cell names.

    ``adcodes`` are districts or functional zones of the region, in the order of the text; ``whole`` says that it names
    all of the region; ``unknown`` are the names that are neither.
    """

    adcodes: tuple[str, ...] = ()
    whole: bool = False
    unknown: tuple[str, ...] = ()


class Districts:
    """Reads names of districts of one region.

    Parameters
    ----------
    region : str
        Adcode of a city or district.
    answers : mapping of name to adcode, optional
        What the reader decided for names that are not known; :data:`NOWHERE` keeps the text alone.
    """

    def __init__(self, region: str, answers: Mapping[str, str] | None = None) -> None:
        self.region = boundaries.unit(region)
        frame = boundaries.districts(region)
        self.names = dict(zip(frame["adcode"], frame["name_zh"], strict=True))
        self.names_en = dict(zip(frame["adcode"], frame["name_en"], strict=True))
        self.names_both = {code: (name, self.names_en[code]) for code, name in self.names.items()}
        self.region_names = (self.region.name_zh, self.region.name_en)
        self.answers = dict(answers or {})
        self.zones = _zones_of(self.names)
        self._seen: dict[str, Named] = {}

    def read(self, text: str | None) -> Named:
        """Return what ``text`` names."""
        if not text or text.strip().casefold() in EMPTY:
            return Named()
        if text not in self._seen:
            self._seen[text] = self._read(text)
        return self._seen[text]

    def _read(self, text: str) -> Named:
        parts = (
            [text.strip()]
            if self._one(text.strip()) or _ODD.search(text)
            else [p.strip() for p in _SPLIT.split(text) if p.strip()]
        )
        adcodes: list[str] = []
        unknown: list[str] = []
        whole = False
        for part in parts:
            code = self._one(part)
            if code == NOWHERE:
                continue
            if code:
                adcodes.append(code)
            elif part in _WHOLE or part in (self.region.name_zh, self.region.adcode):
                whole = True
            else:
                unknown.append(part)
        return Named(tuple(dict.fromkeys(adcodes)), whole, tuple(unknown))

    def _one(self, name: str) -> str:
        """Return the adcode that a name means, or nothing."""
        if name in self.answers:
            return self.answers[name]
        if name in self.names or name in self.zones.values():
            return name
        if name in self.zones:
            return self.zones[name]
        bare = name.removeprefix(self.region.name_zh).removeprefix(self.region.name_zh.removesuffix("市"))
        for form in (name, bare):
            for code, full in self.names.items():
                if form == full or (len(full) > 2 and form == full[:-1]) or form == self.names_en[code]:
                    return code
        found = [
            u.adcode
            for u in boundaries.find(name)
            if u.adcode in self.names and boundaries.full_name(u, name)
        ]
        return found[0] if len(found) == 1 else ""


def guess_region(texts: Iterable[str | None]) -> str | None:
    """Return the shipped region whose districts most of the texts name; None when none stands out."""
    wanted = Counter(part.strip() for text in texts if text for part in _SPLIT.split(text) if part.strip())
    scores: Counter[str] = Counter()
    for region in boundaries.shipped():
        full, names = _names_in(region)
        for part, count in wanted.items():
            if part.removeprefix(full) in names or part == full:
                scores[region] += count
    best = scores.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


@functools.cache
def _names_in(region: str) -> tuple[str, frozenset[str]]:
    """Return a region's own name, and the names and codes of its districts."""
    frame = boundaries.districts(region)
    forms = {form for name in frame["name_zh"] for form in (name, name[:-1]) if len(form) > 1}
    return boundaries.unit(region).name_zh, frozenset(forms | set(frame["adcode"]))


def is_zone(name: str) -> bool:
    """Return whether a name reads like a functional zone (经开区, 高新区, 新城), which GB/T 2260 does not know."""
    return bool(_ZONE.search(name))


def _zones_of(names: Mapping[str, str]) -> dict[str, str]:
    """Return the adcodes of the functional zones on the land of these districts, by each name in use."""
    found: dict[str, str] = {}
    short: Counter[str] = Counter()
    for code, zone in functional_zones.zones().items():
        if not any(adcode in names for adcode, _ in zone.parts):
            continue
        found[zone.name_zh] = code
        for ending, forms in _ZONE_KINDS.items():
            if zone.name_zh.endswith(ending):
                city = zone.name_zh.removesuffix(ending)
                for form in forms:
                    found[city + form] = found[f"{city}市{form}"] = code
                    short[form] += 1
                    if short[form] == 1:
                        found[form] = code
                    else:
                        found.pop(form, None)
    return found
