"""What one reading of a list gathers: rows, problems by row, doubts, questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geo.errors import Problem
from infraplan.uploads import columns
from infraplan.uploads.cells import Cell, cell_problem, feature_problem, row_problem
from infraplan.uploads.questions import Question
from infraplan.uploads.table import Table
from infraplan.uploads.values import BadCell


@dataclass
class Rows:
    """A list that was read.

    ``frame`` has one row a row of the file (``line`` is its number there) and one column a field, with yuan, WGS84
    degrees and codes. ``problems`` are errors, by row; ``doubts`` are things to look at; ``notes`` say how
    columns were read; ``questions`` what must be answered first.
    """

    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    bad_lines: set[int] = field(default_factory=set)
    units: dict[str, str] = field(default_factory=dict)
    datum: str = ""


class Reading:
    """A table being read: the parts of the reading add to ``out``."""

    def __init__(
        self, table: Table, name: str, what: str, mapping: Mapping[str, int], answers: Mapping[str, Any]
    ) -> None:
        self.table, self.name, self.what, self.mapping, self.answers = table, name, what, mapping, answers
        self.fields = {f.name: f for f in columns.fields(what)}
        self.out = Rows(pd.DataFrame({"line": table.lines}))
        self._found: list[tuple[int, Problem]] = []

    def _problem(self, line: int, column: int | None, check: str, en: str, zh: str) -> Problem:
        if self.table.is_map:
            header = None if column is None else self.table.headers[column]
            return feature_problem(check, self.name, line, header, en, zh)
        if column is None:
            return row_problem(check, self.name, line, en, zh)
        return cell_problem(check, self.name, line, column, self.table.headers[column], en, zh)

    def _wrong(self, line: int, column: int | None, check: str, en: str, zh: str) -> None:
        self._found.append((line, self._problem(line, column, check, en, zh)))
        self.out.bad_lines.add(line)

    def _doubt(self, line: int, column: int | None, check: str, en: str, zh: str) -> None:
        self.out.doubts.append(self._problem(line, column, check, en, zh))

    def _cells(self, column: int) -> Iterator[tuple[int, Cell]]:
        for line, row in zip(self.table.lines, self.table.rows, strict=True):
            yield line, row[column]

    def _cell(self, read: Any, line: int, column: int, cell: Cell, once: bool = False) -> Any:
        """Read one cell; a figure from a merged cell counts in its first row only."""
        if once and (line, column) in self.table.filled:
            self._doubt(
                line,
                column,
                "merged",
                "part of a merged cell: its figure stands in the first of the rows, and is empty here",
                "属于合并单元格:数值只计入首行,本行留空",
            )
            return None
        try:
            return read(cell)
        except BadCell as error:
            self._wrong(line, column, "cell", error.en, error.zh)
            return None
