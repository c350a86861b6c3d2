"""
The question of a siting run, read once: allowed arcs, demands, and what sites must obey.

Every wrong argument is named at once. Everything below works on a :class:`Case`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.complaints import Complaints
from gridplan.optimise.siting.question.options import Bounds, Number

Cost = Any  # a dense array or a CSR matrix


@dataclass(frozen=True, eq=False)
class Case:
    """
    One siting question in plain arrays.

    Parameters
    ----------
    cost
        ``(n, m)`` dense (infinite where forbidden) or CSR, whose stored entries are the arcs.
    demand
        ``(n,)``.
    capacity, lower
        ``(m,)`` load a site may and must carry when open.
    kept, closed
        ``(m,)`` masks of sites that must, and must not, open.
    group, group_min, group_max
        ``(m,)`` label of each site from 0, and the sites each group must and may open.
    low, high
        Number of sites to open, at least and at most.
    site_cost
        ``(m,)`` added to the objective when a site opens.
    spend, budget
        ``(m,)`` money a site takes when it opens, rather than not, and the most for all of them:
        what closing the others costs is taken off the budget. Infinite where there is none.
    beyond
        ``(n,)`` what no arc that was left out of ``cost`` is cheaper than; None where none was.
    """

    cost: Cost
    demand: np.ndarray
    capacity: np.ndarray
    lower: np.ndarray
    kept: np.ndarray
    closed: np.ndarray
    group: np.ndarray
    group_min: np.ndarray
    group_max: np.ndarray
    low: int
    high: int
    site_cost: np.ndarray
    spend: np.ndarray
    budget: float
    beyond: np.ndarray | None = None

    @property
    def n(self) -> int:
        """Units."""
        return int(self.cost.shape[0])

    @property
    def m(self) -> int:
        """Sites."""
        return int(self.cost.shape[1])

    @property
    def sparse(self) -> bool:
        """Whether only stored arcs are allowed."""
        return bool(sparse.issparse(self.cost))

    @property
    def capacitated(self) -> bool:
        """Whether any site has a capacity that could bind, or a lower bound."""
        total = float(self.demand.sum())
        return bool((self.capacity < total).any() or (self.lower > 0).any())

    @property
    def dearest(self) -> float:
        """Most money that a single site takes or gives; 1 where none does."""
        return float(np.abs(self.spend).max(initial=0.0)) or 1.0

    def arc_cost(self, units: np.ndarray, sites: np.ndarray) -> np.ndarray:
        """Cost of arcs, pair by pair; infinite where there is none."""
        if not sparse.issparse(self.cost):
            return np.asarray(self.cost[units, sites], dtype=float)
        return _stored(self.cost, units, sites)

    def columns(self, sites: np.ndarray) -> Cost:
        """Cost of these sites only."""
        return self.cost[:, sites]


def read_case(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    capacity: ArrayLike | None = None,
    p: Number = None,
    **bounds: Unpack[Bounds],
) -> Case:
    """
    Check a siting question and bring it into one form.

    Parameters
    ----------
    cost
        ``(n, m)``, dense or CSR.
    demand, capacity
        ``(n,)`` and ``(m,)``, or one number for all; no capacity is an infinite one.
    p
        Number of sites, a range, or None for any.
    **bounds
        As of :class:`~gridplan.optimise.siting.question.options.Bounds`.

    Returns
    -------
    Case

    Raises
    ------
    ValueError
        With every wrong argument at once.
    """
    table = _table(cost)
    n, m = table.shape
    wrong = Complaints()
    values = table.data if sparse.issparse(table) else table
    if np.isnan(values).any() or (values < 0).any():
        wrong.add("cost: negative or NaN entries")
    need = _vector(demand, n, 0.0, "demand", wrong)
    upper = _vector(capacity, m, np.inf, "capacity", wrong)
    least = _vector(bounds.get("lower"), m, 0.0, "lower", wrong)
    fixed = _vector(bounds.get("site_cost"), m, 0.0, "site_cost", wrong)
    left_out = bounds.get("beyond")
    past = None if left_out is None else _vector(left_out, n, np.inf, "beyond", wrong)
    labels, at_least, at_most = _groups(bounds, m, wrong)
    spend, budget = _money(bounds, m, wrong)
    low, high = (1, m) if p is None else (p, p) if isinstance(p, int | np.integer) else tuple(p)
    if not 0 <= low <= high:
        wrong.add(f"p: {p}")
    case = Case(
        cost=table,
        demand=need,
        capacity=upper,
        lower=least,
        kept=_mask(bounds.get("kept"), m, "kept", wrong),
        closed=_mask(bounds.get("closed"), m, "closed", wrong),
        group=labels,
        group_min=at_least,
        group_max=at_most,
        low=int(low),
        high=min(int(high), m),
        site_cost=fixed,
        spend=spend,
        budget=budget,
        beyond=None if past is None or np.isinf(past).all() else past,
    )
    wrong.raise_any()
    return case


def _table(cost: ArrayLike | sparse.spmatrix | sparse.sparray) -> Cost:
    if not sparse.issparse(cost):
        return np.ascontiguousarray(np.asarray(cost, dtype=float))
    table = sparse.csr_matrix(cost, dtype=float, copy=True)
    table.sort_indices()
    return table


def _vector(
    values: ArrayLike | None, size: int, default: float, name: str, wrong: Complaints
) -> np.ndarray:
    if values is None:
        return np.full(size, default)
    try:
        vector = np.broadcast_to(np.asarray(values, dtype=float), size).copy()
    except ValueError:
        wrong.add(f"{name}: {np.shape(values)} where ({size},) is needed")
        return np.full(size, default)
    if np.isnan(vector).any() or (vector < 0).any():
        wrong.add(f"{name}: negative or NaN entries")
    return vector


def indices_of(sites: ArrayLike) -> np.ndarray:
    """Read sites given as a mask or as indices; indices come back as they are."""
    given = np.asarray(sites)
    return np.flatnonzero(given) if given.dtype == bool else given.astype(np.int64).ravel()


def _mask(marked: ArrayLike | None, m: int, name: str, wrong: Complaints) -> np.ndarray:
    """Read a boolean mask or an array of indices."""
    mask = np.zeros(m, dtype=bool)
    if marked is None:
        return mask
    given = np.asarray(marked)
    if given.dtype == bool and given.shape == (m,):
        return given.copy()
    indices = given.astype(np.int64).ravel()
    if given.dtype == bool or ((indices < 0) | (indices >= m)).any():
        wrong.add(f"{name}: neither a mask of {m} sites nor indices of sites")
        return mask
    mask[indices] = True
    return mask


def _groups(bounds: Bounds, m: int, wrong: Complaints) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give sites without a group (label -1) one of their own, without bounds."""
    group_min, group_max = bounds.get("group_min"), bounds.get("group_max")
    group = bounds.get("group")
    if group is None:
        if group_min is not None or group_max is not None:
            wrong.add("group_min, group_max: given without group")
        return np.zeros(m, dtype=np.int64), np.zeros(1, np.int64), np.full(1, m)
    labels = np.asarray(group, dtype=np.int64).copy()
    if labels.shape != (m,):
        wrong.add(f"group: {labels.shape} where ({m},) is needed")
        return np.zeros(m, dtype=np.int64), np.zeros(1, np.int64), np.full(1, m)
    sizes = [np.size(b) for b in (group_min, group_max) if b is not None and np.ndim(b) > 0]
    count = max([int(labels.max(initial=-1)) + 1, *sizes])
    at_least = _vector(group_min, count, 0, "group_min", wrong)
    at_most = np.minimum(_vector(group_max, count, m, "group_max", wrong), m)
    labels[labels < 0] = count
    whole = np.append(np.ceil(at_least), 0).astype(np.int64)
    return labels, whole, np.append(np.floor(at_most), m).astype(np.int64)


def _money(bounds: Bounds, m: int, wrong: Complaints) -> tuple[np.ndarray, float]:
    """Read costs of opening and closing as what opening costs more, and the budget for that."""
    opening = _vector(bounds.get("opening_cost"), m, 0.0, "opening_cost", wrong)
    closing = _vector(bounds.get("closing_cost"), m, 0.0, "closing_cost", wrong)
    budget = bounds.get("budget")
    if budget is None:
        return opening - closing, np.inf
    if np.isnan(budget) or budget < 0:
        wrong.add("budget: negative or NaN")
    return opening - closing, float(budget) - float(closing.sum())


def _stored(table: sparse.csr_matrix, units: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Look stored entries up row by row (sorted indices), keeping explicit zeros."""
    units, sites = np.asarray(units, np.int64), np.asarray(sites, np.int64)
    keys = _keys(table)
    wanted = units * table.shape[1] + sites
    place = np.searchsorted(keys, wanted)
    found = place < len(keys)
    found[found] = keys[place[found]] == wanted[found]
    cost = np.full(len(wanted), np.inf)
    cost[found] = table.data[place[found]]
    return cost


def _keys(table: sparse.csr_matrix) -> np.ndarray:
    rows = np.repeat(np.arange(table.shape[0], dtype=np.int64), np.diff(table.indptr))
    return rows * table.shape[1] + table.indices
