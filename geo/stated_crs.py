"""The coordinate reference system of a vector file: what the file says, else what its owner says, never a guess.

A Shapefile without its .prj says nothing. :func:`possible` ranks what its numbers may be by where they fall, to be
shown to the owner, who decides (conventions D4).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geo import boundaries, crs, datum_guess
from geo.errors import DataError, InfraPlanError

#: So many points of a file are looked at.
_POINTS = 20_000
_LOCATED = 200
#: Degrees without a name: CGCS2000 is what bureaus deliver.
_DEGREES = (crs.CGCS2000, crs.WGS84)


@dataclass(frozen=True, slots=True)
class Possible:
    """A CRS that the numbers of a file may be in.

    Attributes
    ----------
    code : str
        ``EPSG:4547``
    district : str
        Adcode of the district in which most of the file would lie; empty when it would lie in none.
    inside : float
        Share of the file's points that would lie in some district.
    shipped : bool
        Whether that district's city is one of those whose data ships.
    """

    code: str
    district: str
    inside: float
    shipped: bool

    @property
    def degrees(self) -> bool:
        """Whether the numbers are longitude and latitude."""
        return self.code in _DEGREES

    def text(self, lang: str = "en") -> str:
        """Return its name and where the file would lie."""
        name = crs.label(self.code, lang)
        if not self.district:
            return f"{name}:不在任何区县内" if lang == "zh" else f"{name}: in no district"
        unit = boundaries.unit(self.district)
        city = boundaries.unit(unit.city_adcode) if unit.city_adcode else unit
        if lang == "zh":
            return f"{name}:位于{city.name_zh if city != unit else ''}{unit.name_zh}"
        return f"{name}: in {unit.name_en}{f', {city.name_en}' if city != unit else ''}"


def with_crs(frame: gpd.GeoDataFrame, crs_name: str | None, shown: str) -> gpd.GeoDataFrame:
    """Return a frame with its CRS: its own, or the one that its owner names for a file that says none.

    Raises
    ------
    DataError
        When neither says one, when they differ, or when the name is none.
    """
    said = None
    if crs_name is not None:
        try:
            said = pyproj.CRS(crs_name)
        except pyproj.exceptions.CRSError as error:
            raise DataError(
                f"{crs_name!r} is not a CRS; write it as EPSG:4547",
                f"“{crs_name}”不是坐标系,请写作 EPSG:4547",
            ) from error
    if frame.crs is None and said is None:
        raise _not_said(frame, shown)
    if said is None:
        return frame
    if frame.crs is not None and not frame.crs.equals(said, ignore_axis_order=True):
        own, named = (f"EPSG:{c.to_epsg()}" if c.to_epsg() else c.name for c in (frame.crs, said))
        raise DataError(
            f"{shown}: says it is in {crs.label(own)}, you say {crs.label(named)}; correct the one that is wrong",
            f"{shown}:文件坐标系为 {crs.label(own, 'zh')},而指定为 {crs.label(named, 'zh')};请更正其一",
        )
    return frame.set_crs(said, allow_override=True)


def possible(frame: gpd.GeoDataFrame, region: str | None = None) -> list[Possible]:
    """Return what a file without a CRS may be in, the likeliest first by where its points would fall.

    Returns
    -------
    list of Possible
        Readings inside the region or one of the areas that ship come first, then those inside some district. Empty
        when the numbers are no position in China.
    """
    found: dict[str, Possible] = {}
    for reading in _readings(frame, region):
        codes = _DEGREES if reading.datum == "WGS84" else (reading.datum,)
        placed = _fall(reading)
        for code in codes:
            found[code] = Possible(code, *placed)
    inside = set(boundaries.districts(region)["adcode"]) if region is not None else set()
    ranked = sorted(
        found.values(), key=lambda p: (p.district not in inside, not p.shipped, -p.inside, not p.degrees)
    )
    return [p for p in ranked if p.district] or ranked


def hint(frame: gpd.GeoDataFrame) -> tuple[str, str]:
    """Return what the coordinates look like, as a sentence in two languages; empty when they look like nothing."""
    found = possible(frame)
    if not found:
        return "", ""
    if found[0].degrees:
        return "The numbers look like degrees. ", "坐标看来是经纬度。"
    if len(found) == 1:
        code = found[0].code
        return f"The numbers look like {crs.label(code)}. ", f"坐标看来是 {crs.label(code, 'zh')}。"
    return "The numbers look like metres in a 3-degree zone. ", "坐标看来是 3 度带平面坐标。"


def _not_said(frame: gpd.GeoDataFrame, shown: str) -> DataError:
    """Build the error for a file that says no CRS; the ones it names as examples are those that the numbers fit."""
    listed = [p.code for p in possible(frame)[:2]] or [*_DEGREES]
    en = " or ".join(crs.label(code) for code in listed)
    zh = "或 ".join(crs.label(code, "zh") for code in listed)
    said_en, said_zh = hint(frame)
    return DataError(
        f"{shown}: does not say its coordinate reference system (a Shapefile says it in the .prj file). "
        f"{said_en}Name it, such as {en}",
        f"{shown}:未说明坐标系(Shapefile 由 .prj 文件说明)。{said_zh}请指定坐标系,如 {zh}",
    )


def _readings(frame: gpd.GeoDataFrame, region: str | None) -> list[datum_guess.Reading]:
    """Return the readings of a file's coordinates; a vector file has easting or longitude first, and no offset here."""
    points = shapely.get_coordinates(frame.geometry.to_numpy())
    points = points[np.linspace(0, len(points) - 1, min(len(points), _POINTS)).astype(int)]
    try:
        found = datum_guess.evidence(points[:, 0], points[:, 1], region=region)
    except InfraPlanError:
        return []
    return [
        r for r in found.readings if r.axes == "xy" and (r.datum == "WGS84" or r.datum.startswith("EPSG:"))
    ]


def _fall(reading: datum_guess.Reading) -> tuple[str, float, bool]:
    """Return the district in which most points of a reading lie, the share in any, and whether its city ships."""
    chosen = np.linspace(0, len(reading.lon) - 1, min(len(reading.lon), _LOCATED)).astype(int)
    codes = boundaries.locate(reading.lon[chosen], reading.lat[chosen]).tolist()
    often = Counter(code for code in codes if code).most_common(1)
    if not often:
        return "", 0.0, False
    unit = boundaries.unit(often[0][0])
    known = set(boundaries.shipped())
    inside = sum(1 for code in codes if code) / len(codes)
    return unit.adcode, inside, unit.adcode in known or unit.city_adcode in known
