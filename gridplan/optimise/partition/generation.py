"""Column generation over connected parts: a bound, prices, and the parts near the optimum.

The linear relaxation of "each unit in one part, one part a center" over all connected parts is the
strongest of the bounds here. Its parts are generated where prices of units say that one pays
(:mod:`.connected`), and prices move in a box around the best ones known, which doubles where it
binds (Marsten, Hogan & Blankenship 1975, doi:10.1287/opre.23.3.389); an interior method without
crossover keeps them central. Each round's prices give a bound as they stand, so that any end is a
sound one. With prices settled, the parts below a reduced cost are listed without a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.milp import solve
from gridplan.optimise.partition.connected import cheapest
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.run import Run

Part = tuple[int, np.ndarray]
"""Column and units ``(size,)``, ascending."""

Key = tuple[int, bytes]

ROUNDS = 120
NODES = 3000
"""Nodes of one search for a part while prices move; beyond, its bound is weaker but holds."""

FULL, KEPT = 2500, 1500
"""Parts of the linear program at which it is thinned, and those that stay."""

EACH = 12
"""Parts taken from one search."""

WORK_PER_NODE = 2e-7
"""Work units of one unit of one node of a search."""

WORK_PER_ENTRY = 2e-6
"""Work units of one entry of a linear program."""


@dataclass(frozen=True, eq=False)
class Generated:
    """
    Where column generation ended.

    ``price`` ``(n,)`` of units and ``rent`` ``(k,)``, a lower bound on the reduced cost of the
    parts of each column, sum to ``bound``; ``keep`` ``(n, k)`` marks the pairs that an answer not
    above the target may use.
    """

    bound: float
    price: np.ndarray
    rent: np.ndarray
    keep: np.ndarray
    parts: tuple[Part, ...]


class Master:
    """The linear program over the parts at hand, each once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.parts: list[Part] = []
        self.cost = np.zeros(0)
        self.column = np.zeros(0, dtype=np.int64)
        self.matrix = sparse.csc_array((problem.units + problem.columns, 0))
        self._known: set[Key] = set()

    def add(self, parts: Iterable[Part]) -> int:
        """Take in the parts that are new; return how many were."""
        p = self.problem
        fresh = []
        for part in parts:
            key = key_of(part)
            if key not in self._known:
                self._known.add(key)
                fresh.append(part)
        if fresh:
            self.parts += fresh
            self.cost = np.append(self.cost, [p.cost[units, k].sum() for k, units in fresh])
            self.column = np.append(self.column, [k for k, _ in fresh])
            self.matrix = sparse.hstack([self.matrix, incidence(p, fresh)], format="csc")
        return len(fresh)

    def reduced(self, price: np.ndarray) -> np.ndarray:
        """Cost of each part less the prices of its units."""
        return self.cost - self.matrix.T @ np.append(price, np.zeros(self.problem.columns))

    def keep(self, rows: np.ndarray) -> None:
        """Drop all parts but those at ``rows``."""
        self.parts = [self.parts[i] for i in rows]
        self.cost, self.column = self.cost[rows], self.column[rows]
        self.matrix = self.matrix[:, rows]
        self._known = {key_of(part) for part in self.parts}

    def solve(self, center: np.ndarray, radius: float, run: Run) -> tuple[float, np.ndarray | None]:
        """Find the best prices ``(n + k,)`` within ``radius`` of the ``center`` of the units'."""
        p = self.problem
        identity = sparse.eye_array(p.units + p.columns, p.units, format="csc")
        answer = solve(
            np.concatenate([self.cost, center + radius, radius - center]),
            sparse.hstack([self.matrix, identity, -identity], format="csc"),
            np.ones(p.units + p.columns),
            np.ones(p.units + p.columns),
            interior=1e-3,
            time_limit=run.seconds_left,
        )
        run.spend(0.005 + self.matrix.nnz * WORK_PER_ENTRY)
        return answer.objective, answer.row_dual


def key_of(part: Part) -> Key:
    """Return what two equal parts have in common."""
    return part[0], part[1].astype(np.int32).tobytes()


def distinct(parts: Iterable[Part]) -> list[Part]:
    """Each part once, in the order of its first appearance."""
    met: dict[Key, Part] = {}
    for part in parts:
        met.setdefault(key_of(part), part)
    return list(met.values())


def incidence(problem: Problem, parts: list[Part]) -> sparse.csc_array:
    """Matrix ``(n + k, parts)``: the units of each part and, below them, its column."""
    rows = [np.append(units, problem.units + k) for k, units in parts]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    shape = (problem.units + problem.columns, len(parts))
    return sparse.csc_array((np.ones(ends[-1]), np.concatenate(rows), ends), shape=shape)


class Fields:
    """The units that each column's parts may still use, with their own small graphs."""

    def __init__(self, problem: Problem, allowed: np.ndarray) -> None:
        self.problem = problem
        own = allowed.copy()
        own[problem.centers] = False
        own[problem.centers, np.arange(problem.columns)] = True
        self.units = [np.flatnonzero(own[:, k]) for k in range(problem.columns)]
        self.graphs = [self._graph(k) for k in range(problem.columns)]

    @property
    def mask(self) -> np.ndarray:
        """``(n, k)``: the pairs left."""
        out = np.zeros((self.problem.units, self.problem.columns), dtype=bool)
        for k, units in enumerate(self.units):
            out[units, k] = True
        return out

    def drop(self, gone: list[np.ndarray]) -> None:
        """Take units out, a mask over the units of each column; centers stay."""
        for k, center in enumerate(self.problem.centers):
            left = ~gone[k] | (self.units[k] == center)
            if not left.all():
                self.units[k] = self.units[k][left]
                self.graphs[k] = self._graph(k)

    def search(
        self,
        k: int,
        price: np.ndarray,
        run: Run,
        *,
        beat: float,
        slack: float,
        nodes: int,
        rows: int,
        every: bool = False,
    ) -> tuple[float, list[Part], np.ndarray, bool]:
        """
        Search the parts of ``k``: a bound on reduced cost, parts found, bound with each unit.

        The last tells whether ``every`` part below ``beat`` is among them, else the cheapest met.
        """
        p, units = self.problem, self.units[k]
        indptr, indices, root = self.graphs[k]
        found = np.zeros((rows, len(units)), dtype=bool)
        room = float(p.upper[k]) + p.slack
        _, bound, used, count, first, entry = cheapest(
            indptr, indices, p.cost[units, k] - price[units], p.demand[units], root, room,
            beat, slack, nodes, every, found,
        )  # fmt: skip
        run.spend((40 + used) * len(units) * WORK_PER_NODE)
        whole = every and count < rows and used < nodes
        parts = [(k, units[row]) for row in found[: min(count, rows)]]
        return bound, parts, first + np.maximum(entry, 0.0), whole

    def _graph(self, k: int) -> tuple[np.ndarray, np.ndarray, int]:
        units = self.units[k]
        graph = sparse.csr_array(self.problem.graph[units][:, units])
        root = int(np.searchsorted(units, self.problem.centers[k]))
        return graph.indptr.astype(np.int64), graph.indices.astype(np.int64), root


def generate(
    problem: Problem,
    run: Run,
    *,
    price: np.ndarray,
    allowed: np.ndarray,
    parts: Iterable[Part],
    target: float,
    seconds: float = np.inf,
    report: bool = False,
) -> Generated:
    """
    Generate parts until the bound settles or meets the target.

    Parameters
    ----------
    price
        ``(n,)`` prices to begin from, the nearer the better.
    allowed
        ``(n, k)`` pairs that may be used.
    parts
        First parts.
    target
        Cost of the answer to beat: pairs that only dearer answers use are ruled out; infinite to
        keep them all.
    seconds
        Of the clock.
    report
        Tell the run of every better bound.

    Returns
    -------
    Generated
        Its bound is infinite where no way to put parts together exists.
    """
    p = problem
    fields = Fields(p, allowed)
    dearest = (1 + 1e-6) * float(np.where(fields.mask, p.cost, 0.0).max(axis=1).sum())
    master = Master(p)
    master.add((k, np.array([c], dtype=np.int64)) for k, c in enumerate(p.centers))
    master.add(parts)
    _thin(master, price, KEPT)
    best, center, rent = -np.inf, price, np.full(p.columns, -np.inf)
    radius = 0.05 * max(float(np.abs(price).mean()), 1e-12)
    clock, limit = run.seconds + seconds, target + 1e-9 * abs(target)
    scale = max(float(np.abs(price.sum())), 1e-12)
    slack = 5e-5 * scale / p.columns
    tried = price
    for number in range(ROUNDS):
        value, binding = np.inf, p.units
        if number:  # the first prices are tried as they are
            value, duals = master.solve(center, radius, run)
            if duals is None:
                break
            tried = duals[: p.units]
            binding = int((np.abs(tried - center) > 0.999 * radius).sum())
        bounds, entries, fresh = _survey(fields, master, tried, run, slack)
        bound = float(tried.sum() + bounds.sum())
        if bound > best:
            best, center, rent = bound, tried, bounds
            if report:
                run.report("bound", bound=min(best, target))
        fields.drop([bound - bounds[k] + entries[k] > limit for k in range(p.columns)])
        _thin(master, tried, FULL)
        added = master.add(fresh)
        if best > dearest:
            best = np.inf
        if run.ended_by is not None or run.seconds > clock or best >= target:
            break
        if value - best <= 1e-3 * scale or not added:
            if not binding:
                break
            radius *= 2.0
    return Generated(best, center, rent, fields.mask, tuple(master.parts))


def _survey(
    fields: Fields, master: Master, price: np.ndarray, run: Run, slack: float
) -> tuple[np.ndarray, list[np.ndarray], list[Part]]:
    """Search every column: bounds ``(k,)``, bounds with each unit, parts cheaper than known."""
    columns = fields.problem.columns
    beat = np.full(columns, np.inf)
    np.minimum.at(beat, master.column, master.reduced(price))
    bounds, entries = np.empty(columns), []
    fresh: list[Part] = []
    for k in range(columns):
        bounds[k], found, entry, _ = fields.search(
            k, price, run, beat=float(beat[k]), slack=slack, nodes=NODES, rows=EACH
        )
        fresh += found
        entries.append(entry)
    return bounds, entries, fresh


def _thin(master: Master, price: np.ndarray, most: int) -> None:
    """Where there are more than ``most`` parts, keep those nearest to the cheapest of a column."""
    if len(master.parts) <= most:
        return
    reduced = master.reduced(price)
    low = np.full(master.problem.columns, np.inf)
    np.minimum.at(low, master.column, reduced)
    order = np.argsort(reduced - low[master.column], kind="stable")
    master.keep(np.sort(order[:KEPT]))


def listed(
    problem: Problem, run: Run, found: Generated, *, reach: float, most: int, nodes: int
) -> tuple[list[Part], bool]:
    """
    List the parts whose reduced cost is less than ``reach`` above the least of their column.

    One search has that many ``nodes``.

    Returns
    -------
    parts, complete
        At most ``most`` a column, the cheapest met where there are more; whether these are all.
    """
    fields = Fields(problem, found.keep)
    out: list[Part] = []
    complete = True
    for k in range(problem.columns):
        if run.ended_by is not None:
            return out, False
        _, parts, _, whole = fields.search(
            k, found.price, run, beat=float(found.rent[k]) + reach, slack=0.0,
            nodes=nodes, rows=most, every=True,
        )  # fmt: skip
        out += parts
        complete = complete and whole
    return out, complete
