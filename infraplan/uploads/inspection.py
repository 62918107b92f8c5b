"""What is known about a file before it is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import Problem
from infraplan.uploads.questions import Question, open_questions

#: Checks whose problems are the whole file's: no column for what is required, people that cannot be read.
WHOLE_FILE = ("columns", "population")


@dataclass(frozen=True)
class Inspection:
    """What is known about a file before it is taken.

    Attributes
    ----------
    what, file_name, sha256, size
        Which kind of upload, the file's own name, its hash and its bytes.
    path : Path
        The staged copy; it is swept after a day.
    answers : dict
        The answers it was read with.
    questions : tuple of Question
        All that is asked, answered or not; :attr:`open` are those without an answer.
    headers, mapping : tuple of str, dict of field to column index
        Columns of a list and what they are taken for; change it with the answer ``columns``
        (a dict of field to header, or None for a field that is not there).
    sheet, sheets, encoding, header_line
        How a list was read; each is also the key of an answer that changes it.
    rows : int
        Rows or features of data.
    problems : tuple of Problem
        Errors, by row: such rows cannot be taken.
    doubts, notes : tuple of Problem
        Things to look at; what was left out or repaired.
    unread_columns : tuple of str
        Columns with anything in them that are taken for nothing.
    unread_sheets : tuple of str
        The sheets or layers of the file beside the one that is read.
    preview : list of dict
        The first rows as they would be stored.
    bad_lines : int
        How many rows have errors; a row may have several.
    bad_rows : list of dict
        The rows with errors as they stand in the file (the first 200).
    summary_zh, summary_en : str
        One paragraph.
    """

    what: str
    file_name: str
    sha256: str
    size: int
    path: Path
    answers: Mapping[str, Any]
    questions: tuple[Question, ...] = ()
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, int] = field(default_factory=dict)
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    header_line: int = 0
    rows: int = 0
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    unread_columns: tuple[str, ...] = ()
    unread_sheets: tuple[str, ...] = ()
    preview: list[dict[str, Any]] = field(default_factory=list)
    bad_lines: int = 0
    bad_rows: list[dict[str, str]] = field(default_factory=list)
    summary_zh: str = ""
    summary_en: str = ""
    data: Any = field(default=None, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> list[Question]:
        """The questions that still need an answer."""
        return open_questions(self.questions, self.answers)

    @property
    def file_problems(self) -> list[Problem]:
        """Errors of the file as a whole: leaving rows out does not help."""
        return [p for p in self.problems if p.check in WHOLE_FILE]

    @property
    def row_problems(self) -> list[Problem]:
        """Errors of single rows."""
        return [p for p in self.problems if p.check not in WHOLE_FILE]

    @property
    def ready(self) -> bool:
        """Whether it can be accepted."""
        leave_out = self.answers.get("bad_rows") == "leave_out"
        return not self.open and not self.file_problems and (not self.problems or leave_out)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
