"""In which coordinates a file is written: WGS84, CGCS2000, its 3-degree zones, or (for display only) GCJ-02, BD-09.

Layers come in lon, lat of WGS84. To CGCS2000 is a named identity (conventions D2), to a zone of it a projection without
any change of datum. GCJ-02 and BD-09 are offsets and no CRS (D3): such a file carries none, and its name and notice
say the datum.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from geo import china_offsets, crs
from geo.crs import GaussKruger
from geo.errors import InfraPlanError, RequestError, UnknownNameError, unknown

OFFSET_DATUMS = ("GCJ-02", "BD-09")


@dataclass(frozen=True, slots=True)
class Reference:
    """The coordinates of a file.

    Attributes
    ----------
    datum : str
        ``WGS84``, ``CGCS2000``, ``GCJ-02`` or ``BD-09``; another datum's own name for other EPSG codes.
    epsg : int or None
        None for GCJ-02 and BD-09, which have no code.
    zone : GaussKruger or None
        The 3-degree zone when the file is in one.
    """

    datum: str
    epsg: int | None
    zone: GaussKruger | None = None

    @property
    def crs(self) -> str | None:
        """The CRS as GDAL takes it; None for an offset datum, so that no program places it silently."""
        return None if self.epsg is None else f"EPSG:{self.epsg}"

    @property
    def geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.epsg is None or bool(_crs(self.epsg).is_geographic)

    @property
    def offset(self) -> bool:
        """Whether it is an offset datum of web maps."""
        return self.datum in OFFSET_DATUMS

    @property
    def name(self) -> str:
        """The name for people."""
        if self.epsg is None:
            return f"{self.datum} (no EPSG code)"
        return f"EPSG:{self.epsg} {_crs(self.epsg).name}"

    def transform(self, shapes: np.ndarray) -> np.ndarray:
        """Return shapes (lon, lat, WGS84) in these coordinates (lon, lat or easting, northing)."""
        if self.epsg in (4326, 4490):
            return shapes
        return np.asarray(shapely.transform(shapes, self.points))

    def points(self, lonlat: np.ndarray) -> np.ndarray:
        """Return (n, 2) positions (lon, lat, WGS84) in these coordinates."""
        if self.epsg in (4326, 4490):
            return lonlat
        lon, lat = lonlat[:, 0], lonlat[:, 1]
        if self.zone is not None:
            return np.column_stack(crs.to_plane(lon, lat, self.zone))
        if self.epsg is None:
            return np.column_stack(china_offsets.from_wgs84(lon, lat, self.datum))
        return np.column_stack(_to(self.epsg).transform(lon, lat))


WGS84 = Reference("WGS84", 4326)
CGCS2000 = Reference("CGCS2000", 4490)


def choose(
    wanted_crs: str | None, datum: str | None, longitude: float, default: Reference = CGCS2000
) -> Reference:
    """Return the coordinates asked for.

    Parameters
    ----------
    wanted_crs : str or None
        ``4490``, ``EPSG:4490``, ``auto`` (the 3-degree zone at ``longitude``), ``auto-prefixed`` (the same with the
        zone's number in the easting), or None for ``default``.
    datum : str or None
        ``WGS84``, ``CGCS2000``, ``GCJ-02``, ``BD-09`` (also written without hyphen).

    Raises
    ------
    UnknownNameError
        When the code or the datum is not known.
    RequestError
        When the two contradict each other.
    """
    name = _datum(datum)
    if name in OFFSET_DATUMS:
        if wanted_crs is not None:
            raise RequestError(
                f"--datum {name} with --crs {wanted_crs}: {name} is an offset for web maps, not a CRS; leave out --crs",
                f"--datum {name} 与 --crs {wanted_crs} 冲突:{name} 是互联网地图偏移坐标,没有坐标系代码,请去掉 --crs",
            )
        return Reference(name, None)
    if wanted_crs is None:
        return {"WGS84": WGS84, "CGCS2000": CGCS2000}.get(name or "", default)
    found = _by_code(wanted_crs, longitude)
    if name and name != found.datum:
        raise RequestError(
            f"--crs {wanted_crs} stands on {found.datum}, but --datum {name} was asked for; leave one out",
            f"--crs {wanted_crs} 的基准为 {found.datum},与 --datum {name} 不符,请只保留其一",
        )
    return found


def _datum(text: str | None) -> str | None:
    if text is None:
        return None
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    known = {re.sub(r"[^A-Z0-9]", "", name): name for name in china_offsets.DATUMS}
    if plain not in known:
        raise unknown("datum", text, china_offsets.DATUMS, "基准")
    return known[plain]


def _by_code(text: str, longitude: float) -> Reference:
    word = text.strip().casefold()
    if word in ("auto", "auto-prefixed"):
        zone = crs.zone_for(longitude, prefixed=word != "auto")
        return Reference("CGCS2000", zone.epsg, zone)
    match = re.fullmatch(r"(?:epsg:)?(\d{4,6})", word)
    if match is None:
        raise _unknown_crs(text)
    code = int(match[1])
    if code in (4326, 4490):
        return WGS84 if code == 4326 else CGCS2000
    for number in crs.ZONES:
        for prefixed in (True, False):
            zone = GaussKruger(number, prefixed)
            if zone.epsg == code:
                _require_near(zone, longitude)
                return Reference("CGCS2000", code, zone)
    return _other(code, text)


def _require_near(zone: GaussKruger, longitude: float) -> None:
    """Refuse a zone whose meridian is far from the data: distances there are wrong and programs draw it elsewhere."""
    if abs(zone.central_meridian - longitude) > 4.5:
        fit = crs.zone_for(longitude, zone.prefixed)
        raise RequestError(
            f"EPSG:{zone.epsg} has its central meridian at {zone.central_meridian} E, but the data lies at "
            f"{longitude:.1f} E; its zone is EPSG:{fit.epsg} (--crs auto)",
            f"EPSG:{zone.epsg} 的中央经线为 {zone.central_meridian} 度,而数据位于 {longitude:.1f} 度;"
            f"应为 EPSG:{fit.epsg}(--crs auto)",
        )


def _other(code: int, text: str) -> Reference:
    try:
        found = _crs(code)
    except pyproj.exceptions.CRSError as error:
        raise _unknown_crs(text) from error
    if crs.is_cgcs2000(found) and len(found.axis_info) == 2:
        return Reference("CGCS2000", code)
    base = found.geodetic_crs
    if base is not None and crs.is_wgs84(base) and len(found.axis_info) == 2:
        return Reference("WGS84", code)
    raise InfraPlanError(
        f"EPSG:{code} ({found.name}) does not stand on WGS84 or CGCS2000; leading the data there takes parameters that "
        "are not public. Use EPSG:4490, EPSG:4326 or --crs auto",
        f"EPSG:{code}({found.name})不是基于 WGS84 或 CGCS2000,转换参数未公开;请用 EPSG:4490、EPSG:4326 或 --crs auto",
    )


def _unknown_crs(text: str) -> UnknownNameError:
    return UnknownNameError(
        f"--crs {text}: no such coordinate reference system; use 4490 (CGCS2000), 4326 (WGS84), auto (the region's "
        "3-degree zone), auto-prefixed, or another EPSG code on CGCS2000 or WGS84",
        f"--crs {text}:没有这个坐标系;可用 4490(CGCS2000)、4326(WGS84)、auto(所在 3 度带)、auto-prefixed(含带号)"
        "或其他基于 CGCS2000、WGS84 的 EPSG 代码",
    )


@functools.cache
def _crs(code: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(code)


@functools.cache
def _to(code: int) -> pyproj.Transformer:
    """From the geographic CRS on the same datum: a projection, never a change of datum (conventions D2)."""
    base = crs.CGCS2000 if crs.is_cgcs2000(_crs(code)) else crs.WGS84
    return pyproj.Transformer.from_crs(base, _crs(code), always_xy=True)
