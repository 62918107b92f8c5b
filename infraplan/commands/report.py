"""``infraplan report``: a report for leaders, a map that opens from disk, an A3 sheet, or a QGIS project."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import RequestError
from infraplan import reporting
from infraplan.commands.run import parse_overrides
from infraplan.settings import language
from layers.imprint import NOT_REVIEWED, STATUSES

HELP = "a report for leaders (HTML, Word), a self-contained web map, an A3 map sheet (PDF, PNG) or a QGIS project"
HELP_ZH = "生成报告(HTML、Word)、离线网页地图、A3 图件(PDF、PNG)或 QGIS 工程"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "source", metavar="SCENARIO|PLAN", help="an id, or a scenario's YAML file / 情景或规划标识"
    )
    parser.add_argument("--kind", choices=list(reporting.KINDS), default="report", help="default: report")
    parser.add_argument(
        "--format",
        choices=sorted({f for names in reporting.KINDS.values() for f in names}),
        help="default: by the ending of --out, else html, pdf or qgz by kind",
    )
    parser.add_argument("--lang", choices=reporting.LANGUAGES, default="zh", help="default: zh / 默认中文")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override a key of the scenario"
    )
    parser.add_argument(
        "--uncertainty",
        nargs="?",
        type=int,
        const=20,
        metavar="N",
        help="re-run on N perturbed data sets (20) and say in the report how far the result can be trusted",
    )
    parser.add_argument(
        "--status",
        choices=list(STATUSES),
        default="draft",
        help="draft 草案, consultation 征求意见, submitted 上报",
    )
    parser.add_argument("--author", default="", metavar="TEXT", help="prepared by / 编制单位")
    parser.add_argument("--security", default="", metavar="TEXT", help="classification / 密级")
    parser.add_argument("--review-number", metavar="TEXT", help="map review number / 审图号")
    parser.add_argument(
        "--public",
        action="store_true",
        help="public version: sensitive positions coarse, no line voltage / 公开版",
    )
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="date of the imprint (default: today) / 日期")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files of the same name / 覆盖同名文件"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="PATH",
        help="a file when it ends in the format's ending, else a folder",
    )


def run(args: argparse.Namespace) -> int:
    """Gather, make, write, and say what was written."""
    request = _request(args)
    material = reporting.gather(request, None if args.quiet else _progress)
    for path in reporting.write(request, material, args.out, args.overwrite):
        print(path)
    zh = language() == "zh"
    for pair in (reporting.said(request), None if args.review_number else NOT_REVIEWED):
        if pair:
            print(pair[0] if zh else f"{pair[0]} ({pair[1]})", file=sys.stderr)
    return 0


def _request(args: argparse.Namespace) -> reporting.Request:
    named = reporting.by_ending(args.kind, args.out)
    if args.format and named and args.format != named:
        raise RequestError(
            f"--out {args.out.name} ends like {named}, but --format is {args.format}",
            f"--out {args.out.name} 的扩展名属于 {named},与 --format {args.format} 不符",
        )
    return reporting.Request(
        source=args.source,
        kind=args.kind,
        format=args.format or named,
        lang=args.lang,
        overrides=parse_overrides(args.set),
        uncertainty=args.uncertainty,
        status=args.status,
        author=args.author,
        security=args.security,
        review_number=args.review_number,
        date=args.date,
        public=args.public,
    )


def _progress(step: str, share: float) -> None:
    print(f"[{share:4.0%}] {step}", file=sys.stderr)
