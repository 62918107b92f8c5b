"""How long one run takes by the wall clock, by scenario, resolution and effort: for ``scenarios/waiting.py``.

    python benchmarks/waiting.py guangzhou-5g-2022:10:thorough xuzhou-chargers-2022:9:standard ...

A Markdown row a run, all in one process, so that the first one of a region also reads it.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    """Measure what the command line asks for."""
    from scenarios import load
    from scenarios.run import run

    print(
        "| scenario | resolution | effort | cells | wall s | cpu s | peak MB |\n|---|---|---|---|---|---|---|"
    )
    for asked in sys.argv[1:]:
        name, resolution, effort = asked.split(":")
        scenario = load.load(name, {"resolution": resolution, "effort": effort})
        wall, cpu = time.perf_counter(), time.process_time()
        cells = len(run(scenario).cells)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        row = (name, resolution, effort, f"{cells:,}", f"{wall:.1f}", f"{cpu:.1f}", f"{peak:,}")
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
