"""
Knapsack bound with contiguity: each part a 0-1 knapsack, separator cuts priced as they appear.

The rule that each unit has one part is relaxed with a price a unit, which leaves one knapsack a
part, solved exactly by dynamic programming on rounded demands: the bound of Dantzig & Wolfe, above
the linear one where parts hold few units. Knapsacks that fall into pieces give separator cuts (as
in :mod:`gridplan.optimise.partition.assignment.cutting_planes`), whose prices only shift the
knapsacks' costs (relax and cut, Lucena 2005, doi:10.1007/s10479-005-3969-1). A unit so far from a
center that the lightest way between them overloads the part is never in it. Rounding demands down
and dropping lower bounds only relaxes, so the bound holds whenever the ascent ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.pace import DEFAULT as PACED
from gridplan.optimise.methods.pace import PACE, RECORD, PaceParams, pace_of
from gridplan.optimise.partition.assignment.contiguity import cut
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.forced_items import forced, forced_in_core
from gridplan.optimise.partition.bound.knapsack_kernels import (
    Ascent,
    CutArrays,
    Knapsacks,
    Multipliers,
    ascend,
)
from gridplan.optimise.partition.graph.adjacency import adjacency
from gridplan.optimise.partition.question.atoms import allowed_atoms, atom_sums
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class KnapsackParams:
    """
    How the bound is raised.

    Parameters
    ----------
    grains
        Largest capacity in grains of demand; finer means a tighter bound, and tables more work.
    states
        Memory for the search of each knapsack's core, whose work hardly depends on grains; 0 for
        tables, which are quicker where parts hold few units.
    cuts, ring
        Most separator cuts that are priced, and units of their rings on average.
    heavy
        Power of demand with which the prices of units move; 0 for all alike.
    rounds
        Steps of the first ascent and of the last.
    renewals
        Times new separator cuts are looked for in between; none where units move in groups.
    batch
        Steps between two looks at the budget, and of a renewal.
    first, later
        First step factor of the first ascent and of later ones, in steps of Polyak.
    pace
        When steps get shorter, and at which an ascent ends.
    """

    grains: int = 1500
    states: int = 0
    cuts: int = 4000
    ring: int = 16
    heavy: float = 0.0
    rounds: int = 600
    renewals: int = 20
    batch: int = 60
    first: float = 1.0
    later: float = 0.3
    pace: PaceParams = PACED


@dataclass(frozen=True, eq=False)
class Relaxed:
    """
    A bound and what it proves.

    ``keep`` ``(atoms, k)`` marks the pairs that an answer not above the target may use; ``cuts``
    lists the separators met: ``(column, unit, ring)``, the unit in that column only with one of the
    units of the ring; ``price`` ``(atoms,)`` are the best prices of having a part; ``rise`` and
    ``fall`` ``(atoms, k)`` what is added to the bound where an answer has a pair, infinite where
    none may, and where it has not; ``toll`` ``(atoms, k)`` what the prices of cuts add to costs.
    """

    bound: float
    keep: np.ndarray
    cuts: tuple[tuple[int, int, np.ndarray], ...]
    price: np.ndarray
    rise: np.ndarray
    fall: np.ndarray
    toll: np.ndarray

    def tighten(self, model: Model) -> None:
        """Add the cuts to a model."""
        for column, unit, ring in self.cuts:
            cut(model, np.array([unit]), column, ring)


class Cuts:
    """Separator cuts as flat arrays for the compiled steps, each met once."""

    def __init__(self, size: int, params: KnapsackParams) -> None:
        most = params.cuts
        self.arrays = _cut_arrays(most, most * params.ring)
        self.fresh = _cut_arrays(most, most * min(size, params.ring))
        self._known: set[tuple[int, int, bytes]] = set()

    def adopt(self) -> int:
        """Take over the fresh cuts that are new; return how many were."""
        own, fresh = self.arrays, self.fresh
        before = int(own.number[0])
        for q in range(int(fresh.number[0])):
            ring = np.sort(fresh.ring[fresh.start[q] : fresh.start[q + 1]])
            key = (int(fresh.column[q]), int(fresh.unit[q]), ring.tobytes())
            count = int(own.number[0])
            end = own.start[count] + len(ring)
            if key in self._known or count >= len(own.unit) or end > len(own.ring):
                continue
            self._known.add(key)
            own.column[count], own.unit[count] = key[:2]
            own.ring[own.start[count] : end] = ring
            own.start[count + 1] = end
            own.number[0] += 1
        return int(own.number[0]) - before

    def listed(self, prices: np.ndarray) -> tuple[tuple[int, int, np.ndarray], ...]:
        """List the cuts whose price is not zero."""
        own = self.arrays
        return tuple(
            (int(own.column[q]), int(own.unit[q]), own.ring[own.start[q] : own.start[q + 1]])
            for q in np.flatnonzero(prices[: int(own.number[0])] > 0)
        )

    def toll(self, prices: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Sum up what the prices of cuts add to the cost of each pair ``(units, k)``."""
        own, out = self.arrays, np.zeros(shape)
        for q in np.flatnonzero(prices[: int(own.number[0])] > 0):
            out[own.unit[q], own.column[q]] += prices[q]
            out[own.ring[own.start[q] : own.start[q + 1]], own.column[q]] -= prices[q]
        return out


def _cut_arrays(most: int, ring: int) -> CutArrays:
    """Make room for so many cuts with so many units in their rings."""
    return CutArrays(
        np.zeros(most, np.int64),
        np.zeros(most, np.int64),
        np.zeros(most + 1, np.int64),
        np.zeros(ring, np.int64),
        np.zeros(1, np.int64),
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


def grains_of(problem: Problem, grains: int) -> tuple[np.ndarray, np.ndarray]:
    """
    Round demands ``(atoms,)`` and upper bounds ``(k,)`` down, the largest to so many grains.

    Where demands are whole numbers and few enough, nothing is lost.
    """
    p = problem
    load = atom_sums(p, p.demand)
    grain = max(1.0 if (load % 1 == 0).all() else 0.0, float(p.upper.max()) / grains, 1e-12)
    weight = np.floor(load / grain + 1e-6).astype(np.int64)
    return weight, np.floor(p.upper / grain + 1e-6).astype(np.int64)


def knapsack_bound(
    problem: Problem,
    run: Run,
    target: float,
    *,
    price: np.ndarray | None = None,
    params: KnapsackParams,
) -> Relaxed | None:
    """
    Raise the bound of a problem with fixed centers by subgradient steps towards ``target``.

    Priced extras are never negative, so the bound on cost alone holds for the full objective.

    Parameters
    ----------
    target
        Value of a partition known: steps are sized by it, and what would lift the bound above it
        is ruled out.
    price
        ``(atoms,)`` to begin from; what the second cheapest part costs where it is not given.
    params
        Tuning.

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
    weight, room = grains_of(p, params.grains)
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
    params = params if single else replace(params, renewals=0)
    scale = (np.maximum(weight, 1) / max(1.0, weight.mean())) ** params.heavy
    knapsacks = Knapsacks(cost, weight, room, anchor, scale, params.states)
    return _climb(p, run, knapsacks, target, price, params)


def _climb(
    p: Problem,
    run: Run,
    knapsacks: Knapsacks,
    target: float,
    begin: np.ndarray | None,
    params: KnapsackParams,
) -> Relaxed | None:
    """Raise the bound in batches of steps, renewing cuts in between; None if it never began."""
    cost, cuts = knapsacks.cost, Cuts(p.units, params)
    ranked = np.sort(cost, axis=1)
    second = ranked[:, min(1, p.columns - 1)]
    price = np.where(np.isfinite(second), second, ranked[:, 0]) if begin is None else begin
    top = Multipliers(price, np.zeros(params.cuts))
    pace = pace_of(-np.inf, 1.0)
    graph, batch = adjacency(p.graph), params.batch
    phases = [(params.first, params.rounds, False)]
    phases += [(params.later, batch, True)] * params.renewals
    phases += [(params.later, params.rounds, False)] if params.renewals else []
    for theta, steps, renew in phases:
        if run.ended_by is not None:
            break
        now = Multipliers(top.price.copy(), top.cut.copy())
        pace[PACE] = theta
        for first in range(0, steps, batch):
            ascent = Ascent(target, min(batch, steps - first), renew, params.pace)
            cells = ascend(knapsacks, cuts.arrays, now, top, pace, ascent, graph, cuts.fresh)
            run.spend(cells * WEIGHTS.cell + batch * cost.size * WEIGHTS.pair)
            if run.ended_by is not None or pace[PACE] < params.pace.shortest:
                break
        if renew:
            cuts.adopt()
    if not np.isfinite(pace[RECORD]):  # the run ended first
        return None
    with_part, without = np.zeros(cost.shape), np.zeros(cost.shape)
    if params.states > 0:
        cells = forced_in_core(knapsacks, cuts.arrays, top, with_part, without)
        run.spend(cells * WEIGHTS.cell)
    else:
        forced(knapsacks, cuts.arrays, top, with_part, without)
    bound = float(pace[RECORD])
    limit = target + 1e-9 * abs(target)
    keep = np.isfinite(cost) & (bound + with_part <= limit)
    must = bound + without > limit
    sure = must.sum(axis=1) == 1
    keep[sure] &= must[sure]
    rise = np.where(np.isfinite(cost), with_part, np.inf)
    return Relaxed(
        bound, keep, cuts.listed(top.cut), top.price, rise, without, cuts.toll(top.cut, cost.shape)
    )
