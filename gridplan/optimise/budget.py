"""The budget of one optimisation run: deterministic work, a clock that only cuts it short, a stop.

Every algorithm counts what it does in **work units** (:mod:`.weights`), a number that depends on
the inputs and the seed alone, so a run that ends on work gives the same answer on any machine. One
unit is sized to be about one processor second of a two-core office machine, but it is a count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from gridplan.optimise.outcome import relative_gap


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

    @property
    def gap(self) -> float | None:
        """Share of the incumbent that may still be saved; None before there are both."""
        return relative_gap(self.incumbent, self.bound) if self.incumbent else None


@dataclass(frozen=True)
class PlanningParams:
    """
    How much work a run plans with.

    Parameters
    ----------
    pace
        Work units that a second of a time limit is planned with; beyond, a run goes on in pieces.
    spare
        Share of the work planned that is planned with again where a run goes on beyond it.
    """

    pace: float = 0.75
    spare: float = 0.1


DEFAULT = PlanningParams()


def now() -> float:
    """Read the clock, in seconds: the only one in the engine."""
    return time.perf_counter()


_UNTIL: ContextVar[float] = ContextVar("until", default=float("inf"))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """
    Cut short every run that is begun in here once so many seconds have passed, with what it has.

    What runs plan with is their own ``time_limit``, so that this decides nothing but the end. Of
    several, one within the other, the earliest end counts.
    """
    token = _UNTIL.set(min(_UNTIL.get(), now() + seconds))
    try:
        yield
    finally:
        _UNTIL.reset(token)


def seconds_left() -> float:
    """Seconds until the innermost :func:`within` ends; infinite outside of any."""
    return max(0.0, _UNTIL.get() - now())


class Run:
    """
    Counts the work of one run, watches the clock, keeps the trace, asks whether to stop.

    Steps share the work out among them, never the time, so a run that no limit of time cuts short
    does the same on a slow machine and a fast one.

    Parameters
    ----------
    work_limit
        Work units after which the run ends by itself.
    time_limit
        Seconds after which it is cut short; None for no clock at all. Steps plan with so much work
        as goes into it at the pace of ``params``, if that is less.
    progress
        Called with a :class:`Progress`; return True to stop with the best so far.
    params
        How much work steps plan with.
    """

    def __init__(
        self,
        *,
        work_limit: float,
        time_limit: float | None = None,
        progress: Callable[[Progress], bool | None] | None = None,
        params: PlanningParams = DEFAULT,
    ) -> None:
        self.params = params
        self.work_limit = work_limit
        self.time_limit = time_limit
        self.planned = (
            work_limit if time_limit is None else min(work_limit, params.pace * time_limit)
        )
        self.work = 0.0
        self.incumbent: float | None = None
        self.bound: float | None = None
        self.trace: list[tuple[float, float | None, float | None]] = []
        self._progress = progress
        self._stopped = self._late = False
        self._whole: Run | None = None
        self._began, self._until = now(), _UNTIL.get()

    @property
    def seconds(self) -> float:
        """Seconds since the run began: to be told, and to be cut short by, never to plan with."""
        return now() - self._began

    @property
    def seconds_left(self) -> float:
        """Seconds until the clock cuts the run short; infinite without any limit of time."""
        if self._whole is not None:
            return self._whole.seconds_left
        own = float("inf") if self.time_limit is None else self.time_limit - self.seconds
        return max(0.0, min(own, self._until - now()))

    @property
    def work_left(self) -> float:
        """Work units to plan with: a little even where a run lasts longer than was planned for."""
        left = max(self.planned - self.work, self.params.spare * self.planned)
        return max(0.0, min(self.work_limit - self.work, left))

    def afford(self, per_work: float, most: int) -> int:
        """Count the steps that the work left is good for: one at least, and at most ``most``."""
        return int(min(most, max(1.0, per_work * self.work_left)))

    def part(
        self,
        share: float = 1.0,
        *,
        most: float = float("inf"),
        progress: Callable[[Progress], bool | None] | None = None,
    ) -> Run:
        """
        Begin a run of what is left, a share of it or at ``most`` some work, counting for itself.

        It ends when this one is stopped or late. What it spent has to be booked here afterwards;
        where work is done side by side, in an order that does not depend on threads.
        """
        part = Run(
            work_limit=min(share * self.work_left, most), progress=progress, params=self.params
        )
        part._whole = self  # of the same kind
        return part

    def at_least(self, work: float) -> Run:
        """
        Give this run if so much work is left of it, else begin a part that has it all the same.

        For what is tried to its end however little is left, a first answer. Book a part.
        """
        if self.work_left >= work:
            return self
        part = self.part()
        part.work_limit = part.planned = work
        return part

    def anew(self, progress: Callable[[Progress], bool | None] | None = None) -> Run:
        """Begin a part of this run that has all its work again, however much is left of it."""
        part = self.part(progress=progress)
        part.work_limit, part.planned = self.work_limit, self.planned
        return part

    def spend(self, work: float) -> None:
        """Count ``work`` units as done."""
        self.work += work

    def book(self, part: Run) -> None:
        """Count what a part of this run has spent."""
        self.work += part.work

    def cut_short(self) -> None:
        """Note that the clock ended a step before its work was done."""
        if self._whole is not None:
            self._whole.cut_short()
        self._late = True

    @property
    def ended_by(self) -> str | None:
        """Why the run must end now: ``"stop"``, ``"work"``, ``"time"``, or None to go on."""
        above = None if self._whole is None else self._whole.ended_by
        if self._stopped or above == "stop":
            return "stop"
        if self._late or above == "time" or self.seconds_left <= 0:
            self._late = True
            return "time"
        return "work" if self.work >= self.work_limit else None

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
