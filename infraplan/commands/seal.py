"""``infraplan seal``: after editing hand-entered data, write the new checksums into its SOURCES.yaml."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo import manifest
from geo.errors import DataError, InfraPlanError
from geo.paths import data_root

HAND_ENTERED = ("plans", "baselines")
HELP = "after editing plans or reported figures: check them and renew their checksums in SOURCES.yaml"
HELP_ZH = "修改规划或已报数据后：核对并更新 SOURCES.yaml 中的校验值"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "folder", nargs="*", choices=[[], *HAND_ENTERED], help="plans, baselines; default: both"
    )


def run(args: argparse.Namespace) -> int:
    """Check the plans, then renew the checksums; nothing is written while there are problems."""
    from plans import checks

    problems = checks.check_all()
    if problems:
        raise DataError(problems)
    for name in args.folder or HAND_ENTERED:
        changed = renew(data_root() / name)
        print(f"{name}/SOURCES.yaml: {len(changed)} renewed {' '.join(changed)}".rstrip(), file=sys.stderr)
    return 0


def renew(folder: Path) -> list[str]:
    """Write the checksums of a folder's files anew; return the files that had changed.

    Raises
    ------
    InfraPlanError
        When a file is missing, or is there without an entry that says where it comes from.
    """
    found = manifest.verify(folder)
    other = [problem for problem in found if problem.check != "data_file_unaltered"]
    if other:
        raise DataError(other)
    manifest.renew(folder)
    left = manifest.verify(folder)
    if left:
        raise InfraPlanError(left[0].en, left[0].zh)
    return sorted(problem.where.split("/", 1)[1] for problem in found)
