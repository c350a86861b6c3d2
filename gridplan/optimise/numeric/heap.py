"""A binary heap over plain arrays for compiled helpers, ordered by key, then tie, then item."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled


@compiled
def before(key: np.ndarray, tie: np.ndarray, item: np.ndarray, a: int, b: int) -> bool:
    """Tell whether entry ``a`` comes before entry ``b``."""
    if key[a] != key[b]:
        return bool(key[a] < key[b])
    if tie[a] != tie[b]:
        return bool(tie[a] < tie[b])
    return bool(item[a] < item[b])


@compiled
def swap(key: np.ndarray, tie: np.ndarray, item: np.ndarray, a: int, b: int) -> None:
    """Exchange two entries."""
    one, two, three = key[a], tie[a], item[a]
    key[a], tie[a], item[a] = key[b], tie[b], item[b]
    key[b], tie[b], item[b] = one, two, three


@compiled
def push(
    key: np.ndarray, tie: np.ndarray, item: np.ndarray, size: int, k: float, t: float, i: int
) -> int:
    """Add an entry; return the new size."""
    key[size] = k
    tie[size] = t
    item[size] = i
    at = size
    while at > 0:
        up = (at - 1) // 2
        if not before(key, tie, item, at, up):
            break
        swap(key, tie, item, at, up)
        at = up
    return size + 1


@compiled
def pop(key: np.ndarray, tie: np.ndarray, item: np.ndarray, size: int) -> int:
    """Move the first entry to the end, out of the heap; return the new size."""
    size -= 1
    swap(key, tie, item, 0, size)
    at = 0
    while True:
        low = at
        for child in (2 * at + 1, 2 * at + 2):
            if child < size and before(key, tie, item, child, low):
                low = child
        if low == at:
            return size
        swap(key, tie, item, at, low)
        at = low
