"""Handing over: layers of a scenario or plan into files, with their sidecar, whole or not at all.

The verb behind the command ``export`` and the screens: :func:`collect` says what will be in it, :func:`write` puts it
under its final name, :func:`pack` returns one file to download.
"""

from infraplan.exporting.collecting import collect
from infraplan.exporting.request import OF_PLAN, OF_SCENARIO, OF_WHAT_IF, ZONES, Collection, Request
from infraplan.exporting.writing import existing, pack, write

__all__ = [
    "OF_PLAN",
    "OF_SCENARIO",
    "OF_WHAT_IF",
    "ZONES",
    "Collection",
    "Request",
    "collect",
    "existing",
    "pack",
    "write",
]
