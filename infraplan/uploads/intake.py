"""The two steps of an upload: inspect, as often as there are answers; accept, once and whole."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from geo import grid, population
from geo.atomic import replacing
from geo.errors import DataError, InfraPlanError, Problem, raise_if_any, unknown
from geo.formats import FORMAT_VERSION, require_format
from infraplan import disk, packing
from infraplan.uploads import columns as uploads_columns
from infraplan.uploads import lists as uploads_lists
from infraplan.uploads import rows as uploads_rows
from infraplan.uploads import spatial as uploads_spatial
from infraplan.uploads import table as uploads_table
from infraplan.uploads import unread
from infraplan.uploads import vector_lists as uploads_vector
from infraplan.uploads.cells import feature_problem, row_problem
from infraplan.uploads.inspection import WHOLE_FILE, Inspection, sha256_of
from infraplan.workspace import Record, Workspace

#: What can be brought: code -> (Chinese, English, endings of files).
WHAT = {
    "projects": ("项目清单", "project list", uploads_table.KINDS),
    "sites": ("候选站点", "candidate sites", uploads_table.KINDS),
    "units": ("既有设施", "existing units", uploads_table.KINDS),
    "boundaries": ("边界", "boundaries", uploads_spatial.BOUNDARY_FILES),
    "population": ("人口", "population", uploads_spatial.POPULATION_FILES),
}
LISTS = ("projects", "sites", "units")
_STAGED_S = 24 * 3600


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
        Answers so far, by :attr:`Question.key`, and ``columns``, ``sheet`` (of a map: its layer), ``encoding``,
        ``header_line``.

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
        return uploads_lists.inspect(what, path, name, given)
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
        "unread_columns": list(inspection.unread_columns),
        "unread_sheets": list(inspection.unread_sheets),
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


def cells_of(workspace: Workspace, record: Record, resolution: int) -> dict[str, int]:
    """Return how many units or sites of an uploaded list stand in each H3 cell: what a scenario's ``cells`` takes.

    A row counts its ``count``; a list without such a column counts one a row. Of existing units only those count that
    stand by the answer given about their stages. Cells are hexadecimal, ascending.

    Raises
    ------
    DataError
        With every row that has no position, or whose count is not known: they cannot be put on the map, and to leave
        them out silently would lose them.
    """
    frame = load(workspace, record)
    frame = frame[uploads_lists.stands(frame, record.document["answers"].get("standing"))]
    counts = frame["count"] if "count" in frame else pd.Series(1, index=frame.index, dtype="Int64")
    name = str(record.document["file_name"])

    def of_row(check: str, line: int, en: str, zh: str) -> Problem:
        if name.casefold().endswith(uploads_vector.KINDS):
            return feature_problem(check, name, line, None, en, zh)
        return row_problem(check, name, line, en, zh)

    problems = [
        of_row("position", line, "has no position", "没有位置")
        for line in frame.loc[frame["lon"].isna(), "line"]
    ] + [
        of_row("count", line, "its count is empty: unknown is not zero", "数量为空:未知不等于零")
        for line in frame.loc[counts.isna(), "line"]
    ]
    raise_if_any(problems)
    cells = grid.cells_at(frame["lon"].to_numpy(float), frame["lat"].to_numpy(float), resolution)
    sums = counts.astype("int64").groupby(cells).sum().sort_index()
    return dict(zip(grid.to_hex(sums.index.to_numpy()).tolist(), sums.tolist(), strict=True))


def most_bytes(what: str) -> int:
    """Return how large a file of a kind of upload may be."""
    return {
        "boundaries": uploads_spatial.MAX_BOUNDARY_BYTES,
        "population": uploads_spatial.MAX_POPULATION_BYTES,
    }.get(what, uploads_table.MAX_BYTES)


def stage(source: Path | bytes, name: str, root: Path) -> Path:
    """Return a file to read: the path itself, or bytes put into the workspace's staging folder."""
    if isinstance(source, Path):
        if not source.is_file():
            raise DataError(f"{name}: there is no such file", f"{name}:文件不存在")
        return source
    path = root / "staging" / f"{hashlib.sha256(source).hexdigest()}{Path(name).suffix.casefold()[:8]}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        if path.exists():
            path.touch()  # used again: not to be swept while its questions are answered
        else:
            with replacing(path) as temporary:
                temporary.write_bytes(source)
    except OSError as error:
        if path.exists():  # another session brought the same file, and on Windows has it open
            return path
        en, zh = disk.said(error)
        raise InfraPlanError(
            f"{name} could not be taken: {en}; nothing was stored", f"{name} 未能接收:{zh};未存入任何内容"
        ) from error
    return path


def _sweep(folder: Path) -> None:
    """Delete what was staged a day ago; another session may be quicker, or on Windows still read it."""
    for old in folder.iterdir():
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _STAGED_S:
                old.unlink(missing_ok=True)


def _inspect_spatial(what: str, path: Path, name: str, answers: dict[str, Any]) -> Inspection:
    found = (
        uploads_spatial.boundaries_of(path, name, answers)
        if what == "boundaries"
        else uploads_spatial.population_of(path, name, answers)
    )
    return Inspection(
        what=what,
        file_name=name,
        sha256=sha256_of(path),
        size=path.stat().st_size,
        path=path,
        answers=answers,
        questions=tuple(found.questions),
        rows=found.rows,
        problems=tuple(found.problems),
        doubts=tuple(found.doubts),
        bad_lines=len({p.where for p in found.problems if p.check not in WHOLE_FILE}),
        notes=(*unread.notes(name, found.unread_columns, found.unread_sheets), *found.notes),
        unread_columns=tuple(found.unread_columns),
        unread_sheets=tuple(found.unread_sheets),
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
    fatal = inspection.file_problems if leave_out else list(inspection.problems)
    if wanted or fatal:
        raise DataError([*wanted, *fatal])
    if inspection.data is None or _kept(inspection) == 0:
        raise DataError(
            f"{inspection.file_name}: nothing is left to import", f"{inspection.file_name}:没有可导入的内容"
        )


def _kept(inspection: Inspection) -> int:
    return len(inspection.data) if inspection.what in LISTS else inspection.rows
