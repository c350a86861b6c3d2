"""From what the caller passes to a :class:`Problem`: every argument checked, none reinterpreted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.partition.graph.graph import reach
from gridplan.optimise.partition.question.bindings import (
    read_barred,
    read_fixed,
    read_kinds,
    read_pairs,
    read_parents,
    unlabelled,
)
from gridplan.optimise.partition.question.borders import read_adjacency, read_barriers
from gridplan.optimise.partition.question.columns import Columns, read_columns
from gridplan.optimise.partition.question.demands import Demands
from gridplan.optimise.partition.question.limits import bands_of, check_limits, check_resources
from gridplan.optimise.partition.question.problem import (
    Problem,
    bounds_of,
    edge_list,
    join_groups,
)
from gridplan.optimise.partition.question.reading import Complaints, Wanted, amount, amounts
from gridplan.optimise.partition.question.sites import read_sites


def read_problem(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None,
    demands: Demands,
) -> Problem:
    """
    Check and normalise the arguments of :func:`gridplan.optimise.partition.partition`.

    More parts than columns of ``cost`` are no wrong argument but a demand that cannot be met.

    Raises
    ------
    ValueError
        If arguments are wrong or do not fit together: one line for each fault, with the argument,
        its entry, what is wrong and what to do.
    """
    wrong, d = Complaints(), demands
    border_price, balance_price = _read_prices(wrong, d.compactness, d.balance)
    parting = _read_split_price(wrong, d.split_price, d.parents)
    weight, whole = _read_units(wrong, demand, adjacency)
    size = len(weight)
    columns = read_columns(wrong, cost=cost, centers=d.centers, parts=d.parts, xy=d.xy, size=size)
    check_limits(wrong, d.lower, d.upper, d.tolerance, columns)
    goods = check_resources(wrong, d.resources, columns, size)
    labels, names = read_parents(wrong, d.parents, size)
    locks = read_fixed(wrong, d.fixed, size, columns.labels)
    if columns.free and d.barred is not None:
        wrong.add("barred has no meaning for parts without centers; use apart")
    barred = None if columns.free else d.barred
    ruled_out = read_barred(wrong, barred, size, columns.count)
    together_pairs = read_pairs(wrong, "together", d.together, size)
    apart_pairs = read_pairs(wrong, "apart", d.apart, size, distinct=True)
    graph, crossings, prices = read_barriers(wrong, d.barriers, whole, size)
    kinds = read_kinds(wrong, d.must_contain, size)
    offered = read_sites(wrong, d.sites, size)
    wrong.raise_any()
    assert whole is not None  # or it was complained about
    if columns.free:  # labels mean nothing until units are fixed to them: keep or part those units
        together_pairs, apart_pairs = unlabelled(locks, together_pairs, apart_pairs)
    table = columns.table(weight)
    low, high = bounds_of(
        weight, table.shape[1], columns.parts, lower=d.lower, upper=d.upper, tolerance=d.tolerance
    )
    pairs, lengths = edge_list(whole)
    return Problem(
        graph=graph,
        demand=weight,
        cost=table,
        centers=columns.centers,
        parts=columns.parts,
        lower=low,
        upper=high,
        allowed=_allowed(graph, columns, locks, ruled_out),
        atom=join_groups(size, together_pairs, labels if parting is None else None),
        parent=labels,
        split_price=parting,
        resources=bands_of(goods, table.shape[1], columns.parts),
        apart=apart_pairs,
        crossings=crossings,
        crossing_price=prices,
        must=kinds,
        edges=pairs,
        lengths=lengths,
        compactness=border_price,
        balance=balance_price,
        target=float(weight.sum()) / columns.parts,
        sites=offered,
        notes={"free": columns.free, "locks": locks, "parents": names},
    )


def _read_prices(wrong: Complaints, compactness: object, balance: object) -> tuple[float, float]:
    """Read the prices of what every part is measured by."""
    remedy = "0 leaves it out"
    return (
        amount(wrong, "compactness", compactness, remedy=remedy),
        amount(wrong, "balance", balance, remedy=remedy),
    )


def _read_split_price(wrong: Complaints, split_price: object, parents: object) -> float | None:
    """Read the price of splitting a parent, which needs parents; None keeps them whole."""
    if split_price is None:
        return None
    if parents is None:
        wrong.add("split_price is given without parents; give parents, or leave the price out")
    return amount(wrong, "split_price", split_price, remedy="None keeps parents whole")


def _read_units(
    wrong: Complaints, demand: object, adjacency: object
) -> tuple[np.ndarray, sparse.csr_array | None]:
    """
    Read demand and adjacency, of which one at least must tell how many units there are.

    Raises
    ------
    ValueError
        If neither does, with all complaints so far.
    """
    want = "one number for each unit"
    wanted = Wanted((None,), want, masks=True, remedy="fill or drop those units")
    weight = amounts(wrong, "demand", demand, wanted)
    if weight is not None and not len(weight):
        wrong.add(f"demand is empty; give {want}")
        weight = None
    whole = read_adjacency(wrong, adjacency, None if weight is None else len(weight))
    if weight is None and (whole is None or not whole.shape[0]):
        wrong.raise_any()
    if weight is None and whole is not None:
        weight = np.zeros(whole.shape[0])
    assert weight is not None  # or it was complained about
    return weight, whole


def _allowed(
    graph: sparse.csr_array, columns: Columns, locks: np.ndarray, ruled_out: np.ndarray | None
) -> np.ndarray:
    """Mark ``(n, k)`` what unit may be in what part: locks, bars, centers, and within reach."""
    size, anchors = len(locks), columns.centers
    allowed = np.ones((size, len(anchors)), dtype=bool)
    if not columns.free:
        held = np.flatnonzero(locks >= 0)
        allowed[held] = False
        allowed[held, locks[held]] = True
    if ruled_out is not None:
        allowed &= ~ruled_out
    anchored = np.flatnonzero(anchors >= 0)
    if columns.parts == len(anchors):
        for k in anchored:
            own = allowed[anchors[k], k]
            allowed[anchors[k]] = False
            allowed[anchors[k], k] = own
    for k in anchored:
        allowed[:, k] = reach(graph, int(anchors[k]), allowed[:, k].copy())
    return allowed
