"""The engine against full enumeration on small random graphs, for every option and combination."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.partition import Resource, partition

TOLERANCE = 1e-6


def district(rng: np.random.Generator, size: int, *, islands: bool = False):
    """A random connected graph (or one with a second piece) with lengths, demand and places."""
    pairs = {(int(rng.integers(i)), i) for i in range(1, size)}
    for _ in range(size // 2):
        i, j = sorted(rng.integers(size, size=2).tolist())
        if i != j:
            pairs.add((i, j))
    if islands:
        cut = size - 3
        pairs = {(i, j) for i, j in pairs if (i < cut) == (j < cut)}
        pairs |= {(i - 1, i) for i in range(1, size) if i != cut}
    rows = np.array(sorted(pairs))
    length = rng.integers(1, 9, len(rows)).astype(float) * 10
    half = sparse.coo_array((length, (rows[:, 0], rows[:, 1])), shape=(size, size))
    demand = rng.integers(0, 8, size).astype(float)
    demand[rng.integers(size)] += 3
    return sparse.csr_array(half + half.T), demand, rng.random((size, 2)) * 100


def connected(graph: sparse.csr_array, members: list[int]) -> bool:
    seen, todo = {members[0]}, [members[0]]
    inside = set(members)
    while todo:
        i = todo.pop()
        for j in graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist():
            if j in inside and j not in seen:
                seen.add(j)
                todo.append(j)
    return len(seen) == len(inside)


def enumerate_best(graph, demand, cost, centers, parts, options) -> float:
    """Least objective over all assignments, by brute force; infinite when there is none."""
    size, columns = cost.shape
    edges = sparse.coo_array(sparse.triu(graph, k=1))
    removed = {tuple(sorted(b[:2])) for b in options.get("barriers", ()) if len(b) == 2}
    kept = graph.tolil()
    for i, j in removed:
        kept[i, j] = kept[j, i] = 0
    kept = sparse.csr_array(kept)
    kept.eliminate_zeros()
    mean = demand.sum() / parts
    tolerance = options.get("tolerance")
    best = np.inf
    for given in product(range(columns), repeat=size):
        a = np.array(given)
        value = objective(a, edges, demand, cost, mean, options)
        if value >= best - 1e-12:
            continue
        used = np.unique(a)
        if len(used) != parts or any(a[centers[k]] != k for k in used if centers[k] >= 0):
            continue
        load = np.bincount(a, weights=demand, minlength=columns)[used]
        if tolerance is not None and (np.abs(load - mean) > tolerance * mean + 1e-9).any():
            continue
        if not allowed(a, used, options):
            continue
        if all(connected(kept, np.flatnonzero(a == k).tolist()) for k in used):
            best = value
    return best


def allowed(a, used, options) -> bool:  # noqa: PLR0911
    if any(a[i] != k for i, k in options.get("fixed", {}).items()):
        return False
    if any(a[i] == k for i, k in options.get("barred", ())):
        return False
    if any(a[i] != a[j] for i, j in options.get("together", ())):
        return False
    if any(a[i] == a[j] for i, j in options.get("apart", ())):
        return False
    for kind in options.get("must_contain", ()):
        if any(not (a[np.asarray(kind)] == k).any() for k in used):
            return False
    for r in options.get("resources", ()):
        load = np.bincount(a, weights=r.values, minlength=max(used) + 1)[used]
        if r.price is None and ((load > r.upper + 1e-9) | (load < r.lower - 1e-9)).any():
            return False
    parents = options.get("parents")
    if parents is not None and options.get("split_price") is None:
        return all(len(np.unique(a[parents == q])) == 1 for q in np.unique(parents))
    return True


def objective(a, edges, demand, cost, mean, options) -> float:
    value = cost[np.arange(len(a)), a].sum()
    value += options.get("compactness", 0.0) * edges.data[a[edges.row] != a[edges.col]].sum()
    used = np.unique(a)
    load = np.bincount(a, weights=demand, minlength=cost.shape[1])[used]
    value += options.get("balance", 0.0) * np.abs(load - mean).sum()
    for r in options.get("resources", ()):
        if r.price is not None:
            own = np.bincount(a, weights=r.values, minlength=cost.shape[1])[used]
            value += r.price * (np.maximum(own - r.upper, 0) + np.maximum(r.lower - own, 0)).sum()
    for i, j, price in (b for b in options.get("barriers", ()) if len(b) == 3):
        value += price * (a[i] == a[j])
    parents, price = options.get("parents"), options.get("split_price")
    if parents is not None and price is not None:
        value += price * sum(len(np.unique(a[parents == q])) - 1 for q in np.unique(parents))
    return float(value)


OPTIONS = (
    "tolerance",
    "resources",
    "priced",
    "whole",
    "split",
    "fixed",
    "barred",
    "together",
    "apart",
    "barriers",
    "crossings",
    "must_contain",
    "compactness",
    "balance",
)


def options_of(names, rng, size, columns, centers, graph) -> dict:
    """Draw values for the options named."""
    out: dict = {}
    ordinary = [i for i in range(size) if i not in set(centers.tolist())]
    pick = lambda: int(ordinary[rng.integers(len(ordinary))])  # noqa: E731
    values = rng.integers(0, 5, size).astype(float)
    edges = np.argwhere(sparse.triu(graph, k=1).toarray() > 0)
    edge = edges[rng.integers(len(edges))].tolist()
    parent = np.sort(rng.integers(0, size // 2, size))
    draw = {
        "tolerance": lambda: {"tolerance": 0.5},
        "resources": lambda: {
            "resources": (Resource(values, lower=1.0, upper=0.7 * values.sum() + 1),)
        },
        "priced": lambda: {"resources": (Resource(values, lower=4.0, upper=6.0, price=2.5),)},
        "whole": lambda: {"parents": parent},
        "split": lambda: {"parents": parent, "split_price": 7.0},
        "fixed": lambda: {"fixed": {pick(): int(rng.integers(columns))}},
        "barred": lambda: {"barred": [(pick(), int(rng.integers(columns)))]},
        "together": lambda: {"together": [(pick(), pick())]},
        "apart": lambda: {"apart": [tuple(edge)]},
        "barriers": lambda: {"barriers": [tuple(edge)]},
        "crossings": lambda: {"barriers": [(*edge, 9.0)]},
        "must_contain": lambda: {"must_contain": [rng.permutation(size)[: size // 2 + 1]]},
        "compactness": lambda: {"compactness": 0.3},
        "balance": lambda: {"balance": 1.5},
    }
    for name in names:
        out.update(draw[name]())
    return out


def compare(graph, demand, cost, centers, parts, options) -> str:
    got = partition(
        graph, demand, cost, centers=centers, parts=parts, gap=0.0, work_limit=60, **options
    )
    best = enumerate_best(graph, demand, cost, centers, parts, options)
    if np.isinf(best):
        assert got.status == "infeasible", (got.status, got.conflicts)
        assert got.conflicts
        return "infeasible"
    assert got.status == "optimal", (got.status, got.objective, got.bound, best)
    assert got.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert got.bound <= best + TOLERANCE * max(1, abs(best))
    return "optimal"


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_alone(name):
    seen = []
    for seed in range(3):
        rng = np.random.default_rng(100 + seed)
        graph, demand, xy = district(rng, 8)
        centers = rng.choice(8, 2, replace=False)
        far = np.abs(xy[:, None] - xy[None, centers]).sum(axis=2)
        options = options_of([name], rng, 8, 2, centers, graph)
        seen.append(compare(graph, demand, demand[:, None] * far, centers, 2, options))
    assert "optimal" in seen


@pytest.mark.parametrize("seed", range(40))
def test_options_combined(seed):
    rng = np.random.default_rng(1000 + seed)
    columns = int(rng.integers(2, 4))
    size = int(rng.integers(6, 9)) if columns == 3 else int(rng.integers(8, 13))
    graph, demand, _ = district(rng, size, islands=seed % 10 == 9)
    centers = rng.choice(size, columns, replace=False)
    if seed % 5 == 4:
        centers[rng.integers(columns)] = -1
    parts = columns - 1 if seed % 4 == 3 and (centers >= 0).all() else columns
    far = rng.integers(0, 60, (size, columns)).astype(float)
    names = rng.permutation(OPTIONS)[: int(rng.integers(2, 5))].tolist()
    if {"whole", "split"} <= set(names):
        names.remove("whole")
    if {"resources", "priced"} <= set(names):
        names.remove("priced")
    if {"barriers", "crossings"} <= set(names):
        names.remove("barriers")
    options = options_of(names, rng, size, columns, centers, graph)
    compare(graph, demand, demand[:, None] * far, centers, parts, options)


@pytest.mark.parametrize("seed", range(6))
def test_free_centers_by_inertia(seed):
    rng = np.random.default_rng(50 + seed)
    graph, demand, xy = district(rng, 8)
    demand += 1
    square = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    got = partition(graph, demand, parts=2, tolerance=0.6, xy=xy, gap=0.0)
    mean = demand.sum() / 2
    best = np.inf
    for given in product(range(2), repeat=8):
        a = np.array(given)
        groups = [np.flatnonzero(a == k) for k in range(2)]
        if any(len(g) == 0 or not connected(graph, g.tolist()) for g in groups):
            continue
        if any(abs(demand[g].sum() - mean) > 0.6 * mean + 1e-9 for g in groups):
            continue
        best = min(best, sum(min((demand[g] * square[g, c]).sum() for c in g) for g in groups))
    if np.isinf(best):
        assert got.status == "infeasible"
    else:
        assert got.status == "optimal"
        assert got.objective == pytest.approx(best)


def test_relabelled_units_have_the_same_objective():
    rng = np.random.default_rng(3)
    graph, demand, xy = district(rng, 12)
    centers = np.array([0, 7])
    far = np.abs(xy[:, None] - xy[None, centers]).sum(axis=2)
    cost = demand[:, None] * far
    one = partition(graph, demand, cost, centers=centers, tolerance=0.5, gap=0.0)
    order = rng.permutation(12)
    place = np.argsort(order)
    two = partition(
        sparse.csr_array(graph[order][:, order]),
        demand[order],
        cost[order],
        centers=place[centers],
        tolerance=0.5,
        gap=0.0,
    )
    assert one.status == two.status
    assert one.objective == pytest.approx(two.objective)
