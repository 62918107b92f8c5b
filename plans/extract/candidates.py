"""All candidates of a document, written as tables that a person goes through in a spreadsheet.

Each table has the columns of the catalogue's schema behind two of its own: ``accept`` (the person writes yes) and
``doubt`` (why a figure may be none). :func:`accepted` gives the rows with a yes back, read by the schema.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo import atomic
from geo.errors import InfraPlanError, Problem, raise_if_any
from plans import table
from plans.columns import columns
from plans.extract.bodies import expand
from plans.extract.figures import figures
from plans.extract.headings import Heading, headings
from plans.extract.names import names
from plans.extract.simplify import simplified
from plans.vocabulary import label

OWN = ("accept", "doubt")
TABLES = ("clauses", "targets", "projects")
YES = frozenset(("yes", "y", "是", "1"))
_PLAIN = r"[^()\uff08\uff09〔〕\[\]\n]*"
_RESPONSIBLE = re.compile(rf"[(\uff08〔\[]({_PLAIN}(?:[(\uff08]{_PLAIN}[)\uff09]{_PLAIN})*)[)\uff09〕\]]")
_UNCLOSED = re.compile(rf"[(\uff08](?:责任单位|責任單位)[:\uff1a]({_PLAIN})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found in one document: rows by column of the schema, in the order of the text."""

    clauses: tuple[dict[str, Any], ...]
    targets: tuple[dict[str, Any], ...]
    projects: tuple[dict[str, Any], ...]
    not_targets: tuple[dict[str, Any], ...]
    bodies: tuple[str, ...]


def candidates(text: str, region: str, prefix: str) -> Candidates:
    """Return the candidates of a text.

    Parameters
    ----------
    text : str
        The document with LF line ends; offsets count its code points.
    region : str
        Adcode of the region the document covers.
    prefix : str
        What the ids of the plan begin with, such as ``gz``.
    """
    found = headings(text)
    targets, doubted = [], []
    for number, item in enumerate(figures(text, found, region), start=1):
        row = {"id": f"{prefix}-figure-{number:03d}", **item.row}
        if item.doubt:
            doubted.append({**row, "doubt": f"{item.doubt} {label('not_target_reason', item.doubt, 'zh')}"})
        else:
            targets.append(row)
    projects = [
        {"id": f"{prefix}-name-{number:03d}", **item.row}
        for number, item in enumerate(names(text, found, region), start=1)
    ]
    clauses = [_clause(text, heading) for heading in found]
    named = [body.name for row in clauses for body in expand(row["responsible_quote"]) if not body.collective]
    return Candidates(
        clauses=tuple(clauses),
        targets=tuple(targets),
        projects=tuple(projects),
        not_targets=tuple(doubted),
        bodies=tuple(dict.fromkeys(simplified(name) for name in named)),
    )


def write(found: Candidates, folder: Path) -> list[Path]:
    """Write the tables into a folder, all or nothing; UTF-8 with a byte-order mark for spreadsheets."""
    tables: dict[str, tuple[Mapping[str, Any], ...]] = {
        "targets": (*found.targets, *found.not_targets),
        "projects": found.projects,
        "clauses": found.clauses,
    }
    with atomic.filling(folder) as temporary:
        for name, rows in tables.items():
            header = [*OWN, *(column.name for column in columns(name))]
            atomic.write_text(temporary / f"{name}.csv", _csv(header, rows), encoding="utf-8-sig")
        bodies = "name_zh\n" + "".join(f"{name}\n" for name in found.bodies)
        atomic.write_text(temporary / "bodies.csv", bodies, encoding="utf-8-sig")
    return sorted(folder / f"{name}.csv" for name in (*tables, "bodies"))


def accepted(path: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table of candidates that a person accepted, as cells by column of the schema ``name``.

    Raises
    ------
    DataError
        With every problem of the accepted rows, by the line they have in the file.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InfraPlanError(
            f"{path.name}: not UTF-8; save it as CSV UTF-8",
            f"{path.name}：不是 UTF-8 编码，请另存为 CSV UTF-8",
        ) from error
    header = [column.name for column in columns(name)]
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    reader = csv.DictReader(io.StringIO(text, newline=""))
    line = reader.line_num + 2
    for row in reader:
        if (row.get("accept") or "").strip().lower() in YES:
            cells = {key: row.get(key) or "" for key in header}
            found = table.parse(_csv(header, [cells]).encode("utf-8"), name, path.name).problems
            problems.extend(dataclasses.replace(p, where=f"{path.name}:{line}") for p in found)
            rows.append(cells)
        line = reader.line_num + 1
    raise_if_any(problems)
    raise_if_any(table.parse(_csv(header, rows).encode("utf-8"), name, path.name).problems)
    return rows


def write_rows(rows: Mapping[str, list[dict[str, str]]], folder: Path) -> None:
    """Write tables of accepted cells into a folder, all or nothing: UTF-8, LF, the columns of the schema."""
    with atomic.filling(folder) as temporary:
        for name, cells in rows.items():
            atomic.write_text(temporary / f"{name}.csv", _csv([c.name for c in columns(name)], cells))


def _csv(header: list[str], rows: Iterable[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _clause(text: str, heading: Heading) -> dict[str, Any]:
    quote, offset = _responsible(text, heading)
    return {
        "clause": heading.path,
        "title_zh": simplified(heading.title),
        "offset": heading.offset,
        "responsible_quote": quote,
        "responsible_offset": offset if quote else "",
    }


def _responsible(text: str, heading: Heading) -> tuple[str, int]:
    """Return the list of bodies in the last brackets of a clause, without their label, and its offset."""
    for match in reversed(list(_RESPONSIBLE.finditer(text[heading.offset : heading.end]))):
        inner = match[1]
        listed = re.match(r"\s*(?:责任单位|責任單位)\s*[:\uff1a]\s*", inner)
        if listed or re.search(r"(?:负责|負責|牵头|牽頭|配合)$", inner):
            skip = listed.end() if listed else 0
            return inner[skip:], heading.offset + match.start(1) + skip
    # Copies lose a closing bracket at the end of a paragraph.
    unclosed = _UNCLOSED.search(text, heading.offset, heading.end)
    return (unclosed[1], unclosed.start(1)) if unclosed else ("", 0)
