"""Names the steps of a run, measures them, reports progress, and lets the run be stopped between short batches."""

from __future__ import annotations

import time
from collections.abc import Callable

from geo.errors import InfraPlanError

Progress = Callable[[str, float], None]


class Cancelled(InfraPlanError):
    """The run was stopped by the person who asked for it."""


class Clock:
    """One run's clock. ``certify`` says whether bounds are computed (re-runs for uncertainty do without)."""

    def __init__(
        self,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        certify: bool = True,
    ) -> None:
        self.progress, self.cancelled, self.certify = progress, cancelled, certify
        self.seconds: dict[str, float] = {}
        self._name = ""
        self._began = self._start = time.perf_counter()

    def step(self, name: str, share: float) -> None:
        """Close the step before, open ``name``; raise :class:`Cancelled` when asked to stop."""
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = round(now - self._began, 4)
        self.seconds["total"] = round(now - self._start, 4)
        self._name, self._began = name, now
        if self.progress:
            self.progress(name, share)
        if self.cancelled and self.cancelled():
            raise Cancelled(
                "the run was stopped before it ended; nothing was changed", "计算已停止,未作任何更改"
            )

    def part(self, name: str, low: float, high: float) -> Progress | None:
        """Return a progress callback for a step that lies between two shares of the whole run."""
        outer = self.progress
        if outer is None:
            return None

        def report(stage: str, share: float) -> None:
            outer(f"{name}: {stage}", low + (high - low) * min(max(share, 0.0), 1.0))

        return report
