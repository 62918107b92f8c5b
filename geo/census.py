"""The 2020 census by county-level unit: residents, urban and rural, households, households with a car.

The units of the census are not always those of the map. In Xuzhou the census counts eleven units on the land of ten
districts: 徐州经济技术开发区 (320371, a statistical code) is counted apart, and the rows of the districts whose land it
takes leave its people out. A unit says so by its ``level``: ``county`` has a polygon of its own, ``city`` is the sum of
the units below it, ``functional_zone_statistical`` has people but no polygon.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pandas as pd

from geo.errors import DataError, Problem, UnknownNameError
from geo.paths import data_root

ZONE = "functional_zone_statistical"
_COUNTS = ("population", "urban", "rural", "households")


def table() -> pd.DataFrame:
    """Return every census row, indexed by adcode (text) and sorted.

    Columns: name_zh, name_en, level (``city``, ``county``, ``functional_zone_statistical``), city_adcode, population,
    urban, rural, households (Int64), car_household_share (float, a fraction of 1), source. Unknown is NA.
    """
    return _read(data_root() / "population" / "census_2020.csv").copy()


def census(region: str) -> pd.DataFrame:
    """Return the census units of a region: its counties and its functional zones, without the city's own row.

    Parameters
    ----------
    region : str
        Adcode of a city (its units) or of one unit.

    Returns
    -------
    DataFrame
        Columns of :func:`table`, indexed by adcode and sorted. The counts of a city's units sum to the city's row.

    Raises
    ------
    UnknownNameError
        When the census that ships does not hold this region.
    """
    whole = table()
    code = str(region).strip()
    units = whole[whole["level"] != "city"]
    found = units[(units["city_adcode"] == code) | (units.index == code)]
    if found.empty:
        known = [f"{adcode} {row.name_zh}" for adcode, row in whole[whole["level"] == "city"].iterrows()]
        known += [
            f"{adcode} {row.name_zh}" for adcode, row in units[units["city_adcode"] == units.index].iterrows()
        ]
        raise UnknownNameError(
            f"the 2020 census that ships has no unit in {code}; it holds: {', '.join(known)} and their districts. "
            "Bring people for another region with a population file of your own",
            f"随附的七普数据中没有 {code};现有:{'、'.join(known)} 及其区县。其他地区请自备人口数据",
        )
    return found


def zones(region: str) -> pd.DataFrame:
    """Return the units of a region that have people but no polygon of their own (functional zones)."""
    units = census(region)
    return units[units["level"] == ZONE]


def total(region: str) -> int:
    """Return the number of residents of a region: the exact sum of its units."""
    return int(census(region)["population"].sum())


def problems(whole: pd.DataFrame | None = None) -> list[Problem]:
    """Return what is wrong with the census table: units that do not sum to their city, urban and rural to the whole."""
    whole = table() if whole is None else whole
    found = []
    split = whole["urban"] + whole["rural"] != whole["population"]
    for adcode in whole.index[split.fillna(False)]:
        found.append(
            Problem(
                "urban_and_rural_make_the_whole",
                f"census_2020.csv, {adcode}",
                "urban + rural is not population",
                "城乡之和不等于总人口",
            )
        )
    for adcode, city in whole[whole["level"] == "city"].iterrows():
        units = whole[(whole["city_adcode"] == adcode) & (whole["level"] != "city")]
        for column in _COUNTS:
            if units[column].sum() != city[column]:
                found.append(
                    Problem(
                        "units_sum_to_city",
                        f"census_2020.csv, {adcode}",
                        f"{column}: the units sum to {units[column].sum():,}, the city's row says {city[column]:,}",
                        f"{column}:各单位之和 {units[column].sum():,},全市为 {city[column]:,}",
                    )
                )
    return found


@functools.cache
def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(
            f"the census table {path.name} is missing; run: python -m infraplan data build",
            f"缺少人口普查表 {path.name}",
        )
    text = dict.fromkeys(("adcode", "name_zh", "name_en", "level", "city_adcode", "source"), str)
    types = text | dict.fromkeys(_COUNTS, "Int64") | {"car_household_share": "float64"}
    frame = pd.read_csv(path, dtype=types, encoding="utf-8")
    missing = [name for name in types if name not in frame.columns]
    if missing:
        raise DataError(
            f"{path.name}: column(s) {', '.join(missing)} missing", f"{path.name}:缺少列 {'、'.join(missing)}"
        )
    return frame.set_index("adcode").sort_index()
