"""
Heads: every part reaches into a group that has a head left for it, and keeps a site there.

Where groups are hardly more than parts, which part takes its head where is an assignment: the one
with the fewest units between parts and the groups they are given (Kuhn 1955,
doi:10.1002/nav.3800020109). A part that lies elsewhere is led there by a corridor, and one site of
its group is held in it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.graph.graph import hops
from gridplan.optimise.partition.local.corridors import CorridorParams, Goal, lead, settled
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.partition.question.sites import Kinds


def given_heads(
    problem: Problem, assignment: np.ndarray, *, wobble: np.ndarray | None = None
) -> np.ndarray | None:
    """
    Give every part the group of its head, as near to it as can be.

    Parameters
    ----------
    problem
        With sites and heads; all its columns are used.
    assignment
        ``(n,)`` parts as they lie now.
    wobble
        ``(k, groups)`` added to the units between a part and a group, for other choices.

    Returns
    -------
    group
        ``(k,)``; None where there are fewer heads than parts.
    """
    away = _away(problem, assignment) + (0.0 if wobble is None else wobble)
    most = np.minimum(_most(problem), problem.columns).astype(int)
    slot = np.repeat(np.arange(len(most)), most)
    if len(slot) < problem.columns:
        return None
    part, place = linear_sum_assignment(away[:, slot])
    out = np.zeros(problem.columns, dtype=np.int64)
    out[part] = slot[place]
    return out


def lacking(problem: Problem, assignment: np.ndarray) -> bool:
    """Tell whether some part finds no head among the sites it holds, however heads are given."""
    group = given_heads(problem, assignment)
    if group is None:
        return True
    held = _places(problem)
    return any(not held[g][assignment == k].any() for k, g in enumerate(group))


def headed(
    problem: Problem,
    assignment: np.ndarray,
    run: Run,
    *,
    wobble: np.ndarray | None = None,
    params: CorridorParams,
) -> tuple[Problem, np.ndarray] | None:
    """
    Lead parts to their heads, and hold one site of the group in each.

    Parameters
    ----------
    problem, assignment, wobble
        As for :func:`given_heads`.

    Returns
    -------
    problem, assignment
        The same with these sites held, and connected parts that hold them, perhaps out of bounds;
        None where parts could not be led there, or where units that move as one lie apart.
    """
    p = problem
    group = given_heads(p, assignment, wobble=wobble)
    if group is None or len(np.unique(p.atom)) < p.units:
        return None
    held = _places(p)
    short = [k for k, g in enumerate(group) if not held[g][assignment == k].any()]
    led = lead(p, assignment, [Goal(k, held[group[k]]) for k in short], run, params)
    if led is None:
        return None
    allowed = p.allowed.copy()
    for k, g in enumerate(group):
        inside = np.flatnonzero(held[g] & (led == k) & p.allowed[:, k])
        if not len(inside):
            return None
        depth = hops(p.graph, led != k, params.deep)
        depth = np.where(depth < 0, params.deep + 1, depth)
        kept = inside[np.lexsort((p.cost[inside, k], -depth[inside]))[0]]
        allowed[p.atom == p.atom[kept]] = False
        allowed[p.atom == p.atom[kept], k] = True
    pinned = replace(p, allowed=allowed)
    return pinned, settled(pinned, led, run, params)


def _sites(problem: Problem) -> Kinds:
    assert problem.sites is not None
    return problem.sites


def _most(problem: Problem) -> np.ndarray:
    most = _sites(problem).head_max
    assert most is not None
    return most


def _places(problem: Problem) -> list[np.ndarray]:
    """Mask the units ``(n,)`` where sites of each group stand."""
    s = _sites(problem)
    return [
        np.asarray(s.count[s.group == g].sum(axis=0)).ravel() > 0
        for g in range(len(_most(problem)))
    ]


def _away(p: Problem, assignment: np.ndarray) -> np.ndarray:
    """Count the units from each part to the nearest site of each group ``(k, groups)``."""
    held = _places(p)
    out = np.full((p.columns, len(held)), float(p.units) * p.columns)
    for k in range(p.columns):
        away = hops(p.graph, assignment == k, p.units)
        for g, units in enumerate(held):
            near = away[units & (away >= 0)]
            out[k, g] = near.min() if len(near) else out[k, g]
    return out
