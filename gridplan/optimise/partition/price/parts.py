"""Parts: a column and the units in it, what two of them have in common, their rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.question.problem import Problem

Part = tuple[int, np.ndarray]
"""Column and units ``(size,)``, ascending."""

Key = tuple[int, bytes]


def key_of(part: Part) -> Key:
    """Return what two equal parts have in common."""
    return part[0], part[1].astype(np.int32).tobytes()


def distinct(parts: Iterable[Part]) -> list[Part]:
    """Each part once, in the order of its first appearance."""
    met: dict[Key, Part] = {}
    for part in parts:
        met.setdefault(key_of(part), part)
    return list(met.values())


def incidence(problem: Problem, parts: list[Part]) -> sparse.csc_array:
    """Matrix ``(n + k, parts)``: the units of each part and, below them, its column."""
    rows = [np.append(units, problem.units + k) for k, units in parts]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    shape = (problem.units + problem.columns, len(parts))
    return sparse.csc_array((np.ones(ends[-1]), np.concatenate(rows), ends), shape=shape)
