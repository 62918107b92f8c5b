"""Text on its way into a spreadsheet: a cell that begins like a formula is made harmless.

Excel, WPS and LibreOffice run a text that begins with = + - @ (or a tab or line break before them) as a formula. Such a
text gets an apostrophe in front, the spreadsheets' own mark for "this is text" (OWASP, CSV injection).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from layers.export.features import Features
from layers.export.written import Loss

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs.

    Examples
    --------
    >>> harmless("=1+1"), harmless("5G基站")
    ("'=1+1", '5G基站')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def harmless_array(values: pa.Array) -> pa.Array:
    """Return an Arrow text array with every text harmless; other arrays as they are."""
    if not pa.types.is_string(values.type):
        return values
    coded = values.dictionary_encode()
    words = pa.array([harmless(word) for word in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def losses(features: Features, texts: Iterable[tuple[str, pa.Array]]) -> list[Loss]:
    """Report the columns in which a text was changed; ``texts`` are (name, values) as they were."""
    found = []
    for name, values in texts:
        if not pa.types.is_string(values.type):
            continue
        changed = [i for i, v in enumerate(values.to_pylist()) if v is not None and harmless(v) != v]
        if changed:
            first = features.values(features.columns[0], changed[0], changed[0] + 1)[0].as_py()
            found.append(
                Loss(
                    features.table,
                    name,
                    len(changed),
                    str(first),
                    "以 = + - @ 开头的文本前加了撇号,以免被当作公式执行",
                    "texts that begin with = + - @ have an apostrophe in front, so that they are not run as formulas",
                )
            )
    return found
