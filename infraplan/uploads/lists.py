"""The inspection of a list: its columns, its questions, its rows, what is wrong with them, and a preview."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import Problem, unknown
from infraplan.uploads import cells as uploads_cells
from infraplan.uploads import columns as uploads_columns
from infraplan.uploads import counts as uploads_counts
from infraplan.uploads import questions as ask
from infraplan.uploads import rows as uploads_rows
from infraplan.uploads import table as uploads_table
from infraplan.uploads import unread, values
from infraplan.uploads.cells import cell_problem, feature_problem
from infraplan.uploads.districts import guess_region
from infraplan.uploads.inspection import Inspection, sha256_of
from infraplan.uploads.questions import Question
from infraplan.uploads.reading import Rows
from plans.vocabulary import label

_PREVIEW_ROWS = 20
#: Stages of what stands and is used.
BUILT = ("completed", "in_operation", "accepted")


def inspect(what: str, path: Path, name: str, answers: dict[str, Any]) -> Inspection:
    """Read a list as far as the answers allow; see :func:`infraplan.uploads.inspect`."""
    sha256 = sha256_of(path)
    table = _table(
        sha256,
        name,
        what,
        answers.get("sheet"),
        answers.get("encoding"),
        answers.get("header_line"),
        _says_counted(answers),
        _At(path),
    )
    mapping = _mapping(table, what, answers.get("columns"))
    questions = [_region_question(table, mapping)]
    asked = _count_question(table, what, mapping, answers)
    if asked is not None:
        questions.append(asked)
        mapping = _counted(mapping, table.headers, answers.get(asked.key))
    missing = [f for f in uploads_columns.fields(what) if f.required and f.name not in mapping]
    problems = [
        Problem(
            "columns",
            name,
            f"no column is taken for {f.label_en!r}: choose one of {', '.join(table.headers)}",
            f"未指定“{f.label_zh}”对应的列:请从 {'、'.join(table.headers)} 中选择",
        )
        for f in missing
    ]
    waiting = asked is not None and bool(ask.open_questions([asked], answers))
    left = _unread_columns(table, mapping, waiting)
    sheets = tuple(title for title in table.sheets if title != table.sheet)
    rows = uploads_rows.read(table, name, what, mapping, answers)
    questions += rows.questions
    problems += rows.problems
    if rows.problems and not missing:
        questions.append(ask.bad_rows(len(rows.bad_lines), len(rows.problems)))
    frame = rows.frame[~rows.frame["line"].isin(rows.bad_lines)].reset_index(drop=True)
    if what == "units":
        questions += _standing_question(frame)
    # before these are answered, no row has its position yet
    unplaced = any(q.key in ("region", "datum", "locate") for q in ask.open_questions(questions, answers))
    zh, en = _list_summary(rows, frame, table, bool(missing), unplaced)
    return Inspection(
        what=what,
        file_name=name,
        sha256=sha256,
        size=path.stat().st_size,
        path=path,
        answers=answers,
        questions=tuple(questions),
        headers=table.headers,
        mapping=mapping,
        sheet=table.sheet,
        sheets=table.sheets,
        encoding=table.encoding,
        header_line=table.header_line,
        rows=len(table.rows),
        problems=tuple(problems),
        doubts=(*table.doubts, *rows.doubts, *_formula_doubts(table, name)),
        notes=(*unread.notes(name, left, sheets), *table.notes, *rows.notes),
        unread_columns=left,
        unread_sheets=sheets,
        preview=_records(frame.head(_PREVIEW_ROWS)),
        bad_lines=len(rows.bad_lines),
        bad_rows=uploads_rows.line_texts(table, rows.bad_lines)[:200],
        summary_zh=zh,
        summary_en=en,
        data=frame,
        details={
            "money_units": rows.units,
            "datum": rows.datum or None,
            "region": answers.get("region"),
            "sheet": table.sheet or None,
        },
    )


def _standing_question(frame: pd.DataFrame) -> list[Question]:
    """Return the question which units stand, when the stage of some is another than built, or no known one."""
    if "stage" not in frame or frame.loc[frame["stage_text"].notna(), "stage"].isin(BUILT).all():
        return []
    words = [
        (label("stage", str(code), "zh"), label("stage", str(code), "en"))
        if code is not None and code == code
        else (text, text)
        if text
        else ("未填阶段", "without a stage")
        for code, text in zip(frame["stage"], frame["stage_text"], strict=True)
    ]
    built = int(frame["stage"].isin(BUILT).sum())
    return [ask.standing(dict(Counter(words).most_common()), built, int(_of_no_stage(frame).sum()))]


def stands(frame: pd.DataFrame, answer: str | None) -> pd.Series:
    """Return which rows of a list of existing units stand, by the answer that was given about their stages."""
    if answer not in ("built", "built_or_unstated") or "stage" not in frame:
        return pd.Series(True, index=frame.index)
    built = frame["stage"].isin(BUILT).fillna(False).astype(bool)
    return built | _of_no_stage(frame) if answer == "built_or_unstated" else built


def _of_no_stage(frame: pd.DataFrame) -> pd.Series:
    """Return which rows say nothing of whether they stand; 拟投运 and 未建成 have no code and say that they do not."""
    says_not = [not pd.isna(text) and values.says_not_standing(text) for text in frame["stage_text"]]
    return frame["stage"].isna() & ~pd.Series(says_not, index=frame.index, dtype=bool)


class _At:
    """Where a file lies: its content says which it is, so all places are alike."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _At)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=2)
def _table(
    sha256: str,
    name: str,
    what: str,
    sheet: str | None,
    encoding: str | None,
    line: int | None,
    counted: bool | None,
    at: _At,
) -> uploads_table.Table:
    """Return the table of a file, which no answer but these changes; nobody changes it."""
    return uploads_table.read(at.path, name, what, sheet, encoding, line, counted)


def _says_counted(answers: Mapping[str, Any]) -> bool | None:
    """Return whether the reader said among the columns that one counts; None where nothing was said of it."""
    columns = answers.get("columns") or {}
    return columns["count"] is not None if "count" in columns else None


def _mapping(
    table: uploads_table.Table, what: str, chosen: Mapping[str, str | None] | None
) -> dict[str, int]:
    """Return the suggested mapping, what is sure, with the reader's choices in place of both."""
    headers = table.headers
    suggested = uploads_columns.suggest(headers, what)
    if table.known:
        sure = set(table.known.values())
        suggested = {f: i for f, i in suggested.items() if f != "lonlat" and i not in sure} | dict(
            table.known
        )
    known = {f.name for f in uploads_columns.fields(what)}
    for name, header in (chosen or {}).items():
        if name not in known:
            raise unknown("field", name, known, "字段")
        if header is not None and header not in headers:
            raise unknown("column", header, headers, "列")
        suggested = {
            f: i
            for f, i in suggested.items()
            if f != name and (header is None or headers[i] != header or f in (chosen or {}))
        }
        if header is not None:
            suggested[name] = headers.index(header)
    return suggested


def _count_question(
    table: uploads_table.Table, what: str, mapping: Mapping[str, int], answers: Mapping[str, Any]
) -> Question | None:
    """Return the question which column counts the units; None where the reader named one among the columns."""
    if what != "units" or "count" in (answers.get("columns") or {}):
        return None
    return uploads_counts.question(table.headers, table.rows, mapping)


def _unread_columns(table: uploads_table.Table, mapping: Mapping[str, int], waiting: bool) -> tuple[str, ...]:
    """Return the columns with anything in them that are taken for nothing.

    While it is asked which column counts (``waiting``), those that may are not among them.
    """
    taken = {*mapping.values(), *(uploads_counts.possible(table.headers, mapping) if waiting else ())}
    return tuple(
        header
        for i, header in enumerate(table.headers)
        if i not in taken and any(row[i] is not None for row in table.rows)
    )


def _counted(mapping: Mapping[str, int], headers: tuple[str, ...], answer: str | None) -> dict[str, int]:
    """Return the mapping with the column that was said to count, and with none before anything is said."""
    rest = {f: i for f, i in mapping.items() if f != "count"}
    return {**rest, "count": headers.index(answer)} if answer in headers else rest


def _region_question(table: uploads_table.Table, mapping: Mapping[str, int]) -> Question:
    texts = [
        uploads_cells.text_of(row[mapping[name]])
        for name in ("district", "address")
        if name in mapping
        for row in table.rows
    ]
    return ask.region(guess_region(texts))


def _formula_doubts(table: uploads_table.Table, name: str) -> list[Problem]:
    en = "begins like a formula: kept as text, and made harmless where it is written into a spreadsheet"
    zh = "内容以公式符号开头:按文本保存,写入电子表格时会作无害化处理"
    found = uploads_table.formula_like(table)[:50]
    if table.is_map:
        return [feature_problem("formula", name, line, header, en, zh) for line, header in found]
    return [
        cell_problem("formula", name, line, table.headers.index(header), header, en, zh)
        for line, header in found
    ]


def _list_summary(
    rows: Rows, frame: pd.DataFrame, table: uploads_table.Table, missing: bool, unplaced: bool
) -> tuple[str, str]:
    """Say how many rows there are and can be taken; none can while a required column is not named."""
    placed, whole = int(frame["lon"].notna().sum()), len(table.rows)
    wrong, errors = len(rows.bad_lines), len(rows.problems)
    taken = 0 if missing else len(frame)
    bad_zh = f"{wrong:,} 行里共 {errors:,} 处错误" if wrong else "没有错误"
    bad_en = f"{errors:,} errors in {wrong:,} rows" if wrong else "no errors"
    zh = f"共 {whole:,} 行,可导入 {taken:,} 行,{bad_zh}"
    en = f"{whole:,} rows: {taken:,} can be taken, {bad_en}"
    if unplaced:
        zh, en = f"{zh};位置待回答问题后确定", f"{en}; positions are known once the questions are answered"
    else:
        zh = f"{zh};可导入的行中有位置的 {placed:,} 行"
        en = f"{en}; {placed:,} of those that can be taken have a position"
    if missing:
        return f"共 {whole:,} 行,必填的列尚未指定", f"{whole:,} rows; a required column is not named yet"
    if "investment" in frame and frame["investment"].notna().any():
        known = int(frame["investment"].notna().sum())
        total = int(sum(v for v in frame["investment"] if v is not None))
        zh += f";总投资合计 {total / 1e8:,.4f} 亿元({known:,} 行有数)"
        en += f"; total investment {total:,} yuan ({known:,} rows state it)"
    return zh, en


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values for showing: unknown is None, several districts are joined by |."""
    return [
        {
            str(k): "|".join(v) if isinstance(v, tuple) else None if v is None or v != v else v
            for k, v in row.items()
        }
        for row in frame.to_dict("records")
    ]
