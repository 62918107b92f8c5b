"""``infraplan run``: allocate a scenario's amount to cells."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.commands import _output
from infraplan.settings import language

HELP = "run a scenario: whole units for each H3 cell, summing exactly to the target"
HELP_ZH = "运行情景:将目标数量按整数分配到H3网格"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("scenario", metavar="SCENARIO", help="an id of the library, or a YAML file")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key, e.g. quotas.method=webster",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write GeoJSON, Parquet and metadata.json here"
    )
    parser.add_argument(
        "--uncertainty",
        nargs="?",
        type=int,
        const=20,
        metavar="N",
        help="re-run on N perturbed data sets (20) and say how far the result can be trusted",
    )
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Run the scenario, write the files if asked, print the result."""
    if args.out is not None and args.out.exists() and not args.out.is_dir():
        raise InfraPlanError(
            f"--out {args.out}: is a file; name a folder", f"--out {args.out}:不是目录,请指定目录"
        )
    allocation = workflow.run(args.scenario, parse_overrides(args.set))
    if args.out is not None:
        for path in workflow.write_run(allocation, args.out):
            print(f"wrote {path}", file=sys.stderr)
    unsure = (
        workflow.measure_uncertainty(allocation, args.uncertainty) if args.uncertainty is not None else None
    )
    document = workflow.run_document(allocation, unsure)
    if args.json:
        _output.emit_json(document)
        return 0
    lang = language()
    print(document[f"title_{lang}"])
    print(f"{document['allocated']} / {document['target_value']}   {document['fingerprint'][:16]}")
    _output.emit(document["districts"], args, ["adcode", f"name_{lang}", "quota", "allocated", "population"])
    return 0


def parse_overrides(items: list[str]) -> dict[str, str]:
    """Turn ``KEY=VALUE`` words into a mapping."""
    result = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise InfraPlanError(f"--set {item}: write KEY=VALUE", f"--set {item}:应写作 KEY=VALUE")
        result[key] = value
    return result
