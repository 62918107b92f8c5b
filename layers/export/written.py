"""What a writer reports of the file it wrote: for the sidecar, the data dictionary, and the check on the other side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layers.export.columns import Column
from layers.export.features import Features


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a format could not hold, so that nobody finds it out by accident."""

    table: str
    column: str
    rows: int
    first: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file: its rows, and the exact sums of its columns of counts by their names in the file."""

    path: Path
    format: str
    table: str
    layer: str
    features: int
    sums: Mapping[str, int]
    columns: tuple[Column, ...]
    losses: tuple[Loss, ...] = field(default=())


def table(path: Path, format_id: str, features: Features, losses: tuple[Loss, ...] = ()) -> Table:
    """Return the report on a table written from ``features``."""
    return Table(
        path,
        format_id,
        features.table,
        features.layer.id,
        len(features),
        features.sums(),
        features.columns,
        losses,
    )
