"""What of a file is not imported: columns taken for nothing, and the sheets beside the one that was read."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import Problem

#: So many names stand in a line; a map may have hundreds of attributes.
_MOST = 40
#: Of a name that somebody made up so much stands in a line.
_LONGEST = 60


def notes(name: str, columns: Sequence[str], sheets: Sequence[str]) -> list[Problem]:
    """Return what to keep with an upload of what was not read of its file."""
    found = []
    if columns:
        zh, en = (
            f"文件中这些列未导入:{joined(columns, 'zh')}",
            f"columns not imported: {joined(columns, 'en')}",
        )
        found.append(Problem("unread_columns", name, en, zh))
    if sheets:
        zh = f"文件中这些工作表或图层未导入:{joined(sheets, 'zh')}"
        en = f"sheets or layers not imported: {joined(sheets, 'en')}"
        found.append(Problem("unread_sheets", name, en, zh))
    return found


def joined(names: Sequence[str], lang: str) -> str:
    """Return names as a list in ``lang``; of very many the first and how many there are.

    Examples
    --------
    >>> joined(["投资", "备注2"], "zh"), joined(["a", "b"], "en")
    ('投资、备注2', 'a, b')
    """
    shown = [n if len(n) <= _LONGEST else n[:_LONGEST] + "…" for n in names[:_MOST]]
    listed = ("、" if lang == "zh" else ", ").join(shown)
    if len(names) <= _MOST:
        return listed
    return f"{listed} 等 {len(names):,} 个" if lang == "zh" else f"{listed} and {len(names) - _MOST:,} more"
