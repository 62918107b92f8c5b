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
    from plans import checks  # here and below: what a verb does not need it does not load

    for plan_id in plan_ids or catalogue.available():
        yield from checks.check_plan(plan_id, sources)
    if plan_ids:
        return
    for look in (_scenarios, _facilities, _boundaries, _people, _manifests):
        yield from look()


def _scenarios() -> Iterator[Problem]:
    """Each scenario of the library loads, and its target, amount and facility profile are there."""
    from scenarios import load, run

    def look(scenario_id: str) -> list[Problem]:
        scenario = load.load(scenario_id)
        run.amount_of(scenario, run.target_row(scenario))
        run.profile_of(scenario)
        return []

    for scenario_id in load.available():
        where = f"scenarios/library/{scenario_id}.yaml"
        yield from _caught("scenario", where, functools.partial(look, scenario_id))


def _facilities() -> Iterator[Problem]:
    """Each facility profile loads."""
    from scenarios import facility

    def look(profile_id: str) -> list[Problem]:
        facility.load(profile_id)
        return []

    for profile_id in facility.available():
        yield from _caught("facility", f"facilities/{profile_id}.yaml", functools.partial(look, profile_id))


def _boundaries() -> Iterator[Problem]:
    """The districts of each shipped area tile its outline."""
    from geo import boundaries

    for region in boundaries.shipped():
        yield from boundaries.tiles_without_overlap_or_gap(
            boundaries.districts(region), boundaries.region(region).geometry
        )


def _people() -> Iterator[Problem]:
    """The census adds up, and each population surface sums to it exactly."""
    from geo import census, population

    yield from _caught("census", "population/census_2020.csv", census.problems)
    for surface_id, region in population.available():

        def look(surface_id: str = surface_id, region: str = region) -> list[Problem]:
            return population.problems(population.load(region, surface_id))

        yield from _caught("surface", f"population/{surface_id}-{region}", look)


def _manifests() -> Iterator[Problem]:
    """Each data file is the one its SOURCES.yaml names."""
    for folder in manifest.folders():
        yield from _caught("manifest", folder.name, functools.partial(manifest.verify, folder))


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
