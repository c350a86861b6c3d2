"""What a siting run answers: one value for every model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Conflict:
    """
    One reason why no siting can meet the demands, as data.

    Parameters
    ----------
    code
        ``total-capacity``, ``group-capacity``, ``too-few-sites``, ``too-many-sites``,
        ``group-too-few-sites``, ``group-too-many-sites``, ``total-lower``, ``unit-without-arc``,
        ``unit-too-large``, ``site-underfilled``, ``clashing-bounds``, ``relax-capacity``,
        ``relax-lower``, ``relax-group-max``, ``relax-group-min``, ``relax-p``, ``relax-cover``
        or ``unproven``.
    values
        The figures: what is there (``have``), what it would take (``need``), the smallest
        relaxation (``relax``), and the indices it concerns (``unit``, ``units``, ``site``,
        ``group``).
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Siting:
    """
    Sites opened, units assigned, and how far from the best possible this can be.

    Every model minimises; where one maximises by name (cover), ``objective`` is what is left over.

    Parameters
    ----------
    sites
        Opened sites, sorted indices; empty without a solution.
    assignment
        ``(n,)`` site of each unit, -1 where uncovered.
    objective
        Recomputed from the inputs for this very assignment; infinite without a solution.
    bound
        Proven lower bound on the objective of the full problem; minus infinity without one.
    status
        ``optimal`` (bound meets objective), ``feasible``, ``infeasible`` (proven) or ``unknown``.
    seconds, work
        Time taken, and deterministic work units spent.
    method, seed
        How the answer was reached; with the same inputs and seed it is reached again.
    ended_by
        ``proof``, ``work``, ``time``, ``stop`` or ``done`` (the method ran to its end).
    trace
        Rows of (seconds, incumbent, bound) as either improved.
    conflicts
        Why there is no solution, and the smallest relaxation that would allow one.
    figures
        Extra figures of the model, by name.
    """

    sites: np.ndarray
    assignment: np.ndarray
    objective: float
    bound: float
    status: str
    seconds: float
    work: float
    method: str
    seed: int
    ended_by: str = "done"
    trace: tuple[tuple[float, float | None, float | None], ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def gap(self) -> float | None:
        """Relative distance of objective and bound; None while either is unknown."""
        if not (np.isfinite(self.objective) and np.isfinite(self.bound)):
            return None
        if self.objective <= self.bound:
            return 0.0
        return (self.objective - self.bound) / max(abs(self.objective), 1e-12)

    @property
    def feasible(self) -> bool:
        """Whether there is a solution."""
        return bool(np.isfinite(self.objective))
