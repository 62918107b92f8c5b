"""The column that counts units: the unit in its header, and the columns that may be it where several may."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from infraplan.uploads import columns, values
from infraplan.uploads import questions as ask
from infraplan.uploads.cells import Cell
from infraplan.uploads.questions import Question
from infraplan.uploads.values import BadCell

#: The answer that no column counts: each row is one unit.
EACH_ROW = "each row"
_WHOLE = re.compile(r"合计|总计|总数|总量|小计|(?:^|/)总.*数")
_ONLY_WHOLE = re.compile(r"合计|总计|总数|总量|小计")
#: 万个 in brackets, after a slash or at the end; 万 may also begin a name (万达广场桩数).
_SCALE = re.compile(r"(?P<unit>[十百千]?万|千|亿)(?:[个座台处根架套辆户件条]|(?=[)\]】}]|$))")
_FACTORS = {"千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}


def scale(header: str) -> tuple[int, str]:
    """Return how many things one unit of a column is by its header, and the word for it.

    Examples
    --------
    >>> scale("数量(万个)"), scale("万达广场桩数"), scale("桩数")
    ((10000, '万'), (1, ''), (1, ''))
    """
    found = _SCALE.search(columns.fold(header))
    return (_FACTORS[found["unit"]], found["unit"]) if found else (1, "")


def question(
    headers: Sequence[str], rows: Sequence[Sequence[Cell]], mapping: Mapping[str, int]
) -> Question | None:
    """Return the question which column counts the units, where several may; None where one or none may.

    A column of totals is suggested when the others sum to it in every row; else nothing is chosen beforehand.
    """
    found = {i: figures for i in possible(headers, mapping) if (figures := _figures(headers[i], rows, i))}
    if len(found) < 2:
        return None
    sums = {
        headers[i]: sum((v for v in figures if v is not None), Decimal(0)) for i, figures in found.items()
    }
    whole = [i for i in found if _WHOLE.search(columns.fold(headers[i]))]
    suggested = None
    if len(whole) == 1:
        parts = [figures for i, figures in found.items() if i != whole[0]]
        added = [sum(v for v in row if v is not None) for row in zip(*parts, strict=True)]
        if added == [v or 0 for v in found[whole[0]]]:
            suggested = headers[whole[0]]
    return ask.count_column(sums, len(rows), EACH_ROW, suggested)


def possible(headers: Sequence[str], mapping: Mapping[str, int]) -> list[int]:
    """Return the columns whose header may be that of a count, and that are taken for nothing else."""
    taken = {index for name, index in mapping.items() if name != "count"}
    return [
        i
        for i, header in enumerate(headers)
        if i not in taken
        and (columns.may_be(header, "units", "count") or _ONLY_WHOLE.fullmatch(columns.fold(header)))
    ]


def _figures(header: str, rows: Sequence[Sequence[Cell]], column: int) -> list[Decimal | None]:
    """Return the numbers of a column in single things, None where there is none; empty when it holds no number."""
    factor = scale(header)[0]
    figures: list[Decimal | None] = []
    for row in rows:
        try:
            value = values.number(row[column])
        except BadCell:
            value = None
        known = value is not None and abs(value) <= values.MOST_THINGS
        figures.append(Decimal(repr(value)) * factor if known else None)
    return figures if any(v is not None for v in figures) else []
