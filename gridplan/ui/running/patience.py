"""How long runs go on that nobody looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """
    How long a run goes on that no open window watches, in seconds.

    Parameters
    ----------
    alone
        While nobody waits for its place.
    wanted
        While others wait.
    queue
        How long a place in the queue is kept for a window that is closed; a reload takes less.
    """

    alone: float = 900.0
    wanted: float = 60.0
    queue: float = 30.0
