"""``python -m plans.locate_quote PLAN_ID PHRASE --sources DIR``: offsets, clause and figures of a phrase."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError
from plans import catalogue, evidence
from plans.evidence.spots import all_offsets, clause_at
from plans.units import quantities


def main() -> int:
    """Print every place where a phrase stands; 1 when there is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan")
    parser.add_argument("phrase")
    parser.add_argument("--sources", type=Path, required=True)
    args = parser.parse_args()
    try:
        plan, problems = catalogue.read_plan(args.plan)
        if plan is None:
            raise InfraPlanError("\n".join(problem.text() for problem in problems))
        text, _ = evidence.read_source(plan, args.sources)
    except InfraPlanError as error:
        print(error.en, file=sys.stderr)
        return 2
    offsets = all_offsets(text or "", args.phrase)
    figures = [(q.value, q.unit, q.qualifier) for q in quantities(args.phrase)]
    for offset in offsets:
        print(offset, clause_at(plan, offset), figures)
    return 0 if offsets else 1


if __name__ == "__main__":
    sys.exit(main())
