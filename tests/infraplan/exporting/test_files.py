"""Putting files in place: all of them, or what was there before."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from geo.errors import InfraPlanError
from infraplan import disk
from infraplan.exporting import files

NAMES = ("a.csv", "b.csv", "layers.json")


@pytest.fixture
def folders(tmp_path):
    """New files, the place where old ones are set aside, and a folder with old files and one old folder."""
    work, aside, out = (tmp_path / name for name in ("work", "aside", "out"))
    for folder in (work, aside, out, work / "cells.gdb", out / "cells.gdb"):
        folder.mkdir()
    for name in NAMES:
        (work / name).write_text("new")
        (out / name).write_text("old")
    (work / "cells.gdb" / "table").write_text("new")
    (out / "cells.gdb" / "table").write_text("old")
    return work, aside, out


def content(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def put(folders, out: Path | None = None) -> None:
    work, aside, there = folders
    target = out or there
    with files.faults(target):
        files.put([(p, target / p.name) for p in sorted(work.iterdir())], aside)


def held_open(monkeypatch, *names: str, links: bool = True) -> None:
    """Files that another program has open, as on Windows: they cannot be replaced."""
    replace = os.replace

    def refuse(source, final):
        if Path(final).name in names and not Path(source).name.startswith("before-"):
            raise PermissionError(errno.EACCES, "Access is denied", str(source), None, str(final))
        replace(source, final)

    def no_links(*_args):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(files.os, "replace", refuse)
    if not links:
        monkeypatch.setattr(files.os, "link", no_links)


def test_all_files_take_their_places(folders):
    put(folders)
    assert set(content(folders[2]).values()) == {"new"}


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("name", [*NAMES, "cells.gdb"])
def test_a_file_that_cannot_be_replaced_leaves_all_as_they_were(folders, monkeypatch, name, links):
    monkeypatch.setattr(disk, "_LOCKS_OPEN_FILES", True)
    before = content(folders[2])
    held_open(monkeypatch, name, links=links)
    with pytest.raises(InfraPlanError) as caught:
        put(folders)
    assert content(folders[2]) == before
    assert "未作任何更改" in caught.value.zh
    assert name in caught.value.zh, "which of them"
    assert "正被其他程序(如 Excel、QGIS)打开" in caught.value.zh
    assert "open in another program (Excel, QGIS)" in caught.value.en


def test_a_new_folder_that_cannot_be_filled_is_gone_again(folders, monkeypatch, tmp_path):
    held_open(monkeypatch, "layers.json")
    with pytest.raises(InfraPlanError):
        put(folders, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_put_back_is_named(folders, monkeypatch):
    held_open(monkeypatch, "b.csv")
    put_back = files._put_back
    monkeypatch.setattr(
        files, "_put_back", lambda final, kept: final.name != "a.csv" and put_back(final, kept)
    )
    with pytest.raises(InfraPlanError) as caught:
        put(folders)
    assert "未作任何更改" not in caught.value.zh
    assert "a.csv" in caught.value.zh
    assert "cells.gdb" not in caught.value.zh
    assert content(folders[2]) == {
        "a.csv": "new",
        "a.csv.before": "old",  # nothing that was there is lost
        "b.csv": "old",
        "layers.json": "old",
        "cells.gdb/table": "old",
    }
    assert "a.csv.before" in caught.value.zh


def test_a_folder_that_cannot_be_set_aside_is_named_and_no_hidden_place(folders, monkeypatch):
    """A file geodatabase that QGIS has open: the first step already fails."""
    replace = os.replace

    def refuse(source, final):
        if Path(source) == folders[2] / "cells.gdb":
            raise PermissionError(errno.EACCES, "Access is denied", str(source), None, str(final))
        replace(source, final)

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(InfraPlanError) as caught:
        put(folders)
    assert "cells.gdb" in caught.value.zh
    assert "before-" not in caught.value.zh
