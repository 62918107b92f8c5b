"""Words of the screens, one file a page: ``TEXT = {key: (Chinese, English)}``."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from infraplan.ui import state


def texts(page: str) -> Callable[..., str]:
    """Return a function that gives the words of ``page`` in the reader's language: ``t(key, **values)``.

    A key that the page does not have is a mistake of ours and raises ``KeyError``.
    """
    table: dict[str, tuple[str, str]] = importlib.import_module(f"infraplan.ui.i18n.{page}").TEXT
    column = 0 if state.language() == "zh" else 1

    def t(key: str, **values: object) -> str:
        text = table[key][column]
        return text.format(**values) if values else text

    return t
