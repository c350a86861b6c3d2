"""
Contiguity as rows of the assignment model: neighbours from the first, cuts as they are violated.

The neighbour rows are necessary, not sufficient; with the separator cuts of every loose piece met
(:mod:`gridplan.optimise.partition.graph.separator`; Carvajal et al. 2013,
doi:10.1287/opre.2013.1183) the model is exact.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.assignment.model import Model


def cut(model: Model, units: np.ndarray, column: int, separator: np.ndarray) -> None:
    """Demand ``x[i, k] <= sum of x[s, k]`` over the separator, for every unit given."""
    across = _pairs_of(model, separator, column)
    for atom in np.unique(model.problem.atom[units]):
        pair = model.index[atom, column]
        if pair < 0 or pair in across:
            continue
        model.rows.add(
            np.zeros(len(across) + 1),
            np.append(across, pair),
            np.append(np.ones(len(across)), -1.0),
            [0.0],
            [np.inf],
        )


def cut_pair(model: Model, first: int, second: int, column: int, separator: np.ndarray) -> None:
    """Demand ``x[i, k] + x[j, k] <= 1 + sum of x[s, k]`` (parts without a center)."""
    across = _pairs_of(model, separator, column)
    one, two = (model.index[model.problem.atom[u], column] for u in (first, second))
    if one < 0 or two < 0 or one in across or two in across:
        return
    cols, vals = ([one, two], [-1.0, -1.0]) if one != two else ([one], [-2.0])
    model.rows.add(
        np.zeros(len(across) + len(cols)),
        np.append(across, cols),
        np.append(np.ones(len(across)), vals),
        [-1.0],
        [np.inf],
    )


def islands(model: Model, most: int) -> None:
    """
    Cut off all islands of two to ``most`` units that the pairs of the model leave possible.

    An island is joined, keeps away from the center and from units that have no other part. Meant
    for models of few pairs a unit, where these are few; each unit its own atom.
    """
    p = model.problem
    indptr, indices = p.graph.indptr.tolist(), p.graph.indices.tolist()
    single = (model.index >= 0).sum(axis=1) == 1
    for k, center in enumerate(p.centers):
        mine = model.index[:, k] >= 0
        near = {
            i: frozenset(j for j in indices[indptr[i] : indptr[i + 1]] if mine[j])
            for i in np.flatnonzero(mine).tolist()
        }
        solid = frozenset(i for i in near if single[i] or i == center)
        sets = {frozenset([i]) for i in near if i not in solid and not near[i] & solid}
        for _ in range(1, most):
            sets = {
                own | {j}
                for own in sets
                for j in _ring(near, own)
                if not near[j] & solid
            }  # fmt: skip
            for own in sorted(sets, key=sorted):
                ring = sorted(_ring(near, own))
                cut(model, np.array(sorted(own)), k, np.array(ring, dtype=np.int64))


def _ring(near: dict[int, frozenset[int]], own: frozenset[int]) -> frozenset[int]:
    """List what is beside a set."""
    return frozenset().union(*(near[i] for i in own)) - own


def _pairs_of(model: Model, units: np.ndarray, column: int) -> np.ndarray:
    found = model.index[np.unique(model.problem.atom[units]), column]
    return found[found >= 0]


def neighbours(model: Model) -> None:
    """
    Demand that each unit has a neighbour in its part, unless it is the center itself.

    Nothing is demanded where a part has no center: a single unit may then be a part.
    """
    p = model.problem
    if (p.centers < 0).any():
        return
    graph = sparse.coo_array(p.graph)
    own = model.index[p.atom].ravel()
    keep = (own >= 0) & (p.centers != np.arange(p.units)[:, None]).ravel()
    keep[keep] = model.low[0][own[keep]] == 0
    home = model.index[p.atom[p.centers], np.arange(p.columns)]
    if (home >= 0).all() and (model.low[0][home] == 1).all():
        # beside a center that is surely in the part a unit needs nobody else
        keep &= (p.graph[p.centers].toarray().T == 0).ravel()
    number = np.full(p.units * p.columns, -1)
    number[keep] = np.arange(int(keep.sum()))
    table = number.reshape(p.units, p.columns)
    rows = table[graph.row]
    cols = model.index[p.atom[graph.col]]
    both = (rows >= 0) & (cols >= 0) & (p.atom[graph.row] != p.atom[graph.col])[:, None]
    count = int(keep.sum())
    inner = (rows >= 0) & (p.atom[graph.row] == p.atom[graph.col])[:, None]
    idle = np.zeros(count, dtype=bool)
    idle[rows[inner]] = True
    row = np.concatenate([rows[both], np.arange(count)])
    col = np.concatenate([cols[both], own[keep]])
    val = np.concatenate([np.ones(int(both.sum())), -np.ones(count)])
    low = np.where(idle, -np.inf, 0.0)
    model.rows.add(row, col, val, low, np.full(count, np.inf))
