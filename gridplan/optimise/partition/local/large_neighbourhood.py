"""
Large neighbourhood search: exact re-optimisation of a few neighbouring parts, everything else held.

The parts around a few neighbours form a small problem of the same kind, with every option kept; its
optimum replaces them (Shaw 1998, doi:10.1007/3-540-49481-2_30). Overloads are priced while there
are any, so the same step first makes a partition balanced and then cheap. An answer never gets
worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.assignment.contiguity import neighbours
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.graph.graph import hops
from gridplan.optimise.partition.question.problem import Band, Problem


@dataclass(frozen=True)
class NeighbourhoodParams:
    """
    How neighbourhoods are chosen and solved.

    Parameters
    ----------
    sizes
        Parts of a group, tried in this order; a success goes back to the first.
    free_pairs
        Pairs of unit and part a neighbourhood may leave open; beyond, only units near borders.
    widths
        Edges between a unit and a part it may go to, tried in turn until these are few enough.
    groups
        Most groups that are listed.
    gap, nodes, rounds
        Relative gap, branch-and-bound nodes and rounds of cuts of one re-optimisation.
    """

    sizes: tuple[int, ...] = (2, 3, 4)
    free_pairs: int = 400
    widths: tuple[int, ...] = (6, 4, 3, 2, 1)
    groups: int = 4000
    gap: float = 1e-6
    nodes: int = 200
    rounds: int = 12


@dataclass(frozen=True, eq=False)
class Enough:
    """
    When the search has found enough.

    Parameters
    ----------
    work
        Work units it may use.
    bound, gap
        The value is within ``gap`` of ``bound``, relative.
    sound
        The assignment breaks no rule of this (harder) problem.
    """

    work: float
    bound: float = -np.inf
    gap: float = 0.0
    sound: Problem | None = None

    def met(self, assignment: np.ndarray, value: float) -> bool:
        """Tell whether an assignment of this value is good enough."""
        if value - self.bound <= self.gap * abs(value):
            return True
        return self.sound is not None and not faults(self.sound, assignment)


def soften(problem: Problem, price: float) -> Problem:
    """Price demand outside its bounds instead of forbidding it (further hard resources too)."""
    p = problem
    bands = [Band(p.demand, p.lower, p.upper, price, "demand")]
    for band in p.resources:
        scale = p.demand.sum() / max(float(band.values.sum()), 1e-12)
        own = price * scale if band.price is None else band.price
        bands.append(replace(band, price=own))
    return replace(
        p,
        lower=np.zeros(p.columns),
        upper=np.full(p.columns, np.inf),
        resources=tuple(bands),
    )


def overload_price(problem: Problem) -> float:
    """Price of a person out of bounds that outweighs any saving in cost."""
    p = problem
    heavy = p.demand > 0
    if not heavy.any():
        return 1.0
    rate = np.abs(p.cost[heavy] / p.demand[heavy, None])
    return 10.0 * max(float(rate.max()), 1e-6)


def subproblem(
    problem: Problem,
    assignment: np.ndarray,
    columns: np.ndarray,
    offered: np.ndarray | None = None,
) -> tuple[Problem, np.ndarray]:
    """
    Cut out the units now in ``columns`` as a problem of their own; also return their indices.

    With ``offered``, as many parts are to be made around any of these columns instead.
    """
    p = problem
    units = np.flatnonzero(np.isin(assignment, columns))
    parts = len(columns)
    columns = columns if offered is None else offered
    place = np.full(p.units, -1, dtype=np.int64)
    place[units] = np.arange(len(units))
    inner = (place[p.edges] >= 0).all(axis=1)
    apart = p.apart[(place[p.apart] >= 0).all(axis=1)]
    crossed = (place[p.crossings] >= 0).all(axis=1)
    sub = replace(
        p,
        graph=sparse.csr_array(p.graph[units][:, units]),
        demand=p.demand[units],
        cost=np.ascontiguousarray(p.cost[np.ix_(units, columns)]),
        centers=np.where(p.centers[columns] >= 0, place[p.centers[columns]], -1),
        parts=parts,
        lower=p.lower[columns],
        upper=p.upper[columns],
        allowed=p.allowed[np.ix_(units, columns)],
        atom=np.unique(p.atom[units], return_inverse=True)[1].ravel(),
        parent=None
        if p.parent is None
        else np.unique(p.parent[units], return_inverse=True)[1].ravel(),
        resources=tuple(
            Band(b.values[units], b.lower[columns], b.upper[columns], b.price, b.name)
            for b in p.resources
        ),
        apart=place[apart],
        crossings=place[p.crossings[crossed]],
        crossing_price=p.crossing_price[crossed],
        must=tuple(mask[units] for mask in p.must),
        edges=place[p.edges[inner]],
        lengths=p.lengths[inner],
    )
    return sub, units


def cut_out(
    problem: Problem, assignment: np.ndarray, columns: np.ndarray
) -> tuple[Problem, np.ndarray, np.ndarray]:
    """Cut out the parts ``columns``: their problem, its units, and the part each is in now."""
    sub, units = subproblem(problem, assignment, columns)
    code = np.full(problem.columns, -1, dtype=np.int64)
    code[columns] = np.arange(len(columns))
    return sub, units, code[assignment[units]]


def part_graph(problem: Problem, assignment: np.ndarray) -> np.ndarray:
    """``(k, k)`` mask of parts that touch."""
    p = problem
    touch = np.zeros((p.columns, p.columns), dtype=bool)
    ends = assignment[p.edges]
    touch[ends[:, 0], ends[:, 1]] = True
    touch[ends[:, 1], ends[:, 0]] = True
    np.fill_diagonal(touch, val=False)
    return touch


def reoptimise(
    problem: Problem,
    assignment: np.ndarray,
    columns: np.ndarray,
    run: Run,
    *,
    seed: int,
    params: NeighbourhoodParams,
) -> np.ndarray | None:
    """Re-optimise the parts ``columns`` ``(size,)`` exactly; None unless that is better."""
    sub, units, now = cut_out(problem, assignment, columns)
    model = Model(sub, allowed=_near(sub, now, params))
    neighbours(model)
    limits = ExactLimits(gap=params.gap, node_limit=params.nodes, rounds=params.rounds)
    exact = solve_exact(sub, run, model=model, start=now, seed=seed, limits=limits)
    if exact.assignment is None:
        return None
    if value_of(sub, exact.assignment) >= value_of(sub, now) - 1e-9 * abs(value_of(sub, now)):
        return None
    out = assignment.copy()
    out[units] = columns[exact.assignment]
    return out


def _near(sub: Problem, now: np.ndarray, params: NeighbourhoodParams) -> np.ndarray | None:
    """Allow only parts within a few edges of a unit, as many as the size permits."""
    if sub.units * sub.columns <= params.free_pairs or (sub.centers < 0).any():
        return None
    atoms = int(sub.atom.max()) + 1
    for width in params.widths:
        near = np.ones((sub.units, sub.columns), dtype=bool)
        for k in range(sub.columns):
            near[:, k] = hops(sub.graph, now == k, width) >= 0
        keep = np.ones((atoms, sub.columns), dtype=bool)
        np.logical_and.at(keep, sub.atom, near)
        if int(keep[keep.sum(axis=1) > 1].sum()) <= params.free_pairs:
            break
    return keep


def neighbourhoods(
    touch: np.ndarray, size: int, rng: np.random.Generator, needy: np.ndarray, most: int
) -> list[tuple[int, ...]]:
    """
    List connected groups of parts in random order, those with needy parts first.

    Parameters
    ----------
    touch
        ``(k, k)`` bool, parts that touch.
    size
        Parts of a group.
    needy
        Parts that do not keep their bounds.
    most
        Groups at which a random selection goes on.
    """
    groups: set[tuple[int, ...]] = {(k,) for k in np.flatnonzero(touch.any(axis=1)).tolist()}
    for _ in range(size - 1):
        grown = set()
        for group in sorted(groups):
            for j in np.flatnonzero(touch[list(group)].any(axis=0)).tolist():
                if j not in group:
                    grown.add(tuple(sorted((*group, j))))
        groups = grown
        if len(groups) > most:
            listed = sorted(groups)
            pick = rng.permutation(len(listed))[:most]
            groups = {listed[i] for i in pick}
    listed = sorted(groups)
    order = rng.permutation(len(listed))
    listed = [listed[i] for i in order]
    need = set(needy.tolist())
    return sorted(listed, key=lambda group: not need.intersection(group))


def improve(
    problem: Problem,
    assignment: np.ndarray,
    run: Run,
    *,
    enough: Enough,
    seed: int = 0,
    params: NeighbourhoodParams,
) -> np.ndarray:
    """
    Re-optimise groups of neighbouring parts until nothing improves or it is enough.

    Parameters
    ----------
    assignment
        ``(n,)`` to begin from, connected.
    enough
        When to end.
    params
        Tuning.

    Returns
    -------
    numpy.ndarray
        ``(n,)`` the assignment at the end, never dearer.
    """
    p = problem
    rng = np.random.default_rng(seed)
    best = assignment
    until = run.work + enough.work
    changed = np.zeros(p.columns)
    seen: dict[tuple[int, ...], float] = {}
    clock, level = 1.0, 0
    while level < len(params.sizes) and run.ended_by is None and run.work < until:
        progress = False
        touch, needy = part_graph(p, best), _needy(p, best)
        for group in neighbourhoods(touch, params.sizes[level], rng, needy, params.groups):
            if run.ended_by is not None or run.work >= until:
                break
            if changed[list(group)].max() <= seen.get(group, -1.0):
                continue
            columns = np.array(group)
            found = reoptimise(p, best, columns, run, seed=seed, params=params)
            clock += 1.0
            seen[group] = clock
            if found is None:
                continue
            best, progress = found, True
            changed[columns] = clock
            run.report("improve", incumbent=None)
            if enough.met(best, value_of(p, best)):
                return best
        level = 0 if progress and level > 0 else level + (not progress)
    return best


def _needy(p: Problem, assignment: np.ndarray) -> np.ndarray:
    """List the parts of which a priced amount is out of bounds."""
    need = np.zeros(p.columns, dtype=bool)
    for band in p.resources:
        if band.price is not None:
            load = np.bincount(assignment, weights=band.values, minlength=p.columns)
            need |= (load < band.lower - 1e-9) | (load > band.upper + 1e-9)
    return np.flatnonzero(need)
