"""The workspace's database: its tables, its format, and how an older one is brought up to date.

The format is SQLite's ``user_version``; ``application_id`` says that a file is ours. A newer format, or a database of
another program, is refused and left untouched; an older one is copied aside and migrated in one transaction.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import InfraPlanError

FORMAT = 2
APPLICATION_ID = 0x49504C4E  # "IPLN"
FILE_NAME = "workspace.sqlite3"
_BUSY_S = 15.0
_AGAIN_S = 0.02

_TABLES = """
CREATE TABLE records (
    kind TEXT NOT NULL, id TEXT NOT NULL, head INTEGER NOT NULL,
    deleted_at TEXT, deleted_by TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE versions (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    title TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL, document TEXT NOT NULL,
    saved_at TEXT NOT NULL, saved_by TEXT NOT NULL,
    PRIMARY KEY (kind, id, version),
    FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE files (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    name TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (kind, id, version, name),
    FOREIGN KEY (kind, id, version) REFERENCES versions (kind, id, version) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX files_by_content ON files (sha256);
CREATE TABLE events (
    at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL
);
CREATE INDEX events_by_record ON events (kind, id);
"""

#: From a format to the next: the statements that bring the tables there.
MIGRATIONS = {
    1: "CREATE INDEX events_by_record ON events (kind, id)",  # the history of one record no longer reads all events
}


@contextmanager
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection outside any transaction; what SQLite reports becomes a message for people.

    Every call has its own connection, so that threads and processes do not share one.
    """
    try:
        database = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        try:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            # what a planner has saved must survive a power cut: the log is flushed at each commit
            database.execute("PRAGMA synchronous = FULL")
            yield database
        finally:
            database.close()
    except sqlite3.Error as error:
        raise for_people(error, path) from error


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection inside one transaction: all of it is kept, or nothing."""
    with connection(path) as database:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def prepare(path: Path) -> None:
    """Create the database, or bring an older one up to date.

    Raises
    ------
    InfraPlanError
        When the file is another program's, damaged, or of a newer format; it is left as it is.
    """
    with connection(path) as database:
        if _settled_version(database, path) == FORMAT:
            return
        use_wal(database)
    with writing(path) as database:
        version = _version(database, path)  # another process may have been quicker
        if version == 0:
            _run_script(database, _TABLES)
        elif version < FORMAT:
            _copy_aside(path, version)
            for step in range(version, FORMAT):
                _run_script(database, MIGRATIONS[step])
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {FORMAT}")


def use_wal(database: sqlite3.Connection) -> None:
    """Let readers go on while one writes; on a drive that cannot share memory SQLite keeps its usual journal.

    Changing the journal takes the file for oneself, and SQLite does not wait for that: we do.
    """
    end = time.monotonic() + _BUSY_S
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_AGAIN_S)


def _settled_version(database: sqlite3.Connection, path: Path) -> int:
    """Return the format as it is at one moment: another process may be making the tables."""
    database.execute("BEGIN")
    try:
        return _version(database, path)
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def _version(database: sqlite3.Connection, path: Path) -> int:
    """Return the format, 0 for an empty database; refuse one that is not ours or too new.

    Asked inside a transaction: else each question may be answered by another state.
    """
    version, owner = (
        database.execute(f"PRAGMA {n}").fetchone()[0] for n in ("user_version", "application_id")
    )
    if not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        return 0
    if owner != APPLICATION_ID:
        raise InfraPlanError(
            f"{path} is a database of another program; name another folder in INFRAPLAN_WORKSPACE",
            f"{path} 是其他程序的数据库;请将 INFRAPLAN_WORKSPACE 指向其他目录",
        )
    if version > FORMAT:
        raise InfraPlanError(
            f"the workspace {path.parent} has format {version}, this release reads formats up to {FORMAT}; nothing "
            "was changed: open it with the newer release, or name another folder in INFRAPLAN_WORKSPACE",
            f"工作区 {path.parent} 的格式为 {version},本版本最高支持 {FORMAT};未作任何更改:"
            "请使用较新版本打开,或将 INFRAPLAN_WORKSPACE 指向其他目录",
        )
    return int(version)


def _run_script(database: sqlite3.Connection, script: str) -> None:
    """Run statements inside the open transaction (``executescript`` would end it)."""
    for statement in script.split(";"):
        if statement.strip():
            database.execute(statement)


def _copy_aside(path: Path, version: int) -> None:
    """Keep a copy of a database of an older format beside it."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    source = sqlite3.connect(path)
    copy = sqlite3.connect(path.with_name(f"workspace-format{version}-{stamp}.sqlite3"))
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()


def for_people(error: sqlite3.Error, path: Path) -> InfraPlanError:
    reason = str(error)
    if "locked" in reason or "busy" in reason:
        return InfraPlanError(
            "the workspace is being written by someone else; nothing was saved, try again",
            "工作区正被其他人写入;本次未保存,请稍后重试",
        )
    if "full" in reason:
        return InfraPlanError(
            "the disk of the workspace is full; nothing was saved and what was there is whole: make room, try again",
            "工作区所在磁盘已满;本次未保存,原有内容完好:请清理空间后重试",
        )
    if "not a database" in reason or "malformed" in reason:
        return InfraPlanError(
            f"{path} is damaged or not a database ({reason}); put back a copy of it, or name another folder in "
            "INFRAPLAN_WORKSPACE",
            f"{path} 已损坏或不是数据库({reason});请用备份恢复,或将 INFRAPLAN_WORKSPACE 指向其他目录",
        )
    if "readonly" in reason or "unable to open" in reason:
        return InfraPlanError(
            f"{path} cannot be written ({reason}); check the folder's permissions or name another in "
            "INFRAPLAN_WORKSPACE",
            f"无法写入 {path}({reason});请检查目录权限,或将 INFRAPLAN_WORKSPACE 指向其他目录",
        )
    return InfraPlanError(
        f"the workspace {path.parent} could not do it: {reason}", f"工作区 {path.parent} 操作失败:{reason}"
    )
