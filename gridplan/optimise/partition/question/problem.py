"""One partition problem as arrays, checked once at the door and shared by every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.partition.question.sites import Kinds


@dataclass(frozen=True, eq=False)
class Resource:
    """
    A further quantity to balance: beds, residents over 65.

    Parameters
    ----------
    values
        ``(n,)`` amount in each unit, finite and not negative.
    lower, upper
        Least and most a part may hold; one number or one per column of ``cost``.
    tolerance
        Instead of bounds: relative deviation allowed around the mean per part.
    price
        None keeps the bounds hard; a number, not negative, is the price of one unit of amount
        outside them.
    name
        Echoed in conflicts.
    """

    values: ArrayLike
    lower: ArrayLike | float | None = None
    upper: ArrayLike | float | None = None
    tolerance: float | None = None
    price: float | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class Band:
    """A resource with its bounds worked out per column: ``(n,)`` values, ``(k,)`` bounds."""

    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    price: float | None
    name: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """
    The normalised problem: ``n`` units, ``k`` columns (possible parts), ``parts`` of them used.

    ``graph`` is the unit graph without zero-length contacts and removed barriers; ``centers`` holds
    the unit a column is anchored to, -1 for a part without a center; ``target`` is the mean demand
    per part; ``edges`` ``(m, 2)`` lists each pair of neighbours once, ``lengths`` what they share
    in metres, barriers included. ``demand``, ``atom`` (groups of units that move as one) and
    ``parent`` are ``(n,)``, ``cost`` and ``allowed`` ``(n, k)``, ``centers``, ``lower`` and
    ``upper`` ``(k,)``; ``apart`` and ``crossings`` are ``(m, 2)`` pairs of units, the latter with
    the price of being in one part; ``must`` are masks ``(n,)``; ``sites`` are what is to open and
    serve in each part. ``notes`` keep what only naming
    things in an answer needs: whether labels are ``free``, ``locks`` ``(n,)`` as given, and the
    labels of ``parents`` ``(n,)`` as given or None.
    """

    graph: sparse.csr_array
    demand: np.ndarray
    cost: np.ndarray
    centers: np.ndarray
    parts: int
    lower: np.ndarray
    upper: np.ndarray
    allowed: np.ndarray
    atom: np.ndarray
    parent: np.ndarray | None
    split_price: float | None
    resources: tuple[Band, ...]
    apart: np.ndarray
    crossings: np.ndarray
    crossing_price: np.ndarray
    must: tuple[np.ndarray, ...]
    edges: np.ndarray
    lengths: np.ndarray
    compactness: float
    balance: float
    target: float
    sites: Kinds | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.demand)

    @property
    def columns(self) -> int:
        """Number of possible parts."""
        return self.cost.shape[1]

    @property
    def slack(self) -> float:
        """Demand by which a part may miss its bounds through rounding."""
        return 1e-9 * max(1.0, self.target)

    def keeps(self, load: np.ndarray) -> np.ndarray:
        """Mark the columns whose ``load`` ``(k,)`` of demand is within bounds."""
        return (load <= self.upper + self.slack) & (load >= self.lower - self.slack)

    def dearest(self, allowed: np.ndarray) -> float:
        """Cost that no answer within ``allowed`` exceeds; of pairs alone (plain problems)."""
        return (1 + 1e-6) * float(np.where(allowed, self.cost, 0.0).max(axis=1).sum())

    @property
    def chosen(self) -> bool:
        """Whether parts are chosen among more columns than are wanted."""
        return self.parts < self.columns

    @property
    def plain(self) -> bool:
        """Whether the objective is cost alone and only demand, capacity and contiguity bind."""
        return (
            self.compactness == 0
            and self.balance == 0
            and not self.resources
            and not self.must
            and len(self.apart) == 0
            and len(self.crossings) == 0
            and self.split_price is None
            and self.sites is None
        )


def edge_list(graph: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """List each pair of neighbours once ``(m, 2)`` with its stored length ``(m,)``."""
    upper = sparse.triu(graph, k=1).tocoo()
    order = np.lexsort((upper.col, upper.row))
    pairs = np.column_stack([upper.row[order], upper.col[order]]).astype(np.int64)
    return pairs, upper.data[order].astype(float)


def join_groups(size: int, pairs: np.ndarray, labels: ArrayLike | None) -> np.ndarray:
    """Label the groups made by joining ``pairs`` and equal ``labels``, in order of first unit."""
    links = [np.asarray(pairs, dtype=np.int64).reshape(-1, 2)]
    if labels is not None:
        _, code = np.unique(np.asarray(labels), return_inverse=True)
        first = np.full(code.max() + 1 if len(code) else 0, -1, dtype=np.int64)
        order = np.arange(size)[::-1]
        first[code[order]] = order
        links.append(np.column_stack([np.arange(size), first[code]]))
    every = np.vstack(links)
    matrix = sparse.coo_array(
        (np.ones(len(every)), (every[:, 0], every[:, 1])), shape=(size, size)
    ).tocsr()
    _, group = sparse.csgraph.connected_components(matrix, directed=False)
    return first_order(group)


def first_order(labels: np.ndarray) -> np.ndarray:
    """Renumber labels 0, 1, ... in order of first appearance."""
    _, first, code = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[code]


def bounds_of(
    values: np.ndarray,
    columns: int,
    parts: int,
    *,
    lower: ArrayLike | float | None,
    upper: ArrayLike | float | None,
    tolerance: float | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Work out least and most per column; a tolerance and explicit bounds both hold."""
    low = np.broadcast_to(np.asarray(0.0 if lower is None else lower, dtype=float), columns).copy()
    high = np.broadcast_to(
        np.asarray(np.inf if upper is None else upper, dtype=float), columns
    ).copy()
    share = np.inf if tolerance is None else float(tolerance)
    if share < np.inf:
        mean = float(values.sum()) / parts
        low = np.maximum(low, (1 - share) * mean)
        high = np.minimum(high, (1 + share) * mean)
    return low, high
