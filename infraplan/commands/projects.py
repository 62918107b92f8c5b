"""``infraplan projects PLAN``: what a plan names, each with its place and how sure the place is."""

from __future__ import annotations

import argparse

from infraplan.commands import _output
from infraplan.settings import language
from plans import catalogue, describe

HELP = "list the projects and places a plan names, each with position, accuracy, clause and phrase"
HELP_ZH = "列出规划提及的项目与地点：位置、精度、条款与原文"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("plan", metavar="PLAN", help="an id that 'infraplan plans' lists / 规划标识")
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print one row a project."""
    rows = describe.project_rows(catalogue.load_plan(args.plan))
    _output.emit(
        rows,
        args,
        ["id", "kind", "adcode", "lon", "lat", "accuracy_m", "geometry_type", "clause", f"name_{language()}"],
    )
    return 0
