"""Reading figures out of Chinese text, and writing them back for people.

``quantities("累计建成3.89万个5G基站")`` gives one quantity: 38900, unit ``count``, counter 万个. Numbers glued
to Latin letters (5G, IPv6, L3) are names, not quantities. Traditional and simplified text are read alike;
the words for units, measure words and qualifiers are data (``plans/schema/words/``). Results are in the
units of conventions U1.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from geo.errors import InfraPlanError

WORDS = Path(__file__).resolve().parent / "schema" / "words"
COUNT = "count"
OTHER = "other"  # a unit outside the vocabulary, such as 千伏 or MHz

# Full-width digits, point and percent sign, one code point each, so that offsets stay.
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0xFF05: "%"}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CHINESE = "".join(sorted({*_DIGITS, *_STEPS, *_GROUPS}))
_ONE = "[一二三四五六七八九两兩]"
_SECTION = re.compile(f"(?:({_ONE})千)?[零〇]?(?:({_ONE})百)?[零〇]?(?:({_ONE})?(十))?[零〇]?({_ONE})?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in a text: its value in ``unit`` and where it stands (offsets in code points).

    ``unit`` is a code of the unit vocabulary, ``other`` for a unit outside it, or None for a bare number.
    ``counter`` is the measure word or unit as the text has it, with its 万 or 亿.
    """

    value: int | float
    unit: str | None
    counter: str
    qualifier: str
    start: int
    end: int

    def matches(self, value: float, unit: str | None) -> bool:
        """Say whether this figure states ``value`` in ``unit``; a bare number states a ratio or a count."""
        if self.unit is None:
            return self.value == value and unit in (COUNT, "PUE", "ratio", None)
        return self.unit == unit and self.value == value


def chinese_number(text: str) -> int:
    """Return the whole number that Chinese numerals state.

    Raises
    ------
    InfraPlanError
        When the text is not a numeral.

    Examples
    --------
    >>> chinese_number("三"), chinese_number("十二"), chinese_number("两千零五"), chinese_number("一亿二千万")
    (3, 12, 2005, 120000000)
    """
    value = _numeral(text)
    if value is None:
        raise InfraPlanError(f"{text!r} is not a Chinese numeral", f"“{text}”不是中文数字")
    return value


def _numeral(text: str) -> int | None:
    for groups, step in (("亿億", 10**8), ("万萬", 10**4)):
        cut = max(text.rfind(group) for group in groups)
        if cut >= 0:
            head, tail = _numeral(text[:cut]), _numeral(text[cut + 1 :]) if text[cut + 1 :] else 0
            return None if not head or tail is None else head * step + tail
    match = _SECTION.fullmatch(text)
    if not text or not match:
        return None
    thousands, hundreds, tens, ten, units = match.groups()
    value = 1000 * _DIGITS.get(thousands, 0) + 100 * _DIGITS.get(hundreds, 0)
    return value + (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(units, 0)


def quantities(text: str) -> list[Quantity]:
    """Return every figure of a text in its order.

    Examples
    --------
    >>> [(q.value, q.unit, q.qualifier) for q in quantities("约5.5万个充电桩,总投资154.13亿元")]
    [(55000, 'count', '~'), (15413000000, 'yuan', 'exact')]
    """
    return list(_scan(text))


def _scan(text: str) -> Iterator[Quantity]:
    plain = text.translate(_WIDE)
    pattern = _pattern()
    position = 0
    while match := pattern.search(plain, position):
        position = match.end() if match.end() > match.start() else match.start() + 1
        found = _quantity(plain, match)
        if found is not None:
            yield found


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    word = match["unit"] or ""
    before = text[: match.start()]
    if match["arabic"]:
        glued_before = before[-1:].isascii() and (before[-1:].isalpha() or before[-1:] == ".")
        after = text[match.end() :]
        if glued_before or (not word and after[:1].isascii() and after[:1].isalpha()):
            return None  # part of a name: 5G, IPv6, L3
        amount = Decimal(match["arabic"].replace(",", ""))
        for char in match["magnitude"] or "":
            amount *= {**_STEPS, **_GROUPS}[char]
    else:
        if not word and not match["share"]:
            return None  # 十四五, 三级, 一批: no figure without a measure word
        try:
            amount = Decimal(chinese_number(match["chinese"]))
        except InfraPlanError:
            return None
    unit: str | None = None
    if match["share"]:
        unit = "percent"
    elif word:
        unit, factor = _units().get(word, (COUNT, Decimal(1)))
        amount *= factor
    elif match["magnitude"]:
        unit = COUNT  # 12亿: a bare count
    value = int(amount) if amount == amount.to_integral_value() else float(amount)
    end = match.end()
    return Quantity(
        value=value,
        unit=unit,
        counter=(match["magnitude"] or "") + word if match["arabic"] else word,
        qualifier=_qualifier(before, text[end:], bool(match["more"])),
        start=match.start(),
        end=end,
    )


def _qualifier(before: str, after: str, more: bool) -> str:
    before, after = before.rstrip(), after.lstrip()
    words = _qualifiers()
    for word, place, code in words:  # longest first: 不超过 before 超过
        if (place == "before" and before.endswith(word)) or (place == "after" and after.startswith(word)):
            return code
    return ">" if more else "exact"


@functools.cache
def _pattern() -> re.Pattern[str]:
    words = sorted({*_units(), *_counters()}, key=lambda w: (-len(w), w))
    # A Latin unit ends where its letters end: 100PB is storage, 10GPon is a name.
    units = "|".join(re.escape(w) + (r"(?![A-Za-z])" if w.isascii() and w.isalpha() else "") for w in words)
    arabic = r"(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    magnitude = r"(?:\s*(?P<magnitude>[十百千]?[万萬][亿億]?|[十百千]?[亿億]|[百千](?=[个個座家户戶人根])))?"
    chinese = rf"(?P<share>百分之)?(?P<chinese>[{_CHINESE}]+)"
    return re.compile(rf"(?:{arabic}{magnitude}|{chinese})(?P<more>[多余餘])?\s*(?P<unit>{units})?")


def _read(name: str) -> list[dict[str, str]]:
    with (WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def _units() -> dict[str, tuple[str, Decimal]]:
    return {row["word"]: (row["unit"], Decimal(row["factor"])) for row in _read("units")}


@functools.cache
def _counters() -> frozenset[str]:
    return frozenset(row["word"] for row in _read("counters"))


@functools.cache
def _qualifiers() -> tuple[tuple[str, str, str], ...]:
    rows = [(row["word"], row["place"], row["qualifier"]) for row in _read("qualifiers")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def qualifier_words(code: str) -> tuple[str, ...]:
    """Return the words that state a qualifier, such as 超过 and 突破 for ``>``."""
    return tuple(word for word, _, stated in _qualifiers() if stated == code)
