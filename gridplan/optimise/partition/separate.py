"""Separator cuts for fractional solutions: smallest vertex cuts between a unit and its center."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.partition.problem import Problem


@compiled
def smallest_cut(
    indptr: np.ndarray,
    indices: np.ndarray,
    room: np.ndarray,
    root: int,
    goal: int,
    limit: float,
    flow: np.ndarray,
    through: np.ndarray,
    came: np.ndarray,
    queue: np.ndarray,
) -> float:
    """
    Push flow from ``root`` to ``goal`` through units of capacity ``room`` until it reaches
    ``limit`` or is largest (Edmonds & Karp on the graph with every unit split in two).

    ``flow[e]`` belongs to the stored edge, ``through[i]`` to the unit. On return ``came[2 i]`` is
    not -1 where the entry of unit ``i`` is reached in the residual graph and ``came[2 i + 1]``
    where its exit is; a unit reached only at its entry is in the smallest cut.
    """
    n = len(room)
    flow[:] = 0.0
    through[:] = 0.0
    total = 0.0
    while total < limit:
        came[:] = -1
        head = 0
        tail = 1
        queue[0] = 2 * root + 1
        came[2 * root + 1] = 2 * root + 1
        done = False
        while head < tail and not done:
            node = queue[head]
            head += 1
            i = node // 2
            if node % 2 == 1:
                if came[2 * i] < 0 and through[i] > 1e-12:
                    came[2 * i] = node
                    queue[tail] = 2 * i
                    tail += 1
                for e in range(indptr[i], indptr[i + 1]):
                    j = indices[e]
                    if came[2 * j] < 0:
                        came[2 * j] = node
                        if j == goal:
                            done = True
                            break
                        queue[tail] = 2 * j
                        tail += 1
            else:
                if came[2 * i + 1] < 0 and through[i] < room[i] - 1e-12:
                    came[2 * i + 1] = node
                    queue[tail] = 2 * i + 1
                    tail += 1
                for e in range(indptr[i], indptr[i + 1]):
                    j = indices[e]
                    if came[2 * j + 1] < 0:
                        back = 0.0
                        for f in range(indptr[j], indptr[j + 1]):
                            if indices[f] == i:
                                back = flow[f]
                                break
                        if back > 1e-12:
                            came[2 * j + 1] = node
                            queue[tail] = 2 * j + 1
                            tail += 1
        if not done:
            break
        push = limit - total
        node = 2 * goal
        while node != 2 * root + 1:
            before = came[node]
            i = before // 2
            j = node // 2
            if i == j:
                spare = room[i] - through[i] if node % 2 == 1 else through[i]
                push = min(push, spare)
            elif node % 2 == 1:
                for f in range(indptr[j], indptr[j + 1]):
                    if indices[f] == i:
                        push = min(push, flow[f])
            node = before
        node = 2 * goal
        while node != 2 * root + 1:
            before = came[node]
            i = before // 2
            j = node // 2
            if i == j:
                through[i] += push if node % 2 == 1 else -push
            elif node % 2 == 0:
                for f in range(indptr[i], indptr[i + 1]):
                    if indices[f] == j:
                        flow[f] += push
            else:
                for f in range(indptr[j], indptr[j + 1]):
                    if indices[f] == i:
                        flow[f] -= push
            node = before
        total += push
    return total


def violated(
    problem: Problem, share: np.ndarray, column: int, *, depth: float = 0.02, most: int = 30
) -> list[tuple[int, np.ndarray]]:
    """
    Find separators violated by fractional values of one column.

    Parameters
    ----------
    share
        ``(n,)`` value of each unit in the column.
    depth
        Least violation worth a cut.
    most
        Cuts to return.

    Returns
    -------
    list of (unit, separator)
    """
    p = problem
    root = int(p.centers[column])
    indptr, indices = p.graph.indptr, p.graph.indices
    beside = set(indices[indptr[root] : indptr[root + 1]].tolist()) | {root}
    room = np.maximum(share, 0.0)
    flow, through = np.zeros(len(indices)), np.zeros(p.units)
    came, queue = np.zeros(2 * p.units, np.int64), np.zeros(2 * p.units + 2, np.int64)
    out: list[tuple[int, np.ndarray]] = []
    for i in np.argsort(-share, kind="stable"):
        if share[i] < depth * 2 or len(out) >= most:
            break
        if int(i) in beside:
            continue
        got = smallest_cut(
            indptr, indices, room, root, int(i), float(share[i]), flow, through, came, queue
        )
        if got < share[i] - depth:
            entry = came[0::2] >= 0
            leave = came[1::2] >= 0
            ring = np.flatnonzero(entry & ~leave)
            ring = ring[ring != root]
            out.append((int(i), ring))
    return out
