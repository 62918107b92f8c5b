"""What a planner brings: boundaries, population, candidate sites, existing units, project lists.

Two steps, and nothing is stored before the second ends well:

    inspection = uploads.inspect("projects", path, "清单.xlsx")          # what is it, what must be asked, what is wrong
    inspection = uploads.inspect("projects", path, "清单.xlsx", answers)  # again after an answer: preview and problems
    record = uploads.accept(inspection, workspace, by="张三")             # stored whole, with the original file
    rows = uploads.load(workspace, record)                               # DataFrame, GeoDataFrame or Surface

Every value comes from a stranger's file: it is text to be escaped by whoever shows it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from geo import population
from geo.atomic import replacing
from geo.errors import DataError, Problem, unknown
from geo.formats import FORMAT_VERSION, require_format
from infraplan import packing, uploads_cells, uploads_columns, uploads_rows, uploads_spatial, uploads_table
from infraplan import uploads_questions as ask
from infraplan.uploads_districts import guess_region
from infraplan.uploads_questions import Question, open_questions
from infraplan.workspace import Record, Workspace

#: What can be brought: code -> (Chinese, English, endings of files).
WHAT = {
    "projects": ("项目清单", "project list", (*uploads_table.EXCEL, *uploads_table.TEXT)),
    "sites": ("候选站点", "candidate sites", (*uploads_table.EXCEL, *uploads_table.TEXT)),
    "units": ("既有设施", "existing units", (*uploads_table.EXCEL, *uploads_table.TEXT)),
    "boundaries": ("边界", "boundaries", uploads_spatial.BOUNDARY_FILES),
    "population": ("人口", "population", uploads_spatial.POPULATION_FILES),
}
LISTS = ("projects", "sites", "units")
PREVIEW_ROWS = 20
_STAGED_S = 24 * 3600


@dataclass(frozen=True)
class Inspection:
    """What is known about a file before it is taken.

    Attributes
    ----------
    what, file_name, sha256, size
        Which kind of upload, the file's own name, its hash and its bytes.
    path : Path
        The staged copy; it is swept after a day.
    answers : dict
        The answers it was read with.
    questions : tuple of Question
        All that is asked, answered or not; :attr:`open` are those without an answer.
    headers, mapping : tuple of str, dict of field to column index
        Columns of a list and what they are taken for; change it with the answer ``columns``
        (a dict of field to header, or None for a field that is not there).
    sheet, sheets, encoding, header_line
        How a list was read; each is also the key of an answer that changes it.
    rows : int
        Rows or features of data.
    problems : tuple of Problem
        Errors, by row: such rows cannot be taken.
    doubts, notes : tuple of Problem
        Things to look at; what was left out or repaired.
    preview : list of dict
        The first rows as they would be stored.
    bad_rows : list of dict
        The rows with errors as they stand in the file (the first 200).
    summary_zh, summary_en : str
        One paragraph.
    """

    what: str
    file_name: str
    sha256: str
    size: int
    path: Path
    answers: Mapping[str, Any]
    questions: tuple[Question, ...] = ()
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, int] = field(default_factory=dict)
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    header_line: int = 0
    rows: int = 0
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    preview: list[dict[str, Any]] = field(default_factory=list)
    bad_rows: list[dict[str, str]] = field(default_factory=list)
    summary_zh: str = ""
    summary_en: str = ""
    data: Any = field(default=None, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> list[Question]:
        """The questions that still need an answer."""
        return open_questions(self.questions, self.answers)

    @property
    def ready(self) -> bool:
        """Whether it can be accepted."""
        return not self.open and (not self.problems or self.answers.get("bad_rows") == "leave_out")


def inspect(
    what: str,
    source: Path | bytes,
    file_name: str,
    answers: Mapping[str, Any] | None = None,
    root: Path | None = None,
) -> Inspection:
    """Look at a file: read it as far as the answers allow, store nothing.

    Parameters
    ----------
    what : str
        One of :data:`WHAT`.
    source : Path or bytes
        The file; bytes are staged in the workspace's folder and swept after a day.
    file_name : str
        Its own name, for its ending and for messages.
    answers : mapping, optional
        Answers so far, by :attr:`Question.key`, and ``columns``, ``sheet``, ``encoding``, ``header_line``.

    Raises
    ------
    DataError
        When the file cannot be read at all: wrong kind, damaged, too large, no header.
    """
    if what not in WHAT:
        raise unknown("kind of upload", what, WHAT, "上传类别")
    name = Path(file_name.replace("\\", "/")).name
    path = stage(source, name, root or Workspace().root)
    given = dict(answers or {})
    if what in LISTS:
        return _inspect_list(what, path, name, given)
    return _inspect_spatial(what, path, name, given)


def accept(
    inspection: Inspection,
    workspace: Workspace,
    *,
    by: str,
    answers: Mapping[str, Any] | None = None,
    title: str = "",
    note: str = "",
    source_text: str = "",
) -> Record:
    """Store an upload: its data, the original file, and how it was read. All of it, or nothing.

    Parameters
    ----------
    answers : mapping, optional
        More answers; with them the file is read once more.
    source_text : str
        Where the data comes from and under which terms, as the planner states it.

    Raises
    ------
    DataError
        With every open question and every error of the file; nothing is stored then.
    """
    if answers:
        merged = {**inspection.answers, **answers}
        inspection = inspect(inspection.what, inspection.path, inspection.file_name, merged, workspace.root)
    _require_ready(inspection)
    shown = title or f"{WHAT[inspection.what][0]}:{inspection.file_name}"
    document = {
        "format_version": FORMAT_VERSION,
        "what": inspection.what,
        "file_name": inspection.file_name,
        "file_sha256": inspection.sha256,
        "title_zh": shown,
        "answers": {k: v for k, v in inspection.answers.items() if v is not None},
        "columns": uploads_columns.named(inspection.mapping, inspection.headers),
        "rows": _kept(inspection),
        "left_out": [p.where for p in inspection.problems],
        "doubts": [{"where": p.where, "en": p.en, "zh": p.zh} for p in inspection.doubts[:500]],
        "notes": [{"where": p.where, "en": p.en, "zh": p.zh} for p in inspection.notes[:500]],
        "summary_zh": inspection.summary_zh,
        "summary_en": inspection.summary_en,
        "source": source_text or None,
        **inspection.details,
    }
    record_id = workspace.new_id("upload", Path(inspection.file_name).stem)
    with tempfile.TemporaryDirectory(prefix="infraplan-upload-") as folder:
        data = Path(folder) / "data"
        _write(inspection, record_id, data)
        return workspace.save(
            "upload",
            record_id,
            document,
            by=by,
            base_version=None,
            title=shown,
            note=note,
            files={"data": data, f"original{Path(inspection.file_name).suffix.casefold()}": inspection.path},
        )


def load(workspace: Workspace, record: Record) -> Any:
    """Return an upload's data: a DataFrame (lists), a GeoDataFrame of districts, or a population Surface.

    A list has WGS84 ``lon`` and ``lat``, ``adcodes`` joined by ``|``, money in yuan, and ``line``, the row in the file.
    """
    require_format(record.document, record.id)
    path = workspace.file(record, "data")
    if record.document["what"] == "population":
        return population.read(path)
    if record.document["what"] == "boundaries":
        return uploads_spatial.read_boundaries(path)
    return packing.unpack(path)


def surface_path(workspace: Workspace, record: Record) -> Path:
    """Return the file of an uploaded population under a name that scenarios take (``population: ....parquet``)."""
    path = workspace.file(record, "data")
    named = workspace.root / "surfaces" / f"{record.id}-{path.name[:12]}.parquet"
    if not named.exists():
        named.parent.mkdir(parents=True, exist_ok=True)
        with replacing(named) as temporary:
            shutil.copyfile(path, temporary)
    return named


def stage(source: Path | bytes, name: str, root: Path) -> Path:
    """Return a file to read: the path itself, or bytes put into the workspace's staging folder."""
    if isinstance(source, Path):
        if not source.is_file():
            raise DataError(f"{name}: there is no such file", f"{name}:文件不存在")
        return source
    folder = root / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > _STAGED_S:
            old.unlink(missing_ok=True)
    path = folder / f"{hashlib.sha256(source).hexdigest()}{Path(name).suffix.casefold()[:8]}"
    if not path.exists():
        temporary = path.with_name(f".{path.name}-{os.getpid()}")
        temporary.write_bytes(source)
        temporary.replace(path)
    return path


# lists ---------------------------------------------------------------------------------------------------------------


def _inspect_list(what: str, path: Path, name: str, answers: dict[str, Any]) -> Inspection:
    table = uploads_table.read(
        path, name, what, answers.get("sheet"), answers.get("encoding"), answers.get("header_line")
    )
    mapping = _mapping(table.headers, what, answers.get("columns"))
    questions = [_region_question(table, mapping)]
    missing = [f for f in uploads_columns.fields(what) if f.required and f.name not in mapping]
    problems = [
        Problem(
            "columns",
            name,
            f"no column is taken for {f.label_en!r}: choose one of {', '.join(table.headers)}",
            f"未指定“{f.label_zh}”对应的列:请从 {'、'.join(table.headers)} 中选择",
        )
        for f in missing
    ]
    rows = uploads_rows.read(table, name, what, mapping, answers)
    questions += rows.questions
    problems += rows.problems
    if rows.problems and not missing:
        questions.append(ask.bad_rows(len(rows.bad_lines)))
    frame = rows.frame[~rows.frame["line"].isin(rows.bad_lines)].reset_index(drop=True)
    zh, en = _list_summary(rows, frame, table)
    return Inspection(
        what=what,
        file_name=name,
        sha256=_sha256(path),
        size=path.stat().st_size,
        path=path,
        answers=answers,
        questions=tuple(questions),
        headers=table.headers,
        mapping=mapping,
        sheet=table.sheet,
        sheets=table.sheets,
        encoding=table.encoding,
        header_line=table.header_line,
        rows=len(table.rows),
        problems=tuple(problems),
        doubts=(*rows.doubts, *_formula_doubts(table, name)),
        notes=tuple(table.notes),
        preview=_records(frame.head(PREVIEW_ROWS)),
        bad_rows=uploads_rows.line_texts(table, rows.bad_lines)[:200],
        summary_zh=zh,
        summary_en=en,
        data=frame,
        details={"money_units": rows.units, "datum": rows.datum or None, "region": answers.get("region")},
    )


def _mapping(headers: tuple[str, ...], what: str, chosen: Mapping[str, str | None] | None) -> dict[str, int]:
    """Return the suggested mapping with the reader's choices in place of suggestions."""
    suggested = uploads_columns.suggest(headers, what)
    known = {f.name for f in uploads_columns.fields(what)}
    for name, header in (chosen or {}).items():
        if name not in known:
            raise unknown("field", name, known, "字段")
        if header is not None and header not in headers:
            raise unknown("column", header, headers, "列")
        suggested = {
            f: i
            for f, i in suggested.items()
            if f != name and (header is None or headers[i] != header or f in (chosen or {}))
        }
        if header is not None:
            suggested[name] = headers.index(header)
    return suggested


def _region_question(table: uploads_table.Table, mapping: Mapping[str, int]) -> Question:
    texts = [
        uploads_cells.text_of(row[mapping[name]])
        for name in ("district", "address")
        if name in mapping
        for row in table.rows
    ]
    return ask.region(guess_region(texts))


def _formula_doubts(table: uploads_table.Table, name: str) -> list[Problem]:
    return [
        Problem(
            "formula",
            f"{name}, row {line}, {header}",
            "begins like a formula: kept as text, and made harmless where it is written into a spreadsheet",
            "内容以公式符号开头:按文本保存,写入电子表格时会作无害化处理",
        )
        for line, header in uploads_table.formula_like(table)[:50]
    ]


def _list_summary(
    rows: uploads_rows.Rows, frame: pd.DataFrame, table: uploads_table.Table
) -> tuple[str, str]:
    placed = int(frame["lon"].notna().sum())
    zh = f"共 {len(table.rows):,} 行,可导入 {len(frame):,} 行,错误 {len(rows.bad_lines):,} 行;有位置 {placed:,} 行"
    en = (
        f"{len(table.rows):,} rows: {len(frame):,} can be taken, {len(rows.bad_lines):,} have errors; "
        f"{placed:,} have a position"
    )
    if "investment" in frame and frame["investment"].notna().any():
        known = int(frame["investment"].notna().sum())
        total = int(sum(v for v in frame["investment"] if v is not None))
        zh += f";总投资合计 {total / 1e8:,.4f} 亿元({known:,} 行有数)"
        en += f"; total investment {total:,} yuan ({known:,} rows state it)"
    return zh, en


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values for showing: unknown is None, several districts are joined by |."""
    return [
        {
            str(k): "|".join(v) if isinstance(v, tuple) else None if v is None or v != v else v
            for k, v in row.items()
        }
        for row in frame.to_dict("records")
    ]


# boundaries and population -------------------------------------------------------------------------------------------


def _inspect_spatial(what: str, path: Path, name: str, answers: dict[str, Any]) -> Inspection:
    found = (
        uploads_spatial.boundaries_of(path, name, answers)
        if what == "boundaries"
        else uploads_spatial.population_of(path, name, answers)
    )
    return Inspection(
        what=what,
        file_name=name,
        sha256=_sha256(path),
        size=path.stat().st_size,
        path=path,
        answers=answers,
        questions=tuple(found.questions),
        rows=found.rows,
        problems=tuple(found.problems),
        notes=tuple(found.notes),
        preview=found.preview,
        summary_zh=found.summary_zh,
        summary_en=found.summary_en,
        data=found.data,
        details=found.details,
    )


def _write(inspection: Inspection, record_id: str, path: Path) -> None:
    if inspection.what == "population":
        uploads_spatial.write_population(inspection.data, f"upload-{record_id}", path)
    elif inspection.what == "boundaries":
        uploads_spatial.write_boundaries(inspection.data, path)
    else:
        packing.pack(uploads_rows.typed(inspection.data, inspection.what), path)


def _require_ready(inspection: Inspection) -> None:
    wanted = [
        Problem("question", inspection.file_name, f"not answered: {q.en}", f"尚未回答:{q.zh}")
        for q in inspection.open
    ]
    leave_out = inspection.answers.get("bad_rows") == "leave_out"
    fatal = [p for p in inspection.problems if not leave_out or p.check == "columns"]
    if wanted or fatal:
        raise DataError([*wanted, *fatal])
    if inspection.data is None or _kept(inspection) == 0:
        raise DataError(
            f"{inspection.file_name}: nothing is left to import", f"{inspection.file_name}:没有可导入的内容"
        )


def _kept(inspection: Inspection) -> int:
    return len(inspection.data) if inspection.what in LISTS else inspection.rows


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
