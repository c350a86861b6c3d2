"""GerryChain and spopt on the same units, in the same run: run as a script by their interpreter."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np


def inertia(assignment: np.ndarray, demand: np.ndarray, square: np.ndarray) -> float:
    """Moment of inertia of every part about its best unit, person-km2."""
    total = 0.0
    for part in np.unique(assignment):
        inside = np.flatnonzero(assignment == part)
        total += float((demand[inside, None] * square[np.ix_(inside, inside)]).sum(axis=0).min())
    return total / 1e6


def side_by_side(peer: Path, zones: Path | None, folder: Path | None, seconds: float) -> None:
    """Print one table of our engine and the peers on the same units and tolerance."""
    from benchmarks.partition_instances import counties, shenzhen
    from gridplan.optimise.partition import partition

    work = []
    if folder is not None:
        work += [(counties(path), 5, 0.01) for path in sorted(folder.rglob("*county*.json"))]
    if zones is not None:
        work.append((shenzhen(zones, 10), 10, 0.10))
    print("\n| units | method | seconds | parts | worst deviation | inertia, person-km2 |")
    print("|---|---|---|---|---|---|")
    for instance, parts, tolerance in work:
        graph, demand = instance.arguments["adjacency"], instance.arguments["demand"]
        xy = instance.xy
        square = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
        began = time.perf_counter()
        got = partition(
            graph, demand, parts=parts, tolerance=tolerance, xy=xy, time_limit=seconds,
            work_limit=10 * seconds,
        )  # fmt: skip
        rows = [("gridplan", time.perf_counter() - began, got.assignment)]
        rows += run_peers(peer, graph, demand, xy, parts, tolerance, seconds)
        for name, spent, assignment in rows:
            if assignment is None:
                print(f"| {instance.name} | {name} | {spent:.1f} | none | - | - |", flush=True)
                continue
            labels = np.unique(np.asarray(assignment), return_inverse=True)[1]
            load = np.bincount(labels, weights=demand)
            off = float(np.abs(load / (demand.sum() / parts) - 1).max())
            value = inertia(labels, demand, square)
            print(
                f"| {instance.name} | {name} | {spent:.1f} | {labels.max() + 1} of {parts} | "
                f"{100 * off:.1f} % | {value:,.0f} |",
                flush=True,
            )


def run_peers(peer, graph, demand, xy, parts, tolerance, seconds) -> list[tuple]:
    """Hand the arrays to the peers' interpreter and read what it found."""
    from scipy import sparse

    edges = sparse.coo_array(sparse.triu(graph, k=1))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "units.npz"
        np.savez(
            file, row=edges.row, col=edges.col, demand=demand, xy=xy, parts=parts,
            tolerance=tolerance, seconds=seconds,
        )  # fmt: skip
        told = subprocess.run(
            [str(peer), __file__, str(file)],
            capture_output=True,
            text=True,
            check=False,
            timeout=10 * seconds + 120,
        )
    if told.returncode:
        print(told.stderr[-500:])
        return []
    return [tuple(row) for row in json.loads(told.stdout.splitlines()[-1])]


def recom(data, graph) -> np.ndarray | None:
    """GerryChain: recursive tree partition, then ReCom short bursts on inertia."""
    from functools import partial

    from gerrychain import MarkovChain, Partition, accept, constraints, updaters
    from gerrychain.proposals import recom as propose
    from gerrychain.tree import recursive_tree_part

    demand, xy, parts = data["demand"], data["xy"], int(data["parts"])
    square = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    ideal, tolerance = demand.sum() / parts, float(data["tolerance"])
    began = time.perf_counter()
    random.seed(0)
    start = recursive_tree_part(graph, range(parts), ideal, "pop", 0.9 * tolerance)
    now = Partition(graph, start, {"pop": updaters.Tally("pop")})
    proposal = partial(propose, pop_col="pop", pop_target=ideal, epsilon=tolerance, node_repeats=1)
    score = lambda p: inertia(  # noqa: E731
        np.array([p.assignment[i] for i in range(len(demand))]), demand, square
    )
    best, value = now, score(now)
    while time.perf_counter() - began < float(data["seconds"]):
        chain = MarkovChain(
            proposal,
            constraints.within_percent_of_ideal_population(now, tolerance, "pop"),
            accept.always_accept,
            best,
            10,
        )
        for step in chain:
            own = score(step)
            if own < value:
                best, value = step, own
            if time.perf_counter() - began > float(data["seconds"]):
                break
    return np.array([best.assignment[i] for i in range(len(demand))])


def regions(data, graph, method: str) -> np.ndarray | None:
    """Run one of spopt's heuristics (MaxP with a floor, Skater) on the units."""
    import geopandas as gpd
    from libpysal.weights import W
    from spopt.region import MaxPHeuristic, Skater

    demand, xy, parts = data["demand"], data["xy"], int(data["parts"])
    frame = gpd.GeoDataFrame(
        {"x": xy[:, 0], "y": xy[:, 1], "pop": demand}, geometry=gpd.points_from_xy(*xy.T)
    )
    weights = W({i: sorted(graph.neighbors(i)) for i in range(len(demand))}, silence_warnings=True)
    if method == "MaxP":
        floor = (1 - float(data["tolerance"])) * demand.sum() / parts
        model = MaxPHeuristic(frame, weights, ["x", "y"], "pop", floor, top_n=2)
    else:
        model = Skater(frame, weights, ["x", "y"], n_clusters=parts)
    np.random.seed(0)  # noqa: NPY002  # the peer draws from the global state
    model.solve()
    return np.asarray(model.labels_)


def main() -> None:
    """Run every peer and print their answers as one line of JSON."""
    import networkx as nx

    warnings.simplefilter("ignore")
    data = np.load(sys.argv[1])
    graph = nx.Graph()
    for i, people in enumerate(data["demand"]):
        graph.add_node(i, pop=float(people))
    graph.add_edges_from(zip(data["row"].tolist(), data["col"].tolist(), strict=True))
    out = []
    for name, run in (
        ("GerryChain recursive tree + ReCom", lambda: recom(data, graph)),
        ("spopt MaxP", lambda: regions(data, graph, "MaxP")),
        ("spopt Skater", lambda: regions(data, graph, "Skater")),
    ):
        began = time.perf_counter()
        try:
            found = run()
        except Exception as problem:  # a peer that fails is part of the table
            print(name, problem, file=sys.stderr)
            found, name = None, f"{name} ({type(problem).__name__})"  # noqa: PLW2901
        out.append((name, time.perf_counter() - began, None if found is None else found.tolist()))
    print(json.dumps(out))


if __name__ == "__main__":
    main()
