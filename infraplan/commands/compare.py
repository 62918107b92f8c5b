"""``infraplan compare``: two scenarios side by side."""

from __future__ import annotations

import argparse

from infraplan import workflow
from infraplan.commands import _output
from infraplan.settings import language

HELP = "compare two scenarios: districts, coverage, loads, and how many units moved"
HELP_ZH = "比较两个情景:分区、覆盖、负荷与移动的单位数"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("first", metavar="A", help="an id of the library, or a YAML file")
    parser.add_argument("second", metavar="B", help="the other one")
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Run both, print what differs from A to B."""
    document = workflow.compare(workflow.run(args.first), workflow.run(args.second))
    if args.json:
        _output.emit_json(document)
        return 0
    moved = f", moved {document['moved']}" if document["same_units"] else ""
    print(f"{args.first} -> {args.second}: {document['amount_difference']:+d}{moved}")
    for name in ("first", "second"):
        if without := document[name]["unplaced"]:
            print(_unplaced(document[name]["scenario"], without))
    name = f"name_{language()}"
    _output.emit(document["districts"], args, ["adcode", name, "first", "second", "difference"])
    return 0


def _unplaced(scenario: str, units: int) -> str:
    if language() == "zh":
        return f"{scenario}:另有 {units} 属没有边界的单元,不落到网格,不计入下表"
    return f"{scenario}: {units} more are of units without a boundary; they lie in no cell and are not counted below"
