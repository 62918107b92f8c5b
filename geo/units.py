"""The catalogue of China's provinces, cities and districts: by adcode, by name, in Chinese and English."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import DataError, UnknownNameError
from geo.paths import data_root

COLUMNS = ["adcode", "name_zh", "name_en", "level", "city_adcode", "province_adcode"]
_LEVEL_ORDER = {"province": 0, "city": 1, "district": 2}
_ENDINGS = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|盟|区|县|旗)$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit without its outline."""

    adcode: str
    name_zh: str
    name_en: str
    level: str
    city_adcode: str
    province_adcode: str

    def name(self, lang: str = "en") -> str:
        """Return the name in ``lang``."""
        return self.name_zh if lang == "zh" else self.name_en


@functools.cache
def units() -> tuple[Unit, ...]:
    """Return every province, city and district of China, sorted by adcode, the higher level first."""
    path = data_root() / "boundaries" / "units.csv"
    if not path.is_file():
        raise DataError(
            f"the data file {path.name} is missing; run: python -m infraplan data build",
            f"缺少数据文件 {path.name}",
        )
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    return tuple(Unit(*row) for row in table[COLUMNS].itertuples(index=False, name=None))


def unit(region: str) -> Unit:
    """Return the unit named by an adcode or by a name that fits exactly one unit.

    Where a code stands for units of two levels (Beijing; Dongguan) the higher one is meant.

    Raises
    ------
    UnknownNameError
        When nothing, or more than one unit, has this adcode or name; the message names what comes near.
    """
    text = str(region).strip()
    by_code = _units_by_adcode()
    if text in by_code:
        return by_code[text]
    if re.fullmatch(r"\d+", text):
        raise _unknown_adcode(text)
    found = find(text)
    exact = [u for u in found if text in (u.name_zh, u.name_en) or u.name_zh == full_name(u, text)]
    if len(exact) == 1:
        return exact[0]
    listed = [f"{u.adcode} {full_name(u)}" for u in (exact or found)[:8]]
    if exact:
        raise UnknownNameError(
            f"{text!r} names {len(exact)} units; give the adcode: {', '.join(listed)}",
            f"“{text}”对应 {len(exact)} 个行政区,请改用代码:{'、'.join(listed)}",
        )
    hint = f"; near it: {', '.join(listed)}" if listed else "; give a six-digit adcode, such as 440100"
    hint_zh = f";相近的有:{'、'.join(listed)}" if listed else ";请输入六位行政区划代码,如 440100"
    raise UnknownNameError(
        f"no administrative unit is called {text!r}{hint}", f"没有名为“{text}”的行政区{hint_zh}"
    )


def full_name(u: Unit, text: str = "") -> str:
    """Return a unit's name with its province and city before it.

    Given ``text``, return the unit's own name when ``text`` is one of its forms (徐州市鼓楼区), else nothing.
    """
    by_code = _units_by_adcode()
    above = [
        by_code[code].name_zh for code in dict.fromkeys((u.province_adcode, u.city_adcode)) if code in by_code
    ]
    above = [name for name in above if name != u.name_zh]
    forms = ["".join([*above[start:], u.name_zh]) for start in range(len(above) + 1)]
    if text in forms:
        return u.name_zh
    return forms[0] if not text else ""


def find(text: str, limit: int = 20) -> list[Unit]:
    """Return units that fit a text, best first: an adcode, a Chinese or English name, with or without its ending.

    ``天河``, ``天河区``, ``广州市天河区``, ``Tianhe``, ``440106`` all find Tianhe. An empty text finds nothing.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    table = _search_table()
    names, short, english, place = (table[c].to_numpy(dtype=str) for c in ("zh", "short", "en", "place"))
    full = table["full"].to_numpy(dtype=str)
    score = np.zeros(len(table))
    tests = (
        (100, (table["adcode"].to_numpy(dtype=str) == wanted) | (names == wanted) | (english == wanted)),
        (95, np.char.endswith(full, wanted) & np.char.endswith(np.full(len(names), wanted), names)),
        (90, (short == wanted) | (place == wanted)),
        (60, np.char.startswith(names, wanted) | np.char.startswith(english, wanted)),
        (40, (np.char.find(names, wanted) >= 0) | (np.char.find(english, wanted) >= 0)),
    )
    for points, fits in reversed(tests):
        score[fits] = points
    order = np.lexsort((table["adcode"].to_numpy(dtype=str), table["rank"].to_numpy(), -score))
    rows = [row for row in order.tolist() if score[row] > 0][:limit]
    return [units()[row] for row in rows]


@functools.cache
def _units_by_adcode() -> dict[str, Unit]:
    return {u.adcode: u for u in reversed(units())}  # the higher level stands first, and wins


@functools.cache
def _search_table() -> pd.DataFrame:
    kinds = re.compile(r" (?=District|County|City|Province|Prefecture|Municipality|Banner|League|Auto)")
    return pd.DataFrame(
        {
            "adcode": [u.adcode for u in units()],
            "zh": [u.name_zh.casefold() for u in units()],
            "short": [_short(u.name_zh) for u in units()],
            "en": [u.name_en.casefold() for u in units()],
            "place": [kinds.split(u.name_en)[0].casefold() for u in units()],
            "full": [full_name(u) for u in units()],
            "rank": [_LEVEL_ORDER[u.level] for u in units()],
        }
    )


def _short(name_zh: str) -> str:
    short = _ENDINGS.sub("", name_zh)
    return short if len(short) > 1 else name_zh


def _unknown_adcode(text: str) -> UnknownNameError:
    if len(text) != 6:
        return UnknownNameError(
            f"adcode {text!r} has {len(text)} digits; an adcode has six, such as 440100 (Guangzhou)",
            f"行政区划代码“{text}”为 {len(text)} 位,应为六位,如 440100(广州市)",
        )
    if text[4:] in ("71", "72", "73", "74"):  # where the statistical codes of functional zones lie
        return UnknownNameError(
            f"{text} is the statistical code of a functional zone, which no boundary layer draws; its land lies in "
            f"districts of {text[:4]}00, and geo.functional_zones holds what is known of it",
            f"{text} 是功能区的统计代码,边界数据中没有其范围;其用地位于 {text[:4]}00 的区县内,近似范围见功能区数据",
        )
    near = [u for u in units() if u.adcode[:4] == text[:4]] or [
        u for u in units() if u.adcode[:2] == text[:2] and u.level != "district"
    ]
    listed = [f"{u.adcode} {u.name_zh}" for u in near[:12]]
    hint = f"; near it: {', '.join(listed)}" if listed else "; give a six-digit adcode, such as 440100"
    hint_zh = f";相近的有:{'、'.join(listed)}" if listed else ";请输入六位行政区划代码,如 440100(广州市)"
    return UnknownNameError(
        f"no administrative unit has the adcode {text}{hint}", f"没有代码为 {text} 的行政区{hint_zh}"
    )
