"""
Sorting in compiled steps: a bottom-up merge sort of indices, stable and quick to compile.

Short runs are sorted by insertion, then merged back and forth between two arrays; ties keep the
order of their indices, so that no answer depends on how a library sorts.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.in_place import in_place

Array = np.ndarray


@compiled
def rising(worth: Array) -> Array:
    """Order of rising worth, ties by index."""
    order = np.empty(len(worth), dtype=np.int64)
    spare = np.empty(len(worth), dtype=np.int64)
    sort_rising(worth, len(worth), order, spare)
    return order


@in_place
def sort_rising(worth: Array, size: int, order: Array, spare: Array) -> None:
    """Sort the first ``size`` indices by rising worth, ties by index: a bottom-up merge sort."""
    for q in range(size):
        order[q] = q
    for begin in range(0, size, 8):
        for q in range(begin + 1, min(begin + 8, size)):
            held = order[q]
            k = q - 1
            while k >= begin and worth[order[k]] > worth[held]:
                order[k + 1] = order[k]
                k -= 1
            order[k + 1] = held
    run, back = 8, False
    while run < size:
        for begin in range(0, size, 2 * run):
            if back:
                merge(worth, spare, order, begin, run, size)
            else:
                merge(worth, order, spare, begin, run, size)
        back = not back
        run *= 2
    if back:
        for q in range(size):
            order[q] = spare[q]


@in_place
def merge(worth: Array, order: Array, other: Array, begin: int, run: int, size: int) -> None:
    """Merge two neighbouring sorted runs of ``order`` into ``other``."""
    middle, end = min(begin + run, size), min(begin + 2 * run, size)
    left, right = begin, middle
    for q in range(begin, end):
        if left < middle and (right >= end or worth[order[left]] <= worth[order[right]]):
            other[q] = order[left]
            left += 1
        else:
            other[q] = order[right]
            right += 1
