"""What a geocoder answers with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from geo.position import Position


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that a text may mean.

    ``lon, lat`` are degrees in ``datum`` (``"WGS84"`` for everything offline; ``"GCJ-02"`` for what an online service
    gave in it). ``score`` runs from 0 to 1; ``precision`` is a class of :data:`geo.geocode.columns.PRECISIONS`;
    within ``accuracy_m`` metres of the point the place meant is to be expected. ``status`` is ``source``, ``derived``
    or ``unverified``, ``matched`` the stored name that the text was found to hold, ``kind`` what the place is.
    """

    name: str
    lon: float
    lat: float
    score: float
    precision: str
    accuracy_m: int
    datum: str
    adcode: str
    source: str
    name_en: str = ""
    kind: str = ""
    status: str = "source"
    matched: str = ""
    id: str = ""

    def position(self) -> Position:
        """Return where it is, with datum, accuracy and source; the basis is the precision class."""
        return Position(self.lon, self.lat, float(self.accuracy_m), self.precision, self.datum, self.source)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values, in their order, for JSON."""
        return asdict(self)
