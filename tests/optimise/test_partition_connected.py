"""The search for connected parts against every connected part of small graphs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.partition.graph.adjacency import adjacency
from gridplan.optimise.partition.price.kernels.connected_part import cheapest
from gridplan.optimise.partition.price.kernels.node import CutDuals, Pricing
from gridplan.optimise.partition.price.kernels.tree import Limits

CASES = 300


def _case(seed: int) -> tuple[sparse.csr_array, np.ndarray, np.ndarray, float]:
    """Draw a connected graph, values of either sign, demands (some zero) and the room of a part."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 10))
    beside = np.zeros((n, n), dtype=bool)
    for i in range(1, n):
        beside[i, rng.integers(i)] = True
    for _ in range(n // 2):
        beside[tuple(rng.choice(n, 2, replace=False))] = True
    beside |= beside.T
    demand = rng.integers(0, 6, n).astype(float)
    room = float(demand[0] + rng.integers(1, 14))
    return sparse.csr_array(beside), np.round(rng.normal(0, 10, n), 3), demand, room


def _duals(seed: int, n: int) -> CutDuals:
    """Draw up to six triples, some with a unit out of reach; none at every third seed."""
    rng = np.random.default_rng(1000 + seed)
    count = 0 if seed % 3 == 0 else int(rng.integers(1, 7))
    unit = np.array([np.sort(rng.choice(n, 3, replace=False)) for _ in range(count)])
    unit = unit.reshape(-1, 3).astype(np.int64)
    unit[rng.random(count) < 0.3, 1] = -1
    return CutDuals(unit, np.round(15 * rng.random(count), 3), rng.random(count))


def _every_part(graph: sparse.csr_array, demand: np.ndarray, room: float) -> list[np.ndarray]:
    """List the connected sets around unit 0 within the room, as masks."""
    beside = graph.toarray().astype(bool)
    n = len(demand)
    out = []
    for code in range(1, 1 << n, 2):
        inside = (code >> np.arange(n)) & 1 == 1
        if demand[inside].sum() > room:
            continue
        reached = np.zeros(n, dtype=bool)
        reached[0] = True
        for _ in range(n):
            reached |= beside[reached].any(axis=0) & inside
        if (reached == inside).all():
            out.append(inside)
    return out


@pytest.mark.parametrize("first", range(0, CASES, 100))
def test_the_cheapest_part_its_bounds_and_every_part_below_a_value(first: int) -> None:
    for seed in range(first, first + 100):
        graph, value, demand, room = _case(seed)
        n = len(value)
        every = _every_part(graph, demand, room)
        worth = np.array([value[inside].sum() for inside in every])
        cuts = _duals(seed, n)
        for q, row in enumerate(cuts.unit):
            held = np.array([s[row[row >= 0]].sum() for s in every])
            worth += cuts.dual[q] * (held >= 2)
        with_unit = np.array(
            [worth[[bool(s[i]) for s in every]].min(initial=np.inf) for i in range(n)]
        )
        problem = Pricing(adjacency(graph), value, demand, 0, room, cuts)
        better = np.zeros((300, n), dtype=bool)
        best, bound, _, found, low, entry = cheapest(
            problem, Limits(np.inf, 0.0, 10_000, every=False), better
        )
        assert best == pytest.approx(worth.min())
        assert better[(found - 1) % 300].tobytes() in {
            s.tobytes() for s, w in zip(every, worth, strict=True) if w < worth.min() + 1e-9
        }
        assert bound == pytest.approx(worth.min())
        assert (low + np.maximum(entry, 0.0) <= with_unit + 1e-6).all()
        reach = float(np.median(worth))
        rows = np.zeros((2000, n), dtype=bool)
        count = cheapest(problem, Limits(reach, 0.0, 10_000, every=True), rows).found
        met = {row.tobytes() for row in rows[:count]}
        assert len(met) == count
        assert met == {s.tobytes() for s, w in zip(every, worth, strict=True) if w < reach - 1e-9}
        none = np.zeros((1, n), dtype=bool)
        short, limit, *_ = cheapest(problem, Limits(np.inf, 0.0, 2, every=False), none)
        assert limit <= worth.min() + 1e-9 <= short + 2e-9
