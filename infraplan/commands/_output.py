"""How a verb prints: a JSON document, or a plain table for people."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print a JSON document (UTF-8) / 输出 JSON")


def emit_json(document: Any) -> None:
    """Print one JSON document, UTF-8, not escaped (conventions F2). NaN is a bug and raises."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def emit(
    rows: Sequence[Mapping[str, Any]], args: argparse.Namespace, columns: Sequence[str] | None = None
) -> None:
    """Print rows as a bare JSON array (``--json``) or as a table of ``columns``."""
    if getattr(args, "json", False):
        emit_json(list(rows))
        return
    names = list(columns or (rows[0].keys() if rows else ()))
    cells = [[_text(row.get(name)) for name in names] for row in rows]
    widths = [max([_width(name), *(_width(line[i]) for line in cells)]) for i, name in enumerate(names)]
    for line in [names, ["-" * w for w in widths], *cells]:
        print(
            "  ".join(text + " " * (w - _width(text)) for text, w in zip(line, widths, strict=True)).rstrip()
        )


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    return " ".join(str(value).split())


def _width(text: str) -> int:
    """Columns a text takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
