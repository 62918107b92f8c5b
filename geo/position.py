"""A position that never goes without its datum, its accuracy and how it is known (conventions D3, D5)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from geo import china_offsets
from geo.errors import InfraPlanError, unknown


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the ground.

    Attributes
    ----------
    lon, lat : float
        Degrees in ``datum``.
    datum : str
        ``WGS84``, ``CGCS2000``, ``GCJ-02`` or ``BD-09``.
    accuracy_m : float
        The true place is within this many metres; a district's inner point carries the district's radius.
    basis : str
        How it is known, such as ``named_point`` or ``district``; ``source`` says from where.
    """

    lon: float
    lat: float
    accuracy_m: float
    basis: str
    datum: str = "WGS84"
    source: str = ""

    def __post_init__(self) -> None:
        if self.datum not in china_offsets.DATUMS:
            raise unknown("datum", self.datum, china_offsets.DATUMS, "坐标系")
        if not (
            math.isfinite(self.lon)
            and math.isfinite(self.lat)
            and abs(self.lon) <= 180
            and abs(self.lat) <= 90
        ):
            hint = (
                "; these look like plane coordinates or swapped axes"
                if max(abs(self.lon), abs(self.lat)) > 90
                else ""
            )
            raise InfraPlanError(
                f"lon {self.lon}, lat {self.lat} is not a position in degrees{hint}; check both",
                f"经度 {self.lon}、纬度 {self.lat} 不是以度为单位的坐标,请核对是否填反或为平面坐标",
            )
        if not (math.isfinite(self.accuracy_m) and self.accuracy_m > 0):
            raise InfraPlanError(
                f"a position needs its accuracy in metres, above 0; got {self.accuracy_m}",
                f"坐标须注明精度(米,大于 0),实际为 {self.accuracy_m}",
            )
        if not self.basis:
            raise InfraPlanError("a position needs its basis: how it is known", "坐标须注明依据")

    def to(self, datum: str) -> Position:
        """Return the same place in another datum.

        GCJ-02 and BD-09 are known to a metre or so: the accuracy grows by one metre for each step through them.
        """
        if datum == self.datum:
            return self
        lon, lat = china_offsets.to_wgs84(self.lon, self.lat, self.datum)  # type: ignore[arg-type]
        lon, lat = china_offsets.from_wgs84(lon, lat, datum)
        offsets = {"GCJ-02", "BD-09"}
        steps = (self.datum in offsets) + (datum in offsets)
        return replace(self, lon=float(lon), lat=float(lat), datum=datum, accuracy_m=self.accuracy_m + steps)

    def wgs84(self) -> Position:
        """Return the same place in WGS84."""
        return self.to("WGS84")
