"""Words of the screens, one file a page: ``TEXT = {key: (Chinese, English)}``."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

from infraplan.ui import state
from layers.punctuation import chinese


def texts(page: str) -> Callable[..., str]:
    """Return a function that gives the words of ``page`` in the reader's language: ``t(key, **values)``.

    Chinese words get the full-width marks of Chinese print; the values put into them stand as they are. A key that
    the page does not have is a mistake of ours and raises ``KeyError``.
    """
    words = _words(page, state.language())

    def t(key: str, **values: object) -> str:
        text = words[key]
        return text.format(**values) if values else text

    return t


@functools.cache
def _words(page: str, lang: str) -> dict[str, str]:
    table: dict[str, tuple[str, str]] = importlib.import_module(f"infraplan.ui.i18n.{page}").TEXT
    return {key: chinese(zh) if lang == "zh" else en for key, (zh, en) in table.items()}
