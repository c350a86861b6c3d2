"""A travel matrix: what the way from each place to others comes to, as a planner brings it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Measure = Literal["minutes", "metres"]

MATRICES = ("walk_matrix", "drive_matrix")
"""What a district folder may declare besides its layers of shapes."""

MEASURES: dict[str, tuple[Measure, float]] = {
    "minutes": ("minutes", 1.0),
    "seconds": ("minutes", 1 / 60),
    "hours": ("minutes", 60.0),
    "metres": ("metres", 1.0),
    "kilometres": ("metres", 1000.0),
}
"""What figures may be measured in, and what they are kept as."""

PLACED = ("units", "centers", "candidates", "stations", "hospitals", "outside_centers")
"""Layers whose rows ways may begin or end at."""


@dataclass(frozen=True, eq=False)
class Ends:
    """
    Places that ways begin or end at.

    Parameters
    ----------
    layer, id
        (k,) layer of :data:`PLACED` and id of each.
    xy
        (k, 2) metres, in the CRS of the district; of units the middle.
    """

    layer: NDArray[np.object_]
    id: NDArray[np.object_]
    xy: NDArray[np.float64]

    def of_units(self, units: pd.Index) -> NDArray[np.int64]:
        """Give the position of each unit among the places; -1 where it is none of them."""
        mine = np.flatnonzero(self.layer == "units")
        found = pd.Index(self.id[mine]).get_indexer(units)
        return np.where(found >= 0, mine[found] if len(mine) else -1, -1)

    @property
    def sites(self) -> NDArray[np.int64]:
        """Positions of the places that are no units."""
        return np.flatnonzero(self.layer != "units")

    def labels(self) -> list[str]:
        """Name every place with its layer: ``centers:c1``."""
        return [f"{layer}:{key}" for layer, key in zip(self.layer, self.id, strict=True)]


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """
    Ways between places, from one to the other and not the other way round.

    Parameters
    ----------
    origins, targets
        Where ways begin and end.
    cost
        CSR (origins, targets), in ``measure``; the stored entries, zeros included, are known.
    measure
        ``minutes`` or ``metres``.
    beyond
        What a way that is not there comes to at least, in ``measure``; None if every way that is
        needed is there.
    """

    origins: Ends
    targets: Ends
    cost: sparse.csr_array
    measure: Measure
    beyond: float | None = None


def matrix_of(
    origins: Ends,
    targets: Ends,
    pairs: tuple[Any, Any, Any],
    *,
    measure: Measure,
    beyond: float | None = None,
) -> TravelMatrix:
    """
    Put known ways into a table.

    Parameters
    ----------
    origins, targets
        Where ways begin and end.
    pairs
        Position of the origin, of the target, and the cost of each way; none twice.
    measure, beyond
        As :class:`TravelMatrix` has them.
    """
    row, column, cost = (np.asarray(part) for part in pairs)
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(origins.id)))])
    # Built by hand: a conversion from coordinates would be free to drop explicit zeros.
    table = sparse.csr_array(
        (cost[order].astype(float), column[order], starts),
        shape=(len(origins.id), len(targets.id)),
    )
    return TravelMatrix(origins, targets, table, measure, beyond)
