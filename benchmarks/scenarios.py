"""How long the library's scenarios take, how near the best possible they are, and how sure.

    python benchmarks/scenarios.py [--uncertainty N] [SCENARIO ...]

A Markdown table, one row a scenario, each in a process of its own. Seconds are of the processor, all threads together,
since other work on the machine disturbs them least; `wall` stands beside them. `warm` is the second run in a process
(load, quotas, siting with its certificate, results); `plain` the same without any bound. `floor` is the lower bound on
any run: reading the population surface and its cells' areas, in the same process; `x floor` is the ratio.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

COLUMNS = (
    "scenario", "cells", "floor s", "warm s", "wall s", "x floor", "plain s", "load", "siting", "results",
    "peak MB", "covered", "gap", "proven",
)  # fmt: skip
UNSURE = (
    "re-runs s",
    "wall s",
    "covered, low-median-high",
    "same cell",
    "same parent",
    "same district",
    "fragile",
)


def one(scenario_id: str, runs: int) -> dict[str, Any]:
    """Measure one scenario in this process."""
    from geo import grid, population
    from scenarios import ground, load, uncertainty
    from scenarios import run as runs_of
    from scenarios.clock import Clock

    scenario = load.load(scenario_id)
    result = runs_of.run(scenario)
    began = time.process_time()
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    grid.areas(surface.cells)
    floor = time.process_time() - began

    marks: list[tuple[str, float]] = []
    began, wall = time.process_time(), time.perf_counter()
    result = runs_of.run(scenario, lambda name, _: marks.append((name, time.process_time())))
    warm, wall = time.process_time() - began, time.perf_counter() - wall
    steps = [m for m in marks if ":" not in m[0]]
    cpu = {a[0]: b[1] - a[1] for a, b in itertools.pairwise(steps)}

    clock = Clock(certify=False)
    began = time.process_time()
    land = ground.load(scenario)
    profile = runs_of.profile_of(scenario)
    runs_of.solve(scenario, profile, land, land.sum_by_unit(result.units), clock)
    plain = time.process_time() - began

    covered = result.coverage or {}
    gap = covered.get("gap")
    row = {
        "scenario": scenario_id,
        "cells": f"{len(result.cells):,}",
        "floor s": f"{floor:.2f}",
        "warm s": f"{warm:.2f}",
        "wall s": f"{wall:.2f}",
        "x floor": f"{warm / max(floor, 1e-3):.0f}",
        "plain s": f"{plain:.2f}",
        **{name: f"{cpu.get(name, 0):.2f}" for name in ("load", "siting", "results")},
        "covered": f"{covered['share']:.2%}" if covered else "-",
        "gap": "-" if gap is None else f"{gap:.2%}",
        "proven": "-" if gap is None else "yes" if covered["proven"] else "no",
    }
    if runs and profile is not None and result.solution.sites is not None:
        began, started = time.process_time(), time.perf_counter()
        told = uncertainty.measure(result, runs)
        share = told["covered_share"]
        row |= {
            "re-runs s": f"{time.process_time() - began:.1f}",
            "u wall": f"{time.perf_counter() - started:.1f}",
            "covered, low-median-high": f"{share['low']:.1%} - {share['median']:.1%} - {share['high']:.1%}",
            **{
                name.replace("_", " "): f"{told[name]:.0%}"
                for name in ("same_cell", "same_parent", "same_district")
            },
            "fragile": f"{told['fragile_units'] / result.allocated:.0%} of units",
        }
    row["peak MB"] = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"
    return row


def main() -> None:
    """Measure each scenario in a fresh process and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--uncertainty", type=int, default=0, metavar="N")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args.scenarios[0], args.uncertainty)))
        return
    from scenarios import load

    rows = []
    for scenario_id in args.scenarios or load.available():
        command = [sys.executable, __file__, "--one", scenario_id, "--uncertainty", str(args.uncertainty)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout.strip().splitlines()[-1]))
        print(scenario_id, "measured", file=sys.stderr, flush=True)
    table(COLUMNS, [[row[c] for c in COLUMNS] for row in rows])
    unsure = [row for row in rows if "re-runs s" in row]
    if unsure:
        print()
        body = [[row["scenario"], *(row["u wall" if c == "wall s" else c] for c in UNSURE)] for row in unsure]
        table(("scenario", *UNSURE), body)


def table(head: tuple[str, ...], rows: list[list[str]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
