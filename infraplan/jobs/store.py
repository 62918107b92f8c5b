"""The queue of heavy jobs: one small SQLite database in the workspace that screens and the worker share."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infraplan.workspace.schema import for_people, use_wal

_TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE, verb TEXT NOT NULL, payload TEXT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL, step TEXT NOT NULL DEFAULT '', share REAL NOT NULL DEFAULT 0,
    cancelled_at REAL, pid INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
    error_en TEXT, error_zh TEXT, trace TEXT,
    queued_at REAL NOT NULL, started_at REAL, ended_at REAL
)
"""
QUEUED, RUNNING, DONE, FAILED, CANCELLED = STATES = ("queued", "running", "done", "failed", "cancelled")
_KEPT = 200
_START_S = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """One job as the database has it; times are seconds since 1970."""

    seq: int
    key: str
    verb: str
    payload: Mapping[str, Any]
    title: str
    state: str
    step: str
    share: float
    cancelled_at: float | None
    pid: int | None
    attempts: int
    error_en: str | None
    error_zh: str | None
    trace: str | None
    queued_at: float
    started_at: float | None
    ended_at: float | None


class Queue:
    """The jobs of one workspace, in ``<workspace>/jobs/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "jobs.sqlite3"
        with self._connection() as database:
            use_wal(database)
            database.execute(_TABLES)

    @property
    def lock_path(self) -> Path:
        """The file that the workspace's worker holds locked while it lives."""
        return self.folder / "worker.lock"

    def result_path(self, key: str) -> Path:
        """Where the result of a job is, or will be."""
        return self.folder / "results" / f"{key}.zip"

    def starting(self) -> None:
        """Note that a worker is being started, so that the next look does not start another."""
        self._starting.write_text(str(self.starts() + 1), encoding="ascii")

    def started(self) -> None:
        """Note that this process is the worker: from now on its lock says that it lives."""
        self.forget_starts()
        with suppress(OSError):  # a full disk: such a worker is never ended by force
            self._pid.write_text(str(os.getpid()), encoding="ascii")

    def starts(self) -> int:
        """Return how many workers were started since one came up last."""
        return _number_in(self._starting) or 0

    def forget_starts(self) -> None:
        """Begin to count again how many workers were started."""
        with suppress(OSError):  # somebody reads it: the next time
            self._starting.unlink(missing_ok=True)

    def start_failed(self) -> None:
        """Note that the worker that was started last ended before it came up: nobody waits for it."""
        with suppress(OSError):
            os.utime(self._starting, (0, 0))

    def still_starting(self) -> None:
        """Note that the worker that was started last still loads; nothing where it has come up."""
        with suppress(OSError):
            os.utime(self._starting)

    def is_starting(self) -> bool:
        """Return whether a worker was started a moment ago and has not come up yet."""
        try:
            return time.time() - self._starting.stat().st_mtime < _START_S
        except OSError:
            return False

    def worker_pid(self) -> int | None:
        """Return the process of the worker that came up last; it may be another program's by now."""
        return _number_in(self._pid)

    @property
    def _starting(self) -> Path:
        return self.folder / "starting"

    @property
    def _pid(self) -> Path:
        return self.folder / "worker.pid"

    def put(self, verb: str, payload: Mapping[str, Any], key: str, title: str) -> bool:
        """Queue a job and return true, unless it is queued, running, or done with its result still there."""
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        with self._writing() as database:
            known = database.execute("SELECT state FROM jobs WHERE key = ?", (key,)).fetchone()
            if known and known["state"] in (QUEUED, RUNNING):
                return False
            if known and known["state"] == DONE and self.result_path(key).exists():
                return False
            database.execute("DELETE FROM jobs WHERE key = ?", (key,))
            database.execute(
                "INSERT INTO jobs (key, verb, payload, title, state, queued_at) VALUES (?, ?, ?, ?, ?, ?)",
                (key, verb, text, title, QUEUED, time.time()),
            )
        return True

    def row(self, key: str) -> Row | None:
        """Return a job, or None."""
        with self._connection() as database:
            found = database.execute("SELECT * FROM jobs WHERE key = ?", (key,)).fetchone()
        return _row(found) if found else None

    def rows(self, *states: str) -> list[Row]:
        """Return the jobs in these states (all when none is named), the first queued first."""
        marks = ", ".join("?" * len(states or STATES))
        with self._connection() as database:
            found = database.execute(
                f"SELECT * FROM jobs WHERE state IN ({marks}) ORDER BY seq", states or STATES
            ).fetchall()
        return [_row(row) for row in found]

    def place(self, row: Row) -> int:
        """Return how many jobs must end before this one begins; 0 when it is next or does not wait."""
        if row.state != QUEUED:
            return 0
        with self._connection() as database:
            return int(
                database.execute(
                    "SELECT count(*) FROM jobs WHERE state = ? OR (state = ? AND seq < ?)",
                    (RUNNING, QUEUED, row.seq),
                ).fetchone()[0]
            )

    def claim(self, key: str, pid: int) -> bool:
        """Take a queued job to run it; false when it is no longer queued."""
        with self._writing() as database:
            changed = database.execute(
                "UPDATE jobs SET state = ?, step = '', pid = ?, started_at = ?, attempts = attempts + 1 "
                "WHERE key = ? AND state = ?",
                (RUNNING, pid, time.time(), key, QUEUED),
            )
            return changed.rowcount == 1

    def give_back(self, key: str) -> None:
        """Queue a running job again, in its old place."""
        with self._writing() as database:
            database.execute(
                "UPDATE jobs SET state = ?, pid = NULL, started_at = NULL, step = '', share = 0 "
                "WHERE key = ? AND state = ?",
                (QUEUED, key, RUNNING),
            )

    def report(self, key: str, step: str, share: float) -> None:
        """Keep how far a running job is."""
        with self._writing() as database:
            database.execute("UPDATE jobs SET step = ?, share = ? WHERE key = ?", (step, share, key))

    def ask_to_stop(self, key: str) -> None:
        """Stop a queued job at once, a running one at its next question."""
        now = time.time()
        with self._writing() as database:
            database.execute(
                "UPDATE jobs SET state = ?, ended_at = ?, cancelled_at = ? WHERE key = ? AND state = ?",
                (CANCELLED, now, now, key, QUEUED),
            )
            database.execute(
                "UPDATE jobs SET cancelled_at = coalesce(cancelled_at, ?) WHERE key = ? AND state = ?",
                (now, key, RUNNING),
            )

    def is_asked_to_stop(self, key: str) -> bool:
        """Return whether somebody asked the job to stop."""
        row = self.row(key)
        return row is None or row.cancelled_at is not None

    def end(
        self,
        key: str,
        state: str,
        en: str | None = None,
        zh: str | None = None,
        trace: str | None = None,
        was: str = RUNNING,
    ) -> bool:
        """Close a job that runs (or is in the state ``was``); false when it is not (any more)."""
        with self._writing() as database:
            changed = database.execute(
                "UPDATE jobs SET state = ?, ended_at = ?, error_en = ?, error_zh = ?, trace = ?, "
                "share = CASE ? WHEN 'done' THEN 1 ELSE share END WHERE key = ? AND state = ?",
                (state, time.time(), en, zh, trace, state, key, was),
            )
            return changed.rowcount == 1

    def forget_old(self) -> None:
        """Keep the newest closed jobs and their results; drop the rest."""
        with self._writing() as database:
            old = database.execute(
                "SELECT key FROM jobs WHERE state NOT IN (?, ?) ORDER BY ended_at DESC LIMIT -1 OFFSET ?",
                (QUEUED, RUNNING, _KEPT),
            ).fetchall()
            for row in old:
                try:
                    self.result_path(row["key"]).unlink(missing_ok=True)
                except OSError:
                    continue  # on Windows somebody reads it: the next time
                database.execute("DELETE FROM jobs WHERE key = ?", (row["key"],))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            database = sqlite3.connect(self._path, timeout=15, isolation_level=None)
            try:
                database.row_factory = sqlite3.Row
                # a queue lost in a power cut is no loss: jobs can be asked for again
                database.execute("PRAGMA synchronous = NORMAL")
                yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise for_people(error, self._path) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")


def _number_in(path: Path) -> int | None:
    """Return the number that a small file holds; None where there is none."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _row(found: sqlite3.Row) -> Row:
    return Row(**{**dict(found), "payload": json.loads(found["payload"])})
