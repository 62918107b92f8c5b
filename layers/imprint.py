"""What every map and report says of itself: status, who made it, when, which version, secrecy, map review number.

What was not given is said to be not given; nothing here is guessed (conventions M1).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from geo.errors import RequestError, unknown

#: The three states in which a planning document travels.
STATUSES = {
    "draft": ("草案", "draft"),
    "consultation": ("征求意见稿", "for comment"),
    "submitted": ("上报稿", "submitted"),
}
#: What a map without a review number must say of itself.
NOT_REVIEWED = (
    "内部工作底图,未经审图,不得公开",
    "internal working map, not reviewed, not to be made public",
)
_NOT_GIVEN = ("未填写", "not given")


@dataclass(frozen=True, slots=True)
class Imprint:
    """The imprint of one sheet or report.

    Attributes
    ----------
    status : str
        A key of ``STATUSES``.
    date : str
        ISO date (YYYY-MM-DD); it also stands in the metadata of the file, so that the same imprint gives the same
        bytes.
    author : str
        编制单位; empty when it was not given.
    security : str
        密级 as the author writes it; empty when it was not given.
    review_number : str or None
        审图号; without one the map says that it is not reviewed and not to be made public.
    version : str
        What was drawn: a scenario's id and fingerprint, or a plan's id and checksum.
    """

    date: str
    status: str = "draft"
    author: str = ""
    security: str = ""
    review_number: str | None = None
    version: str = ""

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise unknown("status", self.status, STATUSES, "状态")
        try:
            datetime.date.fromisoformat(self.date)
        except ValueError as error:
            raise RequestError(
                f"date {self.date!r}: write it as 2026-01-31", f"日期“{self.date}”应写作 2026-01-31"
            ) from error

    @property
    def day(self) -> datetime.date:
        """The date as a value."""
        return datetime.date.fromisoformat(self.date)

    def status_text(self, lang: str) -> str:
        """Return the status in words."""
        return STATUSES[self.status][lang != "zh"]

    def review(self, lang: str) -> str:
        """Return the review number, or the words that stand in its place."""
        if self.review_number:
            zh, en = f"审图号:{self.review_number}", f"Map review number: {self.review_number}"
            return zh if lang == "zh" else en
        return NOT_REVIEWED[lang != "zh"]

    def rows(self, lang: str) -> list[tuple[str, str]]:
        """Return (label, text) of each entry, in the order in which it is printed."""
        zh = lang == "zh"
        missing = _NOT_GIVEN[not zh]
        return [
            ("状态" if zh else "Status", self.status_text(lang)),
            ("编制单位" if zh else "Prepared by", self.author or missing),
            ("日期" if zh else "Date", self.date),
            ("密级" if zh else "Classification", self.security or missing),
            ("版本" if zh else "Version", self.version or missing),
        ]
