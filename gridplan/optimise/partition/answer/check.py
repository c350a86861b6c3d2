"""Independent check of an answer: written on scipy and plain sums, using nothing of the search.

An answer that fails here never leaves the engine.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.optimise.partition.assignment.openings import served
from gridplan.optimise.partition.question.problem import Problem


def value_of(problem: Problem, assignment: np.ndarray) -> float:
    """Work out the objective of an assignment from nothing but the problem's arrays."""
    p = problem
    total = float(p.cost[np.arange(p.units), assignment].sum())
    if p.compactness:
        cut = assignment[p.edges[:, 0]] != assignment[p.edges[:, 1]]
        total += p.compactness * float(p.lengths[cut].sum())
    used = np.unique(assignment)
    if p.balance:
        load = np.bincount(assignment, weights=p.demand, minlength=p.columns)
        total += p.balance * float(np.abs(load[used] - p.target).sum())
    for band in p.resources:
        if band.price is not None:
            load = np.bincount(assignment, weights=band.values, minlength=p.columns)[used]
            short = np.maximum(band.lower[used] - load, 0) + np.maximum(load - band.upper[used], 0)
            total += band.price * float(short.sum())
    if len(p.crossings):
        joined = assignment[p.crossings[:, 0]] == assignment[p.crossings[:, 1]]
        total += float(p.crossing_price[joined].sum())
    if p.parent is not None and p.split_price is not None:
        total += p.split_price * splits_of(p.parent, assignment)
    return total


def splits_of(parent: np.ndarray, assignment: np.ndarray) -> int:
    """Count parts met by each parent beyond its first."""
    met = np.unique(np.column_stack([parent, assignment]), axis=0)
    return len(met) - len(np.unique(parent))


def faults(problem: Problem, assignment: np.ndarray) -> list[str]:
    """List every demand of the problem that an assignment breaks; empty when it is sound."""
    p = problem
    out: list[str] = []
    if assignment.shape != (p.units,) or assignment.min() < 0 or assignment.max() >= p.columns:
        return ["every unit needs one part"]
    used = np.unique(assignment)
    if len(used) != p.parts:
        out.append(f"{len(used)} parts instead of {p.parts}")
    if not p.allowed[np.arange(p.units), assignment].all():
        out.append("a unit is in a part it is barred from")
    if splits_of(p.atom, assignment):
        out.append("units that belong together are apart")
    if len(p.apart) and (assignment[p.apart[:, 0]] == assignment[p.apart[:, 1]]).any():
        out.append("units to be kept apart are together")
    out += [f"part {k} lacks its center" for k in used if not _anchored(p, assignment, k)]
    out += _band_faults(p, assignment, used)
    out += [
        f"part {k} lacks a unit of a kind it must contain"
        for k in used
        for mask in p.must
        if not (mask & (assignment == k)).any()
    ]
    out += _contiguity_faults(p, assignment, used)
    if not out and not served(p, assignment):
        out.append("no whole numbers of sites can serve the parts")
    return out


def _anchored(p: Problem, assignment: np.ndarray, k: int) -> bool:
    return p.centers[k] < 0 or assignment[p.centers[k]] == k


def _band_faults(p: Problem, assignment: np.ndarray, used: np.ndarray) -> list[str]:
    out = []
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray, float | None]] = [
        (p.demand, p.lower, p.upper, None)
    ]
    rows += [(band.values, band.lower, band.upper, band.price) for band in p.resources]
    for values, lower, upper, price in rows:
        if price is not None:
            continue
        load = np.bincount(assignment, weights=values, minlength=p.columns)
        slack = 1e-6 * max(1.0, float(values.sum()) / p.parts)
        bad = (load[used] < lower[used] - slack) | (load[used] > upper[used] + slack)
        out += [f"part {k} holds {load[k]:g}, outside its bounds" for k in used[bad]]
    return out


def _contiguity_faults(p: Problem, assignment: np.ndarray, used: np.ndarray) -> list[str]:
    graph = sparse.coo_array(p.graph)
    inside = assignment[graph.row] == assignment[graph.col]
    kept = sparse.coo_array(
        (np.ones(int(inside.sum())), (graph.row[inside], graph.col[inside])), shape=graph.shape
    )
    _, label = connected_components(kept.tocsr(), directed=False)
    return [
        f"part {k} is in {len(np.unique(label[assignment == k]))} pieces"
        for k in used
        if len(np.unique(label[assignment == k])) > 1
    ]
