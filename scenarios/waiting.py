"""How long runs took where they were measured: what a person may expect before starting one.

No time is worked out by a formula: the answer is the measured run of the same way of siting and the same effort whose
grid is next in size. ``benchmarks/waiting.md`` says how they were measured.
"""

from __future__ import annotations

from dataclasses import dataclass

#: A shorter wait than this (seconds) needs no words.
WORTH_SAYING_S = 10.0
#: From so many cells a siting of which nothing was measured may take many minutes.
MANY_CELLS = 100_000


@dataclass(frozen=True)
class Measured:
    """One measured run: its way of siting, effort, region, cells, and seconds by the wall clock."""

    way: str
    effort: str
    region: str
    cells: int
    seconds: float


MEASURED = (
    Measured("cellular", "quick", "440100", 71_071, 1.8),
    Measured("cellular", "quick", "320300", 141_951, 12.8),
    Measured("cellular", "quick", "440100", 497_540, 37.0),
    Measured("cellular", "quick", "320300", 993_571, 146.9),
    Measured("cellular", "standard", "440100", 71_071, 11.3),
    Measured("cellular", "standard", "320300", 141_951, 50.7),
    Measured("cellular", "standard", "440100", 497_540, 135.1),
    Measured("cellular", "thorough", "440100", 71_071, 57.4),
    Measured("cellular", "thorough", "320300", 141_951, 135.7),
    Measured("cellular", "thorough", "440100", 497_540, 578.8),
    Measured("service_radius", "quick", "440100", 71_071, 1.0),
    Measured("service_radius", "quick", "440100", 497_540, 6.9),
    Measured("service_radius", "standard", "440100", 71_071, 4.6),
    Measured("service_radius", "standard", "440100", 497_540, 49.8),
    Measured("service_radius", "thorough", "440100", 71_071, 47.4),
    Measured("service_radius", "thorough", "320300", 141_951, 249.7),
    Measured("search_area", "standard", "440100", 1_458, 0.7),
    Measured("search_area", "standard", "440100", 10_149, 0.9),
    Measured("search_area", "standard", "440100", 71_071, 49.3),
    Measured("search_area", "thorough", "440100", 10_149, 2.0),
    Measured("fewest", "thorough", "500114", 23_908, 0.3),
    Measured("fewest", "thorough", "500114", 167_295, 472.0),
)


def like(way: str, effort: str, cells: int) -> tuple[Measured, bool] | None:
    """Return the measured run that a run of ``cells`` cells is like, and whether it is larger than all of them.

    That run is the smallest that is no smaller, else the largest; None where nothing of the kind was measured, or the
    wait is too short for words.
    """
    same = sorted((m for m in MEASURED if (m.way, m.effort) == (way, effort)), key=lambda m: m.cells)
    if not same:
        return None
    # a grid a little larger than one that was measured is like it
    larger = [m for m in same if m.cells * 1.1 >= cells]
    found, beyond = (larger[0], False) if larger else (same[-1], True)
    return (found, beyond) if found.seconds >= WORTH_SAYING_S or beyond else None


def is_unknown(way: str, effort: str, cells: int) -> bool:
    """Return whether nothing like a large run was measured, so that nobody can say how long it takes."""
    measured = any((m.way, m.effort) == (way, effort) for m in MEASURED)
    return not measured and way not in ("proportional",) and cells >= MANY_CELLS
