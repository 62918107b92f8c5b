"""``infraplan scenarios``: the scenario library."""

from __future__ import annotations

import argparse

from infraplan import workflow
from infraplan.commands import _output

HELP = "list the scenarios of the library"
HELP_ZH = "列出情景库"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print one row a scenario."""
    _output.emit(
        workflow.scenario_rows(), args, ["id", "distributes_zh", "amount", "region_adcode", "title_zh"]
    )
    return 0
