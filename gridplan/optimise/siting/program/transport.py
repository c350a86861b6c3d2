"""
Who goes where once the sites are known: a transportation problem, solved in its dual.

Splitting units at will, the assignment to given sites is a transportation problem with a band at
every site. Its dual has one multiplier a site; each unit goes where cost and priced load are least.
It is raised by the same subgradient ascent as the relaxation (:mod:`..bound.step`). Multipliers
within a millionth of the optimum leave few units in doubt, and those go to the solver. Guarantee:
every value is a lower bound for these sites; the assignment keeps every bound on the loads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.step import AscentParams, Step, aim, falters, spent
from gridplan.optimise.milp import solve
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.bound.load_band import border, pull
from gridplan.optimise.siting.program.assignment import Links
from gridplan.optimise.siting.question.arcs import Columns, Rows
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray
ASCENT = AscentParams(growth=1.0, least_stride=2e-6, memory=0.6, patience=8.0)


@dataclass(frozen=True)
class TransportParams:
    """
    Tuning of the transportation problem.

    Parameters
    ----------
    ascent
        Of the dual; its stride never grows.
    iterations
        Passes over the arcs, at most.
    first_stride
        By how much the bound is first expected to rise, as a share of it.
    doubtful
        Arcs a site beside the cheapest that go to the solver, in turn until it has an answer.
    most_doubtful
        Arcs that go to the solver, at most.
    rounding_gap
        Relative gap with which the solver is content: of the cost of the units in doubt.
    share
        Of the work of a run: a wider choice is often easier than a hard narrow one.
    nodes
        Branch-and-bound nodes of the solver.
    passes
        Passes over all moves that mend loads, at most; each but the last mends one.
    """

    ascent: AscentParams = ASCENT
    iterations: int = 200
    first_stride: float = 0.02
    doubtful: tuple[int, ...] = (8, 24, 72, 216)
    most_doubtful: int = 60_000
    rounding_gap: float = 1e-3
    share: float = 0.05
    nodes: int = 60
    passes: int = 50


DEFAULT = TransportParams()


@dataclass(frozen=True, eq=False)
class TransportDual:
    """
    Multipliers of given sites, and what they prove.

    Parameters
    ----------
    sites
        The sites.
    bound
        No assignment to them costs less; where multipliers are at their cap, none may exist at all.
    multiplier
        ``(m,)`` price of load, per demand: positive at the capacity, negative at the lower bound.
    price
        ``(n,)`` least cost of each unit with its load priced.
    home
        ``(n,)`` site where it is reached; -1 where a unit has no arc to any of them.
    """

    sites: Array
    bound: float
    multiplier: Array
    price: Array
    home: Array


class Transportation:
    """
    Transportation problems over sets of sites of one case.

    Parameters
    ----------
    case, columns
        The question and its arcs.
    run
        Charged for the work.
    most
        Cap of the multipliers: the price per demand of breaking a bound.
    params
        Tuning.
    """

    def __init__(
        self,
        case: Case,
        columns: Columns,
        run: Run,
        *,
        most: float,
        params: TransportParams = DEFAULT,
    ) -> None:
        self.case, self.columns, self.run = case, columns, run
        self.most, self.params = most, params

    def ascend(
        self,
        sites: Array,
        multiplier: Array | None = None,
        *,
        iterations: int | None = None,
        stride: float = 0.0,
        stop_at: float = np.inf,
    ) -> TransportDual:
        """
        Raise the dual of given sites towards its optimum.

        Parameters
        ----------
        sites
            Indices of the open sites, ascending.
        multiplier
            ``(m,)`` to begin from.
        iterations
            Passes over the arcs, at most.
        stride
            By how much the bound is first expected to rise; 0 for a share of the first bound.
        stop_at
            Bound with which to be content.

        Returns
        -------
        TransportDual
        """
        case, params = self.case, self.params
        rows = self.columns.rows(sites)
        at = np.zeros(case.m) if multiplier is None else np.clip(multiplier, -self.most, self.most)
        away = np.zeros(case.m)
        price, load = np.empty(case.n), np.empty(case.m)
        home = np.empty(case.n, dtype=np.int64)
        upper, lower = case.capacity[sites], case.lower[sites]
        fixed = float(case.site_cost[sites].sum())
        step = Step(patience=params.ascent.patience)
        step.begin(-np.inf)
        step.stride = stride
        best: TransportDual | None = None
        # A unit that reaches none of the sites: dearer than any way of serving it.
        missing = 2.0 * float(self.columns.cost.max(initial=0.0)) + 1.0 + self.most * case.demand
        for _ in range(params.iterations if iterations is None else iterations):
            least_priced(rows, case.demand, at, price, home, load)
            price[home < 0] = missing[home < 0]
            self.run.spend(0.25 * len(rows.cost) * WEIGHTS.arc + WEIGHTS.ascent)
            mine = at[sites]
            bound = fixed + float(price.sum() - (mine * border(mine, upper, lower)).sum())
            if best is None or bound > best.bound:
                best = TransportDual(sites, bound, at.copy(), price.copy(), home.copy())
            if best.bound >= stop_at or self.run.ended_by is not None:
                break
            if step.stride == 0.0:
                step.stride = params.first_stride * abs(bound)
            if falters(step.state, bound, params.ascent):
                if spent(step.state, np.inf, params.ascent):
                    break
                at, away = best.multiplier.copy(), np.zeros(case.m)
                continue
            away *= params.ascent.memory
            away[sites] += pull(load[sites], mine, upper, lower)
            length = float(away @ away)
            if length < 1e-12 * float(case.demand.mean()) ** 2:
                break
            moved = at + (aim(step.state, np.inf) - bound) / length * away
            at = np.clip(np.where(at * moved < 0, 0.0, moved), -self.most, self.most)
        assert best is not None
        return best

    def assign(self, dual: TransportDual, *, seed: int = 0) -> Array | None:
        """
        Assign every unit to one of the sites, within their bounds.

        Units whose home is clear stay there; those within reach of another site at nearly the same
        priced cost go to an integer program, over more and more of them until it has an answer.

        Parameters
        ----------
        dual
            Of the sites.
        seed
            Of the solver.

        Returns
        -------
        assignment
            ``(n,)``; None where none was found.
        """
        if (dual.home < 0).any():
            return None
        case, params = self.case, self.params
        start, site, cost = self.columns.rows(dual.sites)
        unit = np.repeat(np.arange(case.n), np.diff(start))
        demand = np.maximum(case.demand[unit], 1e-12)
        extra = (cost + dual.multiplier[site] * case.demand[unit] - dual.price[unit]) / demand
        least = int(np.count_nonzero(extra <= 1e-9 * (1.0 + np.abs(dual.price[unit] / demand))))
        ranked = np.argsort(extra, kind="stable")
        for doubtful in params.doubtful:
            number = least + doubtful * len(dual.sites)
            if number > least + params.most_doubtful:
                break
            near = ranked[:number]
            rivals = np.bincount(unit[near], minlength=case.n)
            keep = np.sort(near[(rivals[unit[near]] > 1) & (case.demand[unit[near]] > 0)])
            if len(keep):
                links = Links(unit[keep], site[keep], cost[keep])
                shared = self._shared_out(dual, links, seed)
                if shared is not None:
                    return shared
        return None

    def _shared_out(self, dual: TransportDual, links: Links, seed: int) -> Array | None:
        """Share the units of some arcs out among the sites; None if the bounds cannot be met."""
        case, params, run = self.case, self.params, self.run
        free, row = np.unique(links.unit, return_inverse=True)
        assignment = dual.home.copy()
        stays = np.ones(case.n, dtype=bool)
        stays[free] = False
        fixed = np.bincount(assignment[stays], weights=case.demand[stays], minlength=case.m)
        place = np.full(case.m, -1)
        place[dual.sites] = np.arange(len(dual.sites))
        column = np.arange(len(row))
        matrix = sparse.csr_matrix(
            (
                np.concatenate([np.ones(len(row)), case.demand[links.unit]]),
                (
                    np.concatenate([row, len(free) + place[links.site]]),
                    np.concatenate([column, column]),
                ),
            ),
            shape=(len(free) + len(dual.sites), len(row)),
        )
        ones = np.ones(len(free))
        answer = solve(
            links.cost, matrix,
            np.concatenate([ones, (case.lower - fixed)[dual.sites]]),
            np.concatenate([ones, (case.capacity - fixed)[dual.sites]]),
            col_upper=1.0, integer=True, gap=params.rounding_gap, node_limit=params.nodes,
            seed=seed, run=run, work=params.share * run.planned,
        )  # fmt: skip
        if answer.x is None:
            return None
        taken = answer.x > 0.5
        assignment[links.unit[taken]] = links.site[taken]
        return assignment


@in_place
def least_priced(
    rows: Rows, demand: Array, multiplier: Array, price: Array, home: Array, load: Array
) -> None:
    """Send each unit where its cost with priced load is least; fill prices, homes and loads."""
    start, site, cost = rows
    for j in range(len(load)):
        load[j] = 0.0
    for i in range(len(start) - 1):
        least, best = np.inf, -1
        for a in range(start[i], start[i + 1]):
            total = cost[a] + demand[i] * multiplier[site[a]]
            if total < least:
                least, best = total, site[a]
        price[i] = least
        home[i] = best
        if best >= 0:
            load[best] += demand[i]


@in_place
def second_least(rows: Rows, demand: Array, multiplier: Array, home: Array, second: Array) -> None:
    """Cost with priced load of each unit at its best site other than its home."""
    start, site, cost = rows
    for i in range(len(start) - 1):
        least = np.inf
        for a in range(start[i], start[i + 1]):
            if site[a] != home[i]:
                least = min(least, cost[a] + demand[i] * multiplier[site[a]])
        second[i] = least
