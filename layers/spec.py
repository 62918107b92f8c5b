"""The renderer-free layer: what is seen and handed over, whoever draws or writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from layers.punctuation import printed
from layers.style import Scale

Geometry = Literal["cells", "polygons", "points", "lines", "mixed", "table"]
#: What a field holds; decides how it is written for people and how a file format stores it.
Kind = Literal[
    "text",
    "integer",
    "number",
    "share",
    "people",
    "yuan",
    "metres",
    "square_metres",
    "code",
    "list",
    "date",  # ISO text, YYYY-MM-DD
    "flag",  # true or false
    "ordinal",  # a whole number that is never summed: a year, a place in a text
]


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a layer: its column, its labels in two languages, what it holds."""

    name: str
    label_zh: str
    label_en: str
    kind: Kind = "text"
    note_zh: str = ""
    note_en: str = ""

    def label(self, lang: str) -> str:
        """Return the label in ``lang``."""
        return self.label_zh if lang == "zh" else self.label_en


@dataclass(frozen=True, slots=True)
class Layer:
    """A table with geometry, labels, a classed scale, a notice, and what leads back to its sources.

    Attributes
    ----------
    frame : GeoDataFrame, or DataFrame when ``geometry`` is "cells" or "table"
        Positions are lon, lat in WGS84 (conventions D1). A layer of cells has no shapes but a column
        ``cell`` (uint64); shapes are made from it where they are needed.
    scale : Scale or None
        Classes and colours over the column ``scale.field``.
    provenance : mapping
        What the sidecar says: source, clause, phrase, fingerprint, status of the data.
    """

    id: str
    title_zh: str
    title_en: str
    geometry: Geometry
    frame: pd.DataFrame | gpd.GeoDataFrame
    fields: tuple[Field, ...]
    scale: Scale | None = None
    notice_zh: str = ""
    notice_en: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def title(self, lang: str) -> str:
        """Return the title in ``lang``."""
        return printed(self.title_zh if lang == "zh" else self.title_en, lang)

    def notice(self, lang: str) -> str:
        """Return what a reader must know, in ``lang``."""
        return printed(self.notice_zh if lang == "zh" else self.notice_en, lang)

    def __post_init__(self) -> None:
        missing = [f.name for f in self.fields if f.name not in self.frame.columns]
        if missing:
            raise ValueError(f"layer {self.id}: fields without a column: {missing}")
