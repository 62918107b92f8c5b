"""Maximal covering: certified gap, seconds and memory by size and effort, and ratios against peers in the same run.

    python benchmarks/allocation_coverage.py [--full] [--only WORD]

Every case runs in a process of its own, after the kernels are compiled, so that its peak memory is its own. Instances:
the people of Guangzhou (the shipped surface) on H3 cells, and made-up towns on a hexagonal grid of any size; every cell
is a demand point and a candidate. ``--full`` adds the long runs (thorough effort, 500,000 cells, spopt's failures).
Peers: spopt (skipped with the reason where it is not installed), and the LP relaxation by HiGHS interior point.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def towns(cells: int, reach: float, noise: float, seed: int = 0) -> tuple[Any, np.ndarray]:
    """Return (covers, demand): a hexagonal grid of unit spacing, discs of ``reach``, Gaussian towns times noise."""
    from scipy import sparse
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(seed)
    side = round(cells**0.5)
    row, column = np.divmod(np.arange(side * side), side)
    place = np.column_stack([column + 0.5 * (row % 2), row * 3**0.5 / 2])
    people = np.full(len(place), 2.0)
    for _ in range(max(4, cells // 1750)):
        centre = rng.uniform(0, side, 2) * (1, 3**0.5 / 2)
        width, height = rng.lognormal(np.log(10), 0.7), rng.lognormal(5, 1)
        people += height * np.exp(-((place - centre) ** 2).sum(axis=1) / (2 * width * width))
    people *= rng.lognormal(0, noise, len(place))
    pairs = cKDTree(place).query_pairs(reach + 1e-6, output_type="ndarray")
    rows = np.concatenate([pairs[:, 0], pairs[:, 1], np.arange(len(place))])
    columns = np.concatenate([pairs[:, 1], pairs[:, 0], np.arange(len(place))])
    covers = sparse.csr_matrix((np.ones(len(rows), bool), (rows, columns)), shape=(len(place), len(place)))
    return covers, np.rint(people).astype(np.int64)


def guangzhou(radius_m: float) -> tuple[Any, np.ndarray]:
    """Return (covers, demand) of the shipped surface of Guangzhou at resolution 9."""
    from geo import grid, population

    surface = population.load("440100")
    return grid.radius_pairs(surface.cells, radius_m), surface.people


def instance(name: str, cells: int, reach: float) -> tuple[Any, np.ndarray]:
    """Return the named instance; for ``guangzhou`` the reach is in metres."""
    if name == "guangzhou":
        return guangzhou(reach)
    return towns(cells, reach, {"smooth towns": 0.6, "towns": 1.0, "rough towns": 1.5}[name])


def measure(case: dict[str, Any]) -> dict[str, Any]:
    """Run one case in this process."""
    from scenarios.allocation import maximal_coverage
    from scenarios.allocation.warm import warm

    warm()
    covers, demand = instance(case["instance"], case["cells"], case["reach"])
    wall, busy = time.perf_counter(), time.process_time()
    plan = maximal_coverage(covers, demand, case["p"], effort=case["effort"])
    return {
        "instance": case["instance"],
        "cells": covers.shape[0],
        "covered by one": round(covers.nnz / covers.shape[0], 1),
        "p": case["p"],
        "effort": case["effort"],
        "wall s": round(time.perf_counter() - wall, 2),
        "cpu s": round(time.process_time() - busy, 2),
        "gap %": round(100 * float(plan.gap or 0.0), 3),
        "proven": "yes" if plan.proven else "no",
        "peak MB": peak_megabytes(),
    }


def peak_megabytes() -> int | None:
    """Return the most memory this process has held; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def bound_against_lp(case: dict[str, Any]) -> dict[str, Any]:
    """Compare the Lagrangian bound with the LP relaxation, in value and in processor time."""
    from scenarios.allocation import coverage, lp
    from scenarios.allocation.bound import lagrangian
    from scenarios.allocation.instance import build
    from scenarios.allocation.warm import warm

    warm()
    covers, demand = instance(case["instance"], case["cells"], case["reach"])
    made = build(covers, demand, case["p"], None, None, None)
    state, _ = coverage.greedy_plan(made)
    effort = coverage.EFFORTS["standard"]
    busy = time.process_time()
    bound = lagrangian(made, state.covered, state.counts, effort.bound_steps, patience=effort.patience)
    ours, busy = time.process_time() - busy, time.process_time()
    exact = lp.relaxation(made)
    theirs = time.process_time() - busy
    return {
        "instance": case["instance"],
        "cells": made.size,
        "p": case["p"],
        "above the LP %": round(100 * (bound.value / exact - 1), 4),
        "ours cpu s": round(ours, 2),
        "LP cpu s": round(theirs, 2),
        "times faster": round(theirs / ours, 1),
    }


def against_spopt(case: dict[str, Any]) -> dict[str, Any]:
    """Solve one instance with spopt (build and solve) and with us, in the same process."""
    import pulp
    from spopt.locate import MCLP

    from scenarios.allocation import maximal_coverage
    from scenarios.allocation.warm import warm

    warm()
    covers, demand = instance(case["instance"], case["cells"], case["reach"])
    # spopt takes a cost matrix of clients by facilities and a radius: 0 where covered, 1 elsewhere
    cost = 1.0 - covers.T.toarray().astype(float)
    wall, start = time.perf_counter(), busy()
    model = MCLP.from_cost_matrix(cost, demand.astype(float), service_radius=0.5, p_facilities=case["p"])
    built = time.perf_counter() - wall
    model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=case["limit"]))
    theirs, their_cpu = time.perf_counter() - wall, busy() - start
    chosen = [i for i, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5]
    reached = int(demand[covers[chosen].toarray().any(axis=0)].sum())
    wall, start = time.perf_counter(), busy()
    plan = maximal_coverage(covers, demand, case["p"], effort=case["effort"])
    ours, our_cpu = time.perf_counter() - wall, busy() - start
    return {
        "instance": case["instance"],
        "cells": covers.shape[0],
        "p": case["p"],
        "spopt build s": round(built, 1),
        "spopt all s (cpu)": f"{theirs:.1f} ({their_cpu:.1f})",
        "spopt covers": reached,
        "effort": case["effort"],
        "ours s (cpu)": f"{ours:.2f} ({our_cpu:.2f})",
        "ours covers": int(plan.covered),
        "ours proven": "yes" if plan.proven else "no",
        "times faster (cpu)": f"{theirs / ours:.0f} ({their_cpu / our_cpu:.0f})",
    }


def busy() -> float:
    """Return the processor seconds of this process and of those it started and waited for (CBC is one)."""
    return sum(os.times()[:4])


def apart(kind: str, case: dict[str, Any], seconds: float) -> dict[str, Any] | str:
    """Run one case in its own process; return its line, or what stopped it."""
    command = [sys.executable, str(Path(__file__).resolve()), "--case", json.dumps([kind, case])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return f"not finished after {seconds:.0f} s: {case}"
    if done.returncode:
        return f"stopped: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}: {case}"
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(title: str, kind: str, cases: list[dict[str, Any]], seconds: float = 900) -> None:
    """Run the cases one after another and print a markdown table."""
    print(f"\n### {title}\n", flush=True)
    notes, head = [], False
    for case in cases:
        line = apart(kind, case, seconds)
        if isinstance(line, str):
            notes.append(line)
            continue
        if not head:
            print("| " + " | ".join(line) + " |\n|" + "---|" * len(line), flush=True)
            head = True
        print("| " + " | ".join("" if v is None else f"{v}" for v in line.values()) + " |", flush=True)
    for note in notes:
        print(f"\n- {note}", flush=True)


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the long runs too")
    parser.add_argument("--only", default="", help="only tables whose title contains this")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        kind, case = json.loads(asked.case)
        run = {"measure": measure, "lp": bound_against_lp, "spopt": against_spopt}[kind]
        print(json.dumps(run(case)))
        return
    efforts = ["quick", "standard", "thorough"] if asked.full else ["quick", "standard"]

    def sized(
        name: str, cells: int, reach: float, p: int, levels: list[str] = efforts
    ) -> list[dict[str, Any]]:
        return [{"instance": name, "cells": cells, "reach": reach, "p": p, "effort": e} for e in levels]

    tables = [
        (
            "Guangzhou, 70,000 cells",
            "measure",
            sized("guangzhou", 0, 450, 3_500) + sized("guangzhou", 0, 1_000, 1_000),
        ),
        (
            "Made-up towns of three textures",
            "measure",
            [c for name in ("smooth towns", "towns", "rough towns") for c in sized(name, 70_000, 1, 3_500)]
            + sized("towns", 70_000, 7**0.5, 1_000)
            + [c for name in ("towns", "rough towns") for c in sized(name, 5_000, 1, 250)]
            + [c for name in ("towns", "rough towns") for c in sized(name, 1_000, 1, 50)],
        ),
        (
            "Growth with size, quick effort",
            "measure",
            [
                c
                for n in (5_000, 20_000, 70_000, 200_000, *((500_000,) if asked.full else ()))
                for c in sized("towns", n, 1, n // 20, ["quick"])
            ],
        ),
        (
            "Bound against the LP",
            "lp",
            [sized("towns", n, 1, n // 20, ["standard"])[0] for n in (1_000, 5_000, 20_000)],
        ),
    ]
    if _has_spopt():
        small = [c | {"limit": 600} for c in sized("towns", 1_000, 1, 50, ["quick", "standard"])]
        large = [c | {"limit": 600} for c in sized("towns", 5_000, 1, 250, ["quick"])] if asked.full else []
        tables.append(("Against spopt (PuLP with CBC)", "spopt", small + large))
    else:
        print(
            "spopt is not installed: its table is left out (install spopt beside the product to measure it)"
        )
    for title, kind, cases in tables:
        if asked.only.lower() in title.lower():
            table(title, kind, cases)


def _has_spopt() -> bool:
    try:
        import spopt.locate  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
