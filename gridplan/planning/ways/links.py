"""Islands and exclaves: the links that let a grid reach what the district itself leaves apart."""

from __future__ import annotations

import numpy as np
import shapely
from scipy import sparse

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.partition.graph.links import suggest_links


def missing_links(district: District) -> tuple[sparse.csr_array, tuple[Problem, ...]]:
    """
    Join each separate piece of the district to the nearest unit of the rest.

    Declared links (bridges, ferries) are already part of the adjacency; what is still apart is
    joined by a spanning tree of shortest links, and each is reported.

    Parameters
    ----------
    district
        Its components and centroids.

    Returns
    -------
    links
        ``(n, n)`` symmetric, metres between the two centroids; empty where all hangs together.
    notes
        One ``island-linked`` for each link: the units, their residents, the metres between them,
        edge to edge.
    """
    places = district.centroids
    names = district.units.index
    people = district.units["population"].to_numpy(dtype=float)
    shapes = district.units.geometry.to_numpy()
    found = suggest_links(district.adjacency, places)
    rows = [row for here, there, _ in found for row in (here, there)]
    columns = [column for here, there, _ in found for column in (there, here)]
    metres = [max(1.0, gap) for _, _, gap in found for _ in range(2)]
    shape = (len(names), len(names))
    notes = [
        Problem(
            "island-linked",
            {
                "units": int(inside.sum()),
                "residents": f"{people[inside].sum():,.0f}",
                "from_unit": names[here],
                "to_unit": names[there],
                # Edge to edge, as the water is wide; the way itself is measured between centroids.
                "metres": f"{shapely.distance(shapes[here], shapes[there]):,.0f}",
            },
        )
        for here, there, _ in found
        for inside in [_smaller_side(np.asarray(district.components), here, there)]
    ]
    return sparse.csr_array((metres, (rows, columns)), shape=shape), tuple(notes)


def _smaller_side(piece: np.ndarray, here: int, there: int) -> np.ndarray:
    """Mask the smaller of the two pieces that a link joins."""
    one, other = piece == piece[here], piece == piece[there]
    return one if one.sum() <= other.sum() else other
