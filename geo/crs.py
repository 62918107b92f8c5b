"""Coordinate reference systems of Chinese bureaus: CGCS2000, geographic and in 3-degree Gauss-Krueger zones.

CGCS2000 (EPSG:4490) and WGS84 (EPSG:4326) agree to decimetres. Changing one into the other is a *named identity* here
(conventions D2) and never a call to PROJ, which calls it an identity of unknown accuracy. Axis order is lon, lat and
easting, northing everywhere (D1), whatever EPSG says.

The 3-degree zones n = 25 ... 45 have their central meridian at 3n degrees East and a false easting of 500 km. Bureaus
write eastings with the zone's number before them (38,412,345.6) or without (412,345.6); both have EPSG codes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj

from geo.errors import InfraPlanError, RequestError

WGS84, CGCS2000 = "EPSG:4326", "EPSG:4490"
ZONES = range(25, 46)
PREFIX = 1_000_000
_FIRST_PREFIXED, _FIRST_PLAIN = 4513, 4534
_NAMES = {
    CGCS2000: ("CGCS2000 degrees", "CGCS2000 经纬度"),
    WGS84: ("WGS84 degrees", "WGS84 经纬度"),
    "EPSG:3857": ("Web Mercator", "Web 墨卡托"),
}


@dataclass(frozen=True, slots=True)
class GaussKruger:
    """A 3-degree Gauss-Krueger zone of CGCS2000, its eastings with the zone's number before them or without."""

    zone: int
    prefixed: bool = False

    def __post_init__(self) -> None:
        if self.zone not in ZONES:
            raise RequestError(
                f"3-degree zone {self.zone} does not lie in China; zones are {ZONES[0]} to {ZONES[-1]} "
                "(central meridian = 3 x zone)",
                f"3 度带第 {self.zone} 带不在中国范围内;带号为 {ZONES[0]} 至 {ZONES[-1]}(中央经线 = 3 × 带号)",
            )

    @property
    def central_meridian(self) -> int:
        """Degrees East."""
        return 3 * self.zone

    @property
    def epsg(self) -> int:
        """EPSG code: 4513 ... 4533 with the zone's number in the easting, 4534 ... 4554 without."""
        return (_FIRST_PREFIXED if self.prefixed else _FIRST_PLAIN) + self.zone - ZONES[0]

    @property
    def name(self) -> str:
        """The name bureaus know it by."""
        kind = f"zone {self.zone}" if self.prefixed else f"CM {self.central_meridian}E"
        return f"CGCS2000 / 3-degree Gauss-Kruger {kind}"

    @property
    def name_zh(self) -> str:
        """The name in Chinese."""
        kind = f"{self.zone}带" if self.prefixed else f"中央经线{self.central_meridian}°"
        return f"CGCS2000 3度带 {kind}"


def label(code: str, lang: str = "en") -> str:
    """Return the name of a CRS for people, with its code; one that bureaus do not use keeps the name that PROJ has.

    Examples
    --------
    >>> label("EPSG:4526", "zh"), label("EPSG:4547", "zh"), label("EPSG:4490", "zh")
    ('CGCS2000 3度带 38带(EPSG:4526)', 'CGCS2000 3度带 中央经线114°(EPSG:4547)', 'CGCS2000 经纬度(EPSG:4490)')
    """
    named = _NAMES.get(code)
    number = int(code.removeprefix("EPSG:")) if code.removeprefix("EPSG:").isdigit() else 0
    for first, prefixed in ((_FIRST_PREFIXED, True), (_FIRST_PLAIN, False)):
        if first <= number < first + len(ZONES):
            zone = GaussKruger(number - first + ZONES[0], prefixed)
            named = zone.name, zone.name_zh
    if named is None:
        known = pyproj.CRS(code).name
        named = known, known
    if code == named[0]:
        return code
    return f"{named[1]}({code})" if lang == "zh" else f"{named[0]} ({code})"


def zone_for(lon: float, prefixed: bool = False) -> GaussKruger:
    """Return the 3-degree zone whose central meridian is nearest to a longitude.

    On the meridian between two zones the western one is taken.

    Raises
    ------
    RequestError
        When the longitude is not a number or not in the zones of China (73.5 to 136.5 East).
    """
    if not np.isfinite(lon) or not 3 * ZONES[0] - 1.5 <= lon <= 3 * ZONES[-1] + 1.5:
        raise RequestError(
            f"longitude {lon} has no 3-degree zone of China (73.5 to 136.5 East)",
            f"经度 {lon} 不在中国 3 度带范围(东经 73.5 至 136.5 度)",
        )
    return GaussKruger(min(max(int(np.ceil(lon / 3 - 0.5)), ZONES[0]), ZONES[-1]), prefixed)


def to_plane(lon: np.ndarray, lat: np.ndarray, zone: GaussKruger) -> tuple[np.ndarray, np.ndarray]:
    """Return positions (lon, lat in degrees, WGS84 or CGCS2000) in a zone: (easting, northing) in metres."""
    east, north = _transformer(CGCS2000, f"EPSG:{zone.epsg}").transform(np.asarray(lon), np.asarray(lat))
    return np.asarray(east), np.asarray(north)


def from_plane(
    easting: np.ndarray, northing: np.ndarray, zone: GaussKruger | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return (lon, lat) in degrees of plane positions in metres.

    Eastings above 1,000,000 carry their zone's number, point by point; others need ``zone``.

    Raises
    ------
    InfraPlanError
        When an easting carries no zone and none is given, carries one that contradicts the one given, or one that does
        not exist.
    """
    east, north = np.asarray(easting, dtype=float), np.asarray(northing, dtype=float)
    carried = np.where(np.abs(east) > PREFIX, np.floor(east / PREFIX), 0)
    found = np.unique(carried[np.isfinite(east)]).astype(int)
    if 0 in found and zone is None:
        raise InfraPlanError(
            "these eastings carry no zone number, so the central meridian must be said (for Guangzhou 114, for Xuzhou "
            "and Zibo 117, for Qianjiang 108)",
            "东坐标不含带号,须说明中央经线(广州 114、徐州和淄博 117、黔江 108)",
        )
    if zone is not None and any(z not in (0, zone.zone) for z in found.tolist()):
        raise InfraPlanError(
            f"the eastings carry zone {found[found > 0].tolist()}, but zone {zone.zone} was said",
            f"东坐标带号为 {found[found > 0].tolist()},与指定的第 {zone.zone} 带不符",
        )
    lon, lat = np.full(east.shape, np.nan), np.full(north.shape, np.nan)
    for number in found.tolist():
        rows = carried == number
        plain = zone.zone if zone is not None else 0
        one = GaussKruger(number or plain, prefixed=bool(number))
        lon[rows], lat[rows] = _transformer(f"EPSG:{one.epsg}", CGCS2000).transform(east[rows], north[rows])
    return lon, lat


def to_wgs84(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame in EPSG:4326, with CGCS2000 to WGS84 as the named identity.

    Raises
    ------
    InfraPlanError
        When the frame does not say its CRS: it is never assumed.
    """
    if frame.crs is None:
        raise InfraPlanError(
            "the data does not say its coordinate reference system; add a .prj file or name one (CGCS2000 is "
            "EPSG:4490, its 3-degree zone for Guangzhou EPSG:4547)",
            "数据未说明坐标系;请补充 .prj 文件或指定坐标系(CGCS2000 为 EPSG:4490,广州 3 度带为 EPSG:4547)",
        )
    _require_convertible(frame.crs)
    if is_wgs84(frame.crs):
        return frame if frame.crs.to_epsg() == 4326 else frame.set_crs(WGS84, allow_override=True)
    if is_cgcs2000(frame.crs):
        plain = frame if frame.crs.is_geographic else frame.to_crs(CGCS2000)
        return plain.set_crs(WGS84, allow_override=True)
    return frame.to_crs(WGS84)


def _require_convertible(crs: pyproj.CRS) -> None:
    """Refuse a CRS that no published transformation leads out of well enough."""
    if crs.geodetic_crs is None:
        raise InfraPlanError(
            f"the data is in a local plane ({crs.name}) that stands on no geodetic datum; ask its owner for CGCS2000",
            f"数据采用地方独立坐标系({crs.name}),无法换算;请向数据提供方索取 CGCS2000 成果",
        )
    if _datum_has(crs, ("xian", "beijing 1954", "beijing_1954", "new beijing")):
        raise InfraPlanError(
            f"the data stands on {crs.geodetic_crs.name}; leading it into CGCS2000 takes local parameters that are not "
            "public (without them it is 50-150 m off). Ask its owner for CGCS2000",
            f"数据基于 {crs.geodetic_crs.name},转换到 CGCS2000 需要未公开的当地参数(否则偏差 50-150 米);"
            "请向数据提供方索取 CGCS2000 成果",
        )


def is_cgcs2000(crs: pyproj.CRS) -> bool:
    """Say whether a CRS stands on the CGCS2000 datum, geographic or projected."""
    return _datum_has(crs, ("china 2000", "cgcs2000", "china_2000", "china geodetic coordinate system 2000"))


def is_wgs84(crs: pyproj.CRS) -> bool:
    """Say whether a CRS is geographic WGS84 (EPSG:4326, OGC:CRS84 and their like)."""
    return bool(crs.is_geographic) and _datum_has(crs, ("wgs 84", "wgs_1984", "world geodetic system 1984"))


def _datum_has(crs: pyproj.CRS, words: tuple[str, ...]) -> bool:
    geodetic = crs.geodetic_crs
    if geodetic is None:
        return False
    names = f"{geodetic.name} {geodetic.datum.name if geodetic.datum else ''}".casefold()
    return any(word in names for word in words)


@functools.lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
