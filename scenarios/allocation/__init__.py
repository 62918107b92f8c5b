"""Allocation mathematics: arrays in, arrays out. The statement of every problem is in ``docs/allocation.md``.

Names are loaded on first use, so that ``import scenarios`` pulls in neither numba nor a solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.allocation.apportionment import apportion, divisor, largest_remainder, two_level
    from scenarios.allocation.coverage import Coverage, maximal_coverage

_HOMES = {
    "Coverage": "coverage",
    "apportion": "apportionment",
    "divisor": "apportionment",
    "largest_remainder": "apportionment",
    "maximal_coverage": "coverage",
    "two_level": "apportionment",
}

__all__ = ["Coverage", "apportion", "divisor", "largest_remainder", "maximal_coverage", "two_level"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
