"""``geocode``: find the place of one text, or of every row of a project list."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from geo import atomic
from geo.errors import InfraPlanError
from geo.geocode.candidate import Candidate
from infraplan.commands import _output
from infraplan.settings import language, workspace_root

HELP = "find the place a text names, or the places of a whole CSV or Excel list, without a network"
HELP_ZH = "离线查找地名,或为整个 CSV、Excel 项目清单定位"

_SHOWN = ("name", "lon", "lat", "score", "precision", "accuracy_m", "datum", "adcode", "status", "source")
_TABLES = (".csv", ".xlsx", ".xlsm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "text", metavar="TEXT|FILE", help="a place, an adcode, or a .csv / .xlsx list / 地名、区划代码或清单"
    )
    parser.add_argument("--region", metavar="ADCODE", help="find nothing outside this unit / 限定行政区")
    parser.add_argument(
        "--limit", type=int, default=5, help="at most so many candidates (default 5) / 候选数"
    )
    parser.add_argument("--name", metavar="COL", help="a list's column of names / 名称列")
    parser.add_argument("--place", metavar="COL", help="a list's column of places / 地点列")
    parser.add_argument("--out", metavar="FILE", help="where the list is written, with its places / 输出文件")
    parser.add_argument(
        "--online", choices=("tianditu", "amap"), help="ask a service on the internet / 在线查询(需密钥)"
    )
    parser.add_argument(
        "--accept-gcj02-notice",
        action="store_true",
        help="convert GCJ-02 answers to WGS84, having read the notice / 已阅读提示,将 GCJ-02 还原为 WGS84",
    )
    _output.add_json_flag(parser)


def run(args: argparse.Namespace) -> int:
    """Look up; print candidates, or write the list and print what was found."""
    if Path(args.text).suffix.lower() in _TABLES or args.name or args.out:
        if args.online:
            raise InfraPlanError(
                "--online looks up one text at a time; a list is looked up offline",
                "--online 每次只查询一个地名;清单请离线处理",
            )
        return _list(args)
    if not args.text.strip():
        raise InfraPlanError("nothing to look up: the text is empty", "没有要查找的内容:文本为空")
    if args.limit < 1:
        raise InfraPlanError(
            f"--limit must be 1 or more, not {args.limit}", f"--limit 至少为 1,而不是 {args.limit}"
        )
    found = [c.to_dict() for c in (_online(args) if args.online else _offline(args))]
    if args.json or not found:
        _output.emit_json(found)
    else:
        _output.emit(found, args, _SHOWN)
    return 0


def _offline(args: argparse.Namespace) -> list[Candidate]:
    from geo.geocode import geocode

    return geocode(args.text, args.region, args.limit)


def _online(args: argparse.Namespace) -> list[Candidate]:
    """Ask a service; its answers keep their datum unless the notice was accepted."""
    from geo.geocode.online import NOTICE_EN, NOTICE_ZH, OnlineGeocoder, to_wgs84

    geocoder = OnlineGeocoder(args.online, workspace_root() / "geocode")
    found = geocoder.geocode(args.text, args.region, args.limit)
    if not args.accept_gcj02_notice:
        return found
    print(NOTICE_ZH if language() == "zh" else NOTICE_EN, file=sys.stderr)
    return to_wgs84(found, accept_notice=True)


def _list(args: argparse.Namespace) -> int:
    from geo.geocode import geocode_table

    missing = [f"--{option}" for option in ("name", "out") if not getattr(args, option)]
    if missing:
        listed = " and ".join(missing)
        raise InfraPlanError(
            f"a list needs {listed}: geocode FILE --name COL --place COL --out FILE",
            f"处理清单需要 {listed}:geocode 文件 --name 名称列 --place 地点列 --out 输出文件",
        )
    result = geocode_table(_read(Path(args.text)), args.name, args.place, args.region)
    _write(Path(args.out), result)
    by = result["geo_precision"].fillna("unknown").value_counts()
    summary = [{"precision": str(key), "rows": int(count)} for key, count in by.items()]
    if args.json:
        _output.emit_json(
            {"rows": len(result), "precision": {s["precision"]: s["rows"] for s in summary}, "out": args.out}
        )
    else:
        _output.emit(summary, args)
    return 0


def _read(path: Path) -> pd.DataFrame:
    """Read a list as text, UTF-8 or GB18030, keeping every cell as it stands."""
    if not path.is_file():
        raise InfraPlanError(f"no file {path}", f"文件不存在:{path}")
    try:
        if path.suffix.lower() != ".csv":
            return pd.read_excel(path, dtype=str)
        data = path.read_bytes()
        encoding = "utf-8-sig" if _is_utf8(data) else "gb18030"
        return pd.read_csv(path, dtype=str, encoding=encoding)
    except (ValueError, OSError, KeyError, pd.errors.ParserError) as error:
        raise InfraPlanError(
            f"{path.name} cannot be read as a table: {error}", f"{path.name} 无法作为表格读取:{error}"
        ) from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _write(path: Path, frame: pd.DataFrame) -> None:
    if path.suffix.lower() == ".csv":
        atomic.write_text(path, frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8-sig")
    elif path.suffix.lower() == ".xlsx":
        with atomic.replacing(path) as temporary:
            frame.to_excel(temporary, index=False, engine="openpyxl")
    else:
        raise InfraPlanError(
            f"--out must end in .csv or .xlsx, not {path.name!r}",
            f"--out 须为 .csv 或 .xlsx 文件,而不是“{path.name}”",
        )
