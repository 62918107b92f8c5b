"""``infraplan accept DIR``: the candidates a person said yes to, as tables of a new plan."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError
from plans.extract.candidates import TABLES, accepted, write_rows

HELP = "turn the candidates marked yes (infraplan extract --out DIR) into the tables of a plan"
HELP_ZH = "将已确认（accept 列填 yes）的候选转为规划数据表"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of candidates / 候选目录")
    parser.add_argument(
        "--into", type=Path, required=True, metavar="FOLDER", help="the plan's folder / 规划目录"
    )


def run(args: argparse.Namespace) -> int:
    """Write the accepted rows; nothing is written while one of them has a problem or a file is in the way."""
    missing = [name for name in TABLES if not (args.folder / f"{name}.csv").is_file()]
    if missing:
        names = ", ".join(f"{name}.csv" for name in missing)
        raise InfraPlanError(f"{args.folder}: {names} is missing", f"{args.folder}：缺少 {names}")
    standing = [name for name in TABLES if (args.into / f"{name}.csv").exists()]
    if standing:
        names = ", ".join(f"{name}.csv" for name in standing)
        raise InfraPlanError(
            f"{args.into}: {names} is already there; name a new folder, or move the file away first",
            f"{args.into}：{names} 已存在；请指定新目录或先移走该文件",
        )
    rows = {name: accepted(args.folder / f"{name}.csv", name) for name in TABLES}
    write_rows(rows, args.into)
    for name, found in rows.items():
        print(f"{args.into / name}.csv: {len(found)}", file=sys.stderr)
    return 0
