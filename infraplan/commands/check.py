"""``infraplan check``: every shipped plan, scenario and data file against its schema and the cross-checks.

Exit code 0 when all is in order, 1 when there are problems (each printed), 2 for a wrong request.
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from geo import manifest
from geo.errors import DataError, InfraPlanError, Problem
from infraplan.commands import _output
from infraplan.settings import language
from plans import catalogue
from scenarios import load

HELP = "check every shipped plan, scenario and data file; --sources proves each phrase in the documents"
HELP_ZH = "核对全部规划、情景与数据文件；--sources 可逐条对照原文"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "plan", nargs="*", metavar="PLAN", help="check these plans only; default: everything / 仅核对这些规划"
    )
    parser.add_argument(
        "--sources",
        type=Path,
        metavar="DIR",
        help="folder with the source texts: each phrase must stand at its offset and state the stored figure",
    )
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print every problem; return 1 when there is one."""
    found = list(dict.fromkeys(_problems(args.plan, args.sources)))
    if args.json:
        _output.emit_json(
            [{"check": p.check, "where": p.where, "en": p.en, "zh": p.zh or p.en} for p in found]
        )
    else:
        for problem in found:
            print(f"{problem.text(language())}  [{problem.check}]")
    print(_summary(args.plan, len(found)), file=sys.stderr)
    return 1 if found else 0


def _problems(plan_ids: list[str], sources: Path | None) -> Iterator[Problem]:
    from plans import checks  # the checks load the boundaries, which other verbs do without

    for plan_id in plan_ids or catalogue.available():
        yield from checks.check_plan(plan_id, sources)
    if plan_ids:
        return
    for scenario_id in load.available():
        yield from _caught(
            "scenario", f"scenarios/library/{scenario_id}.yaml", functools.partial(_scenario, scenario_id)
        )
    for folder in manifest.folders():
        yield from _caught("manifest", folder.name, functools.partial(manifest.verify, folder))


def _scenario(scenario_id: str) -> list[Problem]:
    scenario = load.load(scenario_id)
    if scenario.target:
        catalogue.target(scenario.target)
    return []


def _caught(check: str, where: str, look: Callable[[], list[Problem]]) -> list[Problem]:
    """Return what ``look`` finds; an error it raises is a finding too."""
    try:
        return look()
    except DataError as error:
        return list(error.problems) or [Problem(check, where, error.en, error.zh)]
    except InfraPlanError as error:
        return [Problem(check, where, error.en, error.zh)]


def _summary(plan_ids: list[str], problems: int) -> str:
    what = ", ".join(plan_ids) if plan_ids else ""
    if language() == "zh":
        return f"{what or '全部数据'}：{'未发现问题' if not problems else f'发现 {problems} 个问题'}"
    return f"{what or 'everything'}: {'no problem found' if not problems else f'{problems} problem(s)'}"
