"""pygeoapi's way into the published collections: a feature provider that only reads."""

from __future__ import annotations

import math
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np
from pygeoapi.provider.base import BaseProvider, ProviderInvalidQueryError, ProviderItemNotFoundError

from geo.errors import InfraPlanError
from infraplan.serve.content import Published
from infraplan.serve.store import BadFilter, Table

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#: Latitude comes first in both; CGCS2000 and WGS84 are one another's identity here (conventions D2).
WGS84_URI = "http://www.opengis.net/def/crs/EPSG/0/4326"
CGCS2000_URI = "http://www.opengis.net/def/crs/EPSG/0/4490"
LATITUDE_FIRST = (WGS84_URI, CGCS2000_URI)

#: What the providers of this process read, by the server's address: pygeoapi makes a provider from names only.
SOURCES: dict[str, Published] = {}


@dataclass
class Page:
    """The features of an answer as JSON text, past pygeoapi, which would take them apart and write them again."""

    features: str | None = None


#: Where a request that wants JSON is waiting for its features; unset: they go through pygeoapi (HTML).
PAGE: ContextVar[Page | None] = ContextVar("page", default=None)


class Provider(BaseProvider):  # type: ignore[misc]
    """Features of one published collection; ``data`` in the configuration is ``{"source": ..., "collection": ...}``."""

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        try:
            self.table: Table = SOURCES[self.data["source"]].table(self.data["collection"])
        except (InfraPlanError, KeyError) as error:
            raise ProviderItemNotFoundError(
                str(error), user_msg="the collection has no features any more"
            ) from error
        self._fields = self.table.fields

    def get_fields(self) -> dict[str, Any]:
        """Return the columns as JSON Schema."""
        return self.table.fields

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: list[float] | None = None,
        properties: list[tuple[str, str]] | None = None,
        sortby: list[dict[str, str]] | None = None,
        select_properties: list[str] | None = None,
        skip_geometry: bool = False,
        crs_transform_spec: Any = None,
        **_kwargs: Any,
    ) -> dict[str, Any]:
        """Return a page of features that fit, and how many fit in all."""
        try:
            rows = self.table.select(
                _box(bbox),
                properties or (),
                [(item["property"], item["order"] == "-") for item in sortby or ()],
            )
        except BadFilter as error:
            raise ProviderInvalidQueryError(str(error), user_msg=str(error)) from error
        document: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [],
            "numberMatched": len(rows),
            "numberReturned": 0,
        }
        if resulttype != "hits":
            page = rows[offset : offset + limit]
            wanted = (page, select_properties or (), not skip_geometry, lat_first(crs_transform_spec))
            waiting = PAGE.get()
            if waiting is None:
                document["features"] = self.table.features(*wanted)
            else:
                waiting.features = self.table.text(*wanted)
            document["numberReturned"] = len(page)
        return document

    def get(self, identifier: str, crs_transform_spec: Any = None, **_kwargs: Any) -> dict[str, Any]:
        """Return one feature by its id."""
        row = self.table.row_of.get(str(identifier))
        if row is None:
            raise ProviderItemNotFoundError(f"no feature {identifier}", user_msg="no such feature")
        return self.table.features(np.array([row]), lat_first=lat_first(crs_transform_spec))[0]


def lat_first(crs_transform_spec: Any) -> bool:
    """Return whether the CRS asked for has latitude before longitude; the figures are the same in all of ours."""
    return crs_transform_spec is not None and crs_transform_spec.target_crs_uri in LATITUDE_FIRST


def _box(bbox: list[float] | None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of a bbox with or without heights."""
    if not bbox:
        return None
    half = len(bbox) // 2
    west, south, east, north = bbox[0], bbox[1], bbox[half], bbox[half + 1]
    if not all(map(math.isfinite, (west, south, east, north))):
        raise BadFilter("bbox: the numbers must be finite")
    return west, south, east, north
