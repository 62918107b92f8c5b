"""Figures for people: 万, 亿, 公里 and 亿元 at the edges only (conventions U2), with their qualifier.

Inside the product a figure is a plain number in its unit; this is the one place that writes it for a reader.
"""

from __future__ import annotations

from decimal import Decimal

from plans.model import Target
from plans.vocabulary import label

# (unit, from this value on, divided by, word in Chinese, word in English), the largest first
_STEPS = (
    ("yuan", 10**8, 10**8, "亿元", ""),
    ("yuan", 10**4, 10**4, "万元", ""),
    ("m", 1000, 1000, "公里", " km"),
    ("m2", 10**6, 10**6, "平方公里", " km²"),
)
_COUNTS = ((10**8, "亿"), (10**4, "万"))
_SIGNS_EN = {
    "exact": "",
    ">": "more than ",
    ">=": "at least ",
    "~": "about ",
    "<": "below ",
    "<=": "at most ",
}
_SIGNS_ZH = {"exact": "", ">": "超过", ">=": "不少于", "~": "约", "<": "低于", "<=": "不高于"}


def figure(value: float, unit: str | None, lang: str = "zh", counter: str = "") -> str:
    """Return a figure as people write it, without loss.

    Examples
    --------
    >>> figure(38900, "count", "zh", "个"), figure(38900, "count", "en")
    ('3.89万个', '38,900')
    >>> figure(15413000000, "yuan", "zh"), figure(15413000000, "yuan", "en")
    ('154.13亿元', '15.413 billion yuan')
    >>> figure(200000, "m", "zh"), figure(85, "percent", "en"), figure(1.3, "PUE", "zh")
    ('200公里', '85%', 'PUE 1.3')
    """
    exact = Decimal(str(value))
    if unit in (None, "count"):
        return _count(exact, counter) if lang == "zh" else _plain(exact)
    if unit == "yuan" and lang != "zh":
        for size, word in ((10**9, "billion"), (10**6, "million")):
            if exact >= size:
                return f"{_plain(exact / size)} {word} yuan"
    for name, least, divisor, zh, en in _STEPS:
        if unit == name and exact >= least and (lang == "zh" or name != "yuan"):
            return _plain(exact / divisor, grouped=lang != "zh") + (zh if lang == "zh" else en)
    if unit == "percent":
        return f"{_plain(exact)}%"
    if unit == "PUE":
        return f"PUE {_plain(exact)}"
    word = label("unit", unit, lang)
    return f"{_plain(exact, grouped=lang != 'zh')}{'' if lang == 'zh' and not word.isascii() else ' '}{word}"


def of_target(target: Target, lang: str = "zh") -> str:
    """Return a target's figure with its qualifier; for one that is not quantified say so.

    The measure word of a count is the document's own (个, 根, 家), without its 万 or 亿.
    """
    if target.value is None:
        return "未量化" if lang == "zh" else "not quantified"
    counter = (target.counter_zh or "").lstrip("万亿")
    signs = _SIGNS_ZH if lang == "zh" else _SIGNS_EN
    aspires = ("力争" if lang == "zh" else "aspires to ") if target.aspirational else ""
    return aspires + signs.get(target.qualifier, "") + figure(target.value, target.unit, lang, counter)


def _count(value: Decimal, counter: str) -> str:
    for size, word in _COUNTS:
        scaled = value / size
        # 12345678 stays as it is: 1234.5678万 is no easier to read
        if value >= size and scaled == round(scaled, 3):
            return f"{_plain(scaled, grouped=False)}{word}{counter}"
    return f"{_plain(value, grouped=False)}{counter}"


def _plain(value: Decimal, grouped: bool = True) -> str:
    return f"{value.normalize():,f}" if grouped else f"{value.normalize():f}"
