"""``infraplan workspace``: a copy of what planners made, a check of it, and clearing what was deleted long ago."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError, RequestError
from infraplan.settings import language, workspace_root
from infraplan.workspace import Workspace, backup, cleaning, schema

HELP = (
    "back up what planners made (backup), check it (check), remove for good what was deleted long ago (purge)"
)
_MOST_DAYS = 36_500
HELP_ZH = "工作区:备份(backup)、检查(check)、彻底清除早先删除的内容(purge)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    copy = actions.add_parser(
        "backup", help="a whole copy, also while people work; to restore, name it in INFRAPLAN_WORKSPACE"
    )
    copy.add_argument(
        "out", type=Path, metavar="FOLDER|ZIP", help="a new folder, or a new file ending in .zip"
    )
    actions.add_parser("check", help="read every record and file, and say what is missing or damaged")
    clear = actions.add_parser(
        "purge", help="remove for good what was deleted, results of it, and old drafts"
    )
    clear.add_argument("--days", type=float, default=30, metavar="N", help="deleted so long ago (default 30)")


def run(args: argparse.Namespace) -> int:
    """Back up, check, or clear."""
    root = workspace_root()
    if args.action == "backup":
        wrong = backup.make(root, args.out)
        print(args.out)
        return _told(wrong)
    if not (root / schema.FILE_NAME).is_file():
        raise InfraPlanError(f"there is no workspace in {root}", f"{root} 中没有工作区")
    workspace = Workspace(root)
    if args.action == "check":
        return _told(workspace.verify())
    if not 0 <= args.days <= _MOST_DAYS:
        raise RequestError(
            f"--days must be a number from 0 to {_MOST_DAYS:,}", f"--days 应为 0 至 {_MOST_DAYS:,} 的数"
        )
    files, drafts = workspace.purge(args.days), cleaning.forget_drafts(root)
    zh = language() == "zh"
    print(
        f"已清除早先删除的内容:{files:,} 个文件、{drafts:,} 份旧草稿"
        if zh
        else f"what was deleted long ago is gone: {files:,} files, {drafts:,} old drafts"
    )
    return 0


def _told(wrong: list[str]) -> int:
    """Name the files that are missing or damaged; return the exit code."""
    if wrong:
        zh = language() == "zh"
        print("缺失或已损坏:" if zh else "missing or damaged:", *wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0
