"""The answer of the partition engine, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Conflict:
    """
    One reason why no partition exists, or why none was found.

    Parameters
    ----------
    code
        ``parent-too-large``, ``unit-too-large``, ``piece-without-center``, ``too-few-centers``,
        ``too-few-parts``, ``too-few-units``, ``more-pieces-than-parts``, ``capacity-too-small``,
        ``demand-too-small``, ``resource-impossible``, ``balance-impossible``,
        ``centers-together``, ``unit-without-part``, ``kind-too-rare``, ``apart-and-together``,
        ``sites-impossible`` (no parts that whole numbers of sites can serve), ``sites-not-found``
        (none found, with status ``unknown``),
        ``no-partition`` (proven by exhausting the model).
    values
        Numbers and indices: parts, parents, units, figures, smallest workable tolerance.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Partition:
    """
    Units given to parts, with proof.

    Parameters
    ----------
    assignment
        ``(n,)`` column of ``cost`` (with centers) or part index; None without a partition.
    centers
        Columns used, ascending; of free parts by place the unit each is centered on, in the order
        of the parts.
    objective, bound, gap
        Value of the assignment, proven lower bound, ``(objective - bound) / |objective|``.
    status
        ``optimal`` (proven), ``feasible``, ``infeasible`` (proven) or ``unknown``.
    seconds, work, ended
        Time and work units spent; why the run ended (``done``, ``work``, ``time``, ``stop``).
    method
        Steps that led to the answer and its bound, for example ``"lp+growth+exchange"``.
    seed
        Seed of the run.
    trace
        ``(seconds, objective, bound)`` at each improvement.
    cut_edges
        ``(m, 2)`` pairs of neighbouring units in different parts.
    loads
        ``(k,)`` demand per column; per part where parts are free.
    splits
        Number of further parts that parents lie in (0 when every parent is whole).
    conflicts
        Why there is no partition.
    """

    assignment: np.ndarray | None
    centers: np.ndarray
    objective: float
    bound: float
    gap: float | None
    status: str
    seconds: float
    work: float
    ended: str
    method: str
    seed: int
    trace: tuple[tuple[float, float | None, float | None], ...]
    cut_edges: np.ndarray
    loads: np.ndarray
    splits: int
    conflicts: tuple[Conflict, ...] = ()
