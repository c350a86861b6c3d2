"""The runs that wait for their turn, and how long that will be."""

from __future__ import annotations

import heapq
import statistics
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from gridplan.ui.running.job import Job

Make = Callable[[], Job]
# Runs whose time is remembered.
_REMEMBERED = 50


class Queue:
    """
    Runs that wait, in the order in which they start.

    Whoever asks is last, but before those that were put behind: what nobody pressed a button for.
    Not safe for several threads; who has it takes care.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, Make] = {}
        self._behind: set[str] = set()
        self._lasted: deque[float] = deque(maxlen=_REMEMBERED)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._waiting, key=self._behind.__contains__))

    def __contains__(self, key: str) -> bool:
        return key in self._waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, key: str, make: Make, *, behind: bool = False) -> None:
        """Put a run at the end, or behind all others."""
        self._waiting[key] = make
        (self._behind.add if behind else self._behind.discard)(key)

    def drop(self, key: str) -> None:
        """Take a run out, if it is there."""
        self._waiting.pop(key, None)
        self._behind.discard(key)

    def first(self) -> tuple[str, Make]:
        """Take out who is next."""
        key = next(iter(self))
        make = self._waiting[key]
        self.drop(key)
        return key, make

    def place(self, key: str) -> int:
        """Tell which place a run has, from 1; 0 if it does not wait."""
        return [*self].index(key) + 1 if key in self else 0

    def learn(self, seconds: float) -> None:
        """Note how long a run took that has ended by itself."""
        self._lasted.append(seconds)

    def expected(self, key: str, under_way: Sequence[float], at_once: int) -> float | None:
        """
        Tell how long a run will wait if every run takes as long as the median of the last ones.

        Parameters
        ----------
        key
            The run.
        under_way
            Seconds since each of those that are being made began.
        at_once
            How many are made at the same time.

        Returns
        -------
        seconds
            None while no run has ended yet, and for a run that does not wait.
        """
        if key not in self or not self._lasted:
            return None
        usual = statistics.median(self._lasted)
        ends = sorted(max(0.0, usual - seconds) for seconds in under_way)[:at_once]
        ends = [0.0] * (at_once - len(ends)) + ends
        for _ in range(self.place(key) - 1):
            heapq.heapreplace(ends, ends[0] + usual)
        return ends[0]
