"""
Two parts with a price on their border: minimum cuts give both a bound and a partition.

Without bounds on demand the cheapest division of units between two parts, border included, is a
minimum cut (Greig, Porteous & Seheult 1989, *JRSS B* 51). A price per demand of the first part
pays for the bounds; every price gives a lower bound, and the cut at it a division to begin from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.question.atoms import allowed_atoms, atom_edges
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class MinCutParams:
    """
    How the price is looked for.

    Parameters
    ----------
    prices
        Tried: each halves the range in which the best one lies.
    most
        Sum of whole capacities the flow may meet: below what 32 bits hold.
    """

    prices: int = 16
    most: float = 2.0**29


def priced_border(p: Problem) -> bool:
    """Whether the question is that of two anchored parts with a priced border between them."""
    return p.columns == 2 and p.compactness > 0 and not p.chosen and bool((p.centers >= 0).all())


def divide(p: Problem, run: Run, params: MinCutParams) -> tuple[np.ndarray | None, float]:
    """
    Bound the cost of two parts, border included, and find a division worth beginning from.

    Parameters
    ----------
    p
        For which :func:`priced_border` holds. What else it prices or demands only adds to the cost.
    run
        Charged for the work.
    params
        Tuning.

    Returns
    -------
    assignment
        ``(n,)`` a sound one, the cheapest met, or None.
    bound
        Lower bound on the objective.
    """
    cost, demand, allowed = _by_atom(p)
    left, right, length = atom_edges(p)
    total = float(demand.sum())
    least = max(float(p.lower[0]), total - float(p.upper[1]))
    most = min(float(p.upper[0]), total - float(p.lower[1]))
    spread = float(np.abs(cost[:, 0] - cost[:, 1]).sum()) + p.compactness * float(length.sum())
    low, high = -spread / max(total, 1e-9), spread / max(total, 1e-9)
    price, bound, best, value = 0.0, -np.inf, None, np.inf
    for _ in range(params.prices):
        if run.ended_by is not None:
            break
        tilted = cost.copy()
        tilted[:, 0] -= price * demand
        edges = Edges(left, right, p.compactness * length)
        first, floor = _minimum_cut(tilted, allowed, edges, params.most)
        run.spend(WEIGHTS.flow_edge * (len(left) + len(cost)))
        bound = max(bound, floor + price * (least if price > 0 else most))
        held = float(demand[first].sum())
        assignment = np.where(first[p.atom], 0, 1)
        if least <= held <= most:
            own = _objective(p, assignment)
            if own < value and not faults(p, assignment):
                best, value = assignment, own
        if price == 0 and least <= held <= most:
            break
        if held < least or (held <= most and price < 0):
            low = price
        else:
            high = price
        price = 0.5 * (low + high)
    return best, bound


def _objective(p: Problem, assignment: np.ndarray) -> float:
    """Sum up cost and border of an assignment."""
    apart = assignment[p.edges[:, 0]] != assignment[p.edges[:, 1]]
    own = p.cost[np.arange(p.units), assignment].sum()
    return float(own + p.compactness * p.lengths[apart].sum())


def _by_atom(p: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cost, demand and allowed columns of each atom."""
    count = int(p.atom.max()) + 1
    finite = np.where(p.allowed, p.cost, 0.0)
    cost = np.column_stack(
        [np.bincount(p.atom, weights=finite[:, k], minlength=count) for k in (0, 1)]
    )
    allowed = allowed_atoms(p)
    for k in (0, 1):
        allowed[p.atom[p.centers[k]], 1 - k] = False
    return cost, np.bincount(p.atom, weights=p.demand, minlength=count), allowed


class Edges(NamedTuple):
    """Pairs of atoms that touch, ``(edges,)`` each, and the price of parting them."""

    left: np.ndarray
    right: np.ndarray
    weight: np.ndarray


def _minimum_cut(
    cost: np.ndarray, allowed: np.ndarray, edges: Edges, most: float
) -> tuple[np.ndarray, float]:
    """
    Divide atoms between two parts at least cost; capacities are rounded down to whole numbers.

    Returns
    -------
    first
        ``(atoms,)`` whether an atom goes to the first part.
    floor
        The cost of no division is less.
    """
    count, (left, right, weight) = len(cost), edges
    base = np.where(
        allowed[:, 0] & allowed[:, 1], cost.min(axis=1), np.where(allowed[:, 0], *cost.T)
    )
    # Who leaves the source side goes to the second part and pays the difference.
    bound_to = float(np.abs(cost[:, 0] - cost[:, 1]).sum() + weight.sum()) + 1.0
    second = np.where(allowed[:, 1], np.maximum(0.0, cost[:, 1] - cost[:, 0]), bound_to)
    first = np.where(allowed[:, 0], np.maximum(0.0, cost[:, 0] - cost[:, 1]), bound_to)
    second, first = np.where(allowed[:, 0], second, 0.0), np.where(allowed[:, 1], first, 0.0)
    scale = most / (2.0 * bound_to + 1.0)
    source, sink = count, count + 1
    atoms = np.arange(count)
    rows = np.concatenate([np.full(count, source), atoms, left, right])
    columns = np.concatenate([atoms, np.full(count, sink), right, left])
    whole = np.floor(np.minimum(np.concatenate([second, first, weight, weight]), bound_to) * scale)
    graph = sparse.csr_matrix(
        (whole.astype(np.int32), (rows, columns)), shape=(count + 2, count + 2)
    )
    found = maximum_flow(graph, source, sink)
    rest = graph - found.flow
    rest.data = np.maximum(rest.data, 0)
    rest.eliminate_zeros()
    reached = breadth_first_order(rest, source, return_predecessors=False)
    side = np.zeros(count + 2, dtype=bool)
    side[reached] = True
    return side[:count], float(base.sum()) + found.flow_value / scale
