"""
Parts of a siting question that share no arc, and how many sites each of them needs and bears.

Where units may go to sites of their own part alone (a grid), every part has its own least and most
number of sites. Those of all parts together must keep the counts of the whole: a small integer
program over numbers of sites per part and group. Guarantee: where it has no answer there is no
siting, by counting alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True, eq=False)
class Components:
    """
    Parts that share no arc; those without a unit are left out.

    Parameters
    ----------
    of_unit, of_site
        ``(n,)`` and ``(m,)`` number of the part of each; -1 for a site no unit reaches.
    least, most
        ``(parts,)`` sites that can serve the demand of each: bounds that hold for every siting.
    demand
        ``(parts,)`` of their units.
    """

    of_unit: np.ndarray
    of_site: np.ndarray
    least: np.ndarray
    most: np.ndarray
    demand: np.ndarray

    @property
    def count(self) -> int:
        """Parts."""
        return len(self.least)

    def servable(self, case: Case) -> bool:
        """Tell whether numbers of sites can serve every part and the whole, as counting tells."""
        fits = bool((self.least <= self.most).all())
        must, may = self.idle(case)
        least, most = int(self.least.sum() + must.sum()), int(self.most.sum() + may.sum())
        return fits and least <= case.high and most >= case.low

    def idle(self, case: Case) -> tuple[np.ndarray, np.ndarray]:
        """
        Count, group by group, the sites that no unit reaches: those kept, and those to be had.

        A site that is too small for any unit may be open all the same, with nobody.
        """
        idle, groups = (self.of_site < 0) & ~case.closed, len(case.group_min)
        kept = np.bincount(case.group[idle & case.kept], minlength=groups)
        every = idle & (case.kept | (case.lower <= 0))
        return kept, np.bincount(case.group[every], minlength=groups)


def components_of(case: Case, arcs: Arcs) -> Components:
    """Find the parts of a question, and the numbers of sites that each allows."""
    n, m = case.n, case.m
    begin = np.append(arcs.start, np.full(m, arcs.start[-1]))
    ones = np.ones(len(arcs.site), dtype=np.int8)
    links = sparse.csr_matrix((ones, arcs.site + n, begin), shape=(n + m, n + m))
    label = csgraph.connected_components(links, connection="weak")[1]
    own, of_unit = np.unique(label[:n], return_inverse=True)
    place = np.full(int(label.max()) + 1, -1, dtype=np.int64)
    place[own] = np.arange(len(own))
    of_site = place[label[n:]]
    demand = np.bincount(of_unit, weights=case.demand, minlength=len(own))
    bounds = [_numbers(case, of_site == c, float(demand[c])) for c in range(len(own))]
    least, most = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    return Components(of_unit, of_site, least, most, demand)


def _numbers(case: Case, inside: np.ndarray, demand: float) -> tuple[int, int]:
    """Count the fewest sites with room for a demand, and the most that it can fill."""
    usable = inside & ~case.closed
    kept, free = usable & case.kept, usable & ~case.kept
    slack = 1e-9 * max(1.0, demand)
    room = np.append(case.capacity[kept].sum(), np.sort(case.capacity[free])[::-1]).cumsum()
    fill = np.append(case.lower[kept].sum(), np.sort(case.lower[free])).cumsum()
    number = int(kept.sum())
    least = number + int(np.count_nonzero(room < demand - slack))
    return least, number + int(np.count_nonzero(fill <= demand + slack)) - 1


def allot(case: Case, parts: Components, wish: np.ndarray, run: Run) -> np.ndarray | None:
    """
    Divide the sites to be opened among parts and groups, near to what is wished for.

    Parameters
    ----------
    case, parts
        The question and its parts.
    wish
        ``(m,)`` how much of each site is wished for.
    run
        Charged for the work.

    Returns
    -------
    numbers
        ``(parts, groups)`` sites to open, beside those that no unit reaches; None where no numbers
        keep all counts.
    """
    usable = np.flatnonzero(~case.closed & (parts.of_site >= 0))
    groups = len(case.group_min)
    cell = parts.of_site[usable] * groups + case.group[usable]
    cells, code = np.unique(cell, return_inverse=True)
    have = np.bincount(code)
    kept = np.bincount(code, weights=case.kept[usable])
    want = np.bincount(code, weights=wish[usable])
    count, part, group = len(cells), cells // groups, cells % groups
    must, may = parts.idle(case)
    ones = np.ones(count)
    number = sparse.vstack(
        [
            sparse.csr_matrix((ones, (part, np.arange(count))), shape=(parts.count, count)),
            sparse.csr_matrix((ones, (group, np.arange(count))), shape=(groups, count)),
            sparse.csr_matrix(np.ones((1, count))),
        ]
    )
    # columns: the numbers, then how far each is above and below what is wished for
    apart = sparse.hstack([sparse.eye(count), -sparse.eye(count), sparse.eye(count)])
    blank = sparse.csr_matrix((number.shape[0], 2 * count))
    answer = solve(
        np.concatenate([np.zeros(count), np.ones(2 * count)]),
        sparse.vstack([sparse.hstack([number, blank]), apart]).tocsr(),
        np.concatenate([parts.least, case.group_min - may, [case.low - may.sum()], want]),
        np.concatenate([parts.most, case.group_max - must, [case.high - must.sum()], want]),
        col_lower=np.concatenate([kept, np.zeros(2 * count)]),
        col_upper=np.concatenate([have, np.full(2 * count, np.inf)]),
        integer=np.concatenate([np.ones(count, dtype=bool), np.zeros(2 * count, dtype=bool)]),
        gap=0.01,
        run=run,
        work=max(0.05 * run.planned, 0.01),
    )
    if answer.status == "infeasible" or answer.x is None:
        return None
    out = np.zeros((parts.count, groups), dtype=np.int64)
    out[part, group] = np.round(answer.x[:count]).astype(np.int64)
    return out
