"""Grain: units that move as one are contracted, so a district at coarse grain is a small problem.

Only units joined by a boundary are merged into one node; an atom in several pieces keeps one node
a piece, tied together by its atom number, because the pieces may need different ways to the center.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.question.problem import Band, Problem, edge_list, join_groups


def contract(problem: Problem) -> tuple[Problem, np.ndarray]:
    """
    Merge neighbouring units of one atom.

    Returns
    -------
    problem
        The same problem over nodes.
    node
        ``(n,)`` node of each unit.
    """
    p = problem
    same = p.atom
    if p.parent is not None and p.split_price is not None:
        # splits are counted by parent: units of different parents stay different nodes
        same = join_groups(p.units, np.zeros((0, 2), int), p.atom * (p.parent.max() + 1) + p.parent)
    inner = sparse.coo_array(p.graph)
    inside = same[inner.row] == same[inner.col]
    node = join_groups(p.units, np.column_stack([inner.row[inside], inner.col[inside]]), None)
    count = int(node.max()) + 1
    if count == p.units:
        return problem, node
    member = sparse.csr_array(
        (np.ones(p.units), (node, np.arange(p.units))), shape=(count, p.units)
    )
    allowed = np.ones((count, p.columns), dtype=bool)
    np.logical_and.at(allowed, node, p.allowed)
    first = np.unique(node, return_index=True)[1]
    pairs, lengths = _merge(node, p.edges, p.lengths, count)
    return replace(
        p,
        graph=_graph(member, p.graph),
        demand=member @ p.demand,
        cost=member @ p.cost,
        centers=np.where(p.centers >= 0, node[p.centers], -1),
        allowed=allowed,
        atom=p.atom[first],
        parent=None if p.parent is None else p.parent[first],
        resources=tuple(
            Band(member @ b.values, b.lower, b.upper, b.price, b.name) for b in p.resources
        ),
        apart=node[p.apart],
        crossings=node[p.crossings],
        sites=None if p.sites is None else replace(p.sites, count=p.sites.count @ member.T),
        must=tuple((member @ mask.astype(float)) > 0 for mask in p.must),
        edges=pairs,
        lengths=lengths,
    ), node


def narrow(problem: Problem, assignment: np.ndarray, free: int) -> tuple[Problem, np.ndarray]:
    """
    Hold what lies far from every border of an assignment, so that at most ``free`` units can move.

    The inside of each part becomes one node, with its center where it has one. Returns what
    :func:`contract` does.
    """
    p = problem
    graph = sparse.coo_array(p.graph)
    cut = assignment[graph.row] != assignment[graph.col]
    border = np.zeros(p.units, dtype=bool)
    border[graph.row[cut]] = True
    near = border
    while True:
        wider = near | ((p.graph @ near.astype(float)) > 0)
        if int(wider.sum()) > free or (wider == near).all():
            break
        near = wider
    held = ~near
    held[p.centers[p.centers >= 0]] = True
    label = np.where(held, assignment, p.columns + np.arange(p.units))
    return contract(replace(p, atom=join_groups(p.units, np.zeros((0, 2), int), label)))


def _graph(member: sparse.csr_array, graph: sparse.csr_array) -> sparse.csr_array:
    merged = sparse.csr_array(member @ graph @ member.T)
    merged = sparse.csr_array(merged - sparse.diags_array(merged.diagonal()))
    merged.eliminate_zeros()
    merged.sort_indices()
    return merged


def _merge(
    node: np.ndarray, edges: np.ndarray, lengths: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    if len(edges) == 0:
        return edges, lengths
    ends = node[edges]
    outer = ends[:, 0] != ends[:, 1]
    full = sparse.coo_array(
        (lengths[outer], (ends[outer].min(axis=1), ends[outer].max(axis=1))), shape=(count, count)
    ).tocsr()
    return edge_list(sparse.csr_array(full))
