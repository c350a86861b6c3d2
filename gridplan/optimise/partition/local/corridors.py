"""
Corridors: ways from the centers to what their parts must reach, none across another.

A part may have to hold units far from its center: a hospital that is to lie in it, a site at its
head. And where centers stand a few units apart, what the relaxation means for a part lies behind
its neighbours. Rounding and growth do not get there. Ways are routed for all parts at once by
negotiated congestion (McMurchie & Ebeling 1995, doi:10.1145/201310.201328): each takes the
cheapest, and units that several parts want grow dearer from round to round until none is wanted
twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.heap import empty_heap, pop, push
from gridplan.optimise.partition.graph.adjacency import Adjacency, adjacency
from gridplan.optimise.partition.graph.graph import hops, pieces
from gridplan.optimise.partition.local.growth import levels, mend
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class CorridorParams:
    """
    How ways are routed.

    Parameters
    ----------
    rounds
        After which none without crossings is looked for any more.
    home
        Price of a unit meant for the part, in that of another.
    crowded, dearer
        What another part's way through a unit adds to its price, as a share, and the factor on that
        from one round to the next.
    past
        What having been wanted twice adds to it for good.
    deep
        Hops from the border of what is meant for a part at which a unit is well inside.
    """

    rounds: int = 60
    home: float = 0.2
    crowded: float = 0.5
    dearer: float = 1.3
    past: float = 0.5
    deep: int = 2


class Goal(NamedTuple):
    """A part (its column) and the units ``(n,)`` of which it must reach one."""

    part: int
    units: np.ndarray


def settled(problem: Problem, meant: np.ndarray, run: Run, params: CorridorParams) -> np.ndarray:
    """
    Join what is meant for each part to its center.

    Pieces that are cut off go to the parts around them; where a unit may be in one part alone and
    would be cut off from it, ways are led first.

    Parameters
    ----------
    meant
        ``(n,)`` part each unit is meant for, in any pieces.

    Returns
    -------
    numpy.ndarray
        ``(n,)`` connected parts, as far as ways were found.
    """
    p = problem
    level, nothing = levels(p), np.zeros(p.columns)
    base = meant.copy()
    base[p.centers] = np.arange(p.columns)
    return reaching(p, mend(p, base, level, nothing), run, params)


def reaching(
    problem: Problem, assignment: np.ndarray, run: Run, params: CorridorParams
) -> np.ndarray:
    """Lead parts to the units that may be in them alone, where these are cut off; ``(n,)``."""
    p = problem
    held = [Goal(k, _only(p.units, i)) for i, k in bound_apart(p, assignment)]
    if not held or len(np.unique(p.atom)) < p.units:
        return assignment
    led = lead(p, assignment, held, run, params)
    return assignment if led is None else mend(p, led, levels(p), np.zeros(p.columns))


def bound_apart(problem: Problem, assignment: np.ndarray) -> list[tuple[int, int]]:
    """List units that may be in one part alone and are cut off from its center, and the part."""
    p = problem
    label = pieces(p.graph, assignment)
    single = np.flatnonzero(p.allowed.sum(axis=1) == 1)
    part = p.allowed[single].argmax(axis=1)
    off = (assignment[single] != part) | (label[single] != label[p.centers[part]])
    return list(zip(single[off].tolist(), part[off].tolist(), strict=True))


def _only(size: int, unit: int) -> np.ndarray:
    mask = np.zeros(size, dtype=bool)
    mask[unit] = True
    return mask


def lead(
    problem: Problem, meant: np.ndarray, goals: Sequence[Goal], run: Run, params: CorridorParams
) -> np.ndarray | None:
    """
    Lead ways from every center to the heart of what is meant for its part, and to its goals.

    Returns
    -------
    numpy.ndarray
        ``(n,)`` what was meant, with the ways; None where none were found that do not cross.
    """
    p = problem
    out = meant.copy()
    out[p.centers] = np.arange(p.columns)
    hearts = [Goal(k, _only(p.units, unit)) for k, unit in enumerate(_hearts(p, out, params.deep))]
    ways = _routed(p, out, [*hearts, *goals], run, params)
    if ways is None:
        return None
    for k, way in enumerate(ways):
        out[way] = k
    return out


def _hearts(p: Problem, meant: np.ndarray, deep: int) -> list[int]:
    """
    Find a unit well inside the fullest piece of each part, the nearest of these to its center.

    Not the innermost, which may lie at the edge of the whole and bar everyone's way along it.
    """
    level = levels(p)
    label = pieces(p.graph, meant)
    demand = np.bincount(label, weights=np.maximum(p.demand, 1e-9))
    out = []
    for k in range(p.columns):
        own = np.flatnonzero(meant == k)
        inside = label == label[own][demand[label[own]].argmax()]
        away = hops(p.graph, ~inside, deep)
        away = np.where(away < 0, deep + 1, away)
        units = np.flatnonzero(inside)
        out.append(int(units[np.lexsort((level[units, k], -away[units]))[0]]))
    return out


def _routed(
    p: Problem, meant: np.ndarray, goals: Sequence[Goal], run: Run, params: CorridorParams
) -> list[np.ndarray] | None:
    """Route the ways of all parts, round after round, until no unit is in two; units of each."""
    graph = adjacency(p.graph)
    wanted, past = np.zeros(p.units), np.zeros(p.units)
    ways = [np.zeros(0, np.int64) for _ in range(p.columns)]
    reach = [[goal.units for goal in goals if goal.part == k] for k in range(p.columns)]
    crowded = params.crowded
    for _ in range(params.rounds):
        for k in range(p.columns):
            if len(ways[k]) and wanted[ways[k]].max() <= 1:
                continue
            wanted[ways[k]] -= 1
            price = (1.0 + past) * (1.0 + crowded * wanted)
            price[meant == k] *= params.home
            price[~p.allowed[:, k]] = np.inf
            price[np.delete(p.centers, k)] = np.inf
            tree = _only(p.units, p.centers[k])
            for units in reach[k]:
                way, seen = _cheapest(graph, price, tree, units)
                run.spend(WEIGHTS.grow_pair * seen)
                if not len(way) or run.ended_by is not None:
                    return None
                tree[way] = True
            ways[k] = np.flatnonzero(tree)
            wanted[ways[k]] += 1
        if wanted.max() <= 1:
            return ways
        past += params.past * np.maximum(wanted - 1, 0)
        crowded *= params.dearer
    return None


@compiled
def _cheapest(
    graph: Adjacency, price: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, int]:
    """
    Find the cheapest way from units of one mask to one of another, each priced ``(n,)``.

    Returns its units, from its end (none where there is no way), and how many were looked at.
    """
    indptr, indices = graph.indptr, graph.indices
    n = len(price)
    far = np.full(n, np.inf)
    before = np.full(n, -1, np.int64)
    done = np.zeros(n, np.bool_)
    heap = empty_heap(len(indices) + n + 1)
    size, seen, last = 0, 0, -1
    for i in range(n):
        if start[i]:
            far[i] = 0.0
            size = push(heap, size, 0.0, 0.0, i)
    while size > 0:
        size = pop(heap, size)
        i = heap.item[size]
        if done[i]:
            continue
        done[i] = True
        seen += 1
        if end[i]:
            last = i
            break
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if not done[j] and far[i] + price[j] < far[j]:
                far[j] = far[i] + price[j]
                before[j] = i
                size = push(heap, size, far[j], 0.0, j)
    length, i = 0, last
    while i >= 0:
        length += 1
        i = before[i]
    way = np.empty(length, np.int64)
    i = last
    for at in range(length):
        way[at] = i
        i = before[i]
    return way, seen
