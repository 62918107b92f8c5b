"""What a text asks for: the units it states, and the name that is left when they are taken away."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from geo.errors import unknown
from geo.geocode import text
from geo.geocode.gazetteer import Gazetteer

LONGEST_TEXT = 300  # what stands behind is not looked at
# Words by which projects are named and no place is; taken away before names are compared.
_PROJECT_WORD = (
    r"(?:20\d\d年?|5g|[一二三四五六七八九十]期|(?:建设|改造|升级|改建|扩建|新建|配套|示范|应用|试点|信息化|智慧化|数字化|智能化)"
    r"(?:工程|项目)?|工程|项目|平台|系统|智慧|智能(?!变电站)|t\d航站楼|(?:综合)?(?:客运|物流)?枢纽|附近|周边|旁|"
    r"\d+(?:-\d+)?(?:号|弄|栋|幢|室|层|楼)(?:院|楼)?)"
)
_PROJECT = re.compile(_PROJECT_WORD)
_PROJECT_ENDS = re.compile(f"^{_PROJECT_WORD}+|{_PROJECT_WORD}+$")
# Ways of writing one thing; each gives a further form, in which the search looks for an exact name.
_OTHER_WRITING = (
    (re.compile("(?:火车站|高铁站|站)$"), ("站", "火车站")),
    (re.compile("(?:人民政府|政府)$"), ("人民政府", "政府")),
    (re.compile("(?:国际机场|机场)$"), ("国际机场", "机场")),
    (re.compile("(?:风景名胜区|风景旅游区|旅游度假区|风景区|旅游区|景区)$"), ("", "景区", "风景区")),
    (re.compile("(?:博物院|博物馆)$"), ("博物馆", "博物院")),
    (re.compile("110千伏|110kv"), ("110kv", "110千伏")),
    (re.compile("智能变电站"), ("变电站",)),
    (re.compile("超算中心"), ("超级计算中心",)),
    (re.compile("妇儿(?:医疗)?中心"), ("妇女儿童医疗中心",)),
    (re.compile("经开区|开发区"), ("经济技术开发区", "经济开发区", "开发区")),
    (re.compile("高新区"), ("高新技术产业开发区",)),
)
_SEGMENT = re.compile('[\\s()()【】\\[\\]“”"、,,;;/]+')
_CODED = re.compile(r"^(\d{6})(\D.+)$")
# What follows a unit's short name and makes one name with it: 云龙湖 is not the lake of 云龙.
_ONE_NAME = re.compile("[湖山河江路街桥站镇村港塔城海岛]|大道|大街")
_CODE = re.compile(r"^\d{6}(?:\d{3}|\d{6})?$")


@dataclass(frozen=True)
class Query:
    """A text taken apart.

    ``whole`` is the folded text, ``core`` the same without the units it states in full, ``bare`` the core without
    words of projects. ``limits`` are adcode prefixes of which a record must have one (empty: no limit); ``near`` the
    same for a unit stated by its short name in front, which only prefers (``near_rows``). ``stated`` are the rows of
    the finest units stated.
    """

    raw: str
    whole: str
    core: str
    bare: str
    limits: tuple[str, ...]
    near: tuple[str, ...]
    near_rows: tuple[int, ...]
    stated: tuple[int, ...]
    code: str = ""

    @functools.cached_property
    def forms(self) -> dict[str, float]:
        """Return the folded texts of which an exact name is what was asked, with the score that earns."""
        found = {self.whole: 1.03}
        for form, score in ((self.core, 0.99), (self.bare, 0.97)):
            found.setdefault(form, score)
        for form in list(found):
            for pattern, writings in _OTHER_WRITING:
                if pattern.search(form):
                    for writing in writings:
                        found.setdefault(pattern.sub(writing, form), 0.94)
        found.pop("", None)
        return found

    @functools.cached_property
    def segments(self) -> list[str]:
        """Return the parts that brackets, spaces and commas divide the text into, folded; none where there is one."""
        parts = [text.fold(part) for part in _SEGMENT.split(unicodedata.normalize("NFKC", self.raw))]
        return [p for p in dict.fromkeys(parts) if len(p) > 2 and p != self.whole and text.has_han(p)]


def parse(gazetteer: Gazetteer, raw: str, region: str | None) -> Query:
    """Take a text apart.

    Raises
    ------
    UnknownNameError
        When ``region`` is not an adcode of the gazetteer.
    """
    given = _region_limits(gazetteer, region) if region else ()
    raw = raw[:LONGEST_TEXT]
    whole = text.fold(raw)
    if _CODE.match(whole):
        return Query(raw, whole, "", "", given, (), (), (), code=whole)
    coded = _CODED.match(whole)
    if coded and (row := gazetteer.codes.get(coded[1])) is not None:
        whole, given = coded[2], _prefixes(gazetteer, row)
    stated, limits, core = _stated(gazetteer, whole, given)
    near_rows, rest = ((), core) if stated or core in gazetteer.number else _near(gazetteer, core, limits)
    if len(rest) < 2:
        near_rows, rest = (), core
    near = tuple(prefix(gazetteer.records[row].adcode) for row in near_rows)
    return Query(raw, whole, core, _without_project_ends(rest), limits, near, near_rows, stated)


def _without_project_ends(folded: str) -> str:
    """Take words of projects off both ends: 天河智慧城 keeps the one that is part of its name."""
    left = _PROJECT_ENDS.sub("", folded)
    return left if len(left) > 1 else folded


def without_project_words(folded: str) -> str:
    """Return a folded text without the words by which projects are named; unchanged where little would be left."""
    left = _PROJECT.sub("", folded)
    return left if len(left) > 1 else folded


def prefix(adcode: str) -> str:
    """Return what adcodes inside a unit begin with: ``440100`` -> ``4401``."""
    if adcode.endswith("0000"):
        return adcode[:2]
    return adcode[:4] if adcode.endswith("00") else adcode


def _region_limits(gazetteer: Gazetteer, region: str) -> tuple[str, ...]:
    row = gazetteer.codes.get(region)
    if row is None:
        raise unknown(
            "region", region, ["any adcode of a province, city or district, such as 440100"], "区域"
        )
    return _prefixes(gazetteer, row)


def _prefixes(gazetteer: Gazetteer, row: int) -> tuple[str, ...]:
    """What limits a search to a unit; a functional zone also takes in the districts it lies in."""
    own = prefix(gazetteer.records[row].adcode)
    return (own, *gazetteer.records[row].also)


def _stated(
    gazetteer: Gazetteer, whole: str, given: tuple[str, ...]
) -> tuple[tuple[int, ...], tuple[str, ...], str]:
    """Find the units stated by their full or former names: the finest of them, what they limit to, and the rest.

    Of several units of one name (鼓楼区) those inside the units stated before it or the region given are meant; else
    one in the areas that the gazetteer covers in full; else the name is left in place and limits nothing. Two units
    side by side (从化区、增城区) count both.
    """
    around, limits, rest = given, given, whole
    rows: list[int] = []
    for found in _unit_pattern(gazetteer).finditer(whole):
        options = gazetteer.units[found[0]]
        if len(found[0]) == 2 and found[0].endswith("区") and not limits:
            continue  # 城区 and 新区 are words before they are names
        row = _meant(gazetteer, options, limits)
        if row is not None:
            around, limits, rows = limits or _around(gazetteer, row), _prefixes(gazetteer, row), [row]
        else:
            row = _meant(gazetteer, options, around) if rows else None
            if row is None:
                continue
            limits, rows = (*limits, *_prefixes(gazetteer, row)), [*rows, row]
        rest = rest.replace(found[0], " ", 1)
    return tuple(rows), limits, rest.replace(" ", "")


def _around(gazetteer: Gazetteer, row: int) -> tuple[str, ...]:
    """The city that a district lies in, or the province of a city: where a second unit stated with it may lie."""
    own = prefix(gazetteer.records[row].adcode)
    return (own[: max(2, len(own) - 2)],)


def _meant(gazetteer: Gazetteer, options: list[int], limits: tuple[str, ...]) -> int | None:
    """The one unit of several of a name that lies inside the limits, or in an area covered in full."""
    inside = [r for r in options if not limits or gazetteer.records[r].adcode.startswith(limits)]
    if len({gazetteer.records[r].adcode for r in inside}) > 1:
        inside = [r for r in inside if prefix(gazetteer.records[r].adcode).startswith(covered(gazetteer))]
    return inside[0] if inside else None


@functools.lru_cache(maxsize=4)
def covered(gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the prefixes of the areas whose places, not only units, are in the gazetteer."""
    codes = {
        r.adcode if r.adcode.startswith("50") else r.adcode[:4]
        for r in gazetteer.records
        if r.id.startswith("town-")
    }
    return tuple(sorted(codes))


@functools.lru_cache(maxsize=4)
def _unit_pattern(gazetteer: Gazetteer) -> re.Pattern[str]:
    names = sorted(gazetteer.units, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names)))


def _near(gazetteer: Gazetteer, core: str, limits: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """Units stated by short names in front (番禺莲花山), inside the limits, and the text without them.

    Only cities, and districts of the areas covered in full: 永和 or 云龙 in front of something is mostly a street.
    """
    near: tuple[int, ...] = ()
    rest, inside = core, limits
    while True:
        at = next((n for n in range(min(5, len(rest) - 1), 1, -1) if rest[:n] in gazetteer.stems), 0)
        if _ONE_NAME.match(rest, at) or any(
            rest[:n] in gazetteer.number for n in range(at + 1, len(rest) + 1)
        ):
            return near, rest  # 云龙湖 and 白云机场 begin with a name of their own
        options = [
            row
            for row in gazetteer.stems.get(rest[:at], [])
            if (
                gazetteer.records[row].precision == "city"
                or gazetteer.records[row].adcode.startswith(covered(gazetteer))
            )
            and (not inside or gazetteer.records[row].adcode.startswith(inside))
        ]
        if not options:
            return near, rest
        near, rest = tuple(options), rest[at:]
        inside = tuple(prefix(gazetteer.records[row].adcode) for row in options)
