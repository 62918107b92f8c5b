"""What stands for a thing in a list to choose from: no two alike.

Streamlit finds out what was chosen by the words on the screen: of two options with the same words it takes the last.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TypeVar

from infraplan.ui import person
from infraplan.ui.i18n import texts
from infraplan.workspace import Record

Code = TypeVar("Code", bound=Hashable)


def distinct(names: Mapping[Code, str], *more: Callable[[Code], str]) -> dict[Code, str]:
    """Return the names, no two alike: those alike get what ``more`` says of them, one after another, then numbers."""
    found = dict(names)
    for said in more:
        often = Counter(found.values())
        found = {c: _joined(name, said(c)) if often[name] > 1 else name for c, name in found.items()}
    often = Counter(found.values())
    taken = {name for name, n in often.items() if n == 1}
    for code, name in found.items():
        if often[name] > 1:
            found[code] = next(x for x in _numbered(name) if x not in taken)
            taken.add(found[code])
    return found


def of_records(records: Mapping[str, Record], names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what records are called: by ``names``, else by title; those alike say when they were saved.

    Two of one minute say it to the millisecond rather than by number: a number would pass to another record when one
    of them is deleted.
    """
    called = {code: r.title for code, r in records.items()} if names is None else names

    def when(exact: bool) -> Callable[[str], str]:
        return lambda c: person.when(records[c].saved_at, exact) if c in records else ""

    return distinct(called, when(False), when(True))


def with_city(title: str, name: str) -> str:
    """Return a title that begins with its city: a box shows no more than the beginning."""
    return title if title.startswith(name.split()[0]) else _joined(name, title)


def _joined(name: str, more: str) -> str:
    return f"{name} · {more}" if more else name


def _numbered(name: str) -> Iterator[str]:
    t = texts("common")
    return (f"{name} · {t('copy_n', n=n)}" for n in itertools.count(1))
