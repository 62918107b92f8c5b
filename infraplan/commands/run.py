"""``infraplan run``: allocate a scenario's amount to cells."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.commands import _output
from infraplan.settings import language
from layers import demand_words, why
from layers.punctuation import printed
from layers.words import share
from scenarios.model import Allocation

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
    parser.add_argument(
        "--against",
        type=Path,
        metavar="METADATA",
        help="the metadata.json of an earlier run: say which inputs changed since",
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
    if args.against is not None:
        document["against"] = workflow.changed_since(allocation, args.against)
    if args.json:
        _output.emit_json(document)
        return 0
    lang = language()
    print(document[f"title_{lang}"])
    print(f"{whole(allocation, lang)}   {document['fingerprint'][:16]}")
    for line in _changes(document.get("against")):
        print(line)
    _output.emit(document["districts"], args, ["adcode", f"name_{lang}", "quota", "allocated", "population"])
    return 0


def whole(allocation: Allocation, lang: str) -> str:
    """Return what the cells hold of the amount; where the number is the answer, what it reaches, and no target."""
    zh, found = lang == "zh", allocation.coverage
    if allocation.scenario.document.get("objective") == "fewest_units" and found:
        unit, of = why.unit_word(allocation, lang), demand_words.reached(allocation, lang)
        goal, reached = share(found["goal"]), share(found["share"])
        said = (
            f"最少 {allocation.amount} {unit}:{of}覆盖率 {reached}(目标 {goal})"
            if zh
            else f"fewest: {allocation.amount} {unit}, which reach {reached} of the {of} (goal {goal})"
        )
        return printed(said, lang)
    said = f"{allocation.allocated} / {allocation.amount}"
    if not allocation.unplaced:
        return said
    rest = allocation.unplaced
    return printed(
        f"{said}(另有 {rest} 属无边界单元,不落网格)"
        if zh
        else f"{said} ({rest} in units without a boundary)",
        lang,
    )


def _changes(told: dict[str, Any] | None) -> list[str]:
    """Return what changed since an earlier run, a line each."""
    if told is None:
        return []
    zh = language() == "zh"
    if told["same"]:
        return ["输入与以前相同" if zh else "the inputs are those of the earlier run"]
    names = ", ".join(told["inputs_changed"]) or ("程序版本" if zh else "the engine's version")
    lines = [f"{'输入有变化' if zh else 'inputs that changed'}: {names}"]
    lines += [f"  {row['key']}: {row['before']} -> {row['after']}" for row in told["keys_changed"]]
    if told["consistent"] is False:
        lines.append(
            "以前的元数据与其指纹不符,可能被改动"
            if zh
            else "the earlier metadata does not match its own fingerprint"
        )
    if told["result_same"]:
        lines.append("结果仍相同" if zh else "the result is the same nevertheless")
    return lines


def parse_overrides(items: list[str]) -> dict[str, str]:
    """Turn ``KEY=VALUE`` words into a mapping."""
    result = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise InfraPlanError(f"--set {item}: write KEY=VALUE", f"--set {item}:应写作 KEY=VALUE")
        result[key] = value
    return result
