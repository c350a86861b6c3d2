"""Read published location instances: p-median graphs, planar capacitated files, service areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra


@dataclass(frozen=True, eq=False)
class Instance:
    """
    One published instance.

    Parameters
    ----------
    name, family
        File stem and format.
    cost
        ``(n, m)`` cost of assigning the whole unit.
    demand
        ``(n,)``.
    capacity
        ``(m,)`` or None.
    p
        Sites to open, one entry for each question asked of the file.
    """

    name: str
    family: str
    cost: np.ndarray
    demand: np.ndarray
    capacity: np.ndarray | None
    p: tuple[int, ...]


def read_instance(path: Path) -> Instance:
    """Read any of the formats, telling them apart by their first lines."""
    text = Path(path).read_text().split("\n")
    head = text[0].split()
    if len(head) > 4 and not head[0][:1].isdigit():
        return _service(Path(path), text)
    if len(head) == 3:
        return _graph(Path(path), text)
    return _planar(Path(path), text)


def _graph(path: Path, text: list[str]) -> Instance:
    n, edges, p = (int(v) for v in text[0].split())
    rows = [line.split() for line in text[1:] if line.strip()]
    length = np.full((n, n), np.inf)
    for i, j, cost in rows[:edges]:
        length[int(i) - 1, int(j) - 1] = length[int(j) - 1, int(i) - 1] = float(cost)
    where = np.nonzero(np.isfinite(length))
    graph = sparse.csr_matrix((length[where], where), shape=(n, n))
    return Instance(path.stem, "pmed", dijkstra(graph), np.ones(n), None, (p,))


def _planar(path: Path, text: list[str]) -> Instance:
    n, p = (int(v) for v in text[0].split()[:2])
    numbers = np.array(" ".join(text[1:]).split(), dtype=float)[: 4 * n].reshape(n, 4)
    xy, capacity, demand = numbers[:, :2], numbers[:, 2], numbers[:, 3]
    cost = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    family = "cpmp"
    if path.stem.startswith(("cpmp", "pmedcap")):
        cost, family = np.floor(cost + 1e-9), "pmedcap"
    return Instance(path.stem, family, cost, demand, capacity, (p,))


def _service(path: Path, text: list[str]) -> Instance:
    names = [name.lower() for name in text[0].split()]
    rows = np.array([line.split() for line in text[1:] if line.strip()], dtype=float)
    column = {name: rows[:, k] for k, name in enumerate(names)}
    demand = column.get("demand", column.get("pop"))
    capacity = column.get("fcap", column.get("fcapacity"))
    xy = np.column_stack([column["x"], column["y"]])
    site = np.flatnonzero(capacity > 0)
    metres = np.hypot(xy[:, None, 0] - xy[None, site, 0], xy[:, None, 1] - xy[None, site, 1])
    cost = demand[:, None] * metres / 1000.0
    return Instance(path.stem, "service", cost, demand, capacity[site], ())


def filled(instance: Instance, p: int, *, full: float = 0.985) -> Instance:
    """
    Scale capacities until the ``p`` largest sites together are so full; rounded to whole persons.

    Few large sites, nearly full, are a regime of their own: a unit more or less decides.
    """
    assert instance.capacity is not None
    largest = np.sort(instance.capacity)[-p:].sum()
    capacity = np.round(instance.capacity * instance.demand.sum() / (full * largest))
    return replace(instance, name=f"{instance.name}_full", capacity=capacity, p=(p,))
