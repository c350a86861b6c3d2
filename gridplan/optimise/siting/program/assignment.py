"""
The whole question as an integer program, over the arcs that may still matter.

The single-source capacitated facility location problem with disaggregated links ``x(i,j) <= y(j)``
(the strong formulation of Balinski 1965), rows of counts and groups, and optional rows for centers
that serve themselves and for uncovered demand. Guarantee: exact within the solver's tolerance; what
a node or work limit cuts short says so in its status and keeps its bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True, eq=False)
class Links:
    """Arcs as three parallel arrays: unit, site, cost."""

    unit: np.ndarray
    site: np.ndarray
    cost: np.ndarray

    def only(self, keep: np.ndarray) -> Links:
        """Return the arcs of a mask."""
        return Links(self.unit[keep], self.site[keep], self.cost[keep])


@dataclass(frozen=True, eq=False)
class Answer:
    """What the integer program said: a siting or None, a bound, and whether it was settled."""

    sites: np.ndarray | None
    assignment: np.ndarray | None
    objective: float
    bound: float
    status: str


@dataclass(frozen=True, eq=False)
class Program:
    """
    The integer program over some arcs: one column an arc, then one a site.

    Parameters
    ----------
    cost, matrix, low, high, col_low, col_high, integer
        Its parts.
    rows
        For each family of bounds, (row, whose) pairs of arrays.
    breaches
        After widening: (family, whose, whether an upper bound gives, column).
    """

    cost: np.ndarray
    matrix: sparse.csr_matrix
    low: np.ndarray
    high: np.ndarray
    col_low: np.ndarray
    col_high: np.ndarray
    integer: np.ndarray
    rows: dict[str, tuple[np.ndarray, np.ndarray]]
    breaches: tuple[tuple[str, int, bool, int], ...] = ()

    def widened(self, families: list[str], *, price: dict[str, float]) -> Program:
        """Let the bounds of these families be broken at a price, and nothing else cost."""
        row: list[int] = []
        sign: list[float] = []
        cost: list[float] = []
        breaches: list[tuple[str, int, bool, int]] = []
        columns = self.matrix.shape[1]
        for family in families:
            for r, whose in zip(*self.rows[family], strict=True):
                for over in (True, False):
                    side = self.high[r] if over else self.low[r]
                    if not np.isfinite(side):
                        continue
                    breaches.append((family, int(whose), over, columns + len(row)))
                    row.append(int(r))
                    sign.append(-1.0 if over else 1.0)
                    cost.append(price[family])
        extra = len(row)
        slack = sparse.csr_matrix(
            (sign, (row, np.arange(extra))), shape=(self.matrix.shape[0], extra)
        )
        return Program(
            cost=np.concatenate([np.zeros(columns), cost]),
            matrix=sparse.hstack([self.matrix, slack], format="csr"),
            low=self.low,
            high=self.high,
            col_low=np.concatenate([self.col_low, np.zeros(extra)]),
            col_high=np.concatenate([self.col_high, np.full(extra, np.inf)]),
            integer=np.concatenate([self.integer, np.zeros(extra, dtype=bool)]),
            rows=self.rows,
            breaches=tuple(breaches),
        )


class Families:
    """Rows of a program, one family after the other, each known by name."""

    def __init__(self) -> None:
        self.blocks: list[sparse.csr_matrix] = []
        self.sides: list[tuple[np.ndarray, np.ndarray]] = []
        self.rows: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def add(
        self,
        name: str,
        block: sparse.csr_matrix,
        low: object,
        high: object,
        whose: np.ndarray | None = None,
    ) -> None:
        """Add rows ``low <= block @ x <= high``, of these sites or groups; of all by default."""
        begin = sum(part.shape[0] for part in self.blocks)
        count = block.shape[0]
        self.blocks.append(block)
        least, most = (np.broadcast_to(np.asarray(v, dtype=float), count) for v in (low, high))
        self.sides.append((least, most))
        self.rows[name] = (begin + np.arange(count), np.arange(count) if whose is None else whose)


def formulate(
    case: Case,
    links: Links,
    *,
    own: bool = False,
    most_units: np.ndarray | None = None,
    least_units: np.ndarray | None = None,
    cover: bool = False,
    integral: bool | None = None,
) -> Program:
    """
    Write the question down over the given arcs, each unit wholly at one site.

    Parameters
    ----------
    case, links
        The question and the arcs left to choose from.
    own
        Whether unit j must go to site j when that is open (centers among themselves).
    most_units
        ``(m,)`` most units a site may serve.
    least_units
        ``(m,)`` least units an open site must serve, its own included where ``own``.
    cover
        Whether a unit may stay uncovered, which then costs its demand; columns for that follow
        those of the sites.
    integral
        Whether units go wholly to one site; by default where capacities or ``own`` demand it.
    """
    n, m, arcs = case.n, case.m, len(links.unit)
    wide = arcs + m + (n if cover else 0)
    x, y = np.arange(arcs), arcs + links.site
    ones, every, size, family = np.ones(arcs), arcs + np.arange(m), np.arange(m), Families()
    add = family.add
    need = case.demand[links.unit]
    spare = np.arange(n if cover else 0)
    served = np.append(x, wide - n + spare if cover else x[:0])
    each = np.append(links.unit, spare)
    add("unit", _rows(each, served, np.ones(len(each)), n, wide), 1.0, 1.0)
    link = _rows(np.tile(x, 2), np.append(x, y), np.append(ones, -ones), arcs, wide)
    add("link", link, -np.inf, 0.0)
    load = _rows(links.site, x, need, m, wide)
    reach = np.bincount(links.site, weights=need, minlength=m)
    tight = np.flatnonzero(reach > case.capacity * (1 + 1e-12))
    limit = _rows(size, every, np.where(np.isfinite(case.capacity), case.capacity, 0.0), m, wide)
    add("capacity", (load - limit)[tight], -np.inf, 0.0, tight)
    some = np.flatnonzero(case.lower > 0)
    add("lower", (load - _rows(size, every, case.lower, m, wide))[some], 0.0, np.inf, some)
    add(
        "count", _rows(np.zeros(m, dtype=np.int64), every, np.ones(m), 1, wide), case.low, case.high
    )
    many = len(case.group_min)
    add("group", _rows(case.group, every, np.ones(m), many, wide), case.group_min, case.group_max)
    _add_budget(family, case, arcs, wide)
    if most_units is not None:
        block = _rows(links.site, x, ones, m, wide) - _rows(size, every, most_units, m, wide)
        few = np.flatnonzero(np.isfinite(most_units))
        add("members", block[few], -np.inf, 0.0, few)
    if least_units is not None:
        block = _rows(links.site, x, ones, m, wide) - _rows(size, every, least_units, m, wide)
        some = np.flatnonzero(least_units > 0)
        add("members_least", block[some], 0.0, np.inf, some)
    if own:
        self_arc = np.flatnonzero(links.unit == links.site)
        pair, plus = np.arange(len(self_arc)), np.ones(len(self_arc))
        columns = np.append(x[self_arc], y[self_arc])
        block = _rows(np.tile(pair, 2), columns, np.append(plus, -plus), len(pair), wide)
        add("own", block, 0.0, 0.0)
    single = case.capacitated or own if integral is None else integral
    left = case.demand if cover else np.zeros(0)
    return Program(
        cost=np.concatenate([links.cost, case.site_cost, left]),
        matrix=sparse.vstack(family.blocks, format="csr"),
        low=np.concatenate([low for low, _ in family.sides]),
        high=np.concatenate([high for _, high in family.sides]),
        col_low=np.concatenate([np.zeros(arcs), case.kept.astype(float), np.zeros(len(left))]),
        col_high=np.concatenate([np.ones(arcs), 1.0 - case.closed, np.ones(len(left))]),
        integer=np.concatenate(
            [np.full(arcs, single), np.ones(m, dtype=bool), np.zeros(len(left), dtype=bool)]
        ),
        rows=family.rows,
    )


def _add_budget(family: Families, case: Case, arcs: int, wide: int) -> None:
    """Add the row of the money, in that of the dearest site: the solver's tolerance is absolute."""
    if np.isfinite(case.budget):
        nought, every = np.zeros(case.m, dtype=np.int64), arcs + np.arange(case.m)
        row = _rows(nought, every, case.spend / case.dearest, 1, wide)
        family.add("budget", row, -np.inf, case.budget / case.dearest)


def solve_links(  # formulation and limits
    case: Case,
    links: Links,
    run: Run,
    *,
    start: tuple[np.ndarray, np.ndarray] | None = None,
    cutoff: float | None = None,
    node_limit: int = 1000,
    gap: float = 1e-9,
    seed: int = 0,
    **parts: Any,  # noqa: ANN401
) -> Answer:
    """
    Minimise over the given arcs.

    Parameters
    ----------
    case, links
        The question and the arcs left to choose from.
    run
        Charged for the work; its clock cuts the solver short.
    start
        A siting to begin from.
    cutoff
        Sitings that cost more are not wanted.
    node_limit, gap, seed
        Passed to the solver.
    parts
        As for :func:`formulate`.
    """
    program = formulate(case, links, **parts)
    arcs = len(links.unit)
    begin = None if start is None else _start_vector(links, case.m, start)
    if start is not None and begin is not None and parts.get("cover"):
        begin = np.append(begin, start[1] < 0)
    answer = solve(
        program.cost, program.matrix, program.low, program.high, col_lower=program.col_low,
        col_upper=program.col_high, integer=program.integer, start=begin, cutoff=cutoff, gap=gap,
        node_limit=node_limit, run=run, seed=seed,
    )  # fmt: skip
    if answer.x is None:
        bound = answer.bound if answer.status != "infeasible" else np.inf
        return Answer(None, None, np.inf, bound, answer.status)
    sites = np.flatnonzero(answer.x[arcs : arcs + case.m] > 0.5)
    assignment = _assignment(case, links, answer.x[:arcs], sites, own=bool(parts.get("own")))
    return Answer(sites, assignment, answer.objective, answer.bound, answer.status)


def _rows(
    row: np.ndarray, column: np.ndarray, value: np.ndarray, rows: int, columns: int
) -> sparse.csr_matrix:
    return sparse.csr_matrix((value, (row, column)), shape=(rows, columns))


def _start_vector(links: Links, m: int, start: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    opened = np.zeros(m)
    opened[start[0]] = 1.0
    return np.concatenate([(start[1][links.unit] == links.site).astype(float), opened])


def _assignment(
    case: Case, links: Links, x: np.ndarray, sites: np.ndarray, *, own: bool
) -> np.ndarray:
    """Read the assignment; without capacities the cheapest open arc of each unit."""
    key = -x
    given = case.capacitated or own
    if not given:
        opened = np.zeros(case.m, dtype=bool)
        opened[sites] = True
        key = np.where(opened[links.site], links.cost, np.inf)
    order = np.lexsort((links.site, links.cost, key, links.unit))
    units, first = np.unique(links.unit[order], return_index=True)
    picked = order[first]
    served = x[picked] > 0.5 if given else np.isfinite(key[picked])
    assignment = np.full(case.n, -1, dtype=np.int64)
    assignment[units[served]] = links.site[picked[served]]
    return assignment


def all_links(case: Case) -> Links:
    """Every allowed arc to a usable site that can carry the unit."""
    if sparse.issparse(case.cost):
        table = sparse.coo_matrix(case.cost)
        unit, site, cost = table.row.astype(np.int64), table.col.astype(np.int64), table.data
    else:
        unit, site = np.nonzero(np.isfinite(case.cost))
        cost = case.cost[unit, site]
    keep = np.isfinite(cost) & ~case.closed[site]
    keep &= case.demand[unit] <= case.capacity[site] * (1 + 1e-12)
    return Links(unit[keep], site[keep], cost[keep])
