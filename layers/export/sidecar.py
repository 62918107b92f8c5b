"""``metadata.json`` beside the files: what they are, where each figure comes from, and sums to check against."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from geo.formats import FORMAT_VERSION
from layers.export.written import Table
from layers.spec import Layer

NAME = "metadata.json"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(layer: Layer) -> dict[str, Any]:
    """Return what the sidecar says of one layer: titles, notice, counts, sums of its whole-number fields, fields."""
    sums = {
        item.name: int(layer.frame[item.name].sum())
        for item in layer.fields
        if item.kind in {"integer", "people"} and len(layer.frame)
    }
    return {
        "id": layer.id,
        "title_zh": layer.title_zh,
        "title_en": layer.title_en,
        "notice_zh": layer.notice_zh,
        "notice_en": layer.notice_en,
        "features": len(layer.frame),
        "sums": sums,
        "fields": [
            {"name": f.name, "label_zh": f.label_zh, "label_en": f.label_en, "kind": f.kind}
            for f in layer.fields
        ],
    }


def document(
    layers: Iterable[Layer], files: Iterable[Path], extra: Mapping[str, Any], datum: str = "WGS84"
) -> dict[str, Any]:
    """Return the sidecar for ``files`` that hold ``layers``."""
    return {
        "format_version": FORMAT_VERSION,
        **extra,
        "datum": datum,
        "layers": [describe(layer) for layer in layers],
        "files": [{"name": f.name, "bytes": f.stat().st_size, "sha256": sha256(f)} for f in sorted(files)],
    }


def package(
    layers: Iterable[Layer], tables: Iterable[Table], folder: Path, about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the sidecar of an export whose files stand in ``folder``.

    ``files`` has every file with its checksum; ``contents`` every table with its rows, its sums under the names they
    have in the file, its columns, and what the format could not hold.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        "format_version": FORMAT_VERSION,
        **about,
        "layers": [describe(layer) for layer in layers],
        "contents": [_content(table, folder) for table in tables],
        "files": [
            {"name": f.relative_to(folder).as_posix(), "bytes": f.stat().st_size, "sha256": sha256(f)}
            for f in files
        ],
    }


def _content(table: Table, folder: Path) -> dict[str, Any]:
    return {
        "path": table.path.relative_to(folder).as_posix(),
        "format": table.format,
        "layer": table.layer,
        "table": table.table,
        "features": table.features,
        "sums": dict(table.sums),
        "fields": [
            {
                "name": c.name,
                "field": c.field,
                "kind": c.kind,
                "label_zh": c.label_zh,
                "label_en": c.label_en,
                "unit_zh": c.unit_zh,
                "unit_en": c.unit_en,
                "basis": c.basis,
            }
            for c in table.columns
        ],
        "losses": [
            {"field": x.column, "rows": x.rows, "first": x.first, "zh": x.zh, "en": x.en}
            for x in table.losses
        ],
    }


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write the sidecar as UTF-8 JSON."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
