"""Cells of a bureau's list as plain values: numbers, money in yuan, periods, stages, coordinates.

Each function takes one cell and returns a value, None for an empty cell, or raises :class:`BadCell` with a sentence in
two languages. Nothing is guessed: a cell that can be read in two ways is refused and says so.
"""

from __future__ import annotations

import datetime
import functools
import math
import re
import unicodedata
from decimal import Decimal

from infraplan.uploads.cells import Cell, text_of
from plans.units import qualifier_words
from plans.vocabulary import vocabulary

#: Yuan in one unit of each code.
MONEY_UNITS = {"yuan": 1, "qian": 10**3, "wan": 10**4, "baiwan": 10**6, "yi": 10**8}
MONEY_NAMES = {
    "yuan": ("元", "yuan"),
    "qian": ("千元", "thousand yuan"),
    "wan": ("万元", "10,000 yuan"),
    "baiwan": ("百万元", "million yuan"),
    "yi": ("亿元", "100 million yuan"),
}
# separators stand before groups of three and nowhere else: 12,5 or 0,125 may be a decimal comma, and is refused
_DIGITS = r"[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.\d+)?"
_NUMBER = re.compile(rf"{_DIGITS}(?:e[-+]?\d+)?")
_MONEY = re.compile(rf"(?P<amount>{_DIGITS})\s*(?P<unit>亿元?|万元?|千元|元)?")
#: Words that make a figure no exact one, beside those that plans use (``plans/schema/words/qualifiers.csv``).
_NOT_EXACT = ("逾", "将近", "接近", "大概", "估计", "暂估", "预计", "超出", "至多", "最多", "最少", "上下")
_MORE_SIGNS = ("余", "多", "+", ">", ">=", "<", "<=", "~", "≥", "≤", "≈", "±")
_COMMAS = re.compile(r"[^,]*\d[^,]*(?:,\s*\d+)+[^,]*")
#: No list means more yuan, or more things in one row; figures and their sums are kept in 64 bits.
MOST_YUAN, MOST_THINGS = 10**15, 10**12
#: What people write where they have nothing to say.
EMPTY = frozenset(
    ("-", "--", "—", "——", "/", "\\", "无", "暂无", "待定", "未定", "n/a", "na", "none", "null", "tbd")
)
_SEPARATOR = r"\s*(?:-{1,2}|[\u2010-\u2015\u2212~]{1,2}|至|到)\s*"
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s*(?:[年./-]\s*(?P<m>\d{1,2})\s*(?:[月./-]\s*(?P<d>\d{1,2})\s*日?|月)?|年)?"
    r"\s*(?P<part>上半年|下半年|年?底|年?末|年?初|第?[一二三四1-4]季度)?"
)
_DMS = re.compile(
    r"(?P<d>\d{1,3})\s*[°度]\s*(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:[\"”秒]|''|′′))?"
)
#: Stages that are still to come or are over; a text that only says it is not known (未知) is none of them.
_NOT_STANDING = re.compile(
    r"(?:未|没有|拟|计划|预计|规划|即将|不再|停止|暂停)(?:.{0,4}?)(?:建|投|运|营|用|开工|完工|竣工|验收|交付)"
)
_HEMISPHERE = re.compile(r"^(?:东经|北纬|[EN])[::]?\s*|\s*[EN]$", re.IGNORECASE)


class BadCell(Exception):
    """A cell that cannot be read, in two languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


def text(cell: Cell) -> str | None:
    """Return the cell as text, None when it is empty."""
    return text_of(cell) or None


def number(cell: Cell) -> float | None:
    """Return a plain number; thousands separators and full-width digits are read.

    Examples
    --------
    >>> number("1,234.5"), number("12"), number("-"), number(3)
    (1234.5, 12.0, None, 3.0)
    """
    if isinstance(cell, int | float):
        return float(cell)
    plain = _plain(cell)
    if plain is None:
        return None
    if not _NUMBER.fullmatch(plain) or not any(c.isdigit() for c in plain):
        raise _misplaced_comma(plain) or BadCell(f"{plain!r} is not a number", f"“{plain}”不是数字")
    return float(plain.replace(",", ""))


def count(cell: Cell, scale: int = 1) -> int | None:
    """Return a whole number that is not negative; ``scale`` is how many things one unit of the column is.

    Examples
    --------
    >>> count("1,200"), count("1.2", 10_000), count(None)
    (1200, 12000, None)
    """
    stated = number(cell)
    if stated is None:
        return None
    if not math.isfinite(stated):
        raise BadCell(f"{stated:g} is not a whole number of things", f"{stated:g} 不是非负整数")
    value = Decimal(repr(stated)) * scale
    if value < 0 or value != value.to_integral_value():
        raise BadCell(
            f"{value.normalize():f} is not a whole number of things", f"{value.normalize():f} 不是非负整数"
        )
    if value > MOST_THINGS:
        raise BadCell(f"{value:g} things in one row are too many; check it", f"{value:g} 过大;请核对数量")
    return int(value)


def money(cell: Cell, unit: str | None) -> tuple[int | None, str | None]:
    """Return an amount in whole yuan, and the unit that the cell itself states (None when it states none).

    Parameters
    ----------
    unit : str or None
        The unit of the column, for cells that state none.

    Examples
    --------
    >>> money("1.2亿元", "wan"), money("3,500", "wan"), money(0.5, "yi")
    ((120000000, 'yi'), (35000000, None), (50000000, None))
    """
    if isinstance(cell, int | float):
        return _yuan(Decimal(repr(cell)), unit), None
    plain = _plain(cell)
    if plain is None:
        return None, None
    match = _MONEY.fullmatch(plain)
    if match is None or not any(c.isdigit() for c in match["amount"]):
        raise (
            _not_exact(plain)
            or _misplaced_comma(plain)
            or BadCell(f"{plain!r} is not an amount of money", f"“{plain}”不是金额")
        )
    stated = {"亿": "yi", "万": "wan", "千": "qian", "元": "yuan"}.get((match["unit"] or " ")[0])
    return _yuan(Decimal(match["amount"].replace(",", "")), stated or unit), stated


def _misplaced_comma(plain: str) -> BadCell | None:
    """Return the refusal of a figure whose commas separate no thousands: 12,5 may be 12.5, 125 or two figures."""
    if not _COMMAS.fullmatch(plain):
        return None
    return BadCell(
        f"{plain!r}: its commas do not separate thousands; write a decimal with a point (12.5), and thousands in "
        "groups of three digits (1,250)",
        f"“{plain}”的逗号不是千位分隔;小数请用小数点(如 12.5),千位分隔须每三位一个逗号(如 1,250)",
    )


def _not_exact(plain: str) -> BadCell | None:
    """Return the refusal of a figure with a qualifier (约3000, 3000万元以上): it must not become an exact one."""
    if not _qualified().fullmatch(plain):
        return None
    return BadCell(
        f"{plain!r} is no exact figure; write the exact one, or leave the cell empty and put these words into the "
        "remarks",
        f"“{plain}”不是确数;请填写确数,或留空并将原文写入备注列",
    )


@functools.cache
def _qualified() -> re.Pattern[str]:
    """Return the pattern of a figure with words or signs beside it that make it no exact one."""
    plans_say = [word for code in ("~", ">", ">=", "<", "<=") for word in qualifier_words(code)]
    words = "|".join(map(re.escape, sorted({*plans_say, *_NOT_EXACT, *_MORE_SIGNS}, key=len, reverse=True)))
    return re.compile(rf"(?:{words})*\s*{_DIGITS}\s*(?:{words})?\s*(?:亿元?|万元?|千元|元)?\s*(?:{words})*")


def _yuan(amount: Decimal, unit: str | None) -> int | None:
    if unit is None:
        raise BadCell(
            f"{amount}: whether yuan, 万元 or 亿元 is not stated", f"{amount}:未注明单位是元、万元还是亿元"
        )
    if amount < 0:
        raise BadCell(f"{amount}: an amount cannot be negative", f"{amount}:金额不能为负")
    if amount * MONEY_UNITS[unit] > MOST_YUAN:
        en, zh = MONEY_NAMES[unit][1], MONEY_NAMES[unit][0]
        raise BadCell(
            f"{amount:,} in {en} is more than one project can cost; check the figure and its unit",
            f"{amount:,} {zh}超出单个项目的可能;请核对数值与单位",
        )
    return int((amount * MONEY_UNITS[unit]).to_integral_value())


def date(cell: Cell) -> tuple[str, str] | None:
    """Return the first and last date that a cell may mean, each as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Examples
    --------
    >>> date("2020.03"), date("2022年12月底"), date("2021年上半年"), date(2020)
    (('2020-03', '2020-03'), ('2022-12', '2022-12'), ('2021-01', '2021-06'), ('2020', '2020'))
    """
    if isinstance(cell, datetime.date):
        return cell.isoformat(), cell.isoformat()
    plain = _date_text(cell)
    if plain is None:
        return None
    match = _DATE.fullmatch(plain)
    if not match:
        raise BadCell(
            f"{plain!r} is not a date (write 2022, 2022-03 or 2022年3月)",
            f"“{plain}”不是日期(可写作 2022、2022-03 或 2022年3月)",
        )
    return _dates(match, plain)


def _date_text(cell: Cell) -> str | None:
    """Return what a cell of dates says: 2020, 202003 as 2020-03, or 2020.03 that a spreadsheet made a number.

    A spreadsheet drops the last 0 of 2020.10, in its cells and in the CSV that it saves.
    """
    shown = _plain(f"{cell:g}" if isinstance(cell, float) and abs(cell) < 1e5 else cell)
    if shown is None:
        return None
    if re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])", shown):
        return f"{shown[:4]}-{shown[4:]}"
    if re.fullmatch(r"(?:19|20)\d\d\.1", shown):
        raise BadCell(
            f"{shown} may be January or October (a spreadsheet drops the 0 of .10); write 2020-10 or 2020年1月",
            f"{shown} 可能是1月或10月(表格会省略 .10 末尾的 0);请写作 2020-10 或 2020年1月",
        )
    return shown


def _dates(match: re.Match[str], shown: str) -> tuple[str, str]:
    year, month, day = match["y"], match["m"], match["d"]
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise BadCell(f"{shown!r} is not a date in the calendar", f"“{shown}”不是有效日期") from None
    if day:
        one = f"{year}-{int(month):02d}-{int(day):02d}"
        return one, one
    if month:
        return f"{year}-{int(month):02d}", f"{year}-{int(month):02d}"
    part = (match["part"] or "").lstrip("年第")
    months = {"上半年": (1, 6), "下半年": (7, 12), "底": (12, 12), "末": (12, 12), "初": (1, 1)}.get(part)
    if part.endswith("季度"):
        quarter = "一二三四".find(part[0]) + 1 or int(part[0])
        months = (3 * quarter - 2, 3 * quarter)
    return (year, year) if months is None else (f"{year}-{months[0]:02d}", f"{year}-{months[1]:02d}")


def period(cell: Cell) -> tuple[str, str] | None:
    """Return the first and last year or month of works, as they are stated.

    Examples
    --------
    >>> period("2020-2022"), period("2020—2022年"), period("2020.03-2022.12"), period("2020年3月至2022年12月")
    (('2020', '2022'), ('2020', '2022'), ('2020-03', '2022-12'), ('2020-03', '2022-12'))
    >>> period("2021"), period("2020-03"), period("2021-23")
    (('2021', '2021'), ('2020-03', '2020-03'), ('2021', '2023'))
    """
    if isinstance(cell, datetime.date | int | float):
        return date(cell)
    plain = _date_text(cell)
    if plain is None:
        return None
    if _DATE.fullmatch(plain) and not re.fullmatch(r"(?:19|20)\d\d-(?:1[3-9]|[2-9]\d)", plain):
        try:
            return date(plain)
        except BadCell:
            pass  # 2021-23: two years, not a month
    short = re.fullmatch(r"((?:19|20)(\d\d))年?" + _SEPARATOR + r"(\d\d)年?", plain)
    if short and int(short[3]) > int(short[2]):
        return short[1], short[1][:2] + short[3]
    for cut in re.finditer(_SEPARATOR, plain):
        first, last = _DATE.fullmatch(plain[: cut.start()]), _DATE.fullmatch(plain[cut.end() :])
        if first and last:
            begin, end = _dates(first, plain)[0], _dates(last, plain)[1]
            if end[: min(len(begin), len(end))] < begin[: min(len(begin), len(end))]:
                raise BadCell(f"{plain!r} ends before it begins", f"“{plain}”的结束早于开始")
            return begin, end
    raise BadCell(
        f"{plain!r} is not a period (write 2020-2022 or 2020.03-2022.12)",
        f"“{plain}”不是起止年限(可写作 2020-2022 或 2020.03-2022.12)",
    )


def stage(cell: Cell) -> str | None:
    """Return the code of a project's stage; None when the cell is empty or its word is not known.

    Examples
    --------
    >>> stage("在建"), stage("已竣工"), stage("续建项目"), stage("奇怪"), stage("拟投运")
    ('under_construction', 'completed', 'continued', None, None)
    """
    plain = _plain(cell)
    if plain is None:
        return None
    words = _stages()
    bare = re.sub(r"^(?:已|正)|(?:项目|阶段|中|类)$", "", plain)
    return words.get(plain) or words.get(bare)


def says_not_standing(cell: Cell) -> bool:
    """Return whether a stage that has no code says by its own words that the thing does not stand or is not used.

    Examples
    --------
    >>> [says_not_standing(text) for text in ("拟投运", "未建成", "不再运营", "运行正常", "未知")]
    [True, True, True, False, False]
    """
    plain = _plain(cell)
    return plain is not None and _NOT_STANDING.search(plain) is not None


@functools.cache
def _stages() -> dict[str, str]:
    words = {}
    for code, term in vocabulary("stage").items():
        for label in (*term.label_zh.split("/"), term.label_en, code):
            words[label] = code
    more = {
        "拟建": "preparation", "前期工作": "preparation", "前期准备": "preparation", "重大前期": "preparation",
        "预备": "reserve", "重点预备": "reserve", "待开工": "approved", "批复": "approved", "已批复": "approved",
        "新建": "new_start", "新开": "new_start", "拟开工": "approved", "拟新开工": "approved",
        "计划新开工": "approved", "未开工": "approved", "开工": "new_start",
        "建设": "under_construction", "施工": "under_construction", "结转": "continued", "停工": "suspended",
        "缓建": "suspended", "停建": "suspended", "停运": "suspended", "停用": "suspended",
        "封顶": "topped_out", "完工": "completed", "建成": "completed",
        "已建": "completed", "完成": "completed", "建成投用": "in_operation", "建成投运": "in_operation",
        "正式运营": "in_operation", "投入运营": "in_operation", "投入运行": "in_operation", "在运": "in_operation",
        "在用": "in_operation", "使用": "in_operation", "运行": "in_operation", "正常运行": "in_operation",
        "正常运营": "in_operation", "投产": "in_operation", "投用": "in_operation", "投运": "in_operation",
        "运营": "in_operation", "投入使用": "in_operation", "验收": "accepted", "取消": "cancelled",
        "退库": "cancelled", "终止": "cancelled", "拆除": "cancelled",
    }  # fmt: skip
    return {**more, **words}


def coordinate(cell: Cell) -> float | None:
    """Return a coordinate as a number: degrees, or metres of a plane. 113°15′30″ and E113.26 are read.

    Examples
    --------
    >>> coordinate("113.26"), coordinate("113°15′36″"), coordinate("北纬23度7.8分"), coordinate("E113.26")
    (113.26, 113.26, 23.13, 113.26)
    """
    if isinstance(cell, int | float):
        return float(cell) if cell else None
    plain = _plain(cell)
    if plain is None:
        return None
    plain = _HEMISPHERE.sub("", plain)
    match = _DMS.fullmatch(plain)
    if match:
        minutes, seconds = float(match["m"] or 0), float(match["s"] or 0)
        if minutes >= 60 or seconds >= 60:
            raise BadCell(f"{plain!r}: minutes and seconds are below 60", f"“{plain}”:分、秒应小于 60")
        return round(int(match["d"]) + minutes / 60 + seconds / 3600, 9)
    try:
        value = number(plain.rstrip("°度"))
    except BadCell:
        value = None
    if value is None:
        raise BadCell(f"{text_of(cell)!r} is not a coordinate", f"“{text_of(cell)}”不是坐标")
    return value


def coordinates(cell: Cell) -> tuple[float | None, float | None]:
    """Return the two numbers of a cell that holds both coordinates, in its order: ``113.26,23.13``."""
    plain = _plain(cell)
    if plain is None:
        return None, None
    parts = [part for part in re.split(r"\s*[,;、/]\s*|\s+", plain.strip("()[] ")) if part]
    if len(parts) != 2:
        raise BadCell(
            f"{plain!r} is not two coordinates; write 113.26, 23.13",
            f"“{plain}”不是一对坐标;请写作 113.26, 23.13",
        )
    first, second = (coordinate(part) for part in parts)
    return first, second


def _plain(cell: Cell) -> str | None:
    """Return a cell's text, full-width letters narrow, or None when it says nothing."""
    shown = unicodedata.normalize("NFKC", text_of(cell)).replace("\n", " ").strip()
    return None if not shown or shown.lower() in EMPTY else shown
