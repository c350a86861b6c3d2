"""What the one who runs the server allows: options of the server, not of a plan."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from gridplan.errors import InputError, Problem

# No server has so many places, no planner so many seconds.
_BEYOND = 1e6
JOBS, SECONDS = "GRIDPLAN_JOBS", "GRIDPLAN_TIME_LIMIT"


@dataclass(frozen=True)
class Limits:
    """
    Bounds of a server.

    Parameters
    ----------
    jobs
        Plans made at the same time; the others wait in a queue.
    seconds
        The longest ``time_limit`` of a scenario; a longer one is cut to it.
    """

    jobs: int = 2
    seconds: float = 3600.0


def read_limits(environment: Mapping[str, str] | None = None) -> Limits:
    """
    Read the bounds from the environment.

    Parameters
    ----------
    environment
        :data:`JOBS` and :data:`SECONDS`, each a positive number; None reads the process's own.

    Returns
    -------
    limits
        With the default for what is not set.

    Raises
    ------
    InputError
        ``server-option``, for each that is no positive number.
    """
    given = os.environ if environment is None else environment
    problems, found = [], {JOBS: float(Limits.jobs), SECONDS: Limits.seconds}
    for name, usual in found.items():
        text = given.get(name, "").strip()
        try:
            value = float(text) if text else usual
        except ValueError:
            value = 0.0
        whole = name != JOBS or value.is_integer()
        if not (0 < value < _BEYOND and whole):
            problems.append(Problem("server-option", {"option": name, "value": text[:40]}))
        found[name] = value
    if problems:
        raise InputError(problems)
    return Limits(int(found[JOBS]), found[SECONDS])
