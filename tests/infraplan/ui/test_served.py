"""Files that the browser fetches: the old ones are forgotten, and nobody who reads one stops a page."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

from infraplan.ui import assets


def served(monkeypatch, count: int, kept: int) -> list[Path]:
    """Files of the past, the oldest first."""
    monkeypatch.setattr(assets, "_KEPT", kept)
    files = [assets.data_folder() / f"{n:03d}.json" for n in range(count)]
    for n, file in enumerate(files):
        file.write_text("{}")
        os.utime(file, (time.time() - 1000 + n,) * 2)
    return files


def test_a_served_file_that_is_being_read_is_left_for_another_time(monkeypatch):
    files = served(monkeypatch, 6, kept=4)
    unlink = Path.unlink

    def as_on_windows(self, missing_ok=False):
        if self == files[0]:
            raise PermissionError(errno.EACCES, "used by another process")
        unlink(self, missing_ok)

    new = assets.data_folder() / "new.json"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", as_on_windows)
        assets.serve(new, lambda: new.write_text("{}"))
    assert [f.exists() for f in (*files, new)] == [True, False, False, True, True, True, True]
    later = assets.data_folder() / "later.json"
    assets.serve(later, lambda: later.write_text("{}"))
    assert not files[0].exists()


def test_a_served_file_that_another_session_forgot_stops_nobody(monkeypatch):
    files = served(monkeypatch, 3, kept=1)
    stat = Path.stat

    def gone(self, **more):
        if self == files[1]:
            raise FileNotFoundError(errno.ENOENT, "gone")
        return stat(self, **more)

    monkeypatch.setattr(Path, "stat", gone)
    new = assets.data_folder() / "new.json"
    assets.serve(new, lambda: new.write_text("{}"))
    assert not os.path.lexists(files[0])


def test_sessions_that_come_first_at_once_share_one_secret():
    found, barrier = set(), threading.Barrier(6)

    def ask():
        barrier.wait()
        found.add(assets._secret())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
