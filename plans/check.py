"""``python -m plans.check PLAN_ID [--sources DIR]``: every problem of one plan, one a line; 1 when there are any."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError
from plans import checks


def main() -> int:
    """Print the problems of one plan and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan")
    parser.add_argument("--sources", type=Path)
    args = parser.parse_args()
    try:
        problems = checks.check_plan(args.plan, sources=args.sources)
    except InfraPlanError as error:
        print(error.en, file=sys.stderr)
        return 2
    for problem in problems:
        print(f"[{problem.check}] {problem.text()}")
    print(f"{args.plan}: {len(problems)} problem(s)", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
