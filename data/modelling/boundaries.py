"""Modelled boundaries of streets (or towns) and communities (or villages).

Nobody publishes them, so they are grown: every street spreads over the lattice from the lines
joining its communities' approximate places, at a speed that varies smoothly from place to place
(so that borders wind as real ones do), and a head start per street is tuned until the areas agree
with the published ones. Communities then spread inside their street in the same way. The borders
are smoothed to curves, and a cell belongs to the community that its centre falls in.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from modelling.outline import Lattice

_FOLD = 4  # borders are smoothed at a quarter of a cell
_SOFTNESS = 4.4  # such steps: deviation of the Gaussian that smooths them


def travel_graph(lattice: Lattice, slowness: np.ndarray) -> sparse.csr_array:
    """Join every cell to its eight neighbours, length times mean slowness.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    slowness : ndarray, shape (n,)
        Positive; 1 is even ground.

    Returns
    -------
    csr_array, shape (n, n)
        Symmetric, metres.
    """
    heads, tails, costs = [], [], []
    number = np.pad(lattice.number, 1, constant_values=-1)
    here = number[1:-1, 1:-1]
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        there = number[1 + down : number.shape[0] - 1 + down, 1 + right :][:, : here.shape[1]]
        both = (here >= 0) & (there >= 0)
        a, b = here[both], there[both]
        heads.append(a)
        tails.append(b)
        costs.append(lattice.cell * np.hypot(down, right) * (slowness[a] + slowness[b]) / 2.0)
    i, j, c = np.concatenate(heads), np.concatenate(tails), np.concatenate(costs)
    n = lattice.x.size
    graph = sparse.coo_array((c, (i, j)), shape=(n, n)).tocsr()
    return (graph + graph.T).tocsr()


def nearest_cell(lattice: Lattice, points: np.ndarray) -> np.ndarray:
    """Find the cell whose centre is nearest to each point, shape (k, 2), metres."""
    squared = (lattice.x - points[:, :1]) ** 2 + (lattice.y - points[:, 1:]) ** 2
    return squared.argmin(axis=1)


def grow(
    graph: sparse.csr_array, seeds: list[np.ndarray], target: np.ndarray, *, rounds: int = 260
) -> np.ndarray:
    """Let regions spread from their seeds until each has its target number of cells.

    An additively weighted Voronoi diagram on the graph: cells go to the region that reaches them
    first, and the head starts are tuned, so a region is connected whenever its seeds are.

    Parameters
    ----------
    graph : csr_array, shape (n, n)
        Travel cost between neighbouring cells, metres.
    seeds : list of ndarray
        The starting cells of each of the k regions.
    target : ndarray, shape (k,)
        Wanted cells.
    rounds : int
        Tuning steps.

    Returns
    -------
    ndarray of int, shape (n,)
        The region of each cell.
    """
    reach = np.full((len(seeds), graph.shape[0]), np.inf)
    everyone = np.concatenate(seeds)
    for k, own in enumerate(seeds):
        # Nobody passes through another's seeds: they could cut a region in two.
        free = np.setdiff1d(np.arange(graph.shape[0]), np.setdiff1d(everyone, own))
        start = np.searchsorted(free, own)
        reach[k, free] = csgraph.dijkstra(graph[free][:, free], indices=start, min_only=True)
    head = np.zeros(len(seeds))
    best, least = reach.argmin(axis=0), np.inf
    for step in range(rounds):
        region = (reach - head[:, None]).argmin(axis=0)
        area = np.bincount(region, minlength=len(seeds))
        miss = np.abs(area / target - 1.0).max()
        if miss < least:
            best, least = region, miss
        pace = 1200.0 * 0.985**step
        head += pace * np.clip(1.0 - area / target, -0.5, 0.5)
    return best


def skeleton(lattice: Lattice, anchors: np.ndarray) -> np.ndarray:
    """Return the cells along the shortest tree of straight lines joining the anchors."""
    gaps = np.hypot(*(anchors[:, None] - anchors[None]).transpose(2, 0, 1))
    tree = csgraph.minimum_spanning_tree(gaps).tocoo()
    cells = [nearest_cell(lattice, anchors)]
    for a, b in zip(tree.row, tree.col, strict=True):
        along = np.linspace(0.0, 1.0, int(gaps[a, b] / (lattice.cell / 2.0)) + 2)[:, None]
        cells.append(nearest_cell(lattice, anchors[a] + along * (anchors[b] - anchors[a])))
    return np.unique(np.concatenate(cells))


def polygons_of(
    lattice: Lattice, region: np.ndarray, outline: shapely.Polygon
) -> list[shapely.Geometry]:
    """Turn cells into smooth polygons that tile the outline without gaps.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    region : ndarray of int, shape (n,)
        0 .. k-1.
    outline : Polygon
        Metres.

    Returns
    -------
    list of Geometry
        One per region, metres.
    """
    step, pad = lattice.cell / _FOLD, 4
    full = np.pad(lattice.grid_of(region, outside=-1), pad, constant_values=-1)
    nearest = ndimage.distance_transform_edt(full < 0, return_distances=False, return_indices=True)
    fine = np.kron(full[tuple(nearest)], np.ones((_FOLD, _FOLD), dtype=int))
    best = np.zeros(fine.shape)
    label = np.zeros(fine.shape, dtype=int)
    for k in range(int(region.max()) + 1):
        share = ndimage.gaussian_filter((fine == k).astype(float), _SOFTNESS)
        label[share > best] = k
        best = np.maximum(share, best)
    west, south = lattice.west - pad * lattice.cell, lattice.south - pad * lattice.cell
    tiles = [
        shapely.union_all(_runs(label == k, west, south, step)) for k in range(region.max() + 1)
    ]
    # A vertex at every corner, else a tile runs straight past where two others meet.
    tiles = shapely.segmentize(tiles, step)
    tiles = shapely.coverage_simplify(tiles, 1.6 * step)
    shapely.prepare(outline)
    return [_polygonal(shapely.intersection(t, outline)) for t in tiles]


def _runs(mask: np.ndarray, west: float, south: float, step: float) -> np.ndarray:
    """Cover a mask by one box per horizontal run of fine cells."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edges == 1)
    _, stop = np.nonzero(edges == -1)
    return shapely.box(
        west + step * start,
        south + step * row,
        west + step * stop,
        south + step * (row + 1),
    )


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Keep the polygons of what an intersection returned."""
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon" and p.area > 1.0]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def attach_strays(lattice: Lattice, community: np.ndarray, street: np.ndarray) -> np.ndarray:
    """Give cells cut off from their community to a neighbour, of the same street where possible.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    community : ndarray of int, shape (n,)
        0 .. k-1; the street follows from it.
    street : ndarray of int, shape (k,)
        The street of each community.

    Returns
    -------
    ndarray of int, shape (n,)
        Every community one rook-connected piece.
    """
    grid = lattice.grid_of(community, outside=-1)
    for _ in range(20):
        stray = np.zeros(grid.shape, dtype=bool)
        for k in range(street.size):
            pieces, count = ndimage.label(grid == k)
            if count > 1:
                sizes = np.bincount(pieces.ravel())
                sizes[0] = 0
                stray |= (pieces > 0) & (pieces != sizes.argmax())
        if not stray.any():
            break
        for row, column in np.argwhere(stray):
            cross = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
            around = [
                grid[r, c]
                for r, c in cross
                if 0 <= r < grid.shape[0] and 0 <= c < grid.shape[1]
                if grid[r, c] >= 0 and not stray[r, c]
            ]
            if around:
                own = street[grid[row, column]]
                grid[row, column] = min(
                    around, key=lambda k: (street[k] != own, -around.count(k), k)
                )
    return grid[lattice.mask]


def communities(
    lattice: Lattice,
    outline: shapely.Polygon,
    table: pd.DataFrame,
    area_km2: pd.Series,
    *,
    rng: np.random.Generator,
) -> tuple[np.ndarray, list[shapely.Geometry]]:
    """Model the boundaries: a community for every cell, and its polygon.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    outline : Polygon
        Metres.
    table : DataFrame
        One row per community: subdistrict, anchor x and y (metres), area_share.
    area_km2 : Series
        Wanted area by subdistrict, in order.
    rng : Generator
        Source of the winding.

    Returns
    -------
    tuple of ndarray (n,) and list of k polygons (metres)
    """
    slowness = np.exp(
        0.45 * lattice.smooth_noise(rng, metres=420.0)
        + 0.25 * lattice.smooth_noise(rng, metres=180.0)
    )
    graph = travel_graph(lattice, slowness)
    anchors = table[["x", "y"]].to_numpy()
    street_of = table["subdistrict"].map({s: i for i, s in enumerate(area_km2.index)}).to_numpy()
    seeds = [skeleton(lattice, anchors[street_of == s]) for s in range(area_km2.size)]
    target = area_km2.to_numpy() / area_km2.sum() * lattice.x.size
    street = grow(graph, seeds, target)

    community = np.full(lattice.x.size, -1)
    for s in range(area_km2.size):
        cells = np.flatnonzero(street == s)
        rows = np.flatnonzero(street_of == s)
        place = {int(c): i for i, c in enumerate(cells)}
        starts = [np.array([place[int(c)]]) for c in nearest_cell(lattice, anchors[rows])]
        share = table["area_share"].to_numpy()[rows]
        grown = grow(graph[cells][:, cells], starts, share / share.sum() * cells.size)
        community[cells] = rows[grown]
    community = attach_strays(lattice, community, street_of)

    shapes = polygons_of(lattice, community, outline)
    inside = np.array([shapely.contains_xy(s, lattice.x, lattice.y) for s in shapes])
    community = np.where(inside.any(axis=0), inside.argmax(axis=0), community)
    return attach_strays(lattice, community, street_of), shapes
