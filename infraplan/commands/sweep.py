"""``infraplan sweep``: one scenario at several values of a key."""

from __future__ import annotations

import argparse

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.commands import _output

HELP = "run a scenario at several values of one key: sweep SCENARIO key=v1,v2,..."
HELP_ZH = "对一个参数取多个值分别运行:sweep 情景 键=值1,值2,…"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("scenario", metavar="SCENARIO", help="an id of the library, or a YAML file")
    parser.add_argument("values", metavar="KEY=V1,V2,...", help="e.g. amount=30000,38900,50000")
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Run each, print one row a value; a value that cannot be met says why."""
    key, equals, listed = args.values.partition("=")
    if not equals or not key or not listed:
        raise InfraPlanError(f"{args.values}: write KEY=V1,V2", f"{args.values}:应写作 键=值1,值2")
    rows = workflow.sweep(args.scenario, key, listed.split(","))
    if args.json:
        _output.emit_json(rows)
        return 0
    flat = [{**row, "share": (row.get("coverage") or {}).get("share")} for row in rows]
    _output.emit(flat, args, ["value", "allocated", "share", "error"])
    return 0
