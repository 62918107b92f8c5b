"""Builders of the data that ships: each step writes the files of one data folder, byte-identically.

A module of this package that builds something has ``STEPS``, a list of :class:`Step`. A step may read what an earlier
step (smaller ``order``) has written into the same ``out_dir``; apart from that it reads installed packages of pinned
versions and its own source tables only: never a network, never the time of day.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One builder: ``run(out_dir)`` fills ``out_dir / folder`` with its files and their SOURCES.yaml."""

    name: str
    folder: str
    run: Callable[[Path], None]
    order: int = 50
    packages: tuple[str, ...] = ()


def steps() -> list[Step]:
    """Return every step in the order in which they must run."""
    found: list[Step] = []
    for module in pkgutil.iter_modules(__path__):
        found += getattr(importlib.import_module(f"{__name__}.{module.name}"), "STEPS", [])
    return sorted(found, key=lambda step: (step.order, step.name))
