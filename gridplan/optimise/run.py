"""The budget of one optimisation run: deterministic work, a clock that only cuts it short, a stop.

Every algorithm counts what it does in **work units**, a number that depends on the inputs and the
seed alone, so a run that ends on work gives the same answer on any machine. One unit is sized to be
about one second on a two-core office machine; it is a count, not a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """
    What a run has reached, as told to its ``progress`` callback.

    Parameters
    ----------
    stage
        Code of the step under way, for example ``"bound"`` or ``"improve"``.
    fraction
        Share of the budget spent, 0 to 1.
    incumbent, bound
        Best objective found and best lower bound proven so far; None before there is one.
    seconds
        Time since the run began.
    """

    stage: str
    fraction: float
    incumbent: float | None
    bound: float | None
    seconds: float


class Run:
    """
    Counts the work of one run, watches the clock, keeps the trace, asks whether to stop.

    Parameters
    ----------
    work_limit
        Work units after which the run ends by itself.
    time_limit
        Seconds after which it is cut short; None for no clock at all.
    progress
        Called with a :class:`Progress`; return True to stop with the best so far.
    """

    def __init__(
        self,
        *,
        work_limit: float,
        time_limit: float | None = None,
        progress: Callable[[Progress], bool | None] | None = None,
    ) -> None:
        self.work_limit = work_limit
        self.time_limit = time_limit
        self.work = 0.0
        self.incumbent: float | None = None
        self.bound: float | None = None
        self.trace: list[tuple[float, float | None, float | None]] = []
        self._progress = progress
        self._stopped = False
        self._whole: Run | None = None
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._began

    @property
    def seconds_left(self) -> float:
        """Seconds until the clock cuts the run short; infinite without a time limit."""
        return float("inf") if self.time_limit is None else max(0.0, self.time_limit - self.seconds)

    @property
    def work_left(self) -> float:
        """Work units until the run ends by itself."""
        return max(0.0, self.work_limit - self.work)

    def afford(self, per_work: float, most: int) -> int:
        """Count the steps that the work left is good for: one at least, and at most ``most``."""
        return int(min(most, max(1.0, per_work * self.work_left)))

    def part(self, share: float = 1.0, *, seconds: float = float("inf")) -> Run:
        """
        Begin a run of what is left, or a share of it, that counts for itself.

        Under a time limit it has no more than the ``seconds``.

        It ends when this one is stopped. What it spent has to be spent here afterwards; where work
        is done side by side, in an order that does not depend on threads.
        """
        limit = None if self.time_limit is None else min(share * self.seconds_left, seconds)
        part = Run(work_limit=share * self.work_left, time_limit=limit)
        part._whole = self  # of the same kind
        return part

    def spend(self, work: float) -> None:
        """Count ``work`` units as done."""
        self.work += work

    @property
    def ended_by(self) -> str | None:
        """Why the run must end now: ``"stop"``, ``"work"``, ``"time"``, or None to go on."""
        if self._stopped or (self._whole is not None and self._whole.ended_by == "stop"):
            return "stop"
        if self.work >= self.work_limit:
            return "work"
        return "time" if self.seconds_left <= 0 else None

    def ask(self, stage: str, incumbent: float | None = None) -> bool:
        """Tell the callback where the run is; return whether it must end now."""
        self.report(stage, incumbent=incumbent)
        return self.ended_by is not None

    def report(
        self, stage: str, *, incumbent: float | None = None, bound: float | None = None
    ) -> None:
        """Tell the callback where the run is; what improved on either side goes into the trace."""
        better = incumbent is not None and (self.incumbent is None or incumbent < self.incumbent)
        tighter = bound is not None and (self.bound is None or bound > self.bound)
        if better:
            self.incumbent = incumbent
        if tighter:
            self.bound = bound
        if better or tighter:
            self.trace.append((self.seconds, self.incumbent, self.bound))
        if self._progress is not None:
            fraction = self.work / self.work_limit if self.work_limit else 1.0
            if self.time_limit:
                fraction = max(fraction, self.seconds / self.time_limit)
            told = Progress(stage, min(1.0, fraction), self.incumbent, self.bound, self.seconds)
            self._stopped = bool(self._progress(told)) or self._stopped
