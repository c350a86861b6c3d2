"""A first assignment as it is given, and as the engine sees it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gridplan.optimise.partition.question.problem import Problem


def read_start(problem: Problem, start: ArrayLike) -> np.ndarray:
    """
    Read a first assignment ``(n,)``; where parts are free by place, each is named by its center.

    Raises
    ------
    ValueError
        If it has another length, or names parts that there are not.
    """
    p = problem
    own = np.asarray(start)
    named = p.parts if p.notes.get("free") else p.columns
    if own.shape != (p.units,) or not np.issubdtype(own.dtype, np.number):
        msg = f"start: give one part for each of the {p.units} units (it is {own.shape})"
        raise ValueError(msg)
    if not (np.isfinite(own) & (own == np.floor(own)) & (own >= 0) & (own < named)).all():
        msg = f"start: parts are whole numbers from 0 to {named - 1}; give each unit one of them"
        raise ValueError(msg)
    own = own.astype(np.int64)
    if not p.notes.get("free") or p.columns == p.parts:
        return own
    out = own.copy()
    for k in np.unique(own):
        inside = np.flatnonzero(own == k)
        out[inside] = inside[int(p.cost[np.ix_(inside, inside)].sum(axis=0).argmin())]
    return out


def contract_start(start: np.ndarray, node: np.ndarray) -> np.ndarray:
    """Give each node the part of its first unit."""
    return start[np.unique(node, return_index=True)[1]]
