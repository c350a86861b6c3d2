"""What units can be given to, as given: columns of cost with their centers, or parts without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from gridplan.optimise.partition.question.reading import Complaints, Wanted, amounts, wholes


@dataclass(frozen=True, eq=False)
class Columns:
    """
    The columns of a problem.

    ``cost`` is ``(n, k)`` or None; ``place`` ``(n, 2)`` where each unit may be the center of a
    part (``free``: labels mean nothing); ``centers`` ``(k,)``, -1 for a part without; ``count`` is
    ``k`` and ``parts`` how many are used, None and 0 where that could not be read.
    """

    cost: np.ndarray | None
    place: np.ndarray | None
    centers: np.ndarray
    count: int | None
    parts: int
    free: bool

    @property
    def labels(self) -> int | None:
        """How many parts a unit can be fixed to."""
        return (self.parts or None) if self.free else self.count

    def table(self, weight: np.ndarray) -> np.ndarray:
        """Cost ``(n, k)`` as given, or the moment of inertia around each unit, or nothing."""
        if self.cost is not None:
            return self.cost
        if self.place is None:
            return np.zeros((len(weight), len(self.centers)))
        square = cdist(self.place, self.place, "sqeuclidean")
        square *= weight[:, None]
        return square


def read_columns(
    wrong: Complaints, *, cost: object, centers: object, parts: object, xy: object, size: int
) -> Columns:
    """Read what units can be given to, and of how many columns a part is made."""
    wanted = _read_parts(wrong, parts)
    place = None
    if xy is not None:
        words, remedy = f"x and y of each of the {size} units", "drop or place those units"
        place = amounts(wrong, "xy", xy, Wanted((size, 2), words, remedy=remedy), negative=True)
    if cost is not None:
        table = _read_cost(wrong, cost, size)
        count = None if table is None else table.shape[1]
        anchors = _read_centers(wrong, centers, count, size)
        used = (count or 0) if parts is None else wanted
        return Columns(table, None, anchors, count, used, free=False)
    if centers is not None:
        wrong.add("centers is given without cost; give cost, with a column for each center")
    if parts is None:
        wrong.add("parts is missing; give the number of parts, or cost and centers")
    if wanted > size:
        wrong.add(f"parts is {wanted} but there are only {size} units; give at most {size}")
        wanted = 0
    if xy is not None:
        return Columns(None, place, np.arange(size), size, wanted, free=True)
    anchors = np.full(wanted, -1, dtype=np.int64)
    return Columns(None, None, anchors, wanted or None, wanted, free=False)


def _read_parts(wrong: Complaints, parts: object) -> int:
    """Read the number of parts; 0 without one, or with a complaint."""
    if parts is None:
        return 0
    read = wholes(wrong, "parts", parts, Wanted((), "one whole number"), low=1, high=None)
    return 0 if read is None else max(0, int(read))


def _read_cost(wrong: Complaints, cost: object, size: int) -> np.ndarray | None:
    """Read the costs ``(n, k)``; None, with a complaint, if they are none."""
    want = f"one row for each of the {size} units and one column for each possible part"
    remedy = "use barred for what is ruled out"
    wanted = Wanted((size, None), want, masks=True, remedy=remedy)
    table = amounts(wrong, "cost", cost, wanted, negative=True)
    if table is not None and not table.shape[1]:
        wrong.add(f"cost has no columns; give {want}")
        return None
    return table


def _read_centers(
    wrong: Complaints,
    centers: object,
    count: int | None,
    size: int,
) -> np.ndarray:
    """Read the center of each column ``(k,)``, -1 for a part without."""
    if centers is None:
        return np.full(count or 0, -1, dtype=np.int64)
    columns = "column" if count is None else f"of the {count} columns"
    words = f"one unit for each {columns} of cost, -1 for a part without"
    wanted = Wanted((count,), words, remedy="-1 stands for a part without")
    read = wholes(wrong, "centers", centers, wanted, low=-1, high=size)
    return np.full(count or 0, -1, dtype=np.int64) if read is None else read
