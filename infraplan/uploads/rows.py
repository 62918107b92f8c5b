"""From the rows of a list to checked values: every cell read, every row placed, every problem with row and column."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from geo.errors import Problem
from infraplan.uploads import columns, counts, values
from infraplan.uploads import questions as ask
from infraplan.uploads.cells import Cell, text_of
from infraplan.uploads.columns import Field
from infraplan.uploads.places import Placing
from infraplan.uploads.reading import Rows
from infraplan.uploads.table import Table
from infraplan.uploads.values import BadCell


def read(table: Table, name: str, what: str, mapping: Mapping[str, int], answers: Mapping[str, Any]) -> Rows:
    """Read the rows of a table by a mapping of fields to columns.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    mapping : mapping of field to column index
        See :func:`infraplan.uploads.columns.suggest`.
    answers : mapping
        What was answered so far, by :attr:`Question.key`.
    """
    return _Reader(table, name, what, mapping, answers).read()


class _Reader(Placing):
    """Reads every column by its kind, then looks at whole rows and at the file's own totals."""

    def read(self) -> Rows:
        """Return the rows with everything that was found."""
        taken: dict[str, list[Any]] = {"line": list(self.table.lines)}
        for name, item in self.fields.items():
            if name in self.mapping and item.kind != "coordinates" and name not in ("lon", "lat"):
                taken.update(self._column(item, self.mapping[name]))
        self.out.frame = pd.DataFrame(taken, dtype=object)
        self._required()
        self._repeated()
        self._dates()
        self._totals()
        self._place()
        self.out.problems = [problem for _, problem in sorted(self._found, key=lambda found: found[0])]
        return self.out

    def _column(self, item: Field, column: int) -> dict[str, list[Any]]:
        if item.kind == "money":
            return {item.name: self._money(item, column)}
        if item.kind == "stage":
            return self._stage(item, column)
        if item.kind in ("period", "date"):
            read = _remembered(values.period if item.kind == "period" else values.date)
            both = [
                self._cell(read, line, column, cell) or (None, None) for line, cell in self._cells(column)
            ]
            return {f"{item.name}_from": [a for a, _ in both], f"{item.name}_to": [b for _, b in both]}
        if item.kind not in ("number", "count"):
            return {item.name: [values.text(row[column]) for row in self.table.rows]}
        if item.kind == "count":
            factor, word = counts.scale(self.table.headers[column])
            reader = _remembered(lambda cell: values.count(cell, factor))
            if word:
                header = self.table.headers[column]
                en, zh = f"{header!r} is read in units of {factor:,}", f"列“{header}”按{word}计"
                self.out.notes.append(Problem("count_unit", self.name, en, zh))
        else:
            reader = _remembered(values.number)
        return {
            item.name: [self._cell(reader, line, column, cell, True) for line, cell in self._cells(column)]
        }

    def _money(self, item: Field, column: int) -> list[Any]:
        header = self.table.headers[column]
        unit = columns.money_unit(header) or self._unit_above()
        if unit is None:
            numbers = [n for _, cell in self._cells(column) if (n := self._bare_number(cell))]
            if numbers:
                # asked also when it is answered: the answer stays to be seen, and can be changed
                self.out.questions.append(ask.money_unit(header, numbers))
            answer = self.answers.get(f"money_unit:{header}")
            unit = answer if answer in values.MONEY_UNITS else None
        if unit:
            self.out.units[header] = unit
        result: list[Any] = []
        amount_of = _remembered(lambda cell: values.money(cell, unit))
        for line, cell in self._cells(column):
            if unit is None and self._bare_number(cell) is not None:
                result.append(None)  # asked above; no error of the row
                continue
            read = self._cell(amount_of, line, column, cell, True)
            amount, stated = read or (None, None)
            if stated and unit and stated != unit and amount:
                (own_zh, own_en), (of_zh, of_en) = values.MONEY_NAMES[stated], values.MONEY_NAMES[unit]
                en = f"states {own_en} in a column of {of_en}: its own unit was taken"
                zh = f"单元格注明“{own_zh}”,与本列“{of_zh}”不同:按单元格注明的计"
                self._doubt(line, column, "money_unit", en, zh)
            result.append(amount)
        self._outliers(result, column)
        return result

    def _unit_above(self) -> str | None:
        """Return the unit of money that a line above the header states (单位:万元)."""
        found = {
            columns.money_unit(text) for text in self.table.above if "单位" in text or "unit" in text.lower()
        }
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    @staticmethod
    def _bare_number(cell: Cell) -> float | None:
        try:
            return values.number(cell)
        except BadCell:
            return None

    def _outliers(self, amounts: list[Any], column: int) -> None:
        """Point at amounts a thousand times off the others: 万元 and 亿元 mixed in one column."""
        known = sorted(a for a in amounts if a)
        if len(known) < 5:
            return
        middle = known[len(known) // 2]
        for line, amount in zip(self.table.lines, amounts, strict=True):
            if amount and not middle / 2000 < amount < middle * 2000:
                self._doubt(
                    line,
                    column,
                    "money_unit",
                    f"{amount:,} yuan is far from the other rows (middle {middle:,}): another unit?",
                    f"{amount:,} 元与其他行(中间值 {middle:,} 元)相差悬殊:单位是否不同?",
                )

    def _stage(self, item: Field, column: int) -> dict[str, list[Any]]:
        codes, texts = [], []
        code_of = _remembered(values.stage)
        for line, cell in self._cells(column):
            text = values.text(cell)
            code = code_of(cell)
            if text and code is None:
                self._doubt(
                    line,
                    column,
                    "stage",
                    f"the stage {text!r} is not known: kept as text, without a code",
                    f"阶段“{text}”无法识别:保留原文,不编码",
                )
            codes.append(code)
            texts.append(text)
        return {item.name: codes, f"{item.name}_text": texts}

    # rows -------------------------------------------------------------------------------------------------------------

    def _required(self) -> None:
        for name, item in self.fields.items():
            if item.required and name in self.out.frame:
                for line, value in zip(self.table.lines, self.out.frame[name], strict=True):
                    if value is None:
                        self._wrong(
                            line,
                            self.mapping[name],
                            "required",
                            "is empty; every row needs one",
                            "为空;每行必须填写",
                        )

    def _repeated(self) -> None:
        """Point at rows that stand twice; the points of one feature are rows that share its attributes."""
        frame = self.out.frame
        if "id" in frame:
            first: dict[str, int] = {}
            for line, value in zip(frame["line"], frame["id"], strict=True):
                if value is not None and first.get(value, line) != line:
                    en, zh = (
                        f"{value} stands in row {first[value]} too",
                        f"{value} 与第 {first[value]} 行重复",
                    )
                    self._wrong(line, self.mapping["id"], "repeated", en, zh)
                elif value is not None:
                    first[value] = line
        if "name" in frame:
            keys = ["name", *(c for c in ("district", "address", "id") if c in frame)]
            same: dict[tuple[Any, ...], int] = {}
            for line, *key in frame[["line", *keys]].itertuples(index=False):
                first_line = same.get(tuple(key), line)
                if key[0] is not None and first_line != line:
                    en = f"the same as row {first_line}: entered twice?"
                    self._doubt(
                        line, self.mapping["name"], "repeated", en, f"与第 {first_line} 行相同:是否重复填报?"
                    )
                same.setdefault(tuple(key), line)

    def _dates(self) -> None:
        """Point at works that end before they begin."""
        frame = self.out.frame
        if "start_from" not in frame or "end_to" not in frame:
            return
        for line, begin, end in frame[["line", "start_from", "end_to"]].itertuples(index=False):
            if begin and end and end[: min(len(begin), len(end))] < begin[: min(len(begin), len(end))]:
                self._wrong(
                    line,
                    self.mapping["end"],
                    "dates",
                    f"ends {end}, before it begins {begin}",
                    f"竣工 {end} 早于开工 {begin}",
                )

    def _totals(self) -> None:
        """Compare the file's own subtotals with the sums of the rows."""
        for name, item in self.fields.items():
            if name not in self.mapping or item.kind not in ("money", "count"):
                continue
            column = self.mapping[name]
            unit = self.out.units.get(self.table.headers[column])
            figures = [v or 0 for v in self.out.frame[name]]
            for line, row in self.table.summaries:
                try:
                    stated = (
                        values.money(row[column], unit)[0]
                        if item.kind == "money"
                        else values.count(row[column], counts.scale(self.table.headers[column])[0])
                    )
                except BadCell:
                    continue
                if stated is None:
                    continue
                sums = self._sums_around(line, figures)
                slack = max(1, abs(stated) * 1e-4) if item.kind == "money" else 0
                if not any(abs(stated - s) <= slack for s in sums):
                    self._doubt(
                        line,
                        column,
                        "total",
                        f"the file's total is {stated:,}, its rows sum to {sums[0]:,}",
                        f"文件合计为 {stated:,},各行之和为 {sums[0]:,}",
                    )

    def _sums_around(self, line: int, figures: list[int]) -> list[int]:
        """Return the sums that a summary row may mean: all rows, those since the last one, those up to the next."""
        marks = [number for number, _ in self.table.summaries]
        before = max((m for m in marks if m < line), default=0)
        after = min((m for m in marks if m > line), default=10**9)
        pairs = list(zip(self.table.lines, figures, strict=True))
        return [
            sum(figures),
            sum(f for number, f in pairs if before < number < line),
            sum(f for number, f in pairs if line < number < after),
            sum(f for number, f in pairs if number < line),
        ]


def _remembered(read: Callable[[Cell], Any]) -> Callable[[Cell], Any]:
    """Return a reader that reads each cell once: stages, dates and many figures stand in a column again and again."""
    return functools.lru_cache(maxsize=100_000, typed=True)(read)


def typed(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return a list with the types in which it is stored: whole numbers stay whole where some are unknown."""
    kinds = {f.name: f.kind for f in columns.fields(what)} | {"line": "count", "accuracy_m": "count"}
    result = frame.copy()
    result["adcodes"] = ["|".join(codes or ()) for codes in frame["adcodes"]]
    for name in result:
        kind = "float" if name in ("lon", "lat") else kinds.get(str(name), "text")
        dtype: Any = {"money": "Int64", "count": "Int64", "number": "Float64", "float": "Float64"}.get(
            kind, "string"
        )
        result[name] = result[name].astype(dtype)
    return result


def line_texts(table: Table, lines: set[int]) -> list[dict[str, str]]:
    """Return rows as texts by header, to show them beside their problems."""
    return [
        {"row": str(line), **{h: text_of(c) for h, c in zip(table.headers, row, strict=True)}}
        for line, row in zip(table.lines, table.rows, strict=True)
        if line in lines
    ]
