"""Ask one peer to cut one set of units: run by its own interpreter, which knows no gridplan.

``python partition_peer.py METHOD UNITS.npz ANSWER.json``. The best answer so far is written each
time it improves, so a peer that is stopped at its limit still has its row.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

Told = Callable[[np.ndarray], None]
"""Receives every assignment a peer arrives at."""


def inertia(assignment: np.ndarray, demand: np.ndarray, square: np.ndarray) -> float:
    """Moment of inertia of every part about its best unit, person-km2."""
    total = 0.0
    for part in np.unique(assignment):
        inside = np.flatnonzero(assignment == part)
        total += float((demand[inside, None] * square[np.ix_(inside, inside)]).sum(axis=0).min())
    return total / 1e6


def recom(units: Mapping[str, np.ndarray], tell: Told) -> None:
    """GerryChain: recursive tree partition, then short bursts of ReCom on inertia."""
    import networkx as nx
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints, updaters
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import recom as propose

    demand, parts, tolerance = units["demand"], int(units["parts"]), float(units["tolerance"])
    square, ideal, limit = units["square"], demand.sum() / parts, float(units["seconds"])
    plain = nx.Graph()
    plain.add_nodes_from((i, {"pop": float(people)}) for i, people in enumerate(demand))
    plain.add_edges_from(zip(units["row"].tolist(), units["col"].tolist(), strict=True))
    graph = Graph.from_networkx(plain)
    began = time.perf_counter()
    start = recursive_tree_part(graph, range(parts), ideal, "pop", 0.9 * tolerance, rng=0)
    now = Partition(graph, start, {"pop": updaters.Tally("pop")})
    order = lambda p: np.array([p.assignment[i] for i in range(len(demand))])  # noqa: E731
    proposal = partial(propose, pop_col="pop", pop_target=ideal, epsilon=tolerance)
    limits = constraints.within_percent_of_ideal_population(now, tolerance, "pop")
    best, value, burst = now, inertia(order(now), demand, square), 0
    tell(order(now))
    while time.perf_counter() - began < limit:
        burst += 1
        for step in MarkovChain(proposal, limits, accept.always_accept, best, 10, rng=burst):
            own = inertia(order(step), demand, square)
            if own < value:
                best, value = step, own
                tell(order(step))
            if time.perf_counter() - began > limit:
                break


def frame_of(units: Mapping[str, np.ndarray]) -> tuple[Any, Any]:
    """Units as the table and weights that spopt wants."""
    import geopandas as gpd
    from libpysal.weights import W

    xy, demand = units["xy"], units["demand"]
    near: dict[int, list[int]] = {i: [] for i in range(len(demand))}
    for i, j in zip(units["row"].tolist(), units["col"].tolist(), strict=True):
        near[i].append(j)
        near[j].append(i)
    table = {"x": xy[:, 0], "y": xy[:, 1], "pop": demand}
    frame = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T))
    return frame, W({i: sorted(js) for i, js in near.items()}, silence_warnings=True)


def maxp(units: Mapping[str, np.ndarray], tell: Told) -> None:
    """Run spopt's MaxP with the lower bound as floor, longer and longer until the limit."""
    from spopt.region import MaxPHeuristic

    frame, weights = frame_of(units)
    floor = (1 - float(units["tolerance"])) * units["demand"].sum() / int(units["parts"])
    began, tries = time.perf_counter(), 1
    while time.perf_counter() - began < float(units["seconds"]):
        np.random.seed(0)  # noqa: NPY002  # the peer draws from the global state
        model = MaxPHeuristic(
            frame, weights, ["x", "y"], "pop", floor, top_n=2,
            max_iterations_construction=tries, max_iterations_sa=1,
        )  # fmt: skip
        model.solve()
        tell(np.asarray(model.labels_))
        tries *= 3


def skater(units: Mapping[str, np.ndarray], tell: Told) -> None:
    """Run spopt's Skater, which knows no bounds on demand."""
    from spopt.region import Skater

    frame, weights = frame_of(units)
    model = Skater(frame, weights, ["x", "y"], n_clusters=int(units["parts"]))
    model.solve()
    tell(np.asarray(model.labels_))


METHODS = {
    "recom": (recom, ("networkx", "gerrychain")),
    "maxp": (maxp, ("geopandas", "spopt.region")),
    "skater": (skater, ("geopandas", "spopt.region")),
}
"""Each method with what it imports, which is not held against its time."""


def main() -> None:
    """Run the method asked for; keep the answer with the most parts, then the least inertia."""
    warnings.simplefilter("ignore")
    method, asked, answer = sys.argv[1], np.load(sys.argv[2]), Path(sys.argv[3])
    units = dict(asked)
    xy = units["xy"]
    units["square"] = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    parts = int(units["parts"])
    kept: tuple[int, float] | None = None
    run, needs = METHODS[method]
    for name in needs:
        importlib.import_module(name)
    began = time.perf_counter()

    def tell(assignment: np.ndarray) -> None:
        nonlocal kept
        count = len(np.unique(assignment))
        rank = (abs(count - parts), inertia(assignment, units["demand"], units["square"]))
        if kept is None or rank < kept:
            kept = rank
            told = {"seconds": time.perf_counter() - began, "assignment": assignment.tolist()}
            answer.write_text(json.dumps(told))

    run(units, tell)


if __name__ == "__main__":
    main()
