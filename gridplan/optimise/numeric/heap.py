"""
A binary heap over plain arrays for compiled steps (Williams 1964, *Communications of the ACM* 7).

Entries are ordered by key, then tie, then item, so that the order in which equal keys come out does
not depend on how they went in. The heap does not know its size: callers hold it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import inner


class Heap(NamedTuple):
    """
    Room for entries, each array ``(most,)``.

    Parameters
    ----------
    key, tie
        What entries are ordered by, least first; of equal keys the lesser tie.
    item
        Whole number an entry stands for; of equal ties the lesser item.
    """

    key: np.ndarray
    tie: np.ndarray
    item: np.ndarray


@inner
def empty_heap(most: int) -> Heap:
    """Make room for up to ``most`` entries."""
    return Heap(np.zeros(most), np.zeros(most), np.zeros(most, np.int64))


@inner
def before(heap: Heap, a: int, b: int) -> bool:
    """Tell whether entry ``a`` comes before entry ``b``."""
    key, tie, item = heap.key, heap.tie, heap.item
    if key[a] != key[b]:
        return bool(key[a] < key[b])
    if tie[a] != tie[b]:
        return bool(tie[a] < tie[b])
    return bool(item[a] < item[b])


@inner
def swap(heap: Heap, a: int, b: int) -> None:
    """Exchange two entries."""
    key, tie, item = heap.key, heap.tie, heap.item
    one, two, three = key[a], tie[a], item[a]
    key[a], tie[a], item[a] = key[b], tie[b], item[b]
    key[b], tie[b], item[b] = one, two, three


@inner
def push(heap: Heap, size: int, key: float, tie: float, item: int) -> int:
    """Add an entry to a heap of ``size`` entries; return the new size."""
    heap.key[size] = key
    heap.tie[size] = tie
    heap.item[size] = item
    at = size
    while at > 0:
        up = (at - 1) // 2
        if not before(heap, at, up):
            break
        swap(heap, at, up)
        at = up
    return size + 1


@inner
def pop(heap: Heap, size: int) -> int:
    """Move the first of ``size`` entries to the end, out of the heap; return the new size."""
    size -= 1
    swap(heap, 0, size)
    at = 0
    while True:
        low = at
        for child in (2 * at + 1, 2 * at + 2):
            if child < size and before(heap, child, low):
                low = child
        if low == at:
            return size
        swap(heap, at, low)
        at = low
