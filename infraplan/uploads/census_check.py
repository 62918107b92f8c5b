"""Whether a population that somebody brings is far from the census of the same region: told, never refused."""

from __future__ import annotations

from geo import boundaries, census, functional_zones
from geo.errors import Problem, UnknownNameError

#: By which screens know this doubt among others.
CHECK = "census"
#: The year of the census that ships.
YEAR = 2020
#: Newer figures grow and shrink; beyond these shares of the census another unit or area is likelier.
LEAST, MOST = 0.8, 1.25


def beside_census(region: str, people: int, where: str) -> Problem | None:
    """Return what to tell of a population that is far from the census of its region; None where it is near.

    Parameters
    ----------
    region : str
        Adcode of a city or district.
    people : int
        All people of the surface in that region.
    where : str
        What the population is called, for the message.

    Examples
    --------
    >>> beside_census("440100", 18_000_000, "p.csv") is None
    True
    >>> beside_census("440100", 1_000, "p.csv").zh.split(";")[0]
    '这份数据中广州市共 1,000 人,而2020年人口普查为 18,676,605 人,不足普查的 0.01%'
    """
    try:
        counted = census.total(region)
    except UnknownNameError:
        return None
    apart = _counted_apart(region)
    if LEAST * counted <= people <= MOST * (counted + apart):
        return None
    unit = boundaries.unit(region)
    en, zh = _ratio(people / counted)
    return Problem(
        CHECK,
        where,
        f"this population has {people:,} people in {unit.name_en}, the {YEAR} census counted {counted:,}: {en}; a "
        "scenario that uses it reckons with these numbers. If that is not meant, check the unit (people or 10,000 "
        "people), the column and the region",
        f"这份数据中{unit.name_zh}共 {people:,} 人,而{YEAR}年人口普查为 {counted:,} 人,{zh};"
        "情景选用后将按这份数据的人口计算。如非本意,请核对单位(人还是万人)、人口列和地区",
    )


def _counted_apart(region: str) -> int:
    """Return the people of functional zones on a district's land that the census leaves out of its row."""
    if census.census(region)["city_adcode"].eq(region).all():
        return 0  # a city's figure holds its zones
    figures = census.table()["population"]
    return sum(
        int(figures[code])
        for code, zone in functional_zones.zones().items()
        if code in figures and any(part == region for part, _ in zone.parts)
    )


def _ratio(share: float) -> tuple[str, str]:
    if share < 0.0001:
        return "less than 0.01% of it", "不足普查的 0.01%"
    if share < 1:
        shown = f"{share:.2%}" if share < 0.1 else f"{share:.0%}"
        return f"{shown} of it", f"为普查的 {shown}"
    return f"{share:,.1f} times as many", f"为普查的 {share:,.1f} 倍"
