"""``infraplan export``: layers of a scenario or plan into files that a bureau's GIS opens."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.errors import InfraPlanError, RequestError
from infraplan import exporting
from infraplan.settings import language, workspace_root
from layers.export import formats
from layers.imprint import NOT_REVIEWED

HELP = "hand over a scenario's result or a plan as GIS files, spreadsheet or KML, with a sidecar to check against"
HELP_ZH = "导出情景结果或规划:GIS 文件、表格或 KML,附可核对的元数据"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "source", metavar="SCENARIO|PLAN", help="an id, or a scenario's YAML file / 情景或规划标识"
    )
    parser.add_argument(
        "--layers",
        metavar="NAMES",
        help="cells,districts,projects,targets (default: all there are)",
    )
    parser.add_argument(
        "--format", choices=sorted(formats.FORMATS), help="default: by the ending of --out, else geojson"
    )
    parser.add_argument(
        "--crs",
        metavar="EPSG|auto",
        help="4490 (default; CGCS2000), 4326 (WGS84), 4547, ...; auto: the region's 3-degree zone; auto-prefixed: "
        "the same with the zone's number in the easting",
    )
    parser.add_argument(
        "--datum", metavar="NAME", help="WGS84, CGCS2000; GCJ-02 or BD-09 for display systems only"
    )
    parser.add_argument(
        "--fields", default="en", metavar="en|zh|gb", help="field names: English, Chinese, BSM/XZQDM style"
    )
    parser.add_argument(
        "--encoding", default="gbk", metavar="gbk|utf-8", help="of a Shapefile's texts (default gbk)"
    )
    parser.add_argument(
        "--public", action="store_true", help="public version: sensitive positions coarse, no line voltage"
    )
    parser.add_argument("--review-number", metavar="TEXT", help="map review number / 审图号")
    parser.add_argument(
        "--polygons", type=Path, metavar="FILE", help="also sum the result to these polygons (layer zones)"
    )
    parser.add_argument("--polygon-name", metavar="COLUMN", help="the column with the polygons' names")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files of the same name / 覆盖同名文件"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="PATH",
        help="a file when it ends in the format's ending or .zip, else a folder",
    )


def run(args: argparse.Namespace) -> int:
    """Collect, ask about what exists, write, and say what was written."""
    lang = language()
    collection = exporting.collect(_request(args))
    overwrite = args.overwrite or _allowed(exporting.existing(collection, args.out), args.out)
    written = exporting.write(collection, args.out, overwrite, None if args.quiet else _progress)
    for layer, rows in collection.rows.items():
        print(f"{layer}\t{rows}", file=sys.stderr)
    print(collection.reference.name, file=sys.stderr)
    for said in [*collection.said, *_corrected(collection)]:
        print(said[0] if lang == "zh" else said[1], file=sys.stderr)
    for path in written:
        print(path)
    if not args.review_number:
        print(NOT_REVIEWED[0] if lang == "zh" else f"{NOT_REVIEWED[0]} ({NOT_REVIEWED[1]})", file=sys.stderr)
    return 0


def _corrected(collection: exporting.Collection) -> list[tuple[str, str]]:
    """Say that positions are the workspace's where people corrected them."""
    plan = collection.plan
    if plan is None or not plan.corrections or "projects" not in collection.rows:
        return []
    root, n = workspace_root(), len(plan.corrections)
    return [
        (
            f"{n} 项位置按工作区({root})中的人工更正",
            f"positions corrected by hand in the workspace ({root}): {n}",
        )
    ]


def _request(args: argparse.Namespace) -> exporting.Request:
    by_name = formats.by_suffix(args.out)
    name = args.format or (by_name.id if by_name else "geojson")
    if args.format and by_name and by_name.id != args.format:
        raise RequestError(
            f"--out {args.out.name} ends like {by_name.id}, but --format is {args.format}",
            f"--out {args.out.name} 的扩展名属于 {by_name.id},与 --format {args.format} 不符",
        )
    named = tuple(word.strip() for word in (args.layers or "").split(",") if word.strip())
    return exporting.Request(
        source=args.source,
        layers=None if args.layers is None else named,
        format=name,
        crs=args.crs,
        datum=args.datum,
        fields=args.fields,
        encoding=args.encoding,
        public=args.public,
        review_number=args.review_number,
        polygons=args.polygons,
        polygon_name=args.polygon_name,
    )


def _allowed(taken: list[Path], out: Path) -> bool:
    """Ask whether what exists may be replaced; without somebody to ask it is an error."""
    if not taken:
        return False
    names = ", ".join(path.name for path in taken)
    if not sys.stdin.isatty():
        raise RequestError(
            f"{out}: {names} exists; use --overwrite to replace it, or another --out",
            f"{out}:{names} 已存在;请用 --overwrite 覆盖,或改用其他 --out",
        )
    print(f"{names}: exists. Replace? / 已存在,是否覆盖? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() not in ("y", "yes", "是"):
        raise InfraPlanError("nothing was written", "未写出任何文件")
    return True


def _progress(step: str, share: float) -> None:
    print(f"[{share:4.0%}] {step}", file=sys.stderr)
