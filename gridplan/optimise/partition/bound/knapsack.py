"""Knapsack bound with contiguity: each part a 0-1 knapsack, separator cuts priced as they appear.

The rule that each unit has one part is relaxed with a price a unit, which leaves one knapsack a
part, solved exactly by dynamic programming on rounded demands: the bound of Dantzig & Wolfe, above
the linear one where parts hold few units. Knapsacks that fall into pieces give separator cuts (as
in :mod:`.exact`), whose prices only shift the knapsacks' costs (relax and cut, Lucena 2005,
doi:10.1007/s10479-005-3969-1). A unit so far from a center that the lightest way between them
overloads the part is never in it. Rounding demands down and dropping lower bounds only relaxes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.assignment.contiguity import cut
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack_kernels import ascend, forced
from gridplan.optimise.partition.question.atoms import allowed_atoms, atom_sums
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS

GRAINS = 1500
"""Largest capacity in grains of demand; finer means a tighter bound and more work."""

CUTS = 4000
"""Most separator cuts that are priced."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """
    A bound and what it proves.

    ``keep`` ``(atoms, k)`` marks the pairs that an answer not above the target may use; ``cuts``
    lists the separators met: ``(column, unit, ring)``, the unit in that column only with one of the
    units of the ring; ``price`` ``(atoms,)`` are the best prices of having a part.
    """

    bound: float
    keep: np.ndarray
    cuts: tuple[tuple[int, int, np.ndarray], ...]
    price: np.ndarray

    def tighten(self, model: Model) -> None:
        """Add the cuts to a model."""
        for column, unit, ring in self.cuts:
            cut(model, np.array([unit]), column, ring)


class Cuts:
    """Separator cuts as flat arrays for the compiled steps, each met once."""

    def __init__(self, size: int) -> None:
        self.column = np.zeros(CUTS, np.int64)
        self.unit = np.zeros(CUTS, np.int64)
        self.start = np.zeros(CUTS + 1, np.int64)
        self.ring = np.zeros(CUTS * 16, np.int64)
        self.price = np.zeros(CUTS)
        self.count = 0
        self.fresh = (
            np.zeros(CUTS, np.int64),
            np.zeros(CUTS, np.int64),
            np.zeros(CUTS + 1, np.int64),
            np.zeros(CUTS * min(size, 16), np.int64),
        )
        self._known: set[tuple[int, int, bytes]] = set()

    def adopt(self, found: int) -> int:
        """Take over the first ``found`` fresh cuts that are new; return how many were."""
        before = self.count
        column, unit, start, ring = self.fresh
        for q in range(found):
            own = np.sort(ring[start[q] : start[q + 1]])
            key = (int(column[q]), int(unit[q]), own.tobytes())
            end = self.start[self.count] + len(own)
            if key in self._known or self.count >= CUTS or end > len(self.ring):
                continue
            self._known.add(key)
            self.column[self.count], self.unit[self.count] = key[:2]
            self.ring[self.start[self.count] : end] = own
            self.count += 1
            self.start[self.count] = end
        return self.count - before

    def listed(self, prices: np.ndarray) -> tuple[tuple[int, int, np.ndarray], ...]:
        """List the cuts whose price is not zero."""
        return tuple(
            (int(self.column[q]), int(self.unit[q]), self.ring[self.start[q] : self.start[q + 1]])
            for q in np.flatnonzero(prices[: self.count] > 0)
        )


def within_reach(problem: Problem) -> np.ndarray:
    """Mark units ``(n, k)`` that some way from the center reaches within the upper bound."""
    p = problem
    graph = sparse.coo_array(p.graph)
    weight = np.maximum(p.demand[graph.col], 1e-9)
    ways = sparse.csr_array((weight, (graph.row, graph.col)), shape=graph.shape)
    far = dijkstra(ways, indices=p.centers).T + p.demand[p.centers]
    slack = 2e-6 * max(1.0, p.target) + 1e-9 * p.units
    return far <= p.upper * (1 + 1e-9) + slack


def knapsack_bound(
    problem: Problem, run: Run, target: float, *, rounds: int = 600, renewals: int = 20
) -> Relaxed | None:
    """
    Raise the bound of a problem with fixed centers by subgradient steps towards ``target``.

    Priced extras are never negative, so the bound on cost alone holds for the full objective.

    Parameters
    ----------
    target
        Value of a partition known: steps are sized by it, and what would lift the bound above it
        is ruled out.
    rounds
        Steps of the first ascent and of the last.
    renewals
        Times new separator cuts are looked for in between; none where units move in groups.

    Returns
    -------
    Relaxed or None
        None where the bound does not apply: centers chosen or missing, no finite upper bound on
        demand, negative costs, a center too large for its part; or where the run ended first.
    """
    p = problem
    own = allowed_atoms(p)
    anchor = p.atom[p.centers]
    if p.chosen or (p.centers < 0).any() or not np.isfinite(p.upper).all() or (p.cost < 0).any():
        return None
    if (p.crossing_price < 0).any() or not own[anchor, np.arange(p.columns)].all():
        return None
    load = atom_sums(p, p.demand)
    grain = max(1.0 if (load % 1 == 0).all() else 0.0, float(p.upper.max()) / GRAINS, 1e-12)
    weight = np.floor(load / grain + 1e-6).astype(np.int64)
    room = np.floor(p.upper / grain + 1e-6).astype(np.int64)
    single = bool((p.atom == np.arange(p.units)).all())
    if single:
        own &= within_reach(p)
    held = np.zeros_like(own)
    held[anchor, np.arange(p.columns)] = True
    free = ~np.asarray(held.any(axis=1))
    own &= held | free[:, None]
    if (room < weight[anchor]).any() or not own.any(axis=1).all():
        return None
    cost = np.where(own, atom_sums(p, p.cost), np.inf)
    return _climb(p, run, cost, weight, room, anchor, target, rounds, renewals if single else 0)


def _climb(  # noqa: PLR0913, PLR0917  # one state, many arrays
    p: Problem,
    run: Run,
    cost: np.ndarray,
    weight: np.ndarray,
    room: np.ndarray,
    anchor: np.ndarray,
    target: float,
    rounds: int,
    renewals: int,
) -> Relaxed | None:
    cuts = Cuts(p.units)
    ranked = np.sort(cost, axis=1)
    second = ranked[:, min(1, p.columns - 1)]
    price = np.where(np.isfinite(second), second, ranked[:, 0])
    top, top_cuts = price.copy(), cuts.price.copy()
    state = np.array([-np.inf, 1.0, 0.0])
    indptr, indices = p.graph.indptr.astype(np.int64), p.graph.indices.astype(np.int64)
    batch = 60
    phases = [(1.0, rounds, False)] + [(0.3, batch, True)] * renewals
    phases += [(0.3, rounds, False)] if renewals else []
    for theta, steps, renew in phases:
        if run.ended_by is not None:
            break
        price, cuts.price, state[1] = top.copy(), top_cuts.copy(), theta
        for first in range(0, steps, batch):
            cells, found = ascend(
                price, cuts.price, cost, weight, room, anchor,
                cuts.column, cuts.unit, cuts.start, cuts.ring, cuts.count,
                target, min(batch, steps - first), state, top, top_cuts,
                indptr, indices, *cuts.fresh, renew,
            )  # fmt: skip
            run.spend(cells * WEIGHTS.cell + batch * cost.size * WEIGHTS.pair)
            if run.ended_by is not None or state[1] < 1e-3:
                break
        if renew:
            cuts.adopt(found)
    if not np.isfinite(state[0]):  # the run ended first
        return None
    with_part, without = np.zeros(cost.shape), np.zeros(cost.shape)
    forced(
        top, top_cuts, cost, weight, room, anchor,
        cuts.column, cuts.unit, cuts.start, cuts.ring, cuts.count, with_part, without,
    )  # fmt: skip
    bound = float(state[0])
    limit = target + 1e-9 * abs(target)
    keep = np.isfinite(cost) & (bound + with_part <= limit)
    must = bound + without > limit
    settled = must.sum(axis=1) == 1
    keep[settled] &= must[settled]
    return Relaxed(bound, keep, cuts.listed(top_cuts), top)
