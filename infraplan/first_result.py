"""Have the first map's result at hand before the screens open: ``python -m infraplan.first_result``.

The set-up of ``make run`` calls this, so that a newcomer's first page shows the promise as hexagons. It is quick when
the workspace has the result already.
"""

from __future__ import annotations

import sys
import time

from geo.errors import InfraPlanError
from infraplan import jobs
from infraplan.settings import language
from scenarios import load

FIRST = "guangzhou-5g-2022"


def main() -> int:
    """Run the first scenario in the worker unless its result is known; a failure here never stops the app."""
    scenario = load.load(FIRST)
    known = jobs.Jobs().find(jobs.key_of(scenario))
    if known is not None and known.status().state == "done":
        return 0
    print("Computing the first map (once) / 正在计算首张地图(仅一次) ...", flush=True)
    job = jobs.submit_run(scenario)
    while job.status().active:
        time.sleep(0.2)
    error = job.status().error
    if error is not None:
        print(error.text(language()), file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except InfraPlanError as error:
        print(error.text(language()), file=sys.stderr)
        sys.exit(0)
