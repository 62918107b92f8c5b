"""``infraplan plans``: the plans of the catalogue."""

from __future__ import annotations

import argparse

from infraplan.commands import _output
from infraplan.settings import language
from plans import catalogue, describe

HELP = "list the plans of the catalogue with their counts"
HELP_ZH = "列出规划文件及其指标、项目数量"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print one row a plan."""
    rows = [describe.plan_row(plan) for plan in catalogue.load_all()]
    columns = ["id", "document_number", "issue_date", "period_start", "period_end", "targets", "projects"]
    _output.emit(rows, args, [*columns, f"title_{language()}"])
    return 0
