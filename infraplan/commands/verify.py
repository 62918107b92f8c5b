"""``infraplan verify``: is a received package still what its sidecar says?"""

from __future__ import annotations

import argparse
from pathlib import Path

from infraplan.commands import _output
from infraplan.settings import language
from layers.export import verify

HELP = "check a received package, zip or file against its sidecar: files, checksums, rows and sums"
HELP_ZH = "按元数据核对收到的成果包、压缩包或文件:文件、校验值、条数与合计"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "path", type=Path, metavar="FILE_OR_DIR", help="a folder, a .zip, or one file / 目录、压缩包或文件"
    )
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print what differs; exit code 1 when anything does."""
    document, problems = verify.check(args.path)
    lang = language()
    if args.json:
        _output.emit_json(
            {
                "path": args.path.name,
                "ok": not problems,
                "files": len(document["files"]),
                "problems": [{"check": p.check, "where": p.where, "en": p.en, "zh": p.zh} for p in problems],
            }
        )
        return 1 if problems else 0
    title = document.get(f"title_{lang}") or document.get("title_en", "")
    print(f"{title}  {document.get('datum', '')}")
    for problem in problems:
        print(problem.text(lang))
    for content in document.get("contents", []):
        sums = ", ".join(f"{name} {value:,}" for name, value in content["sums"].items())
        print(f"{content['path']} ({content['table']}): {content['features']:,}{'; ' + sums if sums else ''}")
    if not problems:
        print("核对无误" if lang == "zh" else f"all {len(document['files'])} files are as the sidecar says")
    return 1 if problems else 0
