"""The workspace: versions, conflicts, undo, formats, and what a crash leaves behind."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from geo.errors import DataError, InfraPlanError, UnknownNameError
from infraplan.workspace import ConflictError, Workspace
from infraplan.workspace import schema as workspace_schema

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = {"title_zh": "白云区充电桩", "amount": 55_000}


@pytest.fixture
def workspace(tmp_path):
    """A workspace whose clock moves a second with every question."""
    moments = iter(datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=i) for i in range(10_000))
    return Workspace(tmp_path / "工作区", clock=lambda: next(moments))


def save(workspace, document=None, base=None, by="张三", **more):
    return workspace.save("scenario", "chargers", document or SCENARIO, by=by, base_version=base, **more)


def test_what_is_saved_is_read_back_with_who_and_when(workspace):
    saved = save(workspace, note="初稿", files={"结果.bin": b"\x00\x01"})
    read = Workspace(workspace.root).get("scenario", "chargers")
    assert read == saved
    assert (read.version, read.title, read.status_text(), read.saved_by) == (
        1,
        "白云区充电桩",
        "草案",
        "张三",
    )
    assert read.saved_at == "2026-03-01T00:00:00.000Z"
    assert workspace.file(read, "结果.bin").read_bytes() == b"\x00\x01"
    assert workspace.verify() == []


def test_versions_stay_and_an_unchanged_save_makes_none(workspace):
    first = save(workspace)
    second = save(workspace, {**SCENARIO, "amount": 60_000}, base=1, by="李四")
    assert save(workspace, {**SCENARIO, "amount": 60_000}, base=2) == second
    assert [r.version for r in workspace.history("scenario", "chargers")] == [2, 1]
    old = workspace.get("scenario", "chargers", version=1)
    assert (old.document, old.head, second.head) == (first.document, False, True)


def test_saving_over_a_newer_version_is_refused_and_shows_both(workspace):
    save(workspace, files={"a": b"first"})
    theirs = save(workspace, {**SCENARIO, "amount": 2}, base=1, by="李四")
    with pytest.raises(ConflictError) as caught:
        save(workspace, {**SCENARIO, "amount": 3}, base=1, by="张三", files={"a": b"mine"})
    assert caught.value.theirs == theirs
    assert caught.value.mine.document["amount"] == 3
    assert "李四" in caught.value.zh
    assert "version 2" in caught.value.en
    now = workspace.get("scenario", "chargers")
    assert now == theirs
    assert workspace.file(now, "a").read_bytes() == b"first"


def test_a_new_record_does_not_overwrite_one_of_the_same_id(workspace):
    save(workspace)
    with pytest.raises(ConflictError):
        save(workspace, {**SCENARIO, "amount": 9}, base=None)


def test_of_many_that_save_at_once_exactly_one_wins_each_round(workspace):
    save(workspace)
    won, lost, barrier = [], [], threading.Barrier(8)

    def try_to_save(number):
        barrier.wait()
        try:
            won.append(save(workspace, {**SCENARIO, "amount": number}, base=1, by=f"u{number}"))
        except ConflictError as conflict:
            lost.append(conflict.theirs)

    threads = [threading.Thread(target=try_to_save, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert lost == won * 7
    assert workspace.get("scenario", "chargers") == won[0]


def test_a_changed_document_is_a_draft_again(workspace):
    save(workspace)
    submitted = workspace.set_status("scenario", "chargers", "submitted", by="王处", base_version=1)
    assert (submitted.version, submitted.status_text(), submitted.status_text("en")) == (
        2,
        "上报",
        "submitted",
    )
    noted = save(workspace, base=2, note="已盖章")
    assert noted.status == "submitted"
    assert save(workspace, {**SCENARIO, "amount": 1}, base=3).status == "draft"


def test_other_files_make_a_draft_again_too(workspace):
    save(workspace, files={"f": b"1"})
    workspace.set_status("scenario", "chargers", "submitted", by="王处", base_version=1)
    assert save(workspace, base=2, files={"f": b"2"}).status == "draft"


def test_a_new_status_keeps_the_note_and_the_files(workspace):
    save(workspace, note="初稿", files={"f": b"1"})
    submitted = workspace.set_status("scenario", "chargers", "submitted", by="王处", base_version=1)
    assert (submitted.note, list(submitted.files)) == ("初稿", ["f"])
    assert workspace.get("scenario", "chargers").note == "初稿"


def test_lists_begin_with_what_was_done_last(workspace):
    for name in ("a", "b", "c"):
        workspace.save("scenario", name, SCENARIO, by="u", base_version=None)
    assert [r.id for r in workspace.records("scenario")] == ["c", "b", "a"]
    for name in ("b", "c", "a"):
        workspace.delete("scenario", name, by="u", base_version=1)
    assert [r.id for r in workspace.records("scenario", deleted=True)] == ["a", "c", "b"]


def test_a_refusal_tells_the_time_by_this_computers_clock(workspace):
    save(workspace)
    theirs = save(workspace, {**SCENARIO, "amount": 2}, base=1, by="李四")
    with pytest.raises(ConflictError) as caught:
        save(workspace, {**SCENARIO, "amount": 3}, base=1)
    here = datetime.fromisoformat(theirs.saved_at).astimezone().strftime("%Y-%m-%d %H:%M")
    for said in (caught.value.zh, caught.value.en):
        assert here in said
        assert theirs.saved_at not in said


def test_delete_can_be_undone_and_newer_work_is_not_deleted(workspace):
    save(workspace)
    save(workspace, {**SCENARIO, "amount": 2}, base=1)
    with pytest.raises(ConflictError):
        workspace.delete("scenario", "chargers", by="张三", base_version=1)
    workspace.delete("scenario", "chargers", by="张三", base_version=2)
    assert workspace.records("scenario") == []
    assert [r.deleted_by for r in workspace.records("scenario", deleted=True)] == ["张三"]
    with pytest.raises(ConflictError, match="restore"):
        save(workspace, {**SCENARIO, "amount": 3}, base=2)
    restored = workspace.restore("scenario", "chargers", by="张三")
    assert (restored.version, restored.deleted_at, restored.document["amount"]) == (2, None, 2)
    assert [e["what"] for e in workspace.events("scenario", "chargers")] == [
        "saved",
        "saved",
        "deleted",
        "restored",
    ]


def test_purge_takes_only_what_was_deleted_long_ago(tmp_path):
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    workspace = Workspace(tmp_path, clock=lambda: now[0])
    for name in ("kept", "gone"):
        workspace.save("scenario", name, SCENARIO, by="u", base_version=None, files={"f": name.encode()})
    old = workspace.file(workspace.get("scenario", "gone"), "f")
    kept = workspace.file(workspace.get("scenario", "kept"), "f")
    for path in (old, kept):
        os.utime(path, (time.time() - 10**6,) * 2)
    workspace.delete("scenario", "gone", by="u", base_version=1)
    assert workspace.purge(days=30) == 0
    now[0] += timedelta(days=31)
    assert workspace.purge(days=30) == 1
    assert (old.exists(), kept.exists()) == (False, True)
    with pytest.raises(UnknownNameError):
        workspace.get("scenario", "gone")
    assert workspace.get("scenario", "kept").version == 1


def test_results_go_for_good_with_their_scenario(tmp_path):
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    workspace = Workspace(tmp_path, clock=lambda: now[0])
    for name in ("kept", "gone"):
        workspace.save("scenario", name, SCENARIO, by="u", base_version=None)
        document = {"scenario": name, "fingerprint": "f"}
        workspace.save("result", f"of-{name}", document, by="u", base_version=None)
    workspace.delete("scenario", "gone", by="u", base_version=1)
    workspace.purge()
    assert len(workspace.records("result")) == 2, "while the scenario can be restored, so can its result"
    now[0] += timedelta(days=31)
    workspace.purge()
    assert [r.id for r in workspace.records("result")] == ["of-kept"]


def test_a_purge_leaves_files_that_somebody_is_about_to_save(workspace):
    stray = workspace.root / "files" / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"being saved")
    old = stray.with_name("ab" + "1" * 62)
    old.write_bytes(b"of a process that was killed long ago")
    os.utime(old, (time.time() - 10**6,) * 2)
    assert workspace.purge() == 1
    assert stray.exists()


def test_content_that_is_stored_again_counts_as_new(workspace):
    record = save(workspace, files={"f": b"same"})
    path = workspace.file(record, "f")
    os.utime(path, (time.time() - 10**6,) * 2)
    save(workspace, {**SCENARIO, "amount": 2}, base=1, files={"f": b"same"})
    assert time.time() - path.stat().st_mtime < 1000


def test_content_that_is_swept_while_it_is_saved_is_stored_again(workspace, monkeypatch):
    begin = workspace_schema.writing

    def swept_before(path):
        for file in (workspace.root / "files").glob("??/*"):
            file.unlink()
        return begin(path)

    monkeypatch.setattr("infraplan.workspace.store.schema.writing", swept_before)
    record = save(workspace, files={"f": b"content"})
    assert workspace.file(record, "f").read_bytes() == b"content"


def test_a_file_that_somebody_reads_is_swept_another_time(workspace, monkeypatch):
    old = workspace.root / "files" / "ab" / ("ab" + "1" * 62)
    old.parent.mkdir(parents=True)
    old.write_bytes(b"x")
    os.utime(old, (time.time() - 10**6,) * 2)

    def as_on_windows(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "used by another process")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", as_on_windows)
        assert workspace.purge() == 0
    assert workspace.purge() == 1


def test_everything_wrong_with_a_record_is_told_at_once(workspace):
    with pytest.raises(DataError) as caught:
        workspace.save(
            "correction", "p1", {"plan": "x"}, by=" ", base_version=None, status="gone", files={"a/b": b""}
        )
    text = caught.value.zh
    for word in ("状态", "填报人", "“project”", "“lon”", "a/b"):
        assert word in text
    with pytest.raises(DataError, match="NaN"):
        save(workspace, {"title_zh": "x", "amount": float("nan")})
    with pytest.raises(DataError, match="not an id"):
        workspace.save("scenario", "../x", SCENARIO, by="u", base_version=None)
    assert workspace.records("correction") == []


def test_unknown_things_are_named(workspace):
    save(workspace)
    with pytest.raises(UnknownNameError, match="chargers"):
        workspace.get("scenario", "other")
    with pytest.raises(UnknownNameError, match="known: 1"):
        workspace.get("scenario", "chargers", version=7)
    with pytest.raises(UnknownNameError, match="scenario"):
        workspace.records("nothing")


def test_new_ids_are_well_formed_and_free(workspace):
    assert workspace.new_id("scenario", "Baiyun 2022") == "baiyun-2022"
    save(workspace)
    assert workspace.new_id("scenario", "chargers").startswith("chargers-")
    assert workspace.new_id("scenario", "白云").startswith("scenario-")


def test_a_missing_or_cut_file_is_told(workspace):
    record = save(workspace, files={"f": b"12345"})
    path = workspace.file(record, "f")
    path.write_bytes(b"123")
    with pytest.raises(InfraPlanError, match="cut short"):
        workspace.file(record, "f")
    assert len(workspace.verify()) == 1
    path.unlink()
    with pytest.raises(InfraPlanError, match="missing"):
        workspace.file(record, "f")


CRASH = """
import sys
from infraplan.workspace import Workspace
workspace = Workspace()
version = None
for number in range(100000):
    record = workspace.save("scenario", "s", {"title_zh": "x", "n": number}, by="u", base_version=version,
                            files={"data": bytes(str(number), "ascii") * 2000})
    version = record.version
    print(version, flush=True)
"""


def test_a_process_killed_in_the_middle_loses_nothing_it_had_saved():
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH], cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    told = 0
    for line in process.stdout:
        told = int(line)
        if told >= 25:
            break
    process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)
    told = max([told, *(int(line) for line in rest.split())])
    workspace = Workspace()
    assert workspace.verify() == []
    history = workspace.history("scenario", "s")
    assert history[0].version >= told
    for record in history:
        expected = str(record.document["n"]).encode() * 2000
        assert record.document["n"] == record.version - 1
        assert workspace.file(record, "data").read_bytes() == expected
    after = workspace.save("scenario", "s", SCENARIO, by="u", base_version=history[0].version)
    assert after.version == history[0].version + 1


def test_readers_go_on_while_someone_writes(workspace):
    save(workspace)
    with workspace_schema.writing(workspace.root / workspace_schema.FILE_NAME) as database:
        database.execute("UPDATE versions SET note = 'half'")
        assert workspace.get("scenario", "chargers").note == ""


def test_a_write_that_fails_midway_leaves_nothing(workspace, monkeypatch):
    save(workspace)

    def fail(*_args):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("infraplan.workspace.store._log", fail)
    with pytest.raises(InfraPlanError) as caught:
        save(workspace, {**SCENARIO, "amount": 7}, base=1)
    assert "磁盘已满" in caught.value.zh
    assert str(workspace.root) not in caught.value.zh, "a screen shows no path of the server"
    assert workspace.get("scenario", "chargers").version == 1


def test_a_full_disk_leaves_what_was_there(workspace, monkeypatch):
    save(workspace, files={"f": b"before"})

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("infraplan.workspace.files.os.fsync", full)
    with pytest.raises(InfraPlanError) as caught:
        save(workspace, {**SCENARIO, "amount": 7}, base=1, files={"f": b"after"})
    assert "未保存" in caught.value.zh
    assert "磁盘已满" in caught.value.zh
    monkeypatch.undo()
    now = workspace.get("scenario", "chargers")
    assert (now.version, workspace.file(now, "f").read_bytes()) == (1, b"before")
    assert workspace.verify() == []
    assert len([p for p in (workspace.root / "files").rglob("*") if p.is_file()]) == 1


def test_a_newer_format_is_refused_and_left_as_it_was(workspace):
    path = workspace.root / workspace_schema.FILE_NAME
    with workspace_schema.writing(path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(InfraPlanError, match="format 99"):
        Workspace(workspace.root)
    with workspace_schema.connection(path) as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == 99


def test_the_very_next_format_is_refused_too(workspace):
    path = workspace.root / workspace_schema.FILE_NAME
    with workspace_schema.writing(path) as database:
        database.execute(f"PRAGMA user_version = {workspace_schema.FORMAT + 1}")
    with pytest.raises(InfraPlanError, match="newer release"):
        Workspace(workspace.root)


def test_the_journal_lets_readers_go_on_and_is_flushed(workspace):
    path = workspace.root / workspace_schema.FILE_NAME
    with workspace_schema.connection(path) as database:
        assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert database.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"


# Written by the release that had format 1 (commit 9897655), by sqlite3's iterdump; ids and texts made up for it.
FORMAT_1 = """
CREATE TABLE events (
    at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL
);
INSERT INTO events VALUES('2026-03-01T00:00:00.000Z','张三','saved','scenario','baiyun',1);
INSERT INTO events VALUES('2026-03-01T01:00:00.000Z','李四','saved','scenario','baiyun',2);
CREATE TABLE files (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    name TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (kind, id, version, name),
    FOREIGN KEY (kind, id, version) REFERENCES versions (kind, id, version) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE records (
    kind TEXT NOT NULL, id TEXT NOT NULL, head INTEGER NOT NULL,
    deleted_at TEXT, deleted_by TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
INSERT INTO records VALUES('scenario','baiyun',2,NULL,NULL);
CREATE TABLE versions (
    kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    title TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL, document TEXT NOT NULL,
    saved_at TEXT NOT NULL, saved_by TEXT NOT NULL,
    PRIMARY KEY (kind, id, version),
    FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO versions VALUES('scenario','baiyun',1,'白云区充电桩','draft','初稿',
    '{"title_zh": "白云区充电桩", "amount": 55000}','2026-03-01T00:00:00.000Z','张三');
INSERT INTO versions VALUES('scenario','baiyun',2,'白云区充电桩','draft','初稿',
    '{"title_zh": "白云区充电桩", "amount": 60000}','2026-03-01T01:00:00.000Z','李四');
CREATE INDEX files_by_content ON files (sha256);
PRAGMA application_id = 0x49504C4E;
PRAGMA user_version = 1;
"""


def of_format_1(folder):
    database = sqlite3.connect(folder / workspace_schema.FILE_NAME)
    database.executescript(FORMAT_1)
    database.close()


def tables(path):
    with workspace_schema.connection(path) as database:
        rows = database.execute("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name").fetchall()
        return [tuple(row) for row in rows], database.execute("PRAGMA user_version").fetchone()[0]


def test_an_older_format_is_copied_aside_and_migrated(tmp_path):
    of_format_1(tmp_path)
    workspace = Workspace(tmp_path)
    assert [r.document["amount"] for r in workspace.history("scenario", "baiyun")] == [60_000, 55_000]
    assert [e["who"] for e in workspace.events("scenario", "baiyun")] == ["张三", "李四"]
    saved = workspace.save("scenario", "baiyun", SCENARIO, by="u", base_version=2)
    assert saved.version == 3
    fresh = Workspace(tmp_path / "fresh")
    assert tables(tmp_path / workspace_schema.FILE_NAME) == tables(fresh.root / workspace_schema.FILE_NAME)
    (copy,) = tmp_path.glob("workspace-format1-*.sqlite3")
    assert tables(copy)[1] == 1


def test_a_migration_that_fails_leaves_the_older_format(tmp_path, monkeypatch):
    of_format_1(tmp_path)
    monkeypatch.setitem(workspace_schema.MIGRATIONS, 1, "CREATE TABLE added (x); CREATE TABLE records (x)")
    with pytest.raises(InfraPlanError, match="already exists"):
        Workspace(tmp_path)
    found, version = tables(tmp_path / workspace_schema.FILE_NAME)
    assert version == 1
    assert "added" not in [name for _, name, _ in found]
    monkeypatch.undo()
    assert Workspace(tmp_path).get("scenario", "baiyun").version == 2


def test_many_processes_may_open_a_new_or_older_workspace_at_once(tmp_path):
    of_format_1(tmp_path)
    errors = []

    def open_it():
        try:
            Workspace(tmp_path).get("scenario", "baiyun")
        except InfraPlanError as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_another_programs_database_and_a_damaged_file_are_refused(tmp_path):
    path = tmp_path / workspace_schema.FILE_NAME
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE contacts (name)")
    database.commit()
    database.close()
    before = path.read_bytes()
    with pytest.raises(InfraPlanError, match="another program"):
        Workspace(tmp_path)
    assert path.read_bytes() == before
    path.write_bytes(b"this is no database, it is a letter" * 100)
    with pytest.raises(InfraPlanError, match="not a database"):
        Workspace(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InfraPlanError, match="cannot be made"):
        Workspace(tmp_path / "file" / "workspace")
