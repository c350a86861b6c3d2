"""Lattices of the partition benchmark: the bundled district at its grains, and large ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from benchmarks.partition_instances import Instance
from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.planning.grids.grids import grid_question
from gridplan.planning.scenario.file import read_scenario


@cache
def district_of(folder: Path) -> District:
    """Read a district once."""
    return read_district(folder)


def planned(folder: Path, *, grain: str, tolerance: float = 0.10) -> Instance:
    """Ask what a planner's folder asks by itself, at one grain."""
    district = district_of(folder)
    scenario = replace(
        read_scenario(folder / "scenario.toml"), grid_grain=grain, grid_tolerance=tolerance
    )
    asked = grid_question(district, scenario)
    options = {key: value for key, value in asked.options.items() if key != "seed"}
    name = f"{folder.name}_{'cells' if grain == 'unit' else grain}_{scenario.grids}"
    arguments = {
        "adjacency": asked.adjacency,
        "demand": asked.people,
        "cost": asked.cost,
        **options,
    }
    return Instance(name, arguments, district.centroids)


def led(folder: Path, leads: int, *, tolerance: float = 0.10, seed: int = 0) -> Instance:
    """Cut the cells of a folder around ``leads`` cells drawn by residents, two kilometres apart."""
    district = district_of(folder)
    people = district.units["population"].to_numpy(dtype=float)
    centers = drawn(district.centroids, people, leads, apart=2000.0, seed=seed)
    arguments = {
        "adjacency": sparse.csr_array(district.adjacency),
        "demand": people,
        "cost": people[:, None] * dijkstra(district.path_edges, indices=centers).T,
        "centers": centers,
        "tolerance": tolerance,
    }
    return Instance(f"{folder.name}_cells_{leads}", arguments, district.centroids)


def drawn(xy: np.ndarray, people: np.ndarray, count: int, *, apart: float, seed: int) -> np.ndarray:
    """Draw places by residents, each at least ``apart`` metres from the ones before."""
    rng = np.random.default_rng(seed)
    chance = people / people.sum()
    out: list[int] = []
    while len(out) < count:
        one = int(rng.choice(len(people), p=chance))
        if all(np.hypot(*(xy[one] - xy[other])) >= apart for other in out):
            out.append(one)
    return np.array(out)


def lattice(size: int, parts: int, *, tolerance: float = 0.05, seed: int = 0) -> Instance:
    """
    Square cells of 100 m with residents around hubs, a fifth of them empty, and fixed centers.

    Ways run along the lattice, so many cells lie equally far from two centers.
    """
    rng = np.random.default_rng(seed)
    side = round(np.sqrt(size))
    index = np.arange(side * side).reshape(side, side)
    pairs = np.vstack(
        [
            np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
            np.column_stack([index[:-1].ravel(), index[1:].ravel()]),
        ]
    )
    shape = (side * side, side * side)
    half = sparse.coo_array((np.full(len(pairs), 100.0), tuple(pairs.T)), shape=shape)
    graph = sparse.csr_array(half + half.T)
    xy = np.column_stack(np.divmod(np.arange(side * side), side)) * 100.0
    hubs = rng.random((3 * parts, 2)) * side * 100
    far, _ = cKDTree(hubs).query(xy)
    density = 10 + 190 * np.exp(-far / (side * 6))
    people = np.round(density * rng.lognormal(0.0, 0.6, side * side))
    people[rng.random(side * side) < 0.2] = 0
    centers = drawn(xy, people, parts, apart=side * 10.0, seed=seed)
    arguments = {
        "adjacency": graph,
        "demand": people,
        "cost": people[:, None] * dijkstra(graph, indices=centers).T,
        "centers": centers,
        "tolerance": tolerance,
    }
    return Instance(f"lattice_{side * side}_{parts}", arguments, xy)
