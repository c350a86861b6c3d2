"""Islands and exclaves: the links that let a grid reach what the district itself leaves apart."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.errors import Problem


def missing_links(district: District) -> tuple[sparse.csr_array, tuple[Problem, ...]]:
    """
    Join each separate piece of the district to the nearest unit of the rest.

    Declared links (bridges, ferries) are already part of the adjacency; what is still apart gets
    its shortest link, piece by piece, smallest first, and each is reported.

    Parameters
    ----------
    district
        Its components and centroids.

    Returns
    -------
    links
        ``(n, n)`` symmetric, metres between the two centroids; empty where all hangs together.
    notes
        One ``island-linked`` for each link: the units, their residents, the metres.
    """
    labels = np.asarray(district.components)
    places = district.centroids
    names = district.units.index
    people = district.units["population"].to_numpy(dtype=float)
    rows: list[int] = []
    columns: list[int] = []
    metres: list[float] = []
    notes: list[Problem] = []
    labels = labels.copy()
    while len(np.unique(labels)) > 1:
        sizes = np.bincount(labels)
        small = int(np.argmin(np.where(sizes > 0, sizes, sizes.max() + 1)))
        inside, outside = np.flatnonzero(labels == small), np.flatnonzero(labels != small)
        far, nearest = cKDTree(places[outside]).query(places[inside])
        best = int(np.argmin(np.round(far, 3)))
        here, there = int(inside[best]), int(outside[nearest[best]])
        rows += [here, there]
        columns += [there, here]
        metres += [max(1.0, float(far[best]))] * 2
        notes.append(
            Problem(
                "island-linked",
                {
                    "units": len(inside),
                    "residents": round(float(people[inside].sum())),
                    "from_unit": names[here],
                    "to_unit": names[there],
                    "metres": round(float(far[best])),
                },
            )
        )
        labels[inside] = labels[there]
    shape = (len(names), len(names))
    return sparse.csr_array((metres, (rows, columns)), shape=shape), tuple(notes)
