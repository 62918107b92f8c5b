"""What a request may ask: paths, parameters and their values, checked before pygeoapi sees them.

The standard wants 400 for a parameter that the service does not define; pygeoapi passes over them in silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from infraplan.serve.provider import LATITUDE_FIRST

FORMATS = ("json", "html")
COMMON = ("f", "lang")
ITEM = (*COMMON, "crs")
ITEMS = (
    *ITEM,
    "bbox",
    "bbox-crs",
    "datetime",
    "limit",
    "offset",
    "properties",
    "resulttype",
    "skipGeometry",
    "sortby",
)
MAX_TEXT = 2000
_DATE_TIME = r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?"
_OPEN = rf"(?:{_DATE_TIME}|\.\.|)"
_PATTERNS = {
    "f": "|".join(FORMATS),
    "lang": r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*",
    "limit": r"[0-9]{1,9}",
    "offset": r"[0-9]{1,9}",
    "resulttype": "hits|results",
    "skipGeometry": "true|false",
    "datetime": rf"{_DATE_TIME}|{_OPEN}/{_OPEN}",
    "sortby": r"[+\- ]?\w+(?:,[+\- ]?\w+)*",
    "properties": r"\w+(?:,\w+)*",
}


class BadRequest(Exception):
    """A request that is answered with 400, and why."""


def check(given: Sequence[tuple[str, str]], allowed: Iterable[str], fields: Collection[str] = ()) -> None:
    """Check the parameters of a request.

    Parameters
    ----------
    given : (name, value) pairs as they came
    allowed : names that the path defines
    fields : names of columns that may be filtered by

    Raises
    ------
    BadRequest
        When a name is not defined or stands twice, or a value is not of its form.
    """
    known = {*allowed, *fields}
    seen: set[str] = set()
    for name, value in given:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise BadRequest(f"unknown parameter {name[:60]!r}; known here: {listed}")
        if name in seen:
            raise BadRequest(f"parameter {name!r} stands twice")
        seen.add(name)
        if len(value) > MAX_TEXT:
            raise BadRequest(f"parameter {name!r} is longer than {MAX_TEXT} characters")
        pattern = _PATTERNS.get(name)
        if pattern is not None and not re.fullmatch(pattern, value, re.ASCII if name != "properties" else 0):
            raise BadRequest(f"parameter {name!r}: {value[:60]!r} is not of the form it must have")


class Parameters(dict[str, str]):
    """The parameters of a request as pygeoapi gets them: as they came, but with the box as lon, lat.

    pygeoapi would ask PROJ for a way from CGCS2000 to WGS84 at each request (1.2 s), and D2 forbids it: they are one
    another's identity here. Links are built from :meth:`items` and keep what the client wrote.
    """

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter; ``bbox`` as lon, lat whatever its CRS, and then no ``bbox-crs``."""
        value = super().get(name, default)
        if super().get("bbox-crs") not in LATITUDE_FIRST or "bbox" not in self:
            return value
        if name == "bbox-crs":
            return default
        return _lon_first(value) if name == "bbox" else value


def _lon_first(bbox: str) -> str:
    numbers = bbox.split(",")
    half = len(numbers) // 2
    if len(numbers) not in (4, 6):
        return bbox  # pygeoapi tells what is wrong with it
    corners = [numbers[:half], numbers[half:]]
    return ",".join(text for lat, lon, *height in corners for text in (lon, lat, *height))
