"""From what the caller passes to a :class:`Problem`: shapes checked, options turned into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.partition.graph import reach
from gridplan.optimise.partition.problem import (
    Band,
    Problem,
    Resource,
    bounds_of,
    edge_list,
    join_groups,
    pairs_of,
)


def read_problem(  # noqa: PLR0913  # every option of the engine passes this door
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None,
    *,
    centers: ArrayLike | None,
    parts: int | None,
    lower: ArrayLike | float | None,
    upper: ArrayLike | float | None,
    tolerance: float | None,
    resources: Iterable[Resource],
    parents: ArrayLike | None,
    split_price: float | None,
    fixed: ArrayLike | Mapping[int, int] | None,
    barred: ArrayLike | Iterable[Sequence[int]] | None,
    together: Iterable[Sequence[int]] | None,
    apart: Iterable[Sequence[int]] | None,
    barriers: Iterable[Sequence[float]] | None,
    must_contain: Iterable[ArrayLike] | None,
    compactness: float,
    balance: float,
    xy: ArrayLike | None,
) -> Problem:
    """Check and normalise the arguments of :func:`gridplan.optimise.partition.partition`."""
    weight = np.array(demand, dtype=float)
    size = len(weight)
    whole = read_adjacency(adjacency, size)
    if not np.isfinite(weight).all() or (weight < 0).any():
        msg = "demand must be finite and not negative; fill or drop those units"
        raise ValueError(msg)
    table, anchors, wanted, free = read_columns(weight, cost, centers, parts, xy)
    columns = table.shape[1]
    locks = read_fixed(fixed, size)
    apart_pairs = pairs_of(apart)
    together_pairs = pairs_of(together)
    allowed = np.ones((size, columns), dtype=bool)
    if free:  # labels mean nothing until units are fixed to them: keep or part those units
        together_pairs, apart_pairs = unlabelled(locks, together_pairs, apart_pairs)
        if barred is not None:
            msg = "barred parts without centers have no meaning; use apart"
            raise ValueError(msg)
    else:
        held = np.flatnonzero(locks >= 0)
        if (locks >= columns).any():
            msg = f"fixed names part {int(locks.max())} but there are only {columns} columns"
            raise ValueError(msg)
        allowed[held] = False
        allowed[held, locks[held]] = True
        allowed &= ~read_barred(barred, size, columns)
    graph, crossings, prices = read_barriers(whole, barriers)
    labels = read_parents(parents, size)
    groups = join_groups(size, together_pairs, labels if split_price is None else None)
    low, high = bounds_of(weight, columns, wanted, lower=lower, upper=upper, tolerance=tolerance)
    pairs, lengths = edge_list(whole)
    for k in np.flatnonzero(anchors >= 0):
        if wanted == columns:
            own = allowed[anchors[k], k]
            allowed[anchors[k]] = False
            allowed[anchors[k], k] = own
    for k in np.flatnonzero(anchors >= 0):
        allowed[:, k] = reach(graph, int(anchors[k]), allowed[:, k].copy())
    return Problem(
        graph=graph,
        demand=weight,
        cost=table,
        centers=anchors,
        parts=wanted,
        lower=low,
        upper=high,
        allowed=allowed,
        atom=groups,
        parent=labels,
        split_price=split_price,
        resources=read_resources(resources, size, columns, wanted),
        apart=apart_pairs,
        crossings=crossings,
        crossing_price=prices,
        must=read_kinds(must_contain, size),
        edges=pairs,
        lengths=lengths,
        compactness=float(compactness),
        balance=float(balance),
        target=float(weight.sum()) / max(1, wanted),
        notes={"free": free, "locks": locks},
    )


def read_adjacency(adjacency: sparse.spmatrix | sparse.sparray, size: int) -> sparse.csr_array:
    """Read the shared lengths as a symmetric CSR without zeros and without loops."""
    graph = sparse.csr_array(adjacency, dtype=float)
    if graph.shape != (size, size):
        msg = f"adjacency is {graph.shape} but demand has {size} units"
        raise ValueError(msg)
    graph = sparse.csr_array(graph - sparse.diags_array(graph.diagonal()))
    graph.eliminate_zeros()
    if abs(graph - graph.T).max() > 1e-6 * max(1.0, abs(graph).max()) if graph.nnz else False:
        msg = "adjacency must be symmetric: store each shared boundary in both directions"
        raise ValueError(msg)
    graph.sort_indices()
    return graph


def read_columns(
    weight: np.ndarray,
    cost: ArrayLike | None,
    centers: ArrayLike | None,
    parts: int | None,
    xy: ArrayLike | None,
) -> tuple[np.ndarray, np.ndarray, int, bool]:
    """Work out the cost table, anchors, number of parts and whether labels are free."""
    size = len(weight)
    if cost is not None:
        table = np.array(cost, dtype=float)
        if table.ndim != 2 or len(table) != size or not np.isfinite(table).all():
            msg = f"cost must be finite, with one row for each of the {size} units"
            raise ValueError(msg)
        columns = table.shape[1]
        anchors = np.full(columns, -1) if centers is None else np.asarray(centers)
        anchors = anchors.astype(np.int64)
        if anchors.shape != (columns,):
            msg = f"{len(anchors)} centers for {columns} columns of cost"
            raise ValueError(msg)
        return table, anchors, columns if parts is None else int(parts), False
    if parts is None:
        msg = "give cost and centers, or the number of parts"
        raise ValueError(msg)
    if xy is None:
        return np.zeros((size, parts)), np.full(parts, -1, dtype=np.int64), int(parts), False
    place = np.asarray(xy, dtype=float)
    square = ((place[:, None, :] - place[None, :, :]) ** 2).sum(axis=2)
    return weight[:, None] * square, np.arange(size), int(parts), True


def read_fixed(fixed: ArrayLike | Mapping[int, int] | None, size: int) -> np.ndarray:
    """Read locks as ``(n,)``, -1 where free."""
    if fixed is None:
        return np.full(size, -1, dtype=np.int64)
    if isinstance(fixed, Mapping):
        locks = np.full(size, -1, dtype=np.int64)
        for unit, part in fixed.items():
            locks[unit] = part
        return locks
    return np.asarray(fixed, dtype=np.int64)


def read_barred(
    barred: ArrayLike | Iterable[Sequence[int]] | None, size: int, columns: int
) -> np.ndarray:
    """Read barred pairs as a mask ``(n, k)``."""
    if barred is None:
        return np.zeros((size, columns), dtype=bool)
    table = np.asarray(barred)
    if table.dtype == bool and table.shape == (size, columns):
        return table
    mask = np.zeros((size, columns), dtype=bool)
    rows = pairs_of(barred)  # type: ignore[arg-type]
    mask[rows[:, 0], rows[:, 1]] = True
    return mask


def read_parents(parents: ArrayLike | None, size: int) -> np.ndarray | None:
    """Give parents numbers from 0; a negative label is a unit without a parent, its own."""
    if parents is None:
        return None
    labels = np.asarray(parents).astype(np.int64).copy()
    lone = np.flatnonzero(labels < 0)
    labels[lone] = labels.max(initial=0) + 1 + np.arange(len(lone))
    if labels.shape != (size,):
        msg = f"parents has {labels.shape} labels for {size} units"
        raise ValueError(msg)
    return np.unique(labels, return_inverse=True)[1].ravel().astype(np.int64)


def read_barriers(
    graph: sparse.csr_array, barriers: Iterable[Sequence[float]] | None
) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Take removed barriers ``(i, j)`` out of the graph; list priced ones ``(i, j, price)``."""
    rows = [] if barriers is None else [tuple(row) for row in barriers]
    removed = np.array([row[:2] for row in rows if len(row) == 2], dtype=np.int64).reshape(-1, 2)
    priced = [row for row in rows if len(row) > 2]
    if len(removed):
        kept = graph.tolil()
        kept[removed[:, 0], removed[:, 1]] = 0
        kept[removed[:, 1], removed[:, 0]] = 0
        graph = sparse.csr_array(kept)
        graph.eliminate_zeros()
        graph.sort_indices()
    pairs = np.array([row[:2] for row in priced], dtype=np.int64).reshape(-1, 2)
    prices = np.array([row[2] for row in priced], dtype=float)
    if not np.isfinite(prices).all() or (prices < 0).any():
        msg = "barriers need finite prices that are not negative; leave the price out to remove one"
        raise ValueError(msg)
    return graph, pairs, prices


def read_resources(
    resources: Iterable[Resource], size: int, columns: int, parts: int
) -> tuple[Band, ...]:
    """Work out the bounds of each further resource."""
    out = []
    for resource in resources:
        values = np.asarray(resource.values, dtype=float)
        if values.shape != (size,) or not np.isfinite(values).all():
            msg = f"resource {resource.name!r} needs one finite amount for each of {size} units"
            raise ValueError(msg)
        low, high = bounds_of(
            values,
            columns,
            parts,
            lower=resource.lower,
            upper=resource.upper,
            tolerance=resource.tolerance,
        )
        out.append(Band(values, low, high, resource.price, resource.name))
    return tuple(out)


def read_kinds(kinds: Iterable[ArrayLike] | None, size: int) -> tuple[np.ndarray, ...]:
    """Read each kind as a mask, from a mask or from unit indices."""
    out = []
    for kind in () if kinds is None else kinds:
        given = np.asarray(kind)
        if given.dtype == bool:
            out.append(given)
        else:
            mask = np.zeros(size, dtype=bool)
            mask[given.astype(np.int64)] = True
            out.append(mask)
    return tuple(out)


def unlabelled(
    locks: np.ndarray, together: np.ndarray, apart: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn locks to labels without meaning into pairs together and apart."""
    labels = np.unique(locks[locks >= 0])
    firsts: list[int] = []
    joined: list[tuple[Any, Any]] = []
    for label in labels:
        members = np.flatnonzero(locks == label)
        joined += [(members[0], other) for other in members[1:]]
        firsts.append(int(members[0]))
    parted = [(a, b) for x, a in enumerate(firsts) for b in firsts[x + 1 :]]
    return (
        np.vstack([together, pairs_of(joined)]),
        np.vstack([apart, pairs_of(parted)]),
    )
