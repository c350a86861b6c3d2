"""The service-area route against full enumeration, forced on districts small enough for it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.optimise.partition import starts
from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.knapsack import knapsack_bound
from gridplan.optimise.partition.serve import serve
from gridplan.optimise.run import Run


def district(seed: int, *, whole: bool):
    rng = np.random.default_rng(seed)
    size = 9
    pairs = {(int(rng.integers(i)), i) for i in range(1, size)} | {(0, 4), (2, 7)}
    rows = np.array(sorted(pairs))
    half = sparse.coo_array((np.ones(len(rows)), (rows[:, 0], rows[:, 1])), shape=(size, size))
    demand = rng.integers(1, 9, size).astype(float)
    demand += 0.0 if whole else rng.random(size)
    cost = demand[:, None] * rng.integers(0, 30, (size, 3))
    centers = rng.choice(size, 3, replace=False)
    upper = np.full(3, demand.sum() / 3 * 1.25) if not whole else np.ceil(demand.sum() / 3) + 3
    return sparse.csr_array(half + half.T), demand, cost, centers, upper


def sound_answers(graph, demand, cost, centers, upper):
    for given in product(range(3), repeat=len(demand)):
        a = np.array(given)
        load = np.bincount(a, weights=demand, minlength=3)
        if (a[centers] != np.arange(3)).any() or (load > upper + 1e-9).any():
            continue
        inside = [np.flatnonzero(a == k) for k in range(3)]
        if all(connected_components(graph[u][:, u], directed=False)[0] == 1 for u in inside):
            yield float(cost[np.arange(len(a)), a].sum()), a


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_bound_and_kept_pairs_hold_every_better_answer(seed, whole, monkeypatch):
    monkeypatch.setattr(starts, "STEPS", 2000)
    graph, demand, cost, centers, upper = district(seed, whole=whole)
    p = problem_of(graph, demand, cost, centers=centers, upper=upper)
    answers = list(sound_answers(graph, demand, cost, centers, p.upper))
    got, bound, _ = serve(p, Run(work_limit=5), seed=0, gap=0.0)
    if not answers:
        assert got is None
        return
    best = min(value for value, _ in answers)
    assert bound <= best + 1e-6
    if got is not None:
        assert not faults(p, got)
        assert value_of(p, got) >= best - 1e-6
        assert value_of(p, got) == pytest.approx(best)
    target = float(np.median([value for value, _ in answers]))
    proof = knapsack_bound(p, Run(work_limit=5), target, rounds=60, renewals=3)
    assert proof is not None
    assert proof.bound <= best + 1e-6
    for value, a in answers:
        if value <= target:
            assert proof.keep[np.arange(len(a)), a].all()
        for column, unit, ring in proof.cuts:
            assert a[unit] != column or (a[ring] == column).any()
