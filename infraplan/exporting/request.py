"""What an export is asked for, and what it will hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from layers.export.formats import Format
from layers.export.reference import Reference
from layers.spec import Layer
from plans.model import Plan
from scenarios.model import Allocation

OF_SCENARIO = ("cells", "districts", "projects", "targets")
OF_PLAN = ("districts", "projects", "targets")
OF_WHAT_IF = ("cells", "districts")  # a scenario that names no target of a plan
ZONES = "zones"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to have.

    Attributes
    ----------
    source : str
        Id or file of a scenario, or id of a plan.
    layers : tuple of str or None
        None: every layer there is.
    crs, datum : str or None
        As the command takes them (:func:`layers.export.reference.choose`).
    polygons : Path or None
        A vector file of the user's own units; results are summed to them as the layer ``zones``.
    review_number : str or None
        The map review number (审图号), when there is one.
    on_screen : bool
        Whether a refusal speaks of the fields of the page, not of the command's options.
    """

    source: str
    layers: tuple[str, ...] | None = None
    format: str = "geojson"
    crs: str | None = None
    datum: str | None = None
    fields: str = "en"
    encoding: str = "gbk"
    public: bool = False
    review_number: str | None = None
    polygons: Path | None = None
    polygon_name: str | None = None
    on_screen: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """What an export will hold, before it is written."""

    request: Request
    name: str
    format: Format
    reference: Reference
    layers: tuple[Layer, ...]
    plan: Plan | None
    allocation: Allocation | None
    said: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each layer."""
        return {layer.id: len(layer.frame) for layer in self.layers}

    @property
    def stem(self) -> str:
        """The name of a file that holds all layers; an offset datum stands in it."""
        return f"{self.name}_{self.reference.datum}" if self.reference.offset else self.name
