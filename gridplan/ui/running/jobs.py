"""The runs of this server: so many at once, the others in a queue; what nobody watches ends."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

from gridplan.ui.running.job import Job
from gridplan.ui.running.patience import Patience
from gridplan.ui.running.queue import Make, Queue

State = Literal["running", "waiting", "ended", "unknown"]
# Runs ended because nobody watched them that are remembered, to be told who comes back.
_REMEMBERED = 100


class Jobs:
    """
    Runs under way and runs that wait, each by the fingerprint of what it plans.

    Parameters
    ----------
    at_once
        Runs at the same time, at most.
    patience
        With runs that nobody watches.
    clock
        Seconds that only grow.
    is_open
        Whether a window, by its name, is still open.

    Notes
    -----
    1. Whoever asks is put at the end of the queue; :meth:`tend` starts who is first while there is
       room. A place is taken under the lock before the process starts, so that no two take one.
    2. A window watches one run, the one it asked for or came back to last. A run is watched while
       a window that watches it is open.
    """

    def __init__(
        self,
        *,
        at_once: int = 2,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        is_open: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self.at_once = at_once
        self.patience = patience or Patience()
        self._clock, self._is_open = clock, is_open
        self._jobs: dict[str, Job] = {}
        self._waiting = Queue()
        self._starting: set[str] = set()
        self._unwanted: set[str] = set()
        self._watches: dict[str, str] = {}
        self._own: dict[str, set[str]] = {}
        self._seen: dict[str, float] = {}
        self._given_up: deque[str] = deque(maxlen=_REMEMBERED)
        self._lock = threading.RLock()
        self._closed = False

    def ask(self, key: str, make: Make, window: str, *, behind: bool = False) -> None:
        """
        Ask for a run: it starts at once if there is room, else it waits for its turn.

        Parameters
        ----------
        key
            Fingerprint of what it plans; nothing is done twice.
        make
            Starts it.
        window
            Who asks, and watches from now on.
        behind
            Whether it lets all others go first: what nobody pressed a button for.
        """
        with self._lock:
            # What was given up and is asked for again is wanted: its start goes on.
            self._unwanted.discard(key)
            if key in self._given_up:
                self._given_up.remove(key)
            if self.state(key) == "ended":
                self.forget(key)
            if self.state(key) == "unknown" and not self._closed:
                self._waiting.add(key, make, behind=behind)
            self.watch(key, window)
        self.tend()

    def watch(self, key: str, window: str) -> None:
        """Note that a window watches a run, and no other any more."""
        with self._lock:
            self._watches[window] = key
            self._seen[key] = self._clock()
            self._own.setdefault(key, set()).add(window)

    def leave(self, key: str, window: str) -> None:
        """Give up a run; it ends unless another open window watches it too."""
        with self._lock:
            if self._watches.get(window) == key:
                del self._watches[window]
            self._own.get(key, set()).discard(window)
            shared = any(k == key and self._is_open(w) for w, k in self._watches.items())
        if not shared:
            self.forget(key)
        self.tend()

    def state(self, key: str) -> State:
        """Tell what has become of a run."""
        with self._lock:
            if key in self._waiting:
                return "waiting"
            job = self._jobs.get(key)
            if key in self._starting or (job is not None and job.poll() == "running"):
                return "running"
            return "unknown" if job is None else "ended"

    def job(self, key: str) -> Job | None:
        """Give a run that has started, under way or ended without being collected."""
        with self._lock:
            return self._jobs.get(key)

    def place(self, key: str) -> int:
        """Tell which place in the queue a run has, from 1; 0 if it does not wait."""
        with self._lock:
            return self._waiting.place(key)

    def expected_wait(self, key: str) -> float | None:
        """Tell how many seconds a run will wait; see :meth:`Queue.expected`."""
        with self._lock:
            under_way = [job.reached().seconds for job in self.running()]
            return self._waiting.expected(key, under_way, self.at_once)

    @property
    def waiting(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._waiting)

    def running(self) -> list[Job]:
        """Give the runs under way, the longest first."""
        with self._lock:
            return [job for job in self._jobs.values() if job.poll() == "running"]

    def own(self, window: str) -> list[Job]:
        """Give the runs under way that a window asked for or watched."""
        return [job for job in self.running() if window in self._own.get(job.key, ())]

    def was_given_up(self, key: str) -> bool:
        """Whether a run was ended because nobody watched it."""
        with self._lock:
            return key in self._given_up

    def ended(self) -> list[str]:
        """Name the runs that have ended by themselves and were not collected yet."""
        with self._lock:
            return [key for key, job in self._jobs.items() if job.poll() != "running"]

    def take(self, key: str) -> Job | None:
        """Take an ended run out, to keep what came of it; None if it is not there."""
        with self._lock:
            self._seen.pop(key, None)
            self._own.pop(key, None)
            job = self._jobs.pop(key, None)
            if job is not None and job.status == "done":
                self._waiting.learn(job.lasted)
            return job

    def forget(self, key: str) -> None:
        """Drop a run: stopped if under way, out of the queue if it waits."""
        with self._lock:
            self._waiting.drop(key)
            if key in self._starting:
                self._unwanted.add(key)
            job = self.take(key)
        if job is not None:
            job.cancel()
            job.discard()

    def tend(self) -> None:
        """End what nobody watches, and start who is next while there is room."""
        for key in self._unwatched():
            self.forget(key)
        while (turn := self._next()) is not None:
            key, make = turn
            job = None
            try:
                job = make()
            except Exception:
                logging.getLogger(__name__).exception("a planning run could not be started")
            with self._lock:
                self._starting.discard(key)
                wanted = key not in self._unwanted and not self._closed
                self._unwanted.discard(key)
                if job is not None and wanted:
                    self._jobs[key] = job
            if job is not None and not wanted:
                job.cancel()
                job.discard()

    def close(self) -> None:
        """Stop everything; for the end of the server."""
        with self._lock:
            self._closed = True
            keys = [*self._waiting, *self._starting, *self._jobs]
        for key in keys:
            self.forget(key)

    def _next(self) -> tuple[str, Make] | None:
        """Take a place for whoever is first in the queue; None without room or queue."""
        with self._lock:
            taken = len(self._starting) + len(self.running())
            if self._closed or not self._waiting or taken >= self.at_once:
                return None
            key, make = self._waiting.first()
            self._starting.add(key)
            return key, make

    def _unwatched(self) -> list[str]:
        """Name what no open window has watched for too long."""
        with self._lock:
            now = self._clock()
            for window, key in list(self._watches.items()):
                if self._is_open(window):
                    self._seen[key] = now
                else:
                    del self._watches[window]
            idle = {key: now - self._seen.get(key, now) for key in (*self._jobs, *self._waiting)}
            gone = [key for key in self._waiting if idle[key] >= self.patience.queue]
            others_wait = len(self._waiting) > len(gone)
            limit = self.patience.wanted if others_wait else self.patience.alone
            for key, job in self._jobs.items():
                running = job.poll() == "running"
                if idle[key] >= (limit if running else self.patience.alone):
                    gone.append(key)
                    self._given_up.extend([key] if running else [])
            return gone
