"""What a text asks for: the units it states, and the name that is left when they are taken away."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from geo.errors import unknown
from geo.geocode import text
from geo.geocode.gazetteer import Gazetteer

# Words by which projects are named and no place is; taken away before names are compared.
_PROJECT = re.compile(
    r"(?:20\d\d年?|5g|[一二三四五六七八九十]期|(?:建设|改造|升级|改建|扩建|新建|配套|示范|应用|试点|信息化|智慧化|数字化|智能化)"
    r"(?:工程|项目)?|工程|项目|平台|系统|智慧|智能(?!变电站)|t\d航站楼|(?:综合)?(?:客运|物流)?枢纽|附近|周边|旁|"
    r"\d+(?:-\d+)?(?:号|弄|栋|幢|室|层|楼)(?:院|楼)?)"
)
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
_CODE = re.compile(r"^\d{6}(?:\d{3}|\d{6})?$")


@dataclass(frozen=True)
class Query:
    """A text taken apart.

    ``whole`` is the folded text, ``core`` the same without the units it states in full, ``bare`` the core without
    words of projects. ``limits`` are adcode prefixes of which a record must have one (empty: no limit); ``near`` the
    same for a unit stated by its short name in front, which only prefers (``near_rows``). ``stated`` are the rows of
    the units stated, the finest last.
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
        found = {self.whole: 1.0}
        for form, score in ((self.core, 0.99), (self.bare, 0.97)):
            found.setdefault(form, score)
        for form in list(found):
            for pattern, writings in _OTHER_WRITING:
                if pattern.search(form):
                    for writing in writings:
                        found.setdefault(pattern.sub(writing, form), 0.94)
        found.pop("", None)
        return found

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
    whole = text.fold(raw)
    if _CODE.match(whole):
        return Query(raw, whole, "", "", given, (), (), (), code=whole)
    stated, core = _stated(gazetteer, whole, given)
    limits = given
    for row in stated:
        limits = _narrowed(limits, _prefixes(gazetteer, row))
    bare = without_project_words(core)
    near_rows, rest = ((), core) if stated or core in gazetteer.number else _near(gazetteer, core, limits)
    if len(rest) > 1:
        bare = without_project_words(rest)
    else:  # 云龙湖 is one name, not the lake of 云龙
        near_rows = ()
    near = tuple(prefix(gazetteer.records[row].adcode) for row in near_rows)
    return Query(raw, whole, core, bare, limits, near, near_rows, stated)


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


def _narrowed(limits: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """The finer of two sets of prefixes where one lies inside the other, else the first."""
    if not limits:
        return more
    inside = tuple(m for m in more if m.startswith(limits))
    if inside:
        return inside
    return limits


def _stated(gazetteer: Gazetteer, whole: str, given: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """Find units stated by their full or former names, coarse to fine, and the text without them.

    Of several units of one name (鼓楼区) those inside the units stated before it or the region given are meant; else
    one in the areas that the gazetteer covers in full; else the name is left in place and limits nothing.
    """
    limits, rows, rest = given, [], whole
    for found in _unit_pattern(gazetteer).finditer(whole):
        options = gazetteer.units[found[0]]
        inside = [r for r in options if gazetteer.records[r].adcode.startswith(limits)] if limits else options
        inside = inside or []
        if len({gazetteer.records[r].adcode for r in inside}) > 1:
            inside = [r for r in inside if prefix(gazetteer.records[r].adcode).startswith(covered(gazetteer))]
        if not inside:
            continue
        row = inside[0]
        rows.append(row)
        limits = _narrowed(limits, _prefixes(gazetteer, row))
        rest = rest.replace(found[0], " ", 1)
    return tuple(rows), rest.replace(" ", "")


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
        if any(rest[:n] in gazetteer.number for n in range(at + 1, len(rest) + 1)):
            return near, rest  # 白云机场 begins with a name of its own
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
