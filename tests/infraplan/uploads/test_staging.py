"""Files that are being uploaded, by several sessions at once."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from geo.errors import InfraPlanError
from infraplan.uploads import intake


def test_sessions_that_bring_the_same_file_at_once_are_all_served(tmp_path):
    wrong = []

    def bring(data, root, barrier):
        barrier.wait()
        try:
            assert intake.stage(data, "a.csv", root).read_bytes() == data
        except Exception as error:
            wrong.append(error)

    for number in range(12):
        data, barrier = os.urandom(2_000_000), threading.Barrier(3)
        args = (data, tmp_path / str(number), barrier)
        threads = [threading.Thread(target=bring, args=args) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list((tmp_path / str(number) / "staging").iterdir())) == 1
    assert wrong == []


def test_a_staged_file_that_vanishes_while_it_is_looked_at_stops_nobody(tmp_path, monkeypatch):
    kept = intake.stage(b"old", "old.csv", tmp_path)
    stat = Path.stat

    def gone(self, **more):
        if self.name == kept.name:
            kept.unlink(missing_ok=True)
        return stat(self, **more)

    monkeypatch.setattr(Path, "stat", gone)
    assert intake.stage(b"new", "new.csv", tmp_path).read_bytes() == b"new"


def test_old_files_are_swept_and_one_in_use_again_is_not(tmp_path, monkeypatch):
    old, used = (intake.stage(name, "x.csv", tmp_path) for name in (b"old", b"used"))
    for path in (old, used):
        os.utime(path, (time.time() - intake._STAGED_S + 100,) * 2)
    assert intake.stage(b"used", "x.csv", tmp_path) == used
    monkeypatch.setattr(intake, "_STAGED_S", intake._STAGED_S - 200)
    intake.stage(b"new", "x.csv", tmp_path)
    assert (old.exists(), used.exists()) == (False, True)


def test_a_full_disk_is_said_in_words(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InfraPlanError) as caught:
        intake.stage(b"x", "项目.csv", tmp_path)
    assert "磁盘已满" in caught.value.zh
    assert "项目.csv" in caught.value.zh
