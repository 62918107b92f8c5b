"""Allocation mathematics: arrays in, arrays out. The statement of every problem is in ``docs/allocation.md``.

Names are loaded on first use, so that ``import scenarios`` pulls in neither numba nor a solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.allocation.apportionment import apportion, divisor, largest_remainder, two_level
    from scenarios.allocation.capacity import add_capacity, share_by_area, stations_at_sites
    from scenarios.allocation.coverage import Coverage, maximal_coverage
    from scenarios.allocation.covering import coverage_curve, fewest_units
    from scenarios.allocation.fairness import fair_coverage
    from scenarios.allocation.must_cover import coverage_with_places
    from scenarios.allocation.phases import nested_coverage
    from scenarios.allocation.spacing import spaced_coverage

_HOMES = {
    "Coverage": "coverage",
    "add_capacity": "capacity",
    "apportion": "apportionment",
    "coverage_curve": "covering",
    "coverage_with_places": "must_cover",
    "divisor": "apportionment",
    "fair_coverage": "fairness",
    "fewest_units": "covering",
    "largest_remainder": "apportionment",
    "maximal_coverage": "coverage",
    "nested_coverage": "phases",
    "share_by_area": "capacity",
    "spaced_coverage": "spacing",
    "stations_at_sites": "capacity",
    "two_level": "apportionment",
}

__all__ = [
    "Coverage",
    "add_capacity",
    "apportion",
    "coverage_curve",
    "coverage_with_places",
    "divisor",
    "fair_coverage",
    "fewest_units",
    "largest_remainder",
    "maximal_coverage",
    "nested_coverage",
    "share_by_area",
    "spaced_coverage",
    "stations_at_sites",
    "two_level",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
