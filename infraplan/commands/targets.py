"""``infraplan targets PLAN``: what a plan promises, each with its clause and phrase."""

from __future__ import annotations

import argparse

from infraplan.commands import _output
from infraplan.settings import language
from plans import catalogue, describe

HELP = "list the targets of a plan, each with its figure, deadline, clause and phrase"
HELP_ZH = "列出规划指标：数值、期限、条款与原文"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("plan", metavar="PLAN", help="an id that 'infraplan plans' lists / 规划标识")
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print one row a target."""
    rows = describe.target_rows(catalogue.load_plan(args.plan))
    lang = language()
    _output.emit(
        rows,
        args,
        [
            "id",
            "qualifier",
            "value",
            "unit",
            "nature",
            "deadline_year",
            "clause",
            f"indicator_{lang}",
            "quote",
        ],
    )
    return 0
