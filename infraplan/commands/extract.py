"""``infraplan extract FILE``: a new document's figures, names, clauses and bodies as candidates for a person."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError
from infraplan.commands import _output
from infraplan.settings import language
from plans.evidence.spots import all_offsets
from plans.extract.candidates import candidates, write
from plans.extract.headings import headings, path_at
from plans.units import quantities

HELP = "read a new document into candidate rows (figures, names, clauses) for a person to accept"
HELP_ZH = "从新文件中提取候选指标、项目与条款，由人工确认"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the document as UTF-8 text / UTF-8 文本")
    parser.add_argument(
        "--region", required=True, metavar="ADCODE", help="the region it covers / 适用区域代码"
    )
    parser.add_argument(
        "--prefix", default="new", metavar="WORD", help="what ids begin with, such as gz / 标识前缀"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write tables for a spreadsheet here / 输出目录"
    )
    parser.add_argument("--find", metavar="PHRASE", help="only tell where a phrase stands / 仅查找短语的位置")
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Print the candidate targets, or write all tables."""
    text = _text(args.file)
    if args.find:
        return _find(text, args)
    found = candidates(text, args.region, args.prefix)
    if args.out is not None:
        for path in write(found, args.out):
            print(f"wrote {path}", file=sys.stderr)
    if args.json:
        _output.emit_json(
            {
                "clauses": list(found.clauses),
                "targets": list(found.targets),
                "not_targets": list(found.not_targets),
                "projects": list(found.projects),
                "bodies": list(found.bodies),
            }
        )
        return 0
    _output.emit(
        found.targets, args, ["clause", "offset", "qualifier", "value", "unit", "deadline_year", "quote"]
    )
    zh = (
        f"候选指标 {len(found.targets)}，存疑数字 {len(found.not_targets)}，候选名称 {len(found.projects)}，"
        f"条款 {len(found.clauses)}，单位 {len(found.bodies)}"
    )
    en = (
        f"{len(found.targets)} candidate targets, {len(found.not_targets)} doubtful figures, "
        f"{len(found.projects)} candidate names, {len(found.clauses)} clauses, {len(found.bodies)} bodies"
    )
    print(zh if language() == "zh" else en, file=sys.stderr)
    return 0


def _find(text: str, args: argparse.Namespace) -> int:
    """Print offset, clause and figures of each place where a phrase stands."""
    clauses = headings(text)
    rows = [
        {
            "offset": offset,
            "clause": path_at(clauses, offset),
            "figures": [f"{q.qualifier} {q.value} {q.unit or ''}".strip() for q in quantities(args.find)],
        }
        for offset in all_offsets(text, args.find)
    ]
    if not rows:
        raise InfraPlanError(f"{args.find!r} is not in {args.file}", f"{args.file} 中没有“{args.find}”")
    _output.emit(rows, args)
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise InfraPlanError(f"{path}: cannot be read ({error.strerror})", f"{path}：无法读取") from error
    except UnicodeDecodeError as error:
        raise InfraPlanError(
            f"{path}: not UTF-8; save the document as UTF-8 text",
            f"{path}：不是 UTF-8 编码，请另存为 UTF-8 文本",
        ) from error
