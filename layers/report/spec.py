"""What a report says, before anybody draws it: text in one language, tables of text, one picture."""

from __future__ import annotations

from dataclasses import dataclass

from layers.imprint import Imprint


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; ``numeric`` columns stand to the right, the last row is the sum when ``summed``."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()
    summed: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows) or len(self.widths) != len(self.heads):
            raise ValueError("every row of a table, and its widths, need one entry a heading")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report, in this order: heading, quotation, paragraphs, picture, table, list, small print."""

    heading: str
    quote: str = ""
    quote_source: str = ""
    paragraphs: tuple[str, ...] = ()
    with_picture: bool = False
    table: Table | None = None
    items: tuple[str, ...] = ()
    small: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes
    ----------
    lang : str
        ``zh`` or ``en``: every text in it is in this language, but for names and quotations.
    figures : tuple of (label, figure)
        The few numbers that stand large at its head.
    picture : bytes
        PNG of the map.
    """

    lang: str
    title: str
    imprint: Imprint
    figures: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    picture: bytes
    picture_alt: str
    footer: str
