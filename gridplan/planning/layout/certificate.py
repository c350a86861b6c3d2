"""How far from the best possible a part of the plan can be, with what proves it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridplan.optimise.outcome import Outcome

DRAWN = "drawn"
"""Status, method and ending where a person drew the grids: nothing was sought, nothing claimed."""


@dataclass(frozen=True)
class Certificate:
    """
    The proof that travels with a plan.

    Parameters
    ----------
    status
        ``optimal`` only where the bound proves it; else ``feasible``, or :data:`DRAWN`.
    objective, bound
        Value of what was planned and the least any plan can have, in ``unit``.
    gap
        ``(objective - bound) / objective``; None where there is no bound.
    seconds
        Time the optimisation took; the only entry that differs between two equal runs.
    seed, method
        What the run began from and how it went.
    unit
        Code of the objective's unit: ``person-metres``, ``person-metres-and-prices`` (boundaries
        and splits included), either with ``by-road`` or
        ``by-matrix-time`` (a minute's drive counted at ``drive_kmh``) or ``by-matrix``,
        ``person-metres-last`` (of layouts no worse in the steps before), with
        ``and-unease`` (weighed by ``center_equity``), ``persons``, ``persons-limited``
        (of layouts with no more beyond ``center_max_metres``), ``metres`` or ``centers``.
    ended_by
        Why the run ended: ``proof``, ``done`` (the method ran to its end), ``work`` (the work
        allowed was used up), ``time`` or ``stop``.
    """

    status: str
    objective: float
    bound: float | None
    gap: float | None
    seconds: float
    seed: int
    method: str
    unit: str
    ended_by: str


def certificate_of(answer: Outcome, *, seed: int, unit: str) -> Certificate:
    """
    Take the proof out of an engine result.

    Parameters
    ----------
    answer
        A partition or a siting.
    seed
        What the run began from.
    unit
        Code of the objective's unit.

    Returns
    -------
    Certificate
    """
    bound = float(answer.bound) if math.isfinite(answer.bound) else None
    return Certificate(
        status=answer.status,
        objective=float(answer.objective),
        bound=bound,
        gap=answer.gap,
        seconds=float(answer.seconds),
        seed=seed,
        method=answer.method,
        unit=unit,
        ended_by="proof" if answer.status == "optimal" else answer.ended,
    )
