"""Evidence for the datum of an uploaded table. It ranks what is possible and says why; it never decides (D4).

Three kinds of evidence are weighed for each possible reading of two number columns: the size of the numbers (degrees,
or metres with or without a zone before the easting), which reading puts the points into the districts that the table
itself states, and which puts them near positions that are known otherwise (a gazetteer's, for the same names). WGS84
and CGCS2000 are one reading: they agree to decimetres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyproj

from geo import boundaries, china_offsets, crs
from geo.distance import metres
from geo.errors import InfraPlanError

_WEB_MERCATOR = pyproj.Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
_CHINA = (73.0, 3.0, 136.0, 54.0)
_CLEAR_SHARE, _CLEAR_ROWS, _CLEAR_METRES = 0.02, 3, 100.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the two columns, with the evidence for it.

    Attributes
    ----------
    datum : str
        ``WGS84`` (or CGCS2000), ``GCJ-02``, ``BD-09``, or ``EPSG:<code>`` of a plane.
    axes : str
        ``xy``: the first column is longitude or easting; ``yx``: it is latitude or northing.
    lon, lat : (n,) float arrays
        The positions in WGS84 that this reading gives; NaN where a row has no numbers.
    in_china : float
        Share of the rows with numbers that lie in the rectangle around China.
    in_region : float
        Share inside the region; NaN when none was named.
    in_stated_district : float
        Share inside the district that the row itself names; NaN when no row names one that is known.
    median_m : float
        Median distance to the reference positions in metres; NaN without them.
    n_stated : int
        How many rows name a district that is known.
    """

    datum: str
    axes: str
    lon: np.ndarray
    lat: np.ndarray
    in_china: float
    in_region: float
    in_stated_district: float
    median_m: float
    n_stated: int = 0

    def label(self, lang: str = "en") -> str:
        """Return a name for people."""
        swapped = self.axes == "yx"
        if self.datum == "WGS84":
            name, name_zh = "WGS84 / CGCS2000 degrees", "WGS84 / CGCS2000 经纬度"
        elif self.datum.startswith("EPSG:"):
            name, name_zh = crs.label(self.datum), crs.label(self.datum, "zh")
        else:
            name, name_zh = f"{self.datum} degrees", f"{self.datum} 经纬度"
        if lang == "zh":
            return name_zh + ("(首列为纬度或北坐标)" if swapped else "")
        return name + (" (latitude or northing first)" if swapped else "")

    def why(self, lang: str = "en") -> str:
        """Return the evidence in one sentence."""
        facts = [
            (self.in_china, f"{self.in_china:.0%} in China", f"{self.in_china:.0%} 在中国范围内"),
            (self.in_region, f"{self.in_region:.0%} in the region", f"{self.in_region:.0%} 在本地区内"),
            (
                self.in_stated_district,
                f"{self.in_stated_district:.1%} in the district that the row states",
                f"{self.in_stated_district:.1%} 位于所填区县内",
            ),
            (
                self.median_m,
                f"median {self.median_m:,.0f} m from known positions",
                f"与已知位置的中位距离 {self.median_m:,.0f} 米",
            ),
        ]
        said = [zh if lang == "zh" else en for value, en, zh in facts if np.isfinite(value)]
        return (";" if lang == "zh" else ", ").join(said)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All readings, the best supported first, and whether the first is clearly better than the second."""

    readings: tuple[Reading, ...]
    clear: bool
    question_en: str
    question_zh: str


def evidence(
    first: np.ndarray,
    second: np.ndarray,
    *,
    region: str | None = None,
    stated: np.ndarray | None = None,
    reference: tuple[np.ndarray, np.ndarray] | None = None,
) -> Evidence:
    """Weigh what two number columns could mean.

    Parameters
    ----------
    first, second : (n,) float arrays
        The columns in the table's order; NaN where a row has no number.
    region : str, optional
        Adcode or name of the region that the table is about.
    stated : (n,) array of str, optional
        District of each row as the table says it, adcode or name; unknown ones count for nothing.
    reference : (lon, lat), optional
        (n,) WGS84 positions of the same rows known otherwise, NaN where unknown.

    Returns
    -------
    Evidence
        Readings that put no point into China are left out. To be shown to a person, who decides.

    Raises
    ------
    InfraPlanError
        When no row has two numbers, or no reading puts a point into China.
    """
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    rows = np.isfinite(x) & np.isfinite(y)
    if not rows.any():
        raise InfraPlanError("no row has two numbers to read as a position", "没有任何一行含有两个坐标数值")
    codes = _stated_codes(stated, region)
    weighed = []
    for datum, axes, convert in _possible(x[rows], y[rows], region):
        a, b = (x, y) if axes == "xy" else (y, x)
        lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
        lon[rows], lat[rows] = convert(a[rows], b[rows])
        reading = _weigh(datum, axes, lon, lat, rows, region, codes, reference)
        if reading.in_china > 0:
            weighed.append(reading)
    if not weighed:
        about_x, about_y = f"{np.median(x[rows]):,.4g}", f"{np.median(y[rows]):,.4g}"
        raise InfraPlanError(
            f"the numbers (first column about {about_x}, second about {about_y}) are no "
            "position in China in any datum known here (WGS84, CGCS2000, GCJ-02, BD-09, 3-degree "
            "Gauss-Kruger, Web Mercator)",
            f"数值(首列约 {about_x},次列约 {about_y})在任何已知坐标系下都不在中国范围内",
        )
    weighed.sort(key=_rank)
    clear = len(weighed) == 1 or _clearly_better(weighed[0], weighed[1])
    best = weighed[0]
    ask_en = (
        "Is that right?" if clear else "The evidence does not tell them apart: ask whoever made the table."
    )
    ask_zh = "是否正确?" if clear else "现有证据不足以区分,请向数据提供方确认。"
    return Evidence(
        tuple(weighed),
        clear,
        f"Best supported: {best.label()} ({best.why()}). {ask_en}",
        f"证据最支持:{best.label('zh')}({best.why('zh')})。{ask_zh}",
    )


Convert = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _possible(x: np.ndarray, y: np.ndarray, region: str | None) -> list[tuple[str, str, Convert]]:
    """Return the readings that the size of the numbers allows."""
    found: list[tuple[str, str, Convert]] = []
    for axes, a, b in (("xy", np.median(x), np.median(y)), ("yx", np.median(y), np.median(x))):
        if 70 <= a <= 140 and 0 <= b <= 60:
            for datum in ("WGS84", "GCJ-02", "BD-09"):
                found.append((datum, axes, _from_offset(datum)))
        if not 3e5 <= b <= 7.5e6:
            continue
        if 25e6 <= a < 46e6:
            found.append((f"EPSG:{crs.GaussKruger(int(a // 1e6), True).epsg}", axes, _from_zone(None)))
        if 1e5 <= a <= 9e5:
            for zone in _plain_zones(region):
                found.append((f"EPSG:{zone.epsg}", axes, _from_zone(zone)))
        if 8e6 <= a <= 15.2e6:
            found.append(("EPSG:3857", axes, _WEB_MERCATOR.transform))
    return found


def _plain_zones(region: str | None) -> list[crs.GaussKruger]:
    """Return the zones that an easting without a number may lie in: those around the region, or all of China's."""
    if region is None:
        return [crs.GaussKruger(zone) for zone in crs.ZONES]
    west, _, east, _ = boundaries.region(region).bounds
    first, last = crs.zone_for(max(west, 73.5)).zone, crs.zone_for(min(east, 136.5)).zone
    return [crs.GaussKruger(zone) for zone in range(max(first - 1, 25), min(last + 1, 45) + 1)]


def _from_offset(datum: str) -> Convert:
    return lambda a, b: china_offsets.to_wgs84(a, b, datum)


def _from_zone(zone: crs.GaussKruger | None) -> Convert:
    def convert(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lon, lat = np.full(len(a), np.nan), np.full(len(a), np.nan)
        known = np.isin(np.floor(a / crs.PREFIX), [0, *crs.ZONES] if zone is None else [0])
        known &= (a > crs.PREFIX) if zone is None else (a < crs.PREFIX)
        if known.any():
            lon[known], lat[known] = crs.from_plane(a[known], b[known], zone)
        return lon, lat

    return convert


def _stated_codes(stated: np.ndarray | None, region: str | None) -> np.ndarray | None:
    """Return the adcode of each stated district, and an empty text where it is not known."""
    if stated is None:
        return None
    by_text: dict[str, str] = {}
    inside = set(boundaries.districts(region)["adcode"]) if region is not None else None
    for text in {str(value).strip() for value in stated}:
        found = [u for u in boundaries.find(text) if u.level == "district"]
        if inside is not None:
            found = [u for u in found if u.adcode in inside]
        exact = [u for u in found if text in (u.adcode, u.name_zh, u.name_en)] or found
        by_text[text] = exact[0].adcode if len(exact) == 1 else ""
    return np.array([by_text[str(value).strip()] for value in stated], dtype="U6")


def _weigh(
    datum: str,
    axes: str,
    lon: np.ndarray,
    lat: np.ndarray,
    rows: np.ndarray,
    region: str | None,
    codes: np.ndarray | None,
    reference: tuple[np.ndarray, np.ndarray] | None,
) -> Reading:
    west, south, east, north = _CHINA
    with np.errstate(invalid="ignore"):
        china = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    in_region = in_stated = median = float("nan")
    found = None
    if region is not None:
        found = boundaries.locate(lon, lat, region)
        in_region = float((found[rows] != "").mean())
    told = rows & (codes != "") if codes is not None else np.zeros(len(rows), dtype=bool)
    if codes is not None and told.any():
        found = boundaries.locate(lon, lat) if found is None else found
        in_stated = float((found[told] == codes[told]).mean())
    if reference is not None:
        away = metres(lon, lat, *reference)
        if np.isfinite(away).any():
            median = float(np.nanmedian(away))
    return Reading(
        datum, axes, lon, lat, float(china[rows].mean()), in_region, in_stated, median, int(told.sum())
    )


def _rank(reading: Reading) -> tuple[float, float, float, float, str]:
    """Order by distance to known positions, then districts, region, China; then by how common the reading is."""

    def known(value: float, step: float) -> float:
        return round(value / step) * step if np.isfinite(value) else 0.0

    common = ["WGS84", "GCJ-02", "BD-09"]
    order = f"{common.index(reading.datum) if reading.datum in common else 3}{reading.axes}{reading.datum}"
    return (
        known(reading.median_m, _CLEAR_METRES),
        -known(reading.in_stated_district, 0.001),
        -known(reading.in_region, 0.001),
        -known(reading.in_china, 0.001),
        order,
    )


def _clearly_better(best: Reading, second: Reading) -> bool:
    nearer = second.median_m - best.median_m > _CLEAR_METRES
    lead = best.in_stated_district - second.in_stated_district
    more_stated = lead >= _CLEAR_SHARE and lead * best.n_stated >= _CLEAR_ROWS - 0.5
    # the region alone tells planes and swapped axes apart, not offsets of half a kilometre
    more_inside = best.in_region - second.in_region >= 0.5 or best.in_china - second.in_china >= 0.5
    return bool(nearer or more_stated or more_inside)
