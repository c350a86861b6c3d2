"""Drives to hospitals measured anew: from unit to unit, over proposed links, or along roads."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.audit.derived.ways.walks import Travel, places_of, present
from gridplan.district.district import District
from gridplan.errors import Problem

Link = tuple[int, int, float]


def proposed_links(district: District, told: Iterable[Problem] = ()) -> list[Link]:
    """
    Propose the links that make a district one piece: a tree of shortest ones.

    Parameters
    ----------
    district
        Its units and their neighbours.
    told
        Notes of a plan. Where units are equally near, its links are taken if they are a tree as
        short as any.

    Returns
    -------
    links
        Positions of the two units, the smaller first, and the metres between their middles.
    """
    found = _shortest_links(district)
    if not found:
        return found
    given = _told_links(district, told)
    if len(given) != len(found) or not _joined(district, given):
        return found
    lengths = [np.sort([metres for _, _, metres in links]) for links in (found, given)]
    return given if float(np.abs(lengths[0] - lengths[1]).max()) <= 1e-6 else found


def _told_links(district: District, told: Iterable[Problem]) -> list[Link]:
    middles = shapely.centroid(district.units.geometry.to_numpy())
    links = []
    for note in told:
        if note.code == "island-linked":
            ends = district.units.index.get_indexer(
                [note.values.get("from_unit"), note.values.get("to_unit")]
            )
            if 0 <= ends[0] < ends[1]:
                metres = float(shapely.distance(middles[ends[0]], middles[ends[1]]))
                links.append((int(ends[0]), int(ends[1]), metres))
    return links


def _joined(district: District, links: Iterable[Link]) -> bool:
    """Whether links leave a district in one piece."""
    graph = sparse.lil_array(sparse.csr_array(district.adjacency))
    for one, other, _ in links:
        graph[one, other] = 1.0
    count = csgraph.connected_components(sparse.csr_array(graph), directed=False)[0]
    return bool(count == 1)


def _shortest_links(district: District) -> list[Link]:
    """Let every piece name its nearest unit of another, round after round, the shortest first."""
    piece = csgraph.connected_components(sparse.csr_array(district.adjacency), directed=False)[1]
    middles = shapely.centroid(district.units.geometry.to_numpy())
    found: list[Link] = []
    while piece.max(initial=0):
        named = []
        for one in np.unique(piece):
            here, there = np.flatnonzero(piece == one), np.flatnonzero(piece != one)
            (rows, columns), metres = shapely.STRtree(middles[there]).query_nearest(
                middles[here], return_distance=True, all_matches=True
            )
            best = np.lexsort((there[columns], here[rows], metres))[0]
            named.append((float(metres[best]), int(here[rows[best]]), int(there[columns[best]])))
        for metres, one, other in sorted(named):
            if piece[one] != piece[other]:
                found.append((min(one, other), max(one, other), metres))
                piece = np.where(piece == piece[other], piece[one], piece)
    return found


def link_notes(district: District, links: Iterable[Link]) -> list[Problem]:
    """Tell of each proposed link: its units, their residents, the metres edge to edge."""
    people = district.units["population"].to_numpy(dtype=float)
    piece = np.asarray(district.components)
    shapes, names = district.units.geometry.to_numpy(), district.units.index
    notes = []
    for here, there, _ in links:
        sides = [piece == piece[here], piece == piece[there]]
        inside = min(sides, key=lambda side: int(side.sum()))
        gap = float(shapely.distance(shapes[here], shapes[there]))
        values = {
            "units": int(inside.sum()),
            "residents": f"{people[inside].sum():,.0f}",
            "from_unit": names[here],
            "to_unit": names[there],
            "metres": f"{gap:,.0f}",
        }
        notes.append(Problem("island-linked", values))
    return notes


def driven(travel: Travel, hospitals: gpd.GeoDataFrame, links: Iterable[Link]) -> np.ndarray:
    """
    Measure the drive from every unit to each hospital.

    Parameters
    ----------
    travel
        How.
    hospitals
        With ``unit`` and points.
    links
        Further ways between units; of no account on roads.

    Returns
    -------
    metres
        ``(n, k)`` whole; along roads those that the minutes of the drive count as.
    """
    district, middles = travel.district, travel.middles
    if not len(hospitals):
        return np.zeros((len(middles), 0))
    if travel.drive_matrix is not None:
        every = np.arange(len(middles))
        ways = travel.drive_matrix.metres(middles, places_of(hospitals), units=every)
        return np.asarray(np.round(ways))
    if travel.drive_by == "roads":
        network = present(travel.roads.drive)
        minutes = network.table(network.join(middles), network.join(places_of(hospitals)))
        return np.asarray(np.round(minutes * travel.driven_a_minute))
    near = sparse.triu(sparse.coo_array(district.adjacency), k=1)
    rows, columns = near.row[near.data > 0], near.col[near.data > 0]
    steps = middles[rows] - middles[columns]
    metres = {
        (int(one), int(other)): max(float(length), 1e-9)
        for one, other, length in zip(rows, columns, np.sqrt((steps**2).sum(axis=1)), strict=True)
    }
    for one, other, length in links:
        metres[one, other] = max(metres.get((one, other), 0.0), length, 1.0)
    ends = np.array(list(metres), dtype=int).reshape(-1, 2).T
    size = (len(middles), len(middles))
    graph = sparse.csr_array((list(metres.values()), (ends[0], ends[1])), shape=size)
    standing = district.units.index.get_indexer(hospitals["unit"])
    return np.asarray(np.round(csgraph.dijkstra(graph, directed=False, indices=standing).T))
