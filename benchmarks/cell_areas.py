"""
Service areas of many cells each, made from published siting instances and their adjacency.

A connected window of cells is cut out of a siting instance, leads are put where residents live and
moved to the middle of theirs a few times, and each gets a capacity in proportion to how near
residents live to it, so that together they hold all of them with a given slack to spare. Seeded:
the same window, leads and capacities everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from benchmarks.partition_instances import Instance, joined, symmetric

REGIME = (
    (600, 18, 0.007),
    (600, 20, 0.05),
    (800, 19, 0.02),
    (1000, 20, 0.10),
    (1276, 18, 0.19),
    (1276, 20, 0.03),
    (1276, 22, 0.007),
    (1300, 22, 0.08),
)
"""Cells, parts and slack of the instances made of each file."""

Cells = tuple[np.ndarray, np.ndarray, sparse.csr_array]


def cell_areas(folder: Path) -> Iterator[Instance]:
    """Make the instances of every siting instance under ``folder`` that has its adjacency."""
    for path, beside in (("geo_kf.txt", "15m_kf2.txt"), ("15m_pd.txt", "15m_pd2.txt")):
        for found in sorted(folder.rglob(path)):
            if (found.parent / beside).exists():
                cells = read_cells(found, found.parent / beside)
                for number, (units, parts, slack) in enumerate(REGIME):
                    yield cell_area(found.stem, cells, (units, parts, slack), seed=number)


def read_cells(path: Path, beside: Path) -> Cells:
    """Read residents ``(n,)``, coordinates ``(n, 2)`` in metres and adjacency of all cells."""
    table = np.loadtxt(path, skiprows=1)
    place = {int(number): row for row, number in enumerate(table[:, 0])}
    pairs = np.loadtxt(beside, skiprows=1, delimiter=",", usecols=(1, 2), dtype=np.int64)
    ends = np.array([[place.get(int(end), -1) for end in pair] for pair in pairs])
    known = (ends >= 0).all(axis=1) & (ends[:, 0] != ends[:, 1])
    graph = symmetric(ends[known], np.full(int(known.sum()), 100.0), len(table))
    return table[:, 1], table[:, 2:4], graph


def cell_area(name: str, cells: Cells, size: tuple[int, int, float], *, seed: int) -> Instance:
    """Cut a window of so many cells with so many leads, their capacities with so much slack."""
    demand, xy, graph = cells
    units, parts, slack = size
    rng = np.random.default_rng(seed)
    window = _window(graph, units, rng)
    demand, xy, graph = demand[window], xy[window], graph[window][:, window]
    graph = joined(graph, xy)
    centers = _leads(demand, xy, parts, rng)
    far = np.hypot(*(xy[:, None, :] - xy[None, centers, :]).transpose(2, 0, 1))
    near = np.bincount(far.argmin(axis=1), weights=demand, minlength=parts)
    mean = float(demand.sum()) / parts
    share = np.clip(near, 0.6 * mean, 1.4 * mean) * rng.uniform(0.9, 1.1, parts)
    capacity = np.ceil((1 + slack) * demand.sum() * share / share.sum())
    arguments = {
        "adjacency": graph,
        "demand": demand,
        "cost": demand[:, None] * far / 1000,
        "centers": centers,
        "upper": capacity,
    }
    return Instance(f"cells_{name}_{units}_{parts}_{1000 * slack:g}", arguments, xy)


def _window(graph: sparse.csr_array, units: int, rng: np.random.Generator) -> np.ndarray:
    """Choose cells around a random one, breadth first, in rising order."""
    _, piece = connected_components(graph, directed=False)
    large = np.flatnonzero(piece == np.bincount(piece).argmax())
    order = breadth_first_order(graph, int(rng.choice(large)), return_predecessors=False)
    return np.sort(order[:units])


def _leads(demand: np.ndarray, xy: np.ndarray, parts: int, rng: np.random.Generator) -> np.ndarray:
    """Draw leads by residents; move each, twice, to the cell nearest to the middle of its own."""
    share = demand / demand.sum()
    leads = rng.choice(len(demand), parts, replace=False, p=share)
    for _ in range(2):
        nearest = np.hypot(*(xy[:, None, :] - xy[None, leads, :]).transpose(2, 0, 1)).argmin(axis=1)
        for part in range(parts):
            own = np.flatnonzero((nearest == part) & (demand > 0))
            if len(own):
                middle = np.average(xy[own], axis=0, weights=demand[own])
                leads[part] = own[np.hypot(*(xy[own] - middle).T).argmin()]
    return np.unique(leads) if len(np.unique(leads)) == parts else leads
