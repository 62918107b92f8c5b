"""The family of deliberate errors.

    InfraPlanError            every message a person should read; the screens and the command line catch this only
    +-- UnknownNameError      an id, name or adcode that is not known (the message lists the known ones)
    +-- DataError             a file whose contents are wrong (carries every Problem found, not only the first)
    +-- RequestError          an ask that cannot be met (infeasible, out of range), with the nearest feasible figure

Anything else that is raised is a bug and keeps its traceback (docs/conventions.md, E1-E3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class InfraPlanError(Exception):
    """A deliberate error: what, where, why, and what to do, in English and in Chinese.

    Parameters
    ----------
    en : str
        The message in English.
    zh : str, optional
        The message in Chinese; the English one is shown where it is missing.
    """

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh or en

    def text(self, lang: str = "en") -> str:
        """Return the message in ``lang`` (``"zh"`` or ``"en"``)."""
        return self.zh if lang == "zh" else self.en


class UnknownNameError(InfraPlanError):
    """No such plan, scenario, region or option; the message names the known ones."""


class RequestError(InfraPlanError):
    """What was asked for cannot be met; the message says why and what would be possible."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fact that is wrong with some data: which check found it, where, and a sentence in two languages."""

    check: str
    where: str
    en: str
    zh: str = ""

    def text(self, lang: str = "en") -> str:
        """Return ``where: sentence``."""
        return f"{self.where}: {self.zh if lang == 'zh' and self.zh else self.en}"


class DataError(InfraPlanError):
    """Data that is wrong, with every problem found at once."""

    def __init__(self, problems: Sequence[Problem] | str, zh: str | None = None) -> None:
        if isinstance(problems, str):
            self.problems: tuple[Problem, ...] = ()
            super().__init__(problems, zh)
        else:
            self.problems = tuple(problems)
            super().__init__(
                "\n".join(p.text("en") for p in self.problems), "\n".join(p.text("zh") for p in self.problems)
            )


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise one :class:`DataError` that carries every problem, or return when there is none."""
    found = list(problems)
    if found:
        raise DataError(found)


def unknown(kind: str, name: object, known: Iterable[object], kind_zh: str = "") -> UnknownNameError:
    """Build the error for a name that is not known, listing the known ones."""
    listed = ", ".join(sorted(str(k) for k in known)) or "none"
    return UnknownNameError(
        f"no {kind} {str(name)!r}; known: {listed}", f"没有{kind_zh or kind}“{name}”;现有:{listed}"
    )
