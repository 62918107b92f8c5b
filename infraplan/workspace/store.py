"""The class that owns the database and the files of a workspace."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.errors import DataError, InfraPlanError, unknown
from infraplan.settings import workspace_root
from infraplan.workspace import nameless, schema
from infraplan.workspace.files import FileStore
from infraplan.workspace.records import (
    KINDS,
    ConflictError,
    Record,
    StoredFile,
    check_draft,
    check_kind,
)

_LEFTOVER_S = 24 * 3600


class Workspace:
    """What planners made, in one folder.

    Parameters
    ----------
    root : Path, optional
        The folder; created when it does not exist. Default: :func:`infraplan.settings.workspace_root`.
    clock : callable, optional
        Returns the time now, with its zone.

    Raises
    ------
    InfraPlanError
        When the folder cannot be used, or is of a newer format or another program's.
    """

    def __init__(self, root: Path | None = None, clock: Callable[[], datetime] | None = None) -> None:
        self.root = root or workspace_root()
        self._clock = clock or (lambda: datetime.now(UTC))
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InfraPlanError(
                f"the folder {self.root} cannot be made: {error.strerror}; name another in INFRAPLAN_WORKSPACE",
                f"无法建立工作区目录 {self.root}:{error.strerror};请将 INFRAPLAN_WORKSPACE 指向其他目录",
            ) from error
        self._path = self.root / schema.FILE_NAME
        self._files = FileStore(self.root / "files")
        schema.prepare(self._path)

    # reading ---------------------------------------------------------------------------------------------------------

    def get(self, kind: str, record_id: str, version: int | None = None) -> Record:
        """Return a record's newest version, or the one asked for; deleted records are found too.

        Raises
        ------
        UnknownNameError
            When there is no such record or version.
        """
        check_kind(kind)
        with schema.connection(self._path) as database:
            found = _read(database, kind, record_id, version)
        if found is None:
            if version is None:
                known = [record.id for record in self.records(kind)]
                raise unknown(KINDS[kind].en, record_id, known, KINDS[kind].zh)
            versions = [record.version for record in self.history(kind, record_id)]
            raise unknown(f"version of {record_id}", version, versions, f"{record_id} 的版本")
        return found

    def records(self, kind: str, deleted: bool = False) -> list[Record]:
        """Return the newest version of every record of a kind, the last saved first.

        ``deleted``: those that were deleted and can be restored, the last deleted first.
        """
        check_kind(kind)
        gone, at = ("NOT NULL", "r.deleted_at") if deleted else ("NULL", "v.saved_at")
        with schema.connection(self._path) as database:
            rows = database.execute(
                f"{_SELECT} WHERE v.kind = ? AND v.version = r.head AND r.deleted_at IS {gone} "
                f"ORDER BY {at} DESC, v.id",
                (kind,),
            ).fetchall()
            return [_record(database, row) for row in rows]

    def history(self, kind: str, record_id: str) -> list[Record]:
        """Return all versions of a record, the newest first; empty when there is no such record."""
        check_kind(kind)
        with schema.connection(self._path) as database:
            rows = database.execute(
                f"{_SELECT} WHERE v.kind = ? AND v.id = ? ORDER BY v.version DESC", (kind, record_id)
            ).fetchall()
            return [_record(database, row) for row in rows]

    def events(self, kind: str, record_id: str) -> list[dict[str, Any]]:
        """Return what was done to a record: at, who, what (saved, deleted, restored) and version, in order."""
        with schema.connection(self._path) as database:
            rows = database.execute(
                "SELECT at, who, what, version FROM events WHERE kind = ? AND id = ? ORDER BY rowid",
                (kind, record_id),
            ).fetchall()
        return [dict(row) for row in rows]

    def file(self, record: Record, name: str) -> Path:
        """Return the path of a file of a record, to be read and never written."""
        if name not in record.files:
            raise unknown("file", name, record.files, "文件")
        return self._files.open_path(record.files[name])

    def new_id(self, kind: str, hint: str = "") -> str:
        """Return an id that no record of the kind has: from the words of ``hint`` where they are ASCII, else random."""
        check_kind(kind)
        words = re.findall(r"[a-z0-9]+", hint.lower())
        stem = "-".join(words)[:60].strip("-") or kind
        with schema.connection(self._path) as database:
            taken = {row["id"] for row in database.execute("SELECT id FROM records WHERE kind = ?", (kind,))}
        if words and stem not in taken:
            return stem
        while (name := f"{stem}-{secrets.token_hex(3)}") in taken:
            pass
        return name

    # writing ---------------------------------------------------------------------------------------------------------

    def save(
        self,
        kind: str,
        record_id: str,
        document: Mapping[str, Any],
        *,
        by: str,
        base_version: int | None,
        title: str = "",
        status: str | None = None,
        note: str | None = None,
        files: Mapping[str, bytes | Path] | None = None,
    ) -> Record:
        """Save a new version of a record, or a new record.

        Parameters
        ----------
        document : mapping
            JSON values with the keys that the kind requires; no NaN (unknown is None).
        by : str
            Who saves it.
        base_version : int or None
            The version that the person opened; None for a new record.
        title : str, optional
            For people. Default: the document's ``title_zh``, else the id.
        status : str, optional
            Default: draft when the record is new or its document changed, else as it was.
        note : str, optional
            Default: as it was.
        files : mapping of name to content, optional
            Replaces all files; default: the files as they were.

        Returns
        -------
        Record
            The version saved; the version there already is when nothing is different.

        Raises
        ------
        ConflictError
            When the newest version is not ``base_version``; it carries both, and nothing is written.
        DataError
            With everything that is wrong with the record.
        """
        text = _json(document, f"{kind} {record_id}")
        draft = Record(
            kind,
            record_id,
            base_version or 0,
            title or str(document.get("title_zh") or record_id),
            status or "draft",
            note or "",
            json.loads(text),
            {name: StoredFile(name, "", 0) for name in files or {}},
            saved_by=by.strip(),
        )
        check_draft(draft)
        stored = {name: self._files.put(name, content) for name, content in (files or {}).items()}
        with schema.writing(self._path) as database:
            # a sweep holds the same lock: what is here now stays until the row that uses it is in
            for name, item in stored.items():
                if not self._files.path(item.sha256).exists():
                    self._files.put(name, (files or {})[name])
            head = _read(database, kind, record_id)
            if (head.version if head else 0) != (base_version or 0) or (head and head.deleted_at):
                raise _conflict(draft, head)
            draft = replace(draft, files=stored if files is not None else dict(head.files if head else {}))
            if head is not None:
                draft = _carry_over(draft, head, status, note)
                if _same(draft, head):
                    return head
            draft = replace(draft, version=(base_version or 0) + 1, saved_at=self._now())
            _insert(database, draft, text)
        return draft

    def set_status(self, kind: str, record_id: str, status: str, *, by: str, base_version: int) -> Record:
        """Save the record with another status: draft, consultation or submitted."""
        record = self.get(kind, record_id)
        return self.save(
            kind,
            record_id,
            record.document,
            by=by,
            base_version=base_version,
            title=record.title,
            status=status,
        )

    def delete(self, kind: str, record_id: str, *, by: str, base_version: int) -> None:
        """Delete a record so that :meth:`restore` brings it back.

        Raises
        ------
        ConflictError
            When someone saved a newer version than ``base_version``.
        """
        self._mark(kind, record_id, by, base_version, deleted=True)

    def restore(self, kind: str, record_id: str, *, by: str) -> Record:
        """Bring a deleted record back, with all its versions."""
        self._mark(kind, record_id, by, None, deleted=False)
        return self.get(kind, record_id)

    def purge(self, days: float = 30) -> int:
        """Remove for good what was deleted ``days`` ago or earlier, and files that nothing uses; return how many files.

        Results go with their scenario: its id may be given to another one.
        """
        limit = datetime.fromtimestamp(self._clock().timestamp() - days * 86400, UTC)
        with schema.writing(self._path) as database:
            database.execute(
                "DELETE FROM records WHERE deleted_at IS NOT NULL AND deleted_at < ?", (_stamp(limit),)
            )
            database.execute(_DELETE_ORPHANS)
            used = {row["sha256"] for row in database.execute("SELECT DISTINCT sha256 FROM files")}
            return self._files.sweep(used, time.time() - _LEFTOVER_S)

    def verify(self) -> list[str]:
        """Return what is wrong with the workspace: damaged pages, missing or changed files. Empty: all is whole.

        A file is named with what it belongs to: the title, kind, id and version of every record that holds it.
        """
        with schema.connection(self._path) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
            rows = database.execute(
                "SELECT f.name, f.sha256, f.size, f.kind, f.id, f.version, v.title FROM files f "
                "JOIN versions v USING (kind, id, version) ORDER BY f.kind, f.id, f.version, f.name"
            ).fetchall()
        whole: dict[str, bool] = {}
        for row in rows:
            if row["sha256"] not in whole:
                whole[row["sha256"]] = self._files.verify(StoredFile(row["name"], row["sha256"], row["size"]))
            if not whole[row["sha256"]]:
                owner = f"{row['kind']} {row['id']}, version {row['version']}"
                found.append(f"{row['title']} ({owner}): {row['name']} {row['sha256'][:12]}")
        return found

    def _mark(self, kind: str, record_id: str, by: str, base_version: int | None, deleted: bool) -> None:
        self.get(kind, record_id)  # an unknown name is told before anything is locked
        if not by.strip():
            raise DataError(*nameless.refusal(kind))
        with schema.writing(self._path) as database:
            head = _read(database, kind, record_id)
            if head is None or bool(head.deleted_at) == deleted:
                return
            if deleted and head.version != base_version:
                raise ConflictError(replace(head, version=base_version or 0, saved_by=by), head)
            database.execute(
                "UPDATE records SET deleted_at = ?, deleted_by = ? WHERE kind = ? AND id = ?",
                (self._now(), by.strip(), kind, record_id) if deleted else (None, None, kind, record_id),
            )
            _log(database, self._now(), by.strip(), "deleted" if deleted else "restored", head)

    def _now(self) -> str:
        return _stamp(self._clock())


_DELETE_ORPHANS = """
DELETE FROM records WHERE kind = 'result' AND NOT EXISTS (
    SELECT 1 FROM versions v JOIN records s ON s.kind = 'scenario' AND s.id = json_extract(v.document, '$.scenario')
    WHERE v.kind = 'result' AND v.id = records.id AND v.version = records.head
)
"""
_SELECT = "SELECT v.*, r.head, r.deleted_at, r.deleted_by FROM versions v JOIN records r USING (kind, id)"


def _stamp(moment: datetime) -> str:
    """Return a time as UTC text whose order is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(document: Mapping[str, Any], where: str) -> str:
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{where}: cannot be kept as JSON ({error}); unknown is null, not NaN",
            f"{where}:无法保存为 JSON({error});未知值应为空,而非 NaN",
        ) from error


def _read(
    database: sqlite3.Connection, kind: str, record_id: str, version: int | None = None
) -> Record | None:
    wanted = "v.version = r.head" if version is None else "v.version = ?"
    values: Iterable[Any] = (kind, record_id) if version is None else (kind, record_id, version)
    row = database.execute(f"{_SELECT} WHERE v.kind = ? AND v.id = ? AND {wanted}", tuple(values)).fetchone()
    return _record(database, row) if row else None


def _record(database: sqlite3.Connection, row: sqlite3.Row) -> Record:
    key = (row["kind"], row["id"], row["version"])
    files = database.execute(
        "SELECT name, sha256, size FROM files WHERE kind = ? AND id = ? AND version = ? ORDER BY name", key
    ).fetchall()
    return Record(
        *key,
        title=row["title"],
        status=row["status"],
        note=row["note"],
        document=json.loads(row["document"]),
        files={f["name"]: StoredFile(*f) for f in files},
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
        head=row["version"] == row["head"],
        deleted_at=row["deleted_at"],
        deleted_by=row["deleted_by"],
    )


def _conflict(draft: Record, head: Record | None) -> InfraPlanError:
    if head is not None:
        return ConflictError(draft, head)
    kind = KINDS[draft.kind]
    return DataError(
        f"{kind.en} {draft.id!r} does not exist (any more); save it as a new one",
        f"{kind.zh}“{draft.id}”不存在(或已被清除);请另存为新的记录",
    )


def _carry_over(draft: Record, head: Record, status: str | None, note: str | None) -> Record:
    """Keep what was not given; a changed document is a draft again unless a status is stated."""
    unchanged = draft.document == head.document and draft.files == head.files
    return replace(
        draft,
        status=status or (head.status if unchanged else "draft"),
        note=head.note if note is None else note,
    )


def _same(draft: Record, head: Record) -> bool:
    return all(
        getattr(draft, name) == getattr(head, name)
        for name in ("title", "status", "note", "document", "files")
    )


def _insert(database: sqlite3.Connection, record: Record, text: str) -> None:
    key = (record.kind, record.id, record.version)
    database.execute(
        "INSERT INTO records (kind, id, head) VALUES (?, ?, ?) "
        "ON CONFLICT (kind, id) DO UPDATE SET head = excluded.head",
        key,
    )
    database.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, record.title, record.status, record.note, text, record.saved_at, record.saved_by),
    )
    database.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
        [(*key, f.name, f.sha256, f.size) for f in record.files.values()],
    )
    _log(database, record.saved_at, record.saved_by, "saved", record)


def _log(database: sqlite3.Connection, at: str, by: str, what: str, record: Record) -> None:
    database.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", (at, by, what, record.kind, record.id, record.version)
    )
