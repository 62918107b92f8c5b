"""Compile every kernel once, so that no user waits for a compiler: ``python -m scenarios.allocation.warm``.

Compiled code is cached beside the source, or in the user's cache folder when the code is read-only
(``NUMBA_CACHE_DIR`` names another place). A second run takes well under a second of loading.
"""

from __future__ import annotations

import time

import numpy as np


def warm() -> float:
    """Compile and cache all kernels by solving a small instance each; return the seconds it took."""
    from scenarios.allocation.coverage import maximal_coverage
    from scenarios.allocation.covering import fewest_units
    from scenarios.allocation.fairness import fair_coverage
    from scenarios.allocation.spacing import spaced_coverage

    began = time.perf_counter()
    side = 24
    place = np.arange(side * side)
    apart = np.abs(place[:, None] // side - place // side) + np.abs(place[:, None] % side - place % side)
    demand = 100 + (place * 7919) % 97
    groups = place % 2
    maximal_coverage(apart <= 1, demand, 40, groups=groups, quotas={0: 20, 1: 20}, effort="quick")
    fewest_units(apart <= 1, demand, 0.5, point_groups=groups, floors={1: 0.5}, effort="quick")
    fair_coverage(apart <= 1, demand, 40, groups, alpha=1.0, effort="quick")
    spaced_coverage(apart <= 2, demand, apart <= 3, 5, effort="quick")
    return time.perf_counter() - began


if __name__ == "__main__":
    print(f"allocation kernels ready in {warm():.1f} s")
