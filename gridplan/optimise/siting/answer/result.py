"""What a siting run answers: one value for every model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gridplan.optimise.outcome import Conflict, Outcome

__all__ = ["Conflict", "Siting"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Siting(Outcome):
    """
    Sites opened, units assigned, and how far from the best possible this can be.

    Status, objective, bound, gap and the rest of the run are those of
    :class:`~gridplan.optimise.outcome.Outcome`. Every model minimises; where one maximises by name
    (cover), ``objective`` is what is left over.

    Parameters
    ----------
    sites
        Opened sites, sorted indices; empty without a solution.
    assignment
        ``(n,)`` site of each unit, -1 where uncovered.
    conflicts
        Why there is no solution, and the smallest relaxation that would allow one:
        ``total-capacity``, ``total-budget``, ``too-few-sites``, ``too-many-sites``,
        ``group-too-few-sites``, ``group-too-many-sites``, ``total-lower``, ``unit-without-arc``,
        ``unit-too-large``, ``clashing-bounds``, ``relax-capacity``, ``relax-lower``,
        ``relax-group-max``, ``relax-group-min``, ``relax-p``, ``relax-budget``, ``relax-members``
        or ``unproven``; with the indices concerned (``unit``, ``units``, ``site``, ``sites``,
        ``group``). Money is net of what closing all other sites would cost.
    figures
        Extra figures of the model, by name.
    """

    sites: np.ndarray
    assignment: np.ndarray
    conflicts: tuple[Conflict, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)
