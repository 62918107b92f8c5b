"""``infraplan progress PLAN``: reported figures beside the targets, compared only where the counting rules match."""

from __future__ import annotations

import argparse

from infraplan.commands import _output
from infraplan.settings import language
from plans import catalogue, progress

HELP = "list reported figures beside the targets of a plan; shares only where the counting rules match"
HELP_ZH = "列出规划指标的已报进展；仅在统计口径一致时计算完成率"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("plan", metavar="PLAN", help="an id that 'infraplan plans' lists / 规划标识")
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print one row a reported figure, and one a target that has none."""
    rows = progress.rows(catalogue.load_plan(args.plan))
    columns = ["target", "target_value", "unit", "date", "value", "counting_rule", "share"]
    _output.emit(rows, args, [*columns, f"reason_{language()}"])
    return 0
