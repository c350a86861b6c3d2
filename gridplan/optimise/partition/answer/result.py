"""The answer of the partition engine, as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.outcome import Conflict, Outcome

__all__ = ["Conflict", "Partition"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Partition(Outcome):
    """
    Units given to parts, with proof.

    Status, objective, bound, gap and the rest of the run are those of
    :class:`~gridplan.optimise.outcome.Outcome`; ``method`` names the steps that led to the answer
    and its bound, for example ``"lp+growth+exchange"``.

    Parameters
    ----------
    assignment
        ``(n,)`` column of ``cost`` (with centers) or part index; None without a partition.
    centers
        Columns used, ascending; of free parts by place the unit each is centered on, in the order
        of the parts.
    cut_edges
        ``(m, 2)`` pairs of neighbouring units in different parts.
    loads
        ``(k,)`` demand per column; per part where parts are free.
    splits
        Number of further parts that parents lie in (0 when every parent is whole).
    conflicts
        Why there is no partition: ``parent-too-large``, ``unit-too-large``,
        ``piece-without-center``, ``too-few-centers``, ``too-few-parts``, ``too-few-units``,
        ``more-pieces-than-parts``, ``capacity-too-small``, ``demand-too-small``,
        ``resource-impossible``, ``balance-impossible``, ``centers-together``,
        ``unit-without-part``, ``kind-too-rare``, ``apart-and-together``, ``sites-impossible`` (no
        parts that whole numbers of sites can serve), ``sites-not-found`` (none found, with status
        ``unknown``), ``no-partition`` (proven by exhausting the model).
    """

    assignment: np.ndarray | None
    centers: np.ndarray
    cut_edges: np.ndarray
    loads: np.ndarray
    splits: int
    conflicts: tuple[Conflict, ...] = ()
