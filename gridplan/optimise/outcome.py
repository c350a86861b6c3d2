"""What every run of the engine answers: a value, a proven bound, and how both were reached.

Every model minimises, so ``bound <= objective``. One measure of the distance between the two
serves the engine, the plan's certificates and whoever watches a run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

PROVEN_GAP = 1e-6
"""Relative gap at which an answer counts as proven optimal: the tolerance of the arithmetic."""

LEAST_SCALE = 1e-9
"""Objectives nearer to zero than this are compared with it instead of with themselves."""

Trace = tuple[tuple[float, float | None, float | None], ...]
"""Rows of (seconds, incumbent, bound), one each time either improved."""


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """
    Measure what may still be saved, as a share of the objective.

    Parameters
    ----------
    objective, bound
        In the same unit; None or infinite where there is none yet.

    Returns
    -------
    float or None
        ``(objective - bound) / |objective|``, never below 0; None while either is unknown.
    """
    if objective is None or bound is None:
        return None
    if not (math.isfinite(objective) and math.isfinite(bound)):
        return None
    return float(max(0.0, (objective - bound) / max(abs(objective), LEAST_SCALE)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """
    The outcome of one run: what both engines tell, whatever the model.

    Parameters
    ----------
    status
        ``optimal`` (proven), ``feasible``, ``infeasible`` (proven) or ``unknown``.
    objective
        Recomputed from the inputs for this very answer; infinite without one.
    bound
        Proven lower bound on the objective of the full problem; minus infinity without one.
    ended
        Why the run ended: ``proof``, ``work``, ``time``, ``stop`` or ``done`` (the method ran to
        its end).
    seconds, work
        Time taken, and deterministic work units spent (:mod:`~gridplan.optimise.weights`).
    method, seed
        How the answer was reached; with the same inputs and seed it is reached again.
    trace
        Rows of (seconds, incumbent, bound) as either improved.
    """

    status: str
    objective: float
    bound: float
    ended: str = "done"
    seconds: float
    work: float
    method: str
    seed: int
    trace: Trace = ()

    @property
    def gap(self) -> float | None:
        """Relative distance of objective and bound; None while either is unknown."""
        return relative_gap(self.objective, self.bound)

    @property
    def feasible(self) -> bool:
        """Whether there is an answer."""
        return math.isfinite(self.objective)


@dataclass(frozen=True)
class Conflict:
    """
    One reason why no answer exists, or why none was found, as data.

    Parameters
    ----------
    code
        As listed where it is found: :mod:`.partition.answer.infeasible` and
        :mod:`.siting.prove.infeasible`.
    values
        The figures: what is there (``have``), what it would take (``need``), the smallest
        relaxation (``relax``), and the indices it concerns.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)
