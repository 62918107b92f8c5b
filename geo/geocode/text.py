"""Names made comparable: one folding for what is stored and for what is asked.

Folding takes away what people vary without meaning another place: Traditional or Simplified characters, full-width
or half-width forms, capitals, spaces and punctuation. Latin text is compared letter by letter, without tone marks.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

_HAN = "\u3400-\u9fff"
_DROP = re.compile(r"[\s·•・,,.。、;;::'’‘\"“”()()\[\]【】《》<>〈〉/|_\-—–~!!??*]+")
_RUNS = re.compile(rf"[{_HAN}]+|[a-z0-9#&+]+")
_BRACKETED = re.compile(r"[(【\[][^)】\]]*[)】\]]")
_ENDING = re.compile("(特别行政区|自治区|自治县|自治旗|自治州|林区|特区|新区|地区|街道|[省市区县旗镇乡盟])$")
_GROUPS = re.compile(
    "(土家族|苗族|回族|满族|蒙古族?|侗族|瑶族|壮族|彝族|藏族|畲族|白族|傣族|黎族|各族|仡佬族|布依族|土族|哈萨克族?|"
    "柯尔克孜族?|锡伯族?|达斡尔族|朝鲜族|羌族|哈尼族|傈僳族|佤族|拉祜族|纳西族|水族|毛南族|仫佬族|裕固族|保安族|东乡族|"
    "撒拉族|独龙族|怒族|普米族|景颇族|塔吉克族?)+$"
)

# English generic words of Chinese place names, as the pinyin of what they translate; several where usage varies.
_GENERIC: dict[str, tuple[str, ...]] = {
    "port": ("gang", "gangqu", "matou"), "harbour": ("gang",), "harbor": ("gang",), "terminal": ("matou",),
    "station": ("zhan", "huochezhan"), "railway": ("", "tielu"), "metro": ("", "ditie"), "train": ("",),
    "airport": ("jichang", "guojijichang"), "international": ("guoji", ""), "university": ("daxue",),
    "college": ("xueyuan",), "school": ("xuexiao",), "hospital": ("yiyuan",), "library": ("tushuguan",),
    "museum": ("bowuguan",), "park": ("gongyuan", "yuan", "chanyeyuan"), "square": ("guangchang",),
    "plaza": ("guangchang",), "tower": ("ta", "dasha"), "building": ("dasha",), "lake": ("hu",),
    "island": ("dao",), "mountain": ("shan",), "hill": ("shan",), "mount": ("shan",),
    "bridge": ("daqiao", "qiao"), "road": ("lu",), "avenue": ("dadao",), "street": ("jie",),
    "subdistrict": ("jiedao", "jie"), "district": ("qu",), "county": ("xian",), "city": ("shi", "cheng"),
    "town": ("zhen",), "township": ("xiang",), "village": ("cun",), "new": ("xin",), "science": ("kexue",),
    "knowledge": ("zhishi",), "zone": ("qu",), "area": ("qu",), "east": ("dong",), "south": ("nan",),
    "west": ("xi",), "north": ("bei",), "central": ("zhong",), "garden": ("huayuan",),
    "zoo": ("dongwuyuan",), "temple": ("si",), "canton": ("guangzhou",),
    "government": ("zhengfu", "renminzhengfu"), "people's": ("renmin",), "peoples": ("renmin",),
    "sports": ("tiyu",), "center": ("zhongxin",), "centre": ("zhongxin",), "ancient": ("gu",),
    "exhibition": ("huizhan",), "convention": ("huizhan",), "economic": ("jingji",),
    "development": ("kaifa",), "technology": ("jishu", "keji", "ligong"),
    "industrial": ("gongye", "chanye"), "memorial": ("jinian",), "hall": ("tang", "guan"), "of": ("",),
    "the": ("",), "no": ("di",),
}  # fmt: skip
_MOST_VARIANTS = 24
_SHORTEST_BARE = 3  # 黄埔军校 is not to be found as 军校


@functools.cache
def _converter() -> Any:
    from opencc import OpenCC

    converter = OpenCC("t2s")
    converter.convert("廣")  # it reads its tables at its first use, which two threads must not do at once
    return converter


@functools.cache
def _traditional() -> frozenset[str]:
    """Return the characters that some word of the converter's tables changes."""
    changed: set[str] = set()
    for *_, words in _converter().dict_cache.values():
        for word in words:
            simple = str(_converter().convert(word))
            same = len(simple) == len(word)
            changed |= {a for a, b in zip(word, simple, strict=True) if a != b} if same else set(word)
    return frozenset(changed)


def simplified(text: str) -> str:
    """Return ``text`` in Simplified characters."""
    # the converter takes 10 microseconds a character, and most texts have nothing for it
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    return str(_converter().convert(text))


def fold(text: str) -> str:
    """Return the comparable form of a name: ``"廣州塔 (Canton Tower)"`` -> ``"广州塔cantontower"``.

    Folding twice changes nothing more.
    """
    plain = unicodedata.normalize("NFD", simplified(unicodedata.normalize("NFKC", text)).lower())
    if any(map(unicodedata.combining, plain)):
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _DROP.sub("", plain)


def without_brackets(text: str) -> str:
    """Return ``text`` without its bracketed additions: ``"白云湖站(建设中)"`` -> ``"白云湖站"``."""
    return _BRACKETED.sub("", unicodedata.normalize("NFKC", text)).strip()


def has_han(text: str) -> bool:
    """Tell whether ``text`` holds a Chinese character."""
    return re.search(f"[{_HAN}]", text) is not None


def without_ending(unit: str) -> str:
    """Return a unit's name without its ending and the ethnic groups before it: 酉阳土家族苗族自治县 -> 酉阳."""
    stem = _ENDING.sub("", unit)
    stem = _GROUPS.sub("", stem) if stem != unit else stem
    return stem if len(stem) > 1 else unit


def keys(names: Iterable[str], pinyin: Callable[[str], str], prefixes: Sequence[str] = ()) -> list[str]:
    """Return the folded names under which a place is to be found, distinct, the first name first.

    Each name counts as it is, without its brackets, without the units' names (``prefixes``, folded, longest first) in
    front, and in pinyin.
    """
    found: dict[str, None] = {}
    for name in names:
        for form in dict.fromkeys((name, without_brackets(name))):
            folded = fold(form)
            found[folded] = None
            bare = without_prefixes(folded, prefixes)
            if len(bare) >= _SHORTEST_BARE:
                found[bare] = None
    for key in list(found):
        if has_han(key):
            found[fold(pinyin(key))] = None
    return [key for key in found if len(key) > 1]


def without_prefixes(folded: str, prefixes: Sequence[str]) -> str:
    """Return a name without the units' names (longest first) that stand in front of it, one after another."""
    while prefix := next((p for p in prefixes if folded.startswith(p)), None):
        folded = folded[len(prefix) :]
    return folded


def grams(folded: str) -> list[str]:
    """Return the distinct pieces by which folded names are compared, in order of appearance.

    Chinese runs give their pairs of neighbouring characters, Latin runs their triples; a shorter run gives itself.
    """
    found: list[str] = []
    for run in _RUNS.findall(folded):
        width = 2 if has_han(run) else 3
        found += [run] if len(run) <= width else [run[i : i + width] for i in range(len(run) - width + 1)]
    return list(dict.fromkeys(found))


def latin_variants(text: str) -> list[str]:
    """Return the pinyin spellings that an English or pinyin name may mean, folded.

    ``"Nansha Port"`` -> ``["nanshaport", "nanshagang", "nanshagangqu", "nanshamatou"]``. The first is the text itself.
    """
    words = re.findall(r"[a-z0-9']+", fold_words(text))
    choices = [_GENERIC.get(word, (word.replace("'", ""),)) for word in words]
    joined = ("".join(parts) for parts in itertools.product(*choices))
    return list(dict.fromkeys([fold(text), *itertools.islice((j for j in joined if j), _MOST_VARIANTS)]))


def fold_words(text: str) -> str:
    """Return Latin text in lower case without tone marks, its word boundaries kept."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c))
