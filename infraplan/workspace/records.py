"""What the workspace keeps: records of five kinds, each with its versions, files, who and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from geo.errors import DataError, InfraPlanError, Problem, raise_if_any, unknown
from infraplan.workspace import nameless

#: Status of a record: code -> (Chinese, English).
STATUSES = {
    "draft": ("草案", "draft"),
    "consultation": ("征求意见", "consultation"),
    "submitted": ("上报", "submitted"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its names and the keys that its document must have."""

    zh: str
    en: str
    required: tuple[str, ...]


#: What planners make. The document of a record is a JSON object with at least the named keys.
KINDS = {
    "scenario": Kind("情景", "scenario", ("title_zh",)),
    "result": Kind("结果", "result", ("scenario", "fingerprint")),
    "upload": Kind("上传数据", "upload", ("what", "file_name")),
    "correction": Kind(
        "位置更正",
        "correction of a position",
        ("plan", "project", "lon", "lat", "accuracy_m", "basis", "source"),
    ),
    "progress": Kind("进展记录", "progress entry", ("plan", "target", "date", "source")),
}

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE_NAME = re.compile(r"[^/\\:*?\"<>|\x00-\x1f]{1,120}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a record: its name for people, the SHA-256 under which it is kept, and its size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """One version of something a planner made.

    ``version`` counts from 1; ``saved_at`` is UTC in ISO 8601; ``head`` says whether it is the newest version.
    ``deleted_at`` and ``deleted_by`` belong to the record, not to the version, and are None while it exists.
    """

    kind: str
    id: str
    version: int
    title: str
    status: str
    note: str
    document: Mapping[str, Any]
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    saved_at: str = ""
    saved_by: str = ""
    head: bool = True
    deleted_at: str | None = None
    deleted_by: str | None = None

    def status_text(self, lang: str = "zh") -> str:
        """Return the status for people: 草案, 征求意见 or 上报."""
        zh, en = STATUSES[self.status]
        return zh if lang == "zh" else en


class ConflictError(InfraPlanError):
    """Someone saved (or deleted) the record since the reader opened it.

    Attributes
    ----------
    mine : Record
        What was to be saved, with the version it was based on; nothing of it was written.
    theirs : Record
        What stands in the workspace now.
    """

    def __init__(self, mine: Record, theirs: Record) -> None:
        self.mine, self.theirs = mine, theirs
        kind = KINDS[mine.kind]
        when = _by_this_clock(theirs.deleted_at or theirs.saved_at)
        if theirs.deleted_at:
            en = f"was deleted by {theirs.deleted_by} at {when}; restore it first or save a copy"
            zh = f"已由 {theirs.deleted_by} 于 {when} 删除;请先恢复,或另存为副本"
        else:
            en = (
                f"version {theirs.version} was saved by {theirs.saved_by} at {when}, yours began from version "
                f"{mine.version}; nothing was overwritten: compare the two, then save again or save a copy"
            )
            zh = (
                f"{theirs.saved_by} 已于 {when} 保存第 {theirs.version} 版,您的修改基于第 {mine.version} 版;"
                "未覆盖任何内容,请对比两版后重新保存,或另存为副本"
            )
        super().__init__(
            f"{kind.en} {mine.title or mine.id!r}: {en}", f"{kind.zh}“{mine.title or mine.id}”:{zh}"
        )


def _by_this_clock(at: str) -> str:
    """Return a time of a record (UTC) as this computer's clock showed it."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M") if at else "?"


def check_kind(kind: str) -> Kind:
    """Return the kind named ``kind``."""
    if kind not in KINDS:
        raise unknown("kind of record", kind, KINDS, "记录类别")
    return KINDS[kind]


def check_id(record_id: str) -> str:
    """Return the id when it is well formed (conventions I3)."""
    if len(record_id) > 80 or not _ID.fullmatch(record_id):
        raise DataError(
            f"{record_id!r} is not an id: lower-case words and digits joined by hyphens, at most 80 characters",
            f"“{record_id}”不是合法标识:应为小写字母、数字并以连字符相连,不超过 80 个字符",
        )
    return record_id


def check_draft(record: Record) -> None:
    """Check all that a record to be saved must satisfy; every problem at once.

    Raises
    ------
    DataError
        With one problem for each thing that is wrong.
    """
    kind = check_kind(record.kind)
    check_id(record.id)
    where, where_zh = f"{record.kind} {record.id}", f"{kind.zh}“{record.title or record.id}”"
    problems = []
    if record.status not in STATUSES:
        error = unknown("status", record.status, STATUSES, "状态")
        problems.append(Problem("status", where, error.en, error.zh, where_zh))
    if not record.saved_by.strip():
        en, zh = nameless.refusal(record.kind)
        problems.append(Problem("who", where, en, zh, where_zh))
    for key in kind.required:
        if record.document.get(key) is None:
            problems.append(
                Problem("required", where, f"the key {key!r} is missing", f"缺少“{key}”", where_zh)
            )
    for name in record.files:
        if not _FILE_NAME.fullmatch(name) or name in (".", ".."):
            en, zh = f"{name!r} is not a file name", f"“{name}”不是合法文件名"
            problems.append(Problem("file_name", where, en, zh, where_zh))
    raise_if_any(problems)
