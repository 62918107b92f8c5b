"""The family of deliberate errors.

    InfraPlanError            every message a person should read; the screens and the command line catch this only
    +-- UnknownNameError      an id, name or adcode that is not known (the message lists the known ones)
    +-- DataError             a file whose contents are wrong (carries every Problem found, not only the first)
    +-- RequestError          an ask that cannot be met (infeasible, out of range), with the nearest feasible figure

Anything else that is raised is a bug and keeps its traceback (docs/conventions.md, E1-E3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


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
    """One fact that is wrong with some data: which check found it, where, and a sentence in two languages.

    ``where_zh`` names the place in Chinese where its name is no file's; an empty place is left out.
    """

    check: str
    where: str
    en: str
    zh: str = ""
    where_zh: str = ""

    def text(self, lang: str = "en") -> str:
        """Return ``where: sentence``."""
        chinese = lang == "zh" and self.zh
        where = (self.where_zh or self.where) if chinese else self.where
        sentence = self.zh if chinese else self.en
        if not where:
            return sentence
        return f"{where}:{sentence}" if chinese else f"{where}: {sentence}"


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


class Gathering:
    """Deliberate errors of several steps, so that a person reads all of them and not only the first."""

    def __init__(self) -> None:
        self.errors: list[InfraPlanError] = []

    def of(self, step: Callable[[], T]) -> T | None:
        """Return what ``step`` returns; None when it was refused."""
        try:
            return step()
        except InfraPlanError as error:
            self.errors.append(error)
            return None

    def refuse(self, en: str, zh: str) -> None:
        """Add one refusal."""
        self.errors.append(RequestError(en, zh))

    def done(self) -> None:
        """Raise what was gathered: one error as it is, several as one that carries every problem once."""
        if len(self.errors) == 1:
            raise self.errors[0]
        found: dict[tuple[str, str], Problem] = {}
        for error in self.errors:
            own = error.problems if isinstance(error, DataError) else ()
            for problem in own or (Problem("request", "", error.en, error.zh),):
                found.setdefault((problem.where, problem.en), problem)
        raise_if_any(found.values())


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
