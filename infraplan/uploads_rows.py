"""From the rows of a list to checked values: every cell read, every row placed, every problem with row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geo import boundaries, datum_guess
from geo.errors import InfraPlanError, Problem
from geo.geocode.table import geocode_table
from infraplan import uploads_columns as columns
from infraplan import uploads_questions as ask
from infraplan import uploads_values as values
from infraplan.uploads_cells import Cell, text_of
from infraplan.uploads_columns import Field
from infraplan.uploads_districts import Districts, is_zone
from infraplan.uploads_questions import Question
from infraplan.uploads_table import Table
from infraplan.uploads_values import BadCell

#: Columns that every list gains: where a row is, in WGS84, how that is known and how exactly (None: not stated).
PLACED = ["lon", "lat", "accuracy_m", "position_basis", "position_source", "adcodes", "located_adcode"]
_GAZETTEER_SCORE = 0.75


@dataclass
class Rows:
    """A list that was read.

    ``frame`` has one row a row of the file (``line`` is its number there) and one column a field, with yuan, WGS84
    degrees and codes. ``problems`` are errors, by row; ``doubts`` are things to look at; ``questions`` what must be
    answered first.
    """

    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    bad_lines: set[int] = field(default_factory=set)
    units: dict[str, str] = field(default_factory=dict)
    datum: str = ""


def read(table: Table, name: str, what: str, mapping: Mapping[str, int], answers: Mapping[str, Any]) -> Rows:
    """Read the rows of a table by a mapping of fields to columns.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    mapping : mapping of field to column index
        See :func:`infraplan.uploads_columns.suggest`.
    answers : mapping
        What was answered so far, by :attr:`Question.key`.
    """
    return _Reader(table, name, what, mapping, answers).read()


class _Reader:
    """One reading of one table."""

    def __init__(
        self, table: Table, name: str, what: str, mapping: Mapping[str, int], answers: Mapping[str, Any]
    ) -> None:
        self.table, self.name, self.what, self.mapping, self.answers = table, name, what, mapping, answers
        self.fields = {f.name: f for f in columns.fields(what)}
        self.out = Rows(pd.DataFrame({"line": table.lines}))

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
        self.out.problems.sort(key=lambda p: int(p.where.rpartition("row ")[2].split(",")[0] or 0))
        return self.out

    def _where(self, line: int, column: int | None = None) -> str:
        part = f", {self.table.headers[column]}" if column is not None else ""
        return f"{self.name}, row {line}{part}"

    def _wrong(self, line: int, column: int | None, check: str, en: str, zh: str) -> None:
        self.out.problems.append(Problem(check, self._where(line, column), en, zh))
        self.out.bad_lines.add(line)

    def _doubt(self, line: int, column: int | None, check: str, en: str, zh: str) -> None:
        self.out.doubts.append(Problem(check, self._where(line, column), en, zh))

    # cells ------------------------------------------------------------------------------------------------------------

    def _cells(self, column: int) -> Iterator[tuple[int, Cell]]:
        for line, row in zip(self.table.lines, self.table.rows, strict=True):
            yield line, row[column]

    def _column(self, item: Field, column: int) -> dict[str, list[Any]]:
        if item.kind == "money":
            return {item.name: self._money(item, column)}
        if item.kind == "stage":
            return self._stage(item, column)
        if item.kind in ("period", "date"):
            read = values.period if item.kind == "period" else values.date
            both = [
                self._cell(read, line, column, cell) or (None, None) for line, cell in self._cells(column)
            ]
            return {f"{item.name}_from": [a for a, _ in both], f"{item.name}_to": [b for _, b in both]}
        reader = {"number": values.number, "count": values.count}.get(item.kind, values.text)
        once = item.kind in ("number", "count")
        return {
            item.name: [self._cell(reader, line, column, cell, once) for line, cell in self._cells(column)]
        }

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

    def _money(self, item: Field, column: int) -> list[Any]:
        header = self.table.headers[column]
        unit = columns.money_unit(header)
        if unit is None:
            unit = self._unit_above() or self.answers.get(f"money_unit:{header}")
        if unit is None:
            bare = [self._bare_number(cell) for _, cell in self._cells(column)]
            numbers = [n for n in bare if n]
            if numbers:
                self.out.questions.append(ask.money_unit(header, numbers))
        if unit:
            self.out.units[header] = unit
        result: list[Any] = []
        for line, cell in self._cells(column):
            if unit is None and self._bare_number(cell) is not None:
                result.append(None)  # asked above; no error of the row
                continue
            read = self._cell(lambda c: values.money(c, unit), line, column, cell, True)
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
        for line, cell in self._cells(column):
            text = values.text(cell)
            code = values.stage(cell)
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
        frame = self.out.frame
        if "id" in frame:
            first: dict[str, int] = {}
            for line, value in zip(frame["line"], frame["id"], strict=True):
                if value is not None and value in first:
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
                if key[0] is not None and tuple(key) in same:
                    first_line = same[tuple(key)]
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
                        else values.count(row[column])
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

    # places -----------------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        region = self.answers.get("region")
        frame = self.out.frame
        for name in PLACED:
            frame[name] = None
        x, y = self._numbers()
        if region is None:
            return
        districts = Districts(region, _district_answers(self.answers))
        self._districts(districts)
        if np.isfinite(x).any():
            self._coordinates(x, y, region)
        without = ~(np.isfinite(frame["lon"].to_numpy(dtype=float)))
        blank = without & ~(np.isfinite(x) & np.isfinite(y))
        if blank.any() and ("datum" in self.answers or not np.isfinite(x).any()):
            self._without_coordinates(blank, region)

    def _numbers(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the two columns of coordinates as they stand, NaN where a row has none."""
        n = len(self.table.rows)
        x, y = np.full(n, np.nan), np.full(n, np.nan)
        if "lonlat" in self.mapping and "lon" not in self.mapping:
            column = self.mapping["lonlat"]
            for i, (line, cell) in enumerate(self._cells(column)):
                pair = self._cell(values.coordinates, line, column, cell, True) or (None, None)
                x[i], y[i] = (np.nan if v is None else v for v in pair)
            return x, y
        for name, target in (("lon", x), ("lat", y)):
            if name in self.mapping:
                column = self.mapping[name]
                for i, (line, cell) in enumerate(self._cells(column)):
                    value = self._cell(values.coordinate, line, column, cell, True)
                    target[i] = np.nan if value is None else value
        if "lon" in self.mapping and "lat" in self.mapping:
            for i in np.flatnonzero(np.isfinite(x) != np.isfinite(y)).tolist():
                line = self.table.lines[i]
                if line not in self.out.bad_lines:
                    self._wrong(
                        line,
                        None,
                        "coordinate",
                        "only one of the two coordinates is there",
                        "经纬度只填了一个",
                    )
        return x, y

    def _districts(self, districts: Districts) -> None:
        frame = self.out.frame
        if "district" not in frame:
            frame["adcodes"] = [()] * len(frame)
            return
        named = [districts.read(text) for text in frame["district"]]
        frame["adcodes"] = [n.adcodes for n in named]
        unknown = Counter(name for n in named for name in n.unknown)
        for name, rows in unknown.items():
            self.out.questions.append(
                ask.district(name, rows, districts.names, districts.names_en, is_zone(name))
            )

    def _coordinates(self, x: np.ndarray, y: np.ndarray, region: str) -> None:
        frame = self.out.frame
        stated = np.array([codes[0] if len(codes) == 1 else "" for codes in frame["adcodes"]])
        try:
            evidence = datum_guess.evidence(x, y, region=region, stated=stated)
        except InfraPlanError as error:
            self.out.problems.append(
                Problem("datum", f"{self.name}, row {self.table.lines[0]}", error.en, error.zh)
            )
            self.out.bad_lines.update(
                line for line, there in zip(self.table.lines, np.isfinite(x), strict=True) if there
            )
            return
        self.out.questions.append(ask.datum(evidence))
        answer = self.answers.get("datum")
        chosen = [r for r in evidence.readings if f"{r.datum}|{r.axes}" == answer]
        if not chosen:
            return
        self.out.datum = chosen[0].datum
        lon, lat = chosen[0].lon, chosen[0].lat
        found = boundaries.locate(lon, lat)
        inside = boundaries.locate(lon, lat, region)
        for i in np.flatnonzero(np.isfinite(x) & np.isfinite(y)).tolist():
            self._one_place(i, lon[i], lat[i], str(found[i]), str(inside[i]), str(stated[i]))

    def _one_place(self, i: int, lon: float, lat: float, found: str, inside: str, stated: str) -> None:
        line = self.table.lines[i]
        column = self.mapping.get("lon", self.mapping.get("lonlat"))
        if not (np.isfinite(lon) and np.isfinite(lat)) or not found:
            en, zh = (
                "the position lies in no district of China in this datum",
                "按所选坐标系,该位置不在中国任何区县内",
            )
            self._wrong(line, column, "position", en, zh)
            return
        frame = self.out.frame
        for name, value in (
            ("lon", round(float(lon), 7)),
            ("lat", round(float(lat), 7)),
            ("position_basis", "uploaded"),
            ("position_source", self.name),
            ("located_adcode", found),
        ):
            frame.at[i, name] = value
        if not inside:
            self._doubt(
                line,
                column,
                "position",
                f"lies in {_district_name(found, 'en')}, outside the region",
                f"位于{_district_name(found, 'zh')},在所选地区之外",
            )
        elif stated and stated != found and stated in _geographic():
            self._doubt(
                line,
                column,
                "position",
                f"the row states {_district_name(stated, 'en')}, the position lies in {_district_name(found, 'en')}",
                f"所填为{_district_name(stated, 'zh')},而坐标位于{_district_name(found, 'zh')}",
            )

    def _without_coordinates(self, blank: np.ndarray, region: str) -> None:
        frame = self.out.frame
        if self.what == "sites":
            for i in np.flatnonzero(blank).tolist():
                if self.table.lines[i] not in self.out.bad_lines:
                    en, zh = "a candidate site needs its coordinates", "候选站点须有坐标"
                    self._wrong(self.table.lines[i], None, "position", en, zh)
            return
        self.out.questions.append(ask.locate(int(blank.sum())))
        if self.answers.get("locate") == "gazetteer":
            # a project that spans several districts has no one place
            self._look_up(np.flatnonzero(blank & (frame["adcodes"].map(len) <= 1).to_numpy()), region)

    def _look_up(self, rows: np.ndarray, region: str) -> None:
        """Look rows up in the gazetteer; a place no finer than its district is not a position."""
        frame = self.out.frame
        asked = (
            frame.loc[rows, [c for c in ("name", "district", "address") if c in frame]].fillna("").astype(str)
        )
        blank = pd.Series("", index=asked.index)
        address = asked.get("address", blank)
        asked["place"] = asked.get("district", blank) + address
        found = geocode_table(asked, "name", "place", region)
        for i, place in zip(rows.tolist(), found.to_dict("records"), strict=True):
            by_address = place["geo_from"] == "place" and bool(address[i])
            fine = ("site", "road", "township") if by_address else ("site", "road")
            if place["geo_precision"] not in fine or place["geo_score"] < _GAZETTEER_SCORE:
                continue
            for name, value in (
                ("lon", float(place["geo_lon"])),
                ("lat", float(place["geo_lat"])),
                ("accuracy_m", int(place["geo_accuracy_m"])),
                ("position_basis", f"gazetteer {place['geo_precision']}"),
                ("position_source", f"{place['geo_name']} ({place['geo_source']})"),
                ("located_adcode", str(place["geo_adcode"])),
            ):
                frame.at[i, name] = value
            if place["geo_alternatives"]:
                en = f"found as {place['geo_name']}; others score as well: {place['geo_alternatives']}"
                zh = f"匹配为“{place['geo_name']}”;另有相近结果:{place['geo_alternatives']}"
                self._doubt(self.table.lines[i], None, "gazetteer", en, zh)


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


def _district_answers(answers: Mapping[str, Any]) -> dict[str, str]:
    return {
        key.partition(":")[2]: value
        for key, value in answers.items()
        if key.startswith("district:") and value
    }


def _district_name(adcode: str, lang: str) -> str:
    unit = boundaries.unit(adcode)
    return unit.name_en if lang == "en" else unit.name_zh


def _geographic() -> frozenset[str]:
    """Return the adcodes that have a boundary; a position in a functional zone lies in the district around it."""
    return frozenset(u.adcode for u in boundaries.units())


def line_texts(table: Table, lines: set[int]) -> list[dict[str, str]]:
    """Return rows as texts by header, to show them beside their problems."""
    return [
        {"row": str(line), **{h: text_of(c) for h, c in zip(table.headers, row, strict=True)}}
        for line, row in zip(table.lines, table.rows, strict=True)
        if line in lines
    ]
