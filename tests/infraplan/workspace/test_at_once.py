"""A workspace that several processes open, fill and copy at once; and what is cleared from it once a day."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from geo.errors import InfraPlanError, RequestError
from infraplan import cli
from infraplan.workspace import Workspace, backup, cleaning, schema

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = {"title_zh": "白云区充电桩"}

OPEN = """
import sys
from pathlib import Path
from infraplan.jobs.store import Queue
from infraplan.workspace import Workspace
print("ready", flush=True)
root = Path(sys.stdin.readline().strip())
while root != Path("."):
    try:
        Workspace(root).records("scenario")
        Queue(root / "jobs").rows()
        print("well", flush=True)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
    root = Path(sys.stdin.readline().strip())
"""


def test_many_processes_may_open_a_new_workspace_at_once(tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN],
            cwd=ROOT,
            text=True,
            bufsize=1,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    assert {p.stdout.readline().strip() for p in processes} == {"ready"}
    said = []
    for number in range(30):
        for process in processes:
            process.stdin.write(f"{tmp_path / str(number)}\n")
            process.stdin.flush()
        said += [process.stdout.readline().strip() for process in processes]
    for process in processes:
        process.communicate("\n", timeout=20)
    assert said == ["well"] * len(said)


def test_many_threads_may_open_a_new_workspace_at_once(tmp_path):
    wrong = []

    def open_it(root, barrier):
        barrier.wait()
        try:
            Workspace(root)
        except Exception as error:
            wrong.append(error)

    for number in range(20):
        barrier = threading.Barrier(4)
        threads = [threading.Thread(target=open_it, args=(tmp_path / str(number), barrier)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_workspace_that_another_process_makes_at_this_moment_is_ours(tmp_path, monkeypatch):
    real = schema.connection

    class Interrupted:
        """A connection whose last question about the format waits until another process has made the tables."""

        def __init__(self, database):
            self.database = database

        def __getattr__(self, name):
            return getattr(self.database, name)

        def execute(self, text, *values):
            if text.startswith("SELECT count"):
                monkeypatch.setattr(schema, "connection", real)
                with contextlib.suppress(InfraPlanError):  # it waits for us, or we for it
                    Workspace(tmp_path)
            return self.database.execute(text, *values)

    @contextlib.contextmanager
    def interrupted(path):
        with real(path) as database:
            yield Interrupted(database)

    monkeypatch.setattr(schema, "_BUSY_S", 0.1)
    monkeypatch.setattr(schema, "connection", interrupted)
    assert Workspace(tmp_path).records("scenario") == []


@pytest.fixture
def busy():
    """A workspace in which somebody saves one thing after another."""
    workspace, stop = Workspace(), threading.Event()

    def save():
        number = 0
        while not stop.is_set():
            document = {"title_zh": "x", "pad": "y" * 20_000}
            workspace.save(
                "scenario", f"s{number}", document, by="u", base_version=None, files={"f": os.urandom(200)}
            )
            number += 1

    thread = threading.Thread(target=save)
    thread.start()
    while len(workspace.records("scenario")) < 5:
        time.sleep(0.01)
    yield workspace
    stop.set()
    thread.join()


def test_a_backup_made_while_somebody_saves_is_whole(busy, tmp_path):
    for number in range(6):
        out = tmp_path / f"backup {number}"
        assert backup.make(busy.root, out) == []
        copy = Workspace(out)
        assert copy.verify() == []
        records = copy.records("scenario")
        assert len(records) >= 5
        assert all(copy.file(r, "f").stat().st_size == 200 for r in records)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"backup {n}" for n in range(6)], "no leftovers"


def test_a_backup_has_what_stands_only_in_the_log(tmp_path):
    workspace = filled()
    with schema.connection(workspace.root / schema.FILE_NAME) as database:
        database.execute(
            "SELECT 1 FROM records"
        ).fetchone()  # while somebody has it open, nothing is moved from the log
        workspace.save("scenario", "new", SCENARIO, by="u", base_version=None)
        backup.make(workspace.root, tmp_path / "copy")
    assert Workspace(tmp_path / "copy").get("scenario", "new").version == 1


def filled() -> Workspace:
    workspace = Workspace()
    workspace.save("scenario", "mine", SCENARIO, by="u", base_version=None, files={"f": b"content"})
    for name in ("surfaces/up-abc.parquet", "drafts/abc.json", "served/map.json", "staging/half.csv"):
        path = workspace.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return workspace


def test_a_backup_as_a_zip_holds_what_cannot_be_made_again(tmp_path, capsys):
    workspace = filled()
    out = tmp_path / "备份.zip"
    assert cli.main(["workspace", "backup", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    folder = tmp_path / "restored"
    with zipfile.ZipFile(out) as packed:
        packed.extractall(folder)
    restored = Workspace(folder)
    assert restored.records("scenario") == workspace.records("scenario")
    assert restored.file(restored.get("scenario", "mine"), "f").read_bytes() == b"content"
    assert (folder / "surfaces" / "up-abc.parquet").read_text() == "surfaces/up-abc.parquet"
    assert (folder / "drafts" / "abc.json").exists()
    assert not (folder / "served").exists()
    assert not (folder / "staging").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_backup_replaces_nothing_and_needs_a_workspace(tmp_path):
    workspace = filled()
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(RequestError, match="exists"):
        backup.make(workspace.root, taken)
    assert list(taken.iterdir()) == []
    with pytest.raises(InfraPlanError, match="no workspace"):
        backup.make(tmp_path / "none", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["copy", "copy.zip"])
def test_a_backup_that_fails_leaves_nothing(tmp_path, monkeypatch, name):
    workspace = filled()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.shutil, "copyfile", full)
    with pytest.raises(InfraPlanError) as caught:
        backup.make(workspace.root, tmp_path / name)
    assert "磁盘已满" in caught.value.zh
    assert list(tmp_path.iterdir()) == []


def test_what_was_damaged_before_the_backup_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("INFRAPLAN_LANG", "zh")
    workspace = filled()
    workspace.file(workspace.get("scenario", "mine"), "f").unlink()
    assert cli.main(["workspace", "check"]) == 1
    assert "缺失或已损坏" in capsys.readouterr().err
    assert cli.main(["workspace", "backup", str(tmp_path / "copy")]) == 1
    assert ": f " in capsys.readouterr().err
    assert Workspace(tmp_path / "copy").get("scenario", "mine").version == 1, "the rest is saved all the same"


def test_clearing_by_hand_takes_what_was_deleted(capsys):
    workspace = filled()
    workspace.delete("scenario", "mine", by="u", base_version=1)
    assert cli.main(["workspace", "purge"]) == 0
    assert len(workspace.records("scenario", deleted=True)) == 1
    assert cli.main(["workspace", "purge", "--days", "0"]) == 0
    assert workspace.records("scenario", deleted=True) == []
    shutil.rmtree(workspace.root)
    assert cli.main(["workspace", "check"]) == 2
    assert "no workspace" in capsys.readouterr().err
    assert not (workspace.root / schema.FILE_NAME).exists()


def aged(path: Path, days: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))
    return path


def test_uploads_deleted_long_ago_and_old_drafts_are_cleared_once_a_day():
    workspace = Workspace()
    for name in ("old", "new"):
        document = {"what": "projects", "file_name": "x.csv"}
        workspace.save("upload", name, document, by="u", base_version=None)
        workspace.delete("upload", name, by="u", base_version=1)
    with schema.writing(workspace.root / schema.FILE_NAME) as database:
        database.execute("UPDATE records SET deleted_at = '2020-01-01T00:00:00.000Z' WHERE id = 'old'")
    drafts = workspace.root / "drafts"
    old, young = (
        aged(drafts / f"{days}.json", days) for days in (cleaning.DRAFT_DAYS + 1, cleaning.DRAFT_DAYS - 1)
    )
    cleaning.once_a_day(workspace.root)
    assert [r.id for r in workspace.records("upload", deleted=True)] == ["new"]
    assert (old.exists(), young.exists()) == (False, True)
    aged(old, 400)
    cleaning.once_a_day(workspace.root)
    assert old.exists(), "once a day is enough"
    os.utime(workspace.root / "cleaned", (time.time() - 90_000,) * 2)
    cleaning.once_a_day(workspace.root)
    assert not old.exists()


def test_clearing_makes_no_workspace(tmp_path):
    cleaning.once_a_day(tmp_path)
    assert list(tmp_path.iterdir()) == []
